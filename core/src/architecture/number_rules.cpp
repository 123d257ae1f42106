#include "number_rules.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::architecture {
namespace {

namespace dim = base::dimension;

constexpr double most_bits = 32.0;
constexpr double largest_count = 1e9;
constexpr double largest_capacity = 1e15;  // bytes

void append(std::vector<NumberRule>& rules, std::initializer_list<NumberRule> more) {
  rules.insert(rules.end(), more);
}

void check_value(const device::Number& number, const NumberRule& rule, const std::string& owner) {
  const double value = number.value.value;
  const std::string what = "'" + number.name + "' of " + owner;
  if (number.value.dimension != rule.dimension) {
    const std::string unit = base::unit_symbol(rule.dimension);
    throw base::Error("architecture.number",
                      what + " has the unit '" + base::unit_symbol(number.value.dimension) + "'",
                      "give it in '" + (unit.empty() ? "1" : unit) + "'", number.where);
  }
  if (rule.range == Range::whole) {
    if (value == 0.0) {
      throw base::Error("architecture.count", what + " is zero", "give at least 1", number.where);
    }
    const bool bytes = number.name == "capacity";
    const double most = bytes ? largest_capacity : largest_count;
    if (!(value >= 1.0 && value <= most) || value != std::floor(value)) {
      throw base::Error("architecture.count",
                        what + " = " + base::shortest(value) + " is no whole number",
                        "give 1 to " + std::string(bytes ? "10^15" : "10^9") + ", nearest is " +
                            base::shortest(std::clamp(std::round(value), 1.0, most)),
                        number.where);
    }
    if (number.name.ends_with("bits") && value > most_bits) {
      throw base::Error("architecture.converter",
                        what + " = " + base::shortest(value) + " is large", "give at most 32 bits",
                        number.where);
    }
    return;
  }
  if (rule.range == Range::finite && std::isfinite(value)) return;
  const bool positive = rule.range == Range::positive;
  if (!std::isfinite(value) || value < 0.0 || (positive && value == 0.0)) {
    throw base::Error("architecture.number", what + " = " + base::shortest(value) + " is too small",
                      positive ? "give a number above 0" : "give 0 or more", number.where);
  }
}

std::vector<std::string> names_of_kinds(const std::string& stem) {
  std::vector<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(ComponentKind::control); ++kind) {
    names.push_back(stem + std::string(to_string(static_cast<ComponentKind>(kind))));
  }
  return names;
}

[[noreturn]] void refuse_missing(const device::Card& card, const std::string& name,
                                 const std::string& owner) {
  const std::string element = "<number name=\"" + name + "\" .../>";
  if (name == "bits") {
    throw base::Error("architecture.converter", owner + " is a converter without bits",
                      "add " + element + ", 1 to 32", card.where);
  }
  throw base::Error("architecture.number", owner + " does not state '" + name + "'",
                    "add " + element, card.where);
}

}  // namespace

bool has_events(ComponentKind kind) {
  return kind != ComponentKind::laser && kind != ComponentKind::passive &&
         kind != ComponentKind::control;
}

namespace {

/// What light passes: the loss of one and how often a channel passes it.
void append_path(std::vector<NumberRule>& rules, bool required) {
  append(rules, {{"loss_db", dim::none, Range::not_negative, required},
                 {"passes", dim::none, Range::not_negative}});
}

void append_converter(std::vector<NumberRule>& rules) {
  append(rules, {{"bits", dim::none, Range::whole, true},
                 {"reference_bits", dim::none, Range::whole},
                 {"reference_rate", dim::frequency, Range::positive}});
}

void append_optics(ComponentKind kind, std::vector<NumberRule>& rules) {
  switch (kind) {
    case ComponentKind::laser:
      append_path(rules, false);
      append(rules, {{"wall_plug_efficiency", dim::none, Range::positive, true},
                     {"fan_out", dim::none, Range::whole, true},
                     {"wavelengths", dim::none, Range::whole},
                     {"level_bits", dim::none, Range::whole},
                     {"intensity_noise_db", dim::none, Range::finite, true},
                     {"optical_power", dim::power, Range::positive},
                     {"largest_optical_power", dim::power, Range::positive}});
      break;
    case ComponentKind::modulator:
      append_path(rules, true);
      append(rules, {{"through_loss_db", dim::none, Range::not_negative},
                     {"extinction_ratio_db", dim::none, Range::positive}});
      break;
    case ComponentKind::weight_bank:
      append_path(rules, true);
      append(rules, {{"through_loss_db", dim::none, Range::not_negative},
                     {"quality", dim::none, Range::positive, true},
                     {"resonance_error", dim::length, Range::not_negative, true}});
      break;
    case ComponentKind::photodetector:
      append(rules, {{"responsivity", dim::current / dim::power, Range::positive, true},
                     {"sensitivity", dim::power, Range::positive, true}});
      break;
    case ComponentKind::amplifier:
      append(rules, {{"load", dim::resistance, Range::positive, true},
                     {"temperature", dim::temperature, Range::positive, true}});
      break;
    case ComponentKind::passive:
      append_path(rules, false);
      break;
    default:
      break;
  }
}

/// What a kind has beside the numbers of all.
void append_own(ComponentKind kind, std::vector<NumberRule>& rules) {
  switch (kind) {
    case ComponentKind::array:
      append(rules, {{"rows", dim::none, Range::whole, true},
                     {"columns", dim::none, Range::whole, true},
                     {"bits_per_cell", dim::none, Range::whole, true},
                     {"write_energy", dim::energy, Range::not_negative},
                     {"write_time", dim::time, Range::positive},
                     {"endurance", dim::none, Range::positive},
                     {"row_segment_resistance", dim::resistance, Range::not_negative},
                     {"column_segment_resistance", dim::resistance, Range::not_negative}});
      break;
    case ComponentKind::dac:
    case ComponentKind::adc:
      append_converter(rules);
      break;
    case ComponentKind::multiplier:
      append(rules, {{"bits", dim::none, Range::whole, true}});
      break;
    case ComponentKind::router:
      append(rules, {{"width", dim::none, Range::whole, true},
                     {"hops", dim::none, Range::not_negative, true}});
      break;
    case ComponentKind::weight_memory:
      append(rules, {{"width", dim::none, Range::whole, true},
                     {"capacity", dim::none, Range::whole, true},
                     {"bits_per_cell", dim::none, Range::whole},
                     {"write_energy", dim::energy, Range::not_negative},
                     {"write_time", dim::time, Range::positive},
                     {"endurance", dim::none, Range::positive}});
      break;
    case ComponentKind::buffer:
    case ComponentKind::off_chip_memory:
      append(rules, {{"width", dim::none, Range::whole, true},
                     {"capacity", dim::none, Range::whole, true}});
      break;
    case ComponentKind::input_register:
    case ComponentKind::output_register:
    case ComponentKind::bus:
    case ComponentKind::link:
      append(rules, {{"width", dim::none, Range::whole, true}});
      break;
    default:
      append_optics(kind, rules);
      break;
  }
}

}  // namespace

std::vector<NumberRule> rules_of(ComponentKind kind) {
  std::vector<NumberRule> rules = {
      {"count", dim::none, Range::whole, true},
      {"shared_by", dim::none, Range::whole},
      {"in_published_totals", dim::none, Range::not_negative},
      {"area", dim::area, Range::not_negative, true},
      // A laser without it draws what its link needs.
      {"leakage", dim::power, Range::not_negative, kind != ComponentKind::laser}};
  if (has_events(kind)) {
    append(rules, {{"energy", dim::energy, Range::not_negative},
                   {"power", dim::power, Range::not_negative},
                   {"time", dim::time, Range::positive}});
  }
  append_own(kind, rules);
  return rules;
}

std::vector<NumberRule> rules_of(LevelKind kind) {
  std::vector<NumberRule> rules = {{"count", dim::none, Range::whole, true},
                                   {"published_power", dim::power, Range::positive},
                                   {"published_area", dim::area, Range::positive}};
  if (kind == LevelKind::photonic_core) {
    append(rules, {{"channels", dim::none, Range::whole, true},
                   {"channel_spacing", dim::length, Range::positive, true},
                   {"free_spectral_range", dim::length, Range::positive, true},
                   {"rows", dim::none, Range::whole, true},
                   {"columns", dim::none, Range::whole, true},
                   {"symbol_time", dim::time, Range::positive, true},
                   {"wavelength", dim::length, Range::positive, true},
                   {"guides", dim::none, Range::whole},
                   {"encoded_inputs", dim::none, Range::whole},
                   {"accumulation_symbols", dim::none, Range::whole},
                   {"readout_symbols", dim::none, Range::not_negative}});
  }
  if (kind == LevelKind::digital_core) {
    append(rules,
           {{"inputs", dim::none, Range::whole, true}, {"outputs", dim::none, Range::whole, true}});
  }
  return rules;
}

std::vector<NumberRule> rules_of_architecture() {
  std::vector<NumberRule> rules = {
      {"weight_bits", dim::none, Range::whole, true},
      {"activation_bits", dim::none, Range::whole, true},
      {"partial_sum_bits", dim::none, Range::whole, true},
      {"published_peak_throughput", dim::frequency, Range::positive},
      {"published_tops_per_mm2", dim::none, Range::positive},
      {"published_tops_per_watt", dim::none, Range::positive},
      {"published_frames_per_joule", dim::none, Range::positive},
      {"published_insertion_loss_db", dim::none, Range::positive},
      {"published_laser_power", dim::power, Range::positive},
      {"published_laser_power_without_fan_out", dim::power, Range::positive}};
  for (const std::string& name : names_of_kinds("published_power_of_")) {
    rules.push_back({name, dim::power, Range::positive});
  }
  for (const std::string& name : names_of_kinds("published_area_of_")) {
    rules.push_back({name, dim::area, Range::positive});
  }
  return rules;
}

void check_numbers(const device::Card& card, const std::vector<NumberRule>& rules,
                   const std::string& owner) {
  std::vector<std::string> names;
  names.reserve(rules.size());
  for (const NumberRule& rule : rules) names.push_back(rule.name);
  for (const device::Number& number : card.numbers) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const NumberRule& r) { return r.name == number.name; });
    if (rule == rules.end()) {
      throw base::Error("architecture.number", owner + " has no number '" + number.name + "'",
                        base::suggest(number.name, names), number.where);
    }
    check_value(number, *rule, owner);
  }
  for (const NumberRule& rule : rules) {
    if (!rule.required || card.find(rule.name) != nullptr) continue;
    refuse_missing(card, rule.name, owner);
  }
}

std::size_t whole_number(const device::Card& card, std::string_view name, std::size_t missing) {
  const device::Number* number = card.find(name);
  return number == nullptr ? missing : static_cast<std::size_t>(number->value.value);
}

}  // namespace neucasl::architecture
