#include <cmath>

#include "bank_bench.hpp"
#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/flow/flow.hpp"
#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/workload/topologies.hpp"

// LiteCON's circuit, the functional model of its accuracy and its estimate rest on one set of
// assumptions: examples/litecon and devices/architecture/litecon.architecture.xml.

namespace neucasl::photonic {
namespace {

namespace dim = base::dimension;
using architecture::Component;
using architecture::ComponentKind;

const std::filesystem::path example =
    std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "examples" / "litecon";

/// What says nothing about the unit itself.
bool about_the_comparison(const std::string& name) {
  return name == "kernel" || name == "patch" || name == "weight_vectors" ||
         name == "input_vectors" || name == "activation_diode" || name == "receiver_power" ||
         name == "receiver_time";
}

class Litecon : public CircuitBench {
 protected:
  Litecon()
      : manifest_(host_.find("photonic", plugin::PluginKind::front_end)),
        architecture_(
            architecture::load_architecture("litecon", {NEUCASL_SOURCE_FOLDER "/devices"})),
        estimator_(host_.make_performance_estimator(
            host_.find("performance", plugin::PluginKind::performance_estimator))),
        estimate_(plugin::system_estimator(*estimator_)
                      .estimate_inference(architecture_, workload::named("lenet5"), {}, context_)) {
  }

  static flow::StageSpec stage(const char* file, const std::string& kind) {
    const flow::Flow flow = flow::read_flow(example / file);
    for (const flow::StageSpec& one : flow.stages) {
      if (one.kind == kind) return one;
    }
    throw base::Error("test", "no stage of kind " + kind);
  }

  [[nodiscard]] const std::vector<plugin::ParameterSpec>& schema() const {
    return manifest_.circuit("convolution_unit").parameters;
  }

  /// What the stage says about the unit.
  plugin::ParameterSet unit_of(const flow::StageSpec& stage) {
    std::vector<plugin::ParameterSet::Given> given;
    for (const plugin::ParameterSet::Given& one : stage.parameters) {
      for (const plugin::ParameterSpec& spec : schema()) {
        if (spec.name == one.name && !about_the_comparison(one.name)) given.push_back(one);
      }
    }
    return {schema(), given, "convolution_unit", stage.where};
  }

  GivenTexts texts_of(const flow::StageSpec& stage) {
    GivenTexts texts;
    for (const plugin::ParameterSet::Given& one : stage.parameters) {
      for (const plugin::ParameterSpec& spec : schema()) {
        if (spec.name != one.name) continue;
        const bool is_file = spec.type == plugin::ParameterType::file;
        texts.emplace_back(one.name, is_file ? (example / one.text).string() : one.text);
      }
    }
    return texts;
  }

  double of(ComponentKind kind, const char* name, const base::Dimension& dimension = dim::none,
            bool weights = false) {
    return architecture::find_component(architecture_, kind, weights)
        ->numbers.si(name, dimension, uses_);
  }
  double of_core(const char* name, const base::Dimension& dimension = dim::none) {
    return architecture_.core().numbers.si(name, dimension, uses_);
  }
  double of_card(const std::string& card, const char* name, const base::Dimension& dimension) {
    return cards_.load(card).si(name, dimension, uses_);
  }
  [[nodiscard]] double estimated(const std::string& key) const {
    for (const results::Figure& one : estimate_.figures) {
      if (one.key == key) return one.value;
    }
    throw base::Error("test", "no figure " + key);
  }

  plugin::Manifest manifest_;
  architecture::Architecture architecture_;
  std::unique_ptr<plugin::PerformanceEstimator> estimator_;
  plugin::Estimate estimate_;
  device::UseList uses_;
};

TEST_F(Litecon, CircuitAccuracyAndTrainingAreOfOneUnit) {
  const std::string unit = unit_of(stage("flow.xml", "circuit")).canonical();
  EXPECT_EQ(unit_of(stage("flow.xml", "photonic-accuracy")).canonical(), unit);
  EXPECT_EQ(unit_of(stage("train.xml", "photonic-training")).canonical(), unit);
}

TEST_F(Litecon, TheUnitHasTheChannelsAndDisksOfTheDescription) {
  const plugin::ParameterSet unit = unit_of(stage("flow.xml", "circuit"));
  const double channels = of_core("channels");
  EXPECT_EQ(static_cast<double>(unit.integer("channels")), channels);
  EXPECT_EQ(of(ComponentKind::laser, "wavelengths"), channels);
  EXPECT_DOUBLE_EQ(of_core("wavelength", dim::length), unit.si("wavelength"));
  ASSERT_EQ(unit.si("spacing"), 0.0);  // the free spectral range over the channels
  const std::string& disk = unit.text("weight_disk");
  const double range = of_card(disk, "free_spectral_range", dim::length);
  EXPECT_DOUBLE_EQ(of_core("free_spectral_range", dim::length), range);
  EXPECT_DOUBLE_EQ(of_core("channel_spacing", dim::length), range / channels);
  EXPECT_EQ(of(ComponentKind::weight_bank, "quality"),
            of_card(disk, "published_quality", dim::none));
  EXPECT_EQ(of(ComponentKind::weight_bank, "loss_db"),
            of_card(disk, "published_drop_loss_db", dim::none));
}

/// A programming error of the memory moves a resonance as an error of its tuning does.
TEST_F(Litecon, TheUnitHasTheErrorsAndBitsOfTheDescription) {
  const plugin::ParameterSet unit = unit_of(stage("flow.xml", "circuit"));
  const double highest = unit.si("bias_voltage");
  const std::string& memory = unit.text("memory");
  const double ratio = of_card(memory, "off_resistance", dim::resistance) /
                       of_card(memory, "on_resistance", dim::resistance);
  const double shift =
      std::abs(of_card(unit.text("weight_disk"), "shift_per_volt", dim::length / dim::voltage));
  const double range = shift * highest * (1.0 - 1.0 / ratio);
  const double error = std::hypot(unit.si("resonance_error"), unit.si("programming_error") * range);
  EXPECT_NEAR(of(ComponentKind::weight_bank, "resonance_error", dim::length) / error, 1.0, 1e-3);
  const auto input_bits = static_cast<double>(unit.integer("input_bits"));
  EXPECT_EQ(architecture_.activation_bits, input_bits);
  EXPECT_EQ(of(ComponentKind::dac, "bits"), input_bits);
  EXPECT_EQ(of(ComponentKind::laser, "level_bits"), input_bits);
  EXPECT_EQ(of(ComponentKind::dac, "bits", dim::none, true),
            static_cast<double>(unit.integer("memory_bits")));
  const auto text = [](const flow::StageSpec& stage, const std::string& name) {
    for (const plugin::ParameterSet::Given& one : stage.parameters) {
      if (one.name == name) return std::stoi(one.text);
    }
    return 8;  // what the stages take when nothing is said
  };
  const flow::StageSpec precision = stage("flow.xml", "precision");
  EXPECT_EQ(architecture_.weight_bits, text(precision, "weight_bits"));
  EXPECT_EQ(architecture_.activation_bits, text(precision, "activation_bits"));
  const flow::StageSpec training = stage("train.xml", "photonic-training");
  EXPECT_EQ(architecture_.weight_bits, text(training, "weight_bits"));
  EXPECT_EQ(architecture_.activation_bits, text(training, "input_bits"));
  for (const flow::StageSpec& one : {training, stage("flow.xml", "photonic-accuracy")}) {
    EXPECT_EQ(of(ComponentKind::adc, "bits"), text(one, "adc_bits"));
  }
}

TEST_F(Litecon, TheUnitHasTheLightAndReceiverOfTheDescription) {
  const plugin::ParameterSet unit = unit_of(stage("flow.xml", "circuit"));
  EXPECT_DOUBLE_EQ(1.0 / of_core("symbol_time", dim::time), unit.si("bandwidth"));
  EXPECT_EQ(of(ComponentKind::laser, "intensity_noise_db"), unit.si("relative_intensity_noise_db"));
  EXPECT_EQ(of(ComponentKind::laser, "wall_plug_efficiency"), unit.si("wall_plug_efficiency"));
  EXPECT_EQ(of(ComponentKind::amplifier, "load", dim::resistance), unit.si("load_resistance"));
  EXPECT_EQ(of(ComponentKind::amplifier, "temperature", dim::temperature),
            model::Environment{}.temperature);
  EXPECT_EQ(of(ComponentKind::photodetector, "responsivity", dim::current / dim::power),
            of_card(unit.text("detector"), "responsivity", dim::current / dim::power));
  // A line behind the tree of splitters.
  const double tree = of(ComponentKind::passive, "loss_db") * of(ComponentKind::passive, "passes");
  const double line = estimated("laser_optical_power_W") / of(ComponentKind::laser, "fan_out") /
                      of(ComponentKind::laser, "wavelengths") * std::pow(10.0, -tree / 10.0);
  EXPECT_NEAR(unit.si("power") / line, 1.0, 1e-3);
  const flow::StageSpec circuit = stage("flow.xml", "circuit");
  const plugin::ParameterSet all(
      schema(),
      [&] {
        std::vector<plugin::ParameterSet::Given> given;
        for (const auto& [name, value] : texts_of(circuit)) {
          given.push_back({name, value, circuit.where});
        }
        return given;
      }(),
      "convolution_unit", circuit.where);
  EXPECT_EQ(of(ComponentKind::amplifier, "power", dim::power), all.si("receiver_power"));
  EXPECT_EQ(of(ComponentKind::amplifier, "time", dim::time), all.si("receiver_time"));
}

/// The simulated unit errs as the bits say that the estimate gives, and as the functional model.
TEST_F(Litecon, TheSimulatedUnitHasTheBitsOfTheEstimate) {
  const flow::StageSpec circuit = stage("flow.xml", "circuit");
  const auto design = build("convolution_unit", texts_of(circuit), ngspice_.get());
  const double channels = of_core("channels");
  EXPECT_EQ(figure(design, "channels"), channels);
  EXPECT_LE(figure(design, "model_deviation"), 1e-3);
  // Error of a weight (drop - through); that of the estimate is the one where the slope is largest.
  const double error = figure(design, "weight_error") * unit_of(circuit).si("full_scale");
  const double claimed = std::exp2(-estimated("bits_resonance_error"));
  EXPECT_LT(error, claimed);
  EXPECT_GT(error, 0.4 * claimed);
  // Results within a step of the bits of a sum, all causes together.
  const double step = 2.0 * channels / std::exp2(estimated("effective_bits"));
  const std::vector<double>& exact = column(design, "circuit_and_model", "exact");
  const std::vector<double>& result = column(design, "circuit_and_model", "circuit");
  ASSERT_GE(exact.size(), 16U);
  const std::vector<double>& activated = column(design, "circuit_and_model", "circuit_activated");
  const double step_of_8_bits = 2.0 * channels / 256.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    largest = std::max(largest, std::abs(exact[i]));
    EXPECT_NEAR(result[i], exact[i], step) << i;
    EXPECT_NEAR(activated[i], std::max(result[i], 0.0), step_of_8_bits) << i;
  }
  EXPECT_GT(largest, 10.0 * step_of_8_bits);
  EXPECT_GT(figure(design, "bits_all"), estimated("effective_bits"));
  expect_good(design, 1e-4);
}

}  // namespace
}  // namespace neucasl::photonic
