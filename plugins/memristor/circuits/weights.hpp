#pragma once

#include <vector>

#include "neucasl/plugin/parameters.hpp"
#include "number_file.hpp"

/// \file
/// From signed weights to conductances and to the gains by which the readout adds the columns.
///
/// A weight w of output n, |w| <= weight_max, is either *analog* (one cell holds it) or a whole
/// number q of b bits, q = round(w (2^(b-1) - 1) / weight_max), cut into `slices` digits of c bits.
///   differential: |w| or the digits of |q| go to the positive or the negative column of a pair,
///   the
///                 other cell is at the lowest conductance; slices = ceil((b - 1)/c)
///   offset:       w + weight_max or q + 2^(b-1) goes to one column a digit; one reference column,
///                 shared by all outputs, is taken off; slices = ceil(b/c)
/// Columns of output n: (n slices + k) 2 + s (differential; s = 0 positive, 1 negative) or
/// n slices + k (offset; the reference is the last column); k = 0 is the least significant digit.
/// The output is  sum over columns of gain x current = unit x sum over rows of w x input voltage.

namespace neucasl::memristor_circuits {

enum class Encoding { differential, offset };

struct WeightFormat {
  Encoding encoding = Encoding::differential;
  int weight_bits = 0;  ///< 0: analog
  int bits_per_cell = 1;
  double weight_max = 0.0;  ///< Above 0.
  double lowest = 0.0;      ///< S
  double highest = 0.0;     ///< S
};

struct EncodedWeights {
  std::size_t rows = 0;
  std::size_t outputs = 0;
  std::size_t slices = 1;
  std::size_t columns_per_output = 1;
  std::size_t columns = 1;  ///< All, the reference included.
  bool reference = false;
  std::vector<double> conductance;  ///< S, rows x columns
  std::vector<double> gain;         ///< Of each column of an output.
  double reference_gain = 0.0;      ///< Of the reference column, for every output.
  double unit = 0.0;                ///< S for a weight of 1
  std::vector<double> realised;     ///< Weights as stored, rows x outputs.
};

/// \throws base::Error "memristor.weights" with the place of the weight when one is larger than
/// weight_max.
EncodedWeights encode(const NumberTable& weights, const WeightFormat& format);

/// The format that the parameters encoding, weight_bits, bits_per_cell, weight_max,
/// conductance_min and conductance_max ask for, over the range of a cell; weight_max 0 becomes the
/// largest magnitude.
/// \throws base::Error "memristor.range" for conductances that the cell does not have,
/// "memristor.weights" when a cell that stores one bit is to hold more.
WeightFormat weight_format(const plugin::ParameterSet& parameters, const NumberTable& weights,
                           double cell_lowest, double cell_highest, bool binary);

}  // namespace neucasl::memristor_circuits
