#include "logic_rows.hpp"

#include "neucasl/base/random.hpp"
#include "neucasl/logic/simulation.hpp"

namespace neucasl::cells {
namespace {

/// Outputs and next states of the combinational part, as bits behind each other.
std::vector<bool> next_states(const logic::Network& part, std::size_t inputs, std::uint64_t row,
                              const std::vector<bool>& states) {
  std::uint64_t bits = row;
  for (std::size_t i = 0; i < states.size(); ++i) {
    bits |= std::uint64_t{states[i] ? 1U : 0U} << (inputs + i);
  }
  const std::vector<bool> values = logic::evaluate(part, bits);
  return {values.end() - static_cast<std::ptrdiff_t>(states.size()), values.end()};
}

void set_states(TimedNetlist& timed, const std::vector<bool>& states) {
  std::size_t next = 0;
  for (logic::CellNetlist::Instance& instance : timed.netlist.instances) {
    if (timed.library->cells[instance.cell].flip_flop) instance.initial = states[next++];
  }
}

}  // namespace

std::vector<double> row_energies(const TimedNetlist& timed, std::span<const std::uint64_t> rows) {
  std::vector<double> energies;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    energies.push_back(logic::simulate_transition(timed.netlist, *timed.library, rows[r - 1],
                                                  rows[r], timed.options)
                           .energy);
  }
  return energies;
}

std::vector<CycleFigures> cycle_figures(const TimedNetlist& timed, const logic::Network& realised,
                                        std::span<const std::uint64_t> rows) {
  TimedNetlist now = timed;
  const logic::Network part = logic::combinational_part(realised);
  const std::size_t inputs = realised.inputs().size();
  const std::uint64_t clock = std::uint64_t{1} << inputs;
  std::vector<bool> states;
  for (const logic::Latch& latch : realised.latches()) {
    states.push_back(latch.initial.value_or(false));
  }
  std::vector<CycleFigures> cycles;
  std::uint64_t before = rows.empty() ? 0 : rows.front();
  for (const std::uint64_t row : rows) {
    const auto change = [&](std::uint64_t from, std::uint64_t to) {
      return logic::simulate_transition(now.netlist, *now.library, from, to, now.options);
    };
    set_states(now, states);
    CycleFigures cycle;
    cycle.energy = change(before, row).energy;
    const logic::TransitionReport rise = change(row, row | clock);
    cycle.energy += rise.energy;
    cycle.delay = rise.delay;
    states = next_states(part, inputs, row, states);
    set_states(now, states);
    cycle.energy += change(row | clock, row).energy;
    cycles.push_back(cycle);
    before = row;
  }
  return cycles;
}

std::vector<std::uint64_t> typical_rows(const logic::Network& network, std::uint64_t seed) {
  constexpr std::size_t most_inputs = 10;
  constexpr std::size_t random_rows = 257;
  constexpr std::size_t random_cycles = 16;
  const std::size_t inputs = network.inputs().size();
  std::vector<std::uint64_t> rows;
  if (network.combinational() && inputs <= most_inputs) {
    for (std::uint64_t row = 0; row < (std::uint64_t{1} << inputs); ++row) rows.push_back(row);
    return rows;
  }
  base::RandomStream random(seed, "cells/typical-rows", 0);
  const std::uint64_t mask = inputs >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << inputs) - 1;
  rows.resize(network.combinational() ? random_rows : random_cycles);
  for (std::uint64_t& row : rows) {
    row = ((std::uint64_t{random.next_u32()} << 32U) | random.next_u32()) & mask;
  }
  return rows;
}

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

}  // namespace neucasl::cells
