#include "logic_rows.hpp"

#include <algorithm>
#include <bit>
#include <map>

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

std::uint64_t gray(std::uint64_t k) { return k ^ (k >> 1U); }

std::uint64_t one_bit(std::size_t bit) { return std::uint64_t{1} << bit; }

std::uint64_t random_bits(base::RandomStream& random, std::size_t inputs) {
  const std::uint64_t mask = inputs >= 64 ? ~std::uint64_t{0} : one_bit(inputs) - 1;
  const std::uint64_t high = random.next_u32();
  return ((high << 32U) | random.next_u32()) & mask;
}

constexpr std::size_t most_exhaustive_inputs = 10;

/// Changes one input after the other until the row is reached.
void walk_to(std::uint64_t row, std::vector<std::uint64_t>& walk) {
  std::uint64_t now = walk.back();
  for (std::uint64_t differing = row ^ now; differing != 0; differing &= differing - 1) {
    now ^= differing & (~differing + 1);
    walk.push_back(now);
  }
}

bool all_rows(std::span<const std::uint64_t> rows, std::size_t inputs) {
  if (inputs >= 64 || rows.size() != one_bit(inputs)) return false;
  std::vector<bool> seen(rows.size(), false);
  for (const std::uint64_t row : rows) seen[row] = true;
  return std::ranges::all_of(seen, [](bool one) { return one; });
}

}  // namespace

std::vector<std::uint64_t> walk_through(std::span<const std::uint64_t> rows, std::size_t inputs) {
  std::vector<std::uint64_t> walk;
  if (all_rows(rows, inputs)) {
    for (std::uint64_t k = 0; k < rows.size(); ++k) walk.push_back(gray(k));
    walk_to(walk.front(), walk);
    return walk;
  }
  std::vector<std::uint64_t> left(rows.begin(), rows.end());
  if (left.empty()) return walk;
  walk.push_back(left.front());
  while (!left.empty()) {
    const std::uint64_t now = walk.back();
    const auto nearest = std::ranges::min_element(
        left, {}, [&](std::uint64_t row) { return std::popcount(row ^ now); });
    walk_to(*nearest, walk);
    left.erase(nearest);
  }
  walk_to(walk.front(), walk);
  return walk;
}

double output_delay(const TimedNetlist& timed, const logic::TransitionReport& report) {
  struct Changes {
    bool moved = false;
    double last = 0.0;
  };
  std::map<std::size_t, Changes> by_net;
  for (const logic::TimedEvent& event : report.events) {
    Changes& changes = by_net[event.net];
    changes.moved = !changes.moved;
    changes.last = event.time;
  }
  double delay = 0.0;
  for (const logic::CellNetlist::Port& output : timed.netlist.outputs) {
    const auto found = by_net.find(output.net);
    if (found != by_net.end() && found->second.moved) delay = std::max(delay, found->second.last);
  }
  return delay;
}

SlowestChange slowest_change(const TimedNetlist& timed, std::uint64_t seed) {
  constexpr int tries = 1024;
  SlowestChange slowest;
  const auto attempt = [&](std::uint64_t before, std::uint64_t after) {
    const double delay = output_delay(
        timed,
        logic::simulate_transition(timed.netlist, *timed.library, before, after, timed.options));
    if (delay > slowest.delay) slowest = {before, after, delay};
  };
  const std::size_t inputs = timed.netlist.inputs.size();
  if (inputs <= most_exhaustive_inputs) {
    for (std::uint64_t before = 0; before < one_bit(inputs); ++before) {
      for (std::size_t i = 0; i < inputs; ++i) attempt(before, before ^ one_bit(i));
    }
    return slowest;
  }
  base::RandomStream random(seed, "cells/slowest-change", 0);
  for (int t = 0; t < tries; ++t) {
    const std::uint64_t before = random_bits(random, inputs);
    attempt(before, before ^ one_bit(random.below(static_cast<std::uint32_t>(inputs))));
  }
  return slowest;
}

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
    cycle.delay = output_delay(now, rise);
    states = next_states(part, inputs, row, states);
    set_states(now, states);
    cycle.energy += change(row | clock, row).energy;
    cycles.push_back(cycle);
    before = row;
  }
  return cycles;
}

std::vector<std::uint64_t> typical_rows(const logic::Network& network, std::uint64_t seed) {
  constexpr std::size_t random_rows = 257;
  constexpr std::size_t random_cycles = 16;
  const std::size_t inputs = network.inputs().size();
  std::vector<std::uint64_t> rows;
  if (network.combinational() && inputs <= most_exhaustive_inputs) {
    for (std::uint64_t k = 0; k < one_bit(inputs); ++k) rows.push_back(gray(k));
    walk_to(rows.front(), rows);
    return rows;
  }
  base::RandomStream random(seed, "cells/typical-rows", 0);
  rows.push_back(random_bits(random, inputs));
  if (network.combinational()) {
    while (rows.size() < random_rows) {
      const auto bit = random.below(static_cast<std::uint32_t>(inputs));
      rows.push_back(rows.back() ^ one_bit(bit));
    }
  } else {
    while (rows.size() < random_cycles) rows.push_back(random_bits(random, inputs));
  }
  return rows;
}

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

}  // namespace neucasl::cells
