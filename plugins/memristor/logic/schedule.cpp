#include "schedule.hpp"

#include <algorithm>
#include <stdexcept>

namespace neucasl::memristor_logic {
namespace {

/// Cells that a gate's cone needs, by which fan-ins are ordered (Sethi and Ullman, J. ACM 17:715,
/// 1970, for trees).
std::vector<std::size_t> cells_needed(const GateNetwork& network) {
  std::vector<std::size_t> need(network.nodes(), 0);
  for (std::size_t g = 0; g < network.gates.size(); ++g) {
    std::vector<std::size_t> below;
    for (const GateNode fanin : network.gates[g].fanins) below.push_back(need[fanin]);
    std::sort(below.rbegin(), below.rend());
    std::size_t most = 1;
    for (std::size_t i = 0; i < below.size(); ++i) most = std::max(most, below[i] + i);
    need[network.inputs + g] = most;
  }
  return need;
}

/// Gates in the order of their cycles.
std::vector<GateNode> order_of(const GateNetwork& network) {
  const std::vector<std::size_t> need = cells_needed(network);
  const auto more = [&](GateNode a, GateNode b) { return need[a] > need[b]; };
  std::vector<char> done(network.nodes(), 0);
  std::vector<GateNode> order;
  std::vector<GateNode> roots = network.outputs;
  std::stable_sort(roots.begin(), roots.end(), more);
  struct Visit {
    GateNode node;
    std::vector<GateNode> left;  // the next one last
  };
  std::vector<Visit> path;
  const auto enter = [&](GateNode node) {
    if (!network.is_gate(node) || done[node] != 0) return;
    done[node] = 1;
    std::vector<GateNode> fanins = network.gate(node).fanins;
    std::stable_sort(fanins.begin(), fanins.end(), more);
    std::reverse(fanins.begin(), fanins.end());
    path.push_back({node, std::move(fanins)});
  };
  for (const GateNode root : roots) {
    enter(root);
    while (!path.empty()) {
      if (path.back().left.empty()) {
        order.push_back(path.back().node);
        path.pop_back();
        continue;
      }
      const GateNode next = path.back().left.back();
      path.back().left.pop_back();
      enter(next);
    }
  }
  return order;
}

/// How often each node is still to be read; what must last to the end counts as one more reader.
std::vector<std::size_t> readers_of(const GateNetwork& network, const RowOptions& options) {
  std::vector<std::size_t> readers(network.nodes(), 0);
  for (const Gate& gate : network.gates) {
    for (const GateNode fanin : gate.fanins) ++readers[fanin];
  }
  for (const GateNode output : network.outputs) ++readers[output];
  for (std::size_t i = 0; options.keep_inputs && i < network.inputs; ++i) ++readers[i];
  return readers;
}

class Allocation {
 public:
  Allocation(const GateNetwork& network, Family family, const RowOptions& options)
      : network_(network), options_(options), readers_(readers_of(network, options)) {
    schedule_.family = family;
    cell_of_.assign(network.nodes(), 0);
  }

  Schedule run(const std::vector<GateNode>& order) {
    for (GateNode i = 0; i < network_.inputs; ++i) {
      cell_of_[i] = i;
      schedule_.inputs.push_back(i);
    }
    next_new_ = network_.inputs;
    for (GateNode i = 0; i < network_.inputs; ++i) {
      if (readers_[i] == 0) dirty_.push_back(i);
    }
    for (const GateNode node : order) place(node);
    for (const GateNode output : network_.outputs) schedule_.outputs.push_back(cell_of_[output]);
    trim();
    return std::move(schedule_);
  }

 private:
  /// All dead cells and, the first time, all that were never used.
  void prepare() {
    std::vector<Cell> cells = std::move(dirty_);
    dirty_.clear();
    for (; next_new_ < options_.row_size; ++next_new_) {
      cells.push_back(static_cast<Cell>(next_new_));
      // Not more than the gates can take.
      if (next_new_ - network_.inputs >= network_.gates.size()) break;
    }
    if (cells.empty()) throw std::logic_error("the row has fewer cells than least_cells says");
    std::sort(cells.begin(), cells.end());
    prepared_.assign(cells.rbegin(), cells.rend());
    schedule_.operations.push_back({Operation::Kind::prepare, {}, std::move(cells)});
  }

  void place(GateNode node) {
    const Gate& gate = network_.gate(node);
    if (prepared_.empty()) prepare();
    const Cell cell = prepared_.back();
    prepared_.pop_back();
    cell_of_[node] = cell;
    std::vector<Cell> inputs;
    for (const GateNode fanin : gate.fanins) inputs.push_back(cell_of_[fanin]);
    if (schedule_.family == Family::imply) {
      for (const Cell input : inputs) {
        schedule_.operations.push_back({Operation::Kind::imply, {input}, {cell}});
      }
    } else if (!inputs.empty()) {
      schedule_.operations.push_back({Operation::Kind::nor, std::move(inputs), {cell}});
    }
    for (const GateNode fanin : gate.fanins) {
      if (--readers_[fanin] == 0) dirty_.push_back(cell_of_[fanin]);
    }
  }

  /// Cells that are prepared and never used are not prepared, and not there at all when nothing
  /// else happens to them.
  void trim() {
    std::vector<char> wanted(options_.row_size + network_.inputs, 0);
    std::vector<char> exists(wanted.size(), 0);
    for (const Cell output : schedule_.outputs) wanted[output] = exists[output] = 1;
    for (const Cell input : schedule_.inputs) exists[input] = 1;
    for (std::size_t k = schedule_.operations.size(); k-- > 0;) {
      Operation& operation = schedule_.operations[k];
      if (operation.kind == Operation::Kind::prepare) {
        std::erase_if(operation.outputs, [&](Cell c) { return wanted[c] == 0; });
        for (const Cell c : operation.outputs) wanted[c] = 0;
        continue;
      }
      for (const Cell c : operation.outputs) wanted[c] = exists[c] = 1;
      for (const Cell c : operation.inputs) wanted[c] = exists[c] = 1;
    }
    std::erase_if(schedule_.operations, [](const Operation& o) { return o.outputs.empty(); });
    renumber(exists);
  }

  void renumber(const std::vector<char>& exists) {
    std::vector<Cell> place(exists.size(), 0);
    for (std::size_t c = 0; c < exists.size(); ++c) {
      place[c] = static_cast<Cell>(schedule_.cells);
      if (exists[c] != 0) ++schedule_.cells;
    }
    const auto move = [&](std::vector<Cell>& cells) {
      for (Cell& cell : cells) cell = place[cell];
    };
    move(schedule_.inputs);
    move(schedule_.outputs);
    for (Operation& operation : schedule_.operations) {
      move(operation.inputs);
      move(operation.outputs);
    }
  }

  const GateNetwork& network_;
  const RowOptions& options_;
  std::vector<std::size_t> readers_;
  std::vector<Cell> cell_of_;  // by node
  std::vector<Cell> dirty_;
  std::vector<Cell> prepared_;  // the next one last
  std::size_t next_new_ = 0;
  Schedule schedule_;
};

}  // namespace

std::size_t least_cells(const GateNetwork& network, const RowOptions& options) {
  std::vector<std::size_t> readers = readers_of(network, options);
  // An input without readers is there at the start and may be overwritten.
  std::size_t live = 0;
  for (std::size_t i = 0; i < network.inputs; ++i) live += readers[i] > 0 ? 1 : 0;
  std::size_t most = network.inputs;
  for (const GateNode node : order_of(network)) {
    most = std::max(most, ++live);
    for (const GateNode fanin : network.gate(node).fanins) {
      if (--readers[fanin] == 0) --live;
    }
  }
  return most;
}

Schedule schedule_gates(const GateNetwork& network, Family family, const RowOptions& options) {
  const std::size_t least = least_cells(network, options);
  if (options.row_size < least) {
    throw base::Error(
        "memristor.row",
        "a row of " + std::to_string(options.row_size) + " cells is too small: " +
            std::to_string(network.inputs) + " inputs and " + std::to_string(network.gates.size()) +
            " gates need " + std::to_string(least) + " at a time",
        "give row_size of at least " + std::to_string(least) +
            (options.keep_inputs ? ", or allow inputs to be overwritten by keep_inputs=false"
                                 : ""));
  }
  return Allocation(network, family, options).run(order_of(network));
}

std::size_t Schedule::prepare_cycles() const {
  return static_cast<std::size_t>(
      std::count_if(operations.begin(), operations.end(),
                    [](const Operation& o) { return o.kind == Operation::Kind::prepare; }));
}

std::size_t Schedule::preparations() const {
  std::size_t count = 0;
  for (const Operation& operation : operations) {
    if (operation.kind == Operation::Kind::prepare) count += operation.outputs.size();
  }
  return count;
}

std::size_t Schedule::most_fanins() const {
  std::size_t most = 1;
  for (const Operation& operation : operations) most = std::max(most, operation.inputs.size());
  return most;
}

std::string cell_name(Cell cell) { return "cell_" + std::to_string(cell); }

}  // namespace neucasl::memristor_logic
