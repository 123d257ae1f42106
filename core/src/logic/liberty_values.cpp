#include "liberty_values.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>

#include "liberty_numbers.hpp"

namespace neucasl::logic {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Power of ten of a prefix. Case does not tell apart: no unit of Liberty is a mega.
std::optional<int> prefix_exponent(std::string_view prefix) {
  constexpr std::pair<std::string_view, int> known[] = {
      {"", 0}, {"m", -3}, {"u", -6}, {"n", -9}, {"p", -12}, {"f", -15}, {"a", -18}, {"k", 3}};
  for (const auto& [name, exponent] : known) {
    if (name == prefix) return exponent;
  }
  return std::nullopt;
}

}  // namespace

LibertyValues::LibertyValues(const std::string& file, const LibertyGroup& library) : file_(file) {
  read_units(library);
  read_thresholds(library);
  for (const LibertyGroup& group : library.groups) {
    if (group.type != "lu_table_template" && group.type != "power_lut_template") continue;
    if (group.arguments.size() != 1) wrong("a template has no name", "name it", group.line);
    templates_[group.arguments[0]] = read_template(group, {});
  }
}

void LibertyValues::unsupported(const std::string& what, const std::string& remedy,
                                std::uint32_t line) const {
  throw base::Error("liberty.unsupported", what, remedy, at(line));
}

void LibertyValues::wrong(const std::string& what, const std::string& remedy,
                          std::uint32_t line) const {
  throw base::Error("liberty.value", what, remedy, at(line));
}

const std::string& LibertyValues::text_of(const LibertyAttribute& attribute) const {
  if (attribute.values.size() != 1) {
    wrong("'" + attribute.name + "' needs one value", "write " + attribute.name + " : VALUE;",
          attribute.line);
  }
  return attribute.values[0];
}

double LibertyValues::number(std::string_view text, const LibertyUnit& unit,
                             std::uint32_t line) const {
  const std::optional<double> value = parse_scaled(text, unit.exponent);
  if (!value || !std::isfinite(*value * unit.count)) {
    wrong("'" + std::string(text) + "' is no number", "write a finite decimal number", line);
  }
  return *value * unit.count;
}

double LibertyValues::number(const LibertyAttribute& attribute) const {
  return number(text_of(attribute), {}, attribute.line);
}

double LibertyValues::area(const LibertyAttribute& attribute) const {
  constexpr LibertyUnit square_micrometre{1.0, -12};
  return number(text_of(attribute), square_micrometre, attribute.line);
}

double LibertyValues::capacitance(const LibertyAttribute& attribute) const {
  const double value = number(text_of(attribute), capacitance_, attribute.line);
  if (value < 0.0) wrong("a capacitance is negative", "write a positive value", attribute.line);
  return value;
}

double LibertyValues::leakage(const LibertyAttribute& attribute) const {
  if (!leakage_) {
    wrong("there is leakage but no leakage_power_unit", "give the library a leakage_power_unit",
          attribute.line);
  }
  return number(text_of(attribute), *leakage_, attribute.line);
}

double LibertyValues::voltage(const LibertyAttribute& attribute) const {
  return number(text_of(attribute), voltage_, attribute.line);
}

std::vector<std::string> LibertyValues::numbers(const LibertyAttribute& attribute) {
  std::vector<std::string> result;
  for (const std::string& text : attribute.values) {
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find_first_of(", \t\r\n", start), text.size());
      if (end > start) result.push_back(text.substr(start, end - start));
      start = end + 1;
    }
  }
  return result;
}

std::optional<LibertyUnit> LibertyValues::unit(const LibertyGroup& library, std::string_view name,
                                               std::string_view symbol) const {
  const LibertyAttribute* attribute = library.attribute(name);
  if (attribute == nullptr) return std::nullopt;
  std::string text;
  for (const std::string& value : attribute->values) text += lower_case(value);
  std::size_t digits = 0;
  while (digits < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[digits])) != 0 || text[digits] == '.')) {
    ++digits;
  }
  const std::string_view rest = std::string_view(text).substr(digits);
  const auto exponent = rest.ends_with(symbol)
                            ? prefix_exponent(rest.substr(0, rest.size() - symbol.size()))
                            : std::nullopt;
  const std::string_view count_text = std::string_view(text).substr(0, digits);
  LibertyUnit result{digits == 0 ? 1.0 : number(count_text, {}, attribute->line),
                     exponent.value_or(0)};
  if (!exponent || result.count <= 0.0) {
    wrong("'" + text + "' is no unit for " + std::string(name),
          "write a number, a prefix and '" + std::string(symbol) + "'", attribute->line);
  }
  // So that 10 and 100, the usual counts, cost no rounding.
  for (const int power : {1, 2}) {
    if (result.count != (power == 1 ? 10.0 : 100.0)) continue;
    result = {1.0, result.exponent + power};
  }
  return result;
}

void LibertyValues::read_units(const LibertyGroup& library) {
  time_ = unit(library, "time_unit", "s").value_or(time_);
  voltage_ = unit(library, "voltage_unit", "v").value_or(voltage_);
  leakage_ = unit(library, "leakage_power_unit", "w");
  const auto capacitance = unit(library, "capacitive_load_unit", "f");
  if (!capacitance) {
    wrong("the library has no capacitive_load_unit", "write capacitive_load_unit (1, ff);",
          library.line);
  }
  capacitance_ = *capacitance;
}

void LibertyValues::read_thresholds(const LibertyGroup& library) {
  const auto value = [&](const std::string& name, double standard) {
    const LibertyAttribute* attribute = library.attribute(name);
    return attribute == nullptr ? standard : number(*attribute);
  };
  double span[2];
  std::size_t k = 0;
  for (const char* edge : {"rise", "fall"}) {
    for (const char* side : {"input", "output"}) {
      const std::string name = std::string(side) + "_threshold_pct_" + edge;
      if (value(name, 50.0) == 50.0) continue;
      unsupported("delays are not measured at half the supply", "write " + name + " : 50;",
                  library.attribute(name)->line);
    }
    span[k++] = value(std::string("slew_upper_threshold_pct_") + edge, 80.0) -
                value(std::string("slew_lower_threshold_pct_") + edge, 20.0);
  }
  const double derate = value("slew_derate_from_library", 1.0);
  if (span[0] != span[1] || span[0] <= 0.0 || derate <= 0.0) {
    unsupported("transition thresholds of rise and fall differ or are in the wrong order",
                "use one pair of thresholds, such as 20 and 80", library.line);
  }
  transition_factor_ = derate / (span[0] / 100.0);
}

LibertyValues::Template LibertyValues::read_template(const LibertyGroup& group,
                                                     Template start) const {
  for (const LibertyAttribute& attribute : group.attributes) {
    if (attribute.name == "variable_1" || attribute.name == "variable_2") {
      start.variables[attribute.name.back() - '1'] = text_of(attribute);
    } else if (attribute.name == "index_1" || attribute.name == "index_2") {
      std::vector<std::string>& axis = start.axes[attribute.name.back() - '1'];
      axis = numbers(attribute);
      const auto ascends = [&](const std::string& a, const std::string& b) {
        return number(a, {}, attribute.line) < number(b, {}, attribute.line);
      };
      if (axis.empty() || std::ranges::adjacent_find(axis, std::not_fn(ascends)) != axis.end()) {
        wrong("'" + attribute.name + "' is not ascending", "give ascending numbers",
              attribute.line);
      }
    } else if (attribute.name == "variable_3" || attribute.name == "index_3") {
      unsupported("a table has three variables", "use tables of transition and load",
                  attribute.line);
    }
  }
  return start;
}

LibertyValues::Variable LibertyValues::variable_of(const std::string& name,
                                                   std::uint32_t line) const {
  if (name.empty()) return Variable::none;
  if (name == "input_net_transition" || name == "input_transition_time") {
    return Variable::transition;
  }
  if (name == "total_output_net_capacitance") return Variable::load;
  unsupported("a table has the variable '" + name + "'",
              "use input_net_transition (in energies input_transition_time) and "
              "total_output_net_capacitance",
              line);
}

std::vector<double> LibertyValues::axis(const Template& form, Variable variable,
                                        const LibertyUnit& unit, std::uint32_t line) const {
  for (std::size_t k = 0; k < 2; ++k) {
    if (variable_of(form.variables[k], line) != variable) continue;
    std::vector<double> result;
    for (const std::string& text : form.axes[k]) result.push_back(number(text, unit, line));
    if (variable == Variable::transition && transition_factor_ != 1.0) {
      for (double& time : result) time *= transition_factor_;
    }
    return result;
  }
  return {0.0};
}

/// V^2 F, as the format has it.
LibertyUnit LibertyValues::energy_unit() const {
  return {voltage_.count * voltage_.count * capacitance_.count,
          2 * voltage_.exponent + capacitance_.exponent};
}

LoadTable LibertyValues::table(const LibertyGroup& group, TableKind kind) const {
  const std::string name = group.arguments.empty() ? "" : group.arguments[0];
  Template form;
  if (name != "scalar") {
    const auto known = templates_.find(name);
    if (known == templates_.end()) {
      std::vector<std::string> names;
      for (const auto& [key, value] : templates_) names.push_back(key);
      wrong("there is no table template '" + name + "'", base::suggest(name, names), group.line);
    }
    form = read_template(group, known->second);
  }
  LoadTable result;
  result.transition = axis(form, Variable::transition, time_, group.line);
  result.load = axis(form, Variable::load, capacitance_, group.line);
  const LibertyAttribute* values = group.attribute("values");
  if (values == nullptr) wrong("table '" + group.type + "' has no values", "add them", group.line);
  const std::vector<std::string> given = numbers(*values);
  const std::size_t rows = result.transition.size();
  const std::size_t columns = result.load.size();
  if (rows * columns == 0 || given.size() != rows * columns) {
    wrong("table '" + group.type + "' has " + std::to_string(given.size()) + " values for " +
              std::to_string(rows) + " transitions and " + std::to_string(columns) + " loads",
          "give one value for each pair", values->line);
  }
  const LibertyUnit unit = kind == TableKind::energy ? energy_unit() : time_;
  const double factor = kind == TableKind::transition ? transition_factor_ : 1.0;
  const bool load_first = variable_of(form.variables[0], group.line) == Variable::load;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::string& text = given[load_first ? column * rows + row : row * columns + column];
      const double value = number(text, unit, values->line);
      result.value.push_back(factor == 1.0 ? value : value * factor);
    }
  }
  return result;
}

}  // namespace neucasl::logic
