#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "column_layout.hpp"
#include "neucasl/base/normal_field.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// Products of quantised inputs with the matrices of analog hardware, whatever the hardware is.
///
/// The rows of a weight matrix are cut into *blocks*: what one read sums up. For a layer, block b,
/// input cycle c, slice k, output n and the digits d_i of the input codes
///   code_i   = clip(round(x_i / input_scale), 0, top_code) = sum_c 2^(c dac_bits) digit_ic
///   d_i      = input_law[digit_ic]
///   current  = sum_i d_i weight_i                                   in steps of the converter
///   variance = constant + sum_i d_i linear_i + sum_i d_i^2 quadratic_i
///   read     = clip(round(current + sqrt(variance) z), -top_read, top_read)
///   y       += slice_factor[k] 2^(c dac_bits) (read - round(subtracted[k] sum_i digit_ic))
/// with z standard normal, one for each read: a sum of independent normal errors of the cells is
/// one normal error of the sum. The lower end of a converter of one sign is 0.

namespace neucasl::mapping {

/// Rows that one read sums up.
struct ProductBlock {
  std::size_t row_first = 0;
  std::size_t rows = 0;
  float constant_variance = 0.0F;  ///< Squared converter steps.
};

/// The matrices of a block, rows x columns, packed as `ColumnLayout` says. Empty matrices
/// are zero.
struct BlockMatrices {
  std::vector<float> weight;
  std::vector<float> linear;
  std::vector<float> quadratic;  ///< Not negative; summed up as pair_product.hpp says.
};

struct ProductLayer {
  std::string name;
  std::size_t depth = 0;
  std::size_t outputs = 0;
  ColumnLayout columns;  ///< Of the outputs and slices.
  float inverse_input_scale = 1.0F;
  float top_code = 255.0F;
  int input_cycles = 1;
  int dac_bits = 8;
  std::vector<float> input_law;  ///< By digit; empty: the digit itself.
  bool convert = true;           ///< False: reads are neither clipped nor rounded.
  float top_read = 127.0F;
  /// Weights are rounded to 16 bits as pair_product.hpp says, so that sums are exact. Needs digits
  /// without `input_law`, of at most 15 bits.
  bool whole = false;
  bool one_sign = false;  ///< Reads below 0 are clipped to 0.
  /// What a step of each digit adds to a read beyond its weight, in steps of the converter: summed
  /// up and subtracted digitally, in whole steps where reads are converted. Empty: nothing.
  std::vector<float> subtracted;
  bool noisy = false;
  base::NormalField noise;          ///< Of the layer.
  std::vector<float> slice_factor;  ///< Converter steps of slice k to output units.
  std::vector<ProductBlock> blocks;
  std::vector<BlockMatrices> matrices;  ///< Of each block; empty: made by `fill` when needed.
  std::function<void(std::size_t block, BlockMatrices&)> fill;

  /// Largest digit of an input cycle.
  [[nodiscard]] float top_digit() const {
    return input_cycles == 1 ? top_code : static_cast<float>((1 << dac_bits) - 1);
  }
};

/// Layers by their index in the network; those that are no matrix layers are empty.
std::unique_ptr<network::MatrixBackend> block_products(const network::Network& network,
                                                       std::vector<ProductLayer> layers);

}  // namespace neucasl::mapping
