#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "neucasl/base/lanes.hpp"

/// \file
/// Philox4x32-10 for several counters at once.

namespace neucasl::base {

using Longs [[gnu::vector_size(4 * lanes)]] = std::uint64_t;

/// Counters side by side.
inline constexpr std::size_t half_lanes = sizeof(Longs) / sizeof(std::uint64_t);

inline constexpr std::uint64_t lower_half = 0xFFFFFFFF;

/// Products of the lower halves with the factor, in 64 bits.
inline Longs multiply_halves(Longs a, std::uint32_t factor) {
#if defined(__AVX2__) && !defined(__clang__)
  // GCC 12 makes three multiplications of a 64-bit product.
  const Longs wide = Longs{} + std::uint64_t{factor};
  return (Longs)__builtin_ia32_pmuludq256((IntegerLanes)a, (IntegerLanes)wide);
#else
  return (a & lower_half) * std::uint64_t{factor};
#endif
}

using RoundKeys = std::array<std::array<Longs, 2>, 10>;

inline RoundKeys round_keys(std::array<std::uint32_t, 2> key) {
  RoundKeys result;
  for (std::array<Longs, 2>& round : result) {
    round = {Longs{} + key[0], Longs{} + key[1]};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return result;
}

/// The words of some counters, as the lower halves of longs; what the upper halves hold does not
/// matter.
using HalfCounter = std::array<Longs, 4>;

/// Counters of one sample (or row) from block `first` on, `step` apart.
inline HalfCounter half_counter(std::uint64_t sample, std::uint64_t first, std::uint64_t step) {
  static_assert(half_lanes == 4);
  const auto all = [](std::uint64_t word) { return Longs{} + (word & lower_half); };
  constexpr Longs index = {0, 1, 2, 3};
  const Longs block = (Longs{} + first) + index * step;
  return {block & lower_half, block >> 32, all(sample), all(sample >> 32)};
}

/// Halves side by side: more would not stay in registers, fewer leave the processor waiting.
inline constexpr std::size_t halves_together = 3;

inline void philox(HalfCounter* counters, const RoundKeys& keys) {
  std::array<HalfCounter, halves_together> c;
#pragma GCC unroll 3
  for (std::size_t i = 0; i < halves_together; ++i) c[i] = counters[i];
#pragma GCC unroll 10
  for (const std::array<Longs, 2>& key : keys) {
#pragma GCC unroll 3
    for (std::size_t i = 0; i < halves_together; ++i) {
      const Longs a = multiply_halves(c[i][0], 0xD2511F53U);
      const Longs b = multiply_halves(c[i][2], 0xCD9E8D57U);
      c[i] = {(b >> 32) ^ (c[i][1] ^ key[0]), b, (a >> 32) ^ (c[i][3] ^ key[1]), a};
    }
  }
#pragma GCC unroll 3
  for (std::size_t i = 0; i < halves_together; ++i) counters[i] = c[i];
}

}  // namespace neucasl::base
