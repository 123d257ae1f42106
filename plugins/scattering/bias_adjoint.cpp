#include <Eigen/SparseLU>
#include <algorithm>

#include "bias_network.hpp"

/// \file
/// Slopes of outputs over sources and resistors, by the transposed electrical circuit.

namespace neucasl::scattering {

BiasAdjoint BiasNetwork::adjoint(std::span<const Wave> incoming, const BiasState& state,
                                 std::span<const double> weight) {
  BiasAdjoint result;
  result.node.assign(circuit_.nodes.size(), 0.0);
  result.branch.assign(branches_.size(), 0.0);
  if (size_ == 0) return result;
  BiasState copy = state;
  x_.assign(size_ + 1, 0.0);
  for (std::uint32_t row = 0; row < nodes_; ++row) x_[row] = state.node[node_of_row_[row]];
  std::copy(state.branch.begin(), state.branch.end(), x_.begin() + nodes_);
  for (Settled& one : settled_) one.valid = false;
  assemble(incoming, 1.0, copy);
  std::vector<Eigen::Triplet<double>> triplets;
  triplets.reserve(entries_.size());
  for (const Entry& e : entries_) {
    triplets.emplace_back(static_cast<int>(e.column), static_cast<int>(e.row), e.value);
  }
  Eigen::SparseMatrix<double> transposed(static_cast<int>(size_), static_cast<int>(size_));
  transposed.setFromTriplets(triplets.begin(), triplets.end());
  Eigen::SparseLU<Eigen::SparseMatrix<double>> factors;
  factors.compute(transposed);
  if (factors.info() != Eigen::Success) refuse_singular();
  Eigen::VectorXd right = Eigen::VectorXd::Zero(static_cast<int>(size_));
  for (std::uint32_t row = 0; row < nodes_; ++row) {
    right[static_cast<int>(row)] = weight[node_of_row_[row]];
  }
  const Eigen::VectorXd solution = factors.solve(right);
  for (std::uint32_t row = 0; row < nodes_; ++row) {
    result.node[node_of_row_[row]] = solution[static_cast<int>(row)];
  }
  for (std::uint32_t row = nodes_; row < size_; ++row) {
    result.branch[row - nodes_] = solution[static_cast<int>(row)];
  }
  return result;
}

double BiasNetwork::slope_of_source(std::size_t source, const BiasAdjoint& adjoint) const {
  const circuit::Source& one = circuit_.sources[source];
  if (!one.is_voltage) return adjoint.node[one.n] - adjoint.node[one.p];
  std::size_t branch = 0;
  for (std::size_t k = 0; k < source; ++k) branch += circuit_.sources[k].is_voltage ? 1 : 0;
  return adjoint.branch[branch];
}

double BiasNetwork::slope_of_passive(std::size_t passive, const BiasAdjoint& adjoint,
                                     const BiasState& state) const {
  const circuit::Passive& one = circuit_.passives[passive];
  const double product =
      (adjoint.node[one.p] - adjoint.node[one.n]) * (state.node[one.p] - state.node[one.n]);
  if (one.kind == circuit::PassiveKind::conductance) return -product;
  if (one.kind == circuit::PassiveKind::resistor) return product / (one.value * one.value);
  return 0.0;
}

}  // namespace neucasl::scattering
