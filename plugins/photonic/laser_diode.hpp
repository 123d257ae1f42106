#pragma once

#include "fabrication.hpp"
#include "neucasl/model/functions.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A laser driven by a current: threshold, slope, one relaxation time.
struct LaserDiode {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 3;
  static constexpr double power_unit = 1e-3;  ///< W, of the state "power".
  struct Derived {
    double conductance;       ///< S, of the series resistance
    double capacitance;       ///< F
    double saturation;        ///< A
    double inverse_thermal;   ///< 1/V
    double slope;             ///< power_unit for each A of this copy
    double threshold;         ///< A of this copy
    double inverse_response;  ///< 1/s
    double emission;          ///< 1 on its own carrier, else 0
    double intensity_noise;   ///< 1/Hz
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    const S& junction = x[4];
    const S& power = x[5];
    const S& amplitude = x[6];
    const S current = d.conductance * (x[2] - x[3] - junction);
    const S diode = d.saturation * (limited_exp(S(d.inverse_thermal * junction), 60.0) - 1.0);
    y.current[2] += current;
    y.current[3] -= diode;
    y.residual[0] += diode - current;
    y.internal_charge[0] += d.capacitance * junction;
    y.charge[3] -= d.capacitance * junction;
    // The rounded corner stands for spontaneous emission around the threshold.
    const S target = d.slope * smooth_positive(S(diode - d.threshold), 0.02 * d.threshold);
    y.rate[1] = d.inverse_response * (target - power);
    const double watt_root = d.emission * std::sqrt(power_unit);
    y.residual[2] += amplitude - watt_root * sqrt(smooth_positive(power, 1e-6) + S(1e-12));
    y.current[0] += x[0] - 2.0 * amplitude;
    y.current[1] += x[1];
  }
};

class LaserDiodeModel final : public Fabricated<model::EquationModel<LaserDiode>> {
 public:
  [[nodiscard]] std::vector<double> emitted_wavelengths(
      std::span<const double> parameters) const override;
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
