#include "spice_values.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::ir::spice {
namespace {

constexpr int deepest_reference = 200;  // parameter to parameter, against the order of the deck
constexpr double pi = 3.141592653589793;

}  // namespace

std::string_view without_quotes(std::string_view text) {
  const bool braces = text.size() >= 2 && text.front() == '{' && text.back() == '}';
  const bool quotes = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  return braces || quotes ? text.substr(1, text.size() - 2) : text;
}

void Parameters::define(const Setting& setting) {
  Entry entry;
  entry.text = setting.value;
  entry.place = setting.place;
  if (!entries_.try_emplace(std::string(setting.name), entry).second) {
    deck_.fail("spice.parameter", setting.place,
               "parameter '" + std::string(setting.name) + "' is defined twice", "define it once");
  }
  order_.push_back(setting.name);
}

void Parameters::define(std::string_view name, double value, const Place& place) {
  Entry entry;
  entry.place = place;
  entry.value = value;
  entry.known = true;
  if (!entries_.try_emplace(std::string(name), entry).second) {
    deck_.fail("spice.parameter", place, "parameter '" + std::string(name) + "' is set twice",
               "set it once");
  }
}

void Parameters::evaluate_all() {
  for (const std::string_view name : order_) find(name);
}

std::optional<double> Parameters::find(std::string_view name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return globals_ ? globals_->find(name) : std::nullopt;
  Entry& entry = found->second;
  if (entry.known) return entry.value;
  if (entry.busy) {
    deck_.fail("spice.parameter", entry.place,
               "parameter '" + std::string(name) + "' refers to itself", "break the cycle");
  }
  if (++depth_ > deepest_reference) {
    deck_.fail("spice.depth", entry.place, "parameters refer to each other too deeply",
               "define parameters before they are used");
  }
  entry.busy = true;
  entry.value = value(entry.text, entry.place);
  entry.busy = false;
  entry.known = true;
  --depth_;
  return entry.value;
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  if (globals_) {
    const std::vector<std::string> outer = globals_->names();
    names.insert(names.end(), outer.begin(), outer.end());
  }
  return names;
}

double Parameters::value(std::string_view text, const Place& place) {
  const auto number = read_spice_number(text);
  if (number && number->length == text.size()) return number->value;
  const std::string_view inner = without_quotes(text);
  const SpiceFormula formula = parse_spice_formula(inner, "spice.formula", deck_.where(place));
  return evaluate(formula, place);
}

double Parameters::evaluate(const SpiceFormula& formula, const Place& place) {
  std::vector<double> values;
  std::vector<double> operands;
  for (const SpiceFormula::Node& node : formula.nodes) {
    const auto fail = [&](const std::string& code, const std::string& what,
                          const std::string& remedy) {
      throw formula_error(code, formula.text, node.column, what, remedy, deck_.where(place));
    };
    operands.clear();
    for (const std::uint32_t operand : node.operands) operands.push_back(values[operand]);
    double value = node.value;
    if (node.kind == SpiceFormula::Kind::name) {
      const auto known = find(node.name);
      if (!known && node.name != "pi") {
        fail("spice.parameter", "unknown parameter '" + node.name + "'",
             base::suggest(node.name, names()));
      }
      value = known.value_or(pi);
    } else if (node.kind == SpiceFormula::Kind::voltage ||
               node.kind == SpiceFormula::Kind::current) {
      fail("spice.formula", "a voltage or current where a number is needed",
           "only B, E and G elements take formulas of voltages and currents");
    } else if (node.kind == SpiceFormula::Kind::call) {
      const auto result = call_spice_function(node.name, operands);
      if (!result) {
        fail("spice.formula",
             "unknown function '" + node.name + "' of " + std::to_string(operands.size()) +
                 " arguments",
             base::suggest(node.name, spice_functions()));
      }
      value = result.value_or(0.0);
    } else if (node.kind != SpiceFormula::Kind::number) {
      value = apply_spice_operator(node.kind, operands);
    }
    if (!std::isfinite(value)) {
      fail("spice.number", "the value is not finite", "correct the formula");
    }
    values.push_back(value);
  }
  return values.back();
}

}  // namespace neucasl::ir::spice
