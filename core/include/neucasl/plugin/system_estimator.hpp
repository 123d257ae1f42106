#pragma once

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/plugin/estimators.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// Estimates from an architecture and a workload, without a netlist.

namespace neucasl::plugin {

/// An estimator plugin may offer this interface too; `system_estimator` finds it.
class NEUCASL_EXPORT SystemEstimator {
 public:
  SystemEstimator() = default;
  SystemEstimator(const SystemEstimator&) = default;
  SystemEstimator& operator=(const SystemEstimator&) = default;
  virtual ~SystemEstimator();
  /// Energy, latency, area, leakage, throughput and utilisation of one inference.
  /// \throws base::Error when the workload does not fit the architecture.
  [[nodiscard]] virtual Estimate estimate_inference(const architecture::Architecture& architecture,
                                                    const workload::Workload& workload,
                                                    const ParameterSet& parameters,
                                                    Context& context) = 0;
};

/// The system estimator that an estimator is.
/// \throws base::Error "performance.unsupported" when it is none.
NEUCASL_EXPORT SystemEstimator& system_estimator(PerformanceEstimator& estimator);

}  // namespace neucasl::plugin
