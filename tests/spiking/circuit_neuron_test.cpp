#include "networks.hpp"
#include "tests/cells/circuit_session.hpp"

/// \file
/// The engine's neurons against transistor circuits of neurons in ngspice.
///
/// The circuit's leak and reset transistors carry constant currents and its membrane is a
/// capacitor, so the engine's neuron has no leak conductance and the leak as bias. Capacitance,
/// threshold and leak are what the circuit's design says of itself; the refractory time is measured
/// once, at one input current.

namespace neucasl::spiking_test {
namespace {

using cells::CircuitSession;

double figure(const plugin::CircuitDesign& design, const std::string& key) {
  for (const results::Figure& one : design.figures) {
    if (one.key == key || one.key.ends_with('.' + key)) return one.value;
  }
  ADD_FAILURE() << "no figure " << key;
  return 0.0;
}

NeuronPopulation engine_neuron(const plugin::CircuitDesign& lif, double refractory) {
  NeuronPopulation one = neurons("one", 1);
  one.capacitance = figure(lif, "membrane_capacitance");
  one.leak_conductance = 0.0;
  one.rest_potential = one.reset_potential = 0.0;
  one.synaptic_time = 0.0;
  one.threshold = {figure(lif, "threshold")};
  one.initial_potential = {0.0};
  one.refractory_time = refractory;
  return one;
}

double last_interval(const NeuronPopulation& neuron, double duration) {
  const std::vector<double> times = times_of(run(network_of({neuron}), duration), 0, 0);
  EXPECT_GT(times.size(), 3U);
  return times.back() - times[times.size() - 2];
}

class CircuitNeuron : public testing::TestWithParam<const char*> {};

TEST_P(CircuitNeuron, RateFollowsTheInputAsInNgspice) {
  CircuitSession session;
  struct Point {
    const char* text;
    double current;
    double interval = 0.0;
  };
  Point points[] = {{"150 nA", 150e-9}, {"300 nA", 300e-9}, {"450 nA", 450e-9}};
  double refractory = 0.0;
  std::optional<plugin::CircuitDesign> design;
  for (Point& point : points) {
    design =
        session.build(GetParam(), "lif_neuron", {{"input_current", point.text}, {"spikes", "3"}});
    const flow::CircuitRun circuit = session.run(*design);
    ASSERT_EQ(circuit.engines.front().simulator, "ngspice");
    point.interval = CircuitSession::measured(*design, circuit, "interval");
    if (&point != &points[1]) continue;
    // The interval less the climb from 0 to the threshold, at the middle current.
    refractory = point.interval - figure(*design, "membrane_capacitance") *
                                      figure(*design, "threshold") /
                                      (point.current - figure(*design, "leak"));
  }
  ASSERT_GT(refractory, 0.0);
  NeuronPopulation neuron = engine_neuron(*design, refractory);
  for (const Point& point : points) {
    neuron.bias_current = {point.current - figure(*design, "leak")};
    const double interval = last_interval(neuron, 20.0 * point.interval);
    RecordProperty(point.text, std::to_string(interval / point.interval - 1.0));
    EXPECT_NEAR(interval, point.interval, 0.05 * point.interval) << point.text;
  }
}

TEST(AdaptiveCircuitNeuron, AdaptationSlowsItAsInNgspice) {
  CircuitSession session;
  const char* const technology = "cnt";
  const plugin::CircuitDesign design = session.build(
      technology, "adaptive_neuron", {{"adaptation_capacitance", "80 fF"}, {"spikes", "20"}});
  const flow::CircuitRun circuit = session.run(design);
  ASSERT_EQ(circuit.engines.front().simulator, "ngspice");
  const double first = CircuitSession::measured(design, circuit, "first_interval");
  const double steady = CircuitSession::measured(design, circuit, "steady_interval");
  const double adaptation = CircuitSession::measured(design, circuit, "adaptation_current");
  const plugin::CircuitDesign lif = session.build(technology, "lif_neuron");
  const flow::CircuitRun plain = session.run(lif, false);
  const double input = 200e-9;  // the default of both circuits
  const double drive = input - figure(lif, "leak");
  const double climb = figure(lif, "membrane_capacitance") * figure(lif, "threshold") / drive;
  NeuronPopulation neuron =
      engine_neuron(lif, CircuitSession::measured(lif, plain, "interval") - climb);
  neuron.kind = NeuronKind::adaptive;
  neuron.bias_current = {drive};
  // A linear adaptation current whose mean in the steady state is the measured one: what a spike
  // adds decays over many intervals.
  neuron.adaptation_time = 10.0 * steady;
  neuron.adaptation_step = adaptation * steady / neuron.adaptation_time;
  const std::vector<double> times = times_of(run(network_of({neuron}), 200.0 * steady), 0, 0);
  ASSERT_GT(times.size(), 100U);
  const double found = times.back() - times[times.size() - 2];
  RecordProperty("steady", std::to_string(found / steady - 1.0));
  EXPECT_NEAR(found, steady, 0.05 * steady);
  EXPECT_GT(found, 1.2 * (times[1] - times[0]));
  EXPECT_LT(times[1] - times[0], 1.1 * first);
}

INSTANTIATE_TEST_SUITE_P(Technologies, CircuitNeuron, testing::Values("finfet", "cnt"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace neucasl::spiking_test
