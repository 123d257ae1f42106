#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "neucasl/architecture/changes.hpp"
#include "neucasl/exploration/accuracy.hpp"
#include "neucasl/exploration/nsga2.hpp"

/// \file
/// Spaces of designs.
///
/// A *parameter* changes a number or a choice of an architecture, or the card that its numbers come
/// from, over *levels* or over an interval; without a target it only enters formulas. A *derived
/// number* of the architecture follows from the parameters by a formula. A *figure* is what the
/// estimator gives, or a formula over figures, parameters and numbers. *Objectives* and
/// *constraints* are on figures. A *point* is one value of each parameter.

namespace neucasl::exploration {

/// A number with its unit; or a word: a choice or a card.
using Value = std::variant<base::Quantity, std::string>;

enum class Target { number, choice, card, none };

struct NEUCASL_EXPORT Parameter {
  std::string name;
  Target target = Target::none;
  std::string path;           ///< Of the number; name of the choice; id of the card.
  std::vector<Value> levels;  ///< Empty for an interval.
  base::Quantity from, to;    ///< Of an interval.
  bool logarithmic = false;   ///< Interval: equal shares are equal ratios.
  base::Location where;

  /// Level of a gene, 0 for an interval.
  [[nodiscard]] std::size_t level_of(double gene) const;
  /// Value at a gene in [0, 1].
  [[nodiscard]] Value value_of(double gene) const;
};

/// "base" in the formula is the number before; others are parameters, and numbers of the
/// architecture by their paths with dots for slashes.
struct DerivedNumber {
  std::string path;
  std::string formula;  ///< As in neucasl/ir/expression.hpp.
  architecture::Origin origin;
  base::Location where;
};

struct FigureOfPoint {
  std::string name;
  std::string formula;  ///< Empty: a figure of the estimator.
  base::Location where;
};

struct Constraint {
  std::string figure;
  std::optional<base::Quantity> at_most, at_least;
  base::Location where;
};

struct Objective {
  std::string figure;
  bool maximise = false;
  std::optional<base::Quantity> reference;  ///< Worst value that the hypervolume counts.
  base::Location where;
};

enum class Method { grid, sobol, nsga2 };
NEUCASL_EXPORT std::string_view to_string(Method method);

struct Search {
  Method method = Method::grid;
  std::size_t points = 0;  ///< Sobol.
  Nsga2Settings nsga2;     ///< Its seed is that of Sobol points, too.
  base::Location where;
};

struct Space {
  std::string id;
  std::string title;
  std::string architecture;  ///< Id or file.
  std::string network;
  std::string phase = "inference";
  std::size_t batch = 1;  ///< Samples between two updates, of the phase "training".
  std::string estimator = "performance";
  std::vector<Parameter> parameters;
  std::vector<DerivedNumber> derived;
  /// In the order of the tables: those declared, then what objectives and constraints add.
  std::vector<FigureOfPoint> figures;
  std::vector<Constraint> constraints;
  std::vector<Objective> objectives;
  Search search;
  std::optional<Accuracy> accuracy;
  base::Location where;
};

/// \throws base::Error "exploration.xml" (unknown elements and attributes), "exploration.parameter"
/// (an empty or reversed range, no level, a step that leads nowhere, a name twice),
/// "exploration.objective" (none), "exploration.constraint", "exploration.accuracy",
/// "exploration.search", "base.quantity", "device.source"; each with file and line.
NEUCASL_EXPORT Space parse_space(std::string_view xml, const std::string& file);

/// The architecture at points of a space.
class NEUCASL_EXPORT Designs {
 public:
  /// Loads the architecture, once for every set of cards. A relative file is looked for beside the
  /// space first.
  /// \throws base::Error "exploration.parameter" for a target that the architecture has not, with
  /// the nearest, or of another dimension, or for values of a whole number that are none;
  /// "exploration.formula" for an unknown name in a formula, with the nearest; as
  /// load_architecture.
  Designs(const Space& space, const std::vector<std::filesystem::path>& folders);

  /// \throws base::Error for a point that is no architecture.
  [[nodiscard]] architecture::Architecture at(const std::vector<Value>& point) const;
  /// Names everything that a point's figures depend on.
  [[nodiscard]] std::string canonical() const;

 private:
  void check_targets() const;
  void check_formulas() const;

  const Space& space_;
  std::vector<std::pair<std::vector<std::string>, architecture::Architecture>> bases_;
};

/// Value of a formula at a point, over parameters, `figures` and numbers of the architecture.
/// \throws base::Error "exploration.formula" for a fault of the formula, such as an unknown name;
/// "formula.value" for a value that is not finite.
NEUCASL_EXPORT base::Quantity formula_at(
    const std::string& formula, const base::Location& where, const Space& space,
    const std::vector<Value>& point, const architecture::Architecture& architecture,
    const std::vector<std::pair<std::string, base::Quantity>>& figures);

}  // namespace neucasl::exploration
