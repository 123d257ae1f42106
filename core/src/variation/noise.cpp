#include "neucasl/variation/noise.hpp"

#include <cmath>
#include <numbers>

#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

bool is_time(double value) { return value > 0.0 && std::isfinite(value); }

double exponential(double mean, base::RandomStream& random) {
  return -mean * std::log(random.uniform());
}

}  // namespace

TelegraphNoise::TelegraphNoise(const TelegraphLaw& law, const base::Location& where) : law_(law) {
  if (!is_time(law.capture_time) || !is_time(law.emission_time)) {
    throw base::Error("variation.noise",
                      "a trap has the capture time " + base::shortest(law.capture_time) +
                          " s and the emission time " + base::shortest(law.emission_time) + " s",
                      "give both above 0", where);
  }
  if (!std::isfinite(law.amplitude)) {
    throw base::Error("variation.noise", "the amplitude of a trap is not finite",
                      "give a finite amplitude", where);
  }
  occupancy_ = 1.0 / (1.0 + law.capture_time / law.emission_time);
  correlation_time_ = 1.0 / (1.0 / law.capture_time + 1.0 / law.emission_time);
}

double TelegraphNoise::covariance(double lag) const {
  return law_.amplitude * law_.amplitude * occupancy_ * (1.0 - occupancy_) *
         std::exp(-std::abs(lag) / correlation_time_);
}

double TelegraphNoise::spectral_density(double frequency) const {
  const double turn = 2.0 * std::numbers::pi * frequency * correlation_time_;
  return 4.0 * covariance(0.0) * correlation_time_ / (1.0 + turn * turn);
}

std::vector<double> TelegraphNoise::at(std::span<const double> times,
                                       base::RandomStream& random) const {
  std::vector<double> values;
  values.reserve(times.size());
  bool filled = false;
  for (std::size_t i = 0; i < times.size(); ++i) {
    double probability = occupancy_;
    if (!std::isfinite(times[i]) || (i > 0 && times[i] < times[i - 1])) {
      throw base::Error("variation.noise",
                        "time " + std::to_string(i + 1) + " of telegraph noise is " +
                            base::shortest(times[i]) + " s",
                        "give finite times in ascending order");
    }
    if (i > 0) {
      const double kept = std::exp(-(times[i] - times[i - 1]) / correlation_time_);
      probability += ((filled ? 1.0 : 0.0) - occupancy_) * kept;
    }
    filled = random.uniform() < probability;
    values.push_back(filled ? law_.amplitude : 0.0);
  }
  return values;
}

TelegraphNoise::Path TelegraphNoise::path(double end, base::RandomStream& random) const {
  if (!(end >= 0.0 && std::isfinite(end))) {
    throw base::Error("variation.noise", "a path of " + base::shortest(end) + " s",
                      "give a finite time of 0 or more");
  }
  Path result;
  result.filled = random.uniform() < occupancy_;
  bool filled = result.filled;
  // Exponential times have no memory, so the first is like the others.
  double time = 0.0;
  for (;;) {
    time += exponential(filled ? law_.emission_time : law_.capture_time, random);
    if (time >= end) return result;
    result.changes.push_back(time);
    filled = !filled;
  }
}

}  // namespace neucasl::variation
