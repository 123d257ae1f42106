#include <algorithm>
#include <functional>
#include <optional>

#include "gate_network.hpp"
#include "neucasl/logic/and_inverter_graph.hpp"
#include "neucasl/logic/simulation.hpp"

namespace neucasl::memristor_logic {
namespace {

using logic::AndInverterGraph;
using logic::Literal;

/// What is to become gates: a graph and the literals of the outputs.
struct Start {
  AndInverterGraph graph;
  std::vector<Literal> outputs;
};

/// Inputs and outputs inverted for NANDs, see gate_network.hpp.
std::vector<Literal> inputs_of(AndInverterGraph& graph, std::size_t count, Family family) {
  std::vector<Literal> literals;
  for (std::size_t i = 0; i < count; ++i) {
    literals.push_back(logic::invert_if(graph.add_input(), family == Family::imply));
  }
  return literals;
}

Start start_from_network(const logic::Network& network, Family family) {
  Start start;
  const std::vector<Literal> inputs = inputs_of(start.graph, network.inputs().size(), family);
  const std::vector<Literal> nodes = logic::add_network(start.graph, network, inputs);
  for (const logic::Output& output : network.outputs()) {
    start.outputs.push_back(logic::invert_if(nodes[output.node], family == Family::imply));
  }
  return start;
}

Start start_from_tables(const logic::Network& network, Family family) {
  Start start;
  const std::vector<Literal> inputs = inputs_of(start.graph, network.inputs().size(), family);
  for (std::size_t o = 0; o < network.outputs().size(); ++o) {
    start.outputs.push_back(logic::invert_if(start.graph.build(logic::table_of(network, o), inputs),
                                             family == Family::imply));
  }
  return start;
}

/// An AND is the NOR of its operands' inverses, an inverted AND the NOR of that alone.
class GateMaker {
 public:
  GateMaker(const Start& start, std::size_t most_fanins)
      : graph_(start.graph), outputs_(start.outputs), most_fanins_(most_fanins) {}

  GateNetwork run() {
    const std::size_t literals = 2 * graph_.size();
    needed_.assign(literals, 0);
    node_of_.assign(literals, 0);
    operands_.resize(graph_.size());
    uses_ = graph_.fanout_counts(outputs_);
    mark();
    result_.inputs = graph_.inputs().size();
    for (std::uint32_t i = 0; i < graph_.inputs().size(); ++i) {
      node_of_[logic::literal_of(graph_.inputs()[i])] = i;
    }
    for (std::uint32_t n = 0; n < graph_.size(); ++n) make(n);
    for (const Literal output : outputs_) result_.outputs.push_back(node_of_[output]);
    return without_dead_gates(result_);
  }

 private:
  /// The operands of an AND; those that only it uses are taken in while there is room.
  std::vector<Literal> operands_of(std::uint32_t node) const {
    std::vector<Literal> operands{graph_.fanin(node, 0), graph_.fanin(node, 1)};
    for (std::size_t i = 0; i < operands.size() && operands.size() < most_fanins_;) {
      const Literal operand = operands[i];
      const std::uint32_t inner = logic::node_of(operand);
      if (logic::inverted(operand) || !graph_.is_and(inner) || uses_[inner] != 1) {
        ++i;
        continue;
      }
      operands[i] = graph_.fanin(inner, 0);
      operands.push_back(graph_.fanin(inner, 1));
    }
    std::sort(operands.begin(), operands.end());
    operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
    return operands;
  }

  void mark() {
    for (const Literal output : outputs_) needed_[output] = 1;
    for (auto n = static_cast<std::uint32_t>(graph_.size()); n-- > 0;) {
      const Literal plain = logic::literal_of(n);
      if (needed_[logic::invert(plain)] != 0 && n != 0) needed_[plain] = 1;
      if (needed_[plain] == 0 || !graph_.is_and(n)) continue;
      operands_[n] = operands_of(n);
      for (const Literal operand : operands_[n]) needed_[logic::invert(operand)] = 1;
    }
  }

  void make(std::uint32_t n) {
    const Literal plain = logic::literal_of(n);
    const Literal inverse = logic::invert(plain);
    if (n == 0) {
      if (needed_[plain] == 0 && needed_[inverse] == 0) return;
      node_of_[inverse] = result_.add({});
      if (needed_[plain] != 0) node_of_[plain] = result_.add({node_of_[inverse]});
      return;
    }
    if (needed_[plain] != 0 && graph_.is_and(n)) {
      std::vector<GateNode> fanins;
      for (const Literal operand : operands_[n]) {
        fanins.push_back(node_of_[logic::invert(operand)]);
      }
      node_of_[plain] = result_.add(std::move(fanins));
    }
    if (needed_[inverse] != 0) node_of_[inverse] = result_.add({node_of_[plain]});
  }

  const AndInverterGraph& graph_;
  const std::vector<Literal>& outputs_;
  std::size_t most_fanins_;
  std::vector<char> needed_;
  std::vector<GateNode> node_of_;  // by literal
  std::vector<std::vector<Literal>> operands_;
  std::vector<std::uint32_t> uses_;
  GateNetwork result_;
};

}  // namespace

GateNetwork synthesize(const logic::Network& network, const SynthesisOptions& options) {
  if (!network.combinational()) {
    throw base::Error("memristor.sequential",
                      "network '" + network.name + "' has latches, a row computes once",
                      "map its combinational part: give the latches' outputs as inputs and their "
                      "next states as outputs",
                      network.node(network.latches().front().output).where);
  }
  std::vector<Start> starts;
  starts.push_back(start_from_network(network, options.family));
  if (network.inputs().size() <= logic::most_table_inputs) {
    starts.push_back(start_from_tables(network, options.family));
  }
  std::optional<GateNetwork> best;
  for (const Start& start : starts) {
    GateNetwork gates = resubstitute(GateMaker(start, options.most_fanins).run(), options);
    const auto rank = [&](const GateNetwork& n) {
      return std::pair{cost_of(options.family, n), n.gates.size()};
    };
    if (!best || rank(gates) < rank(*best)) best = std::move(gates);
  }
  return std::move(*best);
}

}  // namespace neucasl::memristor_logic
