#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

/// \file
/// Eight floats that are worked on together, by GCC's vector extension: one AVX register, or two of
/// SSE.

#if defined(__GNUC__) && !defined(__clang__)
// Only functions that are inlined take or give lanes.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace neucasl::base {

inline constexpr std::size_t lanes = 8;
using Lanes [[gnu::vector_size(lanes * sizeof(float))]] = float;
using IntegerLanes [[gnu::vector_size(lanes * sizeof(float))]] = std::int32_t;

/// From and to any address.
inline Lanes load_lanes(const float* from) {
  Lanes value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}
inline void store_lanes(Lanes value, float* to) { std::memcpy(to, &value, sizeof(value)); }

/// sqrt(x) of normal x > 0 and about 1e-19 for x = 0, from the reciprocal root by Newton's
/// iteration: relative error below 1e-6.
inline Lanes square_root(Lanes x) {
  const Lanes positive = x + 0x1p-125F;
  Lanes y = (Lanes)(0x5F3759DF - ((IntegerLanes)positive >> 1));
  for (int i = 0; i < 3; ++i) y = y * (1.5F - 0.5F * positive * y * y);
  return positive * y;
}

inline Lanes smaller(Lanes a, Lanes b) { return a < b ? a : b; }
inline Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }

/// Rounds to the nearest integer, ties to even; |x| < 2^22.
inline Lanes round_lanes(Lanes x) {
  constexpr float shift = 0x1.8p23F;
  return (x + shift) - shift;
}

}  // namespace neucasl::base
