#pragma once

#include "curves.hpp"
#include "motion.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// Phase-change memory: melt-quench and growth of the crystal from Joule heat, threshold switching,
/// drift, and the statistics of a large array.
///
/// Four internal unknowns: u, the thickness of the amorphous dome over its largest (memory); the
/// electronic state s of the amorphous material, 1: switched on (state); theta, the temperature at
/// the heater above ambient over 1000 K (state); and the logarithm of the age, l = ln(age / t_c)
/// (memory), so that the equations do not depend on time.
///   i = G v, ln G = ln G_set - ln(G_set/G_reset) u (1 - s) + ln(G_dynamic/G_set) s - nu l (1 - s)
///   tau_th dT/dt = T_ambient + R_th v i - T at the heater; at the crystal's front
///   T_f = T_ambient + (T - T_ambient)(1 - eta u), a linear fall
///   du/dt = -(v_g / L) logistic(-(E/k)(1/T_f - 1/T_x)) (1 - exp(-(H/k)(1/T_f - 1/T_m)))
///   dl/dt = exp(-l)/t_c, and back to the onset while T_f is above the glass temperature
/// Growth: Wilson and Frenkel's law with the driving force H (T_m - T)/T_m, negative above melting;
/// the mobility is Arrhenius in the glass and saturates in the liquid (after A. Sebastian, M. Le
/// Gallo and D. Krebs, Nat. Commun. 5:4314, 2014). Drift G = G_0 (age/t_c)^-nu and the statistics
/// of nu, of programming and of the read noise: S. R. Nandakumar et al., ICECS 2019; V. Joshi et
/// al., Nat. Commun. 11:2473, 2020.

namespace neucasl::memristor_models {

struct PhaseChangeMemory {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 4;
  static constexpr double heating_unit = 1000.0;  ///< K
  enum ParameterIndex : std::size_t {
    set_conductance,
    reset_conductance,
    dynamic_conductance,
    threshold_voltage,
    hold_voltage,
    switching_width,
    on_time,
    off_time,
    thermal_resistance,
    thermal_time,
    temperature_drop,
    melting_temperature,
    fusion_heat,
    growth_velocity,
    crossover_temperature,
    growth_energy,
    amorphous_length,
    glass_temperature,
    edge_width,
    drift_reference_time,
    drift_onset,
    drift_mean_slope,
    drift_mean_offset,
    drift_mean_low,
    drift_mean_high,
    drift_sigma_slope,
    drift_sigma_offset,
    drift_sigma_low,
    drift_sigma_high,
    drift_deviation,
    programming_sigma_0,
    programming_sigma_1,
    programming_sigma_2,
    read_noise_factor,
    read_noise_exponent,
    read_noise_most,
    initial_state,
    initial_age,
  };
  /// A line in ln g held between two bounds.
  struct BoundedLine {
    double slope, offset, low, high;
  };
  struct Derived {
    double set, log_window, log_dynamic;
    double threshold, hold, inverse_width, on_rate, off_rate;
    double ambient, thermal_resistance, inverse_thermal_time, drop;
    double melting, fusion, rate, crossover, growth, glass, edge;  ///< fusion, growth: K
    double inverse_reference, onset;                               ///< 1/s; ln(onset / t_c)
    BoundedLine drift_mean, drift_sigma;
    double deviation;
    double noise_factor, noise_exponent, noise_most;
    double initial, initial_log_age;
  };

  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 4> initial(const Derived& d) {
    return {d.initial, 0.0, 0.0, d.initial_log_age};
  }

  template <class S>
  static S bounded(const BoundedLine& line, const S& log_g) {
    const S value = line.slope * log_g + line.offset;
    const double corner = 1e-3;
    return line.low + smooth_positive(S(value - line.low), corner) -
           smooth_positive(S(value - line.high), corner);
  }
  /// Drift exponent at relative conductance g = exp(log_g).
  template <class S>
  static S drift_exponent(const Derived& d, const S& log_g) {
    return smooth_positive(
        S(bounded(d.drift_mean, log_g) + d.deviation * bounded(d.drift_sigma, log_g)), 1e-4);
  }
  /// Velocity of the crystal's front over the largest thickness, 1/s; negative where it melts.
  template <class S>
  static S growth_rate(const Derived& d, const S& temperature) {
    const S inverse = 1.0 / temperature;
    const S mobility = logistic(S(-d.growth * (inverse - 1.0 / d.crossover)));
    return d.rate * mobility * (1.0 - limited_exp(S(-d.fusion * (inverse - 1.0 / d.melting))));
  }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 6>& x, model::Terms<S, 2, 4>& y) {
    const S voltage = x[0] - x[1];
    const S& amorphous = x[2];
    const S& on = x[3];
    const S& log_age = x[5];

    const S log_g = -d.log_window * amorphous;
    const S nu = drift_exponent(d, log_g);
    const S exponent = (log_g - nu * log_age) * (1.0 - on) + d.log_dynamic * on;
    const S current = d.set * exp(clamp(exponent, -60.0, 60.0)) * voltage;
    y.current[0] += current;
    y.current[1] -= current;

    const S barrier = d.hold + (d.threshold - d.hold) * amorphous * (1.0 - on);
    const S goal = logistic(S((smooth_abs(voltage, 1e-3) - barrier) * d.inverse_width));
    y.rate[1] = (goal - on) * (d.off_rate + (d.on_rate - d.off_rate) * goal);

    y.rate[2] =
        (d.thermal_resistance * voltage * current / heating_unit - x[4]) * d.inverse_thermal_time;
    const S front = maximum(S(d.ambient + heating_unit * x[4] * (1.0 - d.drop * amorphous)),
                            S(0.5 * d.ambient));
    y.rate[0] = held_within_ends(S(-growth_rate(d, front)), amorphous, d.edge);

    const double restart_rate = 1e9;  // 1/s per 100 K above the glass temperature: at once
    const S hot = ramp(S((front - d.glass) / 100.0), 0.1);
    y.rate[3] = limited_exp(S(-log_age), 60.0) * d.inverse_reference -
                restart_rate * hot * (log_age - d.onset);
  }
};

class PhaseChangeMemoryModel final : public model::EquationModel<PhaseChangeMemory> {
 public:
  /// Thermal noise and 1/f noise S = (i Q)^2 / f, Q = min(factor / g^exponent, most): integrated
  /// from 1/(t + t_read) to 1/(2 t_read) it is the published sigma = G Q sqrt(ln((t + t_read) /
  /// (2 t_read))).
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// The programmed conductance, normal with sigma = max(c0 + c1 g + c2 g^2, 0), g = G/G_set, and
  /// the deviation of the drift exponent, standard normal.
  void sample_variation(std::span<double> parameters, base::RandomStream& random) const override;
  /// Drift, and growth of the crystal at the temperature of the stress.
  void age(std::span<double> parameters, const model::Stress& stress) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

/// The initial_state at which the conductance, drift reference time after programming, is
/// `conductance`, held inside [0, 1].
double phase_change_state(std::span<const double> parameters, double conductance);

}  // namespace neucasl::memristor_models
