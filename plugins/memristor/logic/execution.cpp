#include <algorithm>
#include <optional>
#include <stdexcept>

#include "schedule.hpp"

namespace neucasl::memristor_logic {
namespace {

/// Content of a cell while the schedule is followed.
struct Content {
  enum class Kind { unwritten, constant, node } kind = Kind::unwritten;
  bool value = false;
  logic::NodeIndex node = logic::no_node;
};

class SymbolicExecution {
 public:
  SymbolicExecution(const Schedule& schedule, const logic::Network& interface)
      : schedule_(schedule), content_(schedule.cells) {
    network_.name = interface.name;
    if (schedule.inputs.size() != interface.inputs().size() ||
        schedule.outputs.size() != interface.outputs().size()) {
      throw std::logic_error("the schedule is of another function");
    }
    for (std::size_t i = 0; i < schedule.inputs.size(); ++i) {
      const logic::NodeIndex node = network_.add_input(interface.node(interface.inputs()[i]).name);
      content_[schedule.inputs[i]] = {Content::Kind::node, false, node};
    }
    for (const Operation& operation : schedule.operations) execute(operation);
    for (std::size_t o = 0; o < schedule.outputs.size(); ++o) {
      network_.add_output(interface.outputs()[o].name, node_of(schedule.outputs[o]));
    }
  }

  logic::Network take() { return std::move(network_); }

 private:
  void execute(const Operation& operation) {
    const bool prepared = schedule_.family == Family::magic;
    if (operation.kind == Operation::Kind::prepare) {
      for (const Cell cell : operation.outputs) {
        content_[cell] = {Content::Kind::constant, prepared, logic::no_node};
      }
      return;
    }
    const Cell output = operation.outputs.front();
    std::vector<logic::NodeIndex> fanins;
    for (const Cell input : operation.inputs) fanins.push_back(node_of(input));
    const auto given = static_cast<unsigned>(fanins.size());
    if (content_[output].kind != Content::Kind::constant || content_[output].value != prepared) {
      fanins.push_back(node_of(output));
    }
    // Last variable, when there is one: what the output held.
    const auto inputs = static_cast<std::uint8_t>(fanins.size());
    logic::TruthTable table{0, inputs};
    for (unsigned row = 0; row < (1U << inputs); ++row) {
      const bool before = inputs == given ? prepared : ((row >> given) & 1U) != 0;
      const unsigned values = row & ((1U << given) - 1);
      const bool after = operation.kind == Operation::Kind::nor
                             ? before && values == 0
                             : before || values != (1U << given) - 1;
      table.bits |= std::uint64_t{after} << row;
    }
    content_[output] = {
        Content::Kind::node, false,
        network_.add_function(network_.fresh_name(cell_name(output)), std::move(fanins), table)};
  }

  logic::NodeIndex node_of(Cell cell) {
    Content& content = content_[cell];
    if (content.kind == Content::Kind::unwritten) {
      throw std::logic_error(cell_name(cell) + " is read before it is written");
    }
    if (content.kind == Content::Kind::constant) {
      content = {Content::Kind::node, false,
                 network_.add_constant(network_.fresh_name(cell_name(cell)), content.value)};
    }
    return content.node;
  }

  const Schedule& schedule_;
  std::vector<Content> content_;
  logic::Network network_;
};

std::string cells_text(const std::vector<Cell>& cells) {
  std::string text;
  for (const Cell cell : cells) text += (text.empty() ? "" : " ") + cell_name(cell);
  return text;
}

}  // namespace

logic::Network realised_network(const Schedule& schedule, const logic::Network& interface) {
  return SymbolicExecution(schedule, interface).take();
}

std::vector<bool> first_values(const Schedule& schedule, std::uint64_t inputs,
                               const std::vector<bool>& rest) {
  std::vector<bool> cells = rest;
  cells.resize(schedule.cells, false);
  for (std::size_t i = 0; i < schedule.inputs.size(); ++i) {
    cells[schedule.inputs[i]] = ((inputs >> i) & 1U) != 0;
  }
  return cells;
}

std::vector<std::vector<bool>> cell_values(const Schedule& schedule, std::vector<bool> cells) {
  std::vector<std::vector<bool>> history;
  history.reserve(schedule.cycles());
  for (const Operation& operation : schedule.operations) {
    if (operation.kind == Operation::Kind::prepare) {
      for (const Cell cell : operation.outputs) cells[cell] = schedule.family == Family::magic;
    } else if (operation.kind == Operation::Kind::nor) {
      const bool any = std::any_of(operation.inputs.begin(), operation.inputs.end(),
                                   [&](Cell c) { return cells[c]; });
      cells[operation.outputs.front()] = cells[operation.outputs.front()] && !any;
    } else {
      cells[operation.outputs.front()] =
          cells[operation.outputs.front()] || !cells[operation.inputs.front()];
    }
    history.push_back(cells);
  }
  return history;
}

results::Table schedule_table(const Schedule& schedule) {
  std::vector<std::int64_t> cycle;
  std::vector<std::string> operation;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  for (std::size_t k = 0; k < schedule.cycles(); ++k) {
    const Operation& o = schedule.operations[k];
    cycle.push_back(static_cast<std::int64_t>(k + 1));
    operation.emplace_back(o.kind == Operation::Kind::imply ? "imply"
                           : o.kind == Operation::Kind::nor ? (o.inputs.size() == 1 ? "not" : "nor")
                           : schedule.family == Family::magic ? "write true"
                                                              : "write false");
    inputs.push_back(cells_text(o.inputs));
    outputs.push_back(cells_text(o.outputs));
  }
  results::Table table{"schedule", "Cycles on the crossbar row", {}};
  table.add("cycle", cycle).add("operation", operation);
  table.add("input_cells", inputs).add("output_cells", outputs);
  return table;
}

results::Table cell_table(const Schedule& schedule, const logic::Network& interface) {
  std::vector<std::string> names;
  std::vector<std::string> signals(schedule.cells);
  std::vector<std::int64_t> prepared(schedule.cells, 0);
  std::vector<std::int64_t> reads(schedule.cells, 0);
  const auto note = [&](Cell cell, const std::string& text) {
    signals[cell] += (signals[cell].empty() ? "" : ", ") + text;
  };
  for (std::size_t i = 0; i < schedule.inputs.size(); ++i) {
    note(schedule.inputs[i], "input " + interface.node(interface.inputs()[i]).name);
  }
  for (std::size_t o = 0; o < schedule.outputs.size(); ++o) {
    note(schedule.outputs[o], "output " + interface.outputs()[o].name);
  }
  for (const Operation& operation : schedule.operations) {
    if (operation.kind == Operation::Kind::prepare) {
      for (const Cell cell : operation.outputs) ++prepared[cell];
    }
    for (const Cell cell : operation.inputs) ++reads[cell];
  }
  for (Cell cell = 0; cell < schedule.cells; ++cell) names.push_back(cell_name(cell));
  results::Table table{"cells", "Cells of the crossbar row", {}};
  table.add("cell", names).add("signals", signals);
  table.add("preparations", prepared).add("reads", reads);
  return table;
}

}  // namespace neucasl::memristor_logic
