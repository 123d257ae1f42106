#pragma once

#include "fabrication.hpp"
#include "neucasl/model/equations.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A matched source of constant power: b = sqrt(P) e^(j phase), what returns is absorbed.
struct Laser {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  struct Derived {
    double amplitude;        ///< sqrt(W)
    double cosine;           ///< of the phase
    double sine;             ///< of the phase
    double amplitude_noise;  ///< W/Hz, one-sided density of the amplitude
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& d) { return {d.amplitude}; }

  /// The amplitude is an unknown of its own, so that its noise keeps the light's phase.
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    const S& amplitude = x[2];
    y.current[0] += x[0] - 2.0 * d.cosine * amplitude;
    y.current[1] += x[1] - 2.0 * d.sine * amplitude;
    y.residual[0] += amplitude - S(d.amplitude);
  }
};

/// The internal unknown "amplitude".
model::Internal amplitude_internal();
/// "relative_intensity_noise_db" in dB/Hz.
model::Parameter intensity_noise_parameter();
/// dP/P has density RIN and d sqrt(P) = dP / (2 sqrt(P)), so the amplitude has P RIN / 4.
double amplitude_noise(double power, double decibel);

class LaserModel final : public Fabricated<model::EquationModel<Laser>> {
 public:
  [[nodiscard]] std::vector<double> emitted_wavelengths(
      std::span<const double> parameters) const override;
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
