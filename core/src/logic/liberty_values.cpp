#include "liberty_values.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "neucasl/base/quantity.hpp"

namespace neucasl::logic {
namespace {

double scaled_by(double number, double unit) { return base::scaled(number, {unit, {}}).value; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Size of a prefix, 0 for none of them. Case does not tell apart: no unit of Liberty is a mega.
double prefix_size(std::string_view prefix) {
  constexpr std::pair<std::string_view, double> known[] = {{"", 1.0},    {"m", 1e-3},  {"u", 1e-6},
                                                           {"n", 1e-9},  {"p", 1e-12}, {"f", 1e-15},
                                                           {"a", 1e-18}, {"k", 1e3}};
  for (const auto& [name, size] : known) {
    if (name == prefix) return size;
  }
  return 0.0;
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

double LibertyValues::number(std::string_view text, std::uint32_t line) const {
  double value = 0.0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) {
    wrong("'" + std::string(text) + "' is no number", "write a finite decimal number", line);
  }
  return value;
}

double LibertyValues::number(const LibertyAttribute& attribute) const {
  return number(text_of(attribute), attribute.line);
}

bool LibertyValues::boolean(const LibertyGroup& group, std::string_view name) const {
  const LibertyAttribute* attribute = group.attribute(name);
  if (attribute == nullptr) return false;
  const std::string text = lower_case(text_of(*attribute));
  if (text == "true") return true;
  if (text == "false") return false;
  wrong("'" + attribute->name + "' is '" + text + "'", "write true or false", attribute->line);
}

double LibertyValues::capacitance(const LibertyAttribute& attribute) const {
  const double value = scaled_by(number(attribute), capacitance_);
  if (value < 0.0) wrong("a capacitance is negative", "write a positive value", attribute.line);
  return value;
}

double LibertyValues::leakage(const LibertyAttribute& attribute) const {
  if (leakage_ == 0.0) {
    wrong("there is leakage but no leakage_power_unit", "give the library a leakage_power_unit",
          attribute.line);
  }
  return scaled_by(number(attribute), leakage_);
}

double LibertyValues::voltage(const LibertyAttribute& attribute) const {
  return scaled_by(number(attribute), voltage_);
}

std::vector<double> LibertyValues::numbers(const LibertyAttribute& attribute) const {
  std::vector<double> result;
  for (const std::string& text : attribute.values) {
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find_first_of(", \t\r\n", start), text.size());
      if (end > start) {
        result.push_back(number(std::string_view(text).substr(start, end - start), attribute.line));
      }
      start = end + 1;
    }
  }
  return result;
}

double LibertyValues::unit(const LibertyGroup& library, std::string_view name,
                           std::string_view symbol, double standard) const {
  const LibertyAttribute* attribute = library.attribute(name);
  if (attribute == nullptr) return standard;
  std::string text;
  for (const std::string& value : attribute->values) text += lower_case(value);
  std::size_t digits = 0;
  while (digits < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[digits])) != 0 || text[digits] == '.')) {
    ++digits;
  }
  const std::string_view rest = std::string_view(text).substr(digits);
  const double size =
      rest.ends_with(symbol) ? prefix_size(rest.substr(0, rest.size() - symbol.size())) : 0.0;
  const double count =
      digits == 0 ? 1.0 : number(std::string_view(text).substr(0, digits), attribute->line);
  if (size == 0.0 || count <= 0.0) {
    wrong("'" + text + "' is no unit for " + std::string(name),
          "write a number, a prefix and '" + std::string(symbol) + "'", attribute->line);
  }
  return count * size;
}

void LibertyValues::read_units(const LibertyGroup& library) {
  time_ = unit(library, "time_unit", "s", 1e-9);
  voltage_ = unit(library, "voltage_unit", "v", 1.0);
  leakage_ = unit(library, "leakage_power_unit", "w", 0.0);
  capacitance_ = unit(library, "capacitive_load_unit", "f", 0.0);
  if (capacitance_ == 0.0) {
    wrong("the library has no capacitive_load_unit", "write capacitive_load_unit (1, ff);",
          library.line);
  }
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
      std::vector<double>& axis = start.axes[attribute.name.back() - '1'];
      axis = numbers(attribute);
      const auto step = std::ranges::adjacent_find(axis, std::greater_equal<>());
      if (axis.empty() || step != axis.end()) {
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

std::vector<double> LibertyValues::axis(const Template& form, Variable variable, double unit,
                                        std::uint32_t line) const {
  for (std::size_t k = 0; k < 2; ++k) {
    if (variable_of(form.variables[k], line) != variable) continue;
    std::vector<double> result;
    for (const double number : form.axes[k]) result.push_back(scaled_by(number, unit));
    if (variable == Variable::transition && transition_factor_ != 1.0) {
      for (double& time : result) time *= transition_factor_;
    }
    return result;
  }
  return {0.0};
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
  const std::vector<double> given = numbers(*values);
  const std::size_t rows = result.transition.size();
  const std::size_t columns = result.load.size();
  if (rows * columns == 0 || given.size() != rows * columns) {
    wrong("table '" + group.type + "' has " + std::to_string(given.size()) + " values for " +
              std::to_string(rows) + " transitions and " + std::to_string(columns) + " loads",
          "give one value for each pair", values->line);
  }
  const double unit = kind == TableKind::energy ? voltage_ * voltage_ * capacitance_ : time_;
  const double factor = kind == TableKind::transition ? transition_factor_ : 1.0;
  const bool load_first = variable_of(form.variables[0], group.line) == Variable::load;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double number = given[load_first ? column * rows + row : row * columns + column];
      const double value = scaled_by(number, unit);
      result.value.push_back(factor == 1.0 ? value : value * factor);
    }
  }
  return result;
}

}  // namespace neucasl::logic
