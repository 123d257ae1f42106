#include "curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace neucasl::memristor_models {
namespace {

using model::Characterization;
using results::LineChart;
using results::LineSeries;

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

std::string engineering(double value, const base::Dimension& dimension) {
  return base::to_engineering({value, dimension}, 3);
}

struct Context {
  const model::DeviceModel& model;
  std::span<const double> parameters;
  const model::Environment& environment;
  const MemoryTraits& traits;

  [[nodiscard]] model::DrivenDevice device(double state) const {
    return {model, prepared(parameters, traits.preparation.parameter, state), environment};
  }
};

void add_hysteresis(const Context& c, Characterization& result) {
  LineChart chart{"Current over a sine of voltage, second period: pinched at the origin",
                  {"Voltage", "V"},
                  {"Current", "uA"},
                  {}};
  std::vector<double> areas;
  const std::vector<double> start =
      prepared(c.parameters, c.traits.preparation.parameter, c.traits.state_before_sine);
  for (const double frequency : c.traits.frequencies) {
    const HysteresisLoop loop =
        hysteresis_loop(c.model, start, c.environment, c.traits.sine_amplitude, frequency);
    chart.series.push_back({engineering(frequency, base::dimension::frequency), loop.voltage,
                            scaled(loop.current, 1e6)});
    areas.push_back(loop.area);
  }
  results::Table table{"hysteresis_area", "Area of the hysteresis loop", {}};
  table.add("frequency", c.traits.frequencies, base::dimension::frequency);
  table.add("area", areas, base::dimension::power);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("hysteresis", std::move(chart));
}

LineSeries conductance_series(const Context& c, const char* name, double state, double voltage,
                              double width, double read_voltage) {
  model::DrivenDevice device = c.device(state);
  const PulseResponse response = apply(device, {voltage, width, width / 20.0});
  LineSeries series{name, {}, {}};
  for (const auto& point : response.points) {
    device.set_internals(point.internals);
    series.x.push_back(point.time * 1e9);
    series.y.push_back(conductance(device, read_voltage) * 1e6);
  }
  return series;
}

void add_pulses(const Context& c, const Operations& o, Characterization& result) {
  const std::string text = "Conductance, as a read would find it, during a set pulse of " +
                           engineering(o.set_voltage, base::dimension::voltage) +
                           " and a reset pulse of " +
                           engineering(o.reset_voltage, base::dimension::voltage);
  LineChart chart{text, {"Time", "ns"}, {"Conductance", "uS", true}, {}};
  const Preparation& p = c.traits.preparation;
  chart.series.push_back(
      conductance_series(c, "set", p.off, o.set_voltage, o.set_time, o.read_voltage));
  chart.series.push_back(
      conductance_series(c, "reset", p.on, o.reset_voltage, o.reset_time, o.read_voltage));
  result.charts.emplace_back("pulses", std::move(chart));
}

void add_switching_times(const Context& c, const Operations& o, Characterization& result) {
  LineChart chart{"Time at constant voltage until the state has made nine tenths of its way",
                  {"Voltage magnitude", "V"},
                  {"Time", "s", true},
                  {}};
  std::vector<double> voltages;
  std::vector<double> times;
  const auto add = [&](const char* name, const std::vector<double>& list, double from, double to,
                       double longest) {
    LineSeries series{name, {}, {}};
    for (const double voltage : list) {
      const double time = switching_time(c.model, c.parameters, c.environment, c.traits, from, to,
                                         voltage, longest);
      if (!std::isfinite(time)) continue;
      series.x.push_back(std::abs(voltage));
      series.y.push_back(time);
      voltages.push_back(voltage);
      times.push_back(time);
    }
    chart.series.push_back(std::move(series));
  };
  const Preparation& p = c.traits.preparation;
  add("set", c.traits.set_voltages, p.off, p.on, 1e4 * o.set_time);
  add("reset", c.traits.reset_voltages, p.on, p.off, 1e4 * o.reset_time);
  results::Table table{"switching_time", "Switching time at constant voltage", {}};
  table.add("voltage", voltages, base::dimension::voltage);
  table.add("time", times, base::dimension::time);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("switching_time", std::move(chart));
}

struct Staircase {
  std::vector<double> target, reached, energy, time;
  std::vector<std::int64_t> pulses;
  std::vector<std::string> success;
};

void add_staircase(const Context& c, double off, double on, Characterization& result) {
  if (c.traits.levels < 2) return;
  const double spacing = (on - off) / (c.traits.levels - 1);
  LineChart chart{
      "Programming with verification: conductance read after each pulse, targets one "
      "after the other",
      {"Pulse", "1"},
      {"Conductance", "uS"},
      {{"read", {}, {}}, {"target", {}, {}}}};
  Staircase s;
  model::DrivenDevice device = c.device(c.traits.preparation.off);
  double count = 0.0;
  for (const double target : even_levels(off, on, c.traits.levels)) {
    const WriteVerifyResult r = write_verify(device, target, 0.1 * spacing, c.traits.rule);
    for (const WriteVerifyPulse& pulse : r.pulses) {
      count += 1.0;
      for (LineSeries& series : chart.series) series.x.push_back(count);
      chart.series[0].y.push_back(pulse.conductance * 1e6);
      chart.series[1].y.push_back(target * 1e6);
    }
    s.target.push_back(target);
    s.reached.push_back(r.conductance);
    s.energy.push_back(r.energy);
    s.time.push_back(r.time);
    s.pulses.push_back(static_cast<std::int64_t>(r.pulses.size()));
    s.success.emplace_back(r.success ? "yes" : "no");
  }
  results::Table table{"write_verify", "Multilevel programming with verification", {}};
  table.add("target", s.target, base::dimension::conductance);
  table.add("reached", s.reached, base::dimension::conductance);
  table.add("pulses", s.pulses);
  table.add("energy", s.energy, base::dimension::energy);
  table.add("time", s.time, base::dimension::time);
  table.add("within_tolerance", s.success);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("write_verify", std::move(chart));
}

void add_comparisons(const Context& c, const Operations& o, double off, double on,
                     std::span<const model::PublishedFigure> published, Characterization& result) {
  const Preparation& p = c.traits.preparation;
  const auto time = [&](double from, double to, double voltage, double width) {
    return switching_time(c.model, c.parameters, c.environment, c.traits, from, to, voltage,
                          1e4 * width);
  };
  const std::string note = "model: nine tenths of the state's way at the operation's voltage";
  compare(result, published, "set_time", "Set time", time(p.off, p.on, o.set_voltage, o.set_time),
          base::dimension::time, note);
  compare(result, published, "reset_time", "Reset time",
          time(p.on, p.off, o.reset_voltage, o.reset_time), base::dimension::time, note);
  compare(result, published, "on_resistance", "Low resistance", 1.0 / on,
          base::dimension::resistance, "model: at the read voltage");
  compare(result, published, "off_resistance", "High resistance", 1.0 / off,
          base::dimension::resistance, "model: at the read voltage");
  compare(result, published, "resistance_ratio", "High resistance over low", on / off, {},
          "model: at the read voltage");
  for (const model::OperationCost& cost : c.model.costs(c.parameters, c.environment)) {
    compare(result, published, cost.operation + "_energy", "Energy of " + cost.operation,
            cost.energy, base::dimension::energy);
  }
}

}  // namespace

HysteresisLoop hysteresis_loop(const model::DeviceModel& model, std::span<const double> parameters,
                               const model::Environment& environment, double amplitude,
                               double frequency) {
  model::DrivenDevice device(model, parameters, environment);
  const auto sine = [&](double time, std::span<double> terminals) {
    terminals[0] = amplitude * std::sin(2.0 * std::numbers::pi * frequency * time);
    terminals[1] = 0.0;
  };
  const double period = 1.0 / frequency;
  device.transient(0.0, period, period / 200.0, sine);
  HysteresisLoop loop;
  loop.frequency = frequency;
  // Half a period at a time: each is one lobe, and begins and ends at zero volts.
  for (int half = 2; half < 4; ++half) {
    double lobe = 0.0;
    const auto points =
        device.transient(0.5 * half * period, 0.5 * (half + 1) * period, period / 200.0, sine);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double voltage = points[i].terminals[0];
      const double current = points[i].flow[0];
      if (i > 0) lobe += 0.5 * (current + loop.current.back()) * (voltage - loop.voltage.back());
      loop.voltage.push_back(voltage);
      loop.current.push_back(current);
    }
    loop.area += std::abs(lobe);
  }
  return loop;
}

double switching_time(const model::DeviceModel& model, std::span<const double> parameters,
                      const model::Environment& environment, const MemoryTraits& traits,
                      double from, double to, double voltage, double longest, double share) {
  const std::size_t index = traits.preparation.parameter;
  model::DrivenDevice device(model, prepared(parameters, index, from), environment);
  const double begin = device.internals()[traits.state];
  const double end = model::DrivenDevice(model, prepared(parameters, index, to), environment)
                         .internals()[traits.state];
  const double goal = begin + share * (end - begin);
  const double direction = end > begin ? 1.0 : -1.0;
  const auto constant = [&](double, std::span<double> terminals) {
    terminals[0] = voltage;
    terminals[1] = 0.0;
  };
  // By growing spans, since the time is not known to orders of magnitude.
  double time = 0.0;
  double before = begin;
  double time_before = 0.0;
  for (double span = 1e-9 * longest; time < longest; span *= 4.0) {
    const double until = std::min(time + span, longest);
    for (const auto& point : device.transient(time, until, (until - time) / 50.0, constant)) {
      const double state = point.internals[traits.state];
      if (direction * (state - goal) >= 0.0) {
        const double way = state - before;
        return way == 0.0 ? point.time
                          : time_before + (goal - before) / way * (point.time - time_before);
      }
      before = state;
      time_before = point.time;
    }
    time = until;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

model::Characterization memory_characterization(const model::DeviceModel& model,
                                                std::span<const double> parameters,
                                                const model::Environment& environment,
                                                std::span<const model::PublishedFigure> published,
                                                const MemoryTraits& traits) {
  const Context context{model, parameters, environment, traits};
  const Operations operations = operations_of(parameters);
  model::DrivenDevice low = context.device(traits.preparation.off);
  model::DrivenDevice high = context.device(traits.preparation.on);
  const double off = conductance(low, operations.read_voltage);
  const double on = conductance(high, operations.read_voltage);
  Characterization result;
  add_hysteresis(context, result);
  add_pulses(context, operations, result);
  add_switching_times(context, operations, result);
  add_staircase(context, off, on, result);
  add_comparisons(context, operations, off, on, published, result);
  return result;
}

void compare(model::Characterization& characterization,
             std::span<const model::PublishedFigure> published, const std::string& name,
             const std::string& quantity, double value, const base::Dimension& dimension,
             const std::string& note) {
  for (const model::PublishedFigure& figure : published) {
    if (figure.name != name) continue;
    characterization.comparisons.push_back(
        {quantity, value, figure.value, dimension, figure.source, note});
  }
}

}  // namespace neucasl::memristor_models
