#include "gradients.hpp"

#include <algorithm>
#include <cmath>

#include "products.hpp"

namespace neucasl::network {
namespace {

/// Both are fixed: they decide the order of sums.
constexpr std::size_t chunk_size = 16;
constexpr std::size_t chunk_count = 4;

Gradients zero_gradients(const std::vector<Step>& plan) {
  Gradients gradients;
  for (const Step& step : plan) {
    gradients.weight.emplace_back(step.layer->weight.size());
    gradients.bias.emplace_back(step.layer->bias.size());
  }
  return gradients;
}

void add(const std::vector<std::vector<float>>& from, std::vector<std::vector<float>>& to) {
  for (std::size_t layer = 0; layer < from.size(); ++layer) {
    for (std::size_t i = 0; i < from[layer].size(); ++i) to[layer][i] += from[layer][i];
  }
}

void clear(std::vector<std::vector<float>>& values) {
  for (std::vector<float>& layer : values) std::fill(layer.begin(), layer.end(), 0.0F);
}

/// Cross-entropy of softmax(scores) at `label`; `gradient` = weight (softmax(scores) - one_hot),
/// e.g. Bishop, Pattern Recognition and Machine Learning, eq. 4.109.
double cross_entropy(std::span<const float> scores, std::size_t label, float weight,
                     float* gradient) {
  const double highest = *std::max_element(scores.begin(), scores.end());
  double sum = 0.0;
  for (const float score : scores) sum += std::exp(score - highest);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double share = std::exp(scores[i] - highest) / sum - (i == label ? 1.0 : 0.0);
    gradient[i] = weight * static_cast<float>(share);
  }
  return std::log(sum) + highest - scores[label];
}

}  // namespace

void check_samples(const Network& network, std::span<const float> samples,
                   std::span<const unsigned char> labels) {
  if (labels.empty() || samples.size() != labels.size() * network.input.size()) {
    throw base::Error("network.training",
                      std::to_string(samples.size()) + " values do not make " +
                          std::to_string(labels.size()) + " samples of " +
                          std::to_string(network.input.size()),
                      "give one or more samples of the network's input size");
  }
  const std::size_t classes = network.shapes().back().size();
  const std::size_t highest = *std::max_element(labels.begin(), labels.end());
  if (highest >= classes) {
    throw base::Error("network.training",
                      "a label is " + std::to_string(highest) + ", the network has " +
                          std::to_string(classes) + " scores",
                      "give the last layer an output for every label");
  }
}

GradientEngine::Chunk::Chunk(const std::vector<Step>& plan, std::size_t capacity)
    : workspace(plan, keeping_plan(plan, capacity), true),
      output_gradients(workspace.outputs),
      gradients(zero_gradients(plan)) {
  std::size_t largest = 0;
  for (const auto& patches : workspace.patches) largest = std::max(largest, patches.size());
  for (const Step& step : plan) largest = std::max(largest, capacity * step.depth);
  patch_gradients.resize(largest);
}

GradientEngine::GradientEngine(const std::vector<Step>& plan, std::size_t input_size, int threads,
                               ProductEngine* products)
    : plan_(plan),
      backend_(plan),
      products_(products),
      input_size_(input_size),
      threads_(threads),
      chunks_(chunk_count, Chunk(plan, chunk_size)),
      result_(zero_gradients(plan)) {}

BatchSummary GradientEngine::compute(const float* samples, std::span<const unsigned char> labels,
                                     const base::CancelFlag& cancel, const Place& place) {
  const std::size_t count = labels.size();
  const float weight = 1.0F / static_cast<float>(count);
  BatchSummary summary;
  clear(result_.weight);
  clear(result_.bias);
  for (std::size_t done = 0; done < count; done += chunk_size * chunk_count) {
    const std::size_t left = std::min(count - done, chunk_size * chunk_count);
    const std::size_t chunks = (left + chunk_size - 1) / chunk_size;
    base::parallel_for(chunks, threads_, cancel, [&](std::size_t index) {
      const std::size_t first = done + index * chunk_size;
      compute_chunk(chunks_[index], samples + first * input_size_,
                    labels.subspan(first, std::min(chunk_size, count - first)), weight,
                    place.first_sample + first);
    });
    for (std::size_t index = 0; index < chunks; ++index) {
      if (products_ != nullptr && products_->adds_rows()) {
        const std::size_t first = done + index * chunk_size;
        add_rows(chunks_[index], samples + first * input_size_, std::min(chunk_size, count - first),
                 {place.first_sample + first, place.rate});
      }
      add(chunks_[index].gradients.weight, result_.weight);
      add(chunks_[index].gradients.bias, result_.bias);
      summary.loss += chunks_[index].summary.loss;
      summary.right += chunks_[index].summary.right;
    }
  }
  result_.loss = summary.loss / static_cast<double>(count);
  return summary;
}

void GradientEngine::compute_chunk(Chunk& chunk, const float* samples,
                                   std::span<const unsigned char> labels, float weight_of_sample,
                                   std::size_t first_sample) const {
  const std::size_t count = labels.size();
  const std::size_t classes = plan_.back().output.size();
  const MatrixBackend* const products = products_;
  forward(plan_, products != nullptr ? *products : backend_, samples, count, first_sample,
          chunk.workspace, {});
  clear(chunk.output_gradients);
  chunk.summary = {};
  const std::span<const float> scores(chunk.workspace.outputs.back());
  for (std::size_t i = 0; i < count; ++i) {
    const auto sample = scores.subspan(i * classes, classes);
    chunk.summary.loss += cross_entropy(sample, labels[i], weight_of_sample,
                                        chunk.output_gradients.back().data() + i * classes);
    const auto best = std::max_element(sample.begin(), sample.end()) - sample.begin();
    chunk.summary.right += static_cast<std::size_t>(best) == labels[i] ? 1 : 0;
  }
  for (LayerId id = plan_.size(); id-- > 0;) backward(chunk, id, samples, count, first_sample);
}

void GradientEngine::backward(Chunk& chunk, LayerId id, const float* samples, std::size_t count,
                              std::size_t first_sample) const {
  const Step& step = plan_[id];
  if (is_matrix(step.layer->kind)) {
    backward_matrix(chunk, id, samples, count, first_sample);
    return;
  }
  if (step.source == network_input) return;
  const float* const output = chunk.workspace.outputs[id].data();
  const float* const output_gradient = chunk.output_gradients[id].data();
  float* const input_gradient = chunk.output_gradients[step.source].data();
  if (step.layer->kind == LayerKind::relu) {
    relu_backward(output, output_gradient, count * step.output.size(), input_gradient);
  } else {
    max_pool_backward(step, input_of(step, samples, chunk.workspace), output, output_gradient,
                      count, input_gradient);
  }
}

const float* GradientEngine::matrix_of(Chunk& chunk, LayerId id, const float* samples) const {
  const Step& step = plan_[id];
  return step.layer->kind == LayerKind::convolution ? chunk.workspace.patches_of(id).data()
                                                    : input_of(step, samples, chunk.workspace);
}

void GradientEngine::backward_matrix(Chunk& chunk, LayerId id, const float* samples,
                                     std::size_t count, std::size_t first_sample) const {
  const Step& step = plan_[id];
  const std::size_t rows = count * step.positions;
  const std::size_t outputs = step.layer->outputs;
  const float* const output_gradient = chunk.output_gradients[id].data();
  if (products_ == nullptr || !products_->adds_rows()) {
    multiply_left_transposed(matrix_of(chunk, id, samples), output_gradient,
                             chunk.gradients.weight[id].data(), rows, step.depth, outputs);
  }
  sum_rows(output_gradient, rows, outputs, chunk.gradients.bias[id].data());
  if (step.source == network_input) return;
  if (products_ != nullptr) {
    backward_product(chunk, id, count, first_sample);
    return;
  }
  float* const input_gradient = chunk.output_gradients[step.source].data();
  const float* const weight = step.layer->weight.data();
  if (step.layer->kind == LayerKind::dense) {
    add_right_transposed(output_gradient, weight, input_gradient, rows, outputs, step.depth);
    return;
  }
  std::fill_n(chunk.patch_gradients.data(), rows * step.depth, 0.0F);
  add_right_transposed(output_gradient, weight, chunk.patch_gradients.data(), rows, outputs,
                       step.depth);
  scatter_patches(step, chunk.patch_gradients.data(), count, input_gradient);
}

void GradientEngine::backward_product(Chunk& chunk, LayerId id, std::size_t count,
                                      std::size_t first_sample) const {
  const Step& step = plan_[id];
  const std::size_t rows = count * step.positions;
  float* const made = chunk.patch_gradients.data();
  float* const input_gradient = chunk.output_gradients[step.source].data();
  products_->multiply_transposed(id, chunk.output_gradients[id].data(), rows,
                                 first_sample * step.positions, made);
  if (step.layer->kind == LayerKind::convolution) {
    scatter_patches(step, made, count, input_gradient);
    return;
  }
  for (std::size_t i = 0; i < rows * step.depth; ++i) input_gradient[i] += made[i];
}

void GradientEngine::add_rows(Chunk& chunk, const float* samples, std::size_t count,
                              const Place& place) {
  for (LayerId id = 0; id < plan_.size(); ++id) {
    const Step& step = plan_[id];
    if (!is_matrix(step.layer->kind)) continue;
    products_->add_rows(id, matrix_of(chunk, id, samples), chunk.output_gradients[id].data(),
                        count * step.positions, place.first_sample * step.positions, place.rate);
  }
}

Gradients gradients(const Network& network, std::span<const float> samples,
                    std::span<const unsigned char> labels, int threads) {
  const std::vector<Step> plan = make_plan(network);
  check_samples(network, samples, labels);
  GradientEngine engine(plan, network.input.size(), threads);
  engine.compute(samples.data(), labels, {}, {});
  return engine.result();
}

}  // namespace neucasl::network
