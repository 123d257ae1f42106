#include "neucasl/link/bank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::link {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw base::Error("link.channels", what, remedy);
}

void require_positive(double value, const char* what) {
  if (value > 0.0 && std::isfinite(value)) return;
  refuse(std::string("the ") + what + " is " + base::shortest(value), "give a number above 0");
}

void require_channels(const std::vector<double>& wavelengths) {
  if (wavelengths.empty()) refuse("a bank without channels", "give one or more");
  for (const double one : wavelengths) require_positive(one, "wavelength in m");
}

/// Powers of an add-drop ring with equal couplers, by the square of sin(p / 2).
struct Ring {
  double round_trip = 1.0;    ///< a
  double transmission = 0.0;  ///< t^2
  double product = 0.0;       ///< x = t^2 a

  [[nodiscard]] double denominator(double s) const {
    return (1.0 - product) * (1.0 - product) + 4.0 * product * s;
  }
  [[nodiscard]] double drop(double s) const {
    return (1.0 - transmission) * (1.0 - transmission) * round_trip / denominator(s);
  }
  [[nodiscard]] double through(double s) const {
    return transmission * ((1.0 - round_trip) * (1.0 - round_trip) + 4.0 * round_trip * s) /
           denominator(s);
  }
};

Ring ring_at(const SeriesBank& bank, double wavelength) {
  const double finesse = bank.free_spectral_range * bank.quality / wavelength;
  const double root = (std::sqrt(std::numbers::pi * std::numbers::pi + 4.0 * finesse * finesse) -
                       std::numbers::pi) /
                      (2.0 * finesse);
  Ring ring;
  ring.product = root * root;
  // (1 - t^2) sqrt(a) = sqrt(peak) (1 - x) with t^2 = x / a is a quadratic in sqrt(a).
  const double peak = std::pow(10.0, -bank.drop_loss_db / 20.0) * (1.0 - ring.product);
  const double amplitude = 0.5 * (peak + std::sqrt(peak * peak + 4.0 * ring.product));
  ring.round_trip = amplitude * amplitude;
  ring.transmission = ring.product / ring.round_trip;
  return ring;
}

void require_valid(const SeriesBank& bank) {
  require_positive(bank.quality, "quality factor");
  require_positive(bank.free_spectral_range, "free spectral range in m");
  if (bank.drop_loss_db >= 0.0) return;
  refuse("the loss of the drop port is " + base::shortest(bank.drop_loss_db) + " dB",
         "give 0 dB or more");
}

}  // namespace

std::vector<double> channel_grid(double centre, double spacing, std::size_t count) {
  std::vector<double> wavelengths;
  wavelengths.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double place = static_cast<double>(k) - 0.5 * (static_cast<double>(count) - 1.0);
    wavelengths.push_back(centre + spacing * place);
  }
  return wavelengths;
}

std::size_t channels_within(double free_spectral_range, double spacing) {
  require_positive(free_spectral_range, "free spectral range in m");
  require_positive(spacing, "channel spacing in m");
  // A range of exactly N spacings holds N, however the quotient was rounded.
  constexpr double rounding = 1e-9;
  return static_cast<std::size_t>(std::floor(free_spectral_range / spacing + rounding));
}

double printed_crosstalk(const std::vector<double>& wavelengths, double quality) {
  require_channels(wavelengths);
  require_positive(quality, "quality factor");
  double largest = 0.0;
  for (std::size_t i = 0; i < wavelengths.size(); ++i) {
    const double d = wavelengths[i] / (2.0 * quality);
    double sum = 0.0;
    for (std::size_t j = 0; j < wavelengths.size(); ++j) {
      const double distance = wavelengths[i] - wavelengths[j];
      if (j != i) sum += d * d / (distance * distance + d * d);
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

double resolution_bits(double noise) {
  return noise > 0.0 ? -std::log2(noise) : std::numeric_limits<double>::infinity();
}

BankRing SeriesBank::ring(double wavelength) const {
  require_valid(*this);
  const Ring found = ring_at(*this, wavelength);
  return {found.transmission, found.round_trip};
}

std::vector<double> SeriesBank::collected(const std::vector<double>& wavelengths) const {
  require_channels(wavelengths);
  require_valid(*this);
  const std::size_t n = wavelengths.size();
  std::vector<Ring> rings;
  rings.reserve(n);
  for (const double one : wavelengths) rings.push_back(ring_at(*this, one));
  std::vector<double> result(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    double left = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double sine =
          std::sin(std::numbers::pi * (wavelengths[j] - wavelengths[i]) / free_spectral_range);
      result[i * n + j] = left * rings[i].drop(sine * sine);
      left *= rings[i].through(sine * sine);
    }
  }
  return result;
}

double SeriesBank::crosstalk(const std::vector<double>& wavelengths) const {
  const std::vector<double> powers = collected(wavelengths);
  const std::size_t n = wavelengths.size();
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j != i) sum += powers[i * n + j];
    }
    largest = std::max(largest, sum / powers[i * n + i]);
  }
  return largest;
}

}  // namespace neucasl::link
