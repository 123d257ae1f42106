#include "estimator.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("performance", "0.1.0");
  d.make_performance_estimator = []() -> neucasl::plugin::PerformanceEstimator* {
    return new neucasl::performance_plugin::PerformanceEstimator();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(performance, descriptor)
