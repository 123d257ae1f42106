#include "neucasl/variation/lifetime.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

constexpr double largest_exponent = 700.0;  // of a finite exp

void require(bool good, const std::string& what, double value, const std::string& remedy) {
  if (good) return;
  throw base::Error("variation.lifetime", what + " is " + base::shortest(value), remedy);
}

void require_positive(double value, const std::string& what) {
  require(value > 0.0 && std::isfinite(value), what, value, "give a finite number above 0");
}

void require_not_negative(double value, const std::string& what) {
  require(value >= 0.0 && std::isfinite(value), what, value, "give a finite number of 0 or more");
}

double duty_time(const StressStep& step) {
  require_not_negative(step.time, "a time of stress");
  require(step.duty >= 0.0 && step.duty <= 1.0, "a duty", step.duty, "give a share from 0 to 1");
  return step.time * step.duty;
}

/// Shift after 1 s.
double shift_rate(const PowerLawShift& law, double temperature, double voltage) {
  require_positive(temperature, "a temperature");
  require_positive(law.time_exponent, "the exponent of the time");
  require(std::isfinite(voltage), "a voltage of stress", voltage, "give a finite voltage");
  return law.prefactor * std::exp(-law.energy / (boltzmann * temperature)) *
         std::pow(std::abs(voltage), law.voltage_exponent);
}

}  // namespace

double arrhenius_factor(double energy, double temperature, double reference) {
  require_positive(temperature, "a temperature");
  require_positive(reference, "a reference temperature");
  const double exponent = energy / boltzmann * (1.0 / temperature - 1.0 / reference);
  return std::exp(std::clamp(exponent, -largest_exponent, largest_exponent));
}

double retained_share(double time, double temperature, double half_life, double energy,
                      double reference) {
  require_not_negative(time, "a time of retention");
  require_positive(half_life, "a half-life");
  return std::exp2(-time / (half_life * arrhenius_factor(energy, temperature, reference)));
}

double survival(const WeibullLaw& law, double x) {
  require_not_negative(x, "the use of a device");
  require_positive(law.scale, "the scale of a Weibull law");
  require_positive(law.shape, "the shape of a Weibull law");
  return std::exp(-std::pow(x / law.scale, law.shape));
}

double weibull_mean(const WeibullLaw& law) { return lifetime_of(law).mean(); }

WeibullLaw weakest(const WeibullLaw& law, double count) {
  require_positive(count, "a count of devices");
  require_positive(law.shape, "the shape of a Weibull law");
  return {law.scale * std::pow(count, -1.0 / law.shape), law.shape};
}

Distribution lifetime_of(const WeibullLaw& law, const base::Location& where) {
  return Distribution::weibull(law.scale, law.shape, where);
}

double shift_after(const PowerLawShift& law, double time, double temperature, double voltage) {
  require_not_negative(time, "a time of stress");
  if (time == 0.0) return 0.0;
  return shift_rate(law, temperature, voltage) * std::pow(time, law.time_exponent);
}

double shift_after(const PowerLawShift& law, std::span<const StressStep> mission) {
  double shift = 0.0;
  for (const StressStep& step : mission) {
    const double time = duty_time(step);
    const double rate = shift_rate(law, step.temperature, step.voltage);
    if (time == 0.0 || rate == 0.0) continue;
    const double so_far = std::pow(shift / rate, 1.0 / law.time_exponent);
    shift = rate * std::pow(so_far + time, law.time_exponent);
  }
  return shift;
}

WeibullLaw breakdown(const BreakdownLaw& law, double voltage, double temperature, double area) {
  require_positive(law.time, "the time to breakdown");
  require_positive(law.shape, "the shape of breakdown");
  require_positive(law.reference_voltage, "the reference voltage of breakdown");
  require_positive(law.reference_area, "the reference area of breakdown");
  require_positive(voltage, "the voltage over an insulator");
  require_positive(area, "the area of an insulator");
  const double scale = law.time * std::pow(voltage / law.reference_voltage, -law.voltage_exponent) *
                       arrhenius_factor(law.energy, temperature, law.reference_temperature);
  return weakest({scale, law.shape}, area / law.reference_area);
}

double median_lifetime(const ElectromigrationLaw& law, double density, double temperature) {
  require_positive(law.time, "the median time to failure");
  require_positive(law.reference_density, "the reference current density");
  require_positive(law.current_exponent, "the exponent of the current density");
  require_not_negative(density, "a current density");
  if (density == 0.0) return std::numeric_limits<double>::infinity();
  return law.time * std::pow(density / law.reference_density, -law.current_exponent) *
         arrhenius_factor(law.energy, temperature, law.reference_temperature);
}

double wires_survive(const ElectromigrationLaw& law, std::span<const double> densities,
                     double temperature, double time) {
  require_not_negative(time, "the use of a wire");
  require_positive(law.log_sigma, "the spread of the lifetime of wires");
  double logarithm = 0.0;
  for (const double density : densities) {
    const double median = median_lifetime(law, density, temperature);
    if (time == 0.0 || std::isinf(median)) continue;
    const double failed = base::normal_cumulative(std::log(time / median) / law.log_sigma);
    logarithm += std::log1p(-failed);
  }
  return std::exp(logarithm);
}

double pelgrom_sigma(double coefficient, double area) {
  require_not_negative(coefficient, "a coefficient of mismatch");
  require_positive(area, "a gate's area");
  return coefficient / std::sqrt(area);
}

double growth_after(const ActivatedGrowth& law, double time, double temperature) {
  require_not_negative(time, "the use of a device");
  require_positive(law.time, "the time of ageing");
  require_positive(law.exponent, "the exponent of ageing");
  const double tau =
      law.time * arrhenius_factor(law.energy, temperature, law.reference_temperature);
  return std::pow(time / tau, law.exponent);
}

}  // namespace neucasl::variation
