#include <cmath>

#include "circuits/neuron_law.hpp"
#include "front_end_bench.hpp"

namespace neucasl::photonic {
namespace {

class PhotonicNeuron : public FrontEndBench {
 protected:
  NeuronLaw law(const Given& given) {
    device::UseList uses;
    return {checked(manifest_.circuit("photonic_neuron").parameters, given, "photonic_neuron"),
            cards_, uses};
  }
};

TEST_F(PhotonicNeuron, TransferIsThatOfDetectorsAndRing) {
  const plugin::CircuitDesign design = build("photonic_neuron", {{"points", "21"}}, native_.get());
  expect_good(design, 1e-3);
  EXPECT_EQ(figure(design.figures, "cascadable"), 1.0);
  EXPECT_NEAR(figure(design.figures, "simulated_gain"), figure(design.figures, "gain"),
              0.01 * figure(design.figures, "gain"));
}

TEST_F(PhotonicNeuron, GainOfACriticallyCoupledRing) {
  // T = d^2 / (1 + d^2) has its largest slope, 3 sqrt(3) / 8, at d = 1 / sqrt(3).
  const NeuronLaw neuron = law({});
  const NeuronGain gain = neuron_gain(neuron, 1e-3, 1001);
  const double per_watt =
      neuron.modulator.detuning(neuron.wavelength, neuron.trim, -neuron.drive(1e-3)) / 1e-3;
  EXPECT_NEAR(gain.largest, neuron.pump * per_watt * 3.0 * std::sqrt(3.0) / 8.0,
              1e-3 * gain.largest);
  EXPECT_NEAR(gain.at * per_watt, 1.0 / std::sqrt(3.0), 0.01);
}

TEST_F(PhotonicNeuron, ThresholdPartsAChainsLevels) {
  const NeuronLaw neuron = law({});
  const NeuronGain gain = neuron_gain(neuron, 1e-3, 201);
  ASSERT_TRUE(gain.threshold && gain.high);
  const auto after = [&](double power) {
    for (int k = 0; k < 60; ++k) power = neuron.output(power);
    return power;
  };
  EXPECT_LT(after(0.98 * *gain.threshold), 1e-3 * neuron.pump);
  EXPECT_NEAR(after(1.02 * *gain.threshold), *gain.high, 1e-3 * *gain.high);
}

TEST_F(PhotonicNeuron, ChainOfTwoWithInhibition) {
  const Given given = {{"stages", "2"}, {"points", "11"}, {"inhibiting_power", "50 uW"}};
  expect_good(build("photonic_neuron", given), 1e-3);
}

TEST_F(PhotonicNeuron, NegativeDetuningGivesARadialBasis) {
  const Given given = {{"detuning", "-1"}, {"points", "21"}};
  const plugin::CircuitDesign design = build("photonic_neuron", given);
  expect_good(design, 1e-3);
  for (const auto& one : design.measurements) EXPECT_NE(one.measurement.name, "output_delay");
}

TEST_F(PhotonicNeuron, WithoutEnoughPumpItIsNotCascadable) {
  const plugin::CircuitDesign design = build("photonic_neuron", {{"pump_power", "0.5 mW"}});
  EXPECT_EQ(figure(design.figures, "cascadable"), 0.0);
  EXPECT_GT(figure(design.figures, "pump_of_unit_gain"), 0.5e-3);
}

TEST_F(PhotonicNeuron, RefusesLightBeyondTheBias) {
  const base::Diagnostic d = refused([&] { build("photonic_neuron", {{"input_power", "5 mW"}}); });
  EXPECT_EQ(d.code, "photonic.neuron");
  EXPECT_NE(d.remedy.find("bias_voltage"), std::string::npos) << d.remedy;
}

TEST_F(PhotonicNeuron, RefusesInhibitionThatOpensTheJunction) {
  const base::Diagnostic d = refused([&] {
    build("photonic_neuron", {{"inhibiting_power", "1 mW"}});
  });
  EXPECT_NE(d.remedy.find("inhibiting_power"), std::string::npos) << d.remedy;
}

}  // namespace
}  // namespace neucasl::photonic
