#include <algorithm>
#include <cmath>
#include <numbers>

#include "neucasl/circuit/circuit.hpp"

namespace neucasl::circuit {
namespace {

constexpr std::size_t most_corners = 1'000'000;  // of a periodic pulse

double pulse_at(const std::vector<double>& v, double time) {
  const double first = v[0];
  const double second = v[1];
  const double rise = v[3];
  const double fall = v[4];
  const double width = v[5];
  const double period = v[6];
  double t = time - v[2];
  if (t <= 0.0) return first;
  if (period > 0.0) t = std::fmod(t, period);
  if (t < rise) return first + (second - first) * t / rise;
  t -= rise;
  if (t <= width) return second;
  t -= width;
  if (t < fall) return second + (first - second) * t / fall;
  return first;
}

double sine_at(const std::vector<double>& v, double time) {
  const double t = time - v[3];
  if (t < 0.0) return v[0] + v[1] * std::sin(v[5]);
  return v[0] + v[1] * std::exp(-t * v[4]) * std::sin(2.0 * std::numbers::pi * v[2] * t + v[5]);
}

double exponential_at(const std::vector<double>& v, double time) {
  double value = v[0];
  if (time > v[2]) value += (v[1] - v[0]) * -std::expm1(-(time - v[2]) / v[3]);
  if (time > v[4]) value += (v[0] - v[1]) * -std::expm1(-(time - v[4]) / v[5]);
  return value;
}

double piecewise_at(const std::vector<double>& v, double time) {
  const std::size_t points = v.size() / 2;
  if (time <= v[0]) return v[1];
  for (std::size_t k = 1; k < points; ++k) {
    if (time > v[2 * k]) continue;
    const double share = (time - v[2 * k - 2]) / (v[2 * k] - v[2 * k - 2]);
    return v[2 * k - 1] + share * (v[2 * k + 1] - v[2 * k - 1]);
  }
  return v[2 * points - 1];
}

}  // namespace

double Waveform::at(double time, double constant) const {
  switch (kind) {
    case Kind::constant:
      return constant;
    case Kind::pulse:
      return pulse_at(values, time);
    case Kind::sine:
      return sine_at(values, time);
    case Kind::exponential:
      return exponential_at(values, time);
    case Kind::piecewise_linear:
      return piecewise_at(values, time);
  }
  return constant;
}

std::vector<double> Waveform::corners(double end) const {
  std::vector<double> times;
  if (kind == Kind::pulse) {
    const double period = values[6];
    for (double start = values[2]; start < end && times.size() < most_corners; start += period) {
      double t = start;
      for (const double length : {0.0, values[3], values[5], values[4]}) {
        t += length;
        times.push_back(t);
      }
      if (!(period > 0.0)) break;
    }
  } else if (kind == Kind::sine) {
    times.push_back(values[3]);
  } else if (kind == Kind::exponential) {
    times = {values[2], values[4]};
  } else if (kind == Kind::piecewise_linear) {
    for (std::size_t k = 0; k + 1 < values.size(); k += 2) times.push_back(values[k]);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::erase_if(times, [&](double t) { return !(t > 0.0 && t < end); });
  return times;
}

}  // namespace neucasl::circuit
