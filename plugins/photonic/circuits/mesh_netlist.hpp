#pragma once

#include <string>
#include <vector>

#include "mesh_factors.hpp"
#include "neucasl/ir/design.hpp"

/// \file
/// The test bench of a matrix as meshes: lasers, input phases, V^T, attenuators, U, receivers.

namespace neucasl::photonic {

struct MeshBench {
  std::string interferometer_card;  ///< Empty: ideal.
  std::string detector_card;        ///< Of the homodyne receivers; empty: fields are absorbed.
  double responsivity = 1.0;        ///< A/W, of that card.
  double bias = 1.0;                ///< V, of the photodiodes.
  double power = 1e-3;              ///< W, of an input of 1.
  double oscillator_power = 1e-3;   ///< W, of the local oscillator of each receiver.
  std::vector<double> inputs;       ///< Amplitudes; a negative one has the phase pi.
};

/// Top module "bench". Lasers "laser_K"; optical net "output[I]" carries scale-free amplitude I in
/// sqrt(W): M x / scale times sqrt(power). With receivers the voltage of net "result[I]" is (M x)_I
/// in volts: a receiver mixes the output with its local oscillator, whose phase -pi/2 makes the
/// difference of its photocurrents 2 responsivity sqrt(oscillator_power) Re(output).
ir::Design mesh_design(const MeshFactors& factors, const MeshBench& bench);

}  // namespace neucasl::photonic
