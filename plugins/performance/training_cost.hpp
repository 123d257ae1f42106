#pragma once

#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/workload/training.hpp"
#include "system_schedule.hpp"

/// \file
/// Costs of training with batches of B samples, counted for one sample.
///
/// The operations of workload/training.hpp run as those of an inference do; an update of the
/// weights costs its share 1/B. Arrays hold the weights, their transposes, which the errors read,
/// and, where gradients are computed in arrays, the inputs of each layer, written anew for each
/// sample:
///   cells written   c P K cells copies      for each sample, min(P, rows) rows one after the other
///                   weights cells copies    for each update, likewise with the transposes
/// so a gradient gets copies only where each has more to read than to write (placement.hpp).
/// An update reads the old weights row by row, adds the gradient with one addition a weight (an
/// accumulator; the learning rate is a power of two) or two operations of a vector unit, and
/// writes. Digital cores read, multiply, add and write the weights in their memories. Gradients are
/// summed over a batch where they are kept: w b_s (1 + (B - 1)/B) bits for w weights and sums of
/// b_s bits.
///
/// Time of a batch, for L layers in a pipeline whose cycle t is the longest of all stages (a layer
/// with what follows it until the next, forward or backward, or one gradient), L. Song et al., HPCA
/// 2017:
///   t_batch = (2 L + B) t + t_update, cycles of a batch 2 L + B + 1
/// and B times the latency of one sample, and the updates, when layers are not pipelined.
///
/// Kept: each value that a gradient or a derivative needs, for min(B, 2 (L - l) + 1) samples when
/// layer l makes it in a pipeline; errors, twice each in a pipeline, otherwise from the operation
/// that makes them to the last one that reads them; sums of gradients. What does not fit goes off
/// the chip (storage.hpp).
///
/// Endurance: an array cell bears E writes, so E / (writes for each sample) samples; weights are
/// written 1/B times a sample, held inputs once. Cells that wear out first decide; that a smaller
/// change wears less is not counted.

namespace neucasl::performance_plugin {

struct TrainingCost {
  SystemCost cost;  ///< For one sample; `latency` has the whole update.
  workload::Training training;
  std::size_t batch = 1;
  double cycle = 0.0;  ///< s, of the pipeline; 0 without.
  double update_time = 0.0;
  double batch_time = 0.0;
  double activation_bits = 0.0;  ///< Kept for the way back.
  double error_bits = 0.0;
  double gradient_bits = 0.0;
  double endurance = 0.0;      ///< Writes that a cell bears; 0: none are written, or no limit.
  double weight_writes = 0.0;  ///< Of a cell, for one sample.
  double input_writes = 0.0;   ///< Of a cell that holds inputs.
  double weight_cells = 0.0;   ///< With transposes and copies.
  double input_cells = 0.0;
};

/// \throws base::Error "architecture.training" for an architecture that does not say how gradients
/// are computed, "architecture.capacity" when not all weights fit at the same time,
/// "performance.batch"; "device.number" without write_energy, write_time or endurance; as
/// system_cost.
TrainingCost training_cost(const plugin::SystemRequest& request,
                           const std::vector<architecture::OperationBits>& bits,
                           device::UseList& uses);

}  // namespace neucasl::performance_plugin
