#include "neucasl/mapping/architecture.hpp"

#include <cmath>

namespace neucasl::mapping {
namespace {

std::size_t count(const device::Card& card, std::string_view name, double least, double most,
                  device::UseList& uses) {
  const double value = card.si(name, base::dimension::none, uses);
  if (value < least || value > most || value != std::floor(value)) {
    throw base::Error(
        "mapping.architecture", "'" + std::string(name) + "' is " + base::shortest(value),
        "give a whole number from " + base::shortest(least) + " to " + base::shortest(most),
        card.find(name)->where);
  }
  return static_cast<std::size_t>(value);
}

double positive(const device::Card& card, std::string_view name, const base::Dimension& dimension,
                bool allow_zero, device::UseList& uses) {
  const double value = card.si(name, dimension, uses);
  if (value > 0.0 || (allow_zero && value == 0.0)) return value;
  throw base::Error("mapping.architecture",
                    "'" + std::string(name) + "' is " + base::to_engineering({value, dimension}),
                    "give a positive value", card.find(name)->where);
}

[[noreturn]] void refuse(const architecture::Architecture& chip, const std::string& what,
                         const std::string& remedy, const base::Location& where) {
  throw base::Error("mapping.architecture",
                    "no netlist of '" + chip.id + "' can be made: it " + what, remedy, where);
}

void require_kept_weights(const architecture::Architecture& chip) {
  if (chip.core().kind != architecture::LevelKind::array_group) {
    refuse(chip, "has no group of arrays", "give an architecture whose tiles hold an <array_group>",
           chip.core().where);
  }
  if (chip.dataflow != architecture::Dataflow::weight_stationary) {
    refuse(chip, "does not keep its weights", "choose dataflow 'weight-stationary'",
           chip.numbers.choice("dataflow").where);
  }
}

/// Reads of one component's card under checks of their range.
struct Part {
  const architecture::Architecture& chip;
  const device::Card& card;
  device::UseList& uses;

  [[nodiscard]] std::size_t whole(std::string_view name, double least, double most) const {
    return count(card, name, least, most, uses);
  }
  [[nodiscard]] double wire(std::string_view name) const {
    if (card.find(name) == nullptr) {
      refuse(chip, "does not state '" + std::string(name) + "' of '" + card.title + "'",
             "add <number name=\"" + std::string(name) + "\" unit=\"ohm\" .../> to the array",
             card.where);
    }
    return positive(card, name, base::dimension::resistance, true, uses);
  }
};

}  // namespace

Architecture read_architecture(const architecture::Architecture& chip, device::UseList& uses,
                               const std::string& device) {
  using architecture::ComponentKind;
  require_kept_weights(chip);
  Architecture result;
  result.id = chip.id;
  result.where = chip.where;
  result.device = device.empty() ? chip.device : device;
  result.periphery = chip.periphery;
  result.encoding = chip.encoding;
  result.analog_subtraction = chip.analog_subtraction;
  result.description = std::make_shared<const architecture::Architecture>(chip);
  if (result.device.empty()) {
    refuse(chip, "names no card of its device",
           "add <choice name=\"device\" value=\"id of a card\"/>, or name the card of the cells",
           chip.where);
  }
  const architecture::Component& arrays = *chip.core().find(ComponentKind::array);
  const architecture::Component& converters = *chip.core().find(ComponentKind::adc);
  const Part array{chip, arrays.numbers, uses};
  result.array_rows = array.whole("rows", 1, 4096);
  result.array_columns = array.whole("columns", 2, 4096);
  result.bits_per_cell = static_cast<int>(array.whole("bits_per_cell", 1, 8));
  result.row_segment_resistance = array.wire("row_segment_resistance");
  result.column_segment_resistance = array.wire("column_segment_resistance");
  const Part dac{chip, chip.core().find(ComponentKind::dac)->numbers, uses};
  result.dac_bits = static_cast<int>(dac.whole("bits", 1, 12));
  result.adc_bits = static_cast<int>(Part{chip, converters.numbers, uses}.whole("bits", 2, 16));
  if (converters.shared_by > 1 || converters.count < arrays.count) {
    refuse(chip, "shares a converter between arrays", "give each array a converter of its own",
           converters.numbers.where);
  }
  const std::size_t converters_of_array = converters.count / arrays.count;
  const std::size_t lines =
      result.analog_subtraction ? result.array_columns / 2 : result.array_columns;
  result.lines_per_adc = (lines + converters_of_array - 1) / converters_of_array;
  result.pulse_time = positive(arrays.numbers, "time", base::dimension::time, false, uses) /
                      static_cast<double>((1 << result.dac_bits) - 1);
  return result;
}

Architecture read_architecture(const device::Card& card, device::UseList& uses) {
  if (card.family != "architecture") {
    throw base::Error("mapping.architecture",
                      "card '" + card.id + "' is of family '" + card.family + "'",
                      "give a card of family 'architecture'", card.where);
  }
  Architecture result;
  result.id = card.id;
  result.where = card.where;
  result.device = card.choice("device").value;
  result.periphery = card.choice("periphery").value;
  result.array_rows = count(card, "array_rows", 1, 4096, uses);
  result.array_columns = count(card, "array_columns", 2, 4096, uses);
  result.bits_per_cell = static_cast<int>(count(card, "bits_per_cell", 1, 8, uses));
  result.dac_bits = static_cast<int>(count(card, "dac_bits", 1, 12, uses));
  result.adc_bits = static_cast<int>(count(card, "adc_bits", 2, 16, uses));
  result.lines_per_adc = count(card, "pairs_per_adc", 1, 4096, uses);
  result.pulse_time = positive(card, "pulse_time", base::dimension::time, false, uses);
  if (result.pulse_time > 1.0) {
    throw base::Error("mapping.architecture", "'pulse_time' is above 1 s",
                      "give the time of one code step, about a nanosecond",
                      card.find("pulse_time")->where);
  }
  result.row_segment_resistance =
      positive(card, "row_segment_resistance", base::dimension::resistance, true, uses);
  result.column_segment_resistance =
      positive(card, "column_segment_resistance", base::dimension::resistance, true, uses);
  return result;
}

CellLevels read_cell_levels(const device::Card& card, device::UseList& uses) {
  CellLevels levels;
  levels.conductance_min =
      positive(card, "conductance_min", base::dimension::conductance, true, uses);
  levels.conductance_max =
      positive(card, "conductance_max", base::dimension::conductance, false, uses);
  levels.read_voltage = positive(card, "read_voltage", base::dimension::voltage, false, uses);
  if (levels.conductance_max <= levels.conductance_min) {
    throw base::Error("mapping.architecture", "conductance_max does not exceed conductance_min",
                      "give a device with two distinct states",
                      card.find("conductance_max")->where);
  }
  return levels;
}

}  // namespace neucasl::mapping
