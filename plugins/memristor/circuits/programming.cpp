#include "programming.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_circuits {
namespace {

using memristor_models::WriteVerifyPulse;
using memristor_models::WriteVerifyRule;

constexpr double reached_share = 0.5;
constexpr double read_edge_share = 0.1;

std::string siemens_text(double value) { return base::to_engineering(siemens(value)); }

double target_of(const Cell& cell, const plugin::ParameterSet& parameters) {
  const double asked = parameters.si("target");
  if (asked == 0.0) return std::sqrt(cell.lowest() * cell.highest());
  if (asked > cell.lowest() && asked < cell.highest()) return asked;
  throw base::Error(
      "memristor.target",
      "the cell has no conductance of " + siemens_text(asked) + " at the read voltage",
      "give more than " + siemens_text(cell.lowest()) + " and less than " +
          siemens_text(cell.highest()) + ", or 0 for their geometric mean",
      parameters.where("target"));
}

WriteVerifyRule rule_of(const Cell& cell, const plugin::ParameterSet& parameters) {
  WriteVerifyRule rule = memristor_models::rule_from(
      memristor_models::operations_of(cell.memory_parameters()), parameters.si("first_amplitude"),
      static_cast<int>(parameters.integer("steps")), parameters.si("width"));
  rule.read_voltage = cell.read_voltage();
  rule.most_pulses = static_cast<int>(parameters.integer("most_pulses"));
  const std::vector<double> terminals = cell.terminals(0.0, 0.0);
  rule.others.assign(terminals.begin() + 2, terminals.end());
  return rule;
}

/// Appends a corner; times never go back.
void corner(std::vector<std::pair<double, double>>& points, double time, double value) {
  if (points.empty() && time > 0.0) points.emplace_back(0.0, 0.0);
  points.emplace_back(time, value);
}

void trapezoid(std::vector<std::pair<double, double>>& points, double begin, double edge,
               double width, double value) {
  if (value == 0.0) return;
  corner(points, begin, 0.0);
  corner(points, begin + edge, value);
  corner(points, begin + width, value);
  corner(points, begin + width + edge, 0.0);
}

}  // namespace

Programming find_programming(const Cell& cell, const plugin::ParameterSet& parameters) {
  Programming programming;
  programming.target = target_of(cell, parameters);
  programming.window = parameters.si("window") * programming.target;
  programming.first_state =
      cell.state_of(parameters.text("start") == "high" ? cell.highest() : cell.lowest());
  programming.rule = rule_of(cell, parameters);
  model::DrivenDevice device = cell.driven(programming.first_state);
  programming.result = memristor_models::write_verify(
      device, programming.target, reached_share * programming.window, programming.rule);
  if (programming.result.success) return programming;
  throw base::Error(
      "memristor.write-verify",
      std::to_string(programming.result.pulses.size()) + " pulses leave the cell at " +
          siemens_text(programming.result.conductance) + ", the target is " +
          siemens_text(programming.target) + " within " + siemens_text(programming.window),
      "give a larger window, more pulses (most_pulses), finer steps or, with a transistor, a "
      "higher gate_voltage",
      parameters.where("target"));
}

PulseTimeline timeline_of(const Programming& programming, bool half_select) {
  const WriteVerifyRule& rule = programming.rule;
  PulseTimeline line;
  line.shortest = rule.read_time;
  double now = rule.wait;
  const auto read = [&] {
    const double edge = read_edge_share * rule.read_time;
    trapezoid(line.row, now, edge, rule.read_time, rule.read_voltage);
    line.reads.push_back(now + rule.read_time - edge);
    now += rule.read_time + edge + rule.wait;
  };
  read();
  for (const WriteVerifyPulse& one : programming.result.pulses) {
    const double value = one.pulse.amplitude;
    trapezoid(value > 0.0 ? line.row : line.column, now, one.pulse.edge, one.pulse.width,
              std::abs(value));
    if (half_select) {
      trapezoid(line.other_rows, now, one.pulse.edge, one.pulse.width, 0.5 * std::abs(value));
    }
    line.shortest = std::min(line.shortest, one.pulse.width);
    now += one.pulse.width + one.pulse.edge + rule.wait;
    read();
  }
  line.stop = now;
  return line;
}

}  // namespace neucasl::memristor_circuits
