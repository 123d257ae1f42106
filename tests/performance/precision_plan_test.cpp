#include "performance/precision_plan.hpp"

#include "neucasl/precision/precision_map.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::test::description;
using architecture::test::matrix;
using architecture::test::parse;
using architecture::test::workload_of;
using requests::cell;

/// a, a pooling, b, and the output.
workload::Workload chain() {
  workload::Operation pool;
  pool.name = "pool";
  pool.kind = workload::OperationKind::pooling;
  pool.inputs = {0};
  pool.input_elements = 15;
  pool.output_elements = 4;
  workload::Operation second = matrix("b", 1, 1, 4, 3);
  second.inputs = {1};
  return workload_of({matrix("a", 1, 3, 6, 5), pool, second});
}

precision::PrecisionMap map_of(std::vector<precision::LayerPrecision> layers) {
  precision::PrecisionMap map;
  map.network = "net";
  map.method = "uniform";
  map.layers = std::move(layers);
  return map;
}

TEST(PrecisionPlan, ValuesAreWrittenForTheirReader) {
  const Architecture read = parse(description());
  const precision::PrecisionMap map = map_of({{"a", 3, 5}, {"b", 7, 6}});
  const auto bits = operation_bits(read, chain(), &map);
  EXPECT_EQ(bits[0].weight, 3);
  EXPECT_EQ(bits[0].input, 5);
  EXPECT_EQ(bits[0].output, 6);
  EXPECT_EQ(bits[1].input, 6);
  EXPECT_EQ(bits[1].output, 6);
  EXPECT_EQ(bits[2].weight, 7);
  EXPECT_EQ(bits[2].output, 2);  // Of the architecture.
}

TEST(PrecisionPlan, SizesCellsAndConversions) {
  const Architecture read = parse(description());
  const workload::Workload work = chain();
  const precision::PrecisionMap map = map_of({{"a", 2, 4}, {"b", 8, 2}});
  const plugin::Estimate e =
      requests::run({.architecture = read, .workload = work, .precision = &map});
  // a: one cell, 4 cycles, 2 row blocks; b: four cells, 2 cycles, 1 row block.
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "group/adc", "events"),
                   3 * 4 * 2 * 5 * 1 + 1 * 2 * 1 * 3 * 4);
  EXPECT_DOUBLE_EQ(cell(e, "by_layer", "a", "arrays"), 2.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_layer", "b", "arrays"), 2.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "chip/link", "events"), (18 * 4 + 3 * 2) / 32.0);
}

TEST(PrecisionPlan, FallbackGivesTheBitsOfTheArchitecture) {
  const Architecture read = parse(description());
  const workload::Workload work = chain();
  precision::PrecisionMap map = map_of({});
  map.fallback = precision::LayerPrecision{"", 4, 2};
  const plugin::Estimate with =
      requests::run({.architecture = read, .workload = work, .precision = &map});
  const plugin::Estimate without = requests::run({.architecture = read, .workload = work});
  EXPECT_EQ(requests::figure(with, "energy_J"), requests::figure(without, "energy_J"));
  EXPECT_EQ(requests::figure(with, "latency_s"), requests::figure(without, "latency_s"));
}

struct MapFault {
  const char* name;
  std::vector<precision::LayerPrecision> layers;
  const char* network;
  const char* code;
  const char* says;
};

void PrintTo(const MapFault& fault, std::ostream* stream) { *stream << fault.name; }

class FaultyMap : public testing::TestWithParam<MapFault> {};

TEST_P(FaultyMap, IsRefused) {
  const Architecture read = parse(description());
  const workload::Workload work = chain();
  precision::PrecisionMap map = map_of(GetParam().layers);
  map.network = GetParam().network;
  const base::Diagnostic found =
      requests::refusal({.architecture = read, .workload = work, .precision = &map});
  EXPECT_EQ(found.code, GetParam().code);
  EXPECT_NE(to_string(found).find(GetParam().says), std::string::npos) << to_string(found);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultyMap,
    testing::Values(
        MapFault{"network", {{"a", 4, 4}, {"b", 4, 4}}, "nut", "precision.network", "'nut'"},
        MapFault{"missing", {{"a", 4, 4}}, "net", "precision.layer", "'b'"},
        MapFault{
            "unknown", {{"a", 4, 4}, {"b", 4, 4}, {"c", 4, 4}}, "net", "precision.layer", "'c'"},
        MapFault{"pooling", {{"a", 4, 4}, {"pool", 4, 4}}, "net", "precision.layer", "'pool'"},
        MapFault{"twice", {{"a", 4, 4}, {"a", 4, 4}}, "net", "precision.layer", "twice"},
        MapFault{"one_bit", {{"a", 1, 4}, {"b", 4, 4}}, "net", "precision.bits", "1 bits"},
        MapFault{"many_bits", {{"a", 4, 4}, {"b", 4, 17}}, "net", "precision.bits", "17 bits"}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace neucasl::performance_plugin
