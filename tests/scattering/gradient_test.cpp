#include "gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "circuit_builder.hpp"
#include "neucasl/base/random.hpp"
#include "photonic_solver.hpp"

namespace neucasl::scattering {
namespace {

/// Central differences of the outputs, extrapolated once.
std::vector<double> differences(circuit::Circuit circuit, const std::vector<std::string>& outputs,
                                const std::string& target, double at, double step) {
  const ScatteringSolver solver;
  const auto values = [&](double value) {
    circuit.set(target, value);
    return solver.gradient(circuit, outputs, {}, {}).value;
  };
  std::vector<double> result(outputs.size());
  const auto a = values(at + step), b = values(at - step);
  const auto c = values(at + 0.5 * step), d = values(at - 0.5 * step);
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k] = (8.0 * (c[k] - d[k]) - (a[k] - b[k])) / (6.0 * step);
  }
  return result;
}

struct Target {
  std::string name;
  double at;
  double step;
};

void expect_slopes(circuit::Circuit& circuit, const std::vector<std::string>& outputs,
                   const std::vector<Target>& targets) {
  std::vector<std::string> names;
  for (const Target& target : targets) names.push_back(target.name);
  const auto found = ScatteringSolver().gradient(circuit, outputs, names, {});
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto expected =
        differences(circuit, outputs, targets[t].name, targets[t].at, targets[t].step);
    double largest = 0.0;
    for (const double slope : expected) largest = std::max(largest, std::abs(slope));
    EXPECT_GT(largest, 0.0) << names[t];
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      EXPECT_NEAR(found.slope[o * targets.size() + t], expected[o], 1e-6 * largest)
          << outputs[o] << " over " << names[t];
    }
  }
}

TEST(ScatteringGradient, PhasesAndCouplersOfAMesh) {
  base::RandomStream random(1, "test/mesh", 0);
  CircuitBuilder net;
  add_mesh(net, 6, rectangular_cells(6, [&] { return 6.2 * random.uniform(); }));
  std::vector<Target> targets;
  for (const int cell : {0, 4, 7, 14}) {
    const std::string name = "cell" + std::to_string(cell);
    const auto& parameters = net.circuit().devices[static_cast<std::size_t>(6 + cell)].parameters;
    targets.push_back({name + ".inner_phase", parameters[0], 1e-3});
    targets.push_back({name + ".outer_phase", parameters[1], 1e-3});
    targets.push_back({name + ".power_coupling_1", 0.5, 1e-4});
  }
  expect_slopes(
      net.circuit(),
      {"p(out0)", "t(out3,in2)", "re(out1,in5)", "im(out1,in5)", "re(out0,in0)", "re(out2,in1)",
       "im(out3,in1)", "re(out4,in2)", "im(out5,in4)", "0.5*t(out5,in0) - t(out2,in0) + 2*p(out4)"},
      targets);
}

TEST(ScatteringGradient, ResonantLoopWithReflection) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"}, {{"power", 2e-3}});
  net.add("left", "mirror", {"in", "a"}, {{"reflection", 0.8}});
  net.add("guide", "waveguide", {"a", "b"}, {{"length", 20e-6}});
  net.add("right", "mirror", {"b", "out"}, {{"reflection", 0.6}});
  net.add("end", "termination", {"out"});
  expect_slopes(net.circuit(), {"p(out)", "p(in)", "re(in,in)", "im(out,in)"},
                {{"left.reflection", 0.8, 1e-3},
                 {"right.reflection", 0.6, 1e-3},
                 {"guide.length", 20e-6, 1e-9},
                 {"guide.effective_index", 2.4, 1e-4},
                 {"laser.power", 2e-3, 1e-5}});
}

/// Voltage -> heater -> temperature -> disk, and a junction behind a resistor.
TEST(ScatteringGradient, ThroughHeatersJunctionsAndResistors) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("disk", "microdisk_switch", {"in", "through", "drop", "add", "anode", "0", "warm"},
          {{"resonance_wavelength", 1549.5e-9}});
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  net.add("heater", "heater", {"heated", "0", "warm"});
  net.voltage("drive", "heated", 0.7);
  net.voltage("bias", "supply", -1.5);
  net.resistor("series", "supply", "anode", 2e6);
  net.resistor("leak", "anode", "0", 5e6);
  expect_slopes(net.circuit(), {"p(drop)", "t(through,in)", "im(drop,in)"},
                {{"drive", 0.7, 1e-3},
                 {"bias", -1.5, 1e-3},
                 {"series", 2e6, 1e3},
                 {"leak", 5e6, 1e3},
                 {"heater.resistance", 1000.0, 1.0},
                 {"disk.resonance_shift", 0.0, 1e-12},
                 {"disk.intrinsic_quality", 1e5, 100.0},
                 {"disk.shift_per_volt", -30e-12, 1e-13}});
}

TEST(ScatteringGradient, PowerOverAllCarriers) {
  CircuitBuilder net({1549e-9, 1550e-9, 1551e-9});
  net.add("comb", "comb_laser", {"in"},
          {{"first_wavelength", 1549e-9}, {"spacing", 1e-9}, {"count", 3.0}});
  net.add("disk", "microdisk", {"in", "through", "drop", "add"},
          {{"resonance_wavelength", 1550.05e-9}});
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  expect_slopes(net.circuit(), {"p(drop)", "p(drop.2)", "t(through.1,in.1)"},
                {{"disk.resonance_shift", 0.0, 1e-12}, {"comb.power_per_line", 1e-3, 1e-5}});
}

TEST(ScatteringGradient, RefusesWhatHasNoSlope) {
  const auto code_of = [](auto&& call) {
    try {
      call();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("nothing");
  };
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("left", "mirror", {"in", "out"}, {{"reflection", 0.0}});
  net.add("end", "termination", {"out"});
  const ScatteringSolver solver;
  const auto gradient = [&](const std::string& output, const std::string& target) {
    return code_of([&] { (void)solver.gradient(net.circuit(), {output}, {target}, {}); });
  };
  EXPECT_EQ(gradient("p(out)", "left.reflection"), "scattering.slope");
  EXPECT_EQ(gradient("p(out)", "right.reflection"), "scattering.target");
  EXPECT_EQ(gradient("p(outt)", "laser.power"), "scattering.net");
  EXPECT_EQ(gradient("q(out)", "laser.power"), "scattering.output");
  EXPECT_EQ(gradient("2 p(out)", "laser.power"), "scattering.output");
  EXPECT_EQ(gradient("t(out)", "laser.power"), "scattering.output");
  EXPECT_EQ(gradient("p(out) p(in)", "laser.power"), "scattering.output");
  EXPECT_EQ(gradient("p(out)", "laser.power"), "nothing");
}

}  // namespace
}  // namespace neucasl::scattering
