#include <gtest/gtest.h>

#include "program.hpp"

namespace neucasl::test {
namespace {

/// Two sources of listed spikes and a neuron that the second of them sets off.
constexpr const char* netlist = R"(ncir 1
design "relay"
top relay
primitive event
  attribute element: "spike_event"
  parameter time: -1 s
  net output spike
  port output output
end
primitive neuron
  attribute element: "leaky_integrate_and_fire"
  parameter capacitance: 1e-12 F
  parameter leak_conductance: 0 S
  parameter threshold: 1 V
  net input spike
  net output spike
  port input input
  port output output
end
primitive synapse
  attribute element: "charge_synapse"
  parameter charge: 6e-13 C
  parameter delay: 0.25 s
  net pre spike
  net post spike
  port pre input
  port post output
end
module relay
  attribute role: "spiking_network"
  net events_output spike [2]
  net cell_input spike
  net cell_output spike
  table times [2 1] "s"
    0.5
    0.75
  end
  array events: event [2 1] (output = events_output[0 + 1 row + 0 column]) { time: table times }
  array cell: neuron [1 1] (input = cell_input[0 + 1 row + 0 column], output = cell_output[0 + 1 row + 0 column])
  array wires: synapse [2 1] (pre = events_output[0 + 1 row + 0 column], post = cell_input[0 + 0 row + 1 column])
end
)";

TEST(SpikingRun, WritesSpikesRatesAndPotentials) {
  const ScratchFolder folder;
  const std::string file = folder.file("relay.ncir", netlist);
  const std::string out = (folder / "out").string();
  const Result found = neucasl("spiking run " + file + " --time '2 s' --out " + out +
                               " --probes 'cell[0]' --sample-interval '0.5 s'");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_NE(found.out.find("2 synapses, 2 synaptic events"), std::string::npos) << found.out;
  EXPECT_EQ(read(folder / "out/spikes.csv"),
            "time (s),population,index\n0.5,events,0\n0.75,events,1\n1,cell,0\n");
  const std::string rates = read(folder / "out/rates.csv");
  EXPECT_NE(rates.find("cell,leaky integrate-and-fire,1,1,0.5\n"), std::string::npos) << rates;
  const std::string potentials = read(folder / "out/potentials.csv");
  EXPECT_EQ(potentials.find("time (s),cell_0 (V)\n0,0\n0.5,0\n"), 0U) << potentials;
  const Result json = neucasl("spiking run " + file + " --time '2 s' --format json");
  EXPECT_NE(json.out.find("\"synaptic_events\": 2"), std::string::npos) << json.out;
}

TEST(SpikingRun, NamesWhatIsWrong) {
  const ScratchFolder folder;
  const std::string file = folder.file("relay.ncir", netlist);
  std::string broken = netlist;
  broken.replace(broken.find("threshold: 1 V"), 14, "threshold: -1 V");
  const std::string below = folder.file("below.ncir", broken);
  struct Case {
    std::string arguments;
    const char* text;
  };
  const Case cases[] = {
      {file, "--time"},
      {file + " --time '2 V'", "[base.dimension]"},
      {file + " --time '-1 s'", "[spiking.options]"},
      {file + " --time '1 s' --probes 'cel[0]'", "did you mean 'cell'"},
      {file + " --time '1 s' --probes cell", "[spiking.probe]"},
      {file + " --time '1 s' --probes 'cell[1]'", "--probes: error: 'cell[1]' is not there"},
      {file + " --time '1 s' --probes 'cell[0],'", "'' names no neuron"},
      {file + " --time '1 s' --probes 'cell[0], cell[0]'", "'cell[0]' is named twice"},
      {file + " --time '1 s' --probes 'events[0]'", "'events[0]' is a source"},
      {file + " --time '1 s' --probes 'cell[0]' --sample-interval '0 s'", "[spiking.options]"},
      {file + " --time '1 s' --jobs 0", "[spiking.options]"},
      {file + " --time '1 s' --max-spikes 1", "[spiking.spikes]"},
      {file + " --time '1 s' --solver native", "no engine for spiking networks"},
      {below + " --time '1 s'", "below.ncir:"},
      {(folder / "none.ncir").string() + " --time '1 s'", "none.ncir"},
  };
  for (const Case& one : cases) {
    const Result found = neucasl("spiking run " + one.arguments);
    EXPECT_EQ(found.code, 2) << one.arguments << found.err;
    EXPECT_NE(found.err.find(one.text), std::string::npos) << one.arguments << '\n' << found.err;
  }
}

TEST(SpikingRun, TheNetlistVerifies) {
  const ScratchFolder folder;
  const Result found = neucasl("netlist verify " + folder.file("relay.ncir", netlist));
  EXPECT_EQ(found.code, 0) << found.err;
}

std::string flow_of(const ScratchFolder& folder, const std::string& attributes) {
  static_cast<void>(folder.file("relay.ncir", netlist));
  return folder.file("flow.xml",
                     "<flow name='relay' seed='1'>\n  <stage name='relay' "
                     "kind='spiking' " +
                         attributes + "/>\n</flow>\n");
}

TEST(SpikingStage, FindsRatesAndIsCached) {
  const ScratchFolder folder;
  const std::string flow =
      flow_of(folder, "netlist='relay.ncir' time='2 s' probes='cell[0]' sample_interval='0.1 s'");
  const std::string run = "run " + flow + " --out " + (folder / "out").string();
  const Result first = neucasl(run);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("500 mHz"), std::string::npos) << first.out;
  EXPECT_NE(read(folder / "out/report.html").find("Membrane potentials"), std::string::npos);
  EXPECT_EQ(read(folder / "out/tables/spikes.csv").find("time (s),population,index\n"), 0U);
  const Result second = neucasl(run);
  EXPECT_NE(second.err.find("relay: cached"), std::string::npos) << second.err;
  EXPECT_EQ(second.out, first.out);
}

TEST(SpikingStage, NamesWhatIsWrong) {
  const ScratchFolder folder;
  struct Case {
    const char* attributes;
    const char* text;
  };
  const Case cases[] = {
      {"time='2 s'", "[parameter.missing]"},
      {"netlist='rely.ncir'", "[base.file]"},
      {"netlist='relay.ncir' probes='cells[0]'", "did you mean 'cell'"},
      {"netlist='relay.ncir' probes='cell[0],cell[0]'", "flow.xml:2"},
      {"netlist='relay.ncir' max_spikes='1'", "[spiking.spikes]"},
      {"netlist='relay.ncir' plugin='native'", "[flow.solver]"},
      {"netlist='relay.ncir' plugin='spikng'", "did you mean 'spiking'"},
  };
  for (const Case& one : cases) {
    const Result found =
        neucasl("run " + flow_of(folder, one.attributes) + " --out " + (folder / "out").string());
    EXPECT_EQ(found.code, 2) << one.attributes << found.err;
    EXPECT_NE(found.err.find(one.text), std::string::npos) << one.attributes << '\n' << found.err;
  }
}

}  // namespace
}  // namespace neucasl::test
