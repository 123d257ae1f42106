#pragma once

#include <cstdint>

/// \file
/// Tables of six variables in one word: row m is bit m, variable i is bit i of m.

namespace neucasl::logic::tables {

inline constexpr std::uint64_t variable[6] = {0xaaaaaaaaaaaaaaaaU, 0xccccccccccccccccU,
                                              0xf0f0f0f0f0f0f0f0U, 0xff00ff00ff00ff00U,
                                              0xffff0000ffff0000U, 0xffffffff00000000U};

/// The function with variable i fixed, repeated over both its values.
constexpr std::uint64_t cofactor_0(std::uint64_t table, unsigned i) {
  const std::uint64_t half = table & ~variable[i];
  return half | (half << (1U << i));
}
constexpr std::uint64_t cofactor_1(std::uint64_t table, unsigned i) {
  const std::uint64_t half = table & variable[i];
  return half | (half >> (1U << i));
}
constexpr bool depends_on(std::uint64_t table, unsigned i) {
  return cofactor_0(table, i) != cofactor_1(table, i);
}
/// The function with variables i < j in each other's place.
constexpr std::uint64_t exchanged(std::uint64_t table, unsigned i, unsigned j) {
  const unsigned distance = (1U << j) - (1U << i);
  const std::uint64_t only_i = table & variable[i] & ~variable[j];
  const std::uint64_t only_j = table & ~variable[i] & variable[j];
  const std::uint64_t others = table & ~(variable[i] ^ variable[j]);
  return others | (only_i << distance) | (only_j >> distance);
}
/// A table of fewer than six variables, repeated over the others.
constexpr std::uint64_t stretched(std::uint64_t bits, unsigned inputs) {
  for (unsigned i = inputs; i < 6; ++i) bits |= bits << (1U << i);
  return bits;
}

}  // namespace neucasl::logic::tables
