#include "design_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace neucasl::memristor_logic {
namespace {

using plugin::ParameterSet;

/// Place of a derived voltage within its range.
constexpr double middle_share = 0.5;
/// Pulses last this much longer than their slowest case takes.
constexpr double time_reserve = 1.25;
/// A written or switched cell gets within this share of its end.
constexpr double end_share = 0.05;
/// An implication brings q this far below the largest resistance that counts as true.
constexpr double true_reserve = 0.75;
/// A pulse that takes this many times as long as half its way is said not to arrive.
constexpr double most_times = 200.0;
constexpr double edge_share = 0.05;

std::string volts_text(double value) {
  return base::to_engineering({value, base::dimension::voltage});
}

/// Limits of one voltage with the rule that sets each.
struct Range {
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
  std::string low_rule, high_rule;

  void at_least(double value, const std::string& rule) {
    if (value <= low) return;
    low = value;
    low_rule = rule;
  }
  void at_most(double value, const std::string& rule) {
    if (value >= high) return;
    high = value;
    high_rule = rule;
  }
};

double chosen(const ParameterSet& parameters, const char* name, const Range& range, double share,
              const LogicDevice& device) {
  if (!(range.low < range.high)) {
    throw base::Error("memristor.voltage",
                      "no " + std::string(name) + " suits the device '" + device.card() +
                          "': " + range.low_rule + " takes at least " + volts_text(range.low) +
                          ", " + range.high_rule + " at most " + volts_text(range.high),
                      "take a device with a larger ratio of resistances or of its thresholds, a "
                      "smaller fan_in or a smaller voltage_margin",
                      parameters.where("device"));
  }
  const double asked = parameters.si(name);
  if (asked == 0.0) return range.low + share * (range.high - range.low);
  if (asked >= range.low && asked <= range.high) return asked;
  const bool small = asked < range.low;
  throw base::Error(
      "memristor.voltage",
      std::string(name) + " = " + volts_text(asked) + " is too " +
          (small ? "small: " + range.low_rule : "large: " + range.high_rule),
      "give " + volts_text(range.low) + " to " + volts_text(range.high) + ", or 0 to derive it",
      parameters.where(name));
}

class Designer {
 public:
  Designer(const ParameterSet& parameters, const LogicDevice& device, std::size_t fanins,
           std::size_t written)
      : p_(parameters),
        device_(device),
        fanins_(std::max<std::size_t>(fanins, 1)),
        written_(std::max<std::size_t>(written, 1)) {
    d_.family = p_.text("family") == "imply" ? Family::imply : Family::magic;
    d_.switch_resistance = p_.si("switch_resistance");
    d_.open_resistance = p_.si("open_resistance");
    margin_ = p_.si("voltage_margin");
    const double middle = std::sqrt(device.on_resistance() * device.off_resistance());
    d_.true_resistance = middle / p_.si("decision_margin");
    d_.false_resistance = middle * p_.si("decision_margin");
    if (d_.true_resistance <= device.on_resistance() * (1.0 + end_share)) {
      throw base::Error(
          "memristor.voltage",
          "the resistances of '" + device.card() +
              "' are too near to each other "
              "for this decision_margin",
          "give a decision_margin below " +
              base::to_engineering({middle / (device.on_resistance() * (1.0 + end_share)), {}}),
          p_.where("decision_margin"));
    }
  }

  RowDrive run() {
    if (d_.family == Family::magic) {
      choose_magic();
    } else {
      choose_implication();
    }
    choose_writing();
    // Width of a write first: gates begin with what it leaves.
    d_.write_time = width("write_time", write_case());
    d_.gate_time = width("gate_time", gate_case());
    d_.edge_time = p_.si("edge_time");
    if (d_.edge_time == 0.0) d_.edge_time = edge_share * d_.gate_time;
    return d_;
  }

 private:
  [[nodiscard]] double on() const { return device_.on_resistance(); }
  [[nodiscard]] double off() const { return device_.off_resistance(); }
  [[nodiscard]] double series_on() const { return on() + d_.switch_resistance; }
  [[nodiscard]] double series_off() const { return off() + d_.switch_resistance; }
  [[nodiscard]] double above_set() const { return device_.set_threshold() * (1.0 + margin_); }
  [[nodiscard]] double below_set() const { return device_.set_threshold() * (1.0 - margin_); }
  [[nodiscard]] double below_reset() const { return device_.reset_threshold() * (1.0 - margin_); }
  [[nodiscard]] double above_reset() const { return device_.reset_threshold() * (1.0 + margin_); }

  void choose_magic() {
    const auto k = static_cast<double>(fanins_);
    Range range;
    range.at_least(above_reset() * 2.0 * series_on() / on(),
                   "one true input has to reset the output");
    range.at_most(below_reset() * (series_on() + series_off() / k) / on(),
                  std::to_string(fanins_) + " false inputs must not reset the output");
    range.at_most(below_set() * (series_off() + series_on()) / off(),
                  "a false input must not be set");
    d_.gate_voltage = chosen(p_, "gate_voltage", range, middle_share, device_);
    d_.gate_voltage_low = range.low;
    d_.gate_voltage_high = range.high;
  }

  /// Voltage of the row wire.
  [[nodiscard]] double row(double p_series, double q_series, double set) const {
    const double load = 1.0 / (d_.load_resistance + d_.switch_resistance);
    return (d_.condition_voltage / p_series + set / q_series) /
           (1.0 / p_series + 1.0 / q_series + load);
  }
  /// Where a voltage that is linear in Vset reaches a value.
  static double reach(const std::function<double(double)>& linear, double value) {
    const double offset = linear(0.0);
    const double slope = linear(1.0) - offset;
    return slope > 0.0 ? (value - offset) / slope : std::numeric_limits<double>::infinity();
  }

  void choose_implication() {
    d_.load_resistance = p_.si("load_resistance");
    if (d_.load_resistance == 0.0) d_.load_resistance = on();
    const double share = off() / series_off();
    Range condition;
    condition.at_most(below_set() / share, "a false p must not be set");
    d_.condition_voltage = chosen(p_, "condition_voltage", condition, 1.0, device_);
    Range range;
    range.at_least(reach([&](double v) { return (v - row(series_off(), series_off(), v)) * share; },
                         above_set()),
                   "a false p has to let q be set");
    range.at_most(reach([&](double v) { return (v - row(series_on(), series_off(), v)) * share; },
                        below_set()),
                  "a true p must keep q from being set");
    range.at_most(reach(
                      [&](double v) {
                        return (row(series_on(), series_on(), v) - d_.condition_voltage) * on() /
                               series_on();
                      },
                      below_reset()),
                  "a true q must not reset p");
    d_.gate_voltage = chosen(p_, "gate_voltage", range, middle_share, device_);
    d_.gate_voltage_low = range.low;
    d_.gate_voltage_high = range.high;
  }

  void choose_writing() {
    const bool set = d_.family == Family::magic;
    const double card = set ? device_.operations().set_voltage : device_.operations().reset_voltage;
    const double threshold = set ? above_set() : above_reset();
    Range range;
    range.at_least(threshold * (series_on() + d_.switch_resistance) / on(),
                   "writing has to pass the threshold of the device");
    d_.write_voltage = p_.si("write_voltage") == 0.0 && std::abs(card) > range.low
                           ? std::abs(card)
                           : chosen(p_, "write_voltage", range, 0.0, device_);
    const double most = (d_.write_voltage * on() / threshold - series_on()) / d_.switch_resistance;
    constexpr double no_limit = 1e6;
    d_.most_written = static_cast<std::size_t>(std::clamp(std::floor(most), 1.0, no_limit));
  }

  /// A pulse, the states before it, and the resistance that cell 0 has to get to.
  struct Case {
    RowPulse pulse;
    std::vector<double> states;
    double resistance = 0.0;
    const char* what = "";
  };

  [[nodiscard]] double end_resistance(bool low) const {
    return low ? on() * (1.0 + end_share) : off() * (1.0 - end_share);
  }

  [[nodiscard]] Case write_case() const {
    const std::size_t count = std::min(d_.most_written, written_);
    Operation write{Operation::Kind::prepare, {}, {}};
    for (Cell cell = 0; cell < count; ++cell) write.outputs.push_back(cell);
    // Cells that are true already load the row's driver most.
    std::vector<double> states(count, 0.0);
    const bool low = d_.family == Family::magic;
    if (low) states[0] = 1.0;
    return {pulse_of(write, d_), states, end_resistance(low), "writing a cell"};
  }

  [[nodiscard]] Case gate_case() const {
    if (d_.family == Family::magic) {
      const double on_state = device_.state_of(end_resistance(true));
      return {pulse_of({Operation::Kind::nor, {1}, {0}}, d_),
              {0.0, on_state},
              end_resistance(false),
              "resetting the output of a NOR"};
    }
    return {pulse_of({Operation::Kind::imply, {1}, {0}}, d_),
            {1.0, 1.0},
            true_reserve * d_.true_resistance,
            "setting the output of an implication"};
  }

  /// The parameter's width, if it is enough, or the time that the case takes and a reserve.
  double width(const char* name, Case c) const {
    const RowDynamics dynamics(device_, d_.switch_resistance);
    const double asked = p_.si(name);
    const double level = device_.state_of(c.resistance);
    const double half = 0.5;
    std::vector<double> states = c.states;
    c.pulse.width = asked > 0.0 ? asked : std::numeric_limits<double>::infinity();
    if (asked == 0.0) {
      const double rate = dynamics.fastest_rate(c.pulse, states);
      c.pulse.width = rate > 0.0 ? most_times / rate : 0.0;
      const RowResponse first = dynamics.apply(c.pulse, states, {{0, half}});
      c.pulse.width = most_times * first.reached.value_or(0.0);
      states = c.states;
    }
    const RowResponse response = dynamics.apply(c.pulse, states, {{0, level}});
    if (response.reached) return asked > 0.0 ? asked : time_reserve * *response.reached;
    throw base::Error(
        "memristor.width",
        std::string(c.what) + " leaves it at " +
            base::to_engineering({device_.resistance(states[0]), base::dimension::resistance}) +
            (asked > 0.0 ? " after " + base::to_engineering({asked, base::dimension::time})
                         : std::string(", however long the pulse")) +
            "; it has to get to " +
            base::to_engineering({c.resistance, base::dimension::resistance}),
        asked > 0.0 ? "give a longer " + std::string(name) + ", or 0 to derive it"
                    : std::string("give another voltage") +
                          (d_.family == Family::imply ? " or a smaller load_resistance" : ""),
        p_.where(asked > 0.0 ? name : "gate_voltage"));
  }

  const ParameterSet& p_;
  const LogicDevice& device_;
  std::size_t fanins_;
  std::size_t written_;
  double margin_ = 0.0;
  RowDrive d_;
};

}  // namespace

RowDrive design_row(const ParameterSet& parameters, const LogicDevice& device, std::size_t fanins,
                    std::size_t written) {
  return Designer(parameters, device, fanins, written).run();
}

RowPulse pulse_of(const Operation& operation, const RowDrive& drive) {
  RowPulse pulse;
  pulse.width = drive.gate_time;
  if (operation.kind == Operation::Kind::prepare) {
    const bool set = drive.family == Family::magic;
    pulse.width = drive.write_time;
    pulse.row_conductance = 1.0 / drive.switch_resistance;
    pulse.row_voltage = set ? 0.0 : drive.write_voltage;
    for (const Cell cell : operation.outputs) {
      pulse.columns.push_back({cell, set ? drive.write_voltage : 0.0});
    }
    return pulse;
  }
  const bool nor = operation.kind == Operation::Kind::nor;
  if (!nor) pulse.row_conductance = 1.0 / (drive.load_resistance + drive.switch_resistance);
  for (const Cell cell : operation.inputs) {
    pulse.columns.push_back({cell, nor ? drive.gate_voltage : drive.condition_voltage});
  }
  pulse.columns.push_back({operation.outputs.front(), nor ? 0.0 : drive.gate_voltage});
  return pulse;
}

void split_preparations(Schedule& schedule, std::size_t most) {
  std::vector<Operation> split;
  for (Operation& operation : schedule.operations) {
    if (operation.kind != Operation::Kind::prepare || operation.outputs.size() <= most) {
      split.push_back(std::move(operation));
      continue;
    }
    for (std::size_t first = 0; first < operation.outputs.size(); first += most) {
      const auto begin = operation.outputs.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(most, operation.outputs.size() - first);
      split.push_back({Operation::Kind::prepare,
                       {},
                       std::vector<Cell>(begin, begin + static_cast<std::ptrdiff_t>(count))});
    }
  }
  schedule.operations = std::move(split);
}

}  // namespace neucasl::memristor_logic
