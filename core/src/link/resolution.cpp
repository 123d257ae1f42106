#include "neucasl/link/resolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::link {
namespace {

constexpr double elementary_charge = 1.602176634e-19;  // C, exact in the SI
constexpr double boltzmann = 1.380649e-23;             // J/K, exact in the SI

void require_positive(double value, const char* code, const char* what) {
  if (value > 0.0 && std::isfinite(value)) return;
  throw base::Error(code, std::string("the ") + what + " is " + base::shortest(value),
                    "give a number above 0");
}

}  // namespace

double bits_of_signal_to_noise(double ratio) {
  return (10.0 * std::log10(ratio) - 10.0 * std::log10(1.5)) / (20.0 * std::log10(2.0));
}

ReceiverBits receiver_bits(const Receiver& receiver) {
  require_positive(receiver.current, "link.receiver", "photocurrent in A");
  require_positive(receiver.bandwidth, "link.receiver", "bandwidth in Hz");
  require_positive(receiver.load, "link.receiver", "load in ohm");
  require_positive(receiver.temperature, "link.receiver", "temperature in K");
  const double signal = receiver.current * receiver.current;
  const auto bits = [&](double density) {
    return bits_of_signal_to_noise(signal / (density * receiver.bandwidth));
  };
  return {bits(2.0 * elementary_charge * receiver.current),
          bits(4.0 * boltzmann * receiver.temperature / receiver.load),
          bits(signal * std::pow(10.0, receiver.intensity_noise_db / 10.0))};
}

double resonance_bits(double sigma, double wavelength, double quality) {
  require_positive(wavelength, "link.resonance", "wavelength in m");
  require_positive(quality, "link.resonance", "quality factor");
  if (!(sigma >= 0.0) || !std::isfinite(sigma)) {
    throw base::Error("link.resonance", "the resonance error is " + base::shortest(sigma) + " m",
                      "give 0 or more");
  }
  if (sigma == 0.0) return std::numeric_limits<double>::infinity();
  const double half_width = wavelength / (2.0 * quality);
  const double steepest = 3.0 * std::numbers::sqrt3 / (8.0 * half_width);
  return -std::log2(2.0 * sigma * steepest);
}

double combined_bits(const std::vector<double>& bits) {
  if (bits.empty() || std::any_of(bits.begin(), bits.end(), [](double b) { return b != b; })) {
    throw base::Error("link.bits", bits.empty() ? "no cause of error" : "bits that are no number",
                      "give the bits of each cause");
  }
  double power = 0.0;
  for (const double one : bits) power += std::pow(4.0, -one);
  return power > 0.0 ? -0.5 * std::log2(power) : std::numeric_limits<double>::infinity();
}

}  // namespace neucasl::link
