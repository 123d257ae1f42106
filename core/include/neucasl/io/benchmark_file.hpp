#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Results of benchmark programs.

namespace neucasl::io {

/// One benchmark as its program wrote it.
struct BenchmarkRun {
  std::string name;      ///< "solve" of "solve/256/iterations:1"
  std::string size;      ///< "256"; "64 x 8" of "solve/64/8"; empty without arguments.
  double seconds = 0.0;  ///< Mean time of an iteration, s.
  std::string label;     ///< What the program says of it.
  std::string failure;   ///< Why it gave no result; empty when it did.
  std::map<std::string, double> counters;
};

/// Reads the JSON that a Google Benchmark program writes with --benchmark_out. Repetitions and
/// their statistics are left out but for the first repetition.
/// \throws base::Error "io.benchmark" for text that is not such a file.
NEUCASL_EXPORT std::vector<BenchmarkRun> decode_benchmarks(std::string_view text,
                                                           const std::string& file);

}  // namespace neucasl::io
