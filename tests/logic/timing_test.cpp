#include "neucasl/logic/timing.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/logic/simulation.hpp"
#include "sample_library.hpp"
#include "sample_networks.hpp"

namespace neucasl::logic {
namespace {

std::size_t index_of(const CellLibrary& library, const std::string& name) {
  return static_cast<std::size_t>(library.find(name) - library.cells.data());
}

/// y = not (a and b), z = not y, with 5 fF at z.
CellNetlist nand_and_inverter(const CellLibrary& library) {
  CellNetlist netlist;
  netlist.nets = {"a", "b", "y", "z"};
  netlist.inputs = {{"a", 0}, {"b", 1}};
  netlist.outputs = {{"z", 3}};
  netlist.instances = {{"u1", index_of(library, "NAND2_X1"), {0, 1}, 2, {}},
                       {"u2", index_of(library, "INV_X2"), {2}, 3, {}}};
  return netlist;
}

TimingOptions sample_options() {
  TimingOptions options;
  options.input_transition = 4e-12;
  options.output_load = 5e-15;
  return options;
}

// NAND2_X1 drives the 2 fF of INV_X2: 3 ps + 1 kohm 2 fF + 0.1 x 4 ps = 5.4 ps, transition
// 2 kohm 2 fF = 4 ps. INV_X2 drives 5 fF: 2 ps + 0.5 kohm 5 fF + 0.1 x 4 ps = 4.9 ps, transition
// 1 kohm 5 fF = 5 ps.
constexpr double first_delay = 5.4e-12;
constexpr double both_delays = 10.3e-12;
constexpr double rounding = 1e-20;

TEST(StaticTiming, ByHand) {
  const CellLibrary library = test::sample_library();
  const TimingReport report = static_timing(nand_and_inverter(library), library, sample_options());
  EXPECT_NEAR(report.delay, both_delays, rounding);
  EXPECT_NEAR(report.arrival_rise[2], first_delay, rounding);
  EXPECT_NEAR(report.arrival_fall[3], both_delays, rounding);
  EXPECT_NEAR(report.area, library.find("NAND2_X1")->area + library.find("INV_X2")->area, 1e-30);
  EXPECT_NEAR(report.leakage_power, 3e-9, 1e-20);
  ASSERT_EQ(report.critical.size(), 3U);
  EXPECT_EQ(report.critical[1].net, 2U);
  EXPECT_NE(report.critical[1].rising, report.critical[2].rising);
  EXPECT_NEAR(report.critical[1].transition, 4e-12, rounding);
  EXPECT_NEAR(report.critical[2].transition, 5e-12, rounding);
  EXPECT_NEAR(report.critical[1].load, 2e-15, 1e-27);
}

TEST(StaticTiming, WiresAddToEveryNet) {
  const CellLibrary library = test::sample_library();
  TimingOptions options = sample_options();
  options.wire_capacitance = 1e-15;
  // 1 kohm 1 fF more, a transition 2 ps longer, and 0.5 kohm 1 fF more.
  EXPECT_NEAR(static_timing(nand_and_inverter(library), library, options).delay,
              both_delays + 1e-12 + 0.2e-12 + 0.5e-12, rounding);
}

TEST(StaticTiming, ZerosStandForDefaults) {
  const CellLibrary library = test::sample_library();
  TimingOptions given;
  given.input_transition = 2e-12;  // The first inner point of the tables.
  given.output_load = 4e-15;       // Four INV_X1.
  const CellNetlist netlist = nand_and_inverter(library);
  EXPECT_EQ(static_timing(netlist, library).delay, static_timing(netlist, library, given).delay);
}

/// q follows the clock; d = a and q; y = q.
CellNetlist sequential(const CellLibrary& library) {
  CellNetlist netlist;
  netlist.nets = {"a", "clk", "q", "d"};
  netlist.inputs = {{"a", 0}, {"clk", 1}};
  netlist.outputs = {{"y", 2}};
  netlist.instances = {{"u1", index_of(library, "DFF_X1"), {3, 1}, 2, true},
                       {"u2", index_of(library, "AND2_X1"), {0, 2}, 3, {}}};
  return netlist;
}

TEST(StaticTiming, FromClockToFlipFlopInput) {
  const CellLibrary library = test::sample_library();
  const TimingReport report = static_timing(sequential(library), library, sample_options());
  // Flip-flop: 20 ps + 1 kohm (5 + 1) fF + 0.4 ps, transition 12 ps; AND2: 6 ps + 1 ps + 1.2 ps.
  EXPECT_NEAR(report.delay, 26.4e-12 + 8.2e-12, rounding);
  ASSERT_EQ(report.critical.size(), 3U);
  EXPECT_EQ(report.critical[0].net, 1U);
  EXPECT_TRUE(report.critical[0].rising);
  EXPECT_EQ(report.critical[2].net, 3U);
}

TEST(StaticTiming, WhatNeverChangesHasNoArrival) {
  CellLibrary library = test::sample_library();
  Cell tie;
  tie.name = "TIE1";
  tie.output = "y";
  tie.function = {1, 0};
  library.cells.push_back(tie);
  CellNetlist netlist;
  netlist.nets = {"one"};
  netlist.outputs = {{"one", 0}};
  netlist.instances = {{"u1", library.cells.size() - 1, {}, 0, {}}};
  const TimingReport report = static_timing(netlist, library);
  EXPECT_TRUE(std::isnan(report.arrival_rise[0]));
  EXPECT_TRUE(std::isnan(report.arrival_fall[0]));
  EXPECT_EQ(report.delay, 0.0);
  EXPECT_TRUE(report.critical.empty());
}

TEST(StaticTiming, RefusesACellWithoutTables) {
  CellLibrary library = test::sample_library();
  for (Cell& cell : library.cells) {
    if (cell.name == "NAND2_X1")
      std::erase_if(cell.arcs, [](const TimingArc& a) { return a.input == 1; });
  }
  try {
    static_timing(nand_and_inverter(library), library);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "timing.arc");
    EXPECT_NE(error.diagnostic().message.find("NAND2_X1"), std::string::npos);
    EXPECT_NE(error.diagnostic().message.find("input b"), std::string::npos);
  }
}

TEST(EventSimulation, ByHand) {
  const CellLibrary library = test::sample_library();
  const CellNetlist netlist = nand_and_inverter(library);
  // a rises while b is high: y falls, z rises.
  const TransitionReport report =
      simulate_transition(netlist, library, 0b10, 0b11, sample_options());
  EXPECT_NEAR(report.delay, both_delays, rounding);
  EXPECT_EQ(report.last_output, 0U);
  ASSERT_EQ(report.events.size(), 3U);
  EXPECT_EQ(report.events[1].net, 2U);
  EXPECT_FALSE(report.events[1].rising);
  EXPECT_NEAR(report.events[1].time, first_delay, rounding);
  EXPECT_NEAR(report.events[1].transition, 4e-12, rounding);
  const double load_energy = 5e-15 * 0.7 * 0.7;
  EXPECT_NEAR(report.energy, test::fall_energy + test::rise_energy + load_energy, 1e-22);
  // Back again: y rises (2 fF), z falls.
  EXPECT_NEAR(simulate_transition(netlist, library, 0b11, 0b10, sample_options()).energy,
              test::fall_energy + test::rise_energy + 2e-15 * 0.7 * 0.7, 1e-22);
}

TEST(EventSimulation, NothingHappensBehindABlockedGate) {
  const CellLibrary library = test::sample_library();
  const TransitionReport report =
      simulate_transition(nand_and_inverter(library), library, 0b00, 0b01);
  EXPECT_EQ(report.delay, 0.0);
  EXPECT_EQ(report.energy, 0.0);
  EXPECT_EQ(report.events.size(), 1U);
}

/// y = a xor (a through `inverters` inverters): a pulse at each change when their number is even.
CellNetlist pulse_maker(const CellLibrary& library, std::size_t inverters) {
  CellNetlist netlist;
  netlist.nets = {"a"};
  netlist.inputs = {{"a", 0}};
  for (std::size_t i = 0; i < inverters; ++i) {
    netlist.nets.push_back("n" + std::to_string(i));
    netlist.instances.push_back({"u", index_of(library, "INV_X1"), {i}, i + 1, {}});
  }
  netlist.nets.push_back("y");
  netlist.instances.push_back(
      {"x", index_of(library, "XOR2_X1"), {0, inverters}, inverters + 1, {}});
  netlist.outputs = {{"y", inverters + 1}};
  return netlist;
}

TEST(EventSimulation, ShortPulsesAreSwallowedLongOnesPass) {
  const CellLibrary library = test::sample_library();
  // An inverter takes about 3.3 ps, XOR2 with its load about 11 ps.
  EXPECT_EQ(simulate_transition(pulse_maker(library, 2), library, 0, 1).delay, 0.0);
  const TransitionReport report = simulate_transition(pulse_maker(library, 8), library, 0, 1);
  std::size_t output_events = 0;
  for (const TimedEvent& event : report.events) output_events += event.net == 9 ? 1U : 0U;
  EXPECT_EQ(output_events, 2U);
  EXPECT_GT(report.delay, 20e-12);
}

TEST(EventSimulation, FlipFlopTakesWhatWasThereBefore) {
  const CellLibrary library = test::sample_library();
  CellNetlist netlist = sequential(library);
  // The state is 1 and d = a: with a = 0 the rising clock makes it 0, although a rises with it.
  const TransitionReport falls = simulate_transition(netlist, library, 0b00, 0b11);
  ASSERT_GE(falls.events.size(), 3U);
  bool state = true;
  for (const TimedEvent& event : falls.events) {
    if (event.net == 2) state = event.rising;
  }
  EXPECT_FALSE(state);
  // With a = 1 it stays, and a falling clock does nothing.
  EXPECT_EQ(simulate_transition(netlist, library, 0b01, 0b11).events.size(), 1U);
  EXPECT_EQ(simulate_transition(netlist, library, 0b10, 0b00).events.size(), 1U);
}

TEST(EventSimulation, EndsInTheFunctionsValuesAndWithinTheStaticDelay) {
  const CellLibrary library = test::sample_library();
  base::RandomStream random(5, "test/events");
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const CellNetlist netlist = map_to_cells(test::random_network(seed), library);
    const double bound = static_timing(netlist, library).delay;
    const Network network = to_network(netlist, library);
    for (int k = 0; k < 50; ++k) {
      const std::uint64_t before = random.below(256);
      const std::uint64_t after = before ^ (std::uint64_t{1} << random.below(8));
      const TransitionReport report = simulate_transition(netlist, library, before, after);
      EXPECT_LE(report.delay, bound * (1.0 + 1e-12));
      std::vector<bool> value(netlist.nets.size());
      std::vector<std::uint64_t> words;
      for (unsigned i = 0; i < 8; ++i) words.push_back(((before >> i) & 1U) != 0 ? ~0ULL : 0);
      const std::vector<std::uint64_t> nodes = simulate_nodes(network, words);
      for (std::size_t net = 0; net < value.size(); ++net) {
        value[net] = (nodes[*network.find(netlist.nets[net])] & 1U) != 0;
      }
      for (const TimedEvent& event : report.events) {
        EXPECT_NE(value[event.net], event.rising);
        value[event.net] = event.rising;
      }
      const std::vector<bool> expected = evaluate(network, after);
      for (std::size_t o = 0; o < expected.size(); ++o) {
        EXPECT_EQ(value[netlist.outputs[o].net], expected[o]);
      }
    }
  }
}

TEST(EventSimulation, TheSlowestTransitionIsTheSlowest) {
  const CellLibrary library = test::sample_library();
  const CellNetlist adder = map_to_cells(test::ripple_adder(3), library);
  const auto [before, after] = slowest_transition(adder, library);
  const double slowest = simulate_transition(adder, library, before, after).delay;
  EXPECT_GT(slowest, 0.0);
  EXPECT_LE(slowest, static_timing(adder, library).delay * (1.0 + 1e-12));
  for (std::uint64_t pattern = 0; pattern < 128; ++pattern) {
    for (unsigned i = 0; i < 7; ++i) {
      const std::uint64_t other = pattern ^ (std::uint64_t{1} << i);
      EXPECT_LE(simulate_transition(adder, library, pattern, other).delay, slowest);
    }
  }
  // Beyond ten inputs random ones: deterministic, and the more the slower.
  const CellNetlist wide = map_to_cells(test::ripple_adder(6), library);
  const auto few = slowest_transition(wide, library, {}, 10);
  const auto many = slowest_transition(wide, library, {}, 1000);
  EXPECT_EQ(many, slowest_transition(wide, library, {}, 1000));
  EXPECT_LE(simulate_transition(wide, library, few.first, few.second).delay,
            simulate_transition(wide, library, many.first, many.second).delay);
}

}  // namespace
}  // namespace neucasl::logic
