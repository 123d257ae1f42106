#include "circuit_session.hpp"

/// \file
/// Every circuit in both technologies and both engines: what theory says, and the same answer
/// twice.

namespace neucasl::cells {
namespace {

struct Case {
  std::string technology;
  std::string circuit;
  Settings settings;
  bool both_engines = true;  ///< Else natively only: ngspice takes many times longer.
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.technology << ' ' << one.circuit;
  for (const auto& [name, value] : one.settings) *out << ' ' << name << '=' << value;
}

class CircuitTest : public testing::TestWithParam<Case> {};

TEST_P(CircuitTest, DoesWhatTheorySays) {
  CircuitSession session;
  const Case& one = GetParam();
  const plugin::CircuitDesign design = session.build(one.technology, one.circuit, one.settings);
  EXPECT_FALSE(design.expectations.empty());
  EXPECT_FALSE(design.uses.uses().empty());
  const flow::CircuitRun run = session.run(design, one.both_engines);
  EXPECT_EQ(run.engines.size(), one.both_engines ? 2U : 1U);
  EXPECT_EQ(flow::faults_of(run, 0.01), "");
}

std::vector<Case> cases() {
  const Settings small_ring{{"stages", "5"}};
  const Settings few_columns{{"columns", "5"}};
  const Settings fast{{"adaptation_capacitance", "80 fF"}, {"spikes", "20"}};
  std::vector<Case> all;
  for (const char* technology : {"finfet", "cnt"}) {
    for (const char* circuit : {"lif_neuron", "winner_take_all", "sense_amplifier", "r2r_dac"}) {
      all.push_back({technology, circuit, {}, true});
    }
    all.push_back({technology, "ring_oscillator", small_ring, true});
    all.push_back({technology, "current_synapse_array", {{"readout", "current"}}, true});
    all.push_back({technology, "sar_adc", {}, false});
  }
  all.push_back({"cnt", "ring_oscillator", {{"stages", "21"}, {"load", "1 fF"}}, false});
  all.push_back({"cnt", "sar_adc", {{"conversions", "1"}}, true});
  all.push_back({"cnt", "sar_adc", {{"logic", "cells"}, {"conversions", "1"}}, false});
  all.push_back({"cnt", "adaptive_neuron", fast, true});
  all.push_back({"finfet", "adaptive_neuron", {}, false});
  all.push_back({"cnt", "current_synapse_array", few_columns, true});
  all.push_back({"finfet", "current_synapse_array", few_columns, false});
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, CircuitTest, testing::ValuesIn(cases()));

}  // namespace
}  // namespace neucasl::cells
