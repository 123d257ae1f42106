#include "diode.hpp"

#include <cmath>
#include <limits>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/model/driven_device.hpp"
#include "silicon.hpp"

namespace neucasl::semiconductor {
namespace diode {
namespace {

// In the order of Index; the defaults are those of SPICE.
std::vector<model::Parameter> parameters() {
  return {
      {"saturation_current", "A", 1e-14, 1e-30, 1e-3, "of the ideal junction (IS)"},
      {"emission_coefficient", "1", 1, 0.5, 10, "slope of the exponent, in kT/q (N)"},
      {"series_resistance", "ohm", 0, 0, 1e6, "of contacts and neutral regions (RS)"},
      {"zero_bias_junction_capacitance", "pF", 0, 0, 1e7, "of the depletion layer (CJO)"},
      {"junction_potential", "V", 1, 0.2, 5, "built-in potential (VJ)"},
      {"grading_coefficient", "1", 0.5, 0, 0.9, "exponent of the capacitance (M)"},
      {"transit_time", "ns", 0, 0, 1e7, "stored charge over forward current (TT)"},
      {"forward_bias_coefficient", "1", 0.5, 0, 0.95,
       "share of the potential where the capacitance goes on as a line (FC)"},
      {"breakdown_voltage", "V", 1e6, 1, 1e6, "reverse voltage of breakdown (BV); 1 MV: none"},
      {"breakdown_current", "A", 1e-3, 1e-15, 10, "current at that voltage (IBV)"},
      {"band_gap", "eV", 1.11, 0.1, 5, "activation energy of the saturation current (EG)"},
      {"saturation_current_exponent", "1", 3, 0, 20,
       "power of the temperature in the saturation current (XTI)"},
      {"flicker_coefficient", "1", 0, 0, 1e-3, "KF, with current in A and power 2 - AF"},
      {"flicker_exponent", "1", 1, 0.5, 2, "AF"},
      {"area", "1", 1, 1e-3, 1e6, "diodes like this in parallel"},
      {"nominal_temperature", "K", 300.15, 200, 450, "at which the numbers hold (TNOM)"},
      {"limiting_current", "A", 1e3, 1e2, 1e6,
       "beyond which the exponential goes on as a straight line"},
      {"rated_current", "A", 1e-2, 1e-9, 1e2, "at which the forward voltage is stated"},
  };
}

}  // namespace

model::Specification specification() {
  model::Specification result;
  result.name = "diode";
  result.title = "Junction diode";
  result.family = "semiconductor";
  for (const char* name : {"anode", "cathode"}) {
    model::Terminal terminal;
    terminal.name = name;
    terminal.limit = 100.0;
    result.terminals.push_back(std::move(terminal));
  }
  model::Internal inner;
  inner.name = "junction";
  inner.dimension = base::dimension::voltage;
  inner.low = -200.0;
  inner.high = 200.0;
  inner.meaning = "voltage across the junction";
  result.internals = {std::move(inner)};
  result.parameters = parameters();
  result.equations = {
      "I = IS (exp(v / (N kT/q)) - 1) - IBV exp(-(v + BV) / (kT/q))",
      "Vanode - Vcathode = v + RS (I + dQ/dt)",
      "Q = CJO VJ / (1 - M) (1 - (1 - v/VJ)^(1-M)) + TT IS (exp(v / (N kT/q)) - 1)",
      "above FC VJ the capacitance goes on as a straight line",
      "IS ~ T^(XTI/N) exp(-q EG / (N k T)); VJ and CJO as in SPICE",
  };
  result.validity =
      "Quasi-static; no high injection, no recombination current. Noise below the frequency at "
      "which "
      "the capacitance shorts the junction.";
  result.source =
      "W. Shockley, Bell Syst. Tech. J. 28(3):435, 1949; A. Vladimirescu, The SPICE Book, Wiley, "
      "1994, chapter 3";
  return result;
}

Derived derive(std::span<const double> p, const model::Environment& environment) {
  const double nominal = p[nominal_temperature];
  const double temperature = environment.temperature;
  const double ratio = temperature / nominal;
  const double n = p[emission_coefficient];
  const double vt = thermal_voltage(temperature);
  const double gap = p[band_gap] / electron_charge;
  Derived d{};
  d.saturation = p[area] * p[saturation_current] *
                 std::exp((ratio - 1.0) * gap / (n * vt) +
                          p[saturation_current_exponent] / n * std::log(ratio));
  d.slope = n * vt;
  d.limit = std::log1p(p[limiting_current] * p[area] / d.saturation);
  d.breakdown_slope = vt;
  d.breakdown_voltage = p[breakdown_voltage];
  d.breakdown_current = p[area] * p[breakdown_current];
  d.breakdown_limit = std::log1p(p[limiting_current] / p[breakdown_current]);
  d.resistance = p[series_resistance] / p[area];
  const double grading = p[grading_coefficient];
  d.potential = semiconductor::junction_potential(p[junction_potential], nominal, temperature);
  const double factor = capacitance_factor(p[junction_potential], grading, nominal, temperature);
  if (!(d.potential > 0.0) || !(factor > 0.0)) {
    throw base::Error(
        "model.parameters",
        "the junction of a diode has no potential left at " + base::shortest(temperature) + " K",
        "give a larger 'junction_potential' or another temperature");
  }
  d.capacitance = p[area] * p[zero_bias_junction_capacitance] * factor;
  d.exponent = 1.0 - grading;
  const double fc = p[forward_bias_coefficient];
  d.corner = fc * d.potential;
  d.corner_capacitance = d.capacitance * std::pow(1.0 - fc, -grading);
  d.corner_rise = d.corner_capacitance * grading / (d.potential * (1.0 - fc));
  d.transit_time = p[transit_time];
  d.flicker_coefficient = p[flicker_coefficient];
  d.flicker_exponent = p[flicker_exponent];
  return d;
}

}  // namespace diode

namespace {

using Dual = model::Dual<1>;

constexpr int points = 101;

/// Voltage at the terminals for a current, V.
double forward_voltage(const diode::Derived& d, double current) {
  double low = 0.0;
  double high = 200.0 * d.slope;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (diode::current(d, middle) < current ? low : high) = middle;
  }
  return low + d.resistance * current;
}

void add_current(model::DrivenDevice& device, double top, model::Characterization& result) {
  std::vector<double> volts, amperes, milliamperes;
  for (int i = 0; i < points; ++i) {
    const double voltage = -0.5 * top + 1.5 * top * i / (points - 1);
    const double current = device.rest(std::vector{voltage, 0.0})[diode::anode];
    volts.push_back(voltage);
    amperes.push_back(current);
    milliamperes.push_back(1e3 * std::abs(current));
  }
  results::LineChart chart;
  chart.caption = "Magnitude of the current over the voltage";
  chart.x_axis = {"Voltage from anode to cathode", "V"};
  chart.y_axis = {"Current", "mA", true};
  chart.series = {{"current", volts, std::move(milliamperes)}};
  results::Table table;
  table.name = "current";
  table.title = "Current over voltage";
  table.add("voltage", std::move(volts), base::dimension::voltage);
  table.add("current", std::move(amperes), base::dimension::current);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("current", std::move(chart));
}

void add_capacitance(const diode::Derived& d, model::Characterization& result) {
  std::vector<double> volts, farads, picofarads;
  const double low = -5.0 * d.potential;
  for (int i = 0; i < points; ++i) {
    const double voltage = low + (d.potential - low) * i / (points - 1);
    const double capacitance = diode::depletion_charge(d, Dual::unknown(voltage, 0)).derivative[0];
    volts.push_back(voltage);
    farads.push_back(capacitance);
    picofarads.push_back(1e12 * capacitance);
  }
  results::LineChart chart;
  chart.caption = "Capacitance of the depletion layer";
  chart.x_axis = {"Voltage across the junction", "V"};
  chart.y_axis = {"Capacitance", "pF"};
  chart.series = {{"capacitance", volts, std::move(picofarads)}};
  results::Table table;
  table.name = "capacitance";
  table.title = "Capacitance of the depletion layer over the junction's voltage";
  table.add("voltage", std::move(volts), base::dimension::voltage);
  table.add("capacitance", std::move(farads), base::dimension::capacitance);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("capacitance", std::move(chart));
}

void compare(const char* name, const char* quantity, double value, base::Dimension dimension,
             std::span<const model::PublishedFigure> published, model::Characterization& result) {
  model::Characterization::Comparison comparison;
  comparison.quantity = quantity;
  comparison.model = value;
  comparison.dimension = dimension;
  comparison.published = std::numeric_limits<double>::quiet_NaN();
  for (const model::PublishedFigure& figure : published) {
    if (figure.name != name) continue;
    comparison.published = figure.value;
    comparison.source = figure.source;
  }
  result.comparisons.push_back(std::move(comparison));
}

}  // namespace

std::vector<model::NoiseSource> DiodeModel::noise(std::span<const double> derived,
                                                  std::span<const double> unknowns,
                                                  const model::Environment& environment) const {
  const diode::Derived d = derived_from(derived);
  const Dual flow = diode::current(d, Dual::unknown(unknowns[diode::junction], 0));
  // Norton's equivalent of both sources at the terminals.
  const double drop = d.resistance * flow.derivative[0];
  const double shot = 2.0 * electron_charge * std::abs(flow.value);
  const double thermal = 4.0 * boltzmann * environment.temperature * flow.derivative[0] * drop;
  const double share = 1.0 / ((1.0 + drop) * (1.0 + drop));
  const double flicker = d.flicker_coefficient * std::pow(std::abs(flow.value), d.flicker_exponent);
  constexpr int from = diode::anode;
  constexpr int to = diode::cathode;
  return {{"junction", from, to, share * shot, share * flicker},
          {"series_resistance", from, to, share * thermal, 0.0}};
}

model::Characterization DiodeModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  const diode::Derived d = diode::derive(parameters, environment);
  const double rated = parameters[diode::rated_current];
  const double forward = forward_voltage(d, rated);
  model::DrivenDevice device(*this, parameters, environment);
  model::Characterization result;
  add_current(device, 1.1 * forward, result);
  if (d.capacitance > 0.0) add_capacitance(d, result);
  compare("forward_voltage", "Forward voltage at the rated current", forward,
          base::dimension::voltage, published, result);
  compare("zero_bias_capacitance", "Capacitance at no bias", d.capacitance,
          base::dimension::capacitance, published, result);
  return result;
}

}  // namespace neucasl::semiconductor
