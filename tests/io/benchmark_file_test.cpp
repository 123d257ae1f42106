#include "neucasl/io/benchmark_file.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::io {
namespace {

constexpr const char* three = R"({"context": {"num_cpus": 2}, "benchmarks": [
 {"name": "solve/64/8/iterations:1", "run_type": "iteration", "repetition_index": 0,
  "iterations": 5, "real_time": 2.5, "time_unit": "ms", "floor": 50, "error": 1e-12,
  "label": "Eigen"},
 {"name": "solve/64/8/iterations:1", "run_type": "iteration", "repetition_index": 1,
  "iterations": 5, "real_time": 9, "time_unit": "ms"},
 {"name": "solve/64/8/iterations:1_mean", "run_type": "aggregate", "real_time": 3,
  "time_unit": "ms"},
 {"name": "other", "run_type": "iteration", "error_occurred": true,
  "error_message": "they disagree"}]})";

TEST(BenchmarkFile, GivesTheFirstRepetitionAndItsCounters) {
  const std::vector<BenchmarkRun> runs = decode_benchmarks(three, "r.json");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].name, "solve");
  EXPECT_EQ(runs[0].size, "64 x 8");
  EXPECT_DOUBLE_EQ(runs[0].seconds, 2.5e-3);
  EXPECT_EQ(runs[0].label, "Eigen");
  EXPECT_EQ(runs[0].counters, (std::map<std::string, double>{{"error", 1e-12}, {"floor", 50.0}}));
  EXPECT_EQ(runs[1].name, "other");
  EXPECT_EQ(runs[1].failure, "they disagree");
}

TEST(BenchmarkFile, RefusesWhatIsNone) {
  for (const char* text :
       {"no JSON", "{}", R"({"benchmarks": [{"real_time": 1}]})",
        R"({"benchmarks": [{"name": "a", "real_time": 1, "time_unit": "years"}]})",
        R"({"benchmarks": [{"name": "a", "time_unit": "s"}]})"}) {
    try {
      (void)decode_benchmarks(text, "r.json");
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "io.benchmark");
      EXPECT_EQ(error.diagnostic().where.file, "r.json");
    }
  }
}

}  // namespace
}  // namespace neucasl::io
