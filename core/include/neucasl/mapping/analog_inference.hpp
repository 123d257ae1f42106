#pragma once

#include <memory>
#include <vector>

#include "neucasl/mapping/chip.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// Functional model of inference on arrays: the float network with its matrix products replaced by
/// what the chip computes.
///
/// For each layer, row block, input cycle and slice k:
///   code = clip(round(x / input_scale), 0, 2^activation_bits - 1)
///   I    = sum_i code_i code_voltage (W[i][positive] - W[i][negative])
///   read = clip(round(I / step), +-(2^(adc_bits-1) - 1)), step = full_scale / (2^(adc_bits-1) - 1)
///   y   += weight_scale input_scale 2^(k bits_per_cell) read step / (code_voltage level_step)
/// W is the conductance matrix of the tile, or its effective matrix with wires.

namespace neucasl::mapping {

/// The conductance matrix of each tile (rows x columns, S), in the order of the chip's layers and
/// their tiles.
using TileMatrices = std::vector<std::vector<double>>;

/// The tables of the design as they stand: ideal wires.
NEUCASL_EXPORT TileMatrices ideal_matrices(const ir::Design& design, const ChipView& chip);

struct AnalogOptions {
  /// False leaves the currents unclipped and unrounded.
  bool adc = true;
};

/// \throws base::Error "mapping.analog" when chip, network and matrices do not fit together.
NEUCASL_EXPORT std::unique_ptr<network::MatrixBackend> analog_backend(
    const network::Network& network, const ChipView& chip, const TileMatrices& matrices,
    const AnalogOptions& options = {});

}  // namespace neucasl::mapping
