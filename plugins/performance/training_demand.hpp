#pragma once

#include "neucasl/workload/training.hpp"
#include "storage.hpp"

/// \file
/// What training asks beyond the operations' products: sums of errors, sums of gradients, inputs
/// written into arrays, updates of the weights.

namespace neucasl::performance_plugin {

/// Bits of the operations of a training from those of the network's.
std::vector<architecture::OperationBits> training_bits(
    const architecture::Architecture& architecture, const workload::Training& training,
    const std::vector<architecture::OperationBits>& forward);

struct TrainingSetting {
  const architecture::Architecture& architecture;
  const architecture::Placement& placement;
  const workload::Training& training;
  const std::vector<architecture::OperationBits>& bits;
  const std::vector<Unit>& units;
  double batch = 1.0;
};

/// Adds to the demands of the operations; those of an update are of the whole update. On photonic
/// cores reading and writing of the weights is left to photonic_training.hpp.
/// \throws base::Error "performance.unsupported" when nothing can add.
void add_training_demands(const TrainingSetting& setting, std::vector<Demand>& demands);

/// What training keeps: values of the way forward, errors, sums of gradients, in this order.
struct TrainingValues {
  std::vector<KeptValue> activations, errors, gradients;
};
TrainingValues training_values(const TrainingSetting& setting);

}  // namespace neucasl::performance_plugin
