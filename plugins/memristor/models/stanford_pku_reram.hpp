#pragma once

#include "curves.hpp"
#include "motion.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// Filamentary metal-oxide memory with a tunnelling gap: X. Guan, S. Yu and H.-S. P. Wong, IEEE
/// Electron Device Lett. 33(10):1405-1407, 2012; Z. Jiang et al., SISPAD 2014 and IEEE Trans.
/// Electron Devices 63(5):1884-1892, 2016.
///
///   i = I0 exp(-g/g0) sinh(v/V0)
///   dg/dt = -v0/2 (exp(-Eg/kT + z) - exp(-Er/kT - z)), z = gamma a0 q v / (L k T)
///   gamma = gamma0 - beta (g / 1 nm)^3, none below the field F_min
///   tau dT/dt = T_ambient + Rth v i - T
///
/// With Eg = Er = E the second line is the sources' -v0 exp(-E/kT) sinh(z). Unknowns:
/// x = (g - g_min)/(g_max - g_min) and (T - T_ambient)/100 K.

namespace neucasl::memristor_models {

struct StanfordPkuReram {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 2;
  static constexpr double heating_unit = 100.0;  ///< K
  enum ParameterIndex : std::size_t {
    current_scale,
    gap_scale,
    voltage_scale,
    gap_min,
    gap_max,
    oxide_thickness,
    velocity,
    generation_energy,
    recombination_energy,
    hop_length,
    enhancement,
    enhancement_slope,
    minimum_field,
    thermal_resistance,
    thermal_time,
    edge_width,
    initial_state,
    current_variation,
    gap_variation,
    flicker_noise,
    endurance_cycles,
    retention_time,
    retention_energy,
  };
  struct Derived {
    double current, inverse_gap_scale, inverse_voltage_scale;  ///< A, 1/m, 1/V
    double gap_min, gap_range;                                 ///< m
    double rate;                                               ///< v0 / (2 gap_range), 1/s
    double generation, recombination;                          ///< E/k, K
    double field;                                              ///< a0 q / (L k), K/V
    double enhancement, slope;
    double gate_scale, gate_offset;  ///< of gamma |v| in the logistic gate of F_min
    double ambient, thermal_resistance, inverse_thermal_time;
    double edge, initial, flicker;
  };

  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 2> initial(const Derived& d) { return {d.initial, 0.0}; }

  /// exp(a), and 1 + a for a > 0: an ion hops at most at about its attempt rate.
  template <class S>
  static S hop(const S& a) {
    return limited_exp(a, 0.0);
  }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 4>& x, model::Terms<S, 2, 2>& y) {
    const S& state = x[2];
    const S voltage = x[0] - x[1];
    const S gap = d.gap_min + d.gap_range * state;
    const S scaled = voltage * d.inverse_voltage_scale;
    const S sine = 0.5 * (limited_exp(scaled, 40.0) - limited_exp(S(-scaled), 40.0));
    const S current = d.current * limited_exp(S(-gap * d.inverse_gap_scale)) * sine;
    y.current[0] += current;
    y.current[1] -= current;

    const S temperature = maximum(S(d.ambient + heating_unit * x[3]), S(0.5 * d.ambient));
    const S nanometres = gap * 1e9;
    const S gamma =
        smooth_positive(S(d.enhancement - d.slope * nanometres * nanometres * nanometres), 0.01);
    const S gate = logistic(S(d.gate_scale * gamma * abs(voltage) + d.gate_offset));
    const S z = d.field * gamma * voltage / temperature;
    const S closing = hop(S(z - d.generation / temperature));
    const S opening = hop(S(-z - d.recombination / temperature));
    y.rate[0] = held_within_ends(S(d.rate * gate * (opening - closing)), state, d.edge);
    y.rate[1] =
        (d.thermal_resistance * voltage * current / heating_unit - x[3]) * d.inverse_thermal_time;
  }
};

class StanfordPkuReramModel final : public model::EquationModel<StanfordPkuReram> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// Current factor normal (low resistance), gaps of both ends normal: the high resistance is then
  /// lognormal, as observed for HfO2 cells.
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override;
  /// The spreads, and a largest gap above the smallest.
  void sample_variation(std::span<double> parameters, base::RandomStream& random) const override;
  /// Cycles raise the low resistance (a wider smallest gap); time lets the filament dissolve.
  void age(std::span<double> parameters, const model::Stress& stress) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::memristor_models
