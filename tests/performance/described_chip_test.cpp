#include "neucasl/ir/verifier.hpp"
#include "neucasl/mapping/planned_chip.hpp"
#include "tests/mapping/parts.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using requests::cell;
using requests::figure;

/// A chip that the front end builds from a bundled description, and both estimates of it.
class DescribedChip : public testing::Test {
 protected:
  static inline const std::filesystem::path folder_ = NEUCASL_SOURCE_FOLDER "/devices";

  void build(const std::string& id, const precision::PrecisionMap& precision) {
    device::UseList uses;
    chip_ = architecture::load_architecture(id, {folder_});
    const mapping::Architecture choices = mapping::read_architecture(chip_, uses);
    const std::vector<float> images = mapping::test::images(lenet_, 1);
    const device::Card periphery =
        choices.periphery.empty() ? device::Card{} : cards_.load(choices.periphery);
    context_.diagnostics = &sink_;
    context_.devices = &cards_;
    netlist_ = memristor_plugin::MemristorFrontEnd()
                   .build_chip({lenet_, precision, choices, cards_.load(choices.device), periphery,
                                images, 1},
                               context_)
                   .design;
    base::DiagnosticSink sink;
    EXPECT_TRUE(ir::verify(netlist_, sink)) << id;
    built_ = PerformanceEstimator().estimate(netlist_, {}, context_);
    const workload::Workload work = workload::from_network(lenet_);
    plugin::SystemRequest request{.architecture = chip_, .workload = work};
    request.precision = &precision;
    described_ = requests::run(request);
  }

  void expect_same_events(const char* of_netlist, const std::string& of_chip) {
    EXPECT_EQ(cell(built_, "cost_by_component", of_netlist, "operations_per_inference"),
              cell(described_, "by_component", of_chip, "events"))
        << chip_.id << ' ' << of_chip;
  }
  void expect_same_energy(const char* of_netlist, const std::string& of_chip) {
    const double netlist = cell(built_, "cost_by_component", of_netlist, "energy");
    EXPECT_NEAR(netlist / cell(described_, "by_component", of_chip, "energy"), 1.0, 1e-12)
        << chip_.id << ' ' << of_chip;
  }

  /// Bits of LeNet-5's layers that differ from layer to layer.
  [[nodiscard]] precision::PrecisionMap mixed() const {
    precision::PrecisionMap map = precision::uniform(lenet_, 8, 8);
    const int weights[] = {8, 3, 4, 6, 7};
    const int inputs[] = {8, 4, 5, 8, 6};
    for (std::size_t k = 0; k < map.layers.size(); ++k) {
      map.layers[k].weight_bits = weights[k];
      map.layers[k].activation_bits = inputs[k];
    }
    return map;
  }

  static network::Network lenet() {
    network::Network result = network::lenet5();
    std::uint64_t seed = 90;
    for (const network::LayerId id : result.matrix_layers()) {
      network::reference::randomise(result.layers[id].weight, ++seed, 0.1);
    }
    return result;
  }

  network::Network lenet_ = lenet();
  device::Library cards_{{folder_}};
  base::DiagnosticSink sink_;
  plugin::Context context_;
  Architecture chip_;
  ir::Design netlist_;
  plugin::Estimate built_, described_;
};

TEST_F(DescribedChip, IsaacCountsAsItsDescription) {
  for (const bool uniform : {true, false}) {
    build("isaac_ce", uniform ? precision::uniform(lenet_, 16, 16) : mixed());
    expect_same_events("array", "in_situ_unit/array");
    expect_same_events("row_driver", "in_situ_unit/dac");
    expect_same_events("sample_and_hold", "in_situ_unit/sample_and_hold");
    expect_same_events("adc", "in_situ_unit/adc");
    expect_same_events("shift_add", "in_situ_unit/shift_and_add");
    expect_same_events("input_register", "in_situ_unit/input_register");
    expect_same_events("output_register", "in_situ_unit/output_register");
    expect_same_events("accumulator", "tile/shift_and_add");
    expect_same_energy("adc", "in_situ_unit/adc");
    expect_same_energy("row_driver", "in_situ_unit/dac");
    expect_same_energy("output_register", "in_situ_unit/output_register");
  }
}

TEST_F(DescribedChip, PumaCountsAsItsDescription) {
  for (const bool uniform : {true, false}) {
    build("puma", uniform ? precision::uniform(lenet_, 16, 16) : mixed());
    expect_same_events("array", "matrix_unit/array");
    expect_same_events("row_driver", "matrix_unit/dac");
    expect_same_events("sample_and_hold", "matrix_unit/sample_and_hold");
    expect_same_events("adc", "matrix_unit/adc");
    expect_same_events("shift_add", "matrix_unit/shift_and_add");
    expect_same_events("input_register", "matrix_unit/input_register");
    expect_same_events("output_register", "matrix_unit/output_register");
    expect_same_energy("adc", "matrix_unit/adc");
  }
}

TEST_F(DescribedChip, PipeLayerConvertsBothColumnsOfAPair) {
  for (const bool uniform : {true, false}) {
    build("pipelayer_like", uniform ? precision::uniform(lenet_, 16, 16) : mixed());
    expect_same_events("array", "group/array");
    expect_same_events("row_driver", "group/spike_driver");
    expect_same_events("adc", "group/integrate_and_fire");
    expect_same_events("accumulator", "tile/adder");
    expect_same_energy("adc", "group/integrate_and_fire");
  }
}

TEST_F(DescribedChip, APrecisionMapSizesTheArrays) {
  build("isaac_ce", precision::uniform(lenet_, 16, 16));
  const double wide = figure(built_, "arrays");
  build("isaac_ce", mixed());
  EXPECT_LT(figure(built_, "arrays"), wide);
  // 128 / ceil(3 / 2) = 64 outputs of 16 fit beside each other, and 150 rows take two arrays.
  for (const mapping::LayerView& layer : mapping::read_chip(netlist_).layers) {
    if (layer.name != "conv2") continue;
    EXPECT_TRUE(layer.offset);
    EXPECT_EQ(layer.slices, 2);
    EXPECT_EQ(layer.tiles.size(), 2U);
    EXPECT_EQ(layer.tiles[0].columns, 32U);
  }
}

TEST_F(DescribedChip, SharedPartsAreDividedAmongTheArrays) {
  build("isaac_ce", precision::uniform(lenet_, 16, 16));
  const double arrays = figure(built_, "arrays");
  // One register for 8 arrays, one eDRAM for 96.
  EXPECT_NEAR(cell(built_, "cost_by_component", "input_register", "copies"), arrays / 8.0, 1e-9);
  EXPECT_NEAR(cell(built_, "cost_by_component", "buffer", "copies"), arrays / 96.0, 1e-9);
  EXPECT_NEAR(cell(built_, "cost_by_component", "shift_add", "copies"), arrays / 2.0, 1e-9);
}

TEST_F(DescribedChip, AnUnknownDescriptionIsNamed) {
  build("isaac_ce", mixed());
  for (ir::Module& module : netlist_.modules) {
    for (ir::Attribute& one : module.attributes) {
      if (one.name == "description") one.value = "isaac_cf";
    }
  }
  try {
    static_cast<void>(PerformanceEstimator().estimate(netlist_, {}, context_));
    ADD_FAILURE() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.unknown");
  }
}

TEST_F(DescribedChip, TheNetlistComputesWhatItsPlansDo) {
  for (const char* id : {"isaac_ce", "pipelayer_like"}) {
    build(id, mixed());
    const mapping::ChipView view = mapping::read_chip(netlist_);
    EXPECT_EQ(view.layers.front().offset, std::string(id) == "isaac_ce");
    EXPECT_FALSE(view.layers.front().analog_subtraction);
    const auto from_netlist =
        mapping::analog_backend(lenet_, view, mapping::ideal_matrices(netlist_, view));
    device::UseList uses;
    const mapping::Architecture choices = mapping::read_architecture(chip_, uses);
    const mapping::CellLevels levels = mapping::read_cell_levels(cards_.load(choices.device), uses);
    const auto plans = mapping::plan_layers(lenet_, mixed(), choices);
    const std::vector<float> images = mapping::test::images(lenet_, 1);
    const auto calibration = mapping::calibrate(
        lenet_, plans, choices, images, 1, mapping::lowest_level(levels, choices.bits_per_cell));
    const auto from_plans =
        mapping::planned_analog_backend(lenet_, plans, calibration, choices, levels);
    EXPECT_EQ(network::run(lenet_, images, 1, {}, from_netlist.get()),
              network::run(lenet_, images, 1, {}, from_plans.get()))
        << id;
  }
}

}  // namespace
}  // namespace neucasl::performance_plugin
