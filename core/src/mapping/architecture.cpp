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

}  // namespace

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
  result.pairs_per_adc = count(card, "pairs_per_adc", 1, 4096, uses);
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
