#include "signal_table.hpp"

#include <algorithm>

#include "neucasl/logic/graph.hpp"

namespace neucasl::logic {

using base::Error;

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

Signal SignalTable::named(std::string_view name) {
  const auto next = static_cast<Signal>(signals_.size());
  const auto [entry, added] = names_.emplace(name, next);
  if (added) signals_.push_back({std::string(name), false, true, {}});
  return entry->second;
}

std::optional<Signal> SignalTable::find(std::string_view name) const {
  const auto entry = names_.find(std::string(name));
  if (entry == names_.end()) return std::nullopt;
  return entry->second;
}

Signal SignalTable::unnamed(std::string name) {
  signals_.push_back({std::move(name), false, false, {}});
  return static_cast<Signal>(signals_.size() - 1);
}

void SignalTable::drive(Signal signal, Place place) {
  Entry& entry = signals_[signal];
  if (entry.driven) {
    throw Error("logic.multiple-drivers",
                "signal '" + entry.name + "' is driven at " + to_string(location(entry.place)) +
                    " and here",
                "keep one of the two, or rename one", location(place));
  }
  entry.driven = true;
  entry.place = place;
}

void SignalTable::add_input(Signal signal, Place place) {
  drive(signal, place);
  inputs_.push_back({signal, place});
}

void SignalTable::add_function(Signal signal, std::vector<Signal> fanins, TruthTable table,
                               Place place) {
  drive(signal, place);
  functions_.push_back({signal, table, place});
  fanins_.push_back(std::move(fanins));
}

void SignalTable::add_latch(const LatchDefinition& latch) {
  drive(latch.output, latch.place);
  latches_.push_back(latch);
}

void SignalTable::add_output(Signal signal, Place place) { outputs_.push_back({signal, place}); }

void SignalTable::require_driver(Signal signal, Place place) const {
  if (signals_[signal].driven) return;
  // A search for the nearest name among very many would take longer than it helps.
  constexpr std::size_t most_candidates = 20000;
  std::vector<std::string> candidates;
  if (signals_.size() <= most_candidates) {
    for (const Entry& entry : signals_) {
      if (entry.driven && entry.fixed_name) candidates.push_back(entry.name);
    }
  }
  const std::string nearest = base::nearest_name(signals_[signal].name, candidates);
  throw Error("logic.undriven", "signal '" + signals_[signal].name + "' is used but never driven",
              (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") +
                  std::string("Define it, or make it an input"),
              location(place));
}

void SignalTable::check_drivers() const {
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    for (const Signal fanin : fanins_[i]) require_driver(fanin, functions_[i].place);
  }
  for (const LatchDefinition& latch : latches_) {
    require_driver(latch.input, latch.place);
    if (latch.clock != no_signal) require_driver(latch.clock, latch.place);
  }
  for (const Use& output : outputs_) require_driver(output.signal, output.place);
}

void SignalTable::check_clocks() const {
  Signal clock = no_signal;
  for (const LatchDefinition& latch : latches_) {
    if (latch.clock == no_signal) continue;
    if (clock != no_signal && latch.clock != clock) {
      throw Error(
          "logic.clock",
          "latches have two clocks, '" + name_of(clock) + "' and '" + name_of(latch.clock) + "'",
          "give all latches one clock", location(latch.place));
    }
    clock = latch.clock;
  }
  const auto is_clock = [&](const Use& input) { return input.signal == clock; };
  if (clock == no_signal || std::any_of(inputs_.begin(), inputs_.end(), is_clock)) return;
  throw Error("logic.clock", "clock '" + name_of(clock) + "' is no input",
              "clock the latches from an input and gate their data instead",
              location(signals_[clock].place));
}

std::vector<char> SignalTable::used_as_data() const {
  std::vector<char> used(signals_.size(), 0);
  for (const auto& fanins : fanins_) {
    for (const Signal fanin : fanins) used[fanin] = 1;
  }
  for (const LatchDefinition& latch : latches_) used[latch.input] = 1;
  for (const Use& output : outputs_) used[output.signal] = 1;
  return used;
}

/// Gives signals that have no name of their own one that nobody has.
void SignalTable::settle_names() {
  std::unordered_map<std::string, std::size_t> numbers;
  for (Signal signal = 0; signal < signals_.size(); ++signal) {
    Entry& entry = signals_[signal];
    if (entry.fixed_name) continue;
    const std::string stem = entry.name;
    while (!names_.emplace(entry.name, signal).second) {
      entry.name = stem + '_' + std::to_string(++numbers[stem]);
    }
    entry.fixed_name = true;
  }
}

void SignalTable::report_loop(const std::vector<NodeIndex>& loop) const {
  constexpr std::size_t most_names = 8;
  std::string path;
  for (std::size_t i = 0; i < std::min(loop.size(), most_names); ++i) {
    path += name_of(functions_[loop[i]].signal) + " -> ";
  }
  if (loop.size() > most_names) path += "... -> ";
  path += name_of(functions_[loop.front()].signal);
  throw Error("logic.loop",
              "combinational loop of " + counted(loop.size(), "function") + ": " + path,
              "break it with a latch, or take one of these signals out of the next one's function",
              location(functions_[loop.front()].place));
}

/// Functions in topological order.
std::vector<NodeIndex> SignalTable::order() const {
  std::vector<NodeIndex> driver(signals_.size(), no_node);
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    driver[functions_[i].signal] = static_cast<NodeIndex>(i);
  }
  std::vector<std::vector<NodeIndex>> edges(functions_.size());
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    for (const Signal fanin : fanins_[i]) {
      if (driver[fanin] != no_node) edges[i].push_back(driver[fanin]);
    }
  }
  const FaninGraph graph(edges);
  std::vector<NodeIndex> result = topological_order(graph);
  if (result.size() != functions_.size()) report_loop(find_loop(graph));
  return result;
}

Network SignalTable::build(const std::string& name) {
  settle_names();
  check_drivers();
  check_clocks();
  const std::vector<char> used = used_as_data();
  std::vector<char> clock(signals_.size(), 0);
  for (const LatchDefinition& latch : latches_) {
    if (latch.clock != no_signal) clock[latch.clock] = 1;
  }

  Network network;
  network.name = name;
  std::vector<NodeIndex> node(signals_.size(), no_node);
  for (const Use& input : inputs_) {
    if (clock[input.signal] != 0 && used[input.signal] == 0) continue;
    node[input.signal] = network.add_input(name_of(input.signal), location(input.place));
  }
  for (const LatchDefinition& latch : latches_) {
    node[latch.output] = network.add_latch_output(name_of(latch.output), location(latch.place));
  }
  for (const NodeIndex i : order()) {
    const Function& function = functions_[i];
    if (fanins_[i].empty()) {
      node[function.signal] = network.add_constant(name_of(function.signal), function.table.at(0),
                                                   location(function.place));
      continue;
    }
    std::vector<NodeIndex> fanins;
    for (const Signal fanin : fanins_[i]) fanins.push_back(node[fanin]);
    node[function.signal] = network.add_function(name_of(function.signal), std::move(fanins),
                                                 function.table, location(function.place));
  }
  for (const Use& output : outputs_) {
    network.add_output(name_of(output.signal), node[output.signal], location(output.place));
  }
  for (const LatchDefinition& latch : latches_) {
    network.add_latch({node[latch.input], node[latch.output], latch.initial,
                       latch.clock == no_signal ? "" : name_of(latch.clock),
                       location(latch.place)});
  }
  return network;
}

}  // namespace neucasl::logic
