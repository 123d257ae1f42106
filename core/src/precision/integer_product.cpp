#include "neucasl/precision/integer_product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>

namespace neucasl::precision {
namespace {

// A vector of sums and, with twice as many elements of half the width, one of pairs of codes.
#ifdef __AVX2__
constexpr std::size_t lanes = 8;
#else
constexpr std::size_t lanes = 4;
#endif
using Sums [[gnu::vector_size(4 * lanes)]] = std::int32_t;
using Pairs [[gnu::vector_size(4 * lanes)]] = std::int16_t;
using NarrowPairs [[gnu::vector_size(2 * lanes)]] = std::int8_t;

/// Outputs that stand side by side.
constexpr std::size_t panel = 2 * lanes;
/// Rows whose sums are in registers together.
constexpr std::size_t most_rows = 6;

/// Lane k: a[2k] b[2k] + a[2k+1] b[2k+1].
inline Sums multiply_pairs(Pairs a, Pairs b) {
#if defined(__AVX2__)
  return static_cast<Sums>(__builtin_ia32_pmaddwd256(a, b));
#elif defined(__SSE2__)
  return static_cast<Sums>(__builtin_ia32_pmaddwd128(a, b));
#else
  Sums sum{};
  for (std::size_t k = 0; k < lanes; ++k)
    sum[k] = a[2 * k] * b[2 * k] + a[2 * k + 1] * b[2 * k + 1];
  return sum;
#endif
}

inline Pairs load_pairs(const std::int16_t* codes) {
  Pairs pairs;
  std::memcpy(&pairs, codes, sizeof(pairs));
  return pairs;
}
inline Pairs load_pairs(const std::int8_t* codes) {
  NarrowPairs pairs;
  std::memcpy(&pairs, codes, sizeof(pairs));
  return __builtin_convertvector(pairs, Pairs);
}

inline Pairs broadcast_pair(const std::int16_t* codes) {
  std::int32_t pair = 0;
  std::memcpy(&pair, codes, sizeof(pair));
  return reinterpret_cast<Pairs>(Sums{} + pair);
}

/// Adds `pairs` terms of `Rows` rows, `stride` codes apart, to sums of Rows x panel.
template <std::size_t Rows, class Code>
void add_block(const Code* weights, const std::int16_t* codes, std::size_t stride,
               std::size_t pairs, std::int64_t* sums) {
  Sums left[Rows]{};
  Sums right[Rows]{};
  for (std::size_t p = 0; p < pairs; ++p, weights += 2 * panel, codes += 2) {
    const Pairs first = load_pairs(weights);
    const Pairs second = load_pairs(weights + panel);
    for (std::size_t r = 0; r < Rows; ++r) {
      const Pairs input = broadcast_pair(codes + r * stride);
      left[r] += multiply_pairs(first, input);
      right[r] += multiply_pairs(second, input);
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    for (std::size_t k = 0; k < lanes; ++k) {
      sums[r * panel + k] += left[r][k];
      sums[r * panel + lanes + k] += right[r][k];
    }
  }
}

template <class Code>
using BlockSum = void (*)(const Code*, const std::int16_t*, std::size_t, std::size_t,
                          std::int64_t*);

template <class Code>
BlockSum<Code> block_sum(std::size_t rows) {
  constexpr std::array<BlockSum<Code>, most_rows> all{add_block<1, Code>, add_block<2, Code>,
                                                      add_block<3, Code>, add_block<4, Code>,
                                                      add_block<5, Code>, add_block<6, Code>};
  return all[rows - 1];
}

std::int64_t largest_magnitude(const UniformQuantiser& quantiser) {
  return std::max(-static_cast<std::int64_t>(quantiser.lowest),
                  static_cast<std::int64_t>(quantiser.highest));
}

}  // namespace

void IntegerMatrix::plan_blocks(const QuantisedWeight& weight, const UniformQuantiser& input) {
  const std::int64_t product =
      largest_magnitude(weight.quantisers.front()) * largest_magnitude(input);
  auto most = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() /
                                       std::max<std::int64_t>(product, 1));
  if (most > 1) most -= most % 2;
  const std::size_t group =
      weight.form.granularity == Granularity::group ? weight.form.group_size : depth_;
  for (std::size_t first = 0; first < depth_; first += group) {
    const std::size_t end = std::min(depth_, first + group);
    Group& of = groups_.emplace_back(Group{end - first, blocks_.size(), 0});
    for (std::size_t k = first; k < end; k += most) {
      blocks_.push_back({k, std::min(most, end - k), pairs_});
      pairs_ += (blocks_.back().terms + 1) / 2;
    }
    of.end_block = blocks_.size();
  }
}

template <class Code>
void IntegerMatrix::pack(const QuantisedWeight& weight, std::size_t first_channel,
                         std::vector<Code>& packed) {
  const std::size_t panels = (outputs_ + panel - 1) / panel;
  packed.assign(panels * pairs_ * 2 * panel, 0);
  for (std::size_t n = 0; n < outputs_; ++n) {
    for (const Block& block : blocks_) {
      for (std::size_t k = 0; k < block.terms; ++k) {
        const std::size_t pair = block.pairs_before + k / 2;
        const std::size_t at = ((n / panel * pairs_ + pair) * panel + n % panel) * 2 + k % 2;
        packed[at] =
            static_cast<Code>(weight.code[weight.layout.index(first_channel + n, block.first + k)]);
      }
    }
  }
}

IntegerMatrix::IntegerMatrix(const QuantisedWeight& weight, std::size_t first_channel,
                             std::size_t outputs, const UniformQuantiser& input)
    : depth_(weight.layout.depth), outputs_(outputs) {
  const std::size_t channels = weight.layout.matrices * weight.layout.outputs;
  if (outputs > channels || first_channel > channels - outputs || weight.quantisers.empty()) {
    throw base::Error("precision.size",
                      "outputs " + std::to_string(first_channel) + " to " +
                          std::to_string(first_channel + outputs) + " of a weight with " +
                          std::to_string(channels),
                      "give outputs that the weight has");
  }
  plan_blocks(weight, input);
  if (weight.form.bits <= 8) {
    pack(weight, first_channel, narrow_);
  } else {
    pack(weight, first_channel, wide_);
  }
  std::size_t first = 0;
  for (const Group& group : groups_) {
    for (std::size_t n = 0; n < outputs_; ++n) {
      const UniformQuantiser& quantiser = weight.quantiser(first_channel + n, first);
      scale_.push_back(quantiser.scale);
      zero_point_.push_back(quantiser.zero_point);
      offset_weights_ = offset_weights_ || quantiser.zero_point != 0;
      largest_difference_ =
          std::max({largest_difference_, std::int64_t{quantiser.highest} - quantiser.zero_point,
                    std::int64_t{quantiser.zero_point} - quantiser.lowest});
      std::int64_t sum = 0;
      for (std::size_t k = first; k < first + group.terms; ++k) {
        sum += weight.code[weight.layout.index(first_channel + n, k)];
      }
      sum_.push_back(sum);
    }
    first += group.terms;
  }
}

std::size_t IntegerMatrix::scale_bytes() const {
  return scale_.size() * sizeof(double) + zero_point_.size() * sizeof(std::int32_t) +
         sum_.size() * sizeof(std::int64_t);
}

void IntegerMatrix::pad_rows(const std::int16_t* codes, std::size_t rows,
                             std::int16_t* padded) const {
  for (std::size_t r = 0; r < rows; ++r, codes += depth_, padded += 2 * pairs_) {
    for (const Block& block : blocks_) {
      std::int16_t* to = padded + 2 * block.pairs_before;
      std::copy_n(codes + block.first, block.terms, to);
      if (block.terms % 2 != 0) to[block.terms] = 0;
    }
  }
}

std::vector<std::int64_t> IntegerMatrix::row_sums(std::span<const std::int16_t> codes,
                                                  std::size_t rows) const {
  std::vector<std::int64_t> sums;
  // They count only where weights have zero points.
  if (!offset_weights_) return sums;
  sums.reserve(rows * groups_.size());
  auto code = codes.begin();
  for (std::size_t r = 0; r < rows; ++r) {
    for (const Group& group : groups_) {
      const auto end = code + static_cast<std::ptrdiff_t>(group.terms);
      sums.push_back(std::accumulate(code, end, std::int64_t{0}));
      code = end;
    }
  }
  return sums;
}

std::int64_t IntegerMatrix::exact_sum(std::int64_t sum, std::size_t group, std::size_t output,
                                      int input_zero_point, const std::int64_t* row_sums) const {
  const std::size_t at = group * outputs_ + output;
  sum -= input_zero_point * sum_[at];
  if (!offset_weights_) return sum;
  const auto terms = static_cast<std::int64_t>(groups_[group].terms);
  return sum - zero_point_[at] * (row_sums[group] - terms * input_zero_point);
}

/// Adds groups in double and puts a tile into the result.
class IntegerMatrix::FloatSink {
 public:
  FloatSink(const IntegerMatrix& matrix, double input_scale, float* result)
      : matrix_(matrix), input_scale_(input_scale), result_(result) {}

  void begin() { values_.fill(0.0); }
  void add(std::size_t group, std::size_t row, std::size_t k, std::size_t output,
           std::int64_t sum) {
    values_[row * panel + k] +=
        matrix_.scale_[group * matrix_.outputs_ + output] * static_cast<double>(sum);
  }
  void finish(std::size_t first_row, const Tile& tile) {
    for (std::size_t r = 0; r < tile.rows; ++r) {
      float* row = result_ + (first_row + r) * matrix_.outputs_ + tile.first_output;
      for (std::size_t k = 0; k < tile.outputs; ++k) {
        row[k] = static_cast<float>(input_scale_ * values_[r * panel + k]);
      }
    }
  }

 private:
  const IntegerMatrix& matrix_;
  double input_scale_;
  float* result_;
  std::array<double, most_rows * panel> values_{};
};

/// Scales sums of one group to codes.
class IntegerMatrix::CodeSink {
 public:
  CodeSink(std::size_t outputs, const OutputCodes& codes, std::int16_t* result)
      : outputs_(outputs), codes_(codes), result_(result) {}

  void begin() {}
  void add(std::size_t /*group*/, std::size_t row, std::size_t k, std::size_t output,
           std::int64_t sum) {
    const UniformQuantiser& of = codes_.quantiser;
    const std::int64_t code = codes_.scale[output].apply(sum + codes_.bias[output]) + of.zero_point;
    tile_[row * panel + k] =
        static_cast<std::int16_t>(std::clamp<std::int64_t>(code, of.lowest, of.highest));
  }
  void finish(std::size_t first_row, const Tile& tile) {
    for (std::size_t r = 0; r < tile.rows; ++r) {
      std::copy_n(tile_.data() + r * panel, tile.outputs,
                  result_ + (first_row + r) * outputs_ + tile.first_output);
    }
  }

 private:
  std::size_t outputs_;
  const OutputCodes& codes_;
  std::int16_t* result_;
  std::array<std::int16_t, most_rows * panel> tile_{};
};

template <class Code, class Sink>
void IntegerMatrix::multiply_tile(const Code* weights, const std::int16_t* padded, const Tile& tile,
                                  int input_zero_point, const std::int64_t* row_sums,
                                  Sink& sink) const {
  const BlockSum<Code> add = block_sum<Code>(tile.rows);
  std::array<std::int64_t, most_rows * panel> sums{};
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    sums.fill(0);
    for (std::size_t b = groups_[g].first_block; b < groups_[g].end_block; ++b) {
      const std::size_t before = 2 * blocks_[b].pairs_before;
      add(weights + before * panel, padded + before, 2 * pairs_, (blocks_[b].terms + 1) / 2,
          sums.data());
    }
    for (std::size_t r = 0; r < tile.rows; ++r) {
      const std::int64_t* of_row = row_sums == nullptr ? nullptr : row_sums + r * groups_.size();
      for (std::size_t k = 0; k < tile.outputs; ++k) {
        const std::size_t output = tile.first_output + k;
        sink.add(g, r, k, output,
                 exact_sum(sums[r * panel + k], g, output, input_zero_point, of_row));
      }
    }
  }
}

template <class Code, class Sink>
void IntegerMatrix::multiply_packed(const std::vector<Code>& packed,
                                    std::span<const std::int16_t> codes, std::size_t rows,
                                    int input_zero_point, Sink& sink) const {
  std::vector<std::int16_t> padded(rows * 2 * pairs_);
  pad_rows(codes.data(), rows, padded.data());
  const std::vector<std::int64_t> sums = row_sums(codes, rows);
  for (std::size_t n = 0; n < outputs_; n += panel) {
    const Code* weights = packed.data() + n * pairs_ * 2;
    for (std::size_t row = 0; row < rows; row += most_rows) {
      const Tile tile{std::min(most_rows, rows - row), n, std::min(panel, outputs_ - n)};
      sink.begin();
      multiply_tile(weights, padded.data() + row * 2 * pairs_, tile, input_zero_point,
                    sums.empty() ? nullptr : sums.data() + row * groups_.size(), sink);
      sink.finish(row, tile);
    }
  }
}

template <class Sink>
void IntegerMatrix::multiply_into(std::span<const std::int16_t> codes, std::size_t rows,
                                  int input_zero_point, Sink& sink) const {
  if (!narrow_.empty()) {
    multiply_packed(narrow_, codes, rows, input_zero_point, sink);
  } else {
    multiply_packed(wide_, codes, rows, input_zero_point, sink);
  }
}

void IntegerMatrix::multiply(std::span<const std::int16_t> codes, std::size_t rows,
                             const UniformQuantiser& input, float* result) const {
  FloatSink sink(*this, input.scale, result);
  multiply_into(codes, rows, input.zero_point, sink);
}

bool IntegerMatrix::has_short_sums(const UniformQuantiser& input) const {
  const std::int64_t spread =
      std::max(std::abs(static_cast<std::int64_t>(input.lowest) - input.zero_point),
               std::abs(static_cast<std::int64_t>(input.highest) - input.zero_point));
  const std::int64_t weight = largest_difference_ * static_cast<std::int64_t>(depth_);
  return groups_.size() == 1 && weight < std::numeric_limits<std::int32_t>::max() / spread;
}

OutputCodes IntegerMatrix::output_codes(std::span<const float> bias, const UniformQuantiser& input,
                                        const UniformQuantiser& output) const {
  if (!has_short_sums(input)) {
    throw base::Error("precision.requantisation", "sums of a layer take more than 32 bits",
                      "use fewer bits, and one scale for all weights of an output");
  }
  OutputCodes codes;
  codes.quantiser = output;
  for (std::size_t n = 0; n < outputs_; ++n) {
    const double unit = input.scale * scale_[n];
    codes.scale.emplace_back(unit / output.scale);
    const double added = bias.empty() ? 0.0 : std::nearbyint(static_cast<double>(bias[n]) / unit);
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    codes.bias.push_back(static_cast<std::int64_t>(std::clamp(added, -most, most)));
  }
  return codes;
}

void IntegerMatrix::multiply_to_codes(std::span<const std::int16_t> codes, std::size_t rows,
                                      const UniformQuantiser& input, const OutputCodes& output,
                                      std::int16_t* result) const {
  CodeSink sink(outputs_, output, result);
  multiply_into(codes, rows, input.zero_point, sink);
}

}  // namespace neucasl::precision
