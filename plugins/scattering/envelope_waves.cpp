#include "envelope_waves.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr std::size_t largest_dense_loop = 48;

/// Light from port q reaches port p through the states.
bool reaches(const EnvelopeElement& element, std::uint32_t p, std::uint32_t q) {
  bool any_shown = false;
  bool any_fed = false;
  for (std::uint32_t s = 0; s < element.states; ++s) {
    const bool shown = element.shows[p * element.states + s] != 0;
    const bool fed = element.feeds[s * element.ports + q] != 0;
    if (shown && fed) return true;
    any_shown = any_shown || shown;
    any_fed = any_fed || fed;
  }
  return element.mixes && any_shown && any_fed;
}

}  // namespace

EnvelopeWaves::EnvelopeWaves(const EnvelopeNetwork& network, const std::vector<char>& at_once,
                             bool through_states)
    : network_(network) {
  const std::size_t ports = network.ports();
  std::vector<std::vector<Term>> rows(ports);
  std::size_t size = 0;
  for (std::size_t e = 0; e < network.elements().size(); ++e) {
    const EnvelopeElement& element = network.elements()[e];
    first_.push_back(size);
    for (std::uint32_t p = 0; p < element.ports; ++p) {
      auto& row = rows[network.mate(element.first_port + p)];
      for (std::uint32_t q = 0; q < element.ports; ++q) {
        bool coupled = at_once[e] != 0 && element.passes[p * element.ports + q] != 0;
        if (through_states) coupled = coupled || reaches(element, p, q);
        if (!coupled) continue;
        row.push_back(
            {element.first_port + q, static_cast<std::uint32_t>(size) + p * element.ports + q});
      }
    }
    size += static_cast<std::size_t>(element.ports) * element.ports;
  }
  values_.assign(size, {});
  for (const auto& row : rows) {
    row_begin_.push_back(static_cast<std::uint32_t>(terms_.size()));
    terms_.insert(terms_.end(), row.begin(), row.end());
  }
  row_begin_.push_back(static_cast<std::uint32_t>(terms_.size()));
  find_order();
}

/// Tarjan's algorithm without recursion; a component comes after all that it depends on.
void EnvelopeWaves::find_order() {
  const std::size_t n = network_.ports();
  constexpr std::uint32_t unseen = 0xffffffff;
  std::vector<std::uint32_t> index(n, unseen), low(n);
  std::vector<char> on_stack(n);
  std::vector<std::uint32_t> stack;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open;  // port, next term
  std::uint32_t count = 0;
  place_.resize(n);
  const auto enter = [&](std::uint32_t u) {
    index[u] = low[u] = count++;
    stack.push_back(u);
    on_stack[u] = 1;
    open.emplace_back(u, row_begin_[u]);
  };
  for (std::uint32_t root = 0; root < n; ++root) {
    if (index[root] != unseen) continue;
    enter(root);
    while (!open.empty()) {
      const std::uint32_t u = open.back().first;
      if (open.back().second < row_begin_[u + 1]) {
        const std::uint32_t q = terms_[open.back().second++].port;
        if (index[q] == unseen) {
          enter(q);
        } else if (on_stack[q] != 0) {
          low[u] = std::min(low[u], index[q]);
        }
        continue;
      }
      open.pop_back();
      if (!open.empty()) low[open.back().first] = std::min(low[open.back().first], low[u]);
      if (low[u] != index[u]) continue;
      const std::size_t begin = order_.size();
      bool loop = false;
      for (std::uint32_t v = unseen; v != u;) {
        v = stack.back();
        stack.pop_back();
        on_stack[v] = 0;
        place_[v] = static_cast<std::uint32_t>(order_.size());
        order_.push_back(v);
        for (std::uint32_t k = row_begin_[v]; k < row_begin_[v + 1]; ++k) {
          loop = loop || terms_[k].port == v;
        }
      }
      if (order_.size() - begin == 1 && !loop) continue;
      blocks_.emplace_back();
      blocks_.back().begin = begin;
      blocks_.back().end = order_.size();
    }
  }
}

void EnvelopeWaves::refuse(const Block& block) const {
  const std::uint32_t port = order_[block.begin];
  std::string name = "a loop";
  for (const EnvelopeDevice& one : network_.devices()) {
    if (std::find(one.ports.begin(), one.ports.end(), port) == one.ports.end()) continue;
    name = "the loop through '" + network_.circuit().devices[one.device].name + "'";
  }
  throw base::Error("scattering.loop", name + " does not determine its light: it gives back all",
                    "give the loop a loss, or a way out");
}

void EnvelopeWaves::factor() {
  for (Block& block : blocks_) {
    const std::size_t size = block.end - block.begin;
    const auto n = static_cast<Eigen::Index>(size);
    std::vector<Eigen::Triplet<Amplitude>> entries;
    for (std::size_t i = 0; i < size; ++i) {
      const auto row = static_cast<int>(i);
      entries.emplace_back(row, row, 1.0);
      const std::uint32_t u = order_[block.begin + i];
      for (std::uint32_t k = row_begin_[u]; k < row_begin_[u + 1]; ++k) {
        const std::uint32_t at = place_[terms_[k].port];
        if (at < block.begin || at >= block.end) continue;
        entries.emplace_back(row, static_cast<int>(at - block.begin), -values_[terms_[k].value]);
      }
    }
    if (size <= largest_dense_loop) {
      Eigen::MatrixXcd matrix = Eigen::MatrixXcd::Zero(n, n);
      for (const auto& entry : entries) matrix(entry.row(), entry.col()) += entry.value();
      block.dense.compute(matrix);
      if (!(std::abs(block.dense.matrixLU().diagonal().cwiseAbs().minCoeff()) > 1e-14)) {
        refuse(block);
      }
      continue;
    }
    Eigen::SparseMatrix<Amplitude> matrix(n, n);
    matrix.setFromTriplets(entries.begin(), entries.end());
    matrix.makeCompressed();
    if (!block.sparse) {
      block.sparse = std::make_unique<Eigen::SparseLU<Eigen::SparseMatrix<Amplitude>>>();
      block.sparse->analyzePattern(matrix);
    }
    block.sparse->factorize(matrix);
    if (block.sparse->info() != Eigen::Success) refuse(block);
  }
}

void EnvelopeWaves::solve(const std::vector<Amplitude>& r, std::vector<Amplitude>& a) const {
  const auto single = [&](std::size_t at) {
    const std::uint32_t u = order_[at];
    Amplitude sum = r[network_.mate(u)];
    for (std::uint32_t k = row_begin_[u]; k < row_begin_[u + 1]; ++k) {
      const Amplitude& m = values_[terms_[k].value];
      const Amplitude& x = a[terms_[k].port];
      sum += Amplitude(m.real() * x.real() - m.imag() * x.imag(),
                       m.real() * x.imag() + m.imag() * x.real());
    }
    a[u] = sum;
  };
  std::size_t at = 0;
  for (const Block& block : blocks_) {
    for (; at < block.begin; ++at) single(at);
    const std::size_t size = block.end - block.begin;
    Eigen::VectorXcd right(static_cast<Eigen::Index>(size));
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t u = order_[block.begin + i];
      Amplitude sum = r[network_.mate(u)];
      for (std::uint32_t k = row_begin_[u]; k < row_begin_[u + 1]; ++k) {
        const std::uint32_t place = place_[terms_[k].port];
        if (place >= block.begin && place < block.end) continue;
        sum += values_[terms_[k].value] * a[terms_[k].port];
      }
      right(static_cast<Eigen::Index>(i)) = sum;
    }
    const Eigen::VectorXcd x = block.sparse ? Eigen::VectorXcd(block.sparse->solve(right))
                                            : Eigen::VectorXcd(block.dense.solve(right));
    for (std::size_t i = 0; i < size; ++i) {
      a[order_[block.begin + i]] = x(static_cast<Eigen::Index>(i));
    }
    at = block.end;
  }
  for (; at < order_.size(); ++at) single(at);
}

}  // namespace neucasl::scattering
