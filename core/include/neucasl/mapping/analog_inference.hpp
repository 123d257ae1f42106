#pragma once

#include <cstdint>
#include <functional>
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
///   V_i  = code_voltage f(code_i), f(c) = top sinh(a c / top) / sinh(a), top = 2^dac_bits - 1
///   I    = sum_i V_i (W[i][positive] - W[i][negative]) + n
///   read = clip(round(I / step), +-(2^(adc_bits-1) - 1)), step = full_scale / (2^(adc_bits-1) - 1)
///   y   += weight_scale input_scale 2^(k bits_per_cell) read step / (code_voltage level_step)
/// Columns that are converted by themselves have reads of one sign,
///   read = clip(round((sum_i V_i W[i] + n) / step), 0, 2^adc_bits - 1),
///   step = full_scale / (2^adc_bits - 1),
/// those of a pair are subtracted as numbers, and with offset encoding each read is lessened by
///   round(c_k sum_i code_i), c_k = code_voltage (conductance_min + o_k level_step) / step,
/// o_k = 2^(b-1) / 2^(k bits_per_cell) for the last slice, 0 for the others: the sum of the inputs
/// times what the levels hold beyond the weight, in whole steps of the converter (A. Shafiee et
/// al., ISAAC, ISCA 2016, whose step is a level: exact). Wires and drift lessen the currents, not
/// this number.
/// W is the conductance matrix of the tile, or its effective matrix with wires: programming errors,
/// stuck cells, drift and wires are in it. n is normal, drawn for each read of each row, with
///   variance = sum_i V_i^2 (s(W[i][positive])^2 + s(W[i][negative])^2) + (converter_noise step)^2,
/// s the standard deviation of a cell's conductance from read to read: cells fluctuate
/// independently. f is the law of cells whose current grows as sinh(a V / V_read), a = 0 linear.
///
/// Validity with wires: superposition needs linear cells, so a > 0 holds while the drop along the
/// wires is small against V_read, where the law of the cell's voltage is that of V_i; and s is that
/// of single cells, so s of an entry of the effective matrix leaves out how wires spread the
/// fluctuation of one cell over others, which is of the order of the drop again.

namespace neucasl::mapping {

/// The conductance matrix of each tile (rows x columns, S), in the order of the chip's layers and
/// their tiles.
using TileMatrices = std::vector<std::vector<double>>;

/// The matrix of tile number `tile` in that order. Called from several threads.
using TileSource = std::function<std::vector<double>(std::size_t tile)>;

/// The tables of the design as they stand: ideal wires.
NEUCASL_EXPORT TileMatrices ideal_matrices(const ir::Design& design, const ChipView& chip);

/// What is not in the matrices. The defaults are a chip without noise whose cells are linear.
struct AnalogOptions {
  /// False leaves the currents unclipped and unrounded.
  bool adc = true;
  /// Root mean square of the converter's own noise, referred to its input, in converter steps.
  double converter_noise = 0.0;
  /// The a of f above, >= 0.
  double input_nonlinearity = 0.0;
  /// The s above: S over S. Empty: cells do not fluctuate.
  std::function<double(double conductance)> read_noise{};
  /// Rounds the weights of each column of a read to whole numbers of 16 bits, the largest to 32,767
  /// or a little less: twice as fast, and sums of inputs are then exact. A read of n rows is off by
  /// at most n / 2 steps of a weight times the largest input, the rms of independent roundings
  /// being sqrt(n / 12) steps times that of the inputs. Without effect where the law of the inputs
  /// is not linear or an input cycle has more than 15 bits.
  bool whole_weights = false;
  /// Noise depends on (seed, sample, layer, row of the run) only.
  std::uint64_t seed = 1;
  std::uint64_t sample = 0;
};

/// A backend that keeps the matrices in single precision, differences of pairs only.
/// \throws base::Error "mapping.analog" when chip, network and matrices do not fit together, or for
/// a conductance that is negative or not finite (with tile, row and column); "mapping.noise" for a
/// negative or not finite noise or nonlinearity.
NEUCASL_EXPORT std::unique_ptr<network::MatrixBackend> analog_backend(
    const network::Network& network, const ChipView& chip, const TileMatrices& matrices,
    const AnalogOptions& options = {});

/// The same results from matrices that are made again for each product and not kept: memory beside
/// the weights is that of one row block of one layer. For networks whose matrices do not fit.
/// \throws base::Error as `analog_backend`; those of a matrix when it is made, in `network::run`.
NEUCASL_EXPORT std::unique_ptr<network::MatrixBackend> streamed_analog_backend(
    const network::Network& network, const ChipView& chip, TileSource source,
    const AnalogOptions& options = {});

}  // namespace neucasl::mapping
