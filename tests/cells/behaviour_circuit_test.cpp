#include <cmath>

#include "circuit_session.hpp"
#include "tests/scratch_folder.hpp"

/// \file
/// Laws between runs with different parameters.

namespace neucasl::cells {
namespace {

double of(CircuitSession& session, const std::string& circuit, const Settings& settings,
          const std::string& measurement) {
  const plugin::CircuitDesign design = session.build("finfet", circuit, settings);
  return CircuitSession::measured(design, session.run(design, false), measurement);
}

TEST(RingOscillator, PeriodGrowsInProportionToTheStages) {
  CircuitSession session;
  const double five = of(session, "ring_oscillator", {{"stages", "5"}}, "period");
  const double fifteen = of(session, "ring_oscillator", {{"stages", "15"}}, "period");
  EXPECT_NEAR(fifteen / five, 3.0, 0.03);
}

TEST(RingOscillator, WithoutASimulatorTheEffectiveCurrentGivesTheStageDelay) {
  CircuitSession session;
  const plugin::CircuitDesign design =
      session.build("finfet", "ring_oscillator", {{"stages", "5"}}, false);
  EXPECT_EQ(flow::faults_of(session.run(design, false), 0.01), "");
}

TEST(LifNeuron, RateFollowsTheInputLessTheLeak) {
  CircuitSession session;
  const auto integration = [&](const char* input) {
    return of(session, "lif_neuron", {{"input_current", input}, {"spikes", "3"}},
              "integration_time");
  };
  // 0.02 uA leak: 1 / 0.18 over 1 / 0.38.
  EXPECT_NEAR(integration("200 nA") / integration("400 nA"), 0.38 / 0.18, 0.12);
}

TEST(AdaptiveNeuron, TheSteadyIntervalIsLongerThanTheFirst) {
  CircuitSession session;
  const plugin::CircuitDesign design = session.build("cnt", "adaptive_neuron");
  const flow::CircuitRun run = session.run(design, false);
  EXPECT_GT(CircuitSession::measured(design, run, "steady_interval"),
            1.5 * CircuitSession::measured(design, run, "first_interval"));
}

TEST(SynapseArray, SilentColumnsDoNotSpike) {
  CircuitSession session;
  const test::ScratchFolder folder;
  const std::string weights = folder.file("weights.csv", "# three columns\n3, -3, 0\n2, -1, 3\n");
  const std::string inputs = folder.file("inputs.csv", "1 1\n");
  const plugin::CircuitDesign design =
      session.build("finfet", "current_synapse_array",
                    {{"rows", "2"}, {"columns", "3"}, {"weights", weights}, {"inputs", inputs}});
  const flow::CircuitRun run = session.run(design, false);
  EXPECT_EQ(flow::faults_of(run, 0.01), "");
  EXPECT_GT(CircuitSession::measured(design, run, "spikes_0"),
            CircuitSession::measured(design, run, "spikes_2"));
  EXPECT_EQ(CircuitSession::measured(design, run, "spikes_1"), 0.0);
}

TEST(SarAdc, ConvertsAGivenInput) {
  CircuitSession session;
  // The reference is 0.35 V: 0.1 V is code 4.57 of 16.
  EXPECT_NEAR(of(session, "sar_adc", {{"input", "0.1 V"}}, "code_0"), 4.0, 0.05);
}

}  // namespace
}  // namespace neucasl::cells
