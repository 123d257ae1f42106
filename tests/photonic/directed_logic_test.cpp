#include "logic/directed_logic.hpp"

#include <cmath>

#include "curves.hpp"
#include "front_end_bench.hpp"
#include "models.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::photonic {
namespace {

/// One output "y" of a table over inputs a, b, c, ...
logic::Network network_of(std::uint64_t bits, unsigned inputs) {
  logic::Network network;
  network.name = "test";
  std::vector<logic::NodeIndex> fanins;
  for (unsigned i = 0; i < inputs; ++i) {
    fanins.push_back(network.add_input(std::string(1, static_cast<char>('a' + i))));
  }
  const logic::TruthTable table{bits, static_cast<std::uint8_t>(inputs)};
  network.add_output("y", network.add_function("f", fanins, table));
  return network;
}

logic::Network file(const std::string& name) {
  return logic::read_logic(std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/logic/" + name);
}

using DirectedLogicFrontEnd = FrontEndBench;

void expect_correct(const flow::LogicRun& run, const std::string& what) {
  EXPECT_TRUE(run.equivalence.proven()) << what;
  EXPECT_TRUE(run.checked) << what;
  EXPECT_EQ(run.rows_correct, run.check.rows.size()) << what;
}

TEST_F(DirectedLogicFrontEnd, EveryFunctionOfThreeInputsIsRealised) {
  for (std::uint64_t bits = 0; bits < 256; ++bits) {
    const logic::Network network = network_of(bits, 3);
    const flow::LogicRun run = map(network, nullptr);
    EXPECT_TRUE(run.equivalence.proven()) << bits;
    if (bits != 0 && bits != 255) {
      EXPECT_GE(figure(run.design.figures, "least_contrast"), 3.0) << bits;
    }
  }
}

TEST_F(DirectedLogicFrontEnd, RowsOfThreeInputFunctionsAreRight) {
  // An odd stride meets functions of all kinds.
  for (std::uint64_t k = 0; k < 16; ++k) {
    const std::uint64_t bits = 55 * k % 256;
    expect_correct(map(network_of(bits, 3), native_.get()), std::to_string(bits));
  }
}

TEST_F(DirectedLogicFrontEnd, RandomFunctionsOfFourInputs) {
  base::RandomStream random(3, "test/functions");
  for (int k = 0; k < 6; ++k) {
    const auto bits = static_cast<std::uint64_t>(random.uniform() * 65536.0);
    expect_correct(map(network_of(bits, 4), native_.get()), std::to_string(bits));
  }
  // Parity meets every input on every path.
  expect_correct(map(network_of(0x6996, 4), native_.get()), "parity");
}

TEST_F(DirectedLogicFrontEnd, ConstantsWiresAndInverters) {
  for (const std::uint64_t bits : {0b00, 0b11, 0b10, 0b01}) {
    const flow::LogicRun run = map(network_of(bits, 1), native_.get());
    expect_correct(run, std::to_string(bits));
    EXPECT_EQ(run.design.cells, bits == 0b00 || bits == 0b11 ? 0U : 1U);
  }
}

TEST_F(DirectedLogicFrontEnd, FullAdderInNgspice) {
  const logic::Network network = file("full_adder.blif");
  const flow::LogicRun run = map(network, ngspice_.get());
  expect_correct(run, "full adder");
  EXPECT_EQ(run.check.rows.size(), 8U);
  const flow::LogicRun other = map(network, native_.get());
  for (std::size_t r = 0; r < run.check.rows.size(); ++r) {
    for (std::size_t o = 0; o < 2; ++o) {
      EXPECT_NEAR(run.check.rows[r].level[o], other.check.rows[r].level[o], 1e-6);
    }
  }
  EXPECT_NEAR(run.check.delay, other.check.delay, 0.01 * other.check.delay);
  EXPECT_NEAR(run.check.energy, other.check.energy, 0.01 * other.check.energy);
  EXPECT_NEAR(run.check.delay, run.check.table_delay, 0.2 * run.check.delay);
  EXPECT_NEAR(run.check.energy, run.check.table_energy, 0.2 * run.check.energy);
}

TEST_F(DirectedLogicFrontEnd, LevelsAreThoseOfTheClosedForm) {
  const logic::Network network = network_of(0b1000, 2);
  const plugin::ParameterSet parameters = checked(*manifest_.logic, {}, "logic");
  const DirectedLogic plan = plan_directed_logic({network, parameters, *native_}, context_);
  const DirectedOutput& output = plan.outputs.front();
  const flow::LogicRun run = map(network, native_.get());
  double highest_low = 0.0;
  double lowest_high = 1e300;
  for (const plugin::LogicRow& row : run.check.rows) {
    if (row.inputs == 3) {
      lowest_high = std::min(lowest_high, row.level[0]);
    } else {
      highest_low = std::max(highest_low, row.level[0]);
    }
  }
  EXPECT_NEAR(lowest_high, output.lowest_high, 1e-6);
  EXPECT_NEAR(highest_low, output.highest_low, 1e-6);
}

TEST_F(DirectedLogicFrontEnd, DelayAndEnergyOfAnInverterAndAWire) {
  for (const std::uint64_t bits : {0b01, 0b10}) {
    const flow::LogicRun run = map(network_of(bits, 1), native_.get());
    EXPECT_NEAR(run.check.delay, run.design.delay, 0.2 * run.check.delay) << bits;
    EXPECT_NEAR(run.check.energy, run.design.energy, 0.2 * run.check.energy) << bits;
    EXPECT_DOUBLE_EQ(run.check.table_energy, run.design.energy);
  }
}

TEST_F(DirectedLogicFrontEnd, ReadsTheFunctionFromInstances) {
  const logic::Network network = network_of(0b0110, 2);
  flow::LogicRun run = map(network, nullptr);
  ASSERT_TRUE(run.equivalence.proven());
  // A switch on the wrong input is another function.
  ir::Design design = run.design.design;
  ir::Module& top = design.module(design.top);
  const ir::NetId other = top.ports[1].net;
  const ir::NetId first = top.ports[0].net;
  for (ir::Instance& instance : top.instances) {
    if (design.module(instance.master).name != "disk_switch") continue;
    for (ir::Connection& connection : instance.connections) {
      if (connection.net == first) connection.net = other;
    }
  }
  EXPECT_FALSE(logic::compare(network, read_directed_logic(design, network)).holds());
}

TEST_F(DirectedLogicFrontEnd, RefusesLatches) {
  const base::Diagnostic d = refused([&] { map(file("counter_2.blif"), nullptr); });
  EXPECT_EQ(d.code, "photonic.logic");
  EXPECT_NE(d.message.find("latches"), std::string::npos) << d.message;
  EXPECT_GT(d.where.line, 0U);
}

TEST_F(DirectedLogicFrontEnd, RefusesTooManySwitches) {
  const base::Diagnostic d = refused([&] {
    map(network_of(0x6996, 4), nullptr, {{"most_switches", "2"}});
  });
  EXPECT_NE(d.message.find("more than 2 switches"), std::string::npos) << d.message;
}

TEST_F(DirectedLogicFrontEnd, RefusesTooManyInputs) {
  logic::Network network;
  network.name = "wide";
  logic::NodeIndex last = network.add_input("x0");
  for (int i = 1; i < 15; ++i) {
    const logic::NodeIndex next = network.add_input("x" + std::to_string(i));
    last = network.add_function("and" + std::to_string(i), {last, next}, {0b1000, 2});
  }
  network.add_output("y", last);
  const base::Diagnostic d = refused([&] { map(network, nullptr); });
  EXPECT_NE(d.message.find("15 inputs"), std::string::npos) << d.message;
  EXPECT_NE(d.remedy.find("14"), std::string::npos) << d.remedy;
}

TEST_F(DirectedLogicFrontEnd, RefusesAContrastThatNoFabricReaches) {
  const Given given = {{"drive_voltage", "0.2 V"}, {"contrast", "10"}};
  const base::Diagnostic d = refused([&] { map(network_of(0b0110, 2), nullptr, given); });
  EXPECT_NE(d.message.find("contrast"), std::string::npos) << d.message;
  EXPECT_NE(d.remedy.find("drive_voltage"), std::string::npos) << d.remedy;
}

TEST_F(DirectedLogicFrontEnd, RefusesLightBeyondTheBias) {
  const base::Diagnostic d = refused([&] {
    map(network_of(0b10, 1), nullptr, {{"laser_power", "5 mW"}});
  });
  EXPECT_NE(d.remedy.find("fits"), std::string::npos) << d.remedy;
}

TEST(MicrodiskSwitch, RestIsTheClosedForm) {
  const device::Library cards({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"});
  device::UseList uses;
  const TunedDisk disk(cards, "switch_microdisk", "microdisk_switch", uses);
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk_switch"));
  const auto parameters =
      model::parameters_from(model->specification(), cards.load("switch_microdisk"), uses);
  model::Environment environment;
  for (const double offset : {-0.3e-9, 0.0, 0.1e-9}) {
    for (const double voltage : {0.0, -0.7, -4.0}) {
      environment.wavelength = disk.wavelength() + offset;
      const DiskResponse closed =
          disk.response(environment.wavelength, disk.wavelength(), 0.0, voltage);
      const Controls controls{voltage, 0.0, 0.0};
      const auto share = [&](const char* from, const char* to) {
        return power_transfer(*model, parameters, environment, from, to, controls);
      };
      // The junction's leakage costs 1e-7 of the voltage.
      EXPECT_NEAR(share("input", "through"), std::norm(closed.bus_1), 1e-6);
      EXPECT_NEAR(share("input", "drop"), std::norm(closed.drop), 1e-6);
      EXPECT_NEAR(share("add", "drop"), std::norm(closed.bus_2), 1e-6);
      EXPECT_NEAR(share("add", "through"), std::norm(closed.drop), 1e-6);
    }
  }
}

TEST(TunedDisk, TrimPutsTheResonanceOnTheCarrier) {
  const device::Library cards({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"});
  device::UseList uses;
  const TunedDisk disk(cards, "switch_microdisk", "microdisk_switch", uses);
  const double carrier = 1551e-9;
  const double shift = disk.trim(carrier, -3.0);
  EXPECT_NEAR(disk.detuning(carrier, shift, -3.0), 0.0, 1e-9);
  EXPECT_NEAR(disk.voltage_of(carrier, shift, 0.0), -3.0, 1e-9);
  EXPECT_NEAR(disk.detuning(carrier, disk.trim(carrier, -3.0, 2.0), -3.0), 2.0, 1e-9);
}

}  // namespace
}  // namespace neucasl::photonic
