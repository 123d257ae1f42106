#include "neucasl/plugin/system_estimator.hpp"

namespace neucasl::plugin {

std::string_view to_string(SystemPhase phase) {
  return phase == SystemPhase::training ? "training" : "inference";
}

// Here and not in the header, so that the class has its type information in one library.
SystemEstimator::~SystemEstimator() = default;

Estimate SystemEstimator::estimate_inference(const architecture::Architecture& architecture,
                                             const workload::Workload& workload,
                                             const ParameterSet& parameters, Context& context) {
  return estimate_system({.architecture = architecture, .workload = workload}, parameters, context);
}

SystemEstimator& system_estimator(PerformanceEstimator& estimator) {
  auto* system = dynamic_cast<SystemEstimator*>(&estimator);
  if (system == nullptr) {
    throw base::Error("performance.unsupported",
                      "this estimator takes no architecture, only the netlist of a chip",
                      "choose the plugin 'performance'");
  }
  return *system;
}

}  // namespace neucasl::plugin
