#include "neucasl/network/training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "gradients.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::network {
namespace {

void require(bool in_range, const std::string& option, double value, const std::string& range) {
  if (in_range) return;
  throw base::Error("network.training", option + " is " + base::shortest(value),
                    option + " is " + range);
}

/// Weights normal with variance 2 / depth (He et al., ICCV 2015), biases zero.
void initialise(Network& network, const std::vector<Step>& plan, std::uint64_t seed) {
  for (const LayerId id : network.matrix_layers()) {
    Layer& layer = network.layers[id];
    base::RandomStream stream(seed, "network/initial", id);
    const double deviation = std::sqrt(2.0 / static_cast<double>(plan[id].depth));
    for (float& weight : layer.weight) weight = static_cast<float>(deviation * stream.normal());
    std::fill(layer.bias.begin(), layer.bias.end(), 0.0F);
  }
}

/// A permutation of [0, count), by Fisher and Yates.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::size_t epoch) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::RandomStream stream(seed, "network/shuffle", epoch);
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[stream.below(static_cast<std::uint32_t>(i))]);
  }
  return order;
}

class Trainer {
 public:
  Trainer(Network& network, const Dataset& dataset, const TrainingOptions& options,
          ProductEngine* products)
      : network_(network),
        dataset_(dataset),
        options_(options),
        products_(products),
        plan_(make_plan(network)),
        engine_(plan_, network.input.size(), options.threads, products),
        samples_(options.batch * network.input.size()),
        labels_(options.batch) {
    initialise(network_, plan_, options.seed);
    velocity_ = engine_.result();
    if (products_ == nullptr) return;
    for (const LayerId id : network_.matrix_layers()) {
      products_->program(id, network_.layers[id].weight);
    }
  }

  EpochSummary run_epoch(std::size_t epoch);
  /// Weights, velocities and the engine's state, after the summaries of the epochs so far.
  [[nodiscard]] std::string state(const std::vector<EpochSummary>& summaries) const;
  /// Takes a state and returns its summaries.
  std::vector<EpochSummary> resume(std::string_view state);

 private:
  void gather(std::span<const std::size_t> order);
  void step(std::vector<float>& values, const std::vector<float>& gradient,
            std::vector<float>& velocity, double decay) const;
  void update();
  void update_weights(LayerId id);
  void take_weights();
  [[nodiscard]] double test_accuracy() const;
  [[noreturn]] void diverged(std::size_t epoch) const;

  Network& network_;
  const Dataset& dataset_;
  const TrainingOptions& options_;
  ProductEngine* products_;
  std::vector<Step> plan_;
  GradientEngine engine_;
  Gradients velocity_;
  double rate_ = 0.0;
  std::vector<float> samples_;
  std::vector<unsigned char> labels_;
};

EpochSummary Trainer::run_epoch(std::size_t epoch) {
  const std::size_t count = dataset_.training.count();
  const std::size_t batches = (count + options_.batch - 1) / options_.batch;
  const std::vector<std::size_t> order = shuffled(count, options_.seed, epoch);
  rate_ =
      options_.learning_rate * std::pow(options_.learning_rate_factor, static_cast<double>(epoch));
  BatchSummary total;
  if (products_ != nullptr) products_->begin_pass(2 * epoch);
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const std::size_t first = batch * options_.batch;
    const std::size_t number = std::min(options_.batch, count - first);
    gather(std::span(order).subspan(first, number));
    const BatchSummary summary = engine_.compute(samples_.data(), std::span(labels_).first(number),
                                                 options_.cancel, {first, rate_});
    if (!std::isfinite(summary.loss)) diverged(epoch);
    update();
    total.loss += summary.loss;
    total.right += summary.right;
    if (options_.progress) {
      options_.progress("training", epoch * batches + batch + 1, options_.epochs * batches);
    }
  }
  const auto divisor = static_cast<double>(count);
  if (products_ != nullptr) {
    products_->begin_pass(2 * epoch + 1);
    take_weights();
  }
  for (const Layer& layer : network_.layers) {
    for (const float weight : layer.weight) {
      if (!std::isfinite(weight)) diverged(epoch);
    }
  }
  return {total.loss / divisor, static_cast<double>(total.right) / divisor, test_accuracy()};
}

std::string Trainer::state(const std::vector<EpochSummary>& summaries) const {
  base::ByteWriter out;
  out.number(static_cast<std::uint64_t>(summaries.size()));
  for (const EpochSummary& one : summaries) {
    for (const double value : {one.loss, one.training_accuracy, one.test_accuracy}) {
      out.number(value);
    }
  }
  for (const LayerId id : network_.matrix_layers()) {
    out.array(network_.layers[id].weight);
    out.array(network_.layers[id].bias);
    out.array(velocity_.weight[id]);
    out.array(velocity_.bias[id]);
  }
  if (products_ != nullptr) products_->save(out);
  return out.bytes();
}

std::vector<EpochSummary> Trainer::resume(std::string_view state) {
  base::ByteReader in(state);
  const auto epochs = in.number<std::uint64_t>();
  if (epochs > options_.epochs) {
    throw base::Error("network.training",
                      "the training to go on with has " + std::to_string(epochs) + " epochs, " +
                          std::to_string(options_.epochs) + " are asked for",
                      "ask for as many at least");
  }
  std::vector<EpochSummary> summaries(epochs);
  for (EpochSummary& one : summaries) {
    one.loss = in.number<double>();
    one.training_accuracy = in.number<double>();
    one.test_accuracy = in.number<double>();
  }
  for (const LayerId id : network_.matrix_layers()) {
    in.array(network_.layers[id].weight);
    in.array(network_.layers[id].bias);
    in.array(velocity_.weight[id]);
    in.array(velocity_.bias[id]);
  }
  if (products_ != nullptr) products_->restore(in);
  if (!in.empty()) {
    throw base::Error("base.bytes", "the state of a training has more than this training",
                      "remove the file, so that the training begins anew");
  }
  return summaries;
}

void Trainer::gather(std::span<const std::size_t> order) {
  const std::size_t size = network_.input.size();
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::copy_n(dataset_.training.pixels.data() + order[i] * size, size,
                samples_.data() + i * size);
    labels_[i] = dataset_.training.labels[order[i]];
  }
}

void Trainer::step(std::vector<float>& values, const std::vector<float>& gradient,
                   std::vector<float>& velocity, double decay) const {
  const auto momentum = static_cast<float>(options_.momentum);
  const auto rate = static_cast<float>(rate_);
  const auto pull = static_cast<float>(decay);
  for (std::size_t i = 0; i < values.size(); ++i) {
    velocity[i] = momentum * velocity[i] - rate * (gradient[i] + pull * values[i]);
    values[i] += velocity[i];
  }
}

void Trainer::update() {
  const Gradients& gradients = engine_.result();
  for (const LayerId id : network_.matrix_layers()) {
    Layer& layer = network_.layers[id];
    update_weights(id);
    step(layer.bias, gradients.bias[id], velocity_.bias[id], 0.0);
  }
}

void Trainer::update_weights(LayerId id) {
  if (products_ != nullptr && products_->adds_rows()) return;
  Layer& layer = network_.layers[id];
  const std::vector<float>& gradient = engine_.result().weight[id];
  if (products_ == nullptr) {
    step(layer.weight, gradient, velocity_.weight[id], options_.weight_decay);
    return;
  }
  // The weights themselves are known to the engine only; those here serve weight decay.
  if (options_.weight_decay > 0.0) layer.weight = products_->weights(id);
  step(layer.weight, gradient, velocity_.weight[id], options_.weight_decay);
  products_->add(id, velocity_.weight[id]);
}

void Trainer::take_weights() {
  for (const LayerId id : network_.matrix_layers()) {
    network_.layers[id].weight = products_->weights(id);
  }
}

double Trainer::test_accuracy() const {
  RunOptions options;
  options.threads = options_.threads;
  options.cancel = options_.cancel;
  const auto scores =
      run(network_, dataset_.test.pixels, dataset_.test.count(), options, products_);
  return accuracy(scores, dataset_.test.labels);
}

void Trainer::diverged(std::size_t epoch) const {
  throw base::Error(
      "network.training",
      "the loss or a weight is no longer finite in epoch " + std::to_string(epoch + 1),
      "lower learning_rate (now " + base::shortest(options_.learning_rate) + ')');
}

void check_images(const Network& network, const LabelledImages& images, const std::string& what) {
  if (images.shape != network.input) {
    throw base::Error(
        "network.training",
        "the " + what + " images do not have the input shape of network '" + network.name + "'",
        "choose a network and a data set that fit");
  }
  check_samples(network, images.pixels, images.labels);
}

}  // namespace

void TrainingOptions::validate() const {
  const auto real = [](std::size_t value) { return static_cast<double>(value); };
  require(epochs >= 1, "epochs", real(epochs), "at least 1");
  require(batch >= 1 && batch <= 65536, "batch", real(batch), "from 1 to 65536");
  require(std::isfinite(learning_rate) && learning_rate > 0.0, "learning_rate", learning_rate,
          "above 0");
  require(learning_rate_factor > 0.0 && learning_rate_factor <= 1.0, "learning_rate_factor",
          learning_rate_factor, "above 0 and at most 1");
  require(momentum >= 0.0 && momentum < 1.0, "momentum", momentum, "at least 0 and below 1");
  require(std::isfinite(weight_decay) && weight_decay >= 0.0, "weight_decay", weight_decay,
          "at least 0");
  require(threads >= 1, "threads", threads, "at least 1");
}

namespace {

std::vector<EpochSummary> train_on(Network& network, const Dataset& dataset,
                                   const TrainingOptions& options, ProductEngine* products) {
  options.validate();
  check_images(network, dataset.training, "training");
  check_images(network, dataset.test, "test");
  Trainer trainer(network, dataset, options, products);
  std::vector<EpochSummary> summaries;
  if (!options.resume.empty()) summaries = trainer.resume(options.resume);
  while (summaries.size() < options.epochs) {
    summaries.push_back(trainer.run_epoch(summaries.size()));
    if (options.checkpoint) options.checkpoint(trainer.state(summaries));
  }
  return summaries;
}

}  // namespace

void ProductEngine::add_rows(LayerId /*layer*/, const float* /*input*/,
                             const float* /*output_gradient*/, std::size_t /*rows*/,
                             std::size_t /*first_row*/, double /*rate*/) {
  throw std::logic_error("this engine takes changes of weights");
}

std::vector<EpochSummary> train(Network& network, const Dataset& dataset,
                                const TrainingOptions& options) {
  return train_on(network, dataset, options, nullptr);
}

std::vector<EpochSummary> train(Network& network, const Dataset& dataset,
                                const TrainingOptions& options, ProductEngine& engine) {
  if (engine.adds_rows()) {
    const std::string range = "0 where rows are added in the array";
    require(options.momentum == 0.0, "momentum", options.momentum, range);
    require(options.weight_decay == 0.0, "weight_decay", options.weight_decay, range);
  }
  return train_on(network, dataset, options, &engine);
}

}  // namespace neucasl::network
