#pragma once

#include "neucasl/model/functions.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A photodiode that absorbs all light of its port.
struct Photodetector {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 1;
  static constexpr double power_unit = 1e-3;  ///< W, of the delayed power.
  struct Derived {
    double responsivity;     ///< A for each power_unit
    double inverse_transit;  ///< 1/s
    double saturation;       ///< A
    double inverse_thermal;  ///< 1/V
    double shunt;            ///< S
    double capacitance;      ///< F
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    y.current[0] += x[0];
    y.current[1] += x[1];
    const S voltage = x[2] - x[3];
    const S& delayed = x[4];
    const S power = x[0] * x[0] + x[1] * x[1];
    y.rate[0] = d.inverse_transit * (power * (1.0 / power_unit) - delayed);
    const S current = d.saturation * (limited_exp(S(d.inverse_thermal * voltage), 60.0) - 1.0) +
                      d.shunt * voltage - d.responsivity * delayed;
    y.current[2] += current;
    y.current[3] -= current;
    y.charge[2] += d.capacitance * voltage;
    y.charge[3] -= d.capacitance * voltage;
  }
};

class PhotodetectorModel final : public model::EquationModel<Photodetector> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
