#pragma once

#include <map>
#include <string>
#include <string_view>

#include "spice_deck.hpp"

/// \file
/// Values of parameters and formulas.

namespace neucasl::ir::spice {

/// The parameters that a formula sees: those of its subcircuit, then those of the top level.
class Parameters {
 public:
  Parameters(const Deck& deck, Parameters* globals) : deck_(deck), globals_(globals) {}

  /// \throws base::Error "spice.parameter" for a name that is defined twice.
  void define(const Setting& setting);
  void define(std::string_view name, double value, const Place& place);
  /// Evaluates all. \throws base::Error as `value`.
  void evaluate_all();

  /// A number, or a formula in braces, quotes or plain.
  /// \throws base::Error "spice.number", "spice.formula", "spice.parameter" (unknown, with the
  /// nearest; or one that refers to itself).
  double value(std::string_view text, const Place& place);
  /// Of a parameter, if there is one of this name. \throws as `value`.
  std::optional<double> find(std::string_view name);
  [[nodiscard]] std::vector<std::string> names() const;
  /// Those of the top level.
  Parameters& globals() { return globals_ ? *globals_ : *this; }

 private:
  struct Entry {
    std::string_view text;
    Place place;
    double value = 0.0;
    bool known = false;
    bool busy = false;
  };
  double evaluate(const SpiceFormula& formula, const Place& place);

  const Deck& deck_;
  Parameters* globals_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string_view> order_;  // of the deck, so that few parameters wait for others
  int depth_ = 0;
};

/// A formula without its braces or quotes.
std::string_view without_quotes(std::string_view text);

/// The formula of a behavioural source: parameters as numbers, nodes and currents as `probe` names
/// them.
struct BehaviouralFormula {
  std::string text;  ///< As circuit::parse_formula takes it.
  bool constant = false;
  double value = 0.0;
};
class Probes {
 public:
  virtual ~Probes() = default;
  /// What v() of this pin stands for: "in1", or nothing for the ground.
  virtual std::string voltage(const std::string& node, const Place& place) = 0;
  virtual std::string current(const std::string& source, const Place& place) = 0;
};
BehaviouralFormula behavioural_formula(std::string_view text, const Place& place, const Deck& deck,
                                       Parameters& parameters, Probes& probes);

}  // namespace neucasl::ir::spice
