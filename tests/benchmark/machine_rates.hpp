#pragma once

#include <cstddef>
#include <vector>

#include "comparison.hpp"

/// \file
/// The memory rate of the machine, measured in the same run as the benchmarks.

namespace neucasl::benchmarks {

/// Bytes per second of a = b + s c over arrays far larger than the caches, one thread, as STREAM
/// counts them (two reads and one write); measured once in a run.
inline double triad_rate() {
  static const double rate = [] {
    const std::size_t count = std::size_t{1} << 23;
    std::vector<double> a(count);
    const std::vector<double> b(count, 1.0);
    const std::vector<double> c(count, 2.0);
    const double seconds = best_seconds(5, [&] {
      for (std::size_t k = 0; k < count; ++k) a[k] = b[k] + 3.0 * c[k];
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
    });
    return static_cast<double>(3 * sizeof(double) * count) / seconds;
  }();
  return rate;
}

}  // namespace neucasl::benchmarks
