#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/base/quantity.hpp"
#include "neucasl/variation/distribution.hpp"

/// \file
/// Device cards: the numbers of a published device, with their sources.
///
/// A *card* is one XML file of one device of a *family* (memristor, periphery, ...). It holds
/// *numbers* and *polynomials*. Every number has a unit, a source (a citation key and the place in
/// it) and a *kind*: measured, fitted, derived or assumed. A *spread* says how a number varies from
/// device to device. A *library* is a set of folders of cards. A *use list* records which numbers a
/// computation took, so that a report can name them and the share that is assumed.

namespace neucasl::device {

enum class Kind { measured, fitted, derived, assumed };
NEUCASL_EXPORT std::string_view to_string(Kind kind);

struct Citation {
  std::string key;
  std::string doi;   ///< May be empty.
  std::string text;  ///< Authors, title, journal, year.
};

/// How a number varies about its nominal value x0, by a standard normal number u:
///   normal: x0 + sigma u, or x0 (1 + sigma u) when relative; lognormal: x0 exp(sigma u);
///   uniform between low and high; table: measured values, or deviations added to x0.
/// Bounds of a normal or lognormal spread truncate it: the distribution given that x lies within.
struct NEUCASL_EXPORT Spread {
  std::string distribution;  ///< "normal", "lognormal", "uniform" or "table".
  /// In the unit of the number; of the logarithm for "lognormal"; the standard deviation of
  /// "uniform" and "table".
  double sigma = 0.0;
  bool relative = false;
  variation::Scope scope = variation::Scope::mismatch;
  std::optional<double> low = std::nullopt;  ///< In the unit of the number.
  std::optional<double> high = std::nullopt;
  std::optional<variation::Distribution> table = std::nullopt;
  bool deviation = false;  ///< The table's values are added to x0.

  /// \throws base::Error "variation.distribution" when x0 does not go with it, as a lognormal
  /// spread of a number that is not positive, a relative one of 0, or bounds that leave nothing.
  [[nodiscard]] double sampled(double nominal, double u) const;
  [[nodiscard]] variation::Distribution about(double nominal,
                                              const base::Location& where = {}) const;
};

struct Number {
  std::string name;
  base::Quantity value;
  Kind kind = Kind::assumed;
  std::string source;      ///< Citation key.
  std::string place;       ///< Table, figure or section of the source.
  std::string conditions;  ///< May be empty.
  std::optional<Spread> spread;
  base::Location where;
};

/// y = unit * sum_k c_k (x / x_scale)^k, for example the spread of programming against the target
/// conductance; the result is held at zero from below.
struct NEUCASL_EXPORT Polynomial {
  std::string name;
  base::Quantity unit;   ///< Of one, as "1 uS".
  base::Quantity scale;  ///< x_scale.
  std::vector<double> coefficients;
  Kind kind = Kind::assumed;
  std::string source;
  std::string place;
  std::string conditions;
  base::Location where;

  [[nodiscard]] double operator()(double x) const;
};

/// A choice that is a word, not a number: "encoding" = "pulse-width".
struct Choice {
  std::string name;
  std::string value;
  base::Location where;
};

/// One use of a card's number.
struct Use {
  std::string card;
  std::string name;
  std::string value;  ///< With unit, or the formula of a polynomial.
  Kind kind = Kind::assumed;
  std::string source;
  std::string place;
  std::string citation;

  auto operator<=>(const Use&) const = default;
};

/// The numbers a computation used, each once, in order of card and name.
class NEUCASL_EXPORT UseList {
 public:
  void add(Use use);
  void add(const UseList& other);
  [[nodiscard]] const std::vector<Use>& uses() const { return uses_; }
  /// Share of the uses whose kind is assumed, 0 when there is none.
  [[nodiscard]] double assumed_share() const;
  /// One line a use: "card: name = value (kind, source, place)".
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::vector<Use> uses_;
};

class NEUCASL_EXPORT Card {
 public:
  std::string id;
  std::string family;
  std::string title;
  std::vector<Citation> citations;
  std::vector<Number> numbers;
  std::vector<Polynomial> polynomials;
  std::vector<Choice> choices;
  base::Location where;

  /// The SI value of a number; the use is recorded.
  /// \throws base::Error "device.number" when the card lacks it (with the nearest name) or its
  /// dimension differs.
  double si(std::string_view name, const base::Dimension& dimension, UseList& uses) const;
  /// \throws base::Error "device.number" likewise.
  const Polynomial& polynomial(std::string_view name, UseList& uses) const;
  /// \throws base::Error "device.number" likewise.
  [[nodiscard]] const Choice& choice(std::string_view name) const;
  [[nodiscard]] const Number* find(std::string_view name) const;
  [[nodiscard]] const Citation* citation(std::string_view key) const;

 private:
  [[nodiscard]] Use use_of(const std::string& name, std::string value, Kind kind,
                           const std::string& source, const std::string& place) const;
};

/// Parses a card.
/// \throws base::Error "device.xml" (malformed, an unknown element or attribute), "device.unit" (a
/// number without a unit; write unit="1" for a pure number), "device.source" (missing, or a key
/// that no citation has), "device.kind", "device.range" (outside its own min and max attributes),
/// "device.name" (repeated or missing), each with file, line and column.
NEUCASL_EXPORT Card parse_card(std::string_view xml, const std::string& file);
NEUCASL_EXPORT Card load_card(const std::filesystem::path& file);

/// The cards below some folders, found by their file ending .xml, loaded on demand.
class NEUCASL_EXPORT Library {
 public:
  /// Later folders are searched after earlier ones; missing folders are skipped.
  explicit Library(std::vector<std::filesystem::path> folders);

  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }
  /// Files of all cards, sorted.
  [[nodiscard]] std::vector<std::filesystem::path> files() const;
  /// Ids of all cards (a file name without ending is the id), sorted.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// \throws base::Error "device.unknown" with the nearest id; or as parse_card.
  [[nodiscard]] Card load(std::string_view id, const base::Location& where = {}) const;
  [[nodiscard]] std::filesystem::path file_of(std::string_view id,
                                              const base::Location& where = {}) const;

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace neucasl::device
