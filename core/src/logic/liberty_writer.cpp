#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "liberty_numbers.hpp"
#include "liberty_text.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/logic/cell_library.hpp"

/// \file
/// Units of the text: ps, fF, fJ (fF V^2), nW, um^2, degrees Celsius.

namespace neucasl::logic {
namespace {

// Powers of ten.
constexpr int written_time = -12;
constexpr int written_capacitance = -15;
constexpr int written_energy = -15;
constexpr int written_leakage = -9;
constexpr int written_area = -12;

/// Reads back as the same temperature.
std::string celsius(double kelvin) {
  constexpr double freezing = 273.15;
  constexpr int shortest_digits = 6;
  constexpr int most_digits = 17;
  char buffer[40];
  for (int digits = shortest_digits; digits <= most_digits; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, kelvin - freezing);
    if (std::strtod(buffer, nullptr) + freezing == kelvin) break;
  }
  return buffer;
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result + '"';
}

/// A name, in quotation marks where Liberty needs them.
std::string liberty_name(const std::string& name) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const bool word = !name.empty() && std::ranges::all_of(name, plain) &&
                    std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  return word ? name : in_quotes(name);
}

std::string list_of(std::span<const double> values, int unit) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + print_scaled(value, unit);
  return in_quotes(text);
}

/// Axes that tables share.
class LibertyTemplates {
 public:
  std::string name_of(const LoadTable& table, bool power) {
    auto& known = power ? power_ : delay_;
    const Axes axes{table.transition, table.load};
    std::size_t k = 0;
    while (k < known.size() && known[k] != axes) ++k;
    if (k == known.size()) known.push_back(axes);
    return (power ? "energy_" : "delay_") + std::to_string(k + 1);
  }

  [[nodiscard]] std::string print() const {
    std::string text;
    for (std::size_t k = 0; k < delay_.size(); ++k) {
      text += print("lu_table_template (delay_", "input_net_transition", k, delay_[k]);
    }
    for (std::size_t k = 0; k < power_.size(); ++k) {
      text += print("power_lut_template (energy_", "input_transition_time", k, power_[k]);
    }
    return text;
  }

 private:
  using Axes = std::pair<std::vector<double>, std::vector<double>>;

  static std::string print(const char* head, const char* variable, std::size_t k,
                           const Axes& axes) {
    return std::string("  ") + head + std::to_string(k + 1) + ") {\n    variable_1 : " + variable +
           ";\n    variable_2 : total_output_net_capacitance;\n    index_1 (" +
           list_of(axes.first, written_time) + ");\n    index_2 (" +
           list_of(axes.second, written_capacitance) + ");\n  }\n";
  }

  std::vector<Axes> delay_;
  std::vector<Axes> power_;
};

class LibertyPrinter {
 public:
  std::string print(const CellLibrary& library) {
    std::string cells;
    for (const Cell& cell : library.cells) cells += print_cell(cell);
    return header(library) + templates_.print() + cells + "}\n";
  }

 private:
  static std::string header(const CellLibrary& library) {
    std::string text = "library (" + liberty_name(library.name) + ") {\n";
    const auto add = [&](const std::string& line) { text += "  " + line + ";\n"; };
    if (!library.origin.empty()) add("comment : " + in_quotes(library.origin));
    add("technology (cmos)");
    add("delay_model : table_lookup");
    add("time_unit : \"1ps\"");
    add("voltage_unit : \"1V\"");
    add("current_unit : \"1uA\"");
    add("pulling_resistance_unit : \"1kohm\"");
    add("leakage_power_unit : \"1nW\"");
    add("capacitive_load_unit (1, ff)");
    add("nom_process : 1");
    add("nom_voltage : " + base::shortest(library.voltage));
    add("nom_temperature : " + celsius(library.temperature));
    for (const char* edge : {"rise", "fall"}) {
      add(std::string("input_threshold_pct_") + edge + " : 50");
      add(std::string("output_threshold_pct_") + edge + " : 50");
      add(std::string("slew_lower_threshold_pct_") + edge + " : 20");
      add(std::string("slew_upper_threshold_pct_") + edge + " : 80");
    }
    // Tables hold the time between the thresholds divided by this.
    add("slew_derate_from_library : 0.6");
    add("define (transistor_count, cell, integer)");
    return text;
  }

  std::string print_table(const char* type, const LoadTable& table, bool power) {
    const int unit = power ? written_energy : written_time;
    std::string text =
        std::string("        ") + type + " (" + templates_.name_of(table, power) + ") {\n";
    text += "          values (";
    const std::size_t columns = table.load.size();
    for (std::size_t row = 0; row < table.transition.size(); ++row) {
      if (row > 0) text += ", \\\n                  ";
      text += list_of(std::span(table.value).subspan(row * columns, columns), unit);
    }
    return text + ");\n        }\n";
  }

  std::string print_arc(const Cell& cell, const TimingArc& arc) {
    const std::string pin = "        related_pin : " + in_quotes(cell.inputs[arc.input].name);
    std::string text = "      timing () {\n" + pin + ";\n";
    const char* sense = arc.sense == TimingArc::Sense::positive   ? "positive_unate"
                        : arc.sense == TimingArc::Sense::negative ? "negative_unate"
                                                                  : "non_unate";
    text += std::string("        timing_sense : ") + sense + ";\n";
    if (cell.flip_flop) text += "        timing_type : rising_edge;\n";
    text += print_table("cell_rise", arc.rise_delay, false);
    text += print_table("cell_fall", arc.fall_delay, false);
    text += print_table("rise_transition", arc.rise_transition, false);
    text += print_table("fall_transition", arc.fall_transition, false);
    text += "      }\n      internal_power () {\n" + pin + ";\n";
    text += print_table("rise_power", arc.rise_energy, true);
    text += print_table("fall_power", arc.fall_energy, true);
    return text + "      }\n";
  }

  std::string print_cell(const Cell& cell) {
    std::string text = "  cell (" + liberty_name(cell.name) + ") {\n";
    text += "    area : " + print_scaled(cell.area, written_area) + ";\n";
    text += "    cell_leakage_power : " + print_scaled(cell.leakage_power, written_leakage) + ";\n";
    text += "    transistor_count : " + std::to_string(cell.transistors) + ";\n";
    std::vector<std::string> pins;
    std::string data;
    std::string clock;
    for (const CellInput& input : cell.inputs) {
      pins.push_back(input.name);
      (input.clock ? clock : data) = input.name;
      text += "    pin (" + liberty_name(input.name) + ") {\n      direction : input;\n";
      if (input.clock) text += "      clock : true;\n";
      text += "      capacitance : " + print_scaled(input.capacitance, written_capacitance) +
              ";\n    }\n";
    }
    if (cell.flip_flop) {
      text += "    ff (IQ, IQN) {\n      next_state : " + in_quotes(data) +
              ";\n      clocked_on : " + in_quotes(clock) + ";\n    }\n";
    }
    text += "    pin (" + liberty_name(cell.output) +
            ") {\n      direction : output;\n      function : ";
    text += in_quotes(cell.flip_flop ? "IQ" : print_liberty_function(cell.function, pins)) + ";\n";
    if (cell.largest_load > 0.0) {
      text +=
          "      max_capacitance : " + print_scaled(cell.largest_load, written_capacitance) + ";\n";
    }
    for (const TimingArc& arc : cell.arcs) text += print_arc(cell, arc);
    return text + "    }\n  }\n";
  }

  LibertyTemplates templates_;
};

}  // namespace

std::string print_liberty(const CellLibrary& library) { return LibertyPrinter().print(library); }

}  // namespace neucasl::logic
