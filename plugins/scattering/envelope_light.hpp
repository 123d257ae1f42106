#pragma once

#include <array>
#include <vector>

#include "envelope_drives.hpp"
#include "envelope_history.hpp"
#include "envelope_waves.hpp"

/// \file
/// Light over one step of time.
///
/// dz/dt = A z + f with f = B a + k. With the mean of A at both ends of a step and f a straight
/// line between its ends (first-order hold)
///   z1 = e^(A h) z0 + (P1 - P2) f0 + P2 f1,   P1 = h phi_1(A h),   P2 = h phi_2(A h)
/// (M. Hochbruck and A. Ostermann, Acta Numerica 19:209, 2010). As b1 = S a1 + C z1 + e, the step
/// is one more scattering problem, with S + C P2 B: exact at rest and for light that grows
/// linearly, stable for any step, off by h^3 g''/12 otherwise, g = (A - mean A) z + f.

namespace neucasl::scattering {

class LightStep {
 public:
  /// \param largest_step  s; guides with at least twice that delay never answer within a step
  LightStep(EnvelopeNetwork& network, const circuit::Tolerances& tolerances, double largest_step,
            double nearness);

  [[nodiscard]] Light dark() const;
  /// New numbers of the devices whose slow unknowns have changed.
  void update(const DriveSystem& drives, const Light& light, const DriveState& state);

  /// dz/dt = 0, delays passed.
  /// \throws base::Error "scattering.loop", "scattering.envelope" for a mode without loss.
  void rest(Light& light);
  /// Forgets all; before, waves were as now (`steady`) or zero.
  void begin(double time, const Light& light, bool steady);
  /// The solved instant from which the next step goes.
  void remember(double time, const Light& light);
  /// Waves behind a corner, states as they are; the largest jump of a wave that travels.
  double cross_corner(double time, Light& light);
  /// Takes back what was remembered after the last corner.
  void back_to_corner();

  /// The light at `time`, a step after the remembered instant.
  void step(double time, Light& light);
  /// Error of the step to `time` over what is tolerated, from the last three or four instants; only
  /// after at least one step from the corner.
  [[nodiscard]] double error(double time, const Light& light);
  /// Instants remembered since the last corner, at most three.
  [[nodiscard]] std::size_t instants() const { return count_; }

  [[nodiscard]] const WaveHistory& history() const { return history_; }

 private:
  struct Propagator {
    Eigen::MatrixXcd exponential, first, second;  // e^(A h), P1, P2
  };
  struct Instant {
    double time = 0.0;
    std::vector<Amplitude> rate;   // A of all elements
    std::vector<Amplitude> state;  // z
    std::vector<Amplitude> force;  // f
    std::vector<Amplitude> waves;  // into all ports, when there are delays
  };
  void load(bool in_step);
  void prepare(double time, double h);
  void propagate(std::size_t place, double h);
  void drive(const Light& light, std::vector<Amplitude>& f) const;
  void emit();
  void add_states_held(const EnvelopeElement& element, std::size_t place);
  void take_out(Light& light) const;
  void fill(double time, const Light& light, Instant& instant) const;
  /// Element k of the forcing g with the mean rates of the step.
  void forcing(const Instant& instant, std::vector<Amplitude>& g) const;
  template <class Value>
  [[nodiscard]] double bending(const Value& value, double h, double h1) const;

  EnvelopeNetwork& network_;
  circuit::Tolerances tolerances_;
  WaveHistory history_;
  EnvelopeWaves waves_, rest_waves_;
  std::vector<std::uint32_t> history_of_port_;  // or none
  std::vector<std::uint32_t> with_states_;      // elements
  std::vector<std::size_t> first_rate_;         // of those in `Instant::rate`
  std::size_t rates_ = 0;
  std::vector<char> changed_;  // numbers of an element, since the last prepare
  double prepared_step_ = -1.0;
  std::vector<Propagator> propagators_;                  // of elements whose states mix
  std::vector<Amplitude> exponential_, first_, second_;  // of the other states
  std::vector<Amplitude> mean_;                          // A of the step
  std::array<Instant, 3> instants_;                      // [0] is the last
  std::size_t count_ = 0;
  Instant next_;
  std::vector<double> state_peak_, wave_peak_;
  std::vector<Amplitude> right_, held_;  // work
  std::array<std::vector<Amplitude>, 3> forcing_;
  std::vector<WaveHistory::Arrival> arrivals_;
  std::vector<double> shares_;
  std::vector<double> device_x_;
};

}  // namespace neucasl::scattering
