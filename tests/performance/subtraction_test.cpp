#include "tests/mapping/parts.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::test::changed;
using architecture::test::component;
using architecture::test::description;
using architecture::test::matrix;
using architecture::test::number;
using architecture::test::parse;
using architecture::test::workload_of;
using requests::cell;
using requests::figure;

/// Pairs of columns, and converters slow enough to set the time of a read.
std::string pairs(const std::string& subtraction) {
  const std::string bits = number("bits", "6", "1");
  const std::string slow = changed(description(), component("adc", "2", "2", "2", bits),
                                   component("adc", "2", "2", "4", bits));
  return changed(slow, "value='offset'/>\n", "value='differential'/>\n" + subtraction);
}

TEST(AnalogSubtraction, ConvertsAPairOnce) {
  const workload::Workload work = workload_of({matrix("a", 1, 3, 4, 2)});
  const auto run = [&](const std::string& subtraction) {
    const Architecture read = parse(pairs(subtraction));
    return requests::run({.architecture = read, .workload = work});
  };
  const plugin::Estimate digital = run("");
  const plugin::Estimate analog = run("<choice name='subtraction' value='analog'/>\n");
  // 3 positions, 2 cycles, 2 outputs of 4 cells.
  EXPECT_EQ(cell(digital, "by_component", "group/adc", "events"), 48.0);
  EXPECT_EQ(cell(analog, "by_component", "group/adc", "events"), 24.0);
  EXPECT_EQ(cell(analog, "by_component", "group/shift_and_add", "events"), 24.0);
  EXPECT_EQ(cell(analog, "by_component", "group/sample_and_hold", "events"), 48.0);
  EXPECT_EQ(cell(analog, "by_component", "group/array", "events"), 6.0);
  // Reads of 8 or 4 conversions of 4 ns, and the first one.
  EXPECT_NEAR(figure(digital, "latency_s"), (6 + 1) * 32e-9, 1e-18);
  EXPECT_NEAR(figure(analog, "latency_s"), (6 + 1) * 16e-9, 1e-18);
  EXPECT_NEAR(figure(analog, "peak_ops"), 2.0 * figure(digital, "peak_ops"), 1.0);
  const plugin::Estimate stated = run("<choice name='subtraction' value='digital'/>\n");
  EXPECT_EQ(figure(stated, "energy_J"), figure(digital, "energy_J"));
}

TEST(AnalogSubtraction, NeedsPairsOfColumns) {
  const std::string text = changed(description(), "value='offset'/>\n",
                                   "value='offset'/>\n<choice name='subtraction' "
                                   "value='analog'/>\n");
  try {
    static_cast<void>(parse(text));
    ADD_FAILURE() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.choice");
    EXPECT_NE(error.diagnostic().remedy.find("differential"), std::string::npos);
    EXPECT_GT(error.diagnostic().where.line, 0U);
  }
}

/// The chip that the front end builds and the description that it is made from count the same.
TEST(AnalogSubtraction, TheNetlistAndTheDescriptionAgree) {
  const std::filesystem::path folder = NEUCASL_SOURCE_FOLDER "/devices";
  const device::Library cards({folder});
  const Architecture chip = architecture::load_architecture("hfox_differential", {folder});
  network::Network lenet = network::lenet5();
  std::uint64_t seed = 90;
  for (const network::LayerId id : lenet.matrix_layers()) {
    network::reference::randomise(lenet.layers[id].weight, ++seed, 0.1);
  }
  device::UseList uses;
  const mapping::Architecture choices = mapping::read_architecture(chip, uses);
  const std::vector<float> images = mapping::test::images(lenet, 1);
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  context.devices = &cards;
  const ir::Design netlist =
      memristor_plugin::MemristorFrontEnd()
          .build_chip({lenet, precision::uniform(lenet, 8, 8), choices, cards.load(choices.device),
                       cards.load(choices.periphery), images, 1},
                      context)
          .design;
  const plugin::Estimate built = PerformanceEstimator().estimate(netlist, {}, context);
  const workload::Workload work = workload::from_network(lenet);
  const plugin::Estimate described = requests::run({.architecture = chip, .workload = work});
  const auto expect_events = [&](const char* of_netlist, const char* of_chip, double events) {
    EXPECT_EQ(cell(built, "cost_by_component", of_netlist, "operations_per_inference"), events);
    EXPECT_EQ(cell(described, "by_component", of_chip, "events"), events);
  };
  expect_events("array", "group/array", 1023.0);
  expect_events("row_driver", "group/row_driver", 38604.0);
  expect_events("adc", "group/adc", 33912.0);
  expect_events("shift_add", "group/shift_and_add", 33912.0);
}

}  // namespace
}  // namespace neucasl::performance_plugin
