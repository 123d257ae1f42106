#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../logic/tuned_disk.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "photodiode_values.hpp"

/// \file
/// A photonic neuron in closed form: two photodiodes in series between bias voltages drive a ring
/// modulator (A. N. Tait et al., Silicon photonic modulator neuron, Phys. Rev. Applied 11:064043,
/// 2019).
///
/// With all junctions in reverse the photocurrent's voltage at the load R is
///   v = responsivity (P_exciting - P_inhibiting) / (1/R + 2/R_shunt + 1/R_leakage),
/// since dark currents of both diodes cancel. It moves the resonance, and the pump's share
///   P_out / P_pump = |1 - m^2 / (decay - j detuning(v))|^2
/// passes. The *gain* is dP_out / dP_exciting: a neuron can drive the next one like itself where it
/// is above 1.

namespace neucasl::photonic {

struct NeuronLaw {
  TunedDisk modulator;
  PhotodiodeValues detector;
  double wavelength = 0.0;  ///< m, of the pump.
  double trim = 0.0;        ///< m
  double pump = 0.0;        ///< W
  double inhibiting = 0.0;  ///< W
  double load = 0.0;        ///< ohm
  double bias = 0.0;        ///< V

  /// From the parameters of the circuit.
  /// \throws base::Error what cards throw.
  NeuronLaw(const plugin::ParameterSet& parameters, const device::Library& cards,
            device::UseList& uses);

  [[nodiscard]] double resistance() const;            ///< ohm, of the driving node
  [[nodiscard]] double capacitance() const;           ///< F, of the driving node
  [[nodiscard]] double drive(double exciting) const;  ///< V
  /// Power behind the modulator at a driving voltage, W.
  [[nodiscard]] double output_at(double voltage) const;
  [[nodiscard]] double output(double exciting) const { return output_at(drive(exciting)); }
  [[nodiscard]] double gain(double exciting) const;
  /// Driving voltage `time` after a step of the light: transit time, then the node's R C, as a
  /// share of the whole step.
  [[nodiscard]] double step_share(double time) const;
  /// When the share is reached, s. \param share From 0 to below 1.
  [[nodiscard]] double step_time(double share) const;
};

/// Where a chain of such neurons gets from 0 to `most` (W).
struct NeuronGain {
  double largest = 0.0;  ///< Largest gain,
  double at = 0.0;       ///< and the exciting power there, W.
  /// Smallest exciting power with a gain of 1, W.
  std::optional<double> unit_gain;
  /// Power that a long chain neither raises nor lowers, and that parts its two levels, W.
  std::optional<double> threshold;
  std::optional<double> high;  ///< The upper level, W.
};
NeuronGain neuron_gain(const NeuronLaw& law, double most, int points);

}  // namespace neucasl::photonic
