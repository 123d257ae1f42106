#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// Counter-based random numbers.
///
/// A *stream* is named by a seed and a purpose ("reliability/programming"); draw k of sample i of a
/// stream is one fixed number, whatever the count of threads or processes and whichever samples
/// were drawn before. Generator: Philox4x32 with 10 rounds (Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011). Distributions are our own, since the standard library's
/// differ between implementations.

namespace neucasl::base {

/// The Philox4x32-10 bijection.
NEUCASL_EXPORT std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                       std::array<std::uint32_t, 2> key);

/// The Philox key of a stream.
NEUCASL_EXPORT std::array<std::uint32_t, 2> stream_key(std::uint64_t seed,
                                                       std::string_view purpose);

/// 64-bit FNV-1a hash; used for stream keys, not for integrity.
NEUCASL_EXPORT std::uint64_t hash_name(std::string_view text);

/// The random numbers of one sample of one stream. A small value type; not thread-safe, make one
/// per thread.
class NEUCASL_EXPORT RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t sample = 0);

  /// Uniform 32-bit integer.
  std::uint32_t next_u32();
  /// Uniform in (0, 1), 53 bits, never 0 nor 1.
  double uniform();
  /// Uniform integer in [0, bound), bound >= 1, without bias.
  std::uint32_t below(std::uint32_t bound);
  /// Standard normal, by Box and Muller's transform (Ann. Math. Statist. 29:610, 1958).
  double normal();

 private:
  std::array<std::uint32_t, 2> key_{};
  std::uint64_t sample_ = 0;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> buffer_{};
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0.0;
};

}  // namespace neucasl::base
