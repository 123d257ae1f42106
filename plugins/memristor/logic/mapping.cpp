#include <algorithm>

#include "neucasl/base/random.hpp"
#include "row_netlist.hpp"
#include "stateful_logic.hpp"

namespace neucasl::memristor_logic {
namespace {

constexpr std::size_t most_predicted_inputs = 6;
constexpr std::size_t predicted_sample = 16;

SynthesisOptions synthesis_options(const plugin::ParameterSet& parameters) {
  SynthesisOptions options;
  options.family = parameters.text("family") == "imply" ? Family::imply : Family::magic;
  options.most_fanins = static_cast<std::size_t>(parameters.integer("fan_in"));
  return options;
}

/// All input patterns of a small function, else some.
std::vector<std::uint64_t> patterns_of(const logic::Network& network, std::uint64_t seed) {
  const std::size_t inputs = network.inputs().size();
  std::vector<std::uint64_t> patterns;
  if (inputs <= most_predicted_inputs) {
    for (std::uint64_t m = 0; m < (std::uint64_t{1} << inputs); ++m) patterns.push_back(m);
    return patterns;
  }
  base::RandomStream random(seed, "memristor/logic/patterns");
  for (std::size_t k = 0; k < predicted_sample; ++k) {
    std::uint64_t pattern = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(inputs, 64); ++i) {
      pattern |= std::uint64_t{random.below(2)} << i;
    }
    patterns.push_back(pattern);
  }
  return patterns;
}

std::string pattern_text(const logic::Network& network, std::uint64_t pattern) {
  std::string text;
  for (std::size_t i = 0; i < network.inputs().size(); ++i) {
    text += (text.empty() ? "" : " ") + network.node(network.inputs()[i]).name + '=' +
            (((pattern >> i) & 1U) != 0 ? '1' : '0');
  }
  return text;
}

/// Mean energy over the patterns; refuses a row whose cells lose their values.
double predicted_energy(const RowPlan& plan, const plugin::LogicRequest& request,
                        std::uint64_t seed) {
  const std::vector<std::uint64_t> patterns = patterns_of(request.network, seed);
  double energy = 0.0;
  for (const std::uint64_t pattern : patterns) {
    const std::vector<bool> cells =
        first_values(plan.schedule, pattern, former_content(plan, seed, pattern));
    const Prediction prediction = predict(plan, cells);
    energy += prediction.energy / static_cast<double>(patterns.size());
    const std::vector<WrongCell> wrong = wrong_cells(plan, cells, prediction.resistance);
    if (wrong.empty()) continue;
    const WrongCell& first = wrong.front();
    throw base::Error(
        "memristor.state",
        cell_name(first.cell) + " holds " +
            base::to_engineering({first.resistance, base::dimension::resistance}) +
            " after cycle " + std::to_string(first.cycle + 1) + " of " +
            std::to_string(plan.schedule.cycles()) + " for " +
            pattern_text(request.network, pattern) + ", where it should be " +
            (first.expected ? "true" : "false"),
        "give other voltages or widths (0 derives them), a smaller fan_in or a smaller "
        "decision_margin",
        request.parameters.where("device"));
  }
  return energy;
}

class DesignReport {
 public:
  DesignReport(const RowPlan& plan, plugin::LogicDesign& design) : plan_(plan), design_(design) {}

  void run() {
    namespace dim = base::dimension;
    const Schedule& s = plan_.schedule;
    const RowDrive& d = plan_.drive;
    const auto count = [](std::size_t n) { return static_cast<double>(n); };
    add("cycles", "Cycles", count(s.cycles()), {}, "of the schedule");
    add("preparation_cycles", "Cycles that write cells", count(s.prepare_cycles()), {},
        "of the schedule");
    add("gate_cycles", "Cycles of gates", count(s.cycles() - s.prepare_cycles()), {},
        "of the schedule");
    add("written_cells", "Cells written in these cycles", count(s.preparations()), {},
        "of the schedule");
    add("cycle_time", "Cycle", d.cycle_time(), dim::time, "longest pulse and three edges");
    add("gate_time", "Pulse of a gate", d.gate_time, dim::time,
        "state equations of the device for the slowest gate, and a quarter more; or a parameter");
    add("write_time", "Pulse of a write", d.write_time, dim::time,
        "state equations of the device for as many cells as a cycle writes; or a parameter");
    const bool magic = s.family == Family::magic;
    const char* rule = magic ? "design rules of MAGIC (Kvatinsky et al., 2014)"
                             : "design rules of implication (Kvatinsky et al., 2014)";
    add("gate_voltage", magic ? "Voltage of the inputs of a NOR" : "Voltage of q", d.gate_voltage,
        dim::voltage, rule);
    add("gate_voltage_low", "Least voltage that the rules allow", d.gate_voltage_low, dim::voltage,
        rule);
    add("gate_voltage_high", "Largest voltage that the rules allow", d.gate_voltage_high,
        dim::voltage, rule);
    if (!magic) {
      add("condition_voltage", "Voltage of p", d.condition_voltage, dim::voltage, rule);
      add("load_resistance", "Resistance from row to ground", d.load_resistance, dim::resistance,
          "parameter, or the device's low resistance");
    }
    add("write_voltage", "Voltage of a write", d.write_voltage, dim::voltage,
        "card of the device, or a parameter");
  }

 private:
  void add(const char* key, const char* label, double value, const base::Dimension& dimension,
           const char* method) {
    design_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "memristor"));
  }

  const RowPlan& plan_;
  plugin::LogicDesign& design_;
};

}  // namespace

RowPlan plan_row(const plugin::LogicRequest& request, plugin::Context& context) {
  const plugin::ParameterSet& parameters = request.parameters;
  const SynthesisOptions options = synthesis_options(parameters);
  RowPlan plan{LogicDevice(parameters.text("device"), *context.models, *context.devices,
                           parameters.where("device")),
               {},
               {}};
  context.cancel.throw_if_requested();
  const GateNetwork gates = synthesize(request.network, options);
  RowOptions row;
  row.row_size = static_cast<std::size_t>(parameters.integer("row_size"));
  row.keep_inputs = parameters.boolean("keep_inputs");
  plan.schedule = schedule_gates(gates, options.family, row);
  std::size_t written = 0;
  for (const Operation& operation : plan.schedule.operations) {
    if (operation.kind == Operation::Kind::prepare) {
      written = std::max(written, operation.outputs.size());
    }
  }
  // Rules for the largest gate that may come, so that they do not depend on the function.
  plan.drive = design_row(parameters, plan.device, options.most_fanins, written);
  split_preparations(plan.schedule, plan.drive.most_written);
  return plan;
}

std::vector<bool> former_content(const RowPlan& plan, std::uint64_t seed, std::uint64_t index) {
  base::RandomStream random(seed, "memristor/logic/former-content", index);
  std::vector<bool> cells;
  cells.reserve(plan.schedule.cells);
  for (std::size_t k = 0; k < plan.schedule.cells; ++k) cells.push_back(random.below(2) == 1);
  return cells;
}

Prediction predict(const RowPlan& plan, const std::vector<bool>& cells) {
  const RowDynamics dynamics(plan.device, plan.drive.switch_resistance);
  std::vector<double> states;
  states.reserve(cells.size());
  for (const bool value : cells) states.push_back(value ? 0.0 : 1.0);
  Prediction prediction;
  for (const Operation& operation : plan.schedule.operations) {
    RowPulse pulse = pulse_of(operation, plan.drive);
    prediction.energy += dynamics.apply(pulse, states).energy;
    // Two linear edges take a third each of what the full voltage takes in their time.
    pulse.width = 2.0 / 3.0 * plan.drive.edge_time;
    std::vector<double> after = states;
    prediction.energy += dynamics.apply(pulse, after).energy;
    std::vector<double> resistance;
    resistance.reserve(states.size());
    for (const double state : states) resistance.push_back(plan.device.resistance(state));
    prediction.resistance.push_back(std::move(resistance));
  }
  return prediction;
}

std::vector<WrongCell> wrong_cells(const RowPlan& plan, const std::vector<bool>& cells,
                                   const std::vector<std::vector<double>>& resistance) {
  const std::vector<std::vector<bool>> expected = cell_values(plan.schedule, cells);
  std::vector<WrongCell> wrong;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    for (Cell cell = 0; cell < plan.schedule.cells; ++cell) {
      const double r = resistance[k][cell];
      const bool value = expected[k][cell];
      if (value ? r < plan.drive.true_resistance : r > plan.drive.false_resistance) continue;
      wrong.push_back({k, cell, value, r});
    }
  }
  return wrong;
}

plugin::LogicDesign map_logic(const plugin::LogicRequest& request, plugin::Context& context) {
  const RowPlan plan = plan_row(request, context);
  plugin::LogicDesign design;
  design.design = row_design(plan.schedule, plan.drive, plan.device.card(), request.network.name);
  design.realised = realised_network(plan.schedule, request.network);
  design.cells = plan.schedule.cells;
  design.cell_name = "memristors";
  design.delay = static_cast<double>(plan.schedule.cycles()) * plan.drive.cycle_time();
  design.energy = predicted_energy(plan, request, context.seed);
  design.method =
      "Delay: cycles times cycle time. Energy: the device's state equations on ideal wires with "
      "Kirchhoff's current law at the row, mean over input patterns";
  DesignReport(plan, design).run();
  design.tables = {schedule_table(plan.schedule), cell_table(plan.schedule, request.network)};
  design.uses = plan.device.uses();
  return design;
}

}  // namespace neucasl::memristor_logic
