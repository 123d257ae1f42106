#include <algorithm>
#include <cmath>

#include "../circuits/bench_parts.hpp"
#include "directed_logic.hpp"
#include "neucasl/circuit/waveform_charts.hpp"

namespace neucasl::photonic {
namespace {

std::string net_name(const char* stem, std::size_t index) {
  return std::string(stem) + "_" + std::to_string(index);
}

/// The mapped circuit with a source at each input and at the bias.
ir::Design check_bench(const DirectedLogic& plan, const plugin::LogicDesign& mapped) {
  ir::Design design = mapped.design;
  const ir::ModuleId circuit = design.top;
  const ir::ModuleId source = add_voltage_source(design);
  ir::ModuleBuilder bench(design, "check_bench");
  const auto ground = bench.net("ground", ir::Discipline::electrical, 1, true);
  const auto bias = bench.net("bias", ir::Discipline::electrical);
  ir::ModuleBuilder::Connections connections{{"bias", bias}, {"ground", ground}};
  bench.instance("bias_source", source, {{"p", bias}, {"n", ground}},
                 {{"voltage", volts(plan.parts.bias)}});
  for (std::size_t i = 0; i < plan.input_ports.size(); ++i) {
    const auto net = bench.net(net_name("input", i), ir::Discipline::electrical);
    bench.instance(net_name("driver", i), source, {{"p", net}, {"n", ground}});
    connections.emplace_back(plan.input_ports[i], net);
  }
  for (std::size_t o = 0; o < plan.output_ports.size(); ++o) {
    connections.emplace_back(plan.output_ports[o],
                             bench.net(net_name("output", o), ir::Discipline::electrical));
  }
  bench.instance("circuit", circuit, connections);
  design.top = bench.id();
  return design;
}

double bit_voltage(const DirectedLogic& plan, std::uint64_t row, std::size_t input) {
  return ((row >> input) & 1U) != 0 ? plan.parts.drive : 0.0;
}

const circuit::Trace& trace_of(const circuit::Result& result, const std::string& name,
                               circuit::TraceKind kind) {
  const circuit::Trace* trace = result.find(name, kind);
  if (trace == nullptr) {
    throw base::Error("photonic.logic", "the simulator gave no trace of '" + name + "'",
                      "this is a fault of the simulator plugin");
  }
  return *trace;
}

plugin::LogicLevel level_of(const DirectedOutput& output, double voltage) {
  if (voltage < output.threshold_low) return plugin::LogicLevel::low;
  if (voltage > output.threshold_high) return plugin::LogicLevel::high;
  return plugin::LogicLevel::undefined;
}

plugin::LogicRow row_of(const DirectedLogic& plan, std::uint64_t inputs,
                        const circuit::Result& result) {
  plugin::LogicRow row;
  row.inputs = inputs;
  for (std::size_t o = 0; o < plan.outputs.size(); ++o) {
    row.level.push_back(
        trace_of(result, net_name("output", o), circuit::TraceKind::node).real.front());
    row.value.push_back(level_of(plan.outputs[o], row.level.back()));
  }
  return row;
}

std::vector<plugin::LogicRow> simulate_rows(const DirectedLogic& plan,
                                            const circuit::Circuit& circuit,
                                            std::span<const std::uint64_t> rows,
                                            plugin::CircuitSimulator& simulator,
                                            plugin::Context& context) {
  std::vector<plugin::LogicRow> result(rows.size());
  const auto make = [&](std::size_t k) {
    circuit::Circuit one = circuit;
    for (std::size_t i = 0; i < plan.input_ports.size(); ++i) {
      one.set(net_name("driver", i), bit_voltage(plan, rows[k], i));
    }
    return one;
  };
  const auto take = [&](std::size_t k, plugin::SimulationOutcome outcome) {
    if (outcome.failure) throw base::Error(*outcome.failure);
    result[k] = row_of(plan, rows[k], *outcome.result);
  };
  simulator.simulate_batch(rows.size(), make, circuit::OperatingPointAnalysis{}, {}, take, context);
  return result;
}

/// When the input of a change moves, and how long the levels are held.
struct StepTimes {
  double edge = 0.0;  ///< s, of the ramp
  double rise = 0.0;  ///< s, begin of the change to the row in which the output is 1
  double fall = 0.0;
  double stop = 0.0;
};

/// Of the steps: with tighter ones time steps get so small that the difference of charges, over the
/// step, is no longer a current to the tolerance.
constexpr circuit::Tolerances step_tolerances{1e-4, 1e-6, 1e-9, 7.0};

StepTimes step_times(const DirectedLogic& plan, const DirectedOutput& output) {
  const double slow = output.slowest.delay / std::log(2.0);
  StepTimes times;
  // As fast as the junction follows; a much steeper ramp only makes the steps of engines small.
  times.edge = plan.parts.junction_time;
  times.rise = 0.5 * slow;
  times.fall = times.rise + 5.0 * slow;
  times.stop = times.fall + 5.0 * slow;
  return times;
}

circuit::Circuit step_circuit(const DirectedLogic& plan, const DirectedOutput& output,
                              const circuit::Circuit& circuit, const StepTimes& times) {
  circuit::Circuit one = circuit;
  const OutputChange& change = output.slowest;
  for (std::size_t i = 0; i < plan.input_ports.size(); ++i) {
    one.set(net_name("driver", i), bit_voltage(plan, change.low_row, i));
  }
  const double before = bit_voltage(plan, change.low_row, change.input);
  const double after = bit_voltage(plan, change.high_row, change.input);
  for (circuit::Source& source : one.sources) {
    if (source.name != net_name("driver", change.input)) continue;
    source.waveform = {circuit::Waveform::Kind::piecewise_linear,
                       {0.0, before, times.rise, before, times.rise + times.edge, after, times.fall,
                        after, times.fall + times.edge, before}};
  }
  return one;
}

/// Energy that a source gives, J.
double energy_of(const circuit::Result& result, const std::string& source,
                 const std::string& node) {
  const auto& voltage = trace_of(result, node, circuit::TraceKind::node).real;
  const auto& current = trace_of(result, source, circuit::TraceKind::branch).real;
  double energy = 0.0;
  for (std::size_t k = 1; k < result.axis.size(); ++k) {
    const double power = voltage[k] * current[k] + voltage[k - 1] * current[k - 1];
    energy -= 0.5 * power * (result.axis[k] - result.axis[k - 1]);
  }
  return energy;
}

double crossing_after(const circuit::Result& result, const std::string& node, double level,
                      const std::string& direction, double from) {
  const circuit::Measurement measurement{"delay",
                                         "delay trig at=" + base::shortest(from) + " targ v(" +
                                             node + ") val=" + base::shortest(level) + " " +
                                             direction + "=1 td=" + base::shortest(from),
                                         {}};
  return circuit::measure(measurement, result).value;
}

void add_step(const DirectedLogic& plan, const circuit::Circuit& circuit,
              plugin::CircuitSimulator& simulator, plugin::Context& context,
              plugin::LogicCheck& check) {
  const auto slowest = std::max_element(plan.outputs.begin(), plan.outputs.end(),
                                        [](const DirectedOutput& a, const DirectedOutput& b) {
                                          return a.slowest.delay < b.slowest.delay;
                                        });
  if (!(slowest->slowest.delay > 0.0)) return;  // constants only
  const OutputChange& change = slowest->slowest;
  const StepTimes times = step_times(plan, *slowest);
  circuit::TransientAnalysis analysis;
  analysis.stop = times.stop;
  // Fields that turn within a lifetime, far off resonance, need short steps.
  analysis.largest_step = 0.1 * plan.parts.lifetime;
  plugin::SimulationOptions options;
  options.tolerances = step_tolerances;
  circuit::Result result =
      simulator.simulate(step_circuit(plan, *slowest, circuit, times), analysis, options, context);
  const std::string output =
      net_name("output", static_cast<std::size_t>(slowest - plan.outputs.begin()));
  const std::string input = net_name("input", change.input);
  const double middle = 0.5 * (slowest->threshold_low + slowest->threshold_high);
  const double half = 0.5 * times.edge;
  check.delay = std::max(crossing_after(result, output, middle, "rise", times.rise + half),
                         crossing_after(result, output, middle, "fall", times.fall + half));
  const double driver = 0.5 * energy_of(result, net_name("driver", change.input), input);
  check.energy = plan.electrical_power() * check.delay + driver;
  check.table_delay = change.delay;
  check.table_energy = plan.electrical_power() * change.delay +
                       0.5 * static_cast<double>(plan.driven_by(change.input)) *
                           plan.parts.junction_capacitance * plan.parts.drive * plan.parts.drive;
  std::erase_if(result.traces, [&](const circuit::Trace& trace) {
    return trace.name != input && trace.name != output;
  });
  std::size_t left_out = 0;
  for (auto& [name, chart] : circuit::waveform_charts(result, "step", left_out)) {
    check.section.items.emplace_back(std::move(chart));
  }
}

}  // namespace

plugin::LogicCheck check_directed_logic(const plugin::LogicRequest& request,
                                        const plugin::LogicDesign& design,
                                        std::span<const std::uint64_t> rows,
                                        plugin::CircuitSimulator& simulator,
                                        plugin::Context& context) {
  const DirectedLogic plan = plan_directed_logic(request, context);
  const ir::Design bench = check_bench(plan, design);
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(bench), *context.models, *context.devices);
  plugin::LogicCheck check;
  check.quantity = "voltage";
  check.dimension = base::dimension::voltage;
  check.section.title = "Directed logic";
  check.rows = simulate_rows(plan, circuit, rows, simulator, context);
  check.method =
      "One operating point a row; levels between thirds of the gap between the worst 0 and the "
      "worst 1 are undefined. Delay: transient of the input change with the largest delay in "
      "closed form, there and back, from half the input's ramp to the middle of the gap, the "
      "slower edge. "
      "Energy: electrical power of all lasers over that delay, and half of what the input's driver "
      "gives for both edges";
  add_step(plan, circuit, simulator, context, check);
  return check;
}

}  // namespace neucasl::photonic
