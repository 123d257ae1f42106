#include <algorithm>

#include "block_simulation.hpp"
#include "graph_sweeping.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/logic/simulation.hpp"
#include "same_interface.hpp"
#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// A pair of literals that should be one function.
struct ComparedOutput {
  std::string name;
  Literal first = no_literal;
  Literal second = no_literal;
  bool proven = false;
};

class Comparison {
 public:
  Comparison(const Network& first, const Network& second, const EquivalenceOptions& options)
      : options_(options) {
    join(combinational_part(first), combinational_part(second));
  }

  Equivalence run() {
    BlockSimulation block(graph_);
    const std::size_t exhaustive = std::min<std::size_t>(options_.most_exhaustive_inputs, 20);
    if (graph_.inputs().size() <= exhaustive) {
      try_all_patterns(block, outputs_, all_nodes());
    } else {
      by_structure();
      if (open() > 0) by_random_patterns(block);
      // What is cheap first; sweeping often spares the rest.
      if (open() > 0) by_cones(block, exhaustive, std::size_t{1} << 28U);
      if (open() > 0) by_sweeping();
      if (open() > 0) by_cones(block, exhaustive, static_cast<std::size_t>(-1));
    }
    conclude();
    return result_;
  }

 private:
  [[nodiscard]] bool different() const {
    return result_.verdict == Equivalence::Verdict::different;
  }
  /// Outputs that are still to be decided; none once a difference is known.
  [[nodiscard]] std::size_t open() const {
    if (different()) return 0;
    return static_cast<std::size_t>(std::count_if(
        outputs_.begin(), outputs_.end(), [](const ComparedOutput& o) { return !o.proven; }));
  }
  [[nodiscard]] std::vector<std::uint32_t> all_nodes() const {
    std::vector<std::uint32_t> nodes(graph_.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i) nodes[i] = i;
    return nodes;
  }

  void join(const Network& first, const Network& second) {
    std::vector<Literal> own;
    for (std::size_t i = 0; i < first.inputs().size(); ++i) own.push_back(graph_.add_input());
    std::vector<Literal> other;
    std::vector<Literal> by_node(first.nodes().size(), false_literal);
    for (std::size_t i = 0; i < own.size(); ++i) by_node[first.inputs()[i]] = own[i];
    for (const NodeIndex input : second.inputs()) {
      // An input that nothing reads may be missing.
      const std::optional<NodeIndex> twin = first.find(second.node(input).name);
      other.push_back(twin ? by_node[*twin] : false_literal);
    }
    const std::vector<Literal> nodes_1 = add_network(graph_, first, own);
    const std::vector<Literal> nodes_2 = add_network(graph_, second, other);
    for (const Output& output : first.outputs()) {
      const Output& twin = second.outputs()[*second.find_output(output.name)];
      outputs_.push_back({output.name, nodes_1[output.node], nodes_2[twin.node], false});
    }
  }

  /// Keeps the pattern of the block as counterexample when an output differs.
  bool found_difference(BlockSimulation& block, std::span<ComparedOutput> outputs,
                        const char* method) {
    for (const ComparedOutput& output : outputs) {
      if (output.proven) continue;
      const auto pattern = block.difference(output.first, output.second);
      if (!pattern) continue;
      result_.verdict = Equivalence::Verdict::different;
      result_.method = method;
      result_.output = output.name;
      result_.counterexample.emplace();
      for (const std::uint32_t input : graph_.inputs()) {
        const std::uint64_t word = block.of(input)[*pattern / 64];
        result_.counterexample->push_back(((word >> (*pattern % 64)) & 1U) != 0);
      }
      return true;
    }
    return false;
  }

  /// Proves the outputs or finds a difference. `nodes` must hold their cones.
  void try_all_patterns(BlockSimulation& block, std::span<ComparedOutput> outputs,
                        const std::vector<std::uint32_t>& nodes) {
    std::vector<std::uint32_t> inputs;
    for (const std::uint32_t node : nodes) {
      if (graph_.is_input(node)) inputs.push_back(node);
    }
    const std::uint64_t words =
        inputs.size() > 6 ? std::uint64_t{1} << (inputs.size() - 6) : std::uint64_t{1};
    for (std::uint64_t base = 0; base < words; base += block_words) {
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        for (std::size_t w = 0; w < block_words; ++w) {
          block.of(inputs[i])[w] =
              i < 6 ? tables::variable[i]
                    : std::uint64_t{0} - (((base + w) >> (i - 6)) & std::uint64_t{1});
        }
      }
      block.run(nodes);
      result_.patterns += std::min(block_patterns, std::uint64_t{1} << inputs.size());
      if (found_difference(block, outputs, "exhaustive")) return;
    }
    for (ComparedOutput& output : outputs) {
      if (output.proven) continue;
      output.proven = true;
      ++exhaustive_;
    }
  }

  void by_structure() {
    for (ComparedOutput& output : outputs_) {
      if (output.first != output.second || output.proven) continue;
      output.proven = true;
      ++structural_;
    }
  }

  /// Outputs with few inputs in their cones, as long as they cost no more than `budget` word
  /// operations together.
  void by_cones(BlockSimulation& block, std::size_t most_inputs, std::size_t budget) {
    for (ComparedOutput& output : outputs_) {
      if (output.proven) continue;
      const Literal roots[2] = {output.first, output.second};
      const std::vector<std::uint32_t> nodes = cone_of(graph_, roots);
      const auto inputs = static_cast<std::size_t>(std::count_if(
          nodes.begin(), nodes.end(), [&](std::uint32_t node) { return graph_.is_input(node); }));
      if (inputs > most_inputs) continue;
      const std::size_t cost = nodes.size() << (inputs > 10 ? inputs - 6 : 4);
      if (cost > budget) continue;
      budget -= cost;
      try_all_patterns(block, {&output, 1}, nodes);
      if (different()) return;
    }
  }

  /// Value of an input in a pattern before the random ones: all inputs 0, all 1, one 1, one 0.
  static bool directed_value(std::size_t input, std::uint64_t pattern, std::size_t inputs) {
    if (pattern < 2) return pattern == 1;
    return pattern < 2 + inputs ? pattern - 2 == input : pattern - 2 - inputs != input;
  }

  void by_random_patterns(BlockSimulation& block) {
    const std::size_t inputs = graph_.inputs().size();
    const std::uint64_t directed = 2 + 2 * std::uint64_t{inputs};
    const std::uint64_t blocks =
        (directed + options_.random_patterns + block_patterns - 1) / block_patterns;
    base::RandomStream random(options_.seed, "logic/equivalence");
    const std::vector<std::uint32_t> nodes = all_nodes();
    signatures_.assign(graph_.size(), {});
    for (std::uint64_t b = 0; b < blocks; ++b) {
      for (std::size_t i = 0; i < inputs; ++i) {
        std::uint64_t* words = block.of(graph_.inputs()[i]);
        for (std::size_t w = 0; w < block_words; ++w) {
          words[w] = (std::uint64_t{random.next_u32()} << 32U) | random.next_u32();
          const std::uint64_t pattern = b * block_patterns + 64 * w;
          for (std::uint64_t bit = 0; bit < 64 && pattern + bit < directed; ++bit) {
            const std::uint64_t mask = std::uint64_t{1} << bit;
            words[w] =
                directed_value(i, pattern + bit, inputs) ? words[w] | mask : words[w] & ~mask;
          }
        }
      }
      block.run(nodes);
      result_.patterns += block_patterns;
      if (found_difference(block, outputs_, "random")) return;
      add_to_signatures(block, b == 0);
    }
  }

  void add_to_signatures(BlockSimulation& block, bool first) {
    for (std::uint32_t node = 0; node < signatures_.size(); ++node) {
      NodeSignature& signature = signatures_[node];
      const std::uint64_t* words = block.of(node);
      if (first) signature.first = (words[0] & 1U) != 0;
      const std::uint64_t inversion = signature.first ? ~std::uint64_t{0} : 0;
      for (std::size_t w = 0; w < block_words; ++w) {
        signature.hash = (signature.hash ^ words[w] ^ inversion) * 0x9e3779b97f4a7c15U;
        signature.hash ^= signature.hash >> 29U;
      }
    }
  }

  void by_sweeping() {
    std::vector<Literal> roots;
    for (const ComparedOutput& output : outputs_) {
      if (!output.proven) roots.insert(roots.end(), {output.first, output.second});
    }
    GraphSweeper sweeper(graph_, signatures_);
    sweeper.run(roots);
    for (ComparedOutput& output : outputs_) {
      if (output.proven || !sweeper.same(output.first, output.second)) continue;
      output.proven = true;
      ++structural_;
    }
  }

  void conclude() {
    if (different()) return;
    if (open() > 0) {
      result_.verdict = Equivalence::Verdict::no_difference_found;
      result_.method = "random";
      return;
    }
    result_.verdict = Equivalence::Verdict::equivalent;
    result_.method = structural_ == 0   ? "exhaustive"
                     : exhaustive_ == 0 ? "structural"
                                        : "exhaustive and structural";
  }

  EquivalenceOptions options_;
  AndInverterGraph graph_;
  std::vector<ComparedOutput> outputs_;
  std::vector<NodeSignature> signatures_;
  Equivalence result_;
  std::size_t exhaustive_ = 0;  ///< Outputs proven by all patterns.
  std::size_t structural_ = 0;  ///< Outputs proven by structure.
};

}  // namespace

Equivalence compare(const Network& first, const Network& second,
                    const EquivalenceOptions& options) {
  require_same_interface(first, second);
  return Comparison(first, second, options).run();
}

}  // namespace neucasl::logic
