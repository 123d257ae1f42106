#include "nonlinear/circuit_array.hpp"

#include <gtest/gtest.h>

#include "array_bench.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "simulator.hpp"

namespace neucasl::array_plugin {
namespace {

using array_test::ArrayBench;
using array_test::ArrayPlan;
using array_test::trapezoid;
using array_test::worst_current_difference;

class CircuitArrays : public testing::Test {
 protected:
  circuit::Result by(plugin::CircuitSimulator& simulator, const circuit::Circuit& circuit,
                     const circuit::Analysis& analysis,
                     const plugin::SimulationOptions& options = {}) {
    return simulator.simulate(circuit, analysis, options, bench_.context);
  }
  base::Diagnostic refusal(const circuit::Circuit& circuit,
                           const circuit::Analysis& analysis = circuit::OperatingPointAnalysis{},
                           const plugin::SimulationOptions& options = {}) {
    try {
      static_cast<void>(by(array_, circuit, analysis, options));
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }
  void expect_structure(const circuit::Circuit& circuit, const std::string& named) {
    const base::Diagnostic diagnostic = refusal(circuit);
    EXPECT_EQ(diagnostic.code, "array.structure") << named;
    EXPECT_NE(diagnostic.message.find(named), std::string::npos) << diagnostic.message;
  }

  ArrayBench bench_;
  ArraySimulator array_;
};

/// A reset of the cell in row 3, column 5 by the V/2 scheme, all other states mixed.
ArrayPlan half_select_reset(std::size_t size) {
  ArrayPlan plan;
  plan.rows = plan.columns = size;
  plan.state = [](std::size_t i, std::size_t j) {
    return 0.1 * static_cast<double>((3 * i + 7 * j) % 11);
  };
  plan.row_wave = [](std::size_t i) { return trapezoid(0.2e-9, 2e-9, i == 3 ? 1.0 : 0.5); };
  plan.column_wave = [](std::size_t j) { return trapezoid(0.2e-9, 2e-9, j == 5 ? 0.0 : 0.5); };
  return plan;
}

TEST_F(CircuitArrays, AWrittenArrayDrawsTheCurrentsThatNgspiceComputes) {
  const circuit::Circuit circuit = bench_.circuit(half_select_reset(16));
  circuit::TransientAnalysis transient;
  transient.stop = 3e-9;
  transient.largest_step = 0.02e-9;
  const circuit::Result ours = by(array_, circuit, transient);
  const auto ngspice = bench_.simulator("ngspice");
  const circuit::Result theirs = by(*ngspice, circuit, transient);
  const double worst = worst_current_difference(ours, theirs);
  RecordProperty("worst_difference_of_peak", std::to_string(worst));
  EXPECT_LE(worst, 1e-3);
  EXPECT_EQ(ours.traces.size(), theirs.traces.size());
  // The write moves the selected cell's state, so that the comparison is one of a transient.
  const circuit::Trace* state =
      ours.find("array.cells[3][5].memory.state", circuit::TraceKind::node);
  ASSERT_NE(state, nullptr);
  EXPECT_GT(std::abs(state->real.back() - state->real.front()), 0.2);
}

TEST_F(CircuitArrays, TracesAreThoseOfTheNativeSimulator) {
  ArrayPlan plan = half_select_reset(6);
  plan.driver = 20.0;
  const circuit::Circuit circuit = bench_.circuit(plan);
  circuit::TransientAnalysis transient;
  transient.stop = 3e-9;
  transient.output_step = 0.1e-9;
  const auto native = bench_.simulator("native");
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  const circuit::Result ours = by(array_, circuit, transient, options);
  const circuit::Result theirs = by(*native, circuit, transient, options);
  ASSERT_EQ(ours.traces.size(), theirs.traces.size());
  ASSERT_EQ(ours.axis.size(), theirs.axis.size());
  for (std::size_t k = 0; k < ours.axis.size(); ++k) {
    EXPECT_NEAR(ours.axis[k], theirs.axis[k], 1e-18);
  }
  double worst = 0.0;
  for (std::size_t t = 0; t < ours.traces.size(); ++t) {
    EXPECT_EQ(ours.traces[t].name, theirs.traces[t].name);
    EXPECT_EQ(ours.traces[t].kind, theirs.traces[t].kind);
    const double scale = ours.traces[t].kind == circuit::TraceKind::branch ? 1e-3 : 1.0;
    for (std::size_t k = 0; k < ours.axis.size(); ++k) {
      worst = std::max(worst, std::abs(ours.traces[t].real[k] - theirs.traces[t].real[k]) / scale);
    }
  }
  RecordProperty("worst_difference", std::to_string(worst));
  EXPECT_LE(worst, 1e-5);
}

TEST_F(CircuitArrays, CellsWithSelectorsAgreeWithTheNativeSimulator) {
  ArrayPlan plan;
  plan.rows = 3;
  plan.columns = 4;
  plan.memory = "hfox_stanford_asu";
  plan.selector = "nbo2_selector";
  plan.row_segment = 10.0;
  plan.column_segment = 15.0;
  plan.state = [](std::size_t i, std::size_t j) { return (i + j) % 3 == 0 ? 0.0 : 1.0; };
  plan.row_wave = [](std::size_t i) { return trapezoid(2e-9, 30e-9, i == 1 ? 1.5 : 0.75); };
  plan.column_wave = [](std::size_t j) { return trapezoid(2e-9, 30e-9, j == 2 ? 0.0 : 0.75); };
  const circuit::Circuit circuit = bench_.circuit(plan);
  circuit::TransientAnalysis transient;
  transient.stop = 40e-9;
  transient.output_step = 0.5e-9;
  const auto native = bench_.simulator("native");
  const circuit::Result ours = by(array_, circuit, transient);
  const circuit::Result theirs = by(*native, circuit, transient);
  const double worst = worst_current_difference(ours, theirs);
  RecordProperty("worst_difference_of_peak", std::to_string(worst));
  EXPECT_LE(worst, 1e-3);
  // The selected cell's selector switches on, a half-selected one's stays off.
  const auto largest = [&](const char* name) {
    const circuit::Trace* trace = ours.find(name, circuit::TraceKind::node);
    return trace == nullptr ? -1.0 : *std::max_element(trace->real.begin(), trace->real.end());
  };
  EXPECT_GT(largest("array.cells[1][2].access.state"), 0.45);
  EXPECT_LT(largest("array.cells[0][2].access.state"), 0.05);
}

TEST_F(CircuitArrays, CellsWithTransistorsAgreeWithTheNativeSimulator) {
  ArrayPlan plan;
  plan.rows = 4;
  plan.columns = 3;
  plan.memory = "hfox_stanford_asu";
  plan.transistor = "mosfet_500nm_n";
  plan.row_segment = 20.0;
  plan.column_segment = 30.0;
  plan.driver = 50.0;
  plan.state = [](std::size_t i, std::size_t j) { return (i + j) % 2 == 0 ? 0.2 : 1.0; };
  plan.gate = [](std::size_t i) { return i == 2 ? 3.0 : 0.0; };
  plan.row_wave = [](std::size_t i) { return trapezoid(2e-9, 40e-9, i == 2 ? 2.25 : 0.0); };
  plan.column_wave = [](std::size_t j) { return trapezoid(2e-9, 40e-9, j == 1 ? 0.0 : 2.25); };
  const circuit::Circuit circuit = bench_.circuit(plan);
  circuit::TransientAnalysis transient;
  transient.stop = 60e-9;
  transient.output_step = 1e-9;
  const auto native = bench_.simulator("native");
  const circuit::Result ours = by(array_, circuit, transient);
  const circuit::Result theirs = by(*native, circuit, transient);
  const double worst = worst_current_difference(ours, theirs);
  RecordProperty("worst_difference_of_peak", std::to_string(worst));
  EXPECT_LE(worst, 1e-3);
  // Gates take displacement currents, which sources of gates carry.
  const circuit::Trace* gate = ours.find("gate_source[2]", circuit::TraceKind::branch);
  ASSERT_NE(gate, nullptr);
  EXPECT_GT(*std::max_element(gate->real.begin(), gate->real.end()), 0.0);
}

TEST_F(CircuitArrays, OperatingPointsAndSweepsAgreeWithTheNativeSimulator) {
  ArrayPlan plan;
  plan.memory = "hfox_stanford_pku";
  plan.state = [](std::size_t i, std::size_t j) {
    return 0.25 * static_cast<double>((i + 2 * j) % 4);
  };
  plan.row_wave = [](std::size_t i) {
    return std::vector<double>{0.0, 0.2 + 0.1 * static_cast<double>(i)};
  };
  const circuit::Circuit circuit = bench_.circuit(plan);
  const auto native = bench_.simulator("native");
  const circuit::Analysis rest = circuit::OperatingPointAnalysis{};
  const double at_rest =
      worst_current_difference(by(array_, circuit, rest), by(*native, circuit, rest));
  const circuit::Analysis sweep =
      circuit::SweepAnalysis{"row_source[1]", {0.0, 0.1, 0.2, 0.4, -0.3}};
  const circuit::Result ours = by(array_, circuit, sweep);
  const circuit::Result theirs = by(*native, circuit, sweep);
  double swept = 0.0;
  for (const circuit::Trace& trace : ours.traces) {
    const circuit::Trace* other = theirs.find(trace.name, trace.kind);
    ASSERT_NE(other, nullptr) << trace.name;
    for (std::size_t k = 0; k < trace.real.size(); ++k) {
      swept = std::max(swept, std::abs(trace.real[k] - other->real[k]));
    }
  }
  RecordProperty("worst_difference_at_rest", std::to_string(at_rest));
  EXPECT_LE(at_rest, 1e-9);
  EXPECT_LE(swept, 1e-9);
}

TEST_F(CircuitArrays, HalfSelectedCellsOfIdealWiresHaveTheVoltagesOfTheScheme) {
  ArrayPlan plan = half_select_reset(8);
  plan.row_segment = plan.column_segment = 0.0;
  const circuit::Circuit circuit = bench_.circuit(plan);
  const CircuitArray found = find_array(circuit);
  EXPECT_TRUE(found.array.row_wires.ideal);
  EXPECT_TRUE(found.array.column_wires.ideal);
  circuit::TransientAnalysis transient;
  transient.stop = 1e-9;
  const circuit::Result result = by(array_, circuit, transient);
  const auto end = [&](const std::string& name) {
    const circuit::Trace* trace = result.find(name, circuit::TraceKind::node);
    return trace == nullptr ? NAN : trace->real.back();
  };
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < 8; ++j) {
      const double across =
          end("row_end[" + std::to_string(i) + "]") - end("column[" + std::to_string(j) + "]");
      const double share = (i == 3 ? 0.5 : 0.0) + (j == 5 ? 0.5 : 0.0);
      EXPECT_NEAR(across, share, 1e-15) << i << ' ' << j;
    }
  }
}

TEST_F(CircuitArrays, OtherCircuitsAreRefusedByName) {
  const circuit::Circuit good = bench_.circuit(half_select_reset(6));
  circuit::Circuit bad = good;
  bad.controlled.push_back({"sense", {}, 1, 0, 2, 0, 1.0});
  expect_structure(bad, "'sense' is a controlled source");
  bad = good;
  bad.sources[0].is_voltage = false;
  expect_structure(bad, "'row_source[0]' is a current source");
  bad = good;
  bad.devices[7].name = "stray";
  expect_structure(bad, "'stray' is in no copy");
  bad = good;
  bad.devices.erase(bad.devices.begin() + 8);
  expect_structure(bad, "the cell in row 1, column 2 has no device");
  bad = good;
  bad.passives.push_back({"bridge", circuit::PassiveKind::resistor, 2, 1, 5.0, std::nullopt});
  bad.passives.back().p = good.devices[0].nodes[0];
  bad.passives.back().n = good.devices[9].nodes[0];
  expect_structure(bad, "wire");
  bad = good;
  bad.passives.push_back({"load", circuit::PassiveKind::capacitor, 1, 0, 1e-15, std::nullopt});
  expect_structure(bad, "'load' is in no copy");
  bad = good;
  bad.nodes.push_back({"dangling", circuit::NodeKind::electrical, 1.0, {}, 0.0});
  expect_structure(bad, "node 'dangling' is on no wire");
  bad = good;
  bad.passives.push_back({"inductor", circuit::PassiveKind::inductor, 1, 0, 1e-9, std::nullopt});
  expect_structure(bad, "'inductor' is an inductor");
  EXPECT_EQ(refusal(good, circuit::AcAnalysis{{1e6}}).code, "simulator.analysis");
  plugin::SimulationOptions behavioural;
  behavioural.device_form = "behavioural";
  EXPECT_EQ(refusal(good, circuit::OperatingPointAnalysis{}, behavioural).code, "array.option");
}

TEST_F(CircuitArrays, AWireWithoutASourceIsRefusedWhenNothingConductsToIt) {
  // Row 1 loses its first segment; its cells still conduct, so that it floats at a voltage.
  circuit::Circuit open = bench_.circuit(half_select_reset(6));
  const auto first_segment = [&](circuit::Circuit& circuit) {
    return std::find_if(circuit.passives.begin(), circuit.passives.end(), [](const auto& one) {
      return one.name == "array.cells[1][0].row_segment";
    });
  };
  first_segment(open)->n = open.sources[1].p;
  first_segment(open)->p = open.sources[1].p;
  expect_structure(open, "both pins");
  circuit::Circuit floating = bench_.circuit(half_select_reset(6));
  floating.passives.erase(first_segment(floating));
  const circuit::Analysis rest = circuit::OperatingPointAnalysis{};
  const auto native = bench_.simulator("native");
  const circuit::Result ours = by(array_, floating, rest);
  const circuit::Result theirs = by(*native, floating, rest);
  EXPECT_NEAR(ours.find("array.cells[1][2].row", circuit::TraceKind::node)->real[0],
              theirs.find("array.cells[1][2].row", circuit::TraceKind::node)->real[0], 1e-12);
}

}  // namespace
}  // namespace neucasl::array_plugin
