#include "estimator.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("reliability", "0.1.0");
  d.make_reliability_estimator = []() -> neucasl::plugin::ReliabilityEstimator* {
    return new neucasl::reliability_plugin::MonteCarloEstimator();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(reliability, descriptor)
