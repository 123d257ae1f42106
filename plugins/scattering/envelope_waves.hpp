#pragma once

#include <Eigen/Dense>
#include <Eigen/SparseLU>
#include <memory>
#include <vector>

#include "envelope_network.hpp"

/// \file
/// Waves of a network at one instant.
///
/// The wave into port u is that out of its mate p: a_u = sum_q M_pq a_q + r_p. The couplings form a
/// directed graph; its strongly connected components (R. Tarjan, SIAM J. Comput. 1:146, 1972), in
/// order, are solved one after the other: what lies on no loop by one sum, loops by a factorised
/// matrix. A network without loops needs no matrix at all.

namespace neucasl::scattering {

class EnvelopeWaves {
 public:
  /// M has the patterns of the elements: `passes` of those of which `at_once` says so, and the way
  /// through the states when `through_states`.
  EnvelopeWaves(const EnvelopeNetwork& network, const std::vector<char>& at_once,
                bool through_states);

  /// M of an element, ports x ports, row-major; what the pattern leaves out counts as zero.
  [[nodiscard]] Amplitude* numbers(std::size_t element) { return &values_[first_[element]]; }
  /// After numbers have changed.
  /// \throws base::Error "scattering.loop" for a loop that has no solution (gain of one).
  void factor();
  /// Fills a (into each port) for r (out of each port).
  void solve(const std::vector<Amplitude>& r, std::vector<Amplitude>& a) const;

  [[nodiscard]] std::size_t loops() const { return blocks_.size(); }

 private:
  struct Term {
    std::uint32_t port;   // q
    std::uint32_t value;  // index of M_pq
  };
  struct Block {
    std::size_t begin = 0, end = 0;  // in `order_`
    Eigen::PartialPivLU<Eigen::MatrixXcd> dense;
    std::unique_ptr<Eigen::SparseLU<Eigen::SparseMatrix<Amplitude>>> sparse;
    bool analyzed = false;
  };
  void find_order();
  [[noreturn]] void refuse(const Block& block) const;

  const EnvelopeNetwork& network_;
  std::vector<std::size_t> first_;  // of each element in `values_`
  std::vector<Amplitude> values_;
  std::vector<std::uint32_t> row_begin_;  // of the terms of a port u
  std::vector<Term> terms_;
  std::vector<std::uint32_t> order_;  // ports u
  std::vector<std::uint32_t> place_;  // of a port in `order_`
  std::vector<Block> blocks_;
};

}  // namespace neucasl::scattering
