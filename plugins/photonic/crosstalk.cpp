#include "crosstalk.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::photonic {

double largest_crosstalk(int channels, const std::function<double(int i, int j)>& taken) {
  double largest = 0.0;
  for (int i = 0; i < channels; ++i) {
    double sum = 0.0;
    for (int j = 0; j < channels; ++j) {
      if (j != i) sum += taken(i, j);
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

double lorentzian_crosstalk(double wavelength_i, double wavelength_j, double quality) {
  const double d = wavelength_i / (2.0 * quality);
  const double distance = wavelength_i - wavelength_j;
  return d * d / (distance * distance + d * d);
}

double resolution_bits(double largest_noise) { return std::log2(1.0 / largest_noise); }

}  // namespace neucasl::photonic
