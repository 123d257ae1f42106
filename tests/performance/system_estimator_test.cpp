#include <gtest/gtest.h>

#include <numeric>

#include "performance/estimator.hpp"
#include "performance/system_schedule.hpp"
#include "tests/architecture/parts.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::ComponentKind;
using architecture::test::changed;
using architecture::test::description;
using architecture::test::matrix;
using architecture::test::parse;
using architecture::test::workload_of;

Architecture isaac(std::size_t chips = 1) {
  Architecture read =
      architecture::load_architecture("isaac_ce", {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(read, chips);
  return read;
}

/// Made once: its network holds all its weights.
const workload::Workload& vgg16() {
  static const workload::Workload workload = workload::from_network(network::vgg16());
  return workload;
}

plugin::Estimate estimate(const Architecture& architecture, const workload::Workload& workload) {
  PerformanceEstimator estimator;
  plugin::PerformanceEstimator& general = estimator;
  plugin::Context context;
  return plugin::system_estimator(general).estimate_inference(architecture, workload, {}, context);
}

double figure_of(const plugin::Estimate& estimate, const std::string& key) {
  for (const results::Figure& figure : estimate.figures) {
    if (figure.key == key) return figure.value;
  }
  throw std::logic_error("no figure " + key);
}

const results::Table& table_of(const plugin::Estimate& estimate, const std::string& name) {
  for (const results::Table& table : estimate.tables) {
    if (table.name == name) return table;
  }
  throw std::logic_error("no table " + name);
}

double sum_of(const plugin::Estimate& estimate, const std::string& table,
              const std::string& column) {
  const auto& values =
      std::get<std::vector<double>>(table_of(estimate, table).column(column).values);
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// The value of the row whose first column is `row`.
double cell_of(const plugin::Estimate& estimate, const std::string& table, const std::string& row,
               const std::string& column) {
  const results::Table& found = table_of(estimate, table);
  const auto& names = std::get<std::vector<std::string>>(found.columns[0].values);
  const auto at = std::find(names.begin(), names.end(), row);
  if (at == names.end()) throw std::logic_error("no row " + row);
  return std::get<std::vector<double>>(
      found.column(column).values)[static_cast<std::size_t>(at - names.begin())];
}

/// A product of 3 positions, depth 6, 5 outputs: 2 x 2 blocks.
workload::Workload one_product() { return workload_of({matrix("a", 1, 3, 6, 5)}); }

workload::Operation follows(const std::string& name, workload::OperationKind kind,
                            std::size_t elements, std::size_t outputs) {
  workload::Operation operation;
  operation.name = name;
  operation.kind = kind;
  operation.inputs = {0};
  operation.input_elements = elements;
  operation.output_elements = outputs;
  return operation;
}

void expect_code(const Architecture& architecture, const workload::Workload& workload,
                 const std::string& code, const std::string& says) {
  try {
    static_cast<void>(estimate(architecture, workload));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, code);
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  }
}

struct Event {
  const char* component;
  double events;
  double energy;  ///< pJ of one event
};

void PrintTo(const Event& event, std::ostream* stream) { *stream << event.component; }

class SystemEvents : public testing::TestWithParam<Event> {};

TEST_P(SystemEvents, FollowTheShapes) {
  const plugin::Estimate e = estimate(parse(description()), one_product());
  const Event& expected = GetParam();
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", expected.component, "events"), expected.events);
  EXPECT_NEAR(cell_of(e, "by_component", expected.component, "energy"),
              expected.events * expected.energy * 1e-12, 1e-24);
}

// Two input cycles; weights take two of eight columns; activations have two bits.
INSTANTIATE_TEST_SUITE_P(
    All, SystemEvents,
    testing::Values(Event{"group/array", 3 * 2 * 2 * 2, 7.0},
                    Event{"group/dac", 3 * 2 * 6 * 2, 0.5},
                    Event{"group/sample_and_hold", 3 * 2 * 2 * 5 * 2, 0.25},
                    Event{"group/adc", 3 * 2 * 2 * 5 * 2, 2.0},
                    Event{"group/shift_and_add", 3 * 2 * 2 * 5 * 2, 0.125},
                    Event{"group/input_register", 72.0 / 8.0, 1.5},
                    Event{"group/output_register", 3 * 2 * 5 * 2 * 8 / 16.0, 2.5},
                    Event{"tile/accumulator", 3 * 5, 0.375},
                    Event{"tile/buffer", (3 * 6 * 2 + 15 * 2) / 16.0, 5.0},
                    Event{"tile/bus", (3 * 6 * 2 + 15 * 2) / 16.0, 0.75},
                    Event{"tile/router", 18 * 2 * 2 / 8.0, 1.25},
                    Event{"tile/activation_unit", 0, 0.625}, Event{"tile/pooling_unit", 0, 0.875},
                    Event{"chip/link", (18 * 2 + 15 * 2) / 32.0, 11.0},
                    Event{"chip/off_chip_memory", (18 * 2 + 15 * 2) / 32.0, 13.0}));

TEST(SystemEstimator, TimesFollowTheSlowestComponent) {
  const plugin::Estimate e = estimate(parse(description()), one_product());
  // Eight columns through one converter of 2 ns, six reads and the first again.
  EXPECT_NEAR(figure_of(e, "latency_s"), 6 * 16e-9 + 16e-9, 1e-18);
  EXPECT_EQ(std::get<std::vector<std::string>>(table_of(e, "by_layer").column("bound").values)[0],
            "group/adc");
  EXPECT_NEAR(cell_of(e, "by_phase", "conversion", "latency"), 96e-9, 1e-18);
  EXPECT_NEAR(cell_of(e, "by_phase", "compute", "latency"), 16e-9, 1e-18);
  // Two chip components, six in each of two tiles, 32 in each of six groups.
  EXPECT_NEAR(figure_of(e, "leakage_W"), (2 + 12 + 192) * 1e-6, 1e-15);
  EXPECT_NEAR(figure_of(e, "area_m2"), (2 + 12 + 192) * 10e-12, 1e-18);
  EXPECT_NEAR(figure_of(e, "energy_J") - figure_of(e, "energy_dynamic_J"), 206e-6 * 112e-9, 1e-20);
  EXPECT_NEAR(figure_of(e, "throughput_ops"), 2 * 3 * 6 * 5 / 112e-9, 1e-3);
  // 12 arrays of 4 x 4 weights, two cycles of 16 ns.
  EXPECT_NEAR(figure_of(e, "peak_ops"), 2 * 12 * 16 / 32e-9, 1e-3);
  EXPECT_NEAR(figure_of(e, "operational_intensity"), 180 / (66 / 8.0), 1e-12);
}

TEST(SystemEstimator, AWideBufferWordMovesTheBound) {
  // 66 bits of one bit each in 40 ns are slower than the arrays.
  const std::string slow =
      changed(description(),
              architecture::test::component("bus", "1", "0.75", "1",
                                            architecture::test::number("width", "16", "1")),
              architecture::test::component("bus", "1", "0.75", "40",
                                            architecture::test::number("width", "1", "1")));
  const plugin::Estimate e = estimate(parse(slow), one_product());
  EXPECT_NEAR(figure_of(e, "latency_s"), 66 * 40e-9 + 16e-9, 1e-18);
  EXPECT_NEAR(cell_of(e, "by_phase", "communication", "latency"), 66 * 40e-9, 1e-18);
}

TEST(SystemEstimator, ActivationAndPoolingHaveTheirUnits) {
  const workload::Workload work = workload_of(
      {matrix("a", 1, 3, 6, 5), follows("r", workload::OperationKind::activation, 15, 15),
       follows("p", workload::OperationKind::pooling, 15, 5)});
  const plugin::Estimate e = estimate(parse(description()), work);
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "tile/activation_unit", "events"), 15.0);
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "tile/pooling_unit", "events"), 15.0);
  // Pooling reads and writes the buffer, activation does not; both results leave the chip.
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "tile/buffer", "events"), (66 + 15 * 2 + 10) / 16.0);
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "chip/link", "events"), (36 + 30 + 10) / 32.0);
}

TEST(SystemEstimator, LayersInAPipelineOverlap) {
  const std::string pipeline =
      changed(description(), "name='pipelining' value='none'", "name='pipelining' value='layers'");
  const workload::Workload work = workload_of({matrix("a", 1, 30, 4, 4), matrix("b", 1, 10, 4, 4)});
  const plugin::Estimate e = estimate(parse(pipeline), work);
  EXPECT_NEAR(figure_of(e, "interval_s"), (30 * 2 + 1) * 16e-9, 1e-18);
  EXPECT_NEAR(figure_of(e, "latency_s"), (30 * 2 + 1 + 10 * 2 + 1) * 16e-9, 1e-18);
  const plugin::Estimate one = estimate(parse(description()), work);
  EXPECT_EQ(figure_of(one, "interval_s"), figure_of(one, "latency_s"));
}

TEST(SystemEstimator, DuplicatesShareThePositions) {
  const std::string text = changed(description(), "weight_duplication' value='none'",
                                   "weight_duplication' value='balanced'");
  const workload::Workload work = workload_of({matrix("a", 1, 36, 4, 4)});
  const plugin::Estimate e = estimate(parse(text), work);
  EXPECT_NEAR(figure_of(e, "latency_s"), (3 * 2 + 1) * 16e-9, 1e-18);
  const plugin::Estimate one = estimate(parse(description()), work);
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "group/adc", "energy"),
                   cell_of(one, "by_component", "group/adc", "energy"));
  EXPECT_EQ(figure_of(e, "arrays_used"), 12.0);
}

TEST(SystemEstimator, WeightsInTurnAreProgrammed) {
  const std::string text =
      changed(description(), "time_multiplexing' value='no'", "time_multiplexing' value='yes'");
  // 10 x 3 arrays on 12: three rounds of 4 rows.
  const plugin::Estimate e = estimate(parse(text), workload_of({matrix("a", 1, 2, 40, 12)}));
  EXPECT_EQ(figure_of(e, "programming_rounds"), 3.0);
  EXPECT_NEAR(cell_of(e, "by_phase", "programming", "energy"), 40 * 12 * 2 * 3e-12, 1e-20);
  EXPECT_NEAR(cell_of(e, "by_phase", "programming", "latency"), 3 * 4 * 50e-9, 1e-18);
  // Weights of 4 bits come from the memory, inputs and outputs of 2 bits beside them.
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "chip/off_chip_memory", "events"),
                   (40 * 12 * 4 + 2 * (40 + 12) * 2) / 32.0);
  for (const char* table : {"by_component", "by_layer"}) {
    EXPECT_NEAR((sum_of(e, table, "energy") + sum_of(e, table, "leakage_energy")) /
                    figure_of(e, "energy_J"),
                1.0, 1e-12);
    EXPECT_NEAR(sum_of(e, table, "area") / figure_of(e, "area_m2"), 1.0, 1e-12);
  }
  EXPECT_NEAR(sum_of(e, "by_phase", "energy") / figure_of(e, "energy_J"), 1.0, 1e-12);
}

TEST(SystemEstimator, WeightsInTurnNeedTheirWritingCosts) {
  std::string text =
      changed(description(), "time_multiplexing' value='no'", "time_multiplexing' value='yes'");
  text = changed(text, architecture::test::number("write_energy", "3", "pJ"), "");
  expect_code(parse(text), workload_of({matrix("a", 1, 2, 40, 12)}), "device.number",
              "write_energy");
}

TEST(SystemEstimator, DataBetweenChipsGoThroughLinks) {
  Architecture two = parse(description());
  architecture::set_chips(two, 2);
  workload::Operation second = matrix("b", 1, 2, 12, 4);
  second.inputs = {0};
  // 12 arrays fill the first chip: 4 row blocks, 3 column blocks.
  const plugin::Estimate e = estimate(two, workload_of({matrix("a", 1, 2, 16, 12), second}));
  // Inputs, what a hands to b, outputs.
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "chip/link", "events"), 2 * (32 + 24 + 8) / 32.0);
  // An addition of both results works where the first is; the other one comes from its chip.
  const std::string more =
      changed(description(), "<array_group",
              architecture::test::component("vector_unit", "1", "4", "1") + "<array_group");
  Architecture adding = parse(more);
  architecture::set_chips(adding, 2);
  workload::Operation sum = follows("sum", workload::OperationKind::elementwise, 16, 8);
  sum.inputs = {1, 0};
  const plugin::Estimate s =
      estimate(adding, workload_of({matrix("a", 1, 2, 16, 12), second, sum}));
  EXPECT_DOUBLE_EQ(cell_of(s, "by_component", "chip/link", "events"),
                   2 * (32 + 24 + 24 + 8) / 32.0);
}

TEST(SystemEstimator, CopiesOnOtherChipsTakeTheirPositions) {
  Architecture three = parse(changed(description(), "weight_duplication' value='none'",
                                     "weight_duplication' value='balanced'"));
  architecture::set_chips(three, 3);
  // 36 copies of one array on 36 arrays: what is not on the first chip takes its share once.
  const plugin::Estimate e = estimate(three, workload_of({matrix("a", 1, 36, 4, 4)}));
  EXPECT_EQ(figure_of(e, "arrays_used"), 36.0);
  EXPECT_DOUBLE_EQ(cell_of(e, "by_component", "chip/link", "events"), 2 * (144 + 144 + 144) / 32.0);
}

TEST(SystemEstimator, WhatNoComponentDoesIsRefused) {
  const workload::Workload softmax = workload_of(
      {matrix("a", 1, 3, 6, 5), follows("s", workload::OperationKind::softmax, 15, 15)});
  expect_code(parse(description()), softmax, "performance.unsupported", "vector_unit");
  workload::Workload dynamic = one_product();
  dynamic.operations[0].product.stationary = false;
  expect_code(parse(description()), dynamic, "performance.unsupported", "two computed matrices");
  const std::string more =
      changed(description(), "<array_group",
              architecture::test::component("vector_unit", "1", "4", "1") + "<array_group");
  EXPECT_DOUBLE_EQ(
      cell_of(estimate(parse(more), softmax), "by_component", "tile/vector_unit", "events"), 15.0);
  EXPECT_DOUBLE_EQ(
      cell_of(estimate(parse(more), dynamic), "by_component", "tile/vector_unit", "events"),
      2.0 * 90.0);
}

TEST(SystemEstimator, MovingDataIsNeverFree) {
  const auto without = [](const std::string& kind) {
    std::string text = description();
    const std::size_t begin = text.find("<component kind='" + kind);
    return text.erase(begin, text.find("</component>", begin) + 12 - begin);
  };
  expect_code(parse(without("buffer")), one_product(), "architecture.hierarchy", "no buffer");
  expect_code(parse(without("accumulator")), one_product(), "performance.unsupported",
              "partial sums");
  Architecture lonely = parse(without("link"));
  EXPECT_GT(figure_of(estimate(lonely, one_product()), "energy_J"), 0.0);
  architecture::set_chips(lonely, 2);
  expect_code(lonely, one_product(), "architecture.hierarchy", "several chips and no link");
}

TEST(SystemEstimator, NoWorkIsRefused) {
  expect_code(parse(description()), {"nothing", 4, {}}, "performance.workload", "no work");
}

TEST(SystemEstimator, OutputStationaryArraysAreRefused) {
  expect_code(parse(changed(description(), "weight-stationary", "output-stationary")),
              one_product(), "performance.unsupported", "output-stationary");
}

TEST(SystemEstimator, OthersAreNoSystemEstimators) {
  class Plain final : public plugin::PerformanceEstimator {
    plugin::Estimate estimate(const ir::Design& /*chip*/, const plugin::ParameterSet& /*set*/,
                              plugin::Context& /*context*/) override {
      return {};
    }
  };
  Plain plain;
  EXPECT_THROW(static_cast<void>(plugin::system_estimator(plain)), base::Error);
}

class SystemTotals : public testing::TestWithParam<std::pair<const char*, std::size_t>> {
 protected:
  static workload::Workload network(const std::string& name) {
    if (name == "lenet5") return workload::from_network(network::lenet5());
    if (name == "vgg8") return workload::from_network(network::vgg8({32, 32, 3}, 10));
    return vgg16();
  }
};

TEST_P(SystemTotals, AreTheSumsOfTheirBreakdowns) {
  const workload::Workload work = network(GetParam().first);
  const plugin::Estimate e = estimate(isaac(GetParam().second), work);
  const double energy = figure_of(e, "energy_J");
  for (const char* table : {"by_component", "by_layer"}) {
    EXPECT_NEAR((sum_of(e, table, "energy") + sum_of(e, table, "leakage_energy")) / energy, 1.0,
                1e-12);
    EXPECT_NEAR(sum_of(e, table, "area") / figure_of(e, "area_m2"), 1.0, 1e-12);
  }
  EXPECT_NEAR(sum_of(e, "by_phase", "energy") / energy, 1.0, 1e-12);
  for (const char* table : {"by_layer", "by_phase"}) {
    EXPECT_NEAR(sum_of(e, table, "latency") / figure_of(e, "latency_s"), 1.0, 1e-12);
  }
  EXPECT_NEAR(sum_of(e, "by_component", "peak_power") / figure_of(e, "peak_power_W"), 1.0, 1e-12);
  EXPECT_NEAR(sum_of(e, "by_layer", "operations") / (2.0 * work.multiply_accumulates()), 1.0,
              1e-12);
  EXPECT_NEAR(sum_of(e, "by_layer", "arrays") / figure_of(e, "arrays_available"), 1.0, 1e-12);
  EXPECT_NEAR(figure_of(e, "tops_per_watt") * energy * 1e12, 2.0 * work.multiply_accumulates(),
              1e-3);
}

TEST_P(SystemTotals, StayBelowThePeaks) {
  const plugin::Estimate e = estimate(isaac(GetParam().second), network(GetParam().first));
  EXPECT_LE(figure_of(e, "throughput_ops"), figure_of(e, "peak_ops"));
  EXPECT_LE(figure_of(e, "average_power_W"), figure_of(e, "peak_power_W"));
  const results::Table& layers = table_of(e, "by_layer");
  const auto& achieved = std::get<std::vector<double>>(layers.column("achieved_ops").values);
  const auto& attainable = std::get<std::vector<double>>(layers.column("attainable_ops").values);
  for (std::size_t k = 0; k < achieved.size(); ++k) EXPECT_LE(achieved[k], attainable[k]) << k;
  EXPECT_GT(figure_of(e, "assumed_share"), 0.0);
  EXPECT_EQ(figure_of(e, "operations_per_multiply_accumulate"), 2.0);
}

/// Each bit passes every kind of buffer, so the slowest bounds.
TEST(Roofline, OfSeveralBuffersIsThatOfTheSlowest) {
  const std::string local =
      changed(architecture::test::component("buffer", "1", "5", "8",
                                            architecture::test::number("width", "16", "1") +
                                                architecture::test::number("capacity", "64", "1")),
              "name='buffer'", "name='local'");
  const Architecture read = parse(changed(description(), "<array_group", local + "<array_group"));
  const plugin::Estimate e = estimate(read, workload_of({matrix("a", 1, 3, 4, 2)}));
  // 48 operations over 36 bits, and two tiles' 2 bytes in 8 ns.
  EXPECT_NEAR(cell_of(e, "by_layer", "a", "attainable_ops"), 48 / 4.5 * (2 * 2 / 8e-9), 1.0);
}

INSTANTIATE_TEST_SUITE_P(Isaac, SystemTotals,
                         testing::Values(std::pair{"lenet5", 1}, std::pair{"vgg8", 1},
                                         std::pair{"vgg16", 5}));

TEST(Isaac, ComponentsAddUpToThePublishedTileAndChip) {
  const plugin::Estimate e = estimate(isaac(), workload::from_network(network::lenet5()));
  const std::pair<const char*, double> rows[] = {
      {"tile power (mW)", 330.0}, {"tile area (mm^2)", 0.372},      {"chip power (mW)", 65800.0},
      {"chip area (mm^2)", 85.4}, {"peak throughput (TOPS)", 41.3}, {"peak TOPS/mm^2", 0.479},
      {"peak TOPS/W", 0.63}};
  for (const auto& [row, published] : rows) {
    EXPECT_DOUBLE_EQ(cell_of(e, "published", row, "published"), published) << row;
    EXPECT_NEAR(cell_of(e, "published", row, "estimated") / published, 1.0, 0.02) << row;
    EXPECT_NEAR(cell_of(e, "published", row, "difference"),
                cell_of(e, "published", row, "estimated") / published - 1.0, 1e-12);
  }
}

/// From the simulator's numbers: the totals of its paper within 5 %, its abstract within 16 %.
TEST(Puma, ComponentsComeNearTheTotals) {
  const Architecture puma =
      architecture::load_architecture("puma", {NEUCASL_SOURCE_FOLDER "/devices"});
  const plugin::Estimate e = estimate(puma, workload::from_network(network::lenet5()));
  EXPECT_NEAR(cell_of(e, "published", "tile power (mW)", "estimated") / 373.8, 1.0, 0.05);
  EXPECT_NEAR(cell_of(e, "published", "chip power (mW)", "estimated") / 62500, 1.0, 0.05);
  EXPECT_NEAR(cell_of(e, "published", "tile area (mm^2)", "estimated") / 0.479, 1.0, 0.05);
  EXPECT_NEAR(cell_of(e, "published", "chip area (mm^2)", "estimated") / 90.638, 1.0, 0.05);
  EXPECT_NEAR(cell_of(e, "published", "peak TOPS/mm^2", "estimated") / 0.577, 1.0, 0.16);
  // One for four tiles, the last of 138 for two.
  EXPECT_EQ(cell_of(e, "by_component", "tile/router", "copies"), 35.0);
  // Its vector units add partial sums and pool.
  EXPECT_GT(cell_of(e, "by_component", "tile/vector_unit", "events"), 0.0);
}

TEST(Isaac, AnInferenceTakesSixteenReadsAPosition) {
  // One copy of a layer of 16 outputs: 100 ns a read, of which there are 16.
  workload::Workload work = workload_of({matrix("a", 1, 1, 128, 16)});
  const plugin::Estimate e = estimate(isaac(), work);
  EXPECT_NEAR(figure_of(e, "latency_s"), 17 * 100e-9, 1e-15);
  EXPECT_EQ(cell_of(e, "by_layer", "a", "cell_utilisation"), 1.0);
}

TEST(Isaac, Vgg16NeedsMoreChips) {
  const workload::Workload& work = vgg16();
  expect_code(isaac(4), work, "architecture.capacity", "5 chips");
  EXPECT_GT(figure_of(estimate(isaac(5), work), "throughput_per_s"), 1.0);
}

}  // namespace
}  // namespace neucasl::performance_plugin
