#include <cmath>
#include <map>

#include "bank_bench.hpp"
#include "chip/photonic_chip.hpp"
#include "neucasl/architecture/copies.hpp"
#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tests/network/reference.hpp"

// Chips from their descriptions, and cores cut out of them.

namespace neucasl::photonic {
namespace {

const std::filesystem::path devices = std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices";

class PhotonicChips : public CircuitBench {
 protected:
  architecture::Architecture described(const std::string& id) {
    return architecture::load_architecture(id, {devices});
  }

  ir::Design chip(const architecture::Architecture& description, int bits) {
    network::Network lenet = network::lenet5();
    std::uint64_t seed = 90;
    for (const network::LayerId id : lenet.matrix_layers()) {
      network::reference::randomise(lenet.layers[id].weight, ++seed, 0.1);
    }
    mapping::Architecture choices;
    choices.id = description.id;
    choices.where = description.where;
    choices.description = std::make_shared<const architecture::Architecture>(description);
    const device::Card none;
    return build_photonic_chip(
               {lenet, precision::uniform(lenet, bits, bits), choices, none, none, {}, 0})
        .design;
  }

  static std::map<std::string, double> counts(const ir::Design& design) {
    std::map<std::string, double> by_part;
    for (const auto& [name, count] : ir::statistics(design).leaves) {
      const ir::Module& module = design.module(design.find_module(name));
      if (module.attribute("part").empty()) continue;
      by_part[std::string(module.attribute("part"))] += static_cast<double>(count);
    }
    return by_part;
  }
};

const std::map<std::string, int> bundled{
    {"litecon", 4}, {"crosslight", 16},         {"deap_cnn", 7},
    {"dota_b", 4},  {"lightening_simphony", 4}, {"albireo", 8}};

TEST_F(PhotonicChips, HaveEachComponentAsOftenAsTheirDescription) {
  for (const auto& [id, bits] : bundled) {
    const architecture::Architecture description = described(id);
    const std::map<std::string, double> found = counts(chip(description, bits));
    std::size_t components = 0;
    architecture::for_each_level(description, [&](const architecture::Level& level, double copies) {
      for (const architecture::Component& component : level.components) {
        ++components;
        EXPECT_EQ(found.at(level.name + "/" + component.name),
                  architecture::copies_of(level, copies, component))
            << id << ' ' << component.name;
      }
    });
    EXPECT_EQ(found.size(), components) << id;
  }
}

TEST_F(PhotonicChips, ServeTheUnitsOfThePlan) {
  for (const auto& [id, bits] : bundled) {
    const architecture::Architecture description = described(id);
    device::UseList uses;
    const architecture::PhotonicPlan plan = architecture::photonic_plan(description, uses);
    std::map<std::string, double> of_kind;
    const ir::Design design = chip(description, bits);
    for (const auto& [name, count] : ir::statistics(design).leaves) {
      const ir::Module& module = design.module(design.find_module(name));
      of_kind[std::string(module.attribute("component"))] += static_cast<double>(count);
    }
    const auto units = static_cast<double>(plan.units);
    if (plan.weight_stationary) {
      EXPECT_EQ(of_kind.at("weight_bank"),
                units * static_cast<double>(plan.depth * plan.outputs * plan.banks_per_weight))
          << id;
      EXPECT_EQ(of_kind.at("modulator"), units * static_cast<double>(plan.encoded_inputs)) << id;
    }
    EXPECT_GE(of_kind.at("photodetector"), units * static_cast<double>(plan.rows * plan.outputs))
        << id;
  }
}

TEST_F(PhotonicChips, AreVerifiedAndSurviveBothForms) {
  for (const auto& [id, bits] : bundled) {
    const ir::Design design = chip(described(id), bits);
    base::DiagnosticSink sink;
    EXPECT_TRUE(ir::verify(design, sink)) << id;
    EXPECT_EQ(io::decode(io::encode(design)), design) << id;
    EXPECT_EQ(ir::parse(ir::print(design), id), design) << id;
  }
}

TEST_F(PhotonicChips, HoldTheWeightsAndTheirSchedule) {
  const architecture::Architecture description = described("litecon");
  const ir::Design design = chip(description, 4);
  const ir::ModuleId id = design.find_module("program_conv2");
  ASSERT_TRUE(id.valid());
  const ir::Module& program = design.module(id);
  EXPECT_EQ(program.tables.front().rows, 150U);
  EXPECT_EQ(program.tables.front().columns, 16U);
  double largest = 0.0;
  for (const double weight : program.tables.front().values) {
    EXPECT_NEAR(std::round(weight * 7.0), weight * 7.0, 1e-12);
    largest = std::max(largest, std::abs(weight));
  }
  EXPECT_EQ(largest, 1.0);
  // Cores of 9 terms and 6 outputs.
  const auto whole = [&](const char* name) {
    return std::get<std::int64_t>(program.find_parameter(name)->value);
  };
  EXPECT_EQ(whole("depth_blocks"), 17);
  EXPECT_EQ(whole("output_blocks"), 3);
  EXPECT_EQ(whole("blocks"), 51);
}

TEST_F(PhotonicChips, RefuseWhatCannotBeLaidOut) {
  const auto refused = [&](const std::string& id, const std::string& from, const std::string& to,
                           int bits) {
    std::string text = base::read_file(devices / "architecture" / (id + ".architecture.xml"));
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    try {
      static_cast<void>(chip(architecture::parse_architecture(text, "test.xml", cards_), bits));
    } catch (const base::Error& error) {
      EXPECT_GT(error.diagnostic().where.line, 0U);
      return error.diagnostic().code;
    }
    return std::string("taken");
  };
  EXPECT_EQ(refused("litecon", "title", "title", 9), "photonic.precision");
  // More rings, and then more converters, than guides and columns have places for.
  EXPECT_EQ(refused("litecon",
                    "name=\"microdisk\">\n          <number name=\"count\" link=\"channels "
                    "kernels\" value=\"54\"",
                    "name=\"microdisk\">\n          <number name=\"count\" value=\"108\"", 4),
            "photonic.layout");
  EXPECT_EQ(refused("litecon",
                    "name=\"input_dac\">\n          <choice name=\"operand\" value=\"inputs\"/>\n"
                    "          <choice name=\"scaling\" value=\"dac\"/>\n"
                    "          <number name=\"count\" link=\"channels\" value=\"9\"",
                    "name=\"input_dac\">\n          <choice name=\"operand\" value=\"inputs\"/>\n"
                    "          <choice name=\"scaling\" value=\"dac\"/>\n"
                    "          <number name=\"count\" value=\"18\"",
                    4),
            "photonic.layout");
  EXPECT_EQ(refused("isaac_ce", "title", "title", 8), "photonic.description");
}

/// The system estimate's crosstalk is that of the circuit.
TEST_F(PhotonicChips, ACoreHasTheCrosstalkOfTheSystemEstimate) {
  for (const char* id : {"crosslight", "deap_cnn", "litecon"}) {
    const plugin::CircuitDesign design = build("chip_core", {{"architecture", id}}, native_.get());
    EXPECT_NEAR(figure(design, "simulated_crosstalk_bits"), figure(design, "ring_crosstalk_bits"),
                1e-6)
        << id;
    // The estimate has one free spectral range for all wavelengths.
    EXPECT_NEAR(figure(design, "simulated_crosstalk_bits"), figure(design, "crosstalk_bits"), 0.25)
        << id;
    EXPECT_NEAR(figure(design, "circuit_detector_power") / figure(design, "budget_detector_power"),
                1.0, 0.2)
        << id;
  }
}

TEST_F(PhotonicChips, ACoreRunsInBothSimulators) {
  expect_good(build("chip_core", {{"architecture", "deap_cnn"}}), 1e-6);
  expect_good(build("chip_core", {{"architecture", "dota_b"}}), 1e-6);
}

TEST_F(PhotonicChips, AProductOfTwoModulatedOperands) {
  const plugin::CircuitDesign design =
      build("chip_core", {{"architecture", "lightening_simphony"}, {"accuracy", "1e-6"}});
  // A pair of photodiodes sees twice what the budget leaves to one.
  EXPECT_NEAR(figure(design, "circuit_detector_power") / figure(design, "budget_detector_power"),
              2.0, 1e-12);
  expect_good(design, 1e-6);
}

/// The circuit's modules are those of the whole chip.
TEST_F(PhotonicChips, ACoreIsCutOutOfTheChip) {
  const ir::Design whole = chip(described("crosslight"), 16);
  const ir::Design cut = build("chip_core", {{"architecture", "crosslight"}}).design;
  for (const char* name : {"arm", "arm_encoder", "arm_weight_ring_row", "arm_weight_ring"}) {
    ASSERT_TRUE(whole.find_module(name).valid() && cut.find_module(name).valid()) << name;
    EXPECT_EQ(whole.module(whole.find_module(name)), cut.module(cut.find_module(name))) << name;
  }
}

TEST_F(PhotonicChips, ACoreBehindAnUnknownNetworkIsRefused) {
  EXPECT_EQ(refusal("chip_core", {{"architecture", "albireo"}}).code, "photonic.layout");
  EXPECT_EQ(refusal("chip_core", {{"architecture", "isaac_ce"}}).code, "photonic.description");
  EXPECT_EQ(refusal("chip_core", {{"architecture", "crosslit"}}).code, "architecture.unknown");
}

}  // namespace
}  // namespace neucasl::photonic
