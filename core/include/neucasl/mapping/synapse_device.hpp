#pragma once

#include <optional>

#include "neucasl/device/card.hpp"

/// \file
/// What a memristor card says about a device used as a synapse.
///
/// Statistics of a device that is programmed once, with g = G / G_max:
///   programming  G = G_target + sigma(G_target) z, z standard normal, not below 0;
///   drift        G(t) = G (t / t_0)^-nu for t >= t_0 after programming,
///                nu = |mean(g) + sigma(g) z| of the target, mean and sigma of the form
///                clamp(slope ln g + offset, low, high);
///   read noise   sigma_r = G(t) Q(g) sqrt(ln((t + t_r) / (2 t_r))), Q = min(factor g^-exponent,
///                most).
/// Sources: V. Joshi et al., Nat. Commun. 11:2473, 2020; S. R. Nandakumar et al., ICECS 2019; IBM
/// Analog Hardware Acceleration Kit, pcm.py (nu of the target and without its sign).
///
/// Update of a device by n pulses (n need not be whole), with the window D = G_max - G_min, P the
/// pulses that cross it and a the curvature of the curve:
///   potentiation  G <- H - (H - G) exp(-n / (a P)),  H = G_max + D / (exp(1 / a) - 1);
///   depression    G <- L + (G - L) exp(-n / (a P)),  L = G_min - D / (exp(1 / a) - 1);
/// then, with the update noise s per pulse, G += s D sqrt(n) z; the result stays in the window. So
/// the bounds are soft, a small a means a strongly nonlinear device, and P and a may differ between
/// the two directions. Source: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37:3067, 2018 (NeuroSim).

namespace neucasl::mapping {

/// mean or sigma of the drift exponent
struct DriftLaw {
  double slope = 0.0;
  double offset = 0.0;
  double low = 0.0;
  double high = 0.0;

  /// g in (0, 1].
  [[nodiscard]] NEUCASL_EXPORT double operator()(double g) const;
};

struct DriftStatistics {
  double reference_time = 0.0;  ///< t_0, s
  DriftLaw mean;
  DriftLaw sigma;
};

struct ReadNoise {
  double factor = 0.0;
  double exponent = 0.0;
  double most = 0.0;
  double read_time = 0.0;  ///< t_r, s

  /// sigma_r / G at time t after programming, s.
  [[nodiscard]] NEUCASL_EXPORT double relative(double g, double t) const;
};

/// One direction of the update.
struct UpdateCurve {
  double pulses = 0.0;     ///< P
  double curvature = 0.0;  ///< a
};

struct UpdateLaw {
  UpdateCurve potentiation;
  UpdateCurve depression;
  double sigma = 0.0;  ///< s
};

struct SynapseDevice {
  std::string card;              ///< Id.
  double conductance_min = 0.0;  ///< S
  double conductance_max = 0.0;  ///< S
  std::optional<device::Polynomial> programming_sigma;
  std::optional<DriftStatistics> drift;
  std::optional<ReadNoise> read_noise;
  std::optional<UpdateLaw> update;

  /// G after n >= 0 pulses, without noise. Need `update`.
  [[nodiscard]] NEUCASL_EXPORT double potentiated(double conductance, double n) const;
  [[nodiscard]] NEUCASL_EXPORT double depressed(double conductance, double n) const;
};

/// What the card says about drift, empty when it has no drift_reference_time: that and
/// drift_{mean,sigma}_{slope,offset,low,high}.
/// \throws base::Error as `read_synapse_device`.
NEUCASL_EXPORT std::optional<DriftStatistics> drift_of(const device::Card& card,
                                                       device::UseList& uses);
/// Empty when the card has no read_noise_factor: that, read_noise_{exponent,most} and read_time.
/// \throws base::Error as `read_synapse_device`.
NEUCASL_EXPORT std::optional<ReadNoise> read_noise_of(const device::Card& card,
                                                      device::UseList& uses);

/// Reads what the card has: conductance_min and conductance_max (or reset_conductance and
/// set_conductance); polynomial programming_sigma (or programming_sigma_0 to _2 over g);
/// drift_reference_time, drift_{mean,sigma}_{slope,offset,low,high}; read_noise_{factor,exponent,
/// most} and read_time; {potentiation,depression}_{levels,curvature} and update_sigma.
/// \throws base::Error "device.number" for a missing partner, "device.range" for an empty window, a
/// curve that is not positive, a negative noise or bounds of drift in the wrong order.
NEUCASL_EXPORT SynapseDevice read_synapse_device(const device::Card& card, device::UseList& uses);

}  // namespace neucasl::mapping
