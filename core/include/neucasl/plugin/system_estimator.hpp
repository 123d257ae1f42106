#pragma once

#include <cstddef>
#include <string_view>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/plugin/estimators.hpp"
#include "neucasl/precision/precision_map.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// Estimates from an architecture and a workload, without a netlist.

namespace neucasl::plugin {

enum class SystemPhase {
  inference,
  training  ///< Forward, error propagation, weight gradient and weight update.
};
/// "inference", "training".
NEUCASL_EXPORT std::string_view to_string(SystemPhase phase);

/// What is to be estimated. The first two and the precision map must outlive it.
struct SystemRequest {
  const architecture::Architecture& architecture;
  const workload::Workload& workload;
  SystemPhase phase = SystemPhase::inference;
  std::size_t batch = 1;          ///< Training: samples between two updates of the weights.
  std::size_t epoch_samples = 0;  ///< Training: samples of an epoch; 0: no figure counts epochs.
  /// Bits of the matrix operations by name; null: those of the architecture for all.
  const precision::PrecisionMap* precision = nullptr;
};

/// An estimator plugin may offer this interface too; `system_estimator` finds it.
class NEUCASL_EXPORT SystemEstimator {
 public:
  SystemEstimator() = default;
  SystemEstimator(const SystemEstimator&) = default;
  SystemEstimator& operator=(const SystemEstimator&) = default;
  virtual ~SystemEstimator();
  /// Energy, latency, area, leakage, throughput and utilisation of one inference, or of training
  /// with one sample: figures "energy_J", "latency_s", "interval_s", "area_m2", "leakage_W",
  /// "throughput_ops", "tops_per_watt", "tops_per_mm2", "assumed_share" and more in either phase.
  /// \throws base::Error when the workload does not fit the architecture, when it cannot be trained
  /// on it, or when the precision map is not for it.
  [[nodiscard]] virtual Estimate estimate_system(const SystemRequest& request,
                                                 const ParameterSet& parameters,
                                                 Context& context) = 0;
  /// Inference with the bits of the architecture.
  [[nodiscard]] Estimate estimate_inference(const architecture::Architecture& architecture,
                                            const workload::Workload& workload,
                                            const ParameterSet& parameters, Context& context);
};

/// The system estimator that an estimator is.
/// \throws base::Error "performance.unsupported" when it is none.
NEUCASL_EXPORT SystemEstimator& system_estimator(PerformanceEstimator& estimator);

}  // namespace neucasl::plugin
