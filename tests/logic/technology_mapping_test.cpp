#include "neucasl/logic/technology_mapping.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"
#include "neucasl/logic/timing.hpp"
#include "sample_library.hpp"
#include "sample_networks.hpp"

namespace neucasl::logic {
namespace {

using Goal = MappingOptions::Goal;

MappingOptions goal(Goal wanted) {
  MappingOptions options;
  options.goal = wanted;
  return options;
}

/// Every cell reads nets that are there and drives a net of its own; drivers come first.
void expect_well_formed(const CellNetlist& netlist, const CellLibrary& library) {
  std::vector<int> drivers(netlist.nets.size(), 0);
  for (const CellNetlist::Port& input : netlist.inputs) ++drivers[input.net];
  for (const CellNetlist::Instance& instance : netlist.instances) {
    if (library.cells[instance.cell].flip_flop) ++drivers[instance.output];
  }
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const Cell& cell = library.cells[instance.cell];
    ASSERT_EQ(instance.inputs.size(), cell.inputs.size());
    if (cell.flip_flop) continue;
    for (const std::size_t net : instance.inputs) {
      ASSERT_EQ(drivers[net], 1) << netlist.nets[net] << " is used before it is driven";
    }
    ++drivers[instance.output];
  }
  for (std::size_t net = 0; net < drivers.size(); ++net) {
    EXPECT_EQ(drivers[net], 1) << netlist.nets[net];
  }
  std::vector<std::string> names = netlist.nets;
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

double output_load(const CellLibrary& library) {
  return 4.0 * library.find("INV_X1")->inputs[0].capacitance;
}

void expect_loads_within(const CellNetlist& netlist, const CellLibrary& library, double at_output) {
  std::vector<double> load(netlist.nets.size(), 0.0);
  for (const CellNetlist::Port& output : netlist.outputs) load[output.net] += at_output;
  for (const CellNetlist::Instance& instance : netlist.instances) {
    for (std::size_t i = 0; i < instance.inputs.size(); ++i) {
      load[instance.inputs[i]] += library.cells[instance.cell].inputs[i].capacitance;
    }
  }
  for (const CellNetlist::Instance& instance : netlist.instances) {
    if (library.cells[instance.cell].largest_load == 0.0) continue;
    EXPECT_LE(load[instance.output], library.cells[instance.cell].largest_load * (1.0 + 1e-9))
        << netlist.nets[instance.output];
  }
}

void expect_mapped(const Network& network, const CellLibrary& library,
                   const MappingOptions& options = {}) {
  const CellNetlist netlist = map_to_cells(network, library, options);
  expect_well_formed(netlist, library);
  const double at_output = options.output_load > 0.0 ? options.output_load : output_load(library);
  expect_loads_within(netlist, library, at_output);
  const Equivalence same = compare(network, to_network(netlist, library));
  EXPECT_TRUE(same.holds()) << network.name << ": " << same.output;
}

Network network_of(TruthTable table) {
  Network network;
  network.name = "f";
  std::vector<NodeIndex> fanins;
  for (unsigned i = 0; i < table.inputs; ++i) {
    fanins.push_back(network.add_input("x" + std::to_string(i)));
  }
  network.add_output("y", network.add_function("f", fanins, table));
  return network;
}

TEST(TechnologyMapping, EveryFunctionOfThreeInputs) {
  const CellLibrary library = test::sample_library();
  for (std::uint64_t bits = 0; bits < 256; ++bits) {
    const Network network = network_of({bits, 3});
    for (const Goal wanted : {Goal::delay, Goal::area}) {
      const CellNetlist netlist = map_to_cells(network, library, goal(wanted));
      const Network mapped = to_network(netlist, library);
      ASSERT_EQ(table_of(mapped, 0), (TruthTable{bits, 3})) << bits;
    }
  }
}

TEST(TechnologyMapping, RandomFunctionsOfFourToSixInputs) {
  const CellLibrary library = test::sample_library();
  base::RandomStream random(1, "test/functions");
  for (std::uint8_t inputs = 4; inputs <= 6; ++inputs) {
    for (int k = 0; k < 60; ++k) {
      const TruthTable table{test::random_bits(random) & TruthTable::mask(inputs), inputs};
      const Network mapped = to_network(map_to_cells(network_of(table), library), library);
      ASSERT_EQ(table_of(mapped, 0), table) << table.bits;
    }
  }
}

TEST(TechnologyMapping, ACellOfTheLibraryIsFound) {
  const CellLibrary library = test::sample_library();
  for (const Cell& cell : library.cells) {
    if (cell.flip_flop || cell.name.find("_X1") == std::string::npos) continue;
    const CellNetlist netlist = map_to_cells(network_of(cell.function), library, goal(Goal::area));
    ASSERT_EQ(netlist.instances.size(), 1U) << cell.name;
    EXPECT_EQ(library.cells[netlist.instances[0].cell].function, cell.function) << cell.name;
  }
}

TEST(TechnologyMapping, RandomNetworksBothGoals) {
  const CellLibrary library = test::sample_library();
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Network network = test::random_network(seed);
    expect_mapped(network, library, goal(Goal::delay));
    expect_mapped(network, library, goal(Goal::area));
    const TimingReport fast =
        static_timing(map_to_cells(network, library, goal(Goal::delay)), library);
    const TimingReport small =
        static_timing(map_to_cells(network, library, goal(Goal::area)), library);
    EXPECT_LE(fast.delay, small.delay) << seed;
    EXPECT_LE(small.area, fast.area) << seed;
  }
}

TEST(TechnologyMapping, AdderAndMultiplier) {
  const CellLibrary library = test::sample_library();
  expect_mapped(test::ripple_adder(8), library);
  expect_mapped(test::multiplier(6), library, goal(Goal::area));
}

TEST(TechnologyMapping, LatchesBecomeFlipFlops) {
  const CellLibrary library = test::sample_library();
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Network network = test::random_network(seed, {5, 40, 4, 4, 5});
    const CellNetlist netlist = map_to_cells(network, library);
    EXPECT_EQ(netlist.inputs.back().name, "clk");
    const Network back = to_network(netlist, library);
    EXPECT_TRUE(compare(network, back).proven());
    for (const Latch& latch : back.latches()) {
      const auto twin = std::ranges::find_if(network.latches(), [&](const Latch& l) {
        return network.node(l.output).name == back.node(latch.output).name;
      });
      ASSERT_NE(twin, network.latches().end());
      EXPECT_EQ(latch.initial, twin->initial);
      EXPECT_EQ(latch.clock, "clk");
    }
  }
}

TEST(TechnologyMapping, ClockThatFunctionsUseToo) {
  Network network;
  const NodeIndex clock = network.add_input("c");
  const NodeIndex a = network.add_input("a");
  const NodeIndex q = network.add_latch_output("q");
  network.add_latch({a, q, {}, "c", {}});
  network.add_output("y", network.add_function("y", {clock, q}, {0x8, 2}));
  const CellLibrary library = test::sample_library();
  const CellNetlist netlist = map_to_cells(network, library);
  EXPECT_EQ(netlist.inputs.back().name, "c");
  EXPECT_EQ(netlist.inputs.size(), 2U);
  EXPECT_TRUE(compare(network, to_network(netlist, library)).proven());
}

TEST(TechnologyMapping, ConstantsAndWires) {
  Network network;
  const NodeIndex a = network.add_input("a");
  const NodeIndex one = network.add_constant("one", true);
  const NodeIndex zero = network.add_constant("zero", false);
  network.add_output("a", a);
  network.add_output("high", one);
  network.add_output("low", zero);
  network.add_output("again", a);
  CellLibrary library = test::sample_library();
  expect_mapped(network, library);
  Cell tie;
  tie.name = "TIE1";
  tie.output = "y";
  tie.function = {1, 0};
  library.cells.push_back(tie);
  expect_mapped(network, library);
  const CellNetlist netlist = map_to_cells(network, library);
  EXPECT_TRUE(std::ranges::any_of(netlist.instances, [&](const CellNetlist::Instance& i) {
    return library.cells[i.cell].name == "TIE1";
  }));
}

CellLibrary only(const std::vector<std::string>& names) {
  CellLibrary library = test::sample_library();
  std::erase_if(library.cells, [&](const Cell& cell) {
    return std::ranges::find(names, cell.name) == names.end();
  });
  return library;
}

TEST(TechnologyMapping, SmallestLibraries) {
  const Network network = test::random_network(3);
  expect_mapped(network, only({"INV_X1", "NAND2_X1"}));
  expect_mapped(network, only({"INV_X1", "NOR2_X1"}));
  expect_mapped(network, only({"INV_X1", "AND2_X1"}));
}

void expect_code(const std::string& code, const Network& network, const CellLibrary& library,
                 const MappingOptions& options, const std::string& named) {
  try {
    map_to_cells(network, library, options);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, code);
    EXPECT_NE(error.diagnostic().message.find(named), std::string::npos)
        << error.diagnostic().message;
  }
}

TEST(TechnologyMapping, LibraryThatLacksAPart) {
  const Network network = test::random_network(3);
  expect_code("mapping.cells", network, only({"NAND2_X1"}), {}, "inverter");
  expect_code("mapping.cells", network, only({"INV_X1", "XOR2_X1"}), {}, "two-input NAND");
  expect_code("mapping.cells", test::random_network(1, {3, 9, 3, 2, 1}),
              only({"INV_X1", "NAND2_X1"}), {}, "flip-flop");
  Network constant;
  constant.add_output("y", constant.add_constant("one", true));
  expect_code("mapping.cells", constant, test::sample_library(), {}, "'y'");
}

TEST(TechnologyMapping, FanOutIsBounded) {
  Network network;
  const NodeIndex a = network.add_input("a");
  const NodeIndex b = network.add_input("b");
  const NodeIndex both = network.add_function("both", {a, b}, {0x8, 2});
  const NodeIndex none = network.add_function("none", {a}, {0x1, 1});
  for (unsigned i = 0; i < 300; ++i) {
    const std::string name = std::to_string(i);
    const NodeIndex x = network.add_input("x" + name);
    network.add_output("y" + name, network.add_function("y" + name, {both, x}, {0x6, 2}));
    network.add_output("z" + name, network.add_function("z" + name, {none, x}, {0x7, 2}));
  }
  expect_mapped(network, test::sample_library(), goal(Goal::area));
  expect_mapped(network, test::sample_library(), goal(Goal::delay));
  // Without buffers by pairs of inverters.
  expect_mapped(network, only({"INV_X1", "INV_X2", "NAND2_X1", "XOR2_X1"}));
}

TEST(TechnologyMapping, LoadBeyondEveryCell) {
  MappingOptions options;
  options.output_load = 1e-13;  // INV_X4 drives 80 fF.
  expect_code("mapping.fanout", test::ripple_adder(2), test::sample_library(), options, "100 fF");
  options.output_load = 3.9e-14;  // Only X2 and X4 drive it.
  expect_mapped(test::ripple_adder(2), test::sample_library(), options);
}

}  // namespace
}  // namespace neucasl::logic
