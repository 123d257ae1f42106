#pragma once

#include <Eigen/Core>
#include <string>

#include "neucasl/workload/staged_network.hpp"

/// \file
/// Outputs of layers and segments as samples x features.

namespace neucasl::cptquant_plugin {

/// A row for each sample, or each token of a sample: the last dimension holds the features. Of
/// images (samples x channels x height x width) the channels are the features, and each position is
/// a row (Raghu et al., NIPS 2017, section 4), or their mean over the positions when
/// `mean_of_positions`.
Eigen::MatrixXd features(const workload::Batches& batches, bool mean_of_positions = false);

/// Correlations of few samples of many features are high whatever the features are (Kornblith et
/// al., ICML 2019, section 2.1).
/// \throws base::Error "precision.samples" for fewer rows than `rows_per_feature` for each feature,
/// with the number that would do; `remedy` is what to do instead.
void require_rows(const Eigen::MatrixXd& rows, double rows_per_feature, const std::string& where,
                  const std::string& remedy);

}  // namespace neucasl::cptquant_plugin
