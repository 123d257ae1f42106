#include "block_product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "neucasl/base/lanes.hpp"

namespace neucasl::mapping {
namespace {

using base::lanes;
using base::Lanes;

/// Vectors of a panel: what the registers hold beside it decides.
constexpr std::size_t most_width = 4;
/// Rows between two stages; a multiple of all heights of tiles.
constexpr std::size_t chunk_rows = 48;
constexpr std::size_t raw_size = chunk_rows * most_width * lanes;
/// Values of a dense layer's inputs that are encoded at once.
constexpr std::size_t most_values = std::size_t{1} << 20;

static_assert(most_width * lanes <= base::NormalField::block);

/// Buffers of one thread; they grow to the largest layer and stay.
struct Scratch {
  std::vector<float> codes;    ///< Digits, one plane for each input cycle.
  std::vector<float> squares;  ///< Of the digits.
  std::vector<std::uint32_t> start;
  std::vector<std::uint32_t> offset;
  BlockMatrices block;
  std::array<float, raw_size> current;
  std::array<float, raw_size> variance;
};

/// The rows of the left factor: element k of row r stands at start[r] + offset[k] of a plane.
struct Rows {
  std::size_t count = 0;
  std::size_t first = 0;  ///< In the run.
  std::size_t plane = 0;  ///< Values of a plane.
};

std::size_t panels(const ProductLayer& layer) {
  return (layer.vectors() + most_width - 1) / most_width;
}
std::size_t panel_width(const ProductLayer& layer, std::size_t panel) {
  return std::min(most_width, layer.vectors() - panel * most_width);
}

/// The same value, in a register: GCC would load it again for each use, and loads are what the tile
/// waits for.
Lanes keep(Lanes value) {
#if defined(__AVX__)
  asm("" : "+x"(value));
#endif
  return value;
}

/// out[r][v] = sum_k plane[start[r] + offset[k]] panel[k][v] for `height` rows.
template <std::size_t height, std::size_t width>
void multiply_tile(const float* plane, const std::uint32_t* start, const std::uint32_t* offset,
                   std::size_t depth, const float* panel, float* out) {
  std::array<const float*, height> row;
  for (std::size_t r = 0; r < height; ++r) row[r] = plane + start[r];
  Lanes sum[height][width] = {};
  for (std::size_t k = 0; k < depth; ++k, panel += width * lanes) {
    const std::size_t at = offset[k];
    Lanes digit[height];
    for (std::size_t r = 0; r < height; ++r) digit[r] = row[r][at] - Lanes{};
    for (std::size_t v = 0; v < width; ++v) {
      const Lanes factor = keep(base::load_lanes(panel + v * lanes));
      for (std::size_t r = 0; r < height; ++r) sum[r][v] += digit[r] * factor;
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < height; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < width; ++v) {
      base::store_lanes(sum[r][v], out + (r * width + v) * lanes);
    }
  }
}

template <std::size_t height, std::size_t width>
void multiply_rows(const float* plane, const std::uint32_t* start, std::size_t rows,
                   const std::uint32_t* offset, std::size_t depth, const float* panel, float* out) {
  std::size_t r = 0;
  for (; r + height <= rows; r += height) {
    multiply_tile<height, width>(plane, start + r, offset, depth, panel, out + r * width * lanes);
  }
  for (; r < rows; ++r) {
    multiply_tile<1, width>(plane, start + r, offset, depth, panel, out + r * width * lanes);
  }
}

void multiply_panel(std::size_t width, const float* plane, const std::uint32_t* start,
                    std::size_t rows, const std::uint32_t* offset, std::size_t depth,
                    const float* panel, float* out) {
  switch (width) {
    case 1:
      return multiply_rows<8, 1>(plane, start, rows, offset, depth, panel, out);
    case 2:
      return multiply_rows<6, 2>(plane, start, rows, offset, depth, panel, out);
    case 3:
      return multiply_rows<4, 3>(plane, start, rows, offset, depth, panel, out);
    default:
      return multiply_rows<3, 4>(plane, start, rows, offset, depth, panel, out);
  }
}

void add_group(Lanes sum, std::size_t count, float* output) {
  if (count >= lanes) {
    base::store_lanes(base::load_lanes(output) + sum, output);
    return;
  }
  for (std::size_t n = 0; n < count; ++n) output[n] += sum[n];
}

class BlockProducts final : public network::MatrixBackend {
 public:
  explicit BlockProducts(std::vector<ProductLayer> layers) : layers_(std::move(layers)) {}

  void multiply(network::LayerId id, const float* input, std::size_t rows, std::size_t first_row,
                float* output) const override {
    const ProductLayer& layer = layers_[id];
    const std::size_t block = std::max<std::size_t>(1, most_values / layer.depth);
    Scratch& scratch = own_scratch();
    for (std::size_t first = 0; first < rows; first += block) {
      const std::size_t count = std::min(block, rows - first);
      prepare(layer, count * layer.depth, scratch);
      encode(layer, input + first * layer.depth, count * layer.depth, 0, count * layer.depth,
             scratch);
      scratch.start.resize(count);
      for (std::size_t r = 0; r < count; ++r) {
        scratch.start[r] = static_cast<std::uint32_t>(r * layer.depth);
      }
      scratch.offset.resize(layer.depth);
      for (std::size_t k = 0; k < layer.depth; ++k) {
        scratch.offset[k] = static_cast<std::uint32_t>(k);
      }
      compute(layer, {count, first_row + first, count * layer.depth}, scratch,
              output + first * layer.outputs);
    }
  }

  [[nodiscard]] bool reads_images() const override { return true; }

  void convolve(network::LayerId id, const network::PatchGrid& grid, const float* image,
                std::size_t first_row, float* output) const override {
    const ProductLayer& layer = layers_[id];
    Scratch& scratch = own_scratch();
    const std::size_t channels = grid.input.channels;
    const std::size_t width = (grid.input.width + 2 * grid.padding) * channels;
    const std::size_t plane = (grid.input.height + 2 * grid.padding) * width;
    prepare(layer, plane, scratch);
    const std::size_t row = grid.input.width * channels;
    for (std::size_t y = 0; y < grid.input.height; ++y) {
      encode(layer, image + y * row, row, (y + grid.padding) * width + grid.padding * channels,
             plane, scratch);
    }
    scratch.start.clear();
    for (std::size_t y = 0; y < grid.height; ++y) {
      for (std::size_t x = 0; x < grid.width; ++x) {
        scratch.start.push_back(
            static_cast<std::uint32_t>((y * width + x * channels) * grid.stride));
      }
    }
    scratch.offset.clear();
    for (std::size_t ky = 0; ky < grid.kernel; ++ky) {
      for (std::size_t i = 0; i < grid.kernel * channels; ++i) {
        scratch.offset.push_back(static_cast<std::uint32_t>(ky * width + i));
      }
    }
    compute(layer, {scratch.start.size(), first_row, plane}, scratch, output);
  }

  [[nodiscard]] std::size_t scratch_bytes(std::size_t values) const override {
    std::size_t most = 0;
    for (const ProductLayer& layer : layers_) {
      std::size_t bytes = values * sizeof(float) * static_cast<std::size_t>(layer.input_cycles) *
                          (layer.noisy ? 2 : 1);
      bytes += (values + layer.depth) * sizeof(std::uint32_t);
      if (layer.fill) {
        std::size_t rows = 0;
        for (const ProductBlock& block : layer.blocks) rows = std::max(rows, block.rows);
        // Three packed matrices, and those of the tile that they are made from in double.
        bytes += 7 * layer.packed_size(rows) * sizeof(float);
      }
      most = std::max(most, bytes);
    }
    return most;
  }

 private:
  static Scratch& own_scratch() {
    thread_local Scratch scratch;
    return scratch;
  }

  static void prepare(const ProductLayer& layer, std::size_t plane, Scratch& scratch) {
    scratch.codes.assign(plane * static_cast<std::size_t>(layer.input_cycles), 0.0F);
    if (layer.noisy) scratch.squares.assign(scratch.codes.size(), 0.0F);
  }

  /// Writes the digits of `count` inputs, from `at` on in each plane.
  static void encode(const ProductLayer& layer, const float* input, std::size_t count,
                     std::size_t at, std::size_t plane, Scratch& scratch) {
    float* const codes = scratch.codes.data() + at;
    const float factor = layer.inverse_input_scale;
    const float top = layer.top_code;
    for (std::size_t i = 0; i < count; ++i) {
      constexpr float shift = 0x1.8p23F;  // rounds to nearest, ties to even
      const float scaled = input[i] * factor;
      const float positive = scaled > 0.0F ? scaled : 0.0F;
      codes[i] = ((positive < top ? positive : top) + shift) - shift;
    }
    const auto base = static_cast<float>(1 << layer.dac_bits);
    for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
      float* const digits = codes + static_cast<std::size_t>(cycle) * plane;
      if (cycle + 1 < layer.input_cycles) {
        float* const rest = digits + plane;
        for (std::size_t i = 0; i < count; ++i) {
          rest[i] = std::floor(digits[i] / base);
          digits[i] -= rest[i] * base;
        }
      }
      if (!layer.input_law.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
          digits[i] = layer.input_law[static_cast<std::size_t>(digits[i])];
        }
      }
      if (layer.noisy) {
        float* const squares =
            scratch.squares.data() + at + static_cast<std::size_t>(cycle) * plane;
        for (std::size_t i = 0; i < count; ++i) squares[i] = digits[i] * digits[i];
      }
    }
  }

  static void compute(const ProductLayer& layer, const Rows& rows, Scratch& scratch,
                      float* output) {
    std::fill_n(output, rows.count * layer.outputs, 0.0F);
    for (std::size_t b = 0; b < layer.blocks.size(); ++b) {
      if (layer.fill) layer.fill(b, scratch.block);
      const BlockMatrices& matrices = layer.fill ? scratch.block : layer.matrices[b];
      for (std::size_t p = 0; p < panels(layer); ++p) {
        for (std::size_t first = 0; first < rows.count; first += chunk_rows) {
          const std::size_t count = std::min(chunk_rows, rows.count - first);
          for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
            multiply_chunk(layer, matrices, rows, {b, p, first, count, cycle}, scratch);
            read_chunk(layer, rows, {b, p, first, count, cycle}, scratch,
                       output + first * layer.outputs);
          }
        }
      }
    }
  }

  /// Some rows of one panel of a block in one input cycle.
  struct Chunk {
    std::size_t block;
    std::size_t panel;
    std::size_t first;
    std::size_t rows;
    int cycle;
  };

  static void multiply_chunk(const ProductLayer& layer, const BlockMatrices& matrices,
                             const Rows& rows, const Chunk& chunk, Scratch& scratch) {
    const ProductBlock& block = layer.blocks[chunk.block];
    const std::size_t width = panel_width(layer, chunk.panel);
    const std::size_t at = chunk.panel * most_width * lanes * block.rows;
    const std::size_t plane = static_cast<std::size_t>(chunk.cycle) * rows.plane;
    const std::uint32_t* const start = scratch.start.data() + chunk.first;
    const std::uint32_t* const offset = scratch.offset.data() + block.row_first;
    multiply_panel(width, scratch.codes.data() + plane, start, chunk.rows, offset, block.rows,
                   matrices.weight.data() + at, scratch.current.data());
    if (!layer.noisy) return;
    const std::size_t size = chunk.rows * width * lanes;
    std::fill_n(scratch.variance.data(), size, block.constant_variance);
    std::array<float, raw_size> part;
    const auto add = [&](const std::vector<float>& matrix, const std::vector<float>& digits) {
      if (matrix.empty()) return;
      multiply_panel(width, digits.data() + plane, start, chunk.rows, offset, block.rows,
                     matrix.data() + at, part.data());
      for (std::size_t i = 0; i < size; ++i) scratch.variance[i] += part[i];
    };
    add(matrices.linear, scratch.codes);
    add(matrices.quadratic, scratch.squares);
  }

  static void add_noise(const ProductLayer& layer, const Rows& rows, const Chunk& chunk,
                        Scratch& scratch) {
    const std::size_t width = panel_width(layer, chunk.panel);
    const std::size_t draw =
        (static_cast<std::size_t>(chunk.cycle) * layer.blocks.size() + chunk.block) *
            panels(layer) +
        chunk.panel;
    std::array<float, base::NormalField::block> normal;
    for (std::size_t r = 0; r < chunk.rows; ++r) {
      layer.noise.fill(rows.first + chunk.first + r, draw, 1, normal.data());
      for (std::size_t v = 0; v < width; ++v) {
        float* const current = scratch.current.data() + (r * width + v) * lanes;
        const float* const variance = scratch.variance.data() + (r * width + v) * lanes;
        base::store_lanes(
            base::load_lanes(current) + base::square_root(base::load_lanes(variance)) *
                                            base::load_lanes(normal.data() + v * lanes),
            current);
      }
    }
  }

  static void read_chunk(const ProductLayer& layer, const Rows& rows, const Chunk& chunk,
                         Scratch& scratch, float* output) {
    if (layer.noisy) add_noise(layer, rows, chunk, scratch);
    const std::size_t width = panel_width(layer, chunk.panel);
    const Lanes zero = {};
    const Lanes top = zero + layer.top_read;
    const Lanes bottom = zero - layer.top_read;
    const float cycle = std::ldexp(1.0F, chunk.cycle * layer.dac_bits);
    for (std::size_t r = 0; r < chunk.rows; ++r) {
      Lanes sum = zero;
      for (std::size_t v = 0; v < width; ++v) {
        const std::size_t vector = chunk.panel * most_width + v;
        const std::size_t slice = vector % layer.slices;
        Lanes read = base::load_lanes(scratch.current.data() + (r * width + v) * lanes);
        if (layer.convert) {
          read = base::round_lanes(base::larger(base::smaller(read, top), bottom));
        }
        sum += layer.slice_factor[slice] * cycle * read;
        if (slice + 1 == layer.slices || v + 1 == width) {
          const std::size_t group = vector / layer.slices;
          add_group(sum, layer.outputs - group * lanes, output + r * layer.outputs + group * lanes);
          sum = zero;
        }
      }
    }
  }

  std::vector<ProductLayer> layers_;
};

}  // namespace

std::size_t ProductLayer::vectors() const { return (outputs + lanes - 1) / lanes * slices; }

std::size_t ProductLayer::packed_size(std::size_t rows) const { return rows * vectors() * lanes; }

std::size_t ProductLayer::place(std::size_t block, std::size_t row, std::size_t output,
                                std::size_t slice) const {
  const std::size_t vector = output / lanes * slices + slice;
  const std::size_t panel = vector / most_width;
  return (panel * most_width * blocks[block].rows + row * panel_width(*this, panel) +
          vector % most_width) *
             lanes +
         output % lanes;
}

std::size_t ProductLayer::row_stride(std::size_t output, std::size_t slice) const {
  return panel_width(*this, (output / lanes * slices + slice) / most_width) * lanes;
}

std::unique_ptr<network::MatrixBackend> block_products(std::vector<ProductLayer> layers) {
  return std::make_unique<BlockProducts>(std::move(layers));
}

}  // namespace neucasl::mapping
