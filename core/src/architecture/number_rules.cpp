#include "number_rules.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::architecture {
namespace {

namespace dim = base::dimension;

constexpr double most_bits = 32.0;
constexpr double largest_count = 1e9;

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
    if (!(value >= 1.0 && value <= largest_count) || value != std::floor(value)) {
      throw base::Error("architecture.count",
                        what + " = " + base::shortest(value) + " is no whole number",
                        "give 1 to 10^9, nearest is " +
                            base::shortest(std::clamp(std::round(value), 1.0, largest_count)),
                        number.where);
    }
    if (number.name.ends_with("bits") && value > most_bits) {
      throw base::Error("architecture.converter",
                        what + " = " + base::shortest(value) + " is large", "give at most 32 bits",
                        number.where);
    }
    return;
  }
  const bool positive = rule.range == Range::positive;
  if (!std::isfinite(value) || value < 0.0 || (positive && value == 0.0)) {
    throw base::Error("architecture.number", what + " = " + base::shortest(value) + " is too small",
                      positive ? "give a number above 0" : "give 0 or more", number.where);
  }
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
  return kind != ComponentKind::laser && kind != ComponentKind::control;
}

std::vector<NumberRule> rules_of(ComponentKind kind) {
  std::vector<NumberRule> rules = {{"count", dim::none, Range::whole, true},
                                   {"shared_by", dim::none, Range::whole},
                                   {"area", dim::area, Range::not_negative, true},
                                   {"leakage", dim::power, Range::not_negative, true}};
  if (has_events(kind)) {
    append(rules, {{"energy", dim::energy, Range::not_negative},
                   {"power", dim::power, Range::not_negative},
                   {"time", dim::time, Range::positive}});
  }
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
    case ComponentKind::multiplier:
      append(rules, {{"bits", dim::none, Range::whole, true}});
      break;
    case ComponentKind::router:
      append(rules, {{"width", dim::none, Range::whole, true},
                     {"hops", dim::none, Range::not_negative, true}});
      break;
    case ComponentKind::buffer:
    case ComponentKind::weight_memory:
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
      break;
  }
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
                   {"symbol_time", dim::time, Range::positive, true}});
  }
  if (kind == LevelKind::digital_core) {
    append(rules,
           {{"inputs", dim::none, Range::whole, true}, {"outputs", dim::none, Range::whole, true}});
  }
  return rules;
}

std::vector<NumberRule> rules_of_architecture() {
  return {{"weight_bits", dim::none, Range::whole, true},
          {"activation_bits", dim::none, Range::whole, true},
          {"partial_sum_bits", dim::none, Range::whole, true},
          {"published_peak_throughput", dim::frequency, Range::positive},
          {"published_tops_per_mm2", dim::none, Range::positive},
          {"published_tops_per_watt", dim::none, Range::positive}};
}

void check_numbers(const device::Card& card, const std::vector<NumberRule>& rules,
                   const std::string& owner) {
  std::vector<std::string> names;
  names.reserve(rules.size());
  for (const NumberRule& rule : rules) names.emplace_back(rule.name);
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
    refuse_missing(card, std::string(rule.name), owner);
  }
}

std::size_t whole_number(const device::Card& card, std::string_view name, std::size_t missing) {
  const device::Number* number = card.find(name);
  return number == nullptr ? missing : static_cast<std::size_t>(number->value.value);
}

}  // namespace neucasl::architecture
