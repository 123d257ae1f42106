#include "mapping_cells.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "netlist_loads.hpp"
#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

bool same_function(const Cell& a, const Cell& b) {
  return a.flip_flop == b.flip_flop && a.inputs.size() == b.inputs.size() &&
         (a.flip_flop ? data_input(a) == data_input(b) : a.function == b.function);
}

/// Functions of all their inputs, which can be matched.
bool is_gate(const Cell& cell) {
  const std::size_t inputs = cell.inputs.size();
  if (cell.flip_flop || inputs < 2 || inputs > most_table_inputs) return false;
  for (std::size_t i = 0; i < inputs; ++i) {
    if (!has_effect(cell, i)) return false;
  }
  return true;
}

/// AND up to inversions: of the four rows one or three are true.
bool is_and_of_two(const Cell& cell) {
  return is_gate(cell) && cell.inputs.size() == 2 && std::popcount(cell.function.bits) % 2 == 1;
}

[[noreturn]] void lacks(const CellLibrary& library, const std::string& what) {
  throw base::Error("mapping.cells", "library " + library.name + " has no " + what,
                    "use a library with an inverter, a two-input NAND, NOR, AND or OR and, for "
                    "networks with latches, a flip-flop");
}

}  // namespace

std::size_t data_input(const Cell& flip_flop) { return flip_flop.inputs[0].clock ? 1 : 0; }
std::size_t clock_input(const Cell& flip_flop) { return 1 - data_input(flip_flop); }

MappingCells::MappingCells(const CellLibrary& library, const Network& network)
    : library_(&library) {
  find_variants();
  find_parts();
  require(network);
  find_usual_delays();
}

void MappingCells::find_variants() {
  const std::vector<Cell>& cells = library_->cells;
  variants_.resize(cells.size());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    for (std::size_t other = 0; other < cells.size(); ++other) {
      if (same_function(cells[c], cells[other])) variants_[c].push_back(other);
    }
    std::ranges::stable_sort(variants_[c], {}, [&](std::size_t v) { return cells[v].area; });
  }
}

void MappingCells::find_parts() {
  const CellLibrary& library = *library_;
  for (std::size_t c = 0; c < library.cells.size(); ++c) {
    if (variants_[c].front() != c) continue;
    const Cell& cell = library.cells[c];
    if (is_buffer(cell)) buffer_ = c;
    if (is_inverter(cell)) inverter_ = c;
    if (cell.flip_flop) flip_flop_ = flip_flop_.value_or(c);
    if (is_gate(cell)) functions_.push_back(c);
    if (!cell.flip_flop && cell.inputs.empty()) constants_[cell.function.at(0) ? 1 : 0] = c;
  }
}

void MappingCells::require(const Network& network) {
  if (smallest_inverter(*library_) == nullptr) lacks(*library_, "inverter");
  const auto gate = std::ranges::find_if(
      functions_, [&](std::size_t c) { return is_and_of_two(library_->cells[c]); });
  if (gate == functions_.end()) lacks(*library_, "two-input NAND, NOR, AND or OR");
  and_of_two_ = *gate;
  if (!network.combinational() && !flip_flop_) lacks(*library_, "flip-flop");
}

double MappingCells::largest_load(std::size_t cell) const {
  const double given = library_->cells[cell].largest_load;
  return given > 0.0 ? given : std::numeric_limits<double>::infinity();
}

void MappingCells::find_usual_delays() {
  constexpr double usual_fan_out = 3.0;
  const Cell& inverter = library_->cells[inverter_];
  const double load = usual_fan_out * inverter.inputs[0].capacitance;
  double transition = with_defaults({}, *library_).input_transition;
  for (const TimingArc& arc : inverter.arcs) {
    transition = std::max(arc.rise_transition.at(transition, load),
                          arc.fall_transition.at(transition, load));
  }
  for (const Cell& cell : library_->cells) {
    std::vector<double>& delays = usual_delays_.emplace_back(cell.inputs.size(), 0.0);
    for (const TimingArc& arc : cell.arcs) {
      delays[arc.input] = std::max({delays[arc.input], arc.rise_delay.at(transition, load),
                                    arc.fall_delay.at(transition, load)});
    }
  }
}

}  // namespace neucasl::logic
