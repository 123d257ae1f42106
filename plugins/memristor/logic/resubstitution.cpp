#include <algorithm>

#include "gate_network.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::memristor_logic {
namespace {

using Word = std::uint64_t;

/// A gate that would replace another: NOR of nodes and of new NORs of nodes; or, with `existing`,
/// no gate but a node of the same function.
struct Replacement {
  std::vector<GateNode> fanins;
  std::vector<std::vector<GateNode>> new_gates;
  bool existing = false;
  std::ptrdiff_t gain = 0;
};

class Resubstitution {
 public:
  Resubstitution(GateNetwork network, const SynthesisOptions& options, std::uint64_t stream)
      : network_(std::move(network)),
        options_(options),
        words_(table_words(network_.inputs)),
        random_(1, "memristor/resubstitution", stream) {}

  GateNetwork run() {
    GateNetwork best = network_;
    std::size_t least = rank(best);
    std::size_t idle = 0;
    for (std::size_t round = 0; round < options_.rounds && idle < patience; ++round, ++idle) {
      pass();
      if (rank(network_) >= least) continue;
      least = rank(network_);
      best = network_;
      idle = 0;
    }
    return best;
  }

 private:
  static constexpr std::size_t patience = 12;
  static constexpr std::size_t most_candidates = 600;

  /// Cycles first, then gates.
  [[nodiscard]] std::size_t rank(const GateNetwork& network) const {
    return cost_of(options_.family, network) * 4096 + network.gates.size();
  }
  [[nodiscard]] std::ptrdiff_t weight(std::size_t fanins) const {
    return static_cast<std::ptrdiff_t>(cost_of(options_.family, fanins));
  }

  /// Every gate once, from the outputs back; after a replacement all is computed anew.
  void pass() {
    refresh();
    std::size_t left = network_.gates.size();
    while (left > 0) {
      const auto node = static_cast<GateNode>(network_.inputs + --left);
      find(node);
      if (candidates_.empty()) continue;
      const Replacement chosen = choose();
      const std::size_t before = network_.gates.size();
      apply(node, chosen);
      refresh();
      left = std::min(left, network_.gates.size());
      if (chosen.gain > 0 && network_.gates.size() < before) left = network_.gates.size();
    }
  }

  void refresh() {
    network_ = without_dead_gates(network_);
    tables_ = tables_of(network_, words_);
    uses_.assign(network_.nodes(), 0);
    for (const Gate& gate : network_.gates) {
      for (const GateNode fanin : gate.fanins) ++uses_[fanin];
    }
    for (const GateNode output : network_.outputs) ++uses_[output];
  }

  [[nodiscard]] const Word* table(GateNode node) const { return &tables_[node * words_]; }
  [[nodiscard]] bool same(const Word* a, const Word* b) const {
    return std::equal(a, a + words_, b);
  }
  /// a is true only where b is.
  [[nodiscard]] bool inside(const Word* a, const Word* b) const {
    for (std::size_t w = 0; w < words_; ++w) {
      if ((a[w] & ~b[w]) != 0) return false;
    }
    return true;
  }
  /// a or b is c.
  [[nodiscard]] bool covers(const Word* a, const Word* b, const Word* c) const {
    for (std::size_t w = 0; w < words_; ++w) {
      if ((a[w] | b[w]) != c[w]) return false;
    }
    return true;
  }

  void find(GateNode node) {
    candidates_.clear();
    collect_divisors(node);
    off_.assign(words_, 0);
    for (std::size_t w = 0; w < words_; ++w) off_[w] = ~table(node)[w];
    under_.clear();
    for (const GateNode d : divisors_) {
      if (same(table(d), table(node))) offer(node, {{d}, {}, true, 0});
      if (inside(table(d), off_.data())) under_.push_back(d);
    }
    find_one_gate(node);
    const std::ptrdiff_t freed = released(node);
    const std::ptrdiff_t two = weight(2);
    if (freed < weight(1) + weight(1)) return;
    collect_new_gates();
    if (freed >= two + weight(1)) find_two_gates(node);
    if (freed >= 2 * weight(1) + two) find_three_gates(node);
  }

  void collect_divisors(GateNode node) {
    std::vector<char> above(network_.nodes(), 0);
    above[node] = 1;
    for (GateNode n = node + 1; n < network_.nodes(); ++n) {
      for (const GateNode fanin : network_.gate(n).fanins) above[n] |= above[fanin];
    }
    divisors_.clear();
    for (GateNode n = 0; n < network_.nodes(); ++n) {
      if (above[n] == 0) divisors_.push_back(n);
    }
  }

  void find_one_gate(GateNode node) {
    for (std::size_t i = 0; i < under_.size(); ++i) {
      if (same(table(under_[i]), off_.data())) offer(node, {{under_[i]}, {}, false, 0});
      for (std::size_t j = i + 1; j < under_.size(); ++j) {
        if (covers(table(under_[i]), table(under_[j]), off_.data())) {
          offer(node, {{under_[i], under_[j]}, {}, false, 0});
        }
      }
    }
    if (options_.most_fanins >= 3) find_wide_gate(node);
  }

  void find_wide_gate(GateNode node) {
    std::vector<Word> both(words_);
    for (std::size_t i = 0; i < under_.size(); ++i) {
      for (std::size_t j = i + 1; j < under_.size(); ++j) {
        for (std::size_t w = 0; w < words_; ++w) {
          both[w] = table(under_[i])[w] | table(under_[j])[w];
        }
        for (std::size_t k = j + 1; k < under_.size(); ++k) {
          if (covers(both.data(), table(under_[k]), off_.data())) {
            offer(node, {{under_[i], under_[j], under_[k]}, {}, false, 0});
          }
        }
      }
    }
  }

  /// New NORs of one or two divisors that are true only where the node is false.
  void collect_new_gates() {
    news_.clear();
    new_tables_.clear();
    std::vector<Word> value(words_);
    for (std::size_t i = 0; i < divisors_.size(); ++i) {
      for (std::size_t j = i; j < divisors_.size(); ++j) {
        bool any = false;
        for (std::size_t w = 0; w < words_; ++w) {
          value[w] = ~(table(divisors_[i])[w] | table(divisors_[j])[w]);
          any = any || value[w] != 0;
        }
        if (!any || !inside(value.data(), off_.data())) continue;
        news_.push_back(i == j ? std::vector<GateNode>{divisors_[i]}
                               : std::vector<GateNode>{divisors_[i], divisors_[j]});
        new_tables_.insert(new_tables_.end(), value.begin(), value.end());
      }
    }
  }

  void find_two_gates(GateNode node) {
    for (std::size_t g = 0; g < news_.size(); ++g) {
      const Word* value = &new_tables_[g * words_];
      if (same(value, off_.data())) offer(node, {{}, {news_[g]}, false, 0});
      for (const GateNode d : under_) {
        if (covers(value, table(d), off_.data())) offer(node, {{d}, {news_[g]}, false, 0});
      }
    }
  }

  void find_three_gates(GateNode node) {
    for (std::size_t g = 0; g < news_.size(); ++g) {
      for (std::size_t h = g + 1; h < news_.size(); ++h) {
        if (covers(&new_tables_[g * words_], &new_tables_[h * words_], off_.data())) {
          offer(node, {{}, {news_[g], news_[h]}, false, 0});
          if (candidates_.size() > most_candidates) return;
        }
      }
    }
  }

  // --- gains -------------------------------------------------------------------------------------

  /// Weight of the gates that only `node` keeps alive, its own included; `uses_` is left so.
  std::ptrdiff_t release(GateNode node) {
    std::ptrdiff_t freed = weight(network_.gate(node).fanins.size());
    for (const GateNode fanin : network_.gate(node).fanins) {
      if (--uses_[fanin] == 0 && network_.is_gate(fanin)) freed += release(fanin);
    }
    return freed;
  }
  std::ptrdiff_t take(GateNode node) {
    std::ptrdiff_t added = weight(network_.gate(node).fanins.size());
    for (const GateNode fanin : network_.gate(node).fanins) added += use(fanin);
    return added;
  }
  std::ptrdiff_t use(GateNode node) {
    return uses_[node]++ == 0 && network_.is_gate(node) ? take(node) : 0;
  }
  std::ptrdiff_t released(GateNode node) {
    const std::vector<std::uint32_t> kept = uses_;
    const std::ptrdiff_t freed = release(node);
    uses_ = kept;
    return freed;
  }

  void offer(GateNode node, Replacement replacement) {
    const std::vector<GateNode>& present = network_.gate(node).fanins;
    if (replacement.new_gates.empty() && !replacement.existing &&
        std::is_permutation(present.begin(), present.end(), replacement.fanins.begin(),
                            replacement.fanins.end())) {
      return;
    }
    const std::vector<std::uint32_t> kept = uses_;
    std::ptrdiff_t gain = release(node);
    for (const GateNode fanin : replacement.fanins) gain -= use(fanin);
    for (const std::vector<GateNode>& gate : replacement.new_gates) {
      gain -= weight(gate.size());
      for (const GateNode fanin : gate) gain -= use(fanin);
    }
    if (!replacement.existing) {
      gain -= weight(replacement.fanins.size() + replacement.new_gates.size());
    }
    uses_ = kept;
    if (gain < 0) return;
    replacement.gain = gain;
    candidates_.push_back(std::move(replacement));
  }

  Replacement choose() {
    std::ptrdiff_t most = 0;
    for (const Replacement& r : candidates_) most = std::max(most, r.gain);
    std::vector<const Replacement*> equal;
    for (const Replacement& r : candidates_) {
      if (r.gain == most) equal.push_back(&r);
    }
    return *equal[static_cast<std::size_t>(random_.uniform() * static_cast<double>(equal.size()))];
  }

  void apply(GateNode node, const Replacement& replacement) {
    if (replacement.existing) {
      const GateNode other = replacement.fanins.front();
      for (Gate& gate : network_.gates) {
        std::replace(gate.fanins.begin(), gate.fanins.end(), node, other);
        std::sort(gate.fanins.begin(), gate.fanins.end());
        gate.fanins.erase(std::unique(gate.fanins.begin(), gate.fanins.end()), gate.fanins.end());
      }
      std::replace(network_.outputs.begin(), network_.outputs.end(), node, other);
      return;
    }
    std::vector<GateNode> fanins = replacement.fanins;
    for (const std::vector<GateNode>& gate : replacement.new_gates) {
      fanins.push_back(network_.add(gate));
    }
    network_.gates[node - network_.inputs].fanins = std::move(fanins);
  }

  GateNetwork network_;
  const SynthesisOptions& options_;
  std::size_t words_;
  base::RandomStream random_;
  std::vector<Word> tables_;
  std::vector<std::uint32_t> uses_;
  std::vector<GateNode> divisors_;
  std::vector<GateNode> under_;  // divisors that are true only where the node is false
  std::vector<Word> off_;        // where the node is false
  std::vector<std::vector<GateNode>> news_;
  std::vector<Word> new_tables_;
  std::vector<Replacement> candidates_;
};

}  // namespace

GateNetwork resubstitute(const GateNetwork& network, const SynthesisOptions& options) {
  if (network.inputs > most_resubstitution_inputs ||
      network.gates.size() > most_resubstitution_gates || options.rounds == 0) {
    return network;
  }
  constexpr std::uint64_t walks = 4;
  GateNetwork best = network;
  for (std::uint64_t walk = 0; walk < walks; ++walk) {
    GateNetwork found = Resubstitution(network, options, walk).run();
    if (std::pair{cost_of(options.family, found), found.gates.size()} <
        std::pair{cost_of(options.family, best), best.gates.size()}) {
      best = std::move(found);
    }
  }
  return best;
}

}  // namespace neucasl::memristor_logic
