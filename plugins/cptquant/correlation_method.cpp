#include "calibration_run.hpp"
#include "features.hpp"
#include "methods.hpp"
#include "similarity.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using Eigen::MatrixXd;
using plugin::PrecisionScores;
using workload::Batches;
using workload::Stage;

/// How two sets of features are compared.
class Comparison {
 public:
  Comparison(std::string measure, const plugin::ParameterSet& parameters, std::string remedy)
      : measure_(std::move(measure)),
        remedy_(std::move(remedy)),
        rows_per_feature_(parameters.si("samples_per_feature")),
        variance_share_(parameters.si("variance_share")) {}

  /// \throws base::Error "precision.samples" for canonical correlations of too few rows.
  void check(const MatrixXd& rows, const std::string& where) const {
    if (measure_ != "cka") require_rows(rows, rows_per_feature_, where, remedy_);
  }
  [[nodiscard]] double operator()(const MatrixXd& x, const MatrixXd& y) const {
    if (measure_ == "cka") return linear_kernel_alignment(x, y);
    if (measure_ == "pwcca") return projection_weighted_correlation(x, y);
    if (measure_ == "svcca") return singular_vector_correlation(x, y, variance_share_);
    return mean_canonical_correlation(x, y);
  }

 private:
  std::string measure_;
  std::string remedy_;
  double rows_per_feature_;
  double variance_share_;
};

/// 1 - similarity of the outputs of each layer's segment with and without its bits.
void compare_with_quantised(CalibrationRun& run, const Comparison& comparison,
                            PrecisionScores& scores) {
  const std::size_t steps = run.layers() * run.choices();
  MatrixXd own;
  std::size_t segment_of_own = run.network().segments();
  const Visitor visit = [&](const Stage& stage, const Batches& inputs) {
    if (stage.layers.empty()) return;
    if (segment_of_own != stage.segment) {
      own = features(run.network().run_to_segment_end(stage, inputs));
      segment_of_own = stage.segment;
      comparison.check(own, "the outputs of segment " + std::to_string(stage.segment + 1));
    }
    for (const std::size_t layer : stage.layers) {
      for (std::size_t choice = 0; choice < run.choices(); ++choice) {
        const auto likeness = [&](std::vector<float> weight) {
          const workload::WeightChanges changes{{layer, std::move(weight)}};
          return comparison(own,
                            features(run.network().run_to_segment_end(stage, inputs, changes)));
        };
        scores.values[layer * run.choices() + choice] =
            1.0 - run.mean_over_draws(layer, choice, likeness);
        run.step(steps);
      }
    }
  };
  run.walk({}, visit);
}

/// Calls `use` with the features of each matrix layer's outputs, in order.
void for_each_layer(CalibrationRun& run, const Comparison& comparison,
                    const std::function<void(std::size_t layer, MatrixXd features)>& use) {
  const Visitor visit = [&](const Stage& stage, const Batches& inputs) {
    if (stage.layers.empty()) return;
    const std::vector<Batches> outputs = run.network().layer_outputs(stage, inputs);
    for (std::size_t k = 0; k < stage.layers.size(); ++k) {
      const std::size_t layer = stage.layers[k];
      MatrixXd rows = features(outputs[k], true);
      comparison.check(rows, "layer '" + run.request().network.matrix_layers()[layer].name + "'");
      use(layer, std::move(rows));
      run.step(run.layers());
    }
  };
  run.walk({}, visit);
}

[[noreturn]] void refuse_rows(const plugin::PrecisionRequest& request, std::size_t a,
                              std::size_t b) {
  const auto& layers = request.network.matrix_layers();
  throw base::Error("cptquant.rows",
                    "the outputs of layers '" + layers[a].name + "' and '" + layers[b].name +
                        "' have different numbers of rows",
                    "choose variant fp-vs-quant, which compares a segment with itself");
}

/// 1 - similarity with the next layer; the last one's with the layer before it.
void compare_neighbours(CalibrationRun& run, const Comparison& comparison,
                        PrecisionScores& scores) {
  MatrixXd before;
  for_each_layer(run, comparison, [&](std::size_t layer, MatrixXd rows) {
    if (layer > 0) {
      if (before.rows() != rows.rows()) refuse_rows(run.request(), layer - 1, layer);
      CalibrationRun::set_row(scores, layer - 1, 1.0 - comparison(before, rows));
      if (layer + 1 == run.layers()) {
        CalibrationRun::set_row(scores, layer, 1.0 - comparison(rows, before));
      }
    }
    before = std::move(rows);
  });
}

/// 1 - mean similarity with the other layers.
void compare_with_others(CalibrationRun& run, const Comparison& comparison,
                         PrecisionScores& scores) {
  std::vector<MatrixXd> all(run.layers());
  for_each_layer(run, comparison,
                 [&](std::size_t layer, MatrixXd rows) { all[layer] = std::move(rows); });
  for (std::size_t layer = 0; layer < all.size(); ++layer) {
    double sum = 0.0;
    for (std::size_t other = 0; other < all.size(); ++other) {
      if (other == layer) continue;
      if (all[other].rows() != all[layer].rows()) refuse_rows(run.request(), layer, other);
      sum += comparison(all[layer], all[other]);
    }
    const double others = static_cast<double>(all.size()) - 1.0;
    CalibrationRun::set_row(scores, layer, 1.0 - sum / others);
  }
}

void require_two_layers(const CalibrationRun& run) {
  if (run.layers() > 1) return;
  throw base::Error("cptquant.layers", "a network of one matrix layer has no other to compare with",
                    "choose variant fp-vs-quant");
}

}  // namespace

PrecisionScores correlation_scores(const plugin::PrecisionRequest& request,
                                   const plugin::ParameterSet& parameters,
                                   plugin::Context& context) {
  const std::string variant =
      variant_of(request, {"fp-vs-quant", "adjacent", "mean-others", "cka"});
  CalibrationRun run(request, parameters, context, "cmpq " + variant);
  const bool of_bits = variant == "fp-vs-quant" || variant == "cka";
  PrecisionScores scores = run.empty_scores("cmpq", variant, of_bits);
  if (of_bits) {
    const Comparison comparison(variant == "cka" ? "cka" : "cca", parameters,
                                "choose variant 'cka'");
    compare_with_quantised(run, comparison, scores);
    return scores;
  }
  require_two_layers(run);
  const Comparison comparison(parameters.text("similarity"), parameters,
                              "set similarity to 'cka', or choose variant 'cka'");
  if (variant == "adjacent") compare_neighbours(run, comparison, scores);
  if (variant == "mean-others") compare_with_others(run, comparison, scores);
  scores.warnings.push_back("variant '" + variant +
                            "' compares layers of the network as it is: its scores do not depend "
                            "on the bits and only order the layers");
  return scores;
}

}  // namespace neucasl::cptquant_plugin
