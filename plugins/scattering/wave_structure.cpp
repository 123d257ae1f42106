#include "wave_structure.hpp"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>

namespace neucasl::scattering {
namespace {

void collect_terms(const OpticalNetwork& network, const MatrixLayout& layout,
                   std::span<const char> used, WaveStructure& s) {
  s.row.push_back(0);
  for (std::size_t d = 0; d < network.devices.size(); ++d) {
    const OpticalDevice& device = network.devices[d];
    for (std::uint32_t p = 0; p < device.ports; ++p) {
      for (std::uint32_t q = 0; q < device.ports; ++q) {
        const auto entry = static_cast<std::uint32_t>(
            layout.first(d) + static_cast<std::size_t>(p) * device.ports + q);
        if (used[entry] == 0) continue;
        const std::uint32_t into = device.first_port + q;
        s.terms.push_back({entry, into, network.ports[into].partner});
      }
      s.row.push_back(static_cast<std::uint32_t>(s.terms.size()));
    }
  }
  s.row.resize(network.ports.size() + 1, static_cast<std::uint32_t>(s.terms.size()));
}

/// Ports that waves from `begins` reach, and successors of each wave.
class WaveGraph {
 public:
  WaveGraph(const WaveStructure& s, std::size_t ports) : first_(ports + 1, 0) {
    for (const WaveStructure::Term& term : s.terms) {
      ++first_[term.from + 1];
    }
    for (std::size_t k = 0; k < ports; ++k) first_[k + 1] += first_[k];
    next_.resize(first_.back());
    std::vector<std::uint32_t> fill(first_.begin(), first_.end() - 1);
    for (std::uint32_t i = 0; i < ports; ++i) {
      for (std::uint32_t t = s.row[i]; t < s.row[i + 1]; ++t) {
        next_[fill[s.terms[t].from]++] = i;
      }
    }
  }
  [[nodiscard]] std::span<const std::uint32_t> after(std::uint32_t port) const {
    return {next_.data() + first_[port], next_.data() + first_[port + 1]};
  }
  [[nodiscard]] std::vector<char> reached(std::span<const char> begins) const {
    std::vector<char> seen(begins.begin(), begins.end());
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < seen.size(); ++i) {
      if (seen[i] != 0) open.push_back(i);
    }
    while (!open.empty()) {
      const std::uint32_t from = open.back();
      open.pop_back();
      for (const std::uint32_t to : after(from)) {
        if (seen[to] != 0) continue;
        seen[to] = 1;
        open.push_back(to);
      }
    }
    return seen;
  }

 private:
  std::vector<std::uint32_t> first_, next_;
};

/// Keeps the terms between waves that are reached.
void drop_unreached(const std::vector<char>& reached, WaveStructure& s) {
  std::uint32_t kept = 0;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i + 1 < s.row.size(); ++i) {
    const std::uint32_t end = s.row[i + 1];
    for (std::uint32_t t = begin; t < end; ++t) {
      if (reached[i] != 0 && reached[s.terms[t].from] != 0) s.terms[kept++] = s.terms[t];
    }
    begin = end;
    s.row[i + 1] = kept;
  }
  s.terms.resize(kept);
}

/// Kahn's algorithm; fewer than all reached ports when there is a cycle.
std::vector<std::uint32_t> topological(const WaveStructure& s, const WaveGraph& graph,
                                       const std::vector<char>& reached) {
  std::vector<std::uint32_t> waiting(reached.size(), 0);
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == 0) continue;
    waiting[i] = s.row[i + 1] - s.row[i];
    if (waiting[i] == 0) order.push_back(i);
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    for (const std::uint32_t to : graph.after(order[k])) {
      if (reached[to] != 0 && --waiting[to] == 0) order.push_back(to);
    }
  }
  return order;
}

std::vector<std::uint32_t> minimum_degree(const WaveStructure& s,
                                          const std::vector<std::uint32_t>& ports) {
  std::vector<std::uint32_t> place(s.row.size() - 1, none);
  for (std::uint32_t k = 0; k < ports.size(); ++k) place[ports[k]] = k;
  std::vector<Eigen::Triplet<double>> triplets;
  const auto n = static_cast<int>(ports.size());
  for (int k = 0; k < n; ++k) {
    triplets.emplace_back(k, k, 1.0);
    const std::uint32_t i = ports[static_cast<std::size_t>(k)];
    for (std::uint32_t t = s.row[i]; t < s.row[i + 1]; ++t) {
      const auto from = static_cast<int>(place[s.terms[t].from]);
      triplets.emplace_back(k, from, 1.0);
      triplets.emplace_back(from, k, 1.0);
    }
  }
  Eigen::SparseMatrix<double> pattern(n, n);
  pattern.setFromTriplets(triplets.begin(), triplets.end());
  Eigen::AMDOrdering<int> ordering;
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> permutation;
  ordering(pattern.selfadjointView<Eigen::Lower>(), permutation);
  std::vector<std::uint32_t> order(ports.size());
  for (int k = 0; k < n; ++k) {
    order[static_cast<std::size_t>(k)] = ports[static_cast<std::size_t>(permutation.indices()[k])];
  }
  return order;
}

/// Pattern of the factors of the symmetrised matrix: the structure of a column is its own entries
/// and what its children in the elimination tree leave.
void eliminate(WaveStructure& s) {
  const std::size_t n = s.order.size();
  std::vector<std::vector<std::uint32_t>> below(n);
  for (std::uint32_t k = 0; k < n; ++k) {
    const std::uint32_t i = s.order[k];
    for (std::uint32_t t = s.row[i]; t < s.row[i + 1]; ++t) {
      const std::uint32_t from = s.terms[t].from;
      if (s.position[from] == k) continue;
      const std::uint32_t other = s.position[from];
      below[std::min(k, other)].push_back(std::max(k, other));
    }
  }
  for (std::uint32_t k = 0; k < n; ++k) {
    std::vector<std::uint32_t>& own = below[k];
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    if (own.size() < 2) continue;
    std::vector<std::uint32_t>& parent = below[own.front()];
    parent.insert(parent.end(), own.begin() + 1, own.end());
  }
  s.upper_row.push_back(0);
  std::vector<std::uint32_t> count(n + 1, 0);
  for (const auto& columns : below) {
    s.upper.insert(s.upper.end(), columns.begin(), columns.end());
    s.upper_row.push_back(static_cast<std::uint32_t>(s.upper.size()));
    for (const std::uint32_t i : columns) ++count[i + 1];
  }
  for (std::size_t i = 0; i < n; ++i) count[i + 1] += count[i];
  s.lower_row = count;
  s.lower.resize(s.upper.size());
  for (std::uint32_t k = 0; k < n; ++k) {
    for (const std::uint32_t i : below[k]) s.lower[count[i]++] = k;
  }
}

}  // namespace

MatrixLayout::MatrixLayout(const OpticalNetwork& network) {
  first_.push_back(0);
  for (const OpticalDevice& device : network.devices) {
    first_.push_back(first_.back() + static_cast<std::size_t>(device.ports) * device.ports);
  }
}

WaveStructure make_structure(const OpticalNetwork& network, const MatrixLayout& layout,
                             std::span<const char> used, std::span<const char> begins) {
  WaveStructure s;
  collect_terms(network, layout, used, s);
  const WaveGraph graph(s, network.ports.size());
  const std::vector<char> reached = graph.reached(begins);
  drop_unreached(reached, s);
  std::vector<std::uint32_t> ports;
  for (std::uint32_t i = 0; i < reached.size(); ++i) {
    if (reached[i] != 0) ports.push_back(i);
  }
  s.order = topological(s, graph, reached);
  s.feed_forward = s.order.size() == ports.size();
  if (!s.feed_forward) s.order = minimum_degree(s, ports);
  s.position.assign(network.ports.size(), none);
  for (std::uint32_t k = 0; k < s.order.size(); ++k) s.position[s.order[k]] = k;
  if (!s.feed_forward) eliminate(s);
  return s;
}

}  // namespace neucasl::scattering
