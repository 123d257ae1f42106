#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "optical_network.hpp"

/// \file
/// Which wave of a network depends on which, and in what order to compute them.
///
/// The waves b out of all ports obey (1 - S C) b = s, where C sends the wave out of a port into its
/// partner. The *wave graph* has a node for each wave and an edge j -> i where b_i depends on b_j.
/// Without a cycle in it the network is *feed-forward*: in topological order each wave is a sum
/// over earlier ones. Else the matrix is eliminated in approximate minimum degree order (Amestoy,
/// Davis and Duff, SIAM J. Matrix Anal. Appl. 17:886, 1996); its pattern is found once.

namespace neucasl::scattering {

/// Places of the scattering matrices of all devices in one array: row-major, one after the other.
class MatrixLayout {
 public:
  explicit MatrixLayout(const OpticalNetwork& network);
  [[nodiscard]] std::size_t first(std::size_t device) const { return first_[device]; }
  [[nodiscard]] std::size_t size() const { return first_.back(); }

 private:
  std::vector<std::size_t> first_;
};

struct WaveStructure {
  /// b_port += matrix[entry] x (wave into `into`), which is the wave out of `from`.
  struct Term {
    std::uint32_t entry = 0;  ///< In the array of `MatrixLayout`.
    std::uint32_t into = 0;   ///< Port.
    std::uint32_t from = 0;   ///< Its partner.
  };
  std::vector<std::uint32_t> row;  ///< ports + 1: terms of each port, of waves in `order` only.
  std::vector<Term> terms;
  bool feed_forward = false;
  std::vector<std::uint32_t> order;     ///< Ports whose wave may differ from zero, as computed.
  std::vector<std::uint32_t> position;  ///< Of each port in `order`, or none.

  /// Of the eliminated matrix, by position: columns left and right of the diagonal, ascending.
  std::vector<std::uint32_t> lower_row, lower, upper_row, upper;
};

/// `used[entry]` says which entries of the matrices may differ from zero, `begins[port]` at which
/// ports waves begin; waves that nothing reaches are left out.
WaveStructure make_structure(const OpticalNetwork& network, const MatrixLayout& layout,
                             std::span<const char> used, std::span<const char> begins);

}  // namespace neucasl::scattering
