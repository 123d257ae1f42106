#include "phase_change_curves.hpp"

#include <cmath>

#include "phase_change_memory.hpp"

namespace neucasl::memristor_models {
namespace {

std::vector<double> decades(double first, int count) {
  std::vector<double> times;
  for (int i = 0; i <= 2 * count; ++i) times.push_back(first * std::pow(10.0, 0.5 * i));
  return times;
}

}  // namespace

std::vector<double> drifted_conductance(const model::DeviceModel& model,
                                        std::span<const double> parameters,
                                        const model::Environment& environment, double conductance,
                                        std::span<const double> times) {
  using P = PhaseChangeMemory;
  std::vector<double> p =
      prepared(parameters, P::initial_state, phase_change_state(parameters, conductance));
  p[P::initial_age] = times.front();
  model::DrivenDevice device(model, p, environment);
  const double read_voltage = operations_of(p).read_voltage;
  const auto rest = [](double, std::span<double> terminals) { terminals[0] = terminals[1] = 0.0; };
  std::vector<double> result;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0) {
      device.transient(times[i - 1], times[i], 0.1 * (times[i] - times[i - 1]), rest, 1e-6);
    }
    result.push_back(memristor_models::conductance(device, read_voltage));
  }
  return result;
}

double fitted_drift_exponent(std::span<const double> times, std::span<const double> conductances) {
  double x_mean = 0.0;
  double y_mean = 0.0;
  const auto count = static_cast<double>(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    x_mean += std::log(times[i]) / count;
    y_mean += std::log(conductances[i]) / count;
  }
  double xx = 0.0;
  double xy = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double x = std::log(times[i]) - x_mean;
    xx += x * x;
    xy += x * (std::log(conductances[i]) - y_mean);
  }
  return -xy / xx;
}

void add_drift(const model::DeviceModel& model, std::span<const double> parameters,
               const model::Environment& environment,
               std::span<const model::PublishedFigure> published, model::Characterization& result) {
  using P = PhaseChangeMemory;
  const std::vector<double> times = decades(parameters[P::drift_reference_time], 7);
  results::LineChart chart{"Drift of the conductance after programming",
                           {"Time since programming", "s", true},
                           {"Conductance", "uS", true},
                           {}};
  std::vector<double> levels;
  std::vector<double> exponents;
  for (const double g : {1.0, 0.5, 0.1, 0.01}) {
    const double level = g * parameters[P::set_conductance];
    const std::vector<double> drifted =
        drifted_conductance(model, parameters, environment, level, times);
    levels.push_back(level);
    exponents.push_back(fitted_drift_exponent(times, drifted));
    results::LineSeries series{base::to_engineering({level, base::dimension::conductance}, 3),
                               times, drifted};
    for (double& value : series.y) value *= 1e6;
    chart.series.push_back(std::move(series));
  }
  compare(result, published, "drift_exponent_at_half", "Drift exponent at half the set conductance",
          exponents[1], {}, "model: line through the integrated drift");
  results::Table table{"drift", "Drift exponent of the nominal device", {}};
  table.add("conductance", levels, base::dimension::conductance);
  table.add("exponent", exponents);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("drift", std::move(chart));
}

void add_programming_curve(const model::DeviceModel& model, std::span<const double> parameters,
                           const model::Environment& environment, model::Characterization& result) {
  using P = PhaseChangeMemory;
  const Operations o = operations_of(parameters);
  results::LineSeries series{"one pulse from the set state", {}, {}};
  std::vector<double> amplitudes;
  std::vector<double> conductances;
  for (int i = 0; i <= 24; ++i) {
    const double amplitude = o.reset_voltage * (0.5 + i / 40.0);
    model::DrivenDevice device(model, prepared(parameters, P::initial_state, 0.0), environment);
    apply(device, {amplitude, o.reset_time, 0.05 * o.reset_time},
          parameters[P::drift_reference_time]);
    amplitudes.push_back(amplitude);
    conductances.push_back(conductance(device, o.read_voltage));
    series.x.push_back(amplitude);
    series.y.push_back(conductances.back() * 1e6);
  }
  results::Table table{"programming_curve", "Conductance after one reset pulse", {}};
  table.add("amplitude", amplitudes, base::dimension::voltage);
  table.add("conductance", conductances, base::dimension::conductance);
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("programming_curve",
                             results::LineChart{"Conductance over the amplitude of a reset pulse, "
                                                "read at the drift reference time",
                                                {"Amplitude", "V"},
                                                {"Conductance", "uS", true},
                                                {std::move(series)}});
}

}  // namespace neucasl::memristor_models
