#pragma once

#include "training_cost.hpp"
#include "training_demand.hpp"

/// \file
/// What a batch makes of the costs of training with one sample: its time, what it keeps, its share
/// of an update. The equations are those of training_cost.hpp.

namespace neucasl::performance_plugin {

/// \throws base::Error "performance.batch"; "architecture.training" for an architecture that does
/// not say how gradients are computed.
void check_training(const plugin::SystemRequest& request);

/// What training keeps, into `result` and its storage; what does not fit goes off the chip.
void store_training(const TrainingSetting& setting, std::vector<Demand>& demand,
                    TrainingCost& result, device::UseList& uses);

/// Latency, cycle, times of an update and of a batch, interval.
void find_times(const architecture::Architecture& architecture, TrainingCost& result);

/// Energy and events of updates belong to all samples of a batch. Call it after find_times.
void share_updates(TrainingCost& result);

}  // namespace neucasl::performance_plugin
