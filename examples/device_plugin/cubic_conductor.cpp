#include "cubic_conductor.hpp"

#include "neucasl/model/driven_device.hpp"

using namespace neucasl;

model::Specification CubicConductor::specification() {
  model::Specification s;
  s.name = "cubic_conductor";
  s.title = "Conductor with a cubic term";
  s.family = "example";
  s.terminals = {{"p", ir::Discipline::electrical, ir::Direction::inout, 2.0},
                 {"n", ir::Discipline::electrical, ir::Direction::inout, 2.0}};
  s.parameters = {
      {"conductance", "uS", 10.0, 1e-3, 1e4, "at zero voltage"},
      {"voltage_scale", "V", 0.5, 0.01, 10.0, "where the cubic term equals the linear"}};
  s.equations = {"i = G v (1 + (v / v0)^2)"};
  s.validity = "voltages up to 2 V, at rest and in transients: there is no stored charge";
  s.source = "Taylor expansion of any conductor with i(-v) = -i(v)";
  return s;
}

model::Characterization CubicConductorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> /*published*/) const {
  model::DrivenDevice device(*this, parameters, environment);
  std::vector<double> voltage;
  std::vector<double> current;
  for (int k = -50; k <= 50; ++k) {
    voltage.push_back(0.04 * k);
    const std::array<double, 2> terminals{voltage.back(), 0.0};
    current.push_back(device.rest(terminals)[0]);
  }
  results::Table table{"current", "Current over voltage", {}};
  table.add("voltage", voltage, base::dimension::voltage);
  table.add("current", current, base::dimension::current);
  std::vector<double> microampere = current;
  for (double& value : microampere) value *= 1e6;
  model::Characterization result;
  result.charts.emplace_back("current",
                             results::LineChart{"Current over voltage",
                                                {"Voltage", "V", false},
                                                {"Current", "uA", false},
                                                {{"i(v)", voltage, microampere, false}}});
  result.tables.push_back(std::move(table));
  return result;
}
