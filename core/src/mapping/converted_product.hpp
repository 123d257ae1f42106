#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "neucasl/base/normal_field.hpp"
#include "neucasl/mapping/analog_training.hpp"

/// \file
/// A matrix that is read with errors: products of analog_training.hpp.

namespace neucasl::mapping {

/// \throws base::Error "mapping.analog-training" or "mapping.noise" for a number out of range.
void check_reading(const ProductReading& reading);

/// Counts of reads; from several threads.
struct ReadCounter {
  std::atomic<std::uint64_t> reads{0};
  std::atomic<std::uint64_t> conversions{0};

  void save(base::ByteWriter& out) const {
    out.number(reads.load());
    out.number(conversions.load());
  }
  void restore(base::ByteReader& in) {
    reads = in.number<std::uint64_t>();
    conversions = in.number<std::uint64_t>();
  }
};

/// inputs x outputs, read in blocks of inputs. The entries may change between reads.
class ConvertedProduct {
 public:
  /// `block_outputs` is how many outputs one array gives, for the count of reads.
  ConvertedProduct(std::size_t inputs, std::size_t outputs, std::size_t block_inputs,
                   std::size_t block_outputs, const ProductReading& reading);

  std::vector<float> weight;     ///< inputs x outputs, row-major.
  std::vector<float> quadratic;  ///< Variance of a read by X^2; empty: none.
  std::vector<float> linear;     ///< Variance of a read by |X|; empty: none.
  /// Variance of a read of each block, once for each sign that its row of inputs has; empty: none.
  std::vector<double> constant;
  double scale = 1.0;  ///< Output of a read of 1 at an input of 1.

  [[nodiscard]] std::size_t blocks() const;
  /// output (rows x outputs) of input (rows x inputs).
  void read(const base::NormalField& noise, const float* input, std::size_t rows,
            std::size_t first_row, float* output, ReadCounter& counter) const;

 private:
  struct Group;
  void read_group(const base::NormalField& noise, Group& group) const;
  void multiply(const float* codes, std::size_t rows, std::size_t first, std::size_t count,
                Group& group) const;
  /// Converts a row of a block into the output; false: an output clips and
  /// the row is to be read again.
  bool convert(Group& group, std::size_t row, std::size_t place, std::size_t block,
               int halving) const;
  void draw(const base::NormalField& noise, Group& group, std::size_t row, std::size_t rows,
            std::size_t block, int halving) const;
  [[nodiscard]] bool noisy() const;
  [[nodiscard]] std::size_t noise_blocks() const;
  void reread(const base::NormalField& noise, Group& group, std::size_t row,
              std::size_t block) const;

  std::size_t inputs_;
  std::size_t outputs_;
  std::size_t block_inputs_;
  std::size_t block_outputs_;
  ProductReading reading_;
};

}  // namespace neucasl::mapping
