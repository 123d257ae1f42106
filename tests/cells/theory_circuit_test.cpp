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
  const flow::CircuitRun run = session.run(design);
  EXPECT_EQ(run.engines.size(), 2U);
  EXPECT_EQ(flow::faults_of(run, 0.01), "");
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* technology : {"finfet", "cnt"}) {
    for (const char* circuit :
         {"ring_oscillator", "lif_neuron", "adaptive_neuron", "winner_take_all", "sense_amplifier",
          "sar_adc", "r2r_dac", "current_synapse_array"}) {
      all.push_back({technology, circuit, {}});
    }
    all.push_back({technology, "ring_oscillator", {{"stages", "5"}, {"load", "1 fF"}}});
    all.push_back({technology, "current_synapse_array", {{"readout", "current"}}});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, CircuitTest, testing::ValuesIn(cases()));

}  // namespace
}  // namespace neucasl::cells
