#include <algorithm>
#include <cmath>

#include "calibration_run.hpp"
#include "methods.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/workload/chain.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using plugin::PrecisionScores;
using workload::Batches;
using workload::Stage;
using workload::Tensor;

/// Adds the gradients of single samples up, segment by segment, and scores the layers of each when
/// all samples went back through it.
class GradientSums {
 public:
  GradientSums(CalibrationRun& run, bool squares, PrecisionScores& scores)
      : run_(run), squares_(squares), scores_(scores) {
    const std::vector<std::int64_t>& targets = run.request().targets;
    judged_ = static_cast<double>(
        std::count_if(targets.begin(), targets.end(), [](std::int64_t one) { return one >= 0; }));
    const auto& layers = run.request().network.matrix_layers();
    layers_.resize(run.network().segments());
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      layers_[layers[layer].segment].push_back(layer);
    }
  }

  /// Gradients of the mean loss, of a batch, over the weights of the segment's layers.
  void add(std::size_t segment, const std::vector<Tensor>& gradients) {
    if (segment != segment_) {
      finish();
      segment_ = segment;
      sums_.resize(gradients.size());
      for (std::size_t k = 0; k < gradients.size(); ++k) sums_[k].assign(gradients[k].size(), 0.0);
    }
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      std::visit([&](const auto& values) { add_to(sums_[k], values); }, gradients[k].values);
    }
    run_.step(run_.network().segments() * run_.samples_in_all());
  }

  /// Scores the layers of the last segment.
  void finish() {
    for (std::size_t k = 0; k < sums_.size(); ++k) score(layers_[segment_][k], sums_[k]);
    sums_.clear();
  }

 private:
  template <class T>
  void add_to(std::vector<double>& sums, const std::vector<T>& gradient) const {
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const auto g = static_cast<double>(gradient[i]);
      sums[i] += squares_ ? g * g : g;
    }
  }

  void score(std::size_t layer, const std::vector<double>& sums) {
    if (!squares_) {
      const std::span<const float> weight = run_.weight(layer);
      double sum = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        sum += std::abs(sums[i] * static_cast<double>(weight[i]));
      }
      CalibrationRun::set_row(scores_, layer, sum);
      return;
    }
    for (std::size_t choice = 0; choice < run_.choices(); ++choice) {
      const double sum = run_.mean_over_draws(layer, choice, [&](const std::vector<float>& stored) {
        const std::span<const float> weight = run_.weight(layer);
        double harm = 0.0;
        for (std::size_t i = 0; i < weight.size(); ++i) {
          const double change = static_cast<double>(stored[i]) - static_cast<double>(weight[i]);
          harm += sums[i] * change * change;
        }
        return harm;
      });
      // The gradients are of the mean loss: sum g^2 of the losses themselves, over their number.
      scores_.values[layer * run_.choices() + choice] = 0.5 * sum * judged_;
    }
  }

  CalibrationRun& run_;
  bool squares_;
  PrecisionScores& scores_;
  double judged_ = 1.0;
  std::vector<std::vector<std::size_t>> layers_;  // by segment
  std::size_t segment_ = static_cast<std::size_t>(-1);
  std::vector<std::vector<double>> sums_;  // by layer of the segment
};

void score_by_gradients(CalibrationRun& run, bool squares, const plugin::Context& context,
                        PrecisionScores& scores) {
  std::vector<workload::ChainTensor> wanted;
  constexpr std::size_t weight_input = 1;
  for (const workload::MatrixLayer& layer : run.request().network.matrix_layers()) {
    wanted.push_back({layer.segment, layer.node, weight_input});
  }
  workload::ChainOptions options;
  options.batch = 1;
  options.threads = context.threads;
  options.cancel = context.cancel;
  GradientSums sums(run, squares, scores);
  const workload::BatchGradients add = [&](std::size_t segment, std::size_t /*first_sample*/,
                                           const std::vector<Tensor>& gradients) {
    sums.add(segment, gradients);
  };
  static_cast<void>(workload::chain_gradients(run.request().network, run.request().samples,
                                              run.request().targets, wanted, options, add));
  sums.finish();
}

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
void score_by_noise(CalibrationRun& run, const plugin::ParameterSet& parameters, std::uint64_t seed,
                    PrecisionScores& scores) {
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

PrecisionScores taylor_scores(const plugin::PrecisionRequest& request,
                              const plugin::ParameterSet& parameters, plugin::Context& context) {
  const std::string variant = variant_of(request, {"fisher-dq", "first-order", "input-perturb"});
  const bool noise = variant == "input-perturb";
  CalibrationRun run(request, parameters, context, "tdmpq " + variant);
  PrecisionScores scores = run.empty_scores("tdmpq", variant, variant == "fisher-dq");
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
  score_by_gradients(run, variant == "fisher-dq", context, scores);
  return scores;
}

}  // namespace neucasl::cptquant_plugin
