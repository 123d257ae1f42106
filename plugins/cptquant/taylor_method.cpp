#include <algorithm>
#include <cmath>

#include "calibration_run.hpp"
#include "methods.hpp"
#include "neucasl/base/random.hpp"
#include "tensor_store.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using plugin::PrecisionScores;
using workload::Batches;
using workload::Stage;
using workload::Tensor;

/// Sums over the samples of the slopes of their losses over one weight tensor.
struct SlopeSums {
  std::vector<double> slopes;   ///< sum of g; empty when not asked for
  std::vector<double> squares;  ///< sum of g^2; empty when not asked for

  void add(const Tensor& gradient) {
    std::visit(
        [&](const auto& values) {
          if (!slopes.empty()) {
            for (std::size_t i = 0; i < values.size(); ++i) {
              slopes[i] += static_cast<double>(values[i]);
            }
          }
          if (!squares.empty()) {
            for (std::size_t i = 0; i < values.size(); ++i) {
              const auto g = static_cast<double>(values[i]);
              squares[i] += g * g;
            }
          }
        },
        gradient.values);
  }
};

/// Goes back through the network from its loss, stage by stage, and scores the layers of each.
class BackwardPass {
 public:
  BackwardPass(CalibrationRun& run, bool squares, std::size_t memory, plugin::Context& context)
      : run_(run),
        squares_(squares),
        group_(static_cast<std::size_t>(std::max(1, std::min(context.threads, most_together)))),
        store_(context.scratch_folder, memory) {}

  void scores(PrecisionScores& scores) {
    std::vector<Stage> stages;
    const Visitor keep = [&](const Stage& stage, const Batches& inputs) {
      store_.put(stages.size(), inputs);
      stages.push_back(stage);
    };
    run_.walk({}, keep);
    const std::vector<std::int64_t>& targets = run_.request().targets;
    judged_ = static_cast<double>(targets.size()) -
              static_cast<double>(std::count(targets.begin(), targets.end(), -1));
    Batches slopes;
    for (std::size_t k = stages.size(); k-- > 0;) {
      slopes = back(stages[k], store_.take(k), slopes, scores);
      // Nothing in front of the first layers is asked for.
      if (slopes.empty()) return;
    }
  }

 private:
  /// Slopes over the input of a stage, from those over its output (none: it is the last one).
  Batches back(const Stage& stage, const Batches& inputs, const Batches& slopes,
               PrecisionScores& scores) {
    std::vector<SlopeSums> sums(stage.layers.size());
    for (std::size_t k = 0; k < sums.size(); ++k) {
      const std::size_t size = run_.network().weight(stage.layers[k]).size();
      (squares_ ? sums[k].squares : sums[k].slopes).assign(size, 0.0);
    }
    Batches result;
    std::size_t first_target = 0;
    const std::size_t each = targets_of_a_sample();
    for (std::size_t first = 0; first < inputs.size(); first += group_) {
      const std::size_t count = std::min(group_, inputs.size() - first);
      const Batches part(inputs.begin() + static_cast<std::ptrdiff_t>(first),
                         inputs.begin() + static_cast<std::ptrdiff_t>(first + count));
      std::vector<std::size_t> starts{first_target};
      for (const Tensor& batch : part) {
        starts.push_back(starts.back() + batch.type.shape.front() * each);
      }
      const workload::OutputSlopes output_slopes = [&](std::size_t k, const Tensor& output) {
        if (!slopes.empty()) return slopes[first + k];
        return workload::judge_slopes(output, run_.request().targets.data() + starts[k],
                                      starts[k + 1] - starts[k]);
      };
      workload::StageSlopes found = run_.network().slopes(stage, part, output_slopes);
      for (std::size_t k = 0; k < sums.size(); ++k) {
        for (const Tensor& gradient : found.weights[k]) sums[k].add(gradient);
      }
      std::move(found.input.begin(), found.input.end(), std::back_inserter(result));
      first_target = starts.back();
      run_.step(0);
    }
    for (std::size_t k = 0; k < sums.size(); ++k) score(stage.layers[k], sums[k], scores);
    return result;
  }

  [[nodiscard]] std::size_t targets_of_a_sample() const {
    return run_.request().targets.size() / run_.request().samples.type.shape.front();
  }

  void score(std::size_t layer, const SlopeSums& sums, PrecisionScores& scores) {
    const std::vector<float> weight = run_.network().weight(layer);
    if (!squares_) {
      double sum = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        sum += std::abs(sums.slopes[i] / judged_ * static_cast<double>(weight[i]));
      }
      CalibrationRun::set_row(scores, layer, sum);
      return;
    }
    for (std::size_t choice = 0; choice < run_.choices(); ++choice) {
      const std::vector<float> rounded = run_.rounded(layer, choice);
      double sum = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        const double change = static_cast<double>(rounded[i]) - static_cast<double>(weight[i]);
        sum += sums.squares[i] / judged_ * change * change;
      }
      scores.values[layer * run_.choices() + choice] = 0.5 * sum;
    }
  }

  static constexpr int most_together = 4;  // whose gradients are in memory

  CalibrationRun& run_;
  bool squares_;
  std::size_t group_;
  TensorStore store_;
  double judged_ = 1.0;
};

/// Adds noise to each sample, `scale` times its own root mean square.
void perturb(Tensor& input, std::size_t first_sample, double scale, std::uint64_t seed,
             const std::string& purpose) {
  const std::size_t samples = input.type.shape.front();
  std::visit(
      [&](auto& values) {
        using Number = std::decay_t<decltype(values.front())>;
        const std::size_t each = values.size() / samples;
        for (std::size_t sample = 0; sample < samples; ++sample) {
          Number* x = values.data() + sample * each;
          double squares = 0.0;
          for (std::size_t i = 0; i < each; ++i) {
            squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
          }
          const double sigma = scale * std::sqrt(squares / static_cast<double>(each));
          base::RandomStream random(seed, purpose, first_sample + sample);
          for (std::size_t i = 0; i < each; ++i) {
            x[i] = static_cast<Number>(static_cast<double>(x[i]) + sigma * random.normal());
          }
        }
      },
      input.values);
}

/// Rise of the mean loss with noise at the input of each layer.
void score_by_noise(CalibrationRun& run, const plugin::ParameterSet& parameters,
                    std::uint64_t seed, PrecisionScores& scores) {
  const double scale = parameters.si("noise_scale");
  const auto draws = static_cast<std::size_t>(parameters.integer("noise_draws"));
  const double own = run.own_loss();
  const Visitor visit = [&](const Stage& stage, const Batches& inputs) {
    for (const std::size_t layer : stage.layers) {
      const std::string& name = run.request().network.matrix_layers()[layer].name;
      const Batches clean = run.network().layer_inputs(stage, inputs, layer);
      double rise = 0.0;
      for (std::size_t draw = 0; draw < draws; ++draw) {
        Batches noisy = clean;
        std::size_t first = 0;
        for (Tensor& batch : noisy) {
          perturb(batch, first, scale, seed,
                  "cptquant/input noise/" + name + '/' + std::to_string(draw));
          first += batch.type.shape.front();
        }
        const Batches outputs = run.network().run_with_input(stage, inputs, layer, noisy);
        rise += run.network().score_behind(stage, outputs, run.request().targets).mean_loss() - own;
        run.step(run.layers() * draws);
      }
      CalibrationRun::set_row(scores, layer, rise / static_cast<double>(draws));
    }
  };
  run.walk({}, visit);
}

}  // namespace

PrecisionScores TaylorMethod::scores(const plugin::PrecisionRequest& request,
                                     const plugin::ParameterSet& parameters,
                                     plugin::Context& context) {
  const std::string variant = variant_of(request, {"fisher-dq", "first-order", "input-perturb"});
  const bool noise = variant == "input-perturb";
  CalibrationRun run(request, parameters, context, "tdmpq " + variant,
                     noise ? std::nullopt : std::optional<std::size_t>(1));
  PrecisionScores scores = run.empty_scores("tdmpq", variant);
  scores.depends_on_bits = variant == "fisher-dq";
  if (!scores.depends_on_bits) {
    scores.warnings.push_back("variant '" + variant +
                              "' does not know the rounded weights: its scores do not depend on "
                              "the bits and only order the layers");
  }
  if (noise) {
    score_by_noise(run, parameters, context.seed, scores);
    return scores;
  }
  if (request.network.fixed_samples() > 1 && variant == "fisher-dq") {
    scores.warnings.emplace_back(
        "the network takes its samples together, so the Fisher information is estimated from sums "
        "over batches, which is noisier than from single samples");
  }
  const auto memory = static_cast<std::size_t>(parameters.integer("memory")) << 20U;
  BackwardPass(run, variant == "fisher-dq", memory, context).scores(scores);
  return scores;
}

}  // namespace neucasl::cptquant_plugin
