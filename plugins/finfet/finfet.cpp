#include "finfet.hpp"

#include <cmath>

#include "neucasl/cells/transistor_curves.hpp"
#include "neucasl/variation/lifetime.hpp"

namespace neucasl::finfet {
namespace {

// Drain current that defines the threshold, A, for a square gate.
constexpr double square_criterion = 1e-7;
constexpr double hot_carrier_time_exponent = 0.5;

double width(std::span<const double> p) {
  return p[fins] * (2.0 * p[fin_height] + p[fin_thickness]);
}

}  // namespace

template <int Polarity>
std::vector<model::NoiseSource> FinfetModel<Polarity>::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  const Derived d = this->derived_from(derived);
  using Dual = model::Dual<1>;
  const double vd = Polarity * unknowns[inner_drain];
  const double vs = Polarity * unknowns[inner_source];
  const double middle = 0.5 * (vd + vs);
  const Dual gate_voltage = Dual::unknown(Polarity * unknowns[gate] - middle, 0);
  const auto state =
      detail::channel(d, gate_voltage, Dual(Polarity * unknowns[bulk] - middle), Dual(vd - vs));
  // Conductance of the channel without drain voltage.
  const double conductance = d.channel * state.charge.value / state.saturation.value;
  const double transconductance = state.current.derivative[0];
  const double thermal = 4.0 * boltzmann * environment.temperature;
  constexpr int inner_d = inner_drain;
  constexpr int inner_s = inner_source;
  return {{"channel", inner_d, inner_s, d.thermal_noise * conductance,
           d.flicker * transconductance * transconductance},
          {"drain_resistance", drain, inner_d, thermal * d.drain_conductance, 0.0},
          {"source_resistance", source, inner_s, thermal * d.source_conductance, 0.0}};
}

template <int Polarity>
std::vector<model::ParameterSpread> FinfetModel<Polarity>::spreads(
    std::span<const double> parameters) const {
  const double area = width(parameters) * parameters[gate_length];
  const double sigma = variation::pelgrom_sigma(parameters[mismatch_coefficient], area);
  return {{threshold_voltage, {"normal", sigma}}};
}

template <int Polarity>
void FinfetModel<Polarity>::age(std::span<double> p, const model::Stress& stress) const {
  const double time = stress.time * stress.duty;
  if (!(time > 0.0) || stress.voltage == 0.0) return;
  const variation::PowerLawShift bias{p[bias_instability], p[bias_instability_energy],
                                      p[bias_instability_voltage_exponent],
                                      p[bias_instability_time_exponent]};
  const variation::PowerLawShift hot{p[hot_carrier_shift], 0.0, p[hot_carrier_voltage_exponent],
                                     hot_carrier_time_exponent};
  const double shift = variation::shift_after(bias, time, stress.temperature, stress.voltage) +
                       variation::shift_after(hot, time, stress.temperature, stress.voltage);
  p[threshold_voltage] =
      model::held_in_range(this->specification(), threshold_voltage, p[threshold_voltage] + shift);
}

template <int Polarity>
std::vector<model::OperationCost> FinfetModel<Polarity>::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  cells::TransistorBench bench(*this, parameters, environment, Polarity);
  return {cells::switching_cost(bench, parameters[supply_voltage])};
}

template <int Polarity>
model::Characterization FinfetModel<Polarity>::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  cells::TransistorBench bench(*this, parameters, environment, Polarity);
  const double criterion = square_criterion * width(parameters) / parameters[gate_length];
  return cells::characterize_transistor(bench, parameters[supply_voltage], criterion,
                                        this->specification().title, published);
}

template class FinfetModel<1>;
template class FinfetModel<-1>;

std::unique_ptr<model::DeviceModel> make_model(std::string_view name) {
  if (name == "finfet_n") return std::make_unique<FinfetModel<1>>();
  if (name == "finfet_p") return std::make_unique<FinfetModel<-1>>();
  return nullptr;
}

}  // namespace neucasl::finfet
