#include <gtest/gtest.h>

#include <cmath>

#include "circuit_builder.hpp"
#include "neucasl/base/random.hpp"
#include "photonic_solver.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::scattering {
namespace {

constexpr int channels = 16;
constexpr double spacing = 1.1e-9;  // m
constexpr double first_line = 1541e-9;

/// The card's disk with a spread of its resonance.
constexpr const char* card_text = R"(<?xml version="1.0" encoding="UTF-8"?>
<card id="made_disk" family="photonic" title="Disk with fabrication error">
  <citation key="test">Made up for this test</citation>
  <choice name="model" value="microdisk_switch"/>
  <number name="intrinsic_quality" value="61050.3" unit="1" kind="assumed" source="test" place="-"/>
  <number name="coupling_quality_1" value="18412.8" unit="1" kind="assumed" source="test" place="-">
    <spread distribution="normal" sigma="500"/>
  </number>
  <number name="coupling_quality_2" value="18412.8" unit="1" kind="assumed" source="test" place="-"/>
  <number name="free_spectral_range" value="18" unit="nm" kind="assumed" source="test" place="-"/>
  <number name="resonance_shift" value="0" unit="nm" kind="assumed" source="test" place="-">
    <spread distribution="normal" sigma="0.1"/>
  </number>
</card>
)";

double line(int k) { return first_line + spacing * k; }

/// 16 disks in a row between two buses, each with a heater, one comb line each; made as `sample`.
void add_bank(CircuitBuilder& net, const device::Library& cards, std::uint64_t sample) {
  net.add("comb", "comb_laser", {"bus0"},
          {{"first_wavelength", first_line}, {"spacing", spacing}, {"count", channels}});
  const std::uint32_t card = net.card(cards.load("made_disk"));
  for (int k = 0; k < channels; ++k) {
    const std::string n = std::to_string(k);
    const std::string next = std::to_string(k + 1);
    // Light of the drop bus runs back to its beginning, net drop0. A heater only moves to the red,
    // so that disks are made to the blue of their channels.
    net.add("disk" + n, "microdisk_switch",
            {"bus" + n, "bus" + next, "drop" + n, "drop" + next, "0", "0", "warm" + n},
            {{"resonance_wavelength", line(k) - 0.35e-9}}, card);
    net.add("heater" + n, "heater", {"hot" + n, "0", "warm" + n});
    net.voltage("tune" + n, "hot" + n, 0.5);
  }
  net.add("end", "termination", {"bus" + std::to_string(channels)});
  net.add("dark", "termination", {"drop" + std::to_string(channels)});
  net.add("receiver", "photodetector", {"drop0", "0", "0"});
  circuit::vary(net.circuit(), 7, sample);
  // The spread is about each disk's own wavelength, which the card does not know.
  for (auto& device : net.circuit().devices) {
    const auto& specification = net.circuit().models[device.model].model->specification();
    if (specification.name != "microdisk_switch") continue;
    EXPECT_NE(device.parameters[model::parameter_index(specification, "resonance_shift")], 0.0);
  }
}

TEST(ScatteringCalibration, SixteenDisksWithFabricationErrorReachTheirWeights) {
  const test::ScratchFolder folder;
  (void)folder.file("made_disk.xml", card_text);
  const device::Library cards({folder.path()});
  std::vector<double> lines;
  for (int k = 0; k < channels; ++k) lines.push_back(line(k));
  const ScatteringSolver solver;
  plugin::Context context;
  context.threads = 2;
  {
    constexpr std::uint64_t sample = 1;
    CircuitBuilder net(lines);
    add_bank(net, cards, sample);
    base::RandomStream random(3, "test/weights", sample);
    std::vector<plugin::PhotonicGoal> goals;
    std::vector<plugin::PhotonicKnob> knobs;
    for (int k = 0; k < channels; ++k) {
      const std::string n = std::to_string(k + 1);
      goals.push_back({"t(drop0." + n + ",bus0." + n + ")", 0.1 + 0.6 * random.uniform(), 1.0});
      // Up to 1 nm for each disk: below its neighbour's channel.
      knobs.push_back({"tune" + std::to_string(k), 0.0, 1.15, 0.5});
    }
    plugin::PhotonicCalibrationOptions options;
    options.scan_points = 8;
    const auto found = solver.calibrate(net.circuit(), goals, knobs, options, context);
    EXPECT_GT(found.start_error, 1.0 / 256.0);
    EXPECT_LE(found.largest_error, 1.0 / 256.0);
    // The knobs do it in a circuit of their own, too.
    circuit::Circuit tuned = net.circuit();
    std::vector<std::string> outputs;
    for (std::size_t k = 0; k < knobs.size(); ++k) {
      tuned.set(knobs[k].target, found.knob[k]);
      outputs.push_back(goals[k].output);
      EXPECT_GE(found.knob[k], knobs[k].low);
      EXPECT_LE(found.knob[k], knobs[k].high);
    }
    const auto values = solver.gradient(tuned, outputs, {}, context).value;
    for (std::size_t k = 0; k < values.size(); ++k) {
      EXPECT_NEAR(values[k], goals[k].value, 1.0 / 256.0);
    }
  }
}

/// A mesh whose couplers and phases are wrong finds the matrix that it would have made.
TEST(ScatteringCalibration, MeshWithWrongCouplersAndPhases) {
  constexpr int lines = 4;
  base::RandomStream random(5, "test/mesh", 0);
  const auto cells = rectangular_cells(lines, [&] { return 0.5 + 2.0 * random.uniform(); });
  CircuitBuilder ideal;
  add_mesh(ideal, lines, cells);
  CircuitBuilder made;
  add_mesh(made, lines, cells);
  std::vector<plugin::PhotonicKnob> knobs;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const std::string name = "cell" + std::to_string(c);
    made.circuit().set(name + ".power_coupling_1", 0.5 + 0.04 * (random.uniform() - 0.5));
    made.circuit().set(name + ".power_coupling_2", 0.5 + 0.04 * (random.uniform() - 0.5));
    for (const int which : {0, 1}) {
      const double start =
          cells[c][static_cast<std::size_t>(2 + which)] + 0.2 * (random.uniform() - 0.5);
      knobs.push_back({name + (which == 0 ? ".inner_phase" : ".outer_phase"), -3.0, 6.0, start});
    }
  }
  std::vector<std::string> outputs;
  for (int o = 0; o < lines; ++o) {
    for (int i = 0; i < lines; ++i) {
      outputs.push_back("t(out" + std::to_string(o) + ",in" + std::to_string(i) + ")");
    }
  }
  const ScatteringSolver solver;
  const auto wanted = solver.gradient(ideal.circuit(), outputs, {}, {}).value;
  std::vector<plugin::PhotonicGoal> goals;
  for (std::size_t k = 0; k < outputs.size(); ++k) goals.push_back({outputs[k], wanted[k], 1.0});
  plugin::PhotonicCalibrationOptions options;
  options.tolerance = 1e-5;
  const auto found = solver.calibrate(made.circuit(), goals, knobs, options, {});
  EXPECT_GT(found.start_error, 0.01);
  EXPECT_LE(found.largest_error, 1e-5);
}

/// A coupler sends p to one side and 1 - p to the other; p ends where its range does.
TEST(ScatteringCalibration, UnreachableGoalsEndAtTheNearestValues) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("coupler", "directional_coupler", {"in", "dark", "through", "lossy"});
  net.add("guide", "waveguide", {"lossy", "cross"}, {{"length", 1e-3}});
  for (const char* end : {"dark", "through", "cross"}) net.add(end, "termination", {end});
  const ScatteringSolver solver;
  for (const double start : {0.0, 0.3, 1.0}) {
    const plugin::PhotonicKnob split{"coupler.power_coupling", 0.0, 1.0, start};
    const auto one =
        solver.calibrate(net.circuit(), {{"t(through,in)", -0.5, 1.0}}, {split}, {}, {});
    EXPECT_EQ(one.knob[0], 1.0);
    EXPECT_NEAR(one.value[0], 0.0, 1e-15);
    EXPECT_NEAR(one.largest_error, 0.5, 1e-15);
    // The pushed knob does not keep the other one, the guide's loss, from its goal.
    const plugin::PhotonicKnob loss{"guide.propagation_loss_db", 0.0, 2000.0, 1000.0};
    const auto two =
        solver.calibrate(net.circuit(), {{"t(through,in)", -1.0, 1.0}, {"t(cross,in)", 0.9, 1.0}},
                         {split, loss}, {}, {});
    EXPECT_EQ(two.knob[0], 1.0);
    EXPECT_NEAR(two.knob[1], -1e4 * std::log10(0.9), 1e-2);
    EXPECT_NEAR(two.value[1], 0.9, 1e-6);
  }
}

/// A drop of more than the peak ends on the peak, (k1 k2 sqrt(a) / (1 - t1 t2 a))^2, where the
/// slope over the shift vanishes.
TEST(ScatteringCalibration, GoalBeyondAResonanceEndsOnItsPeak) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add(
      "ring", "ring_add_drop", {"in", "through", "drop", "add"},
      {{"power_coupling_1", 0.0225}, {"power_coupling_2", 0.0225}, {"round_trip_loss_db", 0.02}});
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  const auto found =
      ScatteringSolver().calibrate(net.circuit(), {{"t(drop,in)", 0.9, 1.0}},
                                   {{"ring.resonance_shift", 5e-9, 6e-9, 5.7e-9}}, {}, {});
  const double a = std::pow(10.0, -0.02 / 20.0);
  const double peak = std::pow(0.0225 * std::sqrt(a) / (1.0 - 0.9775 * a), 2);
  EXPECT_NEAR(found.value[0], peak, 1e-9);
  EXPECT_NEAR(found.largest_error, 0.9 - peak, 1e-9);
}

TEST(ScatteringCalibration, RefusesGoalsAndKnobsWithoutMeaning) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("guide", "waveguide", {"in", "out"});
  net.add("end", "termination", {"out"});
  const ScatteringSolver solver;
  const auto refused = [&](const plugin::PhotonicGoal& goal, const plugin::PhotonicKnob& knob) {
    try {
      (void)solver.calibrate(net.circuit(), {goal}, {knob}, {}, {});
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("nothing");
  };
  const plugin::PhotonicKnob good{"guide.length", 1e-5, 1e-4, 5e-5};
  EXPECT_EQ(refused({"p(out)", 1e-4, 0.0}, good), "scattering.calibration");
  EXPECT_EQ(refused({"p(out)", std::nan(""), 1.0}, good), "scattering.calibration");
  EXPECT_EQ(refused({"p(out)", 1e-4, 1.0}, {"guide.length", 1e-4, 1e-5, 5e-5}),
            "scattering.calibration");
  EXPECT_EQ(refused({"p(out)", 1e-4, 1.0}, {"guide.length", 1e-5, 1e-4, 1.0}),
            "scattering.calibration");
  EXPECT_EQ(refused({"p(out)", 1e-4, 1.0}, {"gide.length", 1e-5, 1e-4, 5e-5}), "scattering.target");
}

}  // namespace
}  // namespace neucasl::scattering
