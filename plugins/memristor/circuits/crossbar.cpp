#include "crossbar.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace neucasl::memristor_circuits {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// Largest |di/dv| over conductance near the given voltages.
double steepest_slope(const Cell& cell, const std::vector<double>& states,
                      const std::vector<double>& voltages) {
  if (cell.linear()) return 1.0;
  const double step = 1e-3 * std::abs(cell.read_voltage());
  double steepest = 1.0;
  for (const double state : states) {
    const double conductance = cell.conductance(state);
    for (const double voltage : voltages) {
      for (const double share : {1.0, 0.95, 0.9}) {
        const double v = share * voltage;
        const double slope = (cell.current(state, v, 0.0) - cell.current(state, v - step, 0.0));
        steepest = std::max(steepest, std::abs(slope / step) / conductance);
      }
    }
  }
  return steepest;
}

}  // namespace

ir::ModuleId add_crossbar(ir::Design& design, Elements& elements, const Cell& cell,
                          const CrossbarRequest& request) {
  const mapping::ArrayWiring wiring = request.wiring();
  ir::ModuleId master = design.find_module("cell");
  if (!master.valid()) {
    master = cell.add(design, elements, wiring.row_segments, wiring.column_segments);
  }
  ModuleBuilder module(design, request.name);
  module.attribute("role", "array");
  const auto port = [&](const char* name, std::size_t width) {
    return module.port(name, Discipline::electrical, Direction::inout, width_of(width));
  };
  const NetRef row_wire = port("row_wire", wiring.row_width());
  const NetRef column_wire = port("column_wire", wiring.column_width());
  const auto rows = width_of(request.rows);
  const auto columns = width_of(request.columns);
  ModuleBuilder::Parameters parameters{
      {"state", module.table("state", rows, columns, cell.state_dimension(), request.state)}};
  std::vector<ModuleBuilder::Pin> pins;
  const std::int64_t row_stride = signed_of(wiring.row_stride());
  const std::int64_t column_stride = wiring.column_segments ? signed_of(request.columns) : 0;
  if (wiring.row_segments) {
    pins.push_back({"row_in", row_wire, row_stride, 1});
    pins.push_back({"row", bit_of(row_wire, 1), row_stride, 1});
    parameters.emplace_back("row_segment_resistance", ohms(request.row_segment));
  } else {
    pins.push_back({"row", row_wire, row_stride, 0});
  }
  pins.push_back({"column", column_wire, column_stride, 1});
  if (wiring.column_segments) {
    pins.push_back({"column_out", bit_of(column_wire, request.columns), column_stride, 1});
    parameters.emplace_back("column_segment_resistance", ohms(request.column_segment));
  }
  if (cell.kind() == CellKind::transistor) {
    const NetRef gate = port("gate", request.gate_per_row ? request.rows : 1);
    pins.push_back({"gate", gate, request.gate_per_row ? 1 : 0, 0});
  }
  module.array("cells", master, rows, columns, pins, parameters);
  return module.id();
}

ir::ModuleId add_readout(ir::Design& design, Elements& elements, const std::string& name,
                         const EncodedWeights& weights, double transresistance) {
  constexpr double load = 1e3;  // ohm; the voltage on it does not depend on it
  const ir::ModuleId amplifier = elements.current_to_voltage();
  const ir::ModuleId adder = elements.voltage_to_current();
  const ir::ModuleId resistor = elements.resistor();
  ModuleBuilder module(design, name);
  module.attribute("role", "readout");
  const auto port = [&](const char* port_name, std::size_t width) {
    return module.port(port_name, Discipline::electrical, Direction::inout, width_of(width));
  };
  const NetRef column = port("column", weights.columns);
  const NetRef voltage = port("column_voltage", weights.columns);
  const NetRef output = port("output", weights.outputs);
  const NetRef ground = module.net("ground", Discipline::electrical, 1, true);
  const auto outputs = width_of(weights.outputs);
  const auto each = width_of(weights.columns_per_output);
  module.array("amplifiers", amplifier, 1, width_of(weights.columns),
               {{"p", voltage, 0, 1},
                {"n", ground, 0, 0},
                {"control_p", column, 0, 1},
                {"control_n", ground, 0, 0}},
               {{"transresistance", ohms(transresistance)}});
  std::vector<double> gains;
  for (std::size_t n = 0; n < weights.outputs; ++n) {
    for (const double gain : weights.gain) gains.push_back(gain / load);
  }
  module.array(
      "digits", adder, outputs, each,
      {{"p", ground, 0, 0},
       {"n", output, 1, 0},
       {"control_p", voltage, signed_of(weights.columns_per_output), 1},
       {"control_n", ground, 0, 0}},
      {{"transconductance",
        module.table("gain", outputs, each, base::dimension::conductance, std::move(gains))}});
  if (weights.reference) {
    module.array("references", adder, outputs, 1,
                 {{"p", ground, 0, 0},
                  {"n", output, 1, 0},
                  {"control_p", bit_of(voltage, weights.columns - 1), 0, 0},
                  {"control_n", ground, 0, 0}},
                 {{"transconductance", siemens(weights.reference_gain / load)}});
  }
  module.array("loads", resistor, outputs, 1, {{"p", output, 1, 0}, {"n", ground, 0, 0}},
               {{"resistance", ohms(load)}});
  return module.id();
}

std::vector<double> readout_voltages(const EncodedWeights& weights, double transresistance,
                                     const std::vector<double>& current) {
  std::vector<double> result(weights.outputs, 0.0);
  for (std::size_t n = 0; n < weights.outputs; ++n) {
    for (std::size_t c = 0; c < weights.columns_per_output; ++c) {
      result[n] += weights.gain[c] * current[n * weights.columns_per_output + c];
    }
    if (weights.reference) result[n] += weights.reference_gain * current.back();
    result[n] *= transresistance;
  }
  return result;
}

std::vector<double> states_of(const Cell& cell, const std::vector<double>& conductance) {
  std::map<double, double> known;  // levels repeat
  std::vector<double> states;
  states.reserve(conductance.size());
  for (const double g : conductance) {
    const auto [place, fresh] = known.try_emplace(g, 0.0);
    if (fresh) place->second = cell.state_of(g);
    states.push_back(place->second);
  }
  return states;
}

ArraySolution solve_crossbar(const Cell& cell, const CrossbarRequest& request,
                             const std::vector<double>& conductance,
                             const std::vector<double>& row_voltages) {
  const ArrayProblem problem{request.rows, request.columns, request.row_segment,
                             request.column_segment, conductance};
  if (cell.linear()) return solve_array(problem, row_voltages);
  return solve_array(problem, row_voltages, [&](std::size_t k, double row, double column) {
    return cell.current(request.state[k], row, column);
  });
}

std::vector<double> deviation_bound(const Cell& cell, const CrossbarRequest& request,
                                    const std::vector<double>& conductance,
                                    const std::vector<double>& row_voltages) {
  const ArrayProblem problem{request.rows, request.columns, request.row_segment,
                             request.column_segment, conductance};
  std::vector<double> bound = wire_loss_bound(problem, row_voltages);
  if (cell.linear()) return bound;
  const auto [low, high] = std::minmax_element(conductance.begin(), conductance.end());
  std::vector<double> voltages = row_voltages;
  std::sort(voltages.begin(), voltages.end());
  voltages.erase(std::unique(voltages.begin(), voltages.end()), voltages.end());
  const double slope = steepest_slope(cell, {cell.state_of(*low), cell.state_of(*high)}, voltages);
  for (double& value : bound) value *= slope * slope;
  for (std::size_t k = 0; k < conductance.size(); ++k) {
    const double v = row_voltages[k / request.columns];
    bound[k % request.columns] +=
        std::abs(cell.current(request.state[k], v, 0.0) - conductance[k] * v);
  }
  return bound;
}

}  // namespace neucasl::memristor_circuits
