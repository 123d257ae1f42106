#include "input_digits.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "neucasl/base/lanes.hpp"
#include "pair_product.hpp"

namespace neucasl::mapping {
namespace {

std::size_t padded_width(const network::PatchGrid& grid) {
  return (grid.input.width + 2 * grid.padding) * grid.input.channels;
}

/// codes = clip(round(factor input), 0, top); an input that is no number counts as 0.
void round_codes(const float* input, std::size_t count, float factor, float top, float* codes) {
  const auto code = [&](base::Lanes value) {
    const base::Lanes positive = base::larger(value * factor, base::Lanes{});
    return base::round_lanes(base::smaller(positive, top - base::Lanes{}));
  };
  std::size_t i = 0;
  for (; i + base::lanes <= count; i += base::lanes) {
    base::store_lanes(code(base::load_lanes(input + i)), codes + i);
  }
  for (; i < count; ++i) codes[i] = code(input[i] - base::Lanes{})[0];
}

using Halves [[gnu::vector_size(base::lanes * sizeof(std::int16_t))]] = std::int16_t;

/// Whole numbers of 16 bits from numbers that are not negative.
inline void store_halves(base::Lanes values, std::int16_t* to) {
  const auto whole = __builtin_convertvector(values, base::IntegerLanes);
  const auto halves = __builtin_convertvector(whole, Halves);
  std::memcpy(to, &halves, sizeof(halves));
}

/// squares = round(steps digits^2)
void square_digits(const float* digits, std::size_t count, float steps, std::int16_t* squares) {
  std::size_t i = 0;
  for (; i + base::lanes <= count; i += base::lanes) {
    const base::Lanes digit = base::load_lanes(digits + i);
    store_halves(digit * digit * steps + 0.5F, squares + i);
  }
  for (; i < count; ++i) {
    squares[i] = static_cast<std::int16_t>(digits[i] * digits[i] * steps + 0.5F);
  }
}

void halve_digits(const float* digits, std::size_t count, std::int16_t* whole) {
  std::size_t i = 0;
  for (; i + base::lanes <= count; i += base::lanes) {
    store_halves(base::load_lanes(digits + i), whole + i);
  }
  for (; i < count; ++i) whole[i] = static_cast<std::int16_t>(digits[i]);
}

}  // namespace

float InputDigits::square_step(const ProductLayer& layer) {
  float most = layer.top_digit();
  if (!layer.input_law.empty()) {
    most = 0.0F;
    for (const float digit : layer.input_law) most = std::max(most, std::abs(digit));
  }
  return most > 0.0F ? most * most / largest_half : 1.0F;
}

void InputDigits::encode_rows(const ProductLayer& layer, const float* input, std::size_t rows) {
  resize(layer, rows * layer.depth);
  encode(layer, input, rows * layer.depth, 0, rows * layer.depth);
  start.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) start[r] = static_cast<std::uint32_t>(r * layer.depth);
  offset.resize(layer.depth);
  for (std::size_t k = 0; k < layer.depth; ++k) offset[k] = static_cast<std::uint32_t>(k);
}

std::size_t InputDigits::padded_size(const network::PatchGrid& grid) {
  return (grid.input.height + 2 * grid.padding) * padded_width(grid);
}

void InputDigits::place_patches(const network::PatchGrid& grid) {
  const std::size_t width = padded_width(grid);
  const std::size_t channels = grid.input.channels;
  start.clear();
  for (std::size_t y = 0; y < grid.height; ++y) {
    for (std::size_t x = 0; x < grid.width; ++x) {
      start.push_back(static_cast<std::uint32_t>((y * width + x * channels) * grid.stride));
    }
  }
  offset.clear();
  for (std::size_t ky = 0; ky < grid.kernel; ++ky) {
    for (std::size_t i = 0; i < grid.kernel * channels; ++i) {
      offset.push_back(static_cast<std::uint32_t>(ky * width + i));
    }
  }
}

void InputDigits::encode_image(const ProductLayer& layer, const network::PatchGrid& grid,
                               const float* image) {
  const std::size_t plane = padded_size(grid);
  resize(layer, plane);
  if (grid.padding == 0) {
    encode(layer, image, plane, 0, plane);
    return;
  }
  const std::size_t row = grid.input.width * grid.input.channels;
  std::fill(codes.begin(), codes.end(), 0.0F);
  std::fill(digits.begin(), digits.end(), 0.0F);
  std::fill(squares.begin(), squares.end(), std::int16_t{0});
  std::fill(whole.begin(), whole.end(), std::int16_t{0});
  for (std::size_t y = 0; y < grid.input.height; ++y) {
    encode(layer, image + y * row, row,
           (y + grid.padding) * padded_width(grid) + grid.padding * grid.input.channels, plane);
  }
}

void InputDigits::resize(const ProductLayer& layer, std::size_t plane) {
  codes.resize(plane * static_cast<std::size_t>(layer.input_cycles));
  if (layer.noisy) squares.resize(codes.size() + 1);
  if (layer.whole) whole.resize(codes.size() + 1);
  digits.resize(layer.subtracted.empty() || layer.input_law.empty() ? 0 : codes.size());
}

void InputDigits::encode(const ProductLayer& layer, const float* input, std::size_t count,
                         std::size_t at, std::size_t plane) {
  float* const digit = codes.data() + at;
  round_codes(input, count, layer.inverse_input_scale, layer.top_code, digit);
  const auto base = static_cast<float>(1 << layer.dac_bits);
  for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
    const std::size_t skipped = static_cast<std::size_t>(cycle) * plane;
    float* const now = digit + skipped;
    if (cycle + 1 < layer.input_cycles) {
      float* const rest = now + plane;
      for (std::size_t i = 0; i < count; ++i) {
        rest[i] = std::floor(now[i] / base);
        now[i] -= rest[i] * base;
      }
    }
    if (!digits.empty()) std::copy_n(now, count, digits.data() + at + skipped);
    if (!layer.input_law.empty()) {
      for (std::size_t i = 0; i < count; ++i) {
        now[i] = layer.input_law[static_cast<std::size_t>(now[i])];
      }
    }
    if (layer.whole) {
      halve_digits(now, count, whole.data() + at + skipped);
    }
    if (layer.noisy) {
      const float steps = 1.0F / square_step(layer);
      square_digits(now, count, steps, squares.data() + at + skipped);
    }
  }
}

}  // namespace neucasl::mapping
