#include "simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "circuit_builder.hpp"
#include "native/simulator.hpp"

namespace neucasl::scattering {
namespace {

class SimulatorTest : public testing::Test {
 protected:
  SimulatorTest() {
    context_.diagnostics = &diagnostics_;
    options_.tolerances = circuit::Tolerances::tight();
  }
  /// All traces of both simulators within `limit` of the largest of their kind of unknown.
  void expect_same(const circuit::Circuit& circuit, const circuit::Analysis& analysis,
                   double limit) {
    const circuit::Result a = native_.simulate(circuit, analysis, options_, context_);
    const circuit::Result b = simulator_.simulate(circuit, analysis, options_, context_);
    ASSERT_EQ(a.traces.size(), b.traces.size());
    EXPECT_EQ(a.axis_name, b.axis_name);
    EXPECT_EQ(a.axis, b.axis);
    for (std::size_t k = 0; k < a.traces.size(); ++k) {
      EXPECT_EQ(a.traces[k].name, b.traces[k].name);
      EXPECT_EQ(a.traces[k].kind, b.traces[k].kind);
      EXPECT_EQ(a.traces[k].dimension, b.traces[k].dimension) << a.traces[k].name;
      ASSERT_EQ(a.traces[k].real.size(), b.traces[k].real.size());
      double size = 1e-3;
      for (const double value : a.traces[k].real) size = std::max(size, std::abs(value));
      for (std::size_t i = 0; i < a.traces[k].real.size(); ++i) {
        ASSERT_NEAR(a.traces[k].real[i], b.traces[k].real[i], limit * size)
            << a.traces[k].name << " at point " << i;
      }
    }
  }
  std::string refusal(const circuit::Circuit& circuit,
                      const circuit::Analysis& analysis = circuit::OperatingPointAnalysis{}) {
    try {
      (void)simulator_.simulate(circuit, analysis, options_, context_);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "nothing";
  }

  base::DiagnosticSink diagnostics_;
  plugin::Context context_;
  plugin::SimulationOptions options_;
  ScatteringSimulator simulator_;
  native_plugin::NativeSimulator native_;
};

circuit::SweepAnalysis wavelengths(int count, double from, double step) {
  circuit::SweepAnalysis sweep{"wavelength", {}};
  for (int k = 0; k < count; ++k) sweep.values.push_back(from + step * k);
  return sweep;
}

/// Heated disk with a junction, a phase shifter in a cavity, detectors with loads.
void add_link(CircuitBuilder& net) {
  net.add("laser", "laser", {"in"}, {{"power", 2e-3}});
  net.add("left", "mirror", {"in", "a"}, {{"reflection", 0.5}});
  net.add("shifter", "phase_shifter", {"a", "b", "phase", "0"});
  net.add("right", "mirror", {"b", "bus"}, {{"reflection", 0.3}});
  net.add("disk", "microdisk_switch", {"bus", "through", "drop", "add", "anode", "0", "warm"},
          {{"resonance_wavelength", 1549.6e-9}});
  net.add("heater", "heater", {"hot", "0", "warm"});
  net.add("dark", "termination", {"add"});
  net.add("upper", "photodetector", {"through", "out", "supply"});
  net.add("lower", "photodetector", {"drop", "low", "out"});
  net.voltage("drive", "hot", 0.6);
  net.voltage("tune", "phase", 2.0);
  net.voltage("bias", "anode", -1.0);
  net.voltage("plus", "supply", 2.0);
  net.voltage("minus", "low", -2.0);
  net.resistor("load", "out", "0", 500.0);
}

TEST_F(SimulatorTest, OperatingPointAsNative) {
  CircuitBuilder net;
  add_link(net);
  expect_same(net.circuit(), circuit::OperatingPointAnalysis{}, 1e-9);
}

TEST_F(SimulatorTest, WavelengthSweepAsNativeForAnyNumberOfThreads) {
  CircuitBuilder net;
  add_link(net);
  const auto sweep = wavelengths(101, 1549e-9, 0.02e-9);
  expect_same(net.circuit(), sweep, 1e-9);
  const auto one = simulator_.simulate(net.circuit(), sweep, options_, context_);
  context_.threads = 3;
  const auto three = simulator_.simulate(net.circuit(), sweep, options_, context_);
  for (std::size_t k = 0; k < one.traces.size(); ++k) {
    EXPECT_EQ(one.traces[k].real, three.traces[k].real) << one.traces[k].name;
  }
}

TEST_F(SimulatorTest, SweepOfASourceAndOfAParameterAsNative) {
  CircuitBuilder net;
  add_link(net);
  expect_same(net.circuit(), circuit::SweepAnalysis{"drive", {0.0, 0.3, 0.6, 0.9}}, 1e-9);
  expect_same(net.circuit(), circuit::SweepAnalysis{"right.reflection", {0.0, 0.5, 0.9}}, 1e-9);
}

TEST_F(SimulatorTest, SeveralCarriersAsNative) {
  CircuitBuilder net({1549e-9, 1550e-9});
  net.add("comb", "comb_laser", {"in"},
          {{"first_wavelength", 1549e-9}, {"spacing", 1e-9}, {"count", 2.0}});
  net.add("disk", "microdisk_switch", {"in", "through", "drop", "add", "anode", "0", "0"},
          {{"resonance_wavelength", 1550.1e-9}});
  net.add("end", "termination", {"through"});
  net.add("dark", "termination", {"add"});
  net.add("receiver", "photodetector", {"drop", "out", "0"});
  net.voltage("bias", "anode", -2.0);
  net.resistor("load", "out", "0", 200.0);
  expect_same(net.circuit(), circuit::OperatingPointAnalysis{}, 1e-9);
  EXPECT_EQ(refusal(net.circuit(), wavelengths(3, 1549e-9, 1e-9)), "circuit.carriers");
}

/// The detector's voltage is the bias of the disk in front of it.
TEST_F(SimulatorTest, LightThatMovesItsOwnBiasAsNative) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("disk", "microdisk_switch", {"in", "through", "drop", "add", "0", "out", "0"},
          {{"resonance_wavelength", 1550.05e-9}, {"shift_per_volt", -100e-12}});
  net.add("end", "termination", {"through"});
  net.add("dark", "termination", {"add"});
  net.add("receiver", "photodetector", {"drop", "0", "out"});
  net.resistor("load", "out", "plus", 300.0);
  net.voltage("supply", "plus", 1.0);
  expect_same(net.circuit(), circuit::OperatingPointAnalysis{}, 1e-9);
  expect_same(net.circuit(), wavelengths(11, 1549.8e-9, 0.05e-9), 1e-9);
}

TEST_F(SimulatorTest, RefusesWhatItCannotTrust) {
  CircuitBuilder open;
  open.add("laser", "laser", {"in"});
  open.add("guide", "waveguide", {"in", "nowhere"});
  EXPECT_EQ(refusal(open.circuit()), "scattering.open");

  CircuitBuilder crowded;
  crowded.add("laser", "laser", {"in"});
  crowded.add("guide", "waveguide", {"in", "out"});
  crowded.add("end", "termination", {"in"});
  crowded.add("other", "termination", {"out"});
  EXPECT_EQ(refusal(crowded.circuit()), "scattering.net");

  CircuitBuilder amplified;
  amplified.add("laser", "laser", {"in"});
  amplified.add("amplifier", "semiconductor_optical_amplifier", {"in", "out"});
  amplified.add("end", "termination", {"out"});
  EXPECT_EQ(refusal(amplified.circuit()), "scattering.nonlinear");

  CircuitBuilder trapped;
  trapped.add("laser", "laser", {"in"});
  trapped.add("end", "termination", {"in"});
  trapped.add("left", "mirror", {"a", "x"}, {{"reflection", 1.0}});
  trapped.add("right", "mirror", {"a", "y"}, {{"reflection", 1.0}});
  trapped.add("lower", "termination", {"x"});
  trapped.add("upper", "laser", {"y"});
  EXPECT_EQ(refusal(trapped.circuit()), "nothing");  // no light gets in

  CircuitBuilder loop;
  loop.add("laser", "laser", {"in"});
  loop.add("coupler", "directional_coupler", {"in", "back", "out", "round"},
           {{"power_coupling", 1e-30}});
  loop.add("guide", "phase_shifter", {"round", "back", "0", "0"}, {{"insertion_loss_db", 0.0}});
  loop.add("end", "termination", {"out"});
  EXPECT_EQ(refusal(loop.circuit()), "scattering.resonance");

  CircuitBuilder floating;
  floating.add("laser", "laser", {"in"});
  floating.add("end", "termination", {"in"});
  floating.resistor("hanging", "p", "q", 1.0);
  EXPECT_EQ(refusal(floating.circuit()), "scattering.singular");

  CircuitBuilder electrical;
  electrical.voltage("source", "p", 1.0);
  electrical.resistor("load", "p", "0", 1.0);
  EXPECT_EQ(refusal(electrical.circuit()), "scattering.empty");

  CircuitBuilder good;
  good.add("laser", "laser", {"in"});
  good.add("end", "termination", {"in"});
  EXPECT_EQ(refusal(good.circuit(), circuit::AcAnalysis{{1e9}}), "simulator.analysis");
  EXPECT_EQ(refusal(good.circuit(), circuit::SweepAnalysis{"wavelength", {}}),
            "scattering.analysis");
  EXPECT_EQ(refusal(good.circuit()), "nothing");
}

}  // namespace
}  // namespace neucasl::scattering
