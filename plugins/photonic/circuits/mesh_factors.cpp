#include "mesh_factors.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::photonic {
namespace {

/// As propagate() of ideal cells, with `kept` of the amplitude behind each.
void apply_lossy(const Mesh& mesh, double kept, Eigen::MatrixXcd& amplitudes) {
  if (kept == 1.0) return propagate(mesh, amplitudes);
  Mesh column;
  column.input_phases = mesh.input_phases;
  std::vector<MeshCell> cells = mesh.cells;
  std::stable_sort(cells.begin(), cells.end(),
                   [](const MeshCell& a, const MeshCell& b) { return a.column < b.column; });
  for (auto cell = cells.begin(); cell != cells.end();) {
    const auto end = std::find_if(
        cell, cells.end(), [&](const MeshCell& other) { return other.column != cell->column; });
    column.cells.assign(cell, end);
    propagate(column, amplitudes);
    for (; cell != end; ++cell) amplitudes.middleRows(cell->line, 2) *= kept;
    std::fill(column.input_phases.begin(), column.input_phases.end(), 0.0);
  }
}

}  // namespace

Attenuator attenuator(double amplitude, double phase) {
  if (!(amplitude >= 0.0 && amplitude <= 1.0)) {
    throw std::invalid_argument("an attenuator does not amplify");
  }
  const double inner = 2.0 * std::asin(amplitude);
  return {inner,
          std::remainder(phase - 0.5 * std::numbers::pi - 0.5 * inner, 2.0 * std::numbers::pi)};
}

MeshFactors factorise(const Eigen::MatrixXd& matrix) {
  if (!matrix.allFinite() || matrix.size() == 0) {
    throw base::Error("photonic.matrix", "the matrix is empty or not finite",
                      "give finite numbers");
  }
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  MeshFactors factors;
  factors.scale = svd.singularValues()(0);
  if (!(factors.scale > 0.0)) {
    throw base::Error("photonic.matrix", "the matrix has no element other than 0",
                      "give a matrix that does something");
  }
  factors.right = decompose(svd.matrixV().transpose().cast<std::complex<double>>());
  factors.left = decompose(svd.matrixU().cast<std::complex<double>>());
  for (Eigen::Index k = 0; k < svd.singularValues().size(); ++k) {
    const double share = std::clamp(svd.singularValues()(k) / factors.scale, 0.0, 1.0);
    factors.attenuation.push_back(share);
    factors.attenuators.push_back(
        attenuator(share, factors.left.input_phases[static_cast<std::size_t>(k)]));
  }
  return factors;
}

Eigen::MatrixXcd transfer(const MeshFactors& factors, double kept) {
  Eigen::MatrixXcd field = Eigen::MatrixXcd::Identity(factors.inputs(), factors.inputs());
  apply_lossy(factors.right, kept, field);
  Eigen::MatrixXcd between = Eigen::MatrixXcd::Zero(factors.outputs(), factors.inputs());
  Mesh left = factors.left;
  for (std::size_t k = 0; k < factors.attenuators.size(); ++k) {
    const Attenuator& one = factors.attenuators[k];
    const std::complex<double> bar = std::polar(std::sin(0.5 * one.inner), one.outer) *
                                     std::complex<double>(0.0, 1.0) *
                                     std::polar(1.0, 0.5 * one.inner);
    between.row(static_cast<Eigen::Index>(k)) =
        kept * bar * field.row(static_cast<Eigen::Index>(k));
    left.input_phases[k] = 0.0;  // the attenuator has it
  }
  apply_lossy(left, kept, between);
  return factors.scale * between;
}

double relative_error(const Eigen::MatrixXcd& found, const Eigen::MatrixXd& target) {
  return (found - target.cast<std::complex<double>>()).norm() / target.norm();
}

}  // namespace neucasl::photonic
