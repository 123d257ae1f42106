#include "neucasl/io/benchmark_file.hpp"

#include <google/protobuf/struct.pb.h>

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"
#include "protobuf_json.hpp"

namespace neucasl::io {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

[[noreturn]] void not_a_benchmark(const std::string& what, const std::string& file) {
  throw base::Error("io.benchmark", what, "give what --benchmark_out of a benchmark writes",
                    {file, 0, 0});
}

const Value* member(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? nullptr : &found->second;
}

std::string text_of(const Struct& object, const char* name) {
  const Value* value = member(object, name);
  return value == nullptr ? std::string() : value->string_value();
}

/// Splits "solve/64/8/iterations:1" into the name and the numbers among its arguments.
void name_and_size(const std::string& whole, BenchmarkRun& run) {
  std::size_t begin = whole.find('/');
  run.name = whole.substr(0, begin);
  while (begin != std::string::npos) {
    const std::size_t end = whole.find('/', begin + 1);
    const std::string part = whole.substr(begin + 1, end - begin - 1);
    if (!part.empty() && part.find_first_not_of("0123456789") == std::string::npos) {
      run.size += (run.size.empty() ? "" : " x ") + part;
    }
    begin = end;
  }
}

double seconds_per(const std::string& unit, const std::string& file) {
  for (const auto& [name, value] :
       {std::pair{"ns", 1e-9}, std::pair{"us", 1e-6}, std::pair{"ms", 1e-3}, std::pair{"s", 1.0}}) {
    if (unit == name) return value;
  }
  not_a_benchmark("the time unit '" + unit + "' is unknown", file);
}

/// Numbers that the library itself writes beside the counters.
bool is_counter(const std::string& key) {
  static const std::vector<std::string> own = {"family_index", "per_family_instance_index",
                                               "repetitions",  "repetition_index",
                                               "threads",      "iterations",
                                               "real_time",    "cpu_time"};
  return std::find(own.begin(), own.end(), key) == own.end();
}

BenchmarkRun run_of(const Struct& object, const std::string& file) {
  BenchmarkRun run;
  const std::string name = text_of(object, "name");
  if (name.empty()) not_a_benchmark("a benchmark has no name", file);
  name_and_size(name, run);
  run.label = text_of(object, "label");
  const Value* failed = member(object, "error_occurred");
  if (failed != nullptr && failed->bool_value()) {
    run.failure = text_of(object, "error_message");
    if (run.failure.empty()) run.failure = "failed";
    return run;
  }
  const Value* time = member(object, "real_time");
  if (time == nullptr || !time->has_number_value()) {
    not_a_benchmark("benchmark '" + name + "' has no time", file);
  }
  run.seconds = time->number_value() * seconds_per(text_of(object, "time_unit"), file);
  for (const auto& [key, value] : object.fields()) {
    if (value.has_number_value() && is_counter(key)) run.counters[key] = value.number_value();
  }
  return run;
}

}  // namespace

std::vector<BenchmarkRun> decode_benchmarks(std::string_view text, const std::string& file) {
  Struct document;
  from_json(text, document, "io.benchmark", file);
  const Value* list = member(document, "benchmarks");
  if (list == nullptr || !list->has_list_value()) {
    not_a_benchmark("there is no list 'benchmarks'", file);
  }
  std::vector<BenchmarkRun> runs;
  for (const Value& entry : list->list_value().values()) {
    const Struct& object = entry.struct_value();
    const Value* repetition = member(object, "repetition_index");
    if (text_of(object, "run_type") == "aggregate") continue;
    if (repetition != nullptr && repetition->number_value() > 0.0) continue;
    runs.push_back(run_of(object, file));
  }
  return runs;
}

}  // namespace neucasl::io
