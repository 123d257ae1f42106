#include "calibration_run.hpp"
#include "methods.hpp"

namespace neucasl::cptquant_plugin {

plugin::PrecisionScores measured_scores(const plugin::PrecisionRequest& request,
                                        const plugin::ParameterSet& parameters,
                                        plugin::Context& context) {
  const std::string variant = variant_of(request, {"loss"});
  CalibrationRun run(request, parameters, context, "measured");
  plugin::PrecisionScores scores = run.empty_scores("measured", variant);
  const double own = run.own_loss();
  const Visitor visit = [&](const workload::Stage& stage, const workload::Batches& inputs) {
    for (const std::size_t layer : stage.layers) {
      for (std::size_t choice = 0; choice < run.choices(); ++choice) {
        const double loss = run.mean_over_draws(layer, choice, [&](std::vector<float> weight) {
          return run.loss(stage, inputs, {{layer, std::move(weight)}});
        });
        scores.values[layer * run.choices() + choice] = loss - own;
        run.step(run.layers() * run.choices());
      }
    }
  };
  run.walk({}, visit);
  return scores;
}

}  // namespace neucasl::cptquant_plugin
