#include "block_product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <type_traits>

#include "input_digits.hpp"
#include "pair_product.hpp"
#include "product_kernel.hpp"

namespace neucasl::mapping {
namespace {

using base::lanes;
using base::Lanes;

constexpr std::size_t most_width = ColumnLayout::most_width;
/// Rows between two stages; a multiple of all heights of tiles.
constexpr std::size_t chunk_rows = 48;
/// Packed columns are read in whole vectors, past the last one.
constexpr std::size_t raw_size = (chunk_rows * most_width + 1) * lanes;
/// Values of a dense layer's inputs that are encoded at once.
constexpr std::size_t most_values = std::size_t{1} << 20;
/// Rows that share blocks of normal numbers: as many vectors as a block has, for each vector of a
/// panel.
constexpr std::size_t noise_rows = base::NormalField::block / lanes;

/// Matrices of a block in whole numbers.
struct PackedBlock {
  PairMatrix weights;    ///< Of layers with whole weights.
  PairMatrix variances;  ///< Of noisy layers.
};

/// Buffers of one thread; they grow to the largest layer and stay.
struct Scratch {
  InputDigits input;
  std::vector<std::uint32_t> pair_offset;  ///< Of the pairs of a block.
  BlockMatrices block;
  PackedBlock packed;
  std::vector<float> ones;        ///< A vector for each row of a block.
  std::vector<float> digit_sums;  ///< Of the rows of a block, cycle by cycle.
  std::array<float, raw_size> current;
  std::array<float, raw_size> variance;
  std::array<float, (chunk_rows + noise_rows) * most_width * lanes> normal;
};

/// The rows of the left factor: element k of row r stands at start[r] + offset[k] of a plane.
struct Rows {
  std::size_t count = 0;
  std::size_t first = 0;  ///< In the run.
  std::size_t plane = 0;  ///< Values of a plane.
};

/// Some rows of one panel of a block in one input cycle.
struct Chunk {
  std::size_t block;
  std::size_t panel;
  std::size_t first;
  std::size_t rows;
  int cycle;
};

/// Reads as the converter gives them, times their factors, in the place of the currents.
struct Converter {
  const float* factor;      ///< Of a panel's lanes.
  const float* subtracted;  ///< Of a panel's lanes.
  const float* digit_sums;  ///< Of the rows.
  float cycle_factor;
  float top_read;
  float bottom_read;
};

[[gnu::always_inline]] inline void store_some(Lanes sum, std::size_t count, bool fresh,
                                              float* output) {
  if (count == lanes) {
    base::store_lanes(fresh ? sum : base::load_lanes(output) + sum, output);
    return;
  }
  std::array<float, lanes> values;
  base::store_lanes(sum, values.data());
  for (std::size_t n = 0; n < count; ++n) output[n] = fresh ? values[n] : output[n] + values[n];
}

/// Outputs that a row of a panel adds to; `fresh` ones hold nothing yet.
struct Target {
  float* output = nullptr;  ///< Of the first row; none: reads stay in the place of the currents.
  std::size_t stride = 0;   ///< From row to row.
  std::size_t outputs = 0;  ///< At most eight.
  bool fresh = false;
};

template <std::size_t width, bool noisy, bool convert, bool subtract>
void convert_rows(const Converter& converter, std::size_t rows, const float* variance,
                  const float* normal, float* current, const Target& target) {
  const Lanes top = converter.top_read - Lanes{};
  const Lanes bottom = converter.bottom_read - Lanes{};
  Lanes factor[width];
  for (std::size_t v = 0; v < width; ++v) {
    factor[v] = base::load_lanes(converter.factor + v * lanes) * converter.cycle_factor;
  }
  const bool add = target.output != nullptr;
  float* output = target.output;
  for (std::size_t r = 0; r < rows; ++r) {
    Lanes sum{};
    for (std::size_t v = 0; v < width; ++v) {
      const std::size_t at = (r * width + v) * lanes;
      Lanes read = base::load_lanes(current + at);
      if constexpr (noisy) {
        read += base::square_root(base::load_lanes(variance + at)) * base::load_lanes(normal + at);
      }
      if constexpr (convert) {
        read = base::round_lanes(base::larger(base::smaller(read, top), bottom));
      }
      if constexpr (subtract) {
        const Lanes amount =
            converter.digit_sums[r] * base::load_lanes(converter.subtracted + v * lanes);
        read -= convert ? base::round_lanes(amount) : amount;
      }
      read *= factor[v];
      if (add) {
        sum = v == 0 ? read : sum + read;
      } else {
        base::store_lanes(read, current + at);
      }
    }
    if (!add) continue;
    store_some(sum, target.outputs, target.fresh, output);
    output += target.stride;
  }
}

/// Calls visit(the flag as a constant).
template <class Visit>
void with_flag(bool flag, const Visit& visit) {
  flag ? visit(std::true_type{}) : visit(std::false_type{});
}

/// Calls visit(width as a constant).
template <class Visit>
void with_width(std::size_t width, const Visit& visit) {
  switch (width) {
    case 1:
      return visit(std::integral_constant<std::size_t, 1>{});
    case 2:
      return visit(std::integral_constant<std::size_t, 2>{});
    case 3:
      return visit(std::integral_constant<std::size_t, 3>{});
    default:
      return visit(std::integral_constant<std::size_t, 4>{});
  }
}

/// Adds the reads of one part of a panel to its outputs; `fresh` outputs hold nothing yet.
void add_part(const ColumnLayout::Part& part, std::size_t width, std::size_t slices,
              const float* reads, std::size_t rows, std::size_t stride, bool fresh, float* output) {
  const std::size_t count = part.packed ? slices : part.vectors;
  const std::size_t step = part.packed ? part.outputs : lanes;
  const float* read = reads + part.vector * lanes;
  output += part.first_output;
  for (std::size_t r = 0; r < rows; ++r, read += width * lanes, output += stride) {
    Lanes sum = base::load_lanes(read);
    for (std::size_t k = 1; k < count; ++k) sum += base::load_lanes(read + k * step);
    store_some(sum, part.outputs, fresh, output);
  }
}

class BlockProducts final : public network::MatrixBackend {
 public:
  BlockProducts(const network::Network& network, std::vector<ProductLayer> layers)
      : layers_(std::move(layers)), packed_(layers_.size()) {
    const std::vector<network::Shape> shapes = network.shapes();
    for (std::size_t id = 0; id < layers_.size(); ++id) {
      ProductLayer& layer = layers_[id];
      Packed& packed = packed_[id];
      for (const ColumnLayout::Panel& panel : layer.columns.panels()) {
        packed.factors.push_back(layer.columns.spread(panel, layer.slice_factor));
        if (layer.subtracted.empty()) continue;
        packed.subtracted.push_back(layer.columns.spread(panel, layer.subtracted));
      }
      if (!layer.noisy && !layer.whole) continue;
      packed.square_step = InputDigits::square_step(layer);
      const std::size_t run =
          network.layers[id].kind == network::LayerKind::convolution
              ? network.layers[id].kernel * network.input_shape(id, shapes).channels
              : layer.depth;
      for (const ProductBlock& block : layer.blocks) {
        packed.pairs.push_back(row_pairs(block.row_first, block.rows, run));
      }
      packed.blocks.resize(layer.matrices.size());
      for (std::size_t b = 0; b < layer.matrices.size(); ++b) {
        pack(id, b, layer.matrices[b], packed.blocks[b]);
        layer.matrices[b].quadratic = {};
        if (layer.whole) layer.matrices[b].weight = {};
      }
    }
  }

  void multiply(network::LayerId id, const float* input, std::size_t rows, std::size_t first_row,
                float* output) const override {
    const ProductLayer& layer = layers_[id];
    const std::size_t block = std::max<std::size_t>(1, most_values / layer.depth);
    Scratch& scratch = own_scratch();
    for (std::size_t first = 0; first < rows; first += block) {
      const std::size_t count = std::min(block, rows - first);
      scratch.input.encode_rows(layer, input + first * layer.depth, count);
      for (std::size_t b = 0; b < layer.blocks.size(); ++b) {
        compute(id, b, matrices(id, b, scratch), {count, first_row + first, count * layer.depth},
                scratch, output + first * layer.outputs);
      }
    }
  }

  [[nodiscard]] bool reads_images() const override { return true; }

  void convolve(network::LayerId id, const network::PatchGrid& grid, const float* images,
                std::size_t count, std::size_t first_row, float* output) const override {
    const ProductLayer& layer = layers_[id];
    Scratch& scratch = own_scratch();
    scratch.input.place_patches(grid);
    const std::size_t plane = InputDigits::padded_size(grid);
    const std::size_t positions = grid.height * grid.width;
    const auto encode_image = [&](std::size_t i) {
      scratch.input.encode_image(layer, grid, images + i * grid.input.size());
    };
    const auto compute_image = [&](std::size_t i, std::size_t b, const BlockView& block) {
      compute(id, b, block, {positions, first_row + i * positions, plane}, scratch,
              output + i * positions * layer.outputs);
    };
    if (layer.fill) {  // matrices are dearer than inputs
      for (std::size_t b = 0; b < layer.blocks.size(); ++b) {
        const BlockView block = matrices(id, b, scratch);
        for (std::size_t i = 0; i < count; ++i) {
          encode_image(i);
          compute_image(i, b, block);
        }
      }
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      encode_image(i);
      for (std::size_t b = 0; b < layer.blocks.size(); ++b) {
        compute_image(i, b, matrices(id, b, scratch));
      }
    }
  }

  [[nodiscard]] std::size_t scratch_bytes(std::size_t values) const override {
    std::size_t most = 0;
    for (const ProductLayer& layer : layers_) {
      std::size_t bytes = values * static_cast<std::size_t>(layer.input_cycles) *
                          (sizeof(float) + (layer.noisy ? sizeof(std::int16_t) : 0) +
                           (layer.whole ? sizeof(std::int16_t) : 0));
      if (!layer.subtracted.empty()) bytes *= 2;
      bytes += (values + 2 * layer.depth) * sizeof(std::uint32_t);
      if (layer.fill) {
        std::size_t rows = 0;
        for (const ProductBlock& block : layer.blocks) rows = std::max(rows, block.rows);
        // Three packed matrices, variances in pairs, and those of the tile that they are made from
        // in double.
        bytes += 8 * layer.columns.size(rows) * sizeof(float);
      }
      most = std::max(most, bytes);
    }
    return most;
  }

 private:
  /// What a layer's products need beside it.
  struct Packed {
    std::vector<std::vector<float>> factors;     ///< Of each panel: what a read of a lane adds.
    std::vector<std::vector<float>> subtracted;  ///< Of each panel; empty: nothing.
    float square_step = 1.0F;
    std::vector<std::vector<std::uint32_t>> pairs;  ///< Of each block.
    std::vector<PackedBlock> blocks;                ///< When they are kept.
  };

  static Scratch& own_scratch() {
    thread_local Scratch scratch;
    return scratch;
  }

  /// The matrices of a block; one set of `fill` at a time.
  struct BlockView {
    const BlockMatrices& matrices;
    const PackedBlock& packed;
  };
  [[nodiscard]] BlockView matrices(network::LayerId id, std::size_t block, Scratch& scratch) const {
    const ProductLayer& layer = layers_[id];
    const bool packs = layer.noisy || layer.whole;
    if (!layer.fill) {
      return {layer.matrices[block], packs ? packed_[id].blocks[block] : scratch.packed};
    }
    layer.fill(block, scratch.block);
    if (packs) pack(id, block, scratch.block, scratch.packed);
    return {scratch.block, scratch.packed};
  }

  void pack(network::LayerId id, std::size_t block, const BlockMatrices& from,
            PackedBlock& out) const {
    const ProductLayer& layer = layers_[id];
    const auto whole = [&](const LeftFactor& left, const std::vector<float>& matrix,
                           PairMatrix& to) {
      pack_pairs(layer.columns, layer.blocks[block].rows, packed_[id].pairs[block], left, matrix,
                 to);
    };
    if (layer.whole) whole({layer.top_digit()}, from.weight, out.weights);
    if (from.quadratic.empty()) {
      out.variances.pairs.clear();
    } else {
      whole({largest_half, packed_[id].square_step}, from.quadratic, out.variances);
    }
  }

  void compute(network::LayerId id, std::size_t block, const BlockView& matrices, const Rows& rows,
               Scratch& scratch, float* output) const {
    const ProductLayer& layer = layers_[id];
    if (layer.noisy || layer.whole) {
      scratch.pair_offset.clear();
      for (const std::uint32_t k : packed_[id].pairs[block]) {
        scratch.pair_offset.push_back(scratch.input.offset[layer.blocks[block].row_first + k]);
      }
    }
    if (!layer.subtracted.empty()) sum_digits(layer, block, rows, scratch);
    for (std::size_t p = 0; p < layer.columns.panels().size(); ++p) {
      for (std::size_t first = 0; first < rows.count; first += chunk_rows) {
        const std::size_t count = std::min(chunk_rows, rows.count - first);
        for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
          const Chunk chunk = {block, p, first, count, cycle};
          multiply_chunk(layer, matrices, rows, chunk, scratch);
          read_chunk(layer, packed_[id], rows, chunk, scratch, output + first * layer.outputs);
        }
      }
    }
  }

  /// Sums of the digits that a block of the rows takes, exact.
  static void sum_digits(const ProductLayer& layer, std::size_t block, const Rows& rows,
                         Scratch& scratch) {
    const ProductBlock& own = layer.blocks[block];
    const auto cycles = static_cast<std::size_t>(layer.input_cycles);
    scratch.ones.assign(own.rows * lanes, 1.0F);
    scratch.digit_sums.resize(rows.count * cycles);
    for (std::size_t cycle = 0; cycle < cycles; ++cycle) {
      for (std::size_t first = 0; first < rows.count; first += chunk_rows) {
        const std::size_t count = std::min(chunk_rows, rows.count - first);
        const GatheredRows left = {scratch.input.whole_digits(layer) + cycle * rows.plane,
                                   scratch.input.start.data() + first, count,
                                   scratch.input.offset.data() + own.row_first, own.rows};
        multiply_panel(left, 1, scratch.ones.data(), SumStart::value, 0.0F, scratch.current.data());
        for (std::size_t r = 0; r < count; ++r) {
          scratch.digit_sums[cycle * rows.count + first + r] = scratch.current[r * lanes];
        }
      }
    }
  }

  static void multiply_chunk(const ProductLayer& layer, const BlockView& view, const Rows& rows,
                             const Chunk& chunk, Scratch& scratch) {
    const BlockMatrices& matrices = view.matrices;
    const ProductBlock& block = layer.blocks[chunk.block];
    const ColumnLayout::Panel& panel = layer.columns.panels()[chunk.panel];
    const std::size_t at = panel.first_vector * lanes * block.rows;
    const std::size_t plane = static_cast<std::size_t>(chunk.cycle) * rows.plane;
    const GatheredRows left = {scratch.input.codes.data() + plane,
                               scratch.input.start.data() + chunk.first, chunk.rows,
                               scratch.input.offset.data() + block.row_first, block.rows};
    const std::size_t vectors = panel.first_vector * lanes;
    const auto multiply_whole = [&](const std::vector<std::int16_t>& digits, const PairMatrix& by,
                                    SumStart begin, float value, float* out) {
      const GatheredPairs pairs = {digits.data() + plane, left.start, chunk.rows,
                                   scratch.pair_offset.data(), scratch.pair_offset.size()};
      multiply_pairs(pairs, panel.width, by.pairs.data() + 2 * vectors * pairs.pairs,
                     by.step.data() + vectors, begin, value, out);
    };
    if (layer.whole) {
      multiply_whole(scratch.input.whole, view.packed.weights, SumStart::value, 0.0F,
                     scratch.current.data());
    } else {
      multiply_panel(left, panel.width, matrices.weight.data() + at, SumStart::value, 0.0F,
                     scratch.current.data());
    }
    if (!layer.noisy) return;
    float* const variance = scratch.variance.data();
    SumStart begin = SumStart::value;
    if (!matrices.linear.empty()) {
      multiply_panel(left, panel.width, matrices.linear.data() + at, begin, block.constant_variance,
                     variance);
      begin = SumStart::out;
    }
    if (!view.packed.variances.pairs.empty()) {
      multiply_whole(scratch.input.squares, view.packed.variances, begin, block.constant_variance,
                     variance);
      begin = SumStart::out;
    }
    if (begin == SumStart::value) {
      std::fill_n(variance, chunk.rows * panel.width * lanes, block.constant_variance);
    }
  }

  /// Normal numbers of a chunk, in the order of its currents. Groups of `noise_rows` rows of the
  /// run share `width` blocks.
  static const float* draw_noise(const ProductLayer& layer, const Rows& rows, const Chunk& chunk,
                                 std::size_t width, Scratch& scratch) {
    const std::size_t draw =
        (static_cast<std::size_t>(chunk.cycle) * layer.blocks.size() + chunk.block) *
            layer.columns.panels().size() +
        chunk.panel;
    const std::size_t first = rows.first + chunk.first;
    const std::size_t group = first / noise_rows;
    const std::size_t groups = (first + chunk.rows - 1) / noise_rows + 1 - group;
    layer.noise.fill_rows(group, groups, draw * most_width, width, scratch.normal.data());
    return scratch.normal.data() + first % noise_rows * width * lanes;
  }

  static void read_chunk(const ProductLayer& layer, const Packed& packed, const Rows& rows,
                         const Chunk& chunk, Scratch& scratch, float* output) {
    const ColumnLayout::Panel& panel = layer.columns.panels()[chunk.panel];
    const bool subtracts = !layer.subtracted.empty();
    Converter converter = {packed.factors[chunk.panel].data(),
                           nullptr,
                           nullptr,
                           std::ldexp(1.0F, chunk.cycle * layer.dac_bits),
                           layer.top_read,
                           layer.one_sign ? 0.0F : -layer.top_read};
    if (subtracts) {
      converter.subtracted = packed.subtracted[chunk.panel].data();
      converter.digit_sums = scratch.digit_sums.data() +
                             static_cast<std::size_t>(chunk.cycle) * rows.count + chunk.first;
    }
    const float* const normal =
        layer.noisy ? draw_noise(layer, rows, chunk, panel.width, scratch) : nullptr;
    float* const current = scratch.current.data();
    const bool first = chunk.block == 0 && chunk.cycle == 0;
    const ColumnLayout::Part& only = panel.parts.front();
    const bool whole = panel.parts.size() == 1 && !only.packed && only.vectors == panel.width;
    const Target target = whole ? Target{output + only.first_output, layer.outputs, only.outputs,
                                         first && only.first_slice}
                                : Target{};
    with_width(panel.width, [&](auto width) {
      with_flag(layer.noisy, [&](auto noisy) {
        with_flag(layer.convert, [&](auto convert) {
          with_flag(subtracts, [&](auto subtract) {
            convert_rows<width, noisy, convert, subtract>(
                converter, chunk.rows, scratch.variance.data(), normal, current, target);
          });
        });
      });
    });
    if (whole) return;
    for (const ColumnLayout::Part& part : panel.parts) {
      add_part(part, panel.width, layer.columns.slices(), current, chunk.rows, layer.outputs,
               first && part.first_slice, output);
    }
  }

  std::vector<ProductLayer> layers_;
  std::vector<Packed> packed_;
};

}  // namespace

std::unique_ptr<network::MatrixBackend> block_products(const network::Network& network,
                                                       std::vector<ProductLayer> layers) {
  return std::make_unique<BlockProducts>(network, std::move(layers));
}

}  // namespace neucasl::mapping
