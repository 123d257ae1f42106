#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>

/// \file
/// What a benchmark tells of its engine and of the reference that ran beside it; `neucasl
/// benchmark` reads the counters and compares them with their limits.

namespace neucasl::benchmarks {

/// Times in seconds on one thread unless the name says otherwise; 0 where there is none.
struct Comparison {
  std::string reference;           ///< "Eigen SimplicialLDLT"
  double seconds = 0.0;            ///< Of the engine, one operation.
  double reference_seconds = 0.0;  ///< Of the reference, the same operation.
  double floor = 0.0;              ///< Least reference_seconds / seconds that is claimed.
  double limit_seconds = 0.0;      ///< Largest time that is claimed, on a quiet machine.
  double bound_seconds = 0.0;      ///< Least time that the measured memory rate allows.
  double bound_limit = 0.0;        ///< Largest seconds / bound_seconds that is claimed.
  double error = 0.0;              ///< Against the reference, as the benchmark says.
  double error_limit = 0.0;        ///< Largest error that is claimed.
  double bytes = 0.0;              ///< Memory that the engine holds.
  double bytes_limit = 0.0;        ///< Largest memory that is claimed.
};

/// Stores what is not zero as counters, and the reference's name as label. An error of zero is
/// stored where one is limited.
inline void record(benchmark::State& state, const Comparison& one) {
  const auto store = [&](const char* name, double value) {
    if (value != 0.0) state.counters[name] = value;
  };
  state.SetLabel(one.reference);
  store("seconds", one.seconds);
  store("reference_seconds", one.reference_seconds);
  store("floor", one.floor);
  store("limit_seconds", one.limit_seconds);
  store("bound_seconds", one.bound_seconds);
  store("bound_limit", one.bound_limit);
  if (one.error != 0.0 || one.error_limit != 0.0) state.counters["error"] = one.error;
  store("error_limit", one.error_limit);
  store("bytes", one.bytes);
  store("bytes_limit", one.bytes_limit);
}

/// Time of one call of `work`, s.
template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Least time of `repeats` calls: what else the machine does only ever adds.
template <class Work>
double best_seconds(int repeats, const Work& work) {
  double best = seconds_of(work);
  for (int k = 1; k < repeats; ++k) best = std::min(best, seconds_of(work));
  return best;
}

}  // namespace neucasl::benchmarks
