#include "neucasl/logic/simulation.hpp"

#include <stdexcept>

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// Folds the table variable by variable, the last first: 2^inputs - 1 selections.
std::uint64_t table_value(TruthTable table, const std::uint64_t* operands) {
  std::uint64_t value[64];
  unsigned rows = 1U << table.inputs;
  for (unsigned row = 0; row < rows; ++row) {
    value[row] = table.at(row) ? ~std::uint64_t{0} : std::uint64_t{0};
  }
  for (unsigned i = table.inputs; i-- > 0;) {
    rows /= 2;
    for (unsigned row = 0; row < rows; ++row) {
      value[row] ^= (value[row] ^ value[row + rows]) & operands[i];
    }
  }
  return value[0];
}

}  // namespace

std::vector<std::uint64_t> simulate_nodes(const Network& network,
                                          std::span<const std::uint64_t> inputs) {
  if (inputs.size() != network.inputs().size() + network.latches().size()) {
    throw std::logic_error("one word for each input and latch is needed");
  }
  std::vector<std::uint64_t> value(network.nodes().size(), 0);
  std::size_t next = 0;
  for (const NodeIndex input : network.inputs()) value[input] = inputs[next++];
  for (const Latch& latch : network.latches()) value[latch.output] = inputs[next++];
  std::uint64_t operands[most_table_inputs] = {};
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Node& node = network.nodes()[i];
    if (node.kind == NodeKind::constant) {
      value[i] = node.function.at(0) ? ~std::uint64_t{0} : 0;
    } else if (node.kind == NodeKind::function) {
      for (std::size_t k = 0; k < node.fanins.size(); ++k) operands[k] = value[node.fanins[k]];
      value[i] = table_value(node.function, operands);
    }
  }
  return value;
}

std::vector<bool> evaluate(const Network& network, std::uint64_t inputs) {
  const std::size_t count = network.inputs().size() + network.latches().size();
  if (count > 64) throw std::logic_error("a row has at most 64 inputs and latches");
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < count; ++i) {
    words.push_back(((inputs >> i) & 1U) != 0 ? ~std::uint64_t{0} : 0);
  }
  const std::vector<std::uint64_t> value = simulate_nodes(network, words);
  std::vector<bool> result;
  for (const Output& output : network.outputs()) result.push_back((value[output.node] & 1U) != 0);
  return result;
}

TruthTable table_of(const Network& network, std::size_t output) {
  const std::size_t count = network.inputs().size() + network.latches().size();
  if (count > most_table_inputs) throw std::logic_error("a table has at most six inputs");
  const std::vector<std::uint64_t> value =
      simulate_nodes(network, std::span(tables::variable).first(count));
  const auto inputs = static_cast<std::uint8_t>(count);
  return {value[network.outputs()[output].node] & TruthTable::mask(inputs), inputs};
}

}  // namespace neucasl::logic
