#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neucasl/ir/design.hpp"

/// \file
/// Reads SPICE decks in ngspice's dialect. core/src/ir/README.md lists the cards.
///
/// The importer is an allow-list: a card, parameter or function that it does not know is an error
/// that names it. Nothing in a deck makes it open a file or run a command.

namespace neucasl::ir {

struct SpicePin {
  std::string name;
  Discipline discipline = Discipline::electrical;
  Direction direction = Direction::inout;
};

/// What an N element may name: a device model, or a device card.
struct SpiceDevice {
  std::string name;  ///< In its own spelling; decks have no case.
  bool card = false;
  std::vector<SpicePin> pins;
  std::vector<std::pair<std::string, base::Dimension>> parameters;
};

/// Where the importer learns the pins of device models; layers above know them.
class NEUCASL_EXPORT SpiceDevices {
 public:
  virtual ~SpiceDevices();
  /// By lower-case name; nothing when there is none.
  [[nodiscard]] virtual std::optional<SpiceDevice> find(std::string_view name) const = 0;
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
};

/// An analysis, as circuit::parse_analysis takes it: numbers in SI units, names as in the deck.
struct SpiceCard {
  std::string text;
  base::Location where;
};

struct SpiceMeasurement {
  std::string analysis;  ///< "op", "dc", "ac", "tran" or "noise"
  std::string text;      ///< As circuit::measure takes it.
  base::Location where;
};

/// .ic v(node)=value
struct SpiceInitialVoltage {
  std::string node;
  double value = 0.0;  ///< V
  base::Location where;
};

/// What .options and .temp set.
struct SpiceOptions {
  std::optional<double> relative_tolerance;  ///< reltol
  std::optional<double> voltage_tolerance;   ///< vntol, V
  std::optional<double> current_tolerance;   ///< abstol, A
  std::optional<double> gmin;                ///< S
  std::optional<std::string> method;         ///< "trap", "gear"
  std::optional<double> temperature;         ///< K; SPICE's own default is 300.15 K.
};

struct SpiceImport {
  Design design;
  std::vector<SpiceCard> analyses;
  std::vector<SpiceMeasurement> measurements;
  std::vector<SpiceInitialVoltage> initial_voltages;
  SpiceOptions options;
  /// Cards that are accepted without effect, a missing .end, text after it.
  std::vector<base::Diagnostic> notes;
};

/// Reads a deck. Its first line is the title, whatever it holds. Everything becomes lower case but
/// the title. Subcircuits become modules, one for each set of parameter values. Node and element
/// names become identifiers (`spice_identifier`). `devices` may be null: then N elements are
/// refused. \throws base::Error with file, line and column: "spice.card" (unknown or refused),
/// "spice.syntax", "spice.number", "spice.formula", "spice.parameter", "spice.node", "spice.model",
/// "spice.device", "spice.subcircuit", "spice.recursion", "spice.depth", "spice.character",
/// "spice.limit".
NEUCASL_EXPORT SpiceImport parse_spice(std::string_view text, const std::string& file = "<spice>",
                                       const SpiceDevices* devices = nullptr);

/// An identifier of a SPICE name, different for different names: other characters become "_x2b_", a
/// name that begins with a digit gets a '_' in front.
NEUCASL_EXPORT std::string spice_identifier(std::string_view name);
/// The SPICE name of a hierarchical name made of such identifiers: "x1._1" is "x1.1". Names with
/// '#' belong to elements that the importer adds: "v1#sense".
NEUCASL_EXPORT std::string spice_name(std::string_view identifier);

}  // namespace neucasl::ir
