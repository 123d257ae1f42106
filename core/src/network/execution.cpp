#include "execution.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "products.hpp"

namespace neucasl::network {
namespace {

/// Most samples per task. No matter of threads: the order of sums in a matrix product may follow
/// its size.
constexpr std::size_t most_samples = 64;

/// Calls product(patches, first row, rows) for all samples at once where the workspace has the
/// room, otherwise for rows of output positions of one sample.
template <class Product>
void for_each_patch_block(const Step& step, LayerId id, const float* input, std::size_t count,
                          Workspace& workspace, const Product& product) {
  std::vector<float>& patches = workspace.patches_of(id);
  float* const padded = workspace.padded.data();
  const std::size_t row_values = step.output.width * step.depth;
  const std::size_t rows = (patches.size() - copy_block) / row_values;
  if (rows >= count * step.output.height) {
    gather_patches(step, input, count, padded, patches.data());
    product(patches.data(), 0, count * step.positions);
    return;
  }
  for (std::size_t sample = 0; sample < count; ++sample) {
    for (std::size_t y = 0; y < step.output.height; y += rows) {
      const std::size_t last = std::min(step.output.height, y + rows);
      gather_patch_rows(step, input + sample * step.input.size(), y, last, padded, patches.data());
      product(patches.data(), sample * step.positions + y * step.output.width,
              (last - y) * step.output.width);
    }
  }
}

void forward_matrix(const Step& step, LayerId id, const MatrixBackend& backend, const float* input,
                    std::size_t count, std::size_t first_sample, Workspace& workspace,
                    const InputObserver& observer) {
  const std::size_t first_row = first_sample * step.positions;
  float* const output = workspace.output_of(id);
  const auto product = [&](const float* matrix, std::size_t row, std::size_t rows) {
    if (observer) observer(id, matrix, rows, step.depth);
    backend.multiply(id, matrix, rows, first_row + row, output + row * step.layer->outputs);
  };
  if (step.layer->kind == LayerKind::dense) {
    product(input, 0, count);
  } else if (backend.reads_images()) {
    backend.convolve(id, patch_grid(step), input, count, first_row, output);
  } else {
    for_each_patch_block(step, id, input, count, workspace, product);
  }
  add_bias(step.layer->bias.data(), count * step.positions, step.layer->outputs, output);
}

/// Workspaces that tasks take and give back: as many as run at the same time.
class WorkspacePool {
 public:
  WorkspacePool(const std::vector<Step>& plan, BatchPlan batch)
      : plan_(plan), batch_(std::move(batch)) {}

  std::unique_ptr<Workspace> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto workspace = std::move(free_.back());
        free_.pop_back();
        return workspace;
      }
    }
    return std::make_unique<Workspace>(plan_, batch_, false);
  }

  void give_back(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(workspace));
  }

 private:
  const std::vector<Step>& plan_;
  BatchPlan batch_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

void check_finite(std::span<const float> samples, std::size_t input_size) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (std::isfinite(samples[i])) continue;
    throw base::Error("network.input",
                      "value " + std::to_string(i % input_size) + " of sample " +
                          std::to_string(i / input_size) + " is not finite",
                      "give samples of finite numbers");
  }
}

std::vector<float> run_batches(const Network& network, std::span<const float> samples,
                               std::size_t count, const RunOptions& options,
                               const MatrixBackend* backend, const InputObserver& observer) {
  const std::vector<Step> plan = make_plan(network);
  const std::size_t input_size = network.input.size();
  if (samples.size() / input_size != count || samples.size() % input_size != 0) {
    throw base::Error("network.size",
                      std::to_string(samples.size()) + " values are not " + std::to_string(count) +
                          " samples of " + std::to_string(input_size),
                      "give samples of the network's input size");
  }
  check_finite(samples, input_size);
  const FloatBackend products(plan);
  const MatrixBackend& used = backend != nullptr ? *backend : products;
  const std::size_t scores = plan.back().output.size();
  std::vector<float> result(count * scores);
  if (count == 0) return result;
  const BatchPlan batch = bounded_plan(plan, std::min(count, most_samples), options.memory, used);
  const std::size_t size = batch.samples;
  WorkspacePool pool(plan, batch);
  base::parallel_for((count + size - 1) / size, options.threads, options.cancel,
                     [&](std::size_t task) {
                       const std::size_t first = task * size;
                       const std::size_t number = std::min(size, count - first);
                       auto workspace = pool.take();
                       forward(plan, used, samples.data() + first * input_size, number, first,
                               *workspace, observer);
                       std::copy_n(workspace->output_of(plan.size() - 1), number * scores,
                                   result.data() + first * scores);
                       pool.give_back(std::move(workspace));
                     });
  return result;
}

}  // namespace

void MatrixBackend::convolve(LayerId /*layer*/, const PatchGrid& /*grid*/, const float* /*images*/,
                             std::size_t /*count*/, std::size_t /*first_row*/,
                             float* /*output*/) const {
  throw std::logic_error("this backend takes gathered patches");
}

void FloatBackend::multiply(LayerId layer, const float* input, std::size_t rows,
                            std::size_t /*first_row*/, float* output) const {
  const Step& step = plan_[layer];
  network::multiply(input, step.layer->weight.data(), output, rows, step.depth,
                    step.layer->outputs);
}

const float* input_of(const Step& step, const float* samples, const Workspace& workspace) {
  return step.source == network_input ? samples : workspace.output_of(step.source);
}

void forward(const std::vector<Step>& plan, const MatrixBackend& backend, const float* samples,
             std::size_t count, std::size_t first_sample, Workspace& workspace,
             const InputObserver& observer) {
  for (LayerId id = 0; id < plan.size(); ++id) {
    const Step& step = plan[id];
    const float* const input = input_of(step, samples, workspace);
    float* const output = workspace.output_of(id);
    switch (step.layer->kind) {
      case LayerKind::convolution:
      case LayerKind::dense:
        forward_matrix(step, id, backend, input, count, first_sample, workspace, observer);
        break;
      case LayerKind::relu:
        relu(input, count * step.output.size(), output);
        break;
      case LayerKind::max_pool:
        max_pool(step, input, count, output);
        break;
    }
  }
}

std::vector<float> run(const Network& network, std::span<const float> samples, std::size_t count,
                       const RunOptions& options, const MatrixBackend* backend) {
  return run_batches(network, samples, count, options, backend, {});
}

std::vector<float> run_observed(const Network& network, std::span<const float> samples,
                                std::size_t count, const InputObserver& observer) {
  return run_batches(network, samples, count, {}, nullptr, observer);
}

}  // namespace neucasl::network
