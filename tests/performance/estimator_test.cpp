#include "performance/estimator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "neucasl/base/file.hpp"
#include "tests/cli/program.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::performance_plugin {
namespace {

const char* const components[] = {"row_driver",      "sample_and_hold", "adc",
                                  "shift_add",       "accumulator",     "input_register",
                                  "output_register", "activation_unit", "buffer"};

/// Component k has power (k + 1) mW, time 2 ns, leakage 3 uW and area 5 um^2.
std::string periphery_card() {
  namespace mt = mapping::test;
  // Converters of the test architecture have 8 bits, twice those of the card.
  std::string body = mt::number("feature_size", "10", "nm") + mt::number("adc_bits", "4", "1");
  int k = 0;
  for (const std::string component : components) {
    body += mt::number(component + "_power", std::to_string(++k), "mW") +
            mt::number(component + "_time", "2", "ns") +
            mt::number(component + "_leakage", "3", "uW") +
            mt::number(component + "_area", "5", "um^2");
  }
  return "<card id='periphery' family='periphery' title='t'><citation key='s'>c</citation>" + body +
         "</card>";
}

std::string cell_card() {
  namespace mt = mapping::test;
  return "<card id='cell' family='memristor' title='t'><citation key='s'>c</citation>" +
         mt::number("conductance_min", "9.5367431640625e-07", "S") +
         mt::number("conductance_max", "3.814697265625e-06", "S") +
         mt::number("read_voltage", "0.99609375", "V") + mt::number("cell_footprint", "40", "1") +
         "</card>";
}

class PerformanceTest : public testing::Test {
 protected:
  PerformanceTest()
      : network_(mapping::test::network()),
        chip_(mapping::test::build_chip(network_, precision::uniform(network_, 4, 8),
                                        mapping::test::architecture(16, 32))),
        view_(mapping::read_chip(chip_)) {
    test::write(folder_ / "periphery.xml", periphery_card());
    test::write(folder_ / "cell.xml", cell_card());
    library_.emplace(std::vector<std::filesystem::path>{folder_ / ""});
    context_.diagnostics = &sink_;
    context_.devices = &*library_;
  }

  plugin::Estimate estimate() { return PerformanceEstimator().estimate(chip_, {}, context_); }

  static double figure(const plugin::Estimate& estimate, const std::string& key) {
    for (const results::Figure& f : estimate.figures) {
      if (f.key == key) return f.value;
    }
    ADD_FAILURE() << "no figure " << key;
    return 0.0;
  }

  static std::vector<double> column(const plugin::Estimate& estimate, const std::string& table,
                                    const std::string& name) {
    for (const results::Table& t : estimate.tables) {
      if (t.name == table) return std::get<std::vector<double>>(t.column(name).values);
    }
    ADD_FAILURE() << "no table " << table;
    return {};
  }

  static double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  }

  static double of(const plugin::Estimate& estimate, const std::string& component,
                   const std::string& name) {
    for (const results::Table& t : estimate.tables) {
      if (t.name != "cost_by_component") continue;
      const auto& names = std::get<std::vector<std::string>>(t.column("component").values);
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == component) return std::get<std::vector<double>>(t.column(name).values)[i];
      }
    }
    ADD_FAILURE() << "no component " << component;
    return 0.0;
  }

  test::ScratchFolder folder_;
  network::Network network_;
  ir::Design chip_;
  mapping::ChipView view_;
  std::optional<device::Library> library_;
  base::DiagnosticSink sink_;
  plugin::Context context_;
};

TEST_F(PerformanceTest, BreakdownsAddUpToTheTotals) {
  const plugin::Estimate e = estimate();
  const double energy = figure(e, "energy_per_inference_J");
  const double area = figure(e, "area_m2");
  for (const char* table : {"cost_by_component", "cost_by_layer"}) {
    EXPECT_NEAR(
        (sum(column(e, table, "energy")) + sum(column(e, table, "leakage_energy"))) / energy, 1.0,
        1e-12);
    EXPECT_NEAR(sum(column(e, table, "area")) / area, 1.0, 1e-12);
  }
  EXPECT_NEAR(sum(column(e, "cost_by_layer", "latency")) / figure(e, "latency_s"), 1.0, 1e-12);
}

TEST_F(PerformanceTest, ConvertersFollowTheSchedule) {
  const plugin::Estimate e = estimate();
  double conversions = 0.0;
  double converters = 0.0;
  for (const mapping::LayerView& layer : view_.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      const double pairs = static_cast<double>(tile.columns) / 2.0;
      conversions += pairs * static_cast<double>(layer.positions) * layer.input_cycles;
      converters += std::ceil(pairs / 4.0);
    }
  }
  EXPECT_EQ(of(e, "adc", "operations_per_inference"), conversions);
  EXPECT_EQ(of(e, "adc", "copies"), converters);
  EXPECT_NEAR(of(e, "adc", "energy"), conversions * (2 * 3e-3) * (2 * 2e-9), 1e-15 * conversions);
  EXPECT_NEAR(of(e, "adc", "area"), converters * 5e-12, 1e-18);
  EXPECT_NEAR(of(e, "adc", "leakage_energy"), converters * 2 * 3e-6 * figure(e, "latency_s"),
              1e-18);
}

TEST_F(PerformanceTest, CellsDissipateVoltageSquaredTimesConductance) {
  const plugin::Estimate e = estimate();
  double energy = 0.0;
  for (const mapping::LayerView& layer : view_.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      const auto& g = mapping::conductances(chip_, tile);
      for (std::size_t k = 0; k < g.size(); ++k) {
        energy += static_cast<double>(layer.positions) * 0.99609375 * 0.99609375 * g[k] *
                  tile.row_activity[k / tile.columns] * 255e-9;
      }
    }
  }
  EXPECT_NEAR(of(e, "array", "energy") / energy, 1.0, 1e-12);
  const double cells = static_cast<double>(view_.arrays()) * 16 * 32;
  EXPECT_NEAR(of(e, "array", "area") / (cells * 40 * 1e-16), 1.0, 1e-12);
}

TEST_F(PerformanceTest, ReadingOverlapsWithConverting) {
  const plugin::Estimate e = estimate();
  const auto latency = column(e, "cost_by_layer", "latency");
  // A read takes 255 ns, four pairs convert in 16 ns, the five digital steps in 2 ns each.
  for (std::size_t l = 0; l < view_.layers.size(); ++l) {
    const auto positions = static_cast<double>(view_.layers[l].positions);
    EXPECT_NEAR(latency[l], (positions - 1.0) * 255e-9 + 255e-9 + 16e-9 + 10e-9, 1e-15);
  }
}

TEST_F(PerformanceTest, DriversAreActiveForTheLongestPulse) {
  const plugin::Estimate e = estimate();
  EXPECT_NEAR(of(e, "row_driver", "energy"),
              of(e, "row_driver", "operations_per_inference") * 1e-3 * 255e-9, 1e-15);
}

TEST_F(PerformanceTest, EveryNumberUsedIsNamed) {
  const plugin::Estimate e = estimate();
  // Nine components of four numbers, the bits of the converter, and
  // five of the devices, but the drivers' own time, which the
  // pulse replaces.
  EXPECT_EQ(e.uses.uses().size(), 9 * 4 + 5 + 1 - 1);
  EXPECT_EQ(figure(e, "assumed_share"), 1.0);
}

TEST_F(PerformanceTest, AMissingNumberIsNamed) {
  std::string text = periphery_card();
  text.replace(text.find("adc_area"), 8, "acd_area");
  test::write(folder_ / "periphery.xml", text);
  try {
    static_cast<void>(estimate());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "device.number");
    EXPECT_NE(error.diagnostic().remedy.find("acd_area"), std::string::npos);
  }
}

TEST_F(PerformanceTest, ADesignThatIsNoChipIsRefused) {
  chip_.top = view_.layers[0].module;
  try {
    static_cast<void>(estimate());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "mapping.chip");
  }
}

/// Sixteen codes need pulses of 15 steps, whatever the drivers could do.
TEST_F(PerformanceTest, NarrowInputsTakeShortPulses) {
  const double wide = of(estimate(), "array", "energy");
  precision::PrecisionMap map = precision::uniform(network_, 4, 4);
  chip_ = mapping::test::build_chip(network_, map, mapping::test::architecture(16, 32));
  view_ = mapping::read_chip(chip_);
  const plugin::Estimate e = estimate();
  EXPECT_NEAR(of(e, "array", "energy") / wide, 15.0 / 255.0, 0.1 * 15.0 / 255.0);
  EXPECT_NEAR(of(e, "row_driver", "energy"),
              of(e, "row_driver", "operations_per_inference") * 1e-3 * 15e-9, 1e-15);
}

/// The same codes driven in two cycles of four bits: each digit counts for itself.
TEST_F(PerformanceTest, EachInputCycleCountsItsOwnDigit) {
  mapping::Architecture architecture = mapping::test::architecture(16, 32);
  architecture.dac_bits = 4;
  chip_ = mapping::test::build_chip(network_, precision::uniform(network_, 4, 8), architecture);
  view_ = mapping::read_chip(chip_);
  for (const mapping::LayerView& layer : view_.layers) {
    EXPECT_EQ(layer.input_cycles, 2);
    for (const mapping::TileView& tile : layer.tiles) {
      for (const double activity : tile.row_activity) {
        EXPECT_GE(activity, 0.0);
        EXPECT_LE(activity, 1.0);
      }
    }
  }
  // Inputs uniform in [0, 1): both digits are 7.5 of 15 on average.
  double sum = 0.0;
  double rows = 0.0;
  for (const double a : view_.layers[0].tiles[0].row_activity) {
    sum += a;
    rows += 1.0;
  }
  EXPECT_GT(sum / rows, 0.3);
}

}  // namespace
}  // namespace neucasl::performance_plugin
