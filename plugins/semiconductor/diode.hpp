#pragma once

#include <array>
#include <span>

#include "neucasl/model/equations.hpp"

/// \file
/// The device model `diode`: the junction diode of SPICE.

namespace neucasl::semiconductor {

namespace diode {

/// Order of the parameters in the specification.
enum Index : std::size_t {
  saturation_current,
  emission_coefficient,
  series_resistance,
  zero_bias_junction_capacitance,
  junction_potential,
  grading_coefficient,
  transit_time,
  forward_bias_coefficient,
  breakdown_voltage,
  breakdown_current,
  band_gap,
  saturation_current_exponent,
  flicker_coefficient,
  flicker_exponent,
  area,
  nominal_temperature,
  limiting_current,
  rated_current,
  parameter_count
};

/// Order of the unknowns; the last is the voltage across the junction.
enum Unknown : std::size_t { anode, cathode, junction, unknown_count };

model::Specification specification();

/// V, A, F, ohm, s.
struct Derived {
  double saturation;         ///< A
  double slope;              ///< n kT/q
  double limit;              ///< exponent beyond which the current goes on as a straight line
  double breakdown_slope;    ///< kT/q
  double breakdown_voltage;  ///< V
  double breakdown_current;  ///< A
  double breakdown_limit;
  double resistance;
  double capacitance;  ///< at no bias
  double potential;
  double exponent;  ///< 1 - m
  double corner;    ///< fc Vj, where the capacitance goes on as a straight line
  double corner_capacitance;
  double corner_rise;  ///< F/V
  double transit_time;
  double flicker_coefficient;
  double flicker_exponent;
};

/// \throws base::Error "model.parameters" for a temperature at which the junction has no potential.
Derived derive(std::span<const double> parameters, const model::Environment& environment);

/// Current through the junction at a voltage across it, A.
template <class S>
S current(const Derived& d, const S& v) {
  using namespace model::functions;
  const S forward = limited_exp(S(v / d.slope), d.limit) - S(1.0);
  const S reverse =
      limited_exp(S(-(v + d.breakdown_voltage) / d.breakdown_slope), d.breakdown_limit);
  return d.saturation * forward - d.breakdown_current * reverse;
}

/// Charge of the depletion layer, C.
template <class S>
S depletion_charge(const Derived& d, const S& v) {
  using namespace model::functions;
  const S held = minimum(v, S(d.corner));
  const S beyond = v - held;
  const S below = d.capacitance * d.potential / d.exponent *
                  (1.0 - pow(S(1.0 - held / d.potential), d.exponent));
  return below + beyond * (d.corner_capacitance + 0.5 * d.corner_rise * beyond);
}

struct Equations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  using Derived = diode::Derived;

  static model::Specification specification() { return diode::specification(); }
  static Derived derive(std::span<const double> parameters, const model::Environment& environment) {
    return diode::derive(parameters, environment);
  }
  static std::array<double, internals> initial(const Derived& /*derived*/) { return {0.0}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, unknown_count>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    const S flow = current(d, x[junction]);
    const S charge =
        depletion_charge(d, x[junction]) +
        d.transit_time * d.saturation *
            (model::functions::limited_exp(S(x[junction] / d.slope), d.limit) - S(1.0));
    y.current[anode] += flow;
    y.current[cathode] -= flow;
    y.charge[anode] += charge;
    y.charge[cathode] -= charge;
    // The sum of voltages, the resistance carrying the charging current too.
    y.residual[0] = x[anode] - x[cathode] - x[junction] - d.resistance * flow;
    y.internal_charge[0] = -(d.resistance * charge);
  }
};

}  // namespace diode

class DiodeModel final : public model::EquationModel<diode::Equations> {
 public:
  /// Shot noise of the junction and thermal noise of the resistance, as they appear between the
  /// terminals at frequencies that the capacitance does not yet short.
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::semiconductor
