#include "neucasl/variation/waveguides.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {

double resonance_shift(double wavelength, double group_index, double slope_width, double width,
                       double slope_thickness, double thickness) {
  return wavelength / group_index * (slope_width * width + slope_thickness * thickness);
}

double coupling_at_gap(double coupling, double gap_change, double decay_length) {
  if (!(coupling >= 0.0 && coupling <= 1.0) || !(decay_length > 0.0)) {
    throw base::Error("variation.waveguides",
                      "a power coupling of " + base::shortest(coupling) +
                          " with the decay length " + base::shortest(decay_length) + " m",
                      "give a coupling from 0 to 1 and a length above 0");
  }
  const double angle = std::asin(std::sqrt(coupling)) * std::exp(-gap_change / decay_length);
  const double amplitude = std::sin(angle);
  return amplitude * amplitude;
}

}  // namespace neucasl::variation
