#include <algorithm>

#include "execution.hpp"

namespace neucasl::network {
namespace {

constexpr std::size_t no_slot = static_cast<std::size_t>(-1);

/// The last layer that reads the output of each layer; a network's last layer is read by its end.
std::vector<LayerId> last_readers(const std::vector<Step>& plan) {
  std::vector<LayerId> last(plan.size(), 0);
  for (LayerId id = 0; id < plan.size(); ++id) {
    if (plan[id].source != network_input) last[plan[id].source] = id;
  }
  last.back() = plan.size();
  return last;
}

/// Gives each layer a buffer that no later layer reads any more.
void assign_slots(const std::vector<Step>& plan, BatchPlan& batch) {
  const std::vector<LayerId> last = last_readers(plan);
  std::vector<LayerId> busy_until;  // of each buffer
  for (LayerId id = 0; id < plan.size(); ++id) {
    const LayerId source = plan[id].source;
    std::size_t slot = no_slot;
    // ReLU works in place on what nobody reads after it.
    if (plan[id].layer->kind == LayerKind::relu && source != network_input && last[source] == id) {
      slot = batch.slot_of[source];
    }
    for (std::size_t s = 0; s < busy_until.size() && slot == no_slot; ++s) {
      if (busy_until[s] < id) slot = s;
    }
    if (slot == no_slot) {
      slot = busy_until.size();
      busy_until.push_back(0);
      batch.slot_size.push_back(0);
    }
    busy_until[slot] = std::max(last[id], id);
    batch.slot_size[slot] = std::max(batch.slot_size[slot], plan[id].output.size());
    batch.slot_of.push_back(slot);
  }
}

/// Values that the convolutions of a plan need.
struct PatchSizes {
  std::size_t padded = 0;
  std::size_t least = 0;   ///< Patches of one row of output positions.
  std::size_t sample = 0;  ///< Patches of one sample.
};

PatchSizes patch_sizes(const std::vector<Step>& plan) {
  PatchSizes sizes;
  for (const Step& step : plan) {
    if (step.layer->kind != LayerKind::convolution) continue;
    sizes.padded = std::max(sizes.padded, padded_shape(step).size());
    sizes.least = std::max(sizes.least, step.output.width * step.depth);
    sizes.sample = std::max(sizes.sample, step.positions * step.depth);
  }
  return sizes;
}

/// Most values of an input that a backend is given at once.
std::size_t largest_input(const std::vector<Step>& plan, std::size_t samples) {
  std::size_t largest = 0;
  for (const Step& step : plan) {
    if (step.layer->kind == LayerKind::convolution) {
      largest = std::max(largest, padded_shape(step).size());
    } else if (step.layer->kind == LayerKind::dense) {
      largest = std::max(largest, samples * step.depth);
    }
  }
  return largest;
}

}  // namespace

BatchPlan keeping_plan(const std::vector<Step>& plan, std::size_t samples) {
  BatchPlan batch;
  batch.samples = samples;
  for (LayerId id = 0; id < plan.size(); ++id) {
    batch.slot_of.push_back(id);
    batch.slot_size.push_back(plan[id].output.size());
  }
  batch.padded_values = patch_sizes(plan).padded + copy_block;
  return batch;
}

BatchPlan bounded_plan(const std::vector<Step>& plan, std::size_t most_samples, std::size_t memory,
                       const MatrixBackend& backend) {
  BatchPlan batch;
  assign_slots(plan, batch);
  std::size_t outputs = 0;
  for (const std::size_t size : batch.slot_size) outputs += size * sizeof(float);
  const PatchSizes sizes = patch_sizes(plan);
  const bool images = backend.reads_images();
  std::size_t fixed = 0;
  if (!images && sizes.sample > 0) {
    batch.padded_values = sizes.padded + copy_block;
    fixed = (batch.padded_values + copy_block) * sizeof(float);
  }
  const std::size_t patches = images ? 0 : sizes.sample * sizeof(float);
  const std::size_t least_patches = images ? 0 : sizes.least * sizeof(float);
  const auto scratch = [&](std::size_t samples) {
    return backend.scratch_bytes(largest_input(plan, samples));
  };
  const std::size_t least = outputs + fixed + least_patches + scratch(1);
  if (least > memory) {
    throw base::Error("network.memory",
                      "one sample needs " + std::to_string(least) + " bytes beside the weights, " +
                          std::to_string(memory) + " are allowed",
                      "allow at least that many");
  }
  batch.samples = most_samples;
  while (batch.samples > 1 &&
         batch.samples * (outputs + patches) + fixed + scratch(batch.samples) > memory) {
    batch.samples /= 2;
  }
  if (!images) {
    const std::size_t left = memory - batch.samples * outputs - fixed - scratch(batch.samples);
    batch.patch_values = std::min(batch.samples * sizes.sample, left / sizeof(float)) + copy_block;
  }
  return batch;
}

Workspace::Workspace(const std::vector<Step>& plan, const BatchPlan& batch, bool keep_patches)
    : slot_of(batch.slot_of), padded(batch.padded_values) {
  for (const std::size_t size : batch.slot_size) outputs.emplace_back(batch.samples * size);
  patches.resize(keep_patches ? plan.size() : 1);
  if (!keep_patches) {
    patches.front().resize(batch.patch_values);
    return;
  }
  for (LayerId id = 0; id < plan.size(); ++id) {
    if (plan[id].layer->kind != LayerKind::convolution) continue;
    patches[id].resize(batch.samples * plan[id].positions * plan[id].depth + copy_block);
  }
}

}  // namespace neucasl::network
