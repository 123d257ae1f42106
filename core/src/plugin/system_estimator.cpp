#include "neucasl/plugin/system_estimator.hpp"

namespace neucasl::plugin {

// Here and not in the header, so that the class has its type information in one library.
SystemEstimator::~SystemEstimator() = default;

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
