#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// The neutral form of a logic function, between its description and a technology.
///
/// Nouns. A *network* is a directed graph of *nodes*, each one signal. A node is a constant, a
/// primary input, the output of a *latch*, or a *function* of its fan-ins, given as a truth table
/// of up to six inputs. *Outputs* are names for nodes. A network without latches is
/// *combinational*. The fan-ins of a function have smaller indices than the node itself, so that a
/// network is free of combinational loops and can be evaluated in order of index.

namespace neucasl::logic {

inline constexpr unsigned most_table_inputs = 6;

/// Bit m is the output when input i has bit i of m. Bits beyond 2^inputs are zero.
struct TruthTable {
  std::uint64_t bits = 0;
  std::uint8_t inputs = 0;

  bool operator==(const TruthTable&) const = default;
  [[nodiscard]] bool at(unsigned row) const { return ((bits >> row) & 1U) != 0; }
  /// All rows of this many inputs.
  [[nodiscard]] static constexpr std::uint64_t mask(unsigned inputs) {
    return inputs >= 6 ? ~std::uint64_t{0} : (std::uint64_t{1} << (1U << inputs)) - 1;
  }
};

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex no_node = 0xffffffff;

enum class NodeKind : std::uint8_t { constant, input, latch_output, function };

struct Node {
  NodeKind kind = NodeKind::function;
  std::string name;  ///< Unique in the network.
  std::vector<NodeIndex> fanins;
  TruthTable function;  ///< Of functions, over the fan-ins; of constants, without inputs.
  base::Location where;
};

struct Output {
  std::string name;
  NodeIndex node = no_node;
  base::Location where;
};

/// Takes the value of `input` at the rising edge of the clock; all latches of a network share one.
struct Latch {
  NodeIndex input = no_node;   ///< Next state.
  NodeIndex output = no_node;  ///< A node of kind latch_output.
  std::optional<bool> initial;
  /// Name of the clock, or empty. A clock is no input of the network unless functions use it too.
  std::string clock;
  base::Location where;
};

/// A value type. Nodes are only ever added, fan-ins first.
class NEUCASL_EXPORT Network {
 public:
  std::string name;

  /// \throws base::Error "logic.name" for a name that is empty or taken (nodes and outputs have
  /// each their own names); "logic.fanin" for a fan-in that does not exist, or a table of another
  /// number of inputs; "logic.latch" for a latch output that is none or has a latch already.
  NodeIndex add_constant(std::string node_name, bool value, const base::Location& where = {});
  NodeIndex add_input(std::string node_name, const base::Location& where = {});
  NodeIndex add_function(std::string node_name, std::vector<NodeIndex> fanins, TruthTable function,
                         const base::Location& where = {});
  NodeIndex add_latch_output(std::string node_name, const base::Location& where = {});
  void add_output(std::string output_name, NodeIndex node, const base::Location& where = {});
  void add_latch(Latch latch);
  /// A name beginning with `stem` that neither a node nor an output has.
  [[nodiscard]] std::string fresh_name(std::string_view stem) const;

  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  [[nodiscard]] const Node& node(NodeIndex index) const { return nodes_[index]; }
  [[nodiscard]] std::span<const NodeIndex> inputs() const { return inputs_; }
  [[nodiscard]] std::span<const Output> outputs() const { return outputs_; }
  [[nodiscard]] std::span<const Latch> latches() const { return latches_; }
  [[nodiscard]] bool combinational() const { return latches_.empty(); }
  /// Nodes of kind function.
  [[nodiscard]] std::size_t functions() const;
  [[nodiscard]] std::optional<NodeIndex> find(std::string_view node_name) const;
  /// Index in `outputs`.
  [[nodiscard]] std::optional<std::size_t> find_output(std::string_view output_name) const;

 private:
  NodeIndex add(Node node);
  void check_fanin(NodeIndex fanin, std::string_view user, const base::Location& where) const;

  std::vector<Node> nodes_;
  std::vector<NodeIndex> inputs_;
  std::vector<Output> outputs_;
  std::vector<Latch> latches_;
  std::vector<char> latched_;                ///< By node: whether it has a latch.
  std::vector<std::uint32_t> slots_;         ///< Open hash table of node indices by name.
  std::vector<std::uint32_t> output_slots_;  ///< The same of outputs.
};

/// The combinational part: latch outputs become inputs behind the primary ones, latch inputs
/// outputs behind the primary ones, named "NAME" and "NAME.next" after the latch's output.
[[nodiscard]] NEUCASL_EXPORT Network combinational_part(const Network& network);

/// A copy without functions that no output or latch needs.
[[nodiscard]] NEUCASL_EXPORT Network without_unused(const Network& network);

}  // namespace neucasl::logic
