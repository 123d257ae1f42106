#include "cell_bench.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::cells {
namespace {

using ir::Discipline;

ir::Design bench_design(const TransistorPair& pair, const StandardCell& cell) {
  ir::Design design;
  design.name = "cell_bench";
  const Transistors transistors(design, pair);
  const ir::ModuleId master = add_cell(design, transistors, cell);
  const ir::ModuleId source = two_terminal(design, "voltage_source", "voltage_source", "voltage",
                                           {0.0, base::dimension::voltage});
  const ir::ModuleId capacitor = two_terminal(design, "capacitor", "capacitor", "capacitance",
                                              {0.0, base::dimension::capacitance});
  ir::ModuleBuilder top(design, "bench");
  const ir::NetRef ground = top.net("ground", Discipline::electrical, 1, true);
  const ir::NetRef supply = top.net("supply", Discipline::electrical);
  const ir::NetRef output = top.net(CellBench::output_node, Discipline::electrical);
  ir::ModuleBuilder::Connections pins = {{"vdd", supply}, {"vss", ground}, {cell.output, output}};
  for (std::size_t i = 0; i < cell.inputs.size(); ++i) {
    const ir::NetRef net = top.net("in_" + std::to_string(i), Discipline::electrical);
    top.instance(CellBench::input_source(i), source, {{"p", net}, {"n", ground}});
    pins.emplace_back(cell.inputs[i], net);
  }
  top.instance(CellBench::supply_source, source, {{"p", supply}, {"n", ground}},
               {{"voltage", base::Quantity{pair.supply, base::dimension::voltage}}});
  // Replaced before a run; an element needs a positive value.
  top.instance("load", capacitor, {{"p", output}, {"n", ground}},
               {{"capacitance", base::Quantity{1e-18, base::dimension::capacitance}}});
  top.instance("cell", master, pins);
  design.top = top.id();
  return design;
}

}  // namespace

CellBench::CellBench(const TransistorPair& pair, const StandardCell& cell, plugin::Context& context)
    : cell_(&cell),
      supply_(pair.supply),
      circuit_(circuit::lower(ir::flatten(bench_design(pair, cell)), *context.models,
                              *context.devices)) {}

void set_edges(circuit::Source& source, const std::vector<InputEdge>& edges, double transition,
               double supply) {
  source.waveform.kind = circuit::Waveform::Kind::piecewise_linear;
  source.rest = edges.front().rising ? 0.0 : supply;
  source.waveform.values = {0.0, source.rest};
  for (const InputEdge& edge : edges) {
    const double after = edge.rising ? supply : 0.0;
    for (const auto& [time, value] :
         {std::pair(edge.time, supply - after), std::pair(edge.time + transition, after)}) {
      source.waveform.values.push_back(time);
      source.waveform.values.push_back(value);
    }
  }
}

void CellBench::set_load(double farad) {
  const auto load =
      std::ranges::find(circuit_.passives, std::string("load"), &circuit::Passive::name);
  load->value = farad;
}

circuit::Source& CellBench::source_of(std::size_t input) {
  return *std::ranges::find(circuit_.sources, input_source(input), &circuit::Source::name);
}

void CellBench::hold(std::size_t input, bool high) {
  circuit::Source& source = source_of(input);
  source.rest = high ? supply_ : 0.0;
  source.waveform = {};
}

void CellBench::drive(std::size_t input, const std::vector<InputEdge>& edges, double transition) {
  set_edges(source_of(input), edges, transition, supply_);
}

void CellBench::store(bool high) {
  const auto node = circuit_.find_node("cell." + cell_->state);
  circuit_.initial_voltages = {{node.value(), high ? 0.0 : supply_}};
}

WaveView::WaveView(const circuit::Result& result, const char* name, circuit::TraceKind kind)
    : time_(result.axis), value_(result.find(name, kind)->real) {}

double WaveView::at(double time) const {
  const auto after = std::ranges::upper_bound(time_, time);
  if (after == time_.begin()) return value_.front();
  if (after == time_.end()) return value_.back();
  const auto k = static_cast<std::size_t>(after - time_.begin());
  const double share = (time - time_[k - 1]) / (time_[k] - time_[k - 1]);
  return value_[k - 1] + share * (value_[k] - value_[k - 1]);
}

std::optional<double> WaveView::last_crossing(double level, bool rising, double from,
                                              double to) const {
  const double sign = rising ? 1.0 : -1.0;
  std::optional<double> found;
  for (std::size_t k = 1; k < time_.size() && time_[k - 1] < to; ++k) {
    if (time_[k] <= from) continue;
    const double before = sign * (value_[k - 1] - level);
    const double after = sign * (value_[k] - level);
    if (before >= 0.0 || after < 0.0) continue;
    const double time = time_[k - 1] + (time_[k] - time_[k - 1]) * before / (before - after);
    if (time > from && time <= to) found = time;
  }
  return found;
}

double WaveView::integral(double from, double to) const {
  double sum = 0.0;
  double last_time = from;
  double last_value = at(from);
  for (std::size_t k = 0; k < time_.size() && time_[k] < to; ++k) {
    if (time_[k] <= from) continue;
    sum += 0.5 * (last_value + value_[k]) * (time_[k] - last_time);
    last_time = time_[k];
    last_value = value_[k];
  }
  return sum + 0.5 * (last_value + at(to)) * (to - last_time);
}

double supply_charge(const circuit::Result& result, double from, double to) {
  // A source that delivers has a negative current.
  const WaveView current(result, CellBench::supply_source, circuit::TraceKind::branch);
  const double rest = 0.5 * (current.at(from) + current.at(to));
  return rest * (to - from) - current.integral(from, to);
}

std::optional<EdgeFigures> output_figures(const circuit::Result& result, double supply, double load,
                                          bool rising, double input_middle, double from,
                                          double to) {
  constexpr double settled = 0.02;
  const WaveView output(result, CellBench::output_node, circuit::TraceKind::node);
  const double target = rising ? supply : 0.0;
  const auto middle = output.last_crossing(0.5 * supply, rising, from, to);
  const auto first = output.last_crossing((rising ? 0.2 : 0.8) * supply, rising, from, to);
  const auto last = output.last_crossing((rising ? 0.8 : 0.2) * supply, rising, from, to);
  if (!middle || !first || !last || std::abs(output.at(to) - target) > settled * supply) {
    return std::nullopt;
  }
  EdgeFigures figures;
  figures.delay = *middle - input_middle;
  figures.transition = (*last - *first) / 0.6;
  figures.energy = supply * supply_charge(result, from, to);
  if (rising) figures.energy -= load * supply * supply;
  return figures;
}

}  // namespace neucasl::cells
