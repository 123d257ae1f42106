#include "converted_product.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the undefined operands of its own AVX-512 intrinsics for uninitialised variables.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

// Threads are ours to place; Eigen's own would change the order of sums.
#ifndef EIGEN_DONT_PARALLELIZE
#define EIGEN_DONT_PARALLELIZE
#endif
#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>

#include "input_law.hpp"
#include "neucasl/base/lanes.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::mapping {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows that are read together.
constexpr std::size_t group_rows = 64;

std::size_t parts(std::size_t whole, std::size_t part) { return (whole + part - 1) / part; }

/// c (m x n) = a (m x k) b (k x n). Eigen computes small products and vectors by reductions whose
/// order follows the alignment of the operands; plain loops do not.
void dense_product(const float* a, const float* b, float* c, std::size_t m, std::size_t k,
                   std::size_t n) {
  if (m > 1 && k > 1 && n > 1 && m + k + n >= 32) {
    const auto rows = static_cast<Eigen::Index>(m);
    const auto depth = static_cast<Eigen::Index>(k);
    const auto columns = static_cast<Eigen::Index>(n);
    Eigen::Map<RowMajor>(c, rows, columns).noalias() =
        Eigen::Map<const RowMajor>(a, rows, depth) * Eigen::Map<const RowMajor>(b, depth, columns);
    return;
  }
  std::fill_n(c, m * n, 0.0F);
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t i = 0; i < k; ++i) {
      const float factor = a[row * k + i];
      if (factor == 0.0F) continue;
      for (std::size_t j = 0; j < n; ++j) c[row * n + j] += factor * b[i * n + j];
    }
  }
}

/// Largest magnitude. Of positive floats the bits have the order of the numbers, and a maximum of
/// whole numbers is taken in vectors.
float largest(const float* values, std::size_t count) {
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffU;
    most = bits > most ? bits : most;
  }
  return std::bit_cast<float>(most);
}

/// 2 where there are numbers of both signs, otherwise 1.
float signs_of(const float* values, std::size_t count) {
  bool above = false;
  bool below = false;
  for (std::size_t i = 0; i < count; ++i) {
    above |= values[i] > 0.0F;
    below |= values[i] < 0.0F;
  }
  return above && below ? 2.0F : 1.0F;
}

/// values / scale, rounded to codes of `top` steps.
void encode(const float* values, std::size_t count, float scale, float top, float* codes) {
  const float inverse = 1.0F / scale;
  if (top == 0.0F) {
    for (std::size_t i = 0; i < count; ++i) codes[i] = values[i] * inverse;
    return;
  }
  const float step = 1.0F / top;
  const float factor = inverse * top;
  for (std::size_t i = 0; i < count; ++i) codes[i] = std::rint(values[i] * factor) * step;
}

/// sum + sqrt(variance + fixed) normal. The library's root, which may set errno, is no loop of
/// vectors.
void add_noise(std::size_t count, const float* variance, float fixed, const float* normal,
               float* sum) {
  using base::lanes;
  std::size_t n = 0;
  for (; n + lanes <= count; n += lanes) {
    const base::Lanes deviation = base::square_root(base::load_lanes(variance + n) + fixed);
    base::store_lanes(base::load_lanes(sum + n) + deviation * base::load_lanes(normal + n),
                      sum + n);
  }
  for (; n < count; ++n) sum[n] += std::sqrt(variance[n] + fixed) * normal[n];
}

float top_code(int bits) { return bits == 0 ? 0.0F : static_cast<float>((1 << (bits - 1)) - 1); }

void check_bits(const std::string& what, int bits) {
  if (bits == 0 || (bits >= 2 && bits <= 16)) return;
  throw base::Error("mapping.analog-training", what + " are " + std::to_string(bits),
                    "give 2 to 16 with the sign, or 0 for none");
}

}  // namespace

void check_reading(const ProductReading& reading) {
  check_bits("the bits of inputs", reading.input_bits);
  check_bits("the bits of converters", reading.adc_bits);
  if (!(reading.full_scale > 0.0) || !std::isfinite(reading.full_scale)) {
    throw base::Error("mapping.analog-training",
                      "the full scale of converters is " + base::shortest(reading.full_scale),
                      "give a finite number above 0");
  }
  if (reading.halvings < 0 || reading.halvings > 16) {
    throw base::Error("mapping.analog-training",
                      "inputs are halved " + std::to_string(reading.halvings) + " times",
                      "give 0 to 16");
  }
  check_noise("converter noise", reading.converter_noise);
}

/// Some rows on their way; sizes are rows x inputs and rows x outputs.
struct ConvertedProduct::Group {
  const float* input = nullptr;
  float* output = nullptr;
  std::size_t rows = 0;
  std::size_t first_row = 0;
  std::vector<float> scale;  ///< Largest input of a row.
  std::vector<float> signs;  ///< 1 or 2 signs among the inputs of a row.
  std::vector<float> codes;
  std::vector<float> block;     ///< Codes of a block, or their squares.
  std::vector<float> sum;       ///< u of a block.
  std::vector<float> variance;  ///< Of it.
  std::vector<float> scratch;
  std::vector<float> normal;
  std::uint64_t reads = 0;
};

ConvertedProduct::ConvertedProduct(std::size_t inputs, std::size_t outputs,
                                   std::size_t block_inputs, std::size_t block_outputs,
                                   const ProductReading& reading)
    : weight(inputs * outputs),
      inputs_(inputs),
      outputs_(outputs),
      block_inputs_(std::min(block_inputs, inputs)),
      block_outputs_(block_outputs),
      reading_(reading) {}

std::size_t ConvertedProduct::blocks() const { return parts(inputs_, block_inputs_); }

void ConvertedProduct::read(const base::NormalField& noise, const float* input, std::size_t rows,
                            std::size_t first_row, float* output, ReadCounter& counter) const {
  Group group;
  group.scale.resize(group_rows);
  group.signs.resize(group_rows);
  group.codes.resize(group_rows * inputs_);
  group.block.resize(group_rows * block_inputs_);
  group.sum.resize(group_rows * outputs_);
  group.variance.resize(group_rows * outputs_);
  group.scratch.resize(group_rows * outputs_);
  group.normal.resize(group_rows * noise_blocks() * base::NormalField::block);
  for (std::size_t first = 0; first < rows; first += group_rows) {
    group.input = input + first * inputs_;
    group.output = output + first * outputs_;
    group.rows = std::min(group_rows, rows - first);
    group.first_row = first_row + first;
    read_group(noise, group);
  }
  counter.reads += group.reads * parts(outputs_, block_outputs_);
  counter.conversions += group.reads * outputs_;
}

void ConvertedProduct::read_group(const base::NormalField& noise, Group& group) const {
  const float top = top_code(reading_.input_bits);
  std::fill_n(group.output, group.rows * outputs_, 0.0F);
  for (std::size_t r = 0; r < group.rows; ++r) {
    const float* const row = group.input + r * inputs_;
    float* const codes = group.codes.data() + r * inputs_;
    group.scale[r] = largest(row, inputs_);
    if (group.scale[r] == 0.0F) {
      std::fill_n(codes, inputs_, 0.0F);
      continue;
    }
    encode(row, inputs_, group.scale[r], top, codes);
    if (!constant.empty()) group.signs[r] = signs_of(codes, inputs_);
  }
  for (std::size_t b = 0; b < blocks(); ++b) {
    const std::size_t first = b * block_inputs_;
    const std::size_t count = std::min(block_inputs_, inputs_ - first);
    for (std::size_t r = 0; r < group.rows; ++r) {
      std::copy_n(group.codes.data() + r * inputs_ + first, count, group.block.data() + r * count);
    }
    multiply(group.block.data(), group.rows, first, count, group);
    draw(noise, group, 0, group.rows, b, 0);
    std::vector<std::size_t> clipped;
    for (std::size_t r = 0; r < group.rows; ++r) {
      if (group.scale[r] == 0.0F) continue;
      if (!convert(group, r, r, b, 0)) clipped.push_back(r);
    }
    for (const std::size_t r : clipped) reread(noise, group, r, b);
  }
}

/// Sums of `rows` rows of codes with the matrix, and their variances. `codes` may be squared.
void ConvertedProduct::multiply(const float* codes, std::size_t rows, std::size_t first,
                                std::size_t count, Group& group) const {
  const std::size_t at = first * outputs_;
  dense_product(codes, weight.data() + at, group.sum.data(), rows, count, outputs_);
  if (quadratic.empty() && linear.empty()) return;
  std::vector<float> powers(rows * count);
  if (!quadratic.empty()) {
    for (std::size_t i = 0; i < rows * count; ++i) powers[i] = codes[i] * codes[i];
    dense_product(powers.data(), quadratic.data() + at, group.variance.data(), rows, count,
                  outputs_);
  }
  if (linear.empty()) return;
  for (std::size_t i = 0; i < rows * count; ++i) powers[i] = std::abs(codes[i]);
  std::vector<float>& shot = quadratic.empty() ? group.variance : group.scratch;
  dense_product(powers.data(), linear.data() + at, shot.data(), rows, count, outputs_);
  if (quadratic.empty()) return;
  for (std::size_t i = 0; i < rows * outputs_; ++i) group.variance[i] += group.scratch[i];
}

std::size_t ConvertedProduct::noise_blocks() const {
  return parts(outputs_, base::NormalField::block);
}

bool ConvertedProduct::noisy() const {
  return !quadratic.empty() || !linear.empty() || !constant.empty() ||
         (reading_.converter_noise > 0.0 && reading_.adc_bits > 0);
}

/// Normal numbers for `rows` rows from `row` on, into the first of `group.normal`.
void ConvertedProduct::draw(const base::NormalField& noise, Group& group, std::size_t row,
                            std::size_t rows, std::size_t block, int halving) const {
  if (!noisy()) return;
  const std::uint64_t attempt = block * static_cast<std::uint64_t>(reading_.halvings + 1) +
                                static_cast<std::uint64_t>(halving);
  noise.fill_rows(group.first_row + row, rows, attempt * noise_blocks(), noise_blocks(),
                  group.normal.data());
}

/// Sums, variances and normal numbers of `row` stand in row `place` of the group's buffers.
bool ConvertedProduct::convert(Group& group, std::size_t row, std::size_t place, std::size_t block,
                               int halving) const {
  float* const sum = group.sum.data() + place * outputs_;
  const float* const variance = group.variance.data() + place * outputs_;
  const float top = top_code(reading_.adc_bits);
  const float step = top == 0.0F ? 0.0F : static_cast<float>(reading_.full_scale) / top;
  const auto converter = static_cast<float>(reading_.converter_noise) * step;
  const float each =
      constant.empty() ? 0.0F : static_cast<float>(constant[block]) * group.signs[row];
  const float fixed = converter * converter + each;
  ++group.reads;
  if (noisy()) {
    const bool varied = !quadratic.empty() || !linear.empty();
    const float* const normal =
        group.normal.data() + place * noise_blocks() * base::NormalField::block;
    if (varied) {
      add_noise(outputs_, variance, fixed, normal, sum);
    } else {
      const float deviation = std::sqrt(fixed);
      for (std::size_t n = 0; n < outputs_; ++n) sum[n] += deviation * normal[n];
    }
  }
  const float unit = std::ldexp(static_cast<float>(scale) * group.scale[row], halving);
  float* const output = group.output + row * outputs_;
  if (top == 0.0F) {
    for (std::size_t n = 0; n < outputs_; ++n) output[n] += unit * sum[n];
    return true;
  }
  const float inverse = 1.0F / step;
  for (std::size_t n = 0; n < outputs_; ++n) sum[n] = std::rint(sum[n] * inverse);
  if (largest(sum, outputs_) > top && halving < reading_.halvings) return false;
  for (std::size_t n = 0; n < outputs_; ++n) {
    output[n] += unit * step * std::clamp(sum[n], -top, top);
  }
  return true;
}

void ConvertedProduct::reread(const base::NormalField& noise, Group& group, std::size_t row,
                              std::size_t block) const {
  const std::size_t first = block * block_inputs_;
  const std::size_t count = std::min(block_inputs_, inputs_ - first);
  const float* const input = group.input + row * inputs_ + first;
  for (int halving = 1; halving <= reading_.halvings; ++halving) {
    encode(input, count, std::ldexp(group.scale[row], halving), top_code(reading_.input_bits),
           group.block.data());
    multiply(group.block.data(), 1, first, count, group);
    draw(noise, group, row, 1, block, halving);
    if (convert(group, row, 0, block, halving)) return;
  }
}

}  // namespace neucasl::mapping
