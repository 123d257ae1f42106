#include "neucasl/training/token_training.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::training {
namespace {

/// Windows of a text and what comes next.
struct Windows {
  workload::Tensor samples;
  std::vector<std::int64_t> targets;
};

Windows windows_at(std::span<const std::int64_t> text, const std::vector<std::size_t>& places,
                   std::size_t sequence) {
  Windows windows;
  std::vector<std::int64_t> values;
  values.reserve(places.size() * sequence);
  windows.targets.reserve(places.size() * sequence);
  for (const std::size_t place : places) {
    const auto begin = text.begin() + static_cast<std::ptrdiff_t>(place);
    const auto length = static_cast<std::ptrdiff_t>(sequence);
    values.insert(values.end(), begin, begin + length);
    windows.targets.insert(windows.targets.end(), begin + 1, begin + length + 1);
  }
  windows.samples =
      workload::Tensor(workload::TensorShape{places.size(), sequence}, std::move(values));
  return windows;
}

void require_window(std::span<const std::int64_t> text, std::size_t sequence, const char* part) {
  if (text.size() > sequence) return;
  throw base::Error("training.text",
                    std::string(part) + " has " + std::to_string(text.size()) + " tokens",
                    "give more than the " + std::to_string(sequence) + " of a window");
}

/// A weight and where the network reads it.
struct Parameter {
  std::string name;
  std::vector<std::size_t> places;  ///< Among all wanted tensors.
};

/// Where the network reads its weights.
class Places {
 public:
  Places(const workload::SegmentedNetwork& network, const std::vector<std::string>& names) {
    std::map<std::string, std::size_t> index;
    for (const std::string& name : names) {
      index.emplace(name, parameters.size());
      parameters.push_back({name, {}});
    }
    for (std::size_t segment = 0; segment < network.segments(); ++segment) {
      const workload::OperatorGraph graph = network.segment(segment, 1);
      std::vector<bool> seen(graph.tensors.size(), false);
      for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        const std::vector<workload::TensorId>& inputs = graph.nodes[node].inputs;
        for (std::size_t k = 0; k < inputs.size(); ++k) {
          if (inputs[k] == workload::no_tensor || seen[inputs[k]]) continue;
          const workload::GraphTensor& tensor = graph.tensors[inputs[k]];
          const auto found = index.find(tensor.name);
          if (!tensor.value || found == index.end()) continue;
          seen[inputs[k]] = true;
          parameters[found->second].places.push_back(wanted.size());
          wanted.push_back({segment, node, k});
        }
      }
    }
    for (const Parameter& one : parameters) {
      if (!one.places.empty()) continue;
      throw base::Error("training.weight",
                        "'" + network.name() + "' does not read a weight '" + one.name + "'",
                        "name stored tensors of its segments");
    }
  }

  std::vector<workload::ChainTensor> wanted;
  std::vector<Parameter> parameters;
};

std::vector<float>& values_of(const WeightAt& weight, const std::string& name) {
  workload::Tensor& tensor = weight(name);
  auto* values = std::get_if<std::vector<float>>(&tensor.values);
  if (values == nullptr || tensor.type.type != workload::ElementType::float32) {
    throw base::Error("training.weight",
                      "'" + name + "' is " + std::string(to_string(tensor.type.type)),
                      "give float32 values");
  }
  return *values;
}

double rate_of(const TokenTrainingOptions& options, std::size_t step) {
  if (step < options.warm_up) {
    return options.rate * static_cast<double>(step + 1) / static_cast<double>(options.warm_up);
  }
  const auto done = static_cast<double>(step - options.warm_up);
  const auto all = static_cast<double>(std::max<std::size_t>(1, options.steps - options.warm_up));
  const double height = 0.5 * (1.0 + std::cos(std::numbers::pi * done / all));
  return options.rate * (options.last_rate + (1.0 - options.last_rate) * height);
}

/// Trains step by step.
class Trainer {
 public:
  Trainer(const workload::SegmentedNetwork& network, const std::vector<std::string>& names,
          const WeightAt& weight, const TokenTrainingOptions& options)
      : network_(network),
        options_(options),
        places_(network, names),
        weight_(weight),
        adam_(make_adam()) {
    chain_.batch = options.together;
    chain_.threads = options.threads;
    chain_.cancel = options.cancel;
  }

  /// The loss before the step.
  double step(std::size_t index, std::span<const std::int64_t> text) {
    base::RandomStream random(options_.seed, "training/windows", index);
    std::vector<std::size_t> starts(options_.batch);
    const auto choices = static_cast<std::uint32_t>(text.size() - options_.sequence);
    for (std::size_t& start : starts) start = random.below(choices);
    const Windows windows = windows_at(text, starts, options_.sequence);
    workload::ChainGradients result = gradients_of(windows, index);
    update(join(std::move(result.gradients)), rate_of(options_, index));
    return result.loss;
  }

  [[nodiscard]] const workload::ChainOptions& chain() const { return chain_; }

 private:
  [[nodiscard]] workload::ChainGradients gradients_of(const Windows& windows,
                                                      std::size_t step) const {
    try {
      return chain_gradients(network_, windows.samples, windows.targets, places_.wanted, chain_);
    } catch (const base::Error& error) {
      if (error.diagnostic().code != "workload.scores") throw;
      throw base::Error("training.loss",
                        "at step " + std::to_string(step) + ' ' + error.diagnostic().message,
                        "give a lower learning rate");
    }
  }

  Adam make_adam() {
    std::vector<std::size_t> sizes;
    std::vector<bool> decays;
    for (const Parameter& one : places_.parameters) {
      sizes.push_back(values_of(weight_, one.name).size());
      decays.push_back(weight_(one.name).type.shape.size() > 1);
    }
    return {options_.adam, sizes, decays};
  }

  /// One gradient for each parameter: the sum over all places that share it.
  [[nodiscard]] std::vector<std::vector<float>> join(std::vector<workload::Tensor> parts) const {
    std::vector<std::vector<float>> gradients;
    gradients.reserve(places_.parameters.size());
    for (const Parameter& one : places_.parameters) {
      auto& sum = std::get<std::vector<float>>(parts[one.places[0]].values);
      for (std::size_t k = 1; k < one.places.size(); ++k) {
        const auto& other = std::get<std::vector<float>>(parts[one.places[k]].values);
        for (std::size_t n = 0; n < sum.size(); ++n) sum[n] += other[n];
      }
      gradients.push_back(std::move(sum));
    }
    return gradients;
  }

  void update(std::vector<std::vector<float>> gradients, double rate) {
    double square = 0.0;
    for (const std::vector<float>& gradient : gradients) {
      for (const float g : gradient) square += static_cast<double>(g) * static_cast<double>(g);
    }
    const double norm = std::sqrt(square);
    if (norm > options_.largest_norm) {
      const auto scale = static_cast<float>(options_.largest_norm / norm);
      for (std::vector<float>& gradient : gradients) {
        for (float& g : gradient) g *= scale;
      }
    }
    adam_.begin_step();
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      adam_.update(k, values_of(weight_, places_.parameters[k].name), gradients[k], rate);
    }
  }

  const workload::SegmentedNetwork& network_;
  const TokenTrainingOptions& options_;
  Places places_;
  const WeightAt& weight_;
  Adam adam_;
  workload::ChainOptions chain_;
};

}  // namespace

void TokenTrainingOptions::validate() const {
  const auto fail = [](const std::string& what, const char* remedy) {
    throw base::Error("training.options", what, remedy);
  };
  const std::pair<const char*, std::size_t> counts[] = {{"steps", steps},
                                                        {"batch", batch},
                                                        {"together", together},
                                                        {"sequence", sequence},
                                                        {"report_every", report_every},
                                                        {"validation_windows", validation_windows}};
  for (const auto& [name, value] : counts) {
    if (value == 0) fail(std::string(name) + " is 0", "give at least 1");
  }
  if (!(rate > 0.0) || !std::isfinite(rate)) fail("the rate is not above 0", "give about 1e-3");
  if (!(last_rate >= 0.0 && last_rate <= 1.0)) fail("last_rate is no share", "give 0 to 1");
  if (!(largest_norm > 0.0)) fail("largest_norm is not above 0", "give about 1");
  if (!(held_out > 0.0 && held_out < 1.0)) fail("held_out is no share", "give above 0, below 1");
  adam.validate();
}

std::span<const std::int64_t> held_out_text(std::span<const std::int64_t> text,
                                            const TokenTrainingOptions& options) {
  const double length = std::ceil(options.held_out * static_cast<double>(text.size()));
  return text.last(static_cast<std::size_t>(length));
}

double token_loss(const workload::SegmentedNetwork& network, std::span<const std::int64_t> text,
                  std::size_t windows, std::size_t sequence,
                  const workload::ChainOptions& options) {
  require_window(text, sequence, "the text");
  std::vector<std::size_t> starts;
  starts.reserve(windows);
  const std::size_t room = text.size() - sequence - 1;
  for (std::size_t k = 0; k < windows; ++k) {
    starts.push_back(windows == 1 ? 0 : room * k / (windows - 1));
  }
  const Windows all = windows_at(text, starts, sequence);
  return cross_entropy(run_chain(network, all.samples, options), all.targets);
}

std::vector<CurvePoint> train_on_tokens(
    const workload::SegmentedNetwork& network, const std::vector<std::string>& names,
    const WeightAt& weight, std::span<const std::int64_t> text, const TokenTrainingOptions& options,
    const std::function<void(const CurvePoint& point)>& report) {
  options.validate();
  const auto validation = held_out_text(text, options);
  const auto training = text.first(text.size() - validation.size());
  require_window(training, options.sequence, "the training part of the text");
  require_window(validation, options.sequence, "the held-out part of the text");
  Trainer trainer(network, names, weight, options);
  std::vector<CurvePoint> curve;
  double sum = 0.0;
  std::size_t summed = 0;
  for (std::size_t step = 0; step < options.steps; ++step) {
    sum += trainer.step(step, training);
    ++summed;
    if (summed < options.report_every && step + 1 < options.steps) continue;
    CurvePoint point;
    point.step = step + 1;
    point.tokens = point.step * options.batch * options.sequence;
    point.rate = rate_of(options, step);
    point.training_loss = sum / static_cast<double>(summed);
    point.validation_loss = token_loss(network, validation, options.validation_windows,
                                       options.sequence, trainer.chain());
    curve.push_back(point);
    if (report) report(point);
    sum = 0.0;
    summed = 0;
  }
  return curve;
}

}  // namespace neucasl::training
