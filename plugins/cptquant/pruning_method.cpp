#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "calibration_run.hpp"
#include "methods.hpp"
#include "pruning.hpp"

namespace neucasl::cptquant_plugin {

std::vector<float> pruned(const std::vector<float>& weight, double share) {
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto count =
      static_cast<std::size_t>(std::llround(share * static_cast<double>(weight.size())));
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  // Among equal magnitudes the earlier weight goes first.
  std::nth_element(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
    const float x = std::abs(weight[a]);
    const float y = std::abs(weight[b]);
    return x != y ? x < y : a < b;
  });
  std::vector<float> result = weight;
  std::for_each(order.begin(), end, [&](std::size_t index) { result[index] = 0.0F; });
  return result;
}

namespace {

/// "0.3,0.5" as numbers in (0, 1).
std::vector<double> shares_of(const plugin::ParameterSet& parameters) {
  const std::string& text = parameters.text("pruned_shares");
  std::vector<double> shares;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    double share = 0.0;
    const auto [rest, code] = std::from_chars(text.data() + at, text.data() + end, share);
    if (code != std::errc{} || rest != text.data() + end || !(share > 0.0 && share < 1.0)) {
      throw base::Error("cptquant.shares", "'" + text + "' is no list of shares",
                        "write numbers between 0 and 1 apart by commas, such as 0.3,0.5",
                        parameters.where("pruned_shares"));
    }
    shares.push_back(share);
    at = end + 1;
  }
  return shares;
}

}  // namespace

plugin::PrecisionScores pruning_scores(const plugin::PrecisionRequest& request,
                                       const plugin::ParameterSet& parameters,
                                       plugin::Context& context) {
  const std::string variant = variant_of(request, {"magnitude"});
  const std::vector<double> shares = shares_of(parameters);
  CalibrationRun run(request, parameters, context, "pmpq");
  plugin::PrecisionScores scores = run.empty_scores("pmpq", variant, false);
  scores.warnings.emplace_back(
      "pruning says nothing of bits: the scores do not depend on them and only order the layers");
  const double own = run.own_loss();
  const Visitor visit = [&](const workload::Stage& stage, const workload::Batches& inputs) {
    for (const std::size_t layer : stage.layers) {
      const std::vector<float> weight = run.network().weight(layer);
      double rise = 0.0;
      for (const double share : shares) {
        rise += run.loss(stage, inputs, {{layer, pruned(weight, share)}}) - own;
        run.step(run.layers() * shares.size());
      }
      CalibrationRun::set_row(scores, layer, rise / static_cast<double>(shares.size()));
    }
  };
  run.walk({}, visit);
  return scores;
}

}  // namespace neucasl::cptquant_plugin
