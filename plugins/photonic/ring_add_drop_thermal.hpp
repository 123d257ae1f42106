#pragma once

#include "fabrication.hpp"
#include "neucasl/model/equations.hpp"
#include "ring.hpp"

namespace neucasl::photonic {

/// A ring between two buses whose resonance moves with the temperature of a thermal net.
struct RingAddDropThermal {
  static constexpr int ports = 4;
  static constexpr int terminal_unknowns = 9;
  static constexpr int internals = 8;
  struct Derived {
    RingCouplers couplers;
    double phase;             ///< rad, at ambient temperature
    double phase_per_kelvin;  ///< rad/K
    double conductance;       ///< W/K, of this carrier's copy
    double capacitance;       ///< J/K, of this carrier's copy
    double heating;           ///< Share of the lost light that warms the ring.
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    const S& rise = x[8];
    const S phase = S(d.phase) + d.phase_per_kelvin * rise;
    scatter<ports>(add_drop_matrix(ring_response(d.couplers, phase)), x, y);
    // Sum of |a|^2 - |b|^2 over the ports, as V I.
    S lost(0.0);
    for (std::size_t i = 0; i < 8; ++i) lost += x[i] * y.current[i];
    y.current[8] += d.conductance * rise - d.heating * lost;
    y.charge[8] += d.capacitance * rise;
  }
};

class RingAddDropThermalModel final : public Fabricated<model::EquationModel<RingAddDropThermal>> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
