#pragma once

#include <Eigen/Core>
#include <vector>

/// \file
/// How alike two sets of features of the same samples are.
///
/// X and Y are samples x features; a constant added to a feature does not count, all are centred
/// here. Canonical correlation analysis (H. Hotelling, Biometrika 28:321, 1936): rho_i are the
/// singular values of Q_X^T Q_Y, Q being an orthonormal basis of the columns.

namespace neucasl::cptquant_plugin {

/// Falling, in [0, 1]: as many as the smaller of the two ranks. Found by QR of each and the SVD of
/// their triangular factors, so that features without variance or depending on others are left out.
/// Unchanged by an invertible linear map of either's features.
std::vector<double> canonical_correlations(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);

/// Sum of the canonical correlations over the larger of the two ranks, or the smaller number of
/// features where that is less: for features of full rank the mean over min(d_X, d_Y) of M. Raghu
/// et al., NIPS 2017, section 2; a direction that only one of equally many features has counts as
/// 0. 0 when either has no variance.
double mean_canonical_correlation(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);

/// Singular vector canonical correlation: the mean for the leading singular directions of each that
/// hold that share of its variance (Raghu et al., section 2: 0.99).
double singular_vector_correlation(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y,
                                   double variance_share);

/// Projection weighted canonical correlation (A. Morcos et al., NeurIPS 2018, section 3.1):
/// sum alpha_i rho_i / sum alpha_i with alpha_i = sum_j |<h_i, x_j>|, h_i the canonical variables
/// of X and x_j its features. Not symmetric.
double projection_weighted_correlation(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);

/// Linear centred kernel alignment |Y^T X|^2 / (|X^T X| |Y^T Y|) in Frobenius norms (S. Kornblith
/// et al., ICML 2019, section 3). Unchanged by orthogonal maps and isotropic scaling. 0 when either
/// has no variance.
double linear_kernel_alignment(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);

}  // namespace neucasl::cptquant_plugin
