#include "execution.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include "products.hpp"

namespace neucasl::network {
namespace {

/// Samples per task. Fixed: the order of sums in a matrix product may follow its size.
constexpr std::size_t batch_size = 64;

void forward_matrix(const Step& step, LayerId id, const MatrixBackend& backend, const float* input,
                    std::size_t count, Workspace& workspace, const InputObserver& observer) {
  const float* matrix = input;
  if (step.layer->kind == LayerKind::convolution) {
    gather_patches(step, input, count, workspace.padded.data(), workspace.patches_of(id));
    matrix = workspace.patches_of(id);
  }
  const std::size_t rows = count * step.positions;
  float* const output = workspace.outputs[id].data();
  if (observer) observer(id, matrix, rows, step.depth);
  backend.multiply(id, matrix, rows, output);
  add_bias(step.layer->bias.data(), rows, step.layer->outputs, output);
}

/// Workspaces that tasks take and give back: as many as run at the same time.
class WorkspacePool {
 public:
  WorkspacePool(const std::vector<Step>& plan, std::size_t capacity)
      : plan_(plan), capacity_(capacity) {}

  std::unique_ptr<Workspace> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto workspace = std::move(free_.back());
        free_.pop_back();
        return workspace;
      }
    }
    return std::make_unique<Workspace>(plan_, capacity_, false);
  }

  void give_back(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(workspace));
  }

 private:
  const std::vector<Step>& plan_;
  std::size_t capacity_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

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
  const FloatBackend products(plan);
  const MatrixBackend& used = backend != nullptr ? *backend : products;
  const std::size_t scores = plan.back().output.size();
  std::vector<float> result(count * scores);
  WorkspacePool pool(plan, std::min(count, batch_size));
  base::parallel_for((count + batch_size - 1) / batch_size, options.threads, options.cancel,
                     [&](std::size_t task) {
                       const std::size_t first = task * batch_size;
                       const std::size_t number = std::min(batch_size, count - first);
                       auto workspace = pool.take();
                       forward(plan, used, samples.data() + first * input_size, number, *workspace,
                               observer);
                       std::copy_n(workspace->outputs.back().data(), number * scores,
                                   result.data() + first * scores);
                       pool.give_back(std::move(workspace));
                     });
  return result;
}

}  // namespace

Workspace::Workspace(const std::vector<Step>& plan, std::size_t capacity, bool keep_patches) {
  patches.resize(keep_patches ? plan.size() : 1);
  for (LayerId id = 0; id < plan.size(); ++id) {
    const Step& step = plan[id];
    outputs.emplace_back(capacity * step.output.size());
    if (step.layer->kind != LayerKind::convolution) continue;
    std::vector<float>& buffer = patches[patches.size() == 1 ? 0 : id];
    buffer.resize(std::max(buffer.size(), capacity * step.positions * step.depth + copy_block));
    padded.resize(std::max(padded.size(), padded_shape(step).size() + copy_block));
  }
}

void FloatBackend::multiply(LayerId layer, const float* input, std::size_t rows,
                            float* output) const {
  const Step& step = plan_[layer];
  network::multiply(input, step.layer->weight.data(), output, rows, step.depth,
                    step.layer->outputs);
}

const float* input_of(const Step& step, const float* samples, const Workspace& workspace) {
  return step.source == network_input ? samples : workspace.outputs[step.source].data();
}

void forward(const std::vector<Step>& plan, const MatrixBackend& backend, const float* samples,
             std::size_t count, Workspace& workspace, const InputObserver& observer) {
  for (LayerId id = 0; id < plan.size(); ++id) {
    const Step& step = plan[id];
    const float* const input = input_of(step, samples, workspace);
    float* const output = workspace.outputs[id].data();
    switch (step.layer->kind) {
      case LayerKind::convolution:
      case LayerKind::dense:
        forward_matrix(step, id, backend, input, count, workspace, observer);
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
