#include "similarity.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <limits>

namespace neucasl::cptquant_plugin {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd centred(const MatrixXd& x) { return x.rowwise() - x.colwise().mean(); }

/// Orthonormal basis of the columns of centred X in the order of falling singular values.
struct Basis {
  MatrixXd vectors;  ///< samples x rank
  VectorXd singular_values;
};

Basis basis_of(const MatrixXd& x) {
  const Eigen::HouseholderQR<MatrixXd> qr(centred(x));
  const Index size = std::min(x.rows(), x.cols());
  const MatrixXd triangle = qr.matrixQR().topRows(size).triangularView<Eigen::Upper>();
  const Eigen::BDCSVD<MatrixXd> svd(triangle, Eigen::ComputeThinU);
  const VectorXd& values = svd.singularValues();
  const double smallest = values.size() == 0
                              ? 0.0
                              : values[0] * std::numeric_limits<double>::epsilon() *
                                    static_cast<double>(std::max(x.rows(), x.cols()));
  Index rank = 0;
  while (rank < values.size() && values[rank] > smallest) ++rank;
  MatrixXd vectors = MatrixXd::Zero(x.rows(), rank);
  vectors.topRows(size) = svd.matrixU().leftCols(rank);
  vectors.applyOnTheLeft(qr.householderQ());
  return {std::move(vectors), values.head(rank)};
}

/// The leading directions with that share of the variance.
void truncate(Basis& basis, double variance_share) {
  const double wanted = variance_share * basis.singular_values.squaredNorm();
  Index kept = 0;
  double held = 0.0;
  while (kept < basis.singular_values.size() && held < wanted) {
    held += basis.singular_values[kept] * basis.singular_values[kept];
    ++kept;
  }
  basis.vectors.conservativeResize(Eigen::NoChange, kept);
  basis.singular_values.conservativeResize(kept);
}

VectorXd correlations(const Basis& x, const Basis& y) {
  if (x.vectors.cols() == 0 || y.vectors.cols() == 0) return VectorXd();
  const Eigen::BDCSVD<MatrixXd> svd(x.vectors.transpose() * y.vectors);
  return svd.singularValues().cwiseMin(1.0);
}

double mean_of(const VectorXd& rho, Index count) {
  return count == 0 ? 0.0 : rho.sum() / static_cast<double>(count);
}

}  // namespace

std::vector<double> canonical_correlations(const MatrixXd& x, const MatrixXd& y) {
  const VectorXd rho = correlations(basis_of(x), basis_of(y));
  return {rho.data(), rho.data() + rho.size()};
}

double mean_canonical_correlation(const MatrixXd& x, const MatrixXd& y) {
  const Basis a = basis_of(x);
  const Basis b = basis_of(y);
  const Index rank = std::max(a.vectors.cols(), b.vectors.cols());
  return mean_of(correlations(a, b), std::min({rank, x.cols(), y.cols()}));
}

double singular_vector_correlation(const MatrixXd& x, const MatrixXd& y, double variance_share) {
  Basis a = basis_of(x);
  Basis b = basis_of(y);
  truncate(a, variance_share);
  truncate(b, variance_share);
  return mean_of(correlations(a, b), std::min(a.vectors.cols(), b.vectors.cols()));
}

double projection_weighted_correlation(const MatrixXd& x, const MatrixXd& y) {
  const Basis a = basis_of(x);
  const Basis b = basis_of(y);
  if (a.vectors.cols() == 0 || b.vectors.cols() == 0) return 0.0;
  const Eigen::BDCSVD<MatrixXd> svd(a.vectors.transpose() * b.vectors, Eigen::ComputeThinU);
  const VectorXd rho = svd.singularValues().cwiseMin(1.0);
  const MatrixXd variables = a.vectors * svd.matrixU();
  const VectorXd weights = (variables.transpose() * centred(x)).cwiseAbs().rowwise().sum();
  return weights.dot(rho) / weights.sum();
}

double linear_kernel_alignment(const MatrixXd& x, const MatrixXd& y) {
  const MatrixXd a = centred(x);
  const MatrixXd b = centred(y);
  // The same numbers by whichever of the two kinds of Gram matrix is smaller.
  const bool by_samples = a.rows() < std::max(a.cols(), b.cols());
  const MatrixXd gram_a = by_samples ? MatrixXd(a * a.transpose()) : MatrixXd(a.transpose() * a);
  const MatrixXd gram_b = by_samples ? MatrixXd(b * b.transpose()) : MatrixXd(b.transpose() * b);
  const double norms = gram_a.norm() * gram_b.norm();
  if (norms <= 0.0) return 0.0;
  const double cross =
      by_samples ? gram_a.cwiseProduct(gram_b).sum() : (b.transpose() * a).squaredNorm();
  return std::min(cross / norms, 1.0);
}

}  // namespace neucasl::cptquant_plugin
