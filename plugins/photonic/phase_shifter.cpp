#include "phase_shifter.hpp"

#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "matched_ports.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

/// Smallest voltage >= 0 at which the settled shift has the magnitude pi; 0 when there is none.
double voltage_for_pi(const PhaseShifter::Derived& d) {
  const double pi = std::numbers::pi;
  const double a = std::abs(d.quadratic);
  const double b = (d.quadratic < 0.0 ? -1.0 : 1.0) * d.linear;
  if (a == 0.0) return b == 0.0 ? 0.0 : pi / std::abs(b);
  return (-b + std::sqrt(b * b + 4.0 * a * pi)) / (2.0 * a);
}

}  // namespace

model::Specification PhaseShifter::specification() {
  model::Specification s;
  s.name = "phase_shifter";
  s.title = "Phase shifter, electro-optic or heated";
  s.family = "photonic";
  s.terminals = {optical_port("port_1"), optical_port("port_2"), electrical_pin("positive", 10.0),
                 electrical_pin("negative", 10.0)};
  s.internals = outgoing_pairs(s.terminals);
  s.internals.push_back({"shift",
                         model::InternalKind::state,
                         {},
                         1.0,
                         -100.0,
                         100.0,
                         "phase that the voltage made, rad"});
  s.parameters = {
      {"phase", "rad", 0.0, -1000.0, 1000.0, "phase without voltage"},
      {"phase_per_volt", "rad/V", 0.0, -100.0, 100.0, "linear electro-optic shift"},
      {"phase_per_volt_squared", "rad/V^2", 0.0, -100.0, 100.0, "quadratic electro-optic shift"},
      {"phase_per_watt", "rad/W", 104.72, -1e5, 1e5, "shift by the power in the resistance"},
      {"resistance", "ohm", 1000.0, 1.0, 1e15, "between the pins: a heater, or leakage"},
      {"capacitance", "fF", 0.0, 0.0, 1e6, "between the pins"},
      {"response_time", "us", 10.0, 1e-7, 1e6, "time constant of the shift"},
      loss_parameter("insertion_loss_db", 0.25, "power loss in dB")};
  s.equations = {"S12 = S21 = 10^(-insertion_loss / 20) e^(j (phase + shift)), S11 = S22 = 0",
                 "d(shift)/dt = (k1 V + k2 V^2 + k_P V^2 / R - shift) / response_time",
                 "I = V / R + d(C V)/dt"};
  s.validity =
      "Matched; the loss does not depend on the voltage; one time constant; the resistance "
      "does not depend on its heat.";
  s.source =
      "N. C. Harris et al., Efficient, compact and low loss thermo-optic phase shifter in "
      "silicon, Optics Express 22(9):10487-10493, 2014; L. Chrostowski and M. Hochberg, "
      "Silicon Photonics Design, Cambridge University Press 2015, chapter 6";
  return s;
}

PhaseShifter::Derived PhaseShifter::derive(std::span<const double> parameters,
                                           const model::Environment& environment) {
  ParameterReader reader(parameters);
  Derived d{};
  d.phase = reader.next();
  d.linear = reader.next();
  d.quadratic = reader.next();
  const double per_watt = reader.next();
  const double resistance = reader.next();
  d.quadratic += per_watt / resistance;
  d.conductance = 1.0 / (resistance * environment.carriers);
  d.capacitance = reader.next() / environment.carriers;
  d.inverse_response = 1.0 / reader.next();
  d.amplitude = amplitude_of_loss(reader.next());
  return d;
}

std::vector<model::NoiseSource> PhaseShifterModel::noise(
    std::span<const double> derived, std::span<const double> /*unknowns*/,
    const model::Environment& environment) const {
  const Derived d = derived_from(derived);
  return {{"thermal", 4, 5, 4.0 * boltzmann * environment.temperature * d.conductance, 0.0}};
}

std::vector<model::OperationCost> PhaseShifterModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  model::Environment single = environment;
  single.carriers = 1;
  const MatchedPorts matched(*this);
  model::DrivenDevice device(matched, parameters, single);
  const double volt = voltage_for_pi(derived_from(device.derived()));
  if (volt == 0.0) return {};
  // Until the shift is within 5 % of pi.
  const double end = 3.0 / derived_from(device.derived()).inverse_response;
  const auto points =
      device.transient(0.0, end, end / 200, [&](double time, std::span<double> terminals) {
        std::fill(terminals.begin(), terminals.end(), 0.0);
        terminals[4] = volt * std::min(time / (0.01 * end), 1.0);
      });
  double energy = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto power = [&](const auto& p) { return p.terminals[4] * p.flow[4]; };
    energy +=
        0.5 * (power(points[i]) + power(points[i - 1])) * (points[i].time - points[i - 1].time);
  }
  return {{"shift_pi", energy, end,
           "Integral of V I over a transient of three time constants that ends at 95 % of pi"}};
}

model::Characterization PhaseShifterModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const MatchedPorts matched(*this);
  model::Environment single = environment;
  single.carriers = 1;
  model::DrivenDevice device(matched, parameters, single);
  const double volt = voltage_for_pi(derived_from(device.derived()));
  const std::size_t in = port_index(specification(), "port_1");
  std::vector<double> voltages, shifts;
  for (int i = 0; i <= 100; ++i) {
    const double v = (volt > 0.0 ? volt : 1.0) * 1.2 * i / 100;
    device.rest(terminal_values(specification(), in, 0.03, {v, 0.0}));
    voltages.push_back(v);
    shifts.push_back(device.internals()[4]);
  }
  add_curve(result, "phase", "Settled phase shift over the voltage", "voltage",
            base::dimension::voltage, voltages, {"Voltage", "V"}, "phase_shift", {}, shifts,
            {"Phase shift", "rad"});
  const double transfer = power_transfer(*this, parameters, single, "port_1", "port_2", {0.0, 0.0});
  compare(result, published, "insertion_loss_db", loss_of_power(transfer), {});
  if (volt > 0.0) {
    const std::vector<double> flow =
        device.rest(terminal_values(specification(), in, 0.03, {volt, 0.0}));
    compare(result, published, "voltage_for_pi", volt, base::dimension::voltage);
    compare(result, published, "power_for_pi", volt * flow[4], base::dimension::power);
  }
  compare(result, published, "response_time", 1.0 / derived_from(device.derived()).inverse_response,
          base::dimension::time);
  return result;
}

}  // namespace neucasl::photonic
