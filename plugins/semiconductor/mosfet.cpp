#include "mosfet.hpp"

#include <cmath>
#include <limits>

#include "neucasl/variation/lifetime.hpp"
#include "silicon.hpp"

namespace neucasl::semiconductor {
namespace {

constexpr int curve_points = 101;

/// Drain current of the electron device, source and bulk at ground, A.
double current(const mosfet::Derived& d, double gate, double drain) {
  return mosfet::channel(d, drain, gate, 0.0, 0.0).current;
}

void curves(const mosfet::Derived& d, double supply, bool over_gate,
            model::Characterization& result) {
  constexpr int family = 5;
  results::LineChart chart;
  chart.caption = over_gate ? "Transfer curves" : "Output curves";
  chart.x_axis = {over_gate ? "Gate voltage" : "Drain voltage", "V"};
  chart.y_axis = {"Drain current", "uA"};
  results::Table table;
  table.name = over_gate ? "transfer" : "output";
  table.title = over_gate ? "Drain current over gate voltage" : "Drain current over drain voltage";
  std::vector<double> x;
  x.reserve(curve_points);
  for (int i = 0; i < curve_points; ++i) x.push_back(supply * i / (curve_points - 1));
  table.add(over_gate ? "gate_voltage" : "drain_voltage", x, base::dimension::voltage);
  for (int k = 1; k <= family; ++k) {
    const double other = supply * k / family;
    std::vector<double> amperes, microamperes;
    for (const double voltage : x) {
      amperes.push_back(over_gate ? current(d, voltage, other) : current(d, other, voltage));
      microamperes.push_back(1e6 * amperes.back());
    }
    chart.series.push_back(
        {std::string(over_gate ? "drain" : "gate") + " at " + base::shortest(other) + " V", x,
         std::move(microamperes)});
    table.add("drain_current_" + std::to_string(k), std::move(amperes), base::dimension::current);
  }
  result.tables.push_back(std::move(table));
  result.charts.emplace_back(over_gate ? "transfer" : "output", std::move(chart));
}

}  // namespace

template <int Polarity>
std::vector<model::NoiseSource> MosfetModel<Polarity>::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  const mosfet::Derived d = this->derived_from(derived);
  const auto state =
      mosfet::channel(d, Polarity * unknowns[mosfet::drain], Polarity * unknowns[mosfet::gate],
                      Polarity * unknowns[mosfet::source], Polarity * unknowns[mosfet::bulk]);
  // Y. Tsividis, Operation and Modeling of the MOS Transistor, chapter 8: 8kT gm / 3 saturated, the
  // conductance's own noise without drain voltage.
  const double eta = 1.0 - std::abs(state.drop) / state.overdrive;
  const double white = 4.0 * boltzmann * environment.temperature * d.beta * state.overdrive * 2.0 /
                       3.0 * (1.0 + eta + eta * eta) / (1.0 + eta);
  const double flicker = d.flicker * std::pow(std::abs(state.current), d.flicker_exponent);
  return {{"channel", mosfet::drain, mosfet::source, white, flicker}};
}

template <int Polarity>
std::vector<model::ParameterSpread> MosfetModel<Polarity>::spreads(
    std::span<const double> parameters) const {
  const double sigma =
      variation::pelgrom_sigma(parameters[mosfet::mismatch_coefficient],
                               parameters[mosfet::width] * parameters[mosfet::length]);
  if (!(sigma > 0.0)) return {};
  return {{mosfet::threshold_voltage, {"normal", sigma}}};
}

template <int Polarity>
std::vector<model::OperationCost> MosfetModel<Polarity>::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  const mosfet::Derived d = mosfet::derive(Polarity, parameters, environment);
  const double supply = parameters[mosfet::supply_voltage];
  // From off (gate 0, drain at the supply) to on: the drain goes the other way.
  const double charge = supply * (d.gate_source + d.gate_bulk + 2.0 * d.gate_drain);
  const double effective =
      0.5 * (current(d, supply, 0.5 * supply) + current(d, 0.5 * supply, supply));
  model::OperationCost cost;
  cost.operation = "switch";
  cost.energy = charge * supply;
  cost.time = charge / effective;
  cost.method =
      "Gate charge between off and on, the drain going the other way: energy is charge times "
      "supply, time is charge over the mean of the currents at (V, V/2) and (V/2, V)";
  return {std::move(cost)};
}

template <int Polarity>
model::Characterization MosfetModel<Polarity>::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  const mosfet::Derived d = mosfet::derive(Polarity, parameters, environment);
  const double supply = parameters[mosfet::supply_voltage];
  model::Characterization result;
  curves(d, supply, true, result);
  curves(d, supply, false, result);
  model::Characterization::Comparison on;
  on.quantity = "On current";
  on.model = current(d, supply, supply);
  on.dimension = base::dimension::current;
  on.published = std::numeric_limits<double>::quiet_NaN();
  for (const model::PublishedFigure& figure : published) {
    if (figure.name != "on_current") continue;
    on.published = figure.value;
    on.source = figure.source;
  }
  result.comparisons.push_back(std::move(on));
  return result;
}

template class MosfetModel<1>;
template class MosfetModel<-1>;

}  // namespace neucasl::semiconductor
