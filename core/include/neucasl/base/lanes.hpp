#pragma once

#include <cmath>
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

/// Correctly rounded square roots.
inline Lanes square_root(Lanes x) {
#if defined(__AVX__) && !defined(__clang__)
  return __builtin_ia32_sqrtps256(x);
#else
  for (std::size_t i = 0; i < lanes; ++i) x[i] = std::sqrt(x[i]);
  return x;
#endif
}

/// a < b ? a : b and a > b ? a : b, of which GCC 12 makes a comparison and a choice.
inline Lanes smaller(Lanes a, Lanes b) {
#if defined(__AVX__) && !defined(__clang__)
  return __builtin_ia32_minps256(a, b);
#else
  return a < b ? a : b;
#endif
}
inline Lanes larger(Lanes a, Lanes b) {
#if defined(__AVX__) && !defined(__clang__)
  return __builtin_ia32_maxps256(a, b);
#else
  return a > b ? a : b;
#endif
}

/// Rounds to the nearest integer, ties to even; |x| < 2^22.
inline Lanes round_lanes(Lanes x) {
  constexpr float shift = 0x1.8p23F;
  return (x + shift) - shift;
}

}  // namespace neucasl::base
