#include "bank_resolution.hpp"

#include <algorithm>
#include <cmath>

#include "../optics.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/link/resolution.hpp"

namespace neucasl::photonic {

NoiseBits noise_bits(const ResonatorBank& bank, const std::vector<double>& tunings,
                     const NoiseParameters& noise) {
  const double line = noise.responsivity * noise.power;
  double current = 0.0;
  double squares = 0.0;
  for (const double wavelength : bank.plan().wavelengths) {
    const BankOutputs out = bank.outputs(wavelength, tunings);
    current += line * (std::norm(out.drop) + std::norm(out.through));
    squares += line * line * out.share() * out.share();
  }
  const double signal = std::pow(line * noise.full_scale, 2);
  const double intensity = std::pow(10.0, noise.intensity_noise_db / 10.0);
  const auto bits = [&](double density) {
    return link::bits_of_signal_to_noise(signal / (density * noise.bandwidth));
  };
  return {bits(2.0 * elementary_charge * current),
          bits(4.0 * boltzmann * noise.temperature / noise.load), bits(intensity * squares)};
}

double resonance_weight_error(const ResonatorBank& bank, const std::vector<double>& tunings,
                              double sigma, double full_scale, std::uint64_t seed, int draws) {
  const std::vector<double> exact = bank.shares(tunings);
  std::vector<double> squares(exact.size(), 0.0);
  for (int draw = 0; draw < draws; ++draw) {
    base::RandomStream random(seed, "photonic/resonance_error", static_cast<std::uint64_t>(draw));
    std::vector<double> moved = tunings;
    for (double& tuning : moved) tuning += sigma * random.normal();
    const std::vector<double> shares = bank.shares(moved);
    for (std::size_t k = 0; k < exact.size(); ++k) {
      squares[k] += std::pow((shares[k] - exact[k]) / full_scale, 2);
    }
  }
  return std::sqrt(*std::max_element(squares.begin(), squares.end()) / draws);
}

}  // namespace neucasl::photonic
