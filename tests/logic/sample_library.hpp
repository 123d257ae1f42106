#pragma once

#include <string>
#include <vector>

#include "neucasl/logic/cell_library.hpp"

/// \file
/// A library whose tables are planes, so that delays can be worked out by hand:
/// delay = own + 1 kohm / strength x load + 0.1 x input transition, in both directions; the output
/// transition is 2 kohm / strength x load; energies are constant.

namespace neucasl::logic::test {

struct SampleCell {
  const char* name;
  std::vector<std::string> inputs;
  std::uint64_t bits;
  double own_delay;  ///< s
  double strength;
};

inline constexpr double unit_capacitance = 1e-15;  ///< F, of an input of strength 1
inline constexpr double unit_resistance = 1e3;     ///< ohm
inline constexpr double rise_energy = 3e-16;       ///< J
inline constexpr double fall_energy = 1e-16;       ///< J
inline constexpr double transition_share = 0.1;

inline LoadTable plane(double constant, double per_transition, double per_load) {
  LoadTable table;
  table.transition = {1e-12, 2e-12, 1e-11, 4e-11};
  table.load = {1e-15, 1e-14, 4e-14};
  for (const double t : table.transition) {
    for (const double l : table.load) {
      table.value.push_back(constant + per_transition * t + per_load * l);
    }
  }
  return table;
}

inline TimingArc sample_arc(std::size_t input, TimingArc::Sense sense, double own_delay,
                            double strength) {
  TimingArc arc;
  arc.input = input;
  arc.sense = sense;
  arc.rise_delay = plane(own_delay, transition_share, unit_resistance / strength);
  arc.fall_delay = arc.rise_delay;
  arc.rise_transition = plane(0.0, 0.0, 2.0 * unit_resistance / strength);
  arc.fall_transition = arc.rise_transition;
  arc.rise_energy = plane(rise_energy, 0.0, 0.0);
  arc.fall_energy = plane(fall_energy, 0.0, 0.0);
  return arc;
}

inline Cell make_cell(const SampleCell& sample) {
  Cell cell;
  cell.name = sample.name;
  const auto inputs = static_cast<std::uint8_t>(sample.inputs.size());
  cell.function = {sample.bits, inputs};
  cell.output = "y";
  cell.area = 1e-14 * (0.5 + static_cast<double>(inputs)) * (1.0 + 0.5 * (sample.strength - 1.0));
  cell.leakage_power = 1e-9 * sample.strength;
  cell.largest_load = 2e-14 * sample.strength;
  cell.transistors = 2 * sample.inputs.size();
  for (std::size_t i = 0; i < sample.inputs.size(); ++i) {
    cell.inputs.push_back({sample.inputs[i], unit_capacitance * sample.strength, false});
    bool rises = false;
    bool falls = false;
    for (unsigned row = 0; row < (1U << inputs); ++row) {
      if (((row >> i) & 1U) != 0) continue;
      const bool low = cell.function.at(row);
      const bool high = cell.function.at(row | (1U << i));
      rises = rises || (high && !low);
      falls = falls || (low && !high);
    }
    using Sense = TimingArc::Sense;
    if (rises) {
      cell.arcs.push_back(sample_arc(i, Sense::positive, sample.own_delay, sample.strength));
    }
    if (falls) {
      cell.arcs.push_back(sample_arc(i, Sense::negative, sample.own_delay, sample.strength));
    }
  }
  return cell;
}

inline Cell sample_flip_flop() {
  Cell cell;
  cell.name = "DFF_X1";
  cell.inputs = {{"d", unit_capacitance, false}, {"clk", 2.0 * unit_capacitance, true}};
  cell.output = "q";
  cell.flip_flop = true;
  cell.area = 1e-13;
  cell.leakage_power = 5e-9;
  cell.largest_load = 2e-14;
  cell.transistors = 24;
  cell.arcs.push_back(sample_arc(1, TimingArc::Sense::either, 2e-11, 1.0));
  return cell;
}

inline CellLibrary sample_library() {
  CellLibrary library;
  library.name = "sample";
  library.voltage = 0.7;
  library.temperature = 300.15;
  library.origin = "by hand: planes";
  const std::vector<std::string> a = {"a"};
  const std::vector<std::string> ab = {"a", "b"};
  const std::vector<std::string> abc = {"a", "b", "c"};
  const std::vector<std::string> abcd = {"a", "b", "c", "d"};
  const std::vector<SampleCell> samples = {
      {"INV_X1", a, 0x1, 2e-12, 1},         {"INV_X2", a, 0x1, 2e-12, 2},
      {"INV_X4", a, 0x1, 2e-12, 4},         {"BUF_X1", a, 0x2, 4e-12, 1},
      {"BUF_X2", a, 0x2, 4e-12, 2},         {"NAND2_X1", ab, 0x7, 3e-12, 1},
      {"NAND2_X2", ab, 0x7, 3e-12, 2},      {"NOR2_X1", ab, 0x1, 4e-12, 1},
      {"NOR2_X2", ab, 0x1, 4e-12, 2},       {"NAND3_X1", abc, 0x7f, 5e-12, 1},
      {"NAND4_X1", abcd, 0x7fff, 7e-12, 1}, {"AND2_X1", ab, 0x8, 6e-12, 1},
      {"XOR2_X1", ab, 0x6, 7e-12, 1},       {"MUX2_X1", {"a", "b", "s"}, 0xca, 8e-12, 1},
      {"AOI21_X1", abc, 0x07, 5e-12, 1},    {"OAI21_X1", abc, 0x1f, 5e-12, 1},
      {"AOI22_X1", abcd, 0x0777, 6e-12, 1},
  };
  for (const SampleCell& sample : samples) library.cells.push_back(make_cell(sample));
  library.cells.push_back(sample_flip_flop());
  return library;
}

}  // namespace neucasl::logic::test
