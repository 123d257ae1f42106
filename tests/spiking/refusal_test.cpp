#include <cmath>
#include <limits>

#include "networks.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// What the engine and the reader refuse, and how they name it.

namespace neucasl::spiking_test {
namespace {

SpikingNetwork plain() {
  SpikingNetwork network = network_of({poisson("drive", 2, 10.0), neurons("cells", 3)});
  network.projections.push_back(charges(network, 0, 1, std::vector<double>(6, 1e-12), 1e-3));
  return network;
}

struct Refused {
  const char* what;
  void (*change)(SpikingNetwork& network);
  std::string code;
  std::string text;
};
void PrintTo(const Refused& one, std::ostream* out) { *out << one.what; }

class RefusalTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusalTest, IsNamed) {
  SpikingNetwork network = plain();
  EXPECT_NO_THROW(run(network, 0.01));
  GetParam().change(network);
  const base::Diagnostic found = error_of([&] { run(network, 0.01); });
  EXPECT_EQ(found.code, GetParam().code);
  EXPECT_NE(found.message.find(GetParam().text), std::string::npos) << found.message;
  EXPECT_FALSE(found.remedy.empty());
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

INSTANTIATE_TEST_SUITE_P(
    Network, RefusalTest,
    testing::Values(
        Refused{"NegativeTime", [](auto& n) { n.populations[1].synaptic_time = -1e-3; },
                "spiking.parameter", "synaptic_time -0.001"},
        Refused{"NoCapacitance", [](auto& n) { n.populations[1].capacitance = 0.0; },
                "spiking.parameter", "capacitance 0"},
        Refused{"NegativeLeak", [](auto& n) { n.populations[1].leak_conductance = -1e-9; },
                "spiking.parameter", "leak_conductance"},
        Refused{"EqualTimes", [](auto& n) { n.populations[1].synaptic_time = 20e-3; },
                "spiking.parameter", "within a thousandth"},
        Refused{"ThresholdBelowReset", [](auto& n) { n.populations[1].threshold[2] = -65e-3; },
                "spiking.parameter", "member 2"},
        Refused{"NanWeight", [](auto& n) { n.projections[0].weight[4] = nan; }, "spiking.weight",
                "from 'drive' 1 to 'cells' 1"},
        Refused{"NanRate", [](auto& n) { n.populations[0].rate[1] = nan; }, "spiking.parameter",
                "rate"},
        Refused{"NegativeRate", [](auto& n) { n.populations[0].rate[1] = -1.0; },
                "spiking.parameter", "rate"},
        Refused{"NoDelay", [](auto& n) { n.projections[0].delay = {0.0}; }, "spiking.delay",
                "from 'drive' 0 to 'cells' 0"},
        Refused{"Rows", [](auto& n) { n.projections[0].rows = 3; }, "spiking.size", "3 x 3"},
        Refused{"Table", [](auto& n) { n.projections[0].weight.pop_back(); }, "spiking.size",
                "6 synapses"},
        Refused{"Thresholds", [](auto& n) { n.populations[1].threshold.pop_back(); },
                "spiking.size", "2 values of threshold for 3"},
        Refused{"Address", [](auto& n) { n.projections[0].address = {0, 1, 2, 0, 1, 3}; },
                "spiking.size", "to 'cells' 3 of 3"},
        Refused{"NoPopulation", [](auto& n) { n.projections[0].target = 2; }, "spiking.population",
                "not there"},
        Refused{"SourceAsTarget", [](auto& n) { n.projections[0].target = 0; }, "spiking.network",
                "'drive', which is no neuron"},
        Refused{"DelayRange",
                [](auto& n) { n.projections[0].delay = {1e-9, 1e-3, 1e-3, 1e-3, 1e-3, 10.0}; },
                "spiking.delay", "2^20 times"},
        Refused{"DelayOfRounding", [](auto& n) { n.projections[0].delay = {1e-25}; },
                "spiking.delay", "2^-40 of the simulated time"},
        Refused{"EndlessRate", [](auto& n) { n.populations[0].rate[1] = 1e300; },
                "spiking.parameter", "rate 1e+300"},
        Refused{"ChargeBeyondFloats",
                [](auto& n) {
                  n.projections[0].weight[4] = 1e37;
                  n.populations[1].synaptic_time = 1e-3;
                },
                "spiking.weight", "from 'drive' 1 to 'cells' 1"},
        Refused{"Device",
                [](auto& n) {
                  n.projections[0].memristive.emplace();
                  n.projections[0].memristive->device.conductance_min = 1e-6;
                  n.projections[0].memristive->device.conductance_max = 1e-5;
                },
                "spiking.weight", "conductance 1e-12 S from 'drive' 0 to 'cells' 0"},
        Refused{"Diverging",
                [](auto& n) {
                  n.populations[1].refractory_time = 0.0;
                  n.populations[1].bias_current.assign(3, 1e300);
                },
                "spiking.diverged", "at once for this duration"}),
    [](const auto& info) { return info.param.what; });

TEST(Refusal, NamesTheNearestPopulation) {
  const base::Diagnostic found =
      error_of([] { static_cast<void>(plain().find_population("cell")); });
  EXPECT_EQ(found.code, "spiking.population");
  EXPECT_NE(found.remedy.find("'cells'"), std::string::npos) << found.remedy;
}

TEST(Refusal, OptionsThatMakeNoSense) {
  const auto code_of = [](const plugin::SpikingOptions& options) {
    return error_of([&] {
             static_cast<void>(spiking_plugin::EventDrivenSolver().run(plain(), options));
           })
        .code;
  };
  plugin::SpikingOptions options;
  EXPECT_EQ(code_of(options), "spiking.options");  // no duration
  options.duration = 1.0;
  options.threads = 0;
  EXPECT_EQ(code_of(options), "spiking.options");
  options.threads = 1;
  options.probes = {{1, 3}};
  options.sample_interval = 1e-3;
  EXPECT_EQ(code_of(options), "spiking.options");
  options.probes = {{1, 2}};
  options.sample_interval = 0.0;
  EXPECT_EQ(code_of(options), "spiking.options");
  options.sample_interval = 0.1;
  options.probes = {{1, 2}, {1, 1}, {1, 2}};
  EXPECT_EQ(code_of(options), "spiking.options");
  options.probes.clear();
  options.max_spikes = 3;
  EXPECT_EQ(code_of(options), "spiking.spikes");
  options.threads = 3;
  EXPECT_EQ(code_of(options), "spiking.spikes");
  options.cancel.request();
  options.max_spikes = 0;
  EXPECT_THROW(static_cast<void>(spiking_plugin::EventDrivenSolver().run(plain(), options)),
               base::Cancelled);
}

constexpr const char* netlist_head = R"(ncir 1
design "net"
top net
primitive cell
  attribute element: "leaky_integrate_and_fire"
  parameter capacitance: 2e-10 F
  parameter leak_conductance: 1e-08 S
  parameter threshold: 0.02 V
  net input spike
  net output spike
  port input input
  port output output
end
primitive synapse
  attribute element: "charge_synapse"
  parameter charge: 1e-12 C
  parameter delay: 0.001 s
  net pre spike
  net post spike
  port pre input
  port post output
end
primitive device
  attribute element: "memristive_synapse"
  attribute device: "agsi_jo2010"
  parameter conductance: 1e-08 S
  parameter delay: 0.001 s
  parameter read_voltage: 0.1 V
  parameter read_time: 1e-06 s
  parameter drift: true
  net pre spike
  net post spike
  port pre input
  port post output
end
primitive wrong
  attribute element: "leaky_integrate_and_fired"
  net input spike
  port input input
end
primitive extra
  attribute element: "poisson_spike_source"
  parameter rate: 10 Hz
  parameter rats: 10 Hz
  net output spike
  port output output
end
primitive events
  attribute element: "spike_event"
  parameter time: 0.1 s
  net output spike
  port output output
end
module net
  attribute role: "spiking_network"
  net a_in spike [3]
  net a_out spike [3]
  net other spike [3]
  array a: cell [3 1] (input = a_in[0 + 1 row + 0 column], output = a_out[0 + 1 row + 0 column])
)";

TEST(Refusal, NetlistsThatTheConventionDoesNotKnow) {
  const device::Library library({std::string(NEUCASL_SOURCE_FOLDER) + "/devices"});
  const auto found = [&](const std::string& line) {
    return error_of([&] {
      device::UseList uses;
      static_cast<void>(mapping::read_spiking_network(
          ir::parse(std::string(netlist_head) + line + "\nend\n", "net.ncir"), &library, uses));
    });
  };
  struct Case {
    const char* line;
    const char* code;
    const char* text;
  };
  const Case cases[] = {
      {"array s: synapse [3 3] (pre = other[0 + 1 row + 0 column], post = a_in[0 + 0 row + 1 "
       "column])",
       "spiking.population", "'other'"},
      {"array s: synapse [3 3] (pre = a_out[0 + 0 row + 1 column], post = a_in[0 + 0 row + 1 "
       "column])",
       "spiking.network", "steps of 0 a row and 1 a column"},
      {"array s: synapse [2 3] (pre = a_out[0 + 1 row + 0 column], post = a_in[0 + 0 row + 1 "
       "column])",
       "spiking.size", "2 x 3"},
      {"array b: cell [3 1] (input = a_in[0 + 1 row + 0 column], output = other[0 + 1 row + 0 "
       "column])",
       "spiking.network", "shares net 'a_in'"},
      {"array s: device [3 3] (pre = a_out[0 + 1 row + 0 column], post = a_in[0 + 0 row + 1 "
       "column])",
       "spiking.parameter", "asks for drift"},
      {"array s: synapse [200000 100000] (pre = a_out[0 + 1 row + 0 column], post = a_in[0 + 0 row "
       "+ "
       "1 column])",
       "spiking.size", "20000000000 copies"},
      {"array s: events [200000000 1] (output = other[0 + 1 row + 0 column])", "spiking.network",
       "lists 200000000 spikes"},
      {"array s: wrong [3 1] (input = a_in[0 + 1 row + 0 column])", "spiking.network",
       "leaky_integrate_and_fired"},
      {"array s: extra [3 1] (output = other[0 + 1 row + 0 column])", "spiking.parameter",
       "'rats'"},
  };
  for (const Case& one : cases) {
    const base::Diagnostic diagnostic = found(one.line);
    EXPECT_EQ(diagnostic.code, one.code) << one.line;
    EXPECT_NE(diagnostic.message.find(one.text), std::string::npos) << diagnostic.message;
    EXPECT_EQ(diagnostic.where.file, "net.ncir") << one.line;
    EXPECT_GT(diagnostic.where.line, 0U) << one.line;
  }
}

TEST(Plugin, HasAnEngineAndNoOperatingPoint) {
  plugin::Host host({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib/neucasl/plugins"});
  const auto simulator =
      host.make_circuit_simulator(host.find("spiking", plugin::PluginKind::circuit_simulator));
  ASSERT_NE(simulator->spiking_solver(), nullptr);
  EXPECT_EQ(simulator->array_solver(), nullptr);
  plugin::SpikingOptions options;
  options.duration = 0.1;
  EXPECT_EQ(simulator->spiking_solver()->run(plain(), options).spikes, run(plain(), 0.1).spikes);
  plugin::Context context;
  const ir::Design design = mapping::spiking_design(plain());
  EXPECT_EQ(error_of([&] {
              static_cast<void>(simulator->operating_point(design, design.top, context));
            }).code,
            "simulator.analysis");
}

}  // namespace
}  // namespace neucasl::spiking_test
