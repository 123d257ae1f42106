#include "threshold_selector.hpp"

#include <cmath>
#include <limits>

#include "curves.hpp"
#include "statistics.hpp"

namespace neucasl::memristor_models {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Value of y at which x, going from before to now, passes `level`.
double crossing(double x_before, double x, double y_before, double y, double level) {
  return x == x_before ? y : y_before + (level - x_before) / (x - x_before) * (y - y_before);
}

}  // namespace

model::Specification ThresholdSelector::specification() {
  model::Specification s;
  s.name = "threshold_selector";
  s.title = "Volatile threshold switch";
  s.family = "memristor";
  s.terminals = {{"p"}, {"n"}};
  s.internals = {
      {"state", model::InternalKind::state, {}, 1.0, -0.1, 1.1, "0: insulating, 1: conducting"}};
  s.parameters = {
      {"threshold_voltage", "V", 1.2, 0.1, 4.0, "magnitude at which it switches on, slowly swept"},
      {"hold_voltage", "V", 0.9, 0.05, 3.9, "magnitude at which it switches off, slowly swept"},
      {"on_conductance", "uS", 500.0, 0.01, 1e5, "conductance when conducting"},
      {"off_conductance", "uS", 1.0, 1e-6, 1e4, "conductance when insulating"},
      {"on_time", "ns", 1.0, 1e-3, 1e4, "time constant of switching on"},
      {"off_time", "ns", 2.0, 1e-3, 1e6, "time constant of switching off"},
      {"abruptness", "1", 20.0, 6.0, 60.0, "strength a of the feedback of the state on itself"},
      {"critical_temperature", "K", 1080.0, 310.0, 3000.0,
       "temperature T_c of the channel when it switches"},
      {"threshold_variation", "1", 0.0, 0.0, 0.3,
       "sigma of threshold and hold voltage from device to device, relative, normal"},
      {"off_variation", "1", 0.0, 0.0, 2.0,
       "sigma of the logarithm of the off conductance from device to device, lognormal"},
      {"pulse_voltage", "V", 1.5, 0.01, 5.0, "voltage of the pulse that selects a cell"},
      {"pulse_time", "ns", 50.0, 1e-3, 1e6, "width of the pulse that selects a cell"},
  };
  s.equations = {"i = G_off (G_on/G_off)^s v", "ds/dt = (f - s) (1/t_off + (1/t_on - 1/t_off) f)",
                 "f = logistic((|v| - V_c)/w + a (s - 1/2)), folds at threshold and hold voltage",
                 "thresholds times sqrt((T_c - T)/(T_c - 300 K))"};
  s.validity =
      "Voltage-driven switching with series resistance below 1/G_on; the two states at rest "
      "between hold and threshold voltage are both solutions, and an engine keeps the branch "
      "that it starts on. Ohmic in each state; ambient temperature below the critical one.";
  s.source =
      "Phenomenological; dependence on temperature and switching times after M. D. Pickett, R. "
      "S. Williams, \"Sub-100 fJ and sub-nanosecond thermally driven threshold switching in "
      "niobium oxide crosspoint nanodevices\", Nanotechnology 23:215202, 2012";
  return s;
}

ThresholdSelector::Derived ThresholdSelector::derive(std::span<const double> p,
                                                     const model::Environment& environment) {
  static const model::Specification names = specification();
  require_below(names, hold_voltage, threshold_voltage, p);
  require_below(names, off_conductance, on_conductance, p);
  const double critical = p[critical_temperature];
  if (environment.temperature >= critical) {
    throw base::Error(
        "model.parameters",
        "threshold_selector: the ambient temperature is not below the critical one",
        "simulate below " + base::to_engineering({critical, base::dimension::temperature}));
  }
  const double shrink =
      std::sqrt((critical - environment.temperature) / (critical - reference_temperature));
  const double a = p[abruptness];
  const double r = std::sqrt(1.0 - 4.0 / a);
  const double half_window = 0.5 * (p[threshold_voltage] - p[hold_voltage]) * shrink;
  Derived d{};
  d.off = p[off_conductance];
  d.log_ratio = std::log(p[on_conductance] / p[off_conductance]);
  d.centre = 0.5 * (p[threshold_voltage] + p[hold_voltage]) * shrink;
  d.inverse_width = (0.5 * a * r - 2.0 * std::atanh(r)) / half_window;
  d.feedback = a;
  d.on_rate = 1.0 / p[on_time];
  d.off_rate = 1.0 / p[off_time];
  return d;
}

std::vector<model::NoiseSource> ThresholdSelectorModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  return conductance_noise(*this, derived, unknowns, environment.temperature);
}

void ThresholdSelectorModel::sample_variation(std::span<double> p,
                                              base::RandomStream& random) const {
  using P = ThresholdSelector;
  const double ratio = p[P::hold_voltage] / p[P::threshold_voltage];
  vary_normal(specification(), P::threshold_voltage, p[P::threshold_variation], p, random);
  p[P::hold_voltage] = ratio * p[P::threshold_voltage];
  hold_in_range(specification(), P::hold_voltage, p);
  vary_lognormal(specification(), P::off_conductance, p[P::off_variation], p, random);
}

std::vector<model::OperationCost> ThresholdSelectorModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  using P = ThresholdSelector;
  const double width = parameters[P::pulse_time];
  const auto cost = [&](const char* name, double voltage, const char* what) {
    model::DrivenDevice device(*this, parameters, environment);
    const PulseResponse response = apply(device, {voltage, width, width / 20.0});
    return model::OperationCost{name, response.energy, response.points.back().time,
                                std::string("Integral of voltage times current over ") + what +
                                    ", the model's equations integrated by the trapezoidal rule"};
  };
  return {cost("select", parameters[P::pulse_voltage], "the pulse that switches the device on"),
          cost("half_select", 0.5 * parameters[P::pulse_voltage],
               "the same pulse at half the voltage")};
}

SelectorSweep sweep_selector(const ThresholdSelectorModel& model,
                             std::span<const double> parameters,
                             const model::Environment& environment, double peak) {
  using P = ThresholdSelector;
  model::DrivenDevice device(model, parameters, environment);
  // Slow against both time constants.
  const double half = 2e4 * std::max(parameters[P::on_time], parameters[P::off_time]);
  const auto triangle = [&](double time, std::span<double> terminals) {
    terminals[0] = peak * (1.0 - std::abs(time - half) / half);
    terminals[1] = 0.0;
  };
  SelectorSweep sweep;
  sweep.threshold = sweep.hold = missing;
  auto points = device.transient(0.0, half, half / 400.0, triangle);
  const auto back = device.transient(half, 2.0 * half, half / 400.0, triangle);
  points.insert(points.end(), back.begin() + 1, back.end());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double voltage = points[i].terminals[0];
    const double state = points[i].internals[0];
    if (i > 0) {
      const double before = points[i - 1].internals[0];
      const double at = crossing(before, state, sweep.voltage.back(), voltage, 0.5);
      if (before < 0.5 && state >= 0.5) sweep.threshold = at;
      if (before >= 0.5 && state < 0.5) sweep.hold = at;
    }
    sweep.voltage.push_back(voltage);
    sweep.current.push_back(points[i].flow[0]);
  }
  return sweep;
}

TurnOn turn_on(const ThresholdSelectorModel& model, std::span<const double> parameters,
               const model::Environment& environment, double voltage, double longest) {
  model::DrivenDevice device(model, parameters, environment);
  const auto step = [&](double, std::span<double> terminals) {
    terminals[0] = voltage;
    terminals[1] = 0.0;
  };
  // By growing spans, since the delay is not known to orders of magnitude.
  double begin = 0.0;
  double energy = 0.0;
  for (double span = 1e-4 * longest; begin < longest; span *= 2.0) {
    const double end = std::min(begin + span, longest);
    const auto points = device.transient(begin, end, (end - begin) / 50.0, step);
    for (std::size_t i = 1; i < points.size(); ++i) {
      const double before = points[i - 1].internals[0];
      const double state = points[i].internals[0];
      if (state >= 0.5) {
        const double time = crossing(before, state, points[i - 1].time, points[i].time, 0.5);
        return {time, energy + voltage * points[i - 1].flow[0] * (time - points[i - 1].time)};
      }
      energy += energy_of(std::span(points).subspan(i - 1, 2));
    }
    begin = end;
  }
  return {missing, missing};
}

model::Characterization ThresholdSelectorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  using P = ThresholdSelector;
  const double threshold = parameters[P::threshold_voltage];
  const SelectorSweep sweep = sweep_selector(*this, parameters, environment, 1.25 * threshold);
  model::Characterization result;
  results::LineSeries current{"swept up and down", sweep.voltage, sweep.current};
  for (double& value : current.y) value *= 1e6;
  result.charts.emplace_back("current_voltage",
                             results::LineChart{"Current over a slow triangle of voltage",
                                                {"Voltage", "V"},
                                                {"Current", "uA", true},
                                                {std::move(current)}});

  results::LineSeries delay{"time until the state passes one half", {}, {}};
  std::vector<double> voltages;
  std::vector<double> times;
  const double longest = 100.0 * parameters[P::on_time] + 100.0 * parameters[P::off_time];
  for (const double share : {1.01, 1.02, 1.05, 1.1, 1.2, 1.35, 1.5}) {
    const double time = turn_on(*this, parameters, environment, share * threshold, longest).time;
    if (!std::isfinite(time)) continue;
    voltages.push_back(share * threshold);
    times.push_back(time);
    delay.x.push_back(share * threshold);
    delay.y.push_back(time * 1e9);
  }
  result.charts.emplace_back("switching_time",
                             results::LineChart{"Delay of switching on after a step of voltage",
                                                {"Voltage", "V"},
                                                {"Time", "ns", true},
                                                {std::move(delay)}});
  results::Table table{"switching_time", "Delay of switching on after a step of voltage", {}};
  table.add("voltage", voltages, base::dimension::voltage);
  table.add("time", times, base::dimension::time);
  result.tables.push_back(std::move(table));

  compare(result, published, "threshold_voltage", "Threshold voltage", sweep.threshold,
          base::dimension::voltage, "model: slow sweep");
  compare(result, published, "hold_voltage", "Hold voltage", sweep.hold, base::dimension::voltage,
          "model: slow sweep");
  const TurnOn on = turn_on(*this, parameters, environment, parameters[P::pulse_voltage], longest);
  compare(result, published, "switching_time", "Delay of switching on", on.time,
          base::dimension::time, "model: at the pulse voltage, until the state passes 1/2");
  compare(result, published, "switching_energy", "Energy of switching on", on.energy,
          base::dimension::energy, "model: at the pulse voltage, until the state passes 1/2");
  compare(result, published, "conductance_ratio", "On over off conductance",
          parameters[P::on_conductance] / parameters[P::off_conductance], {});
  return result;
}

}  // namespace neucasl::memristor_models
