#pragma once

#include "neucasl/plugin/system_estimator.hpp"

/// \file
/// Energy, latency and area of one inference of a chip of arrays, from its netlist.
///
/// Array energy. A row is at the read voltage V for its code times pulse_time and drives the sum of
/// its cells' conductances; with a_i the mean digit of row i as a share of the largest,
///   E = positions cycles V^2 T sum_i a_i sum_j G_ij,  T = pulse_time (2^dac_bits - 1).
/// Wires are left out (they lower the current by the per cent that the accuracy stage reports).
/// Latency. Within a layer, reading the next input overlaps with converting the last one:
///   t_layer = (positions cycles - 1) max(P, C) + P + C + t_digital,  C = lines of a converter x
///   adc_time, P = pulse_time (2^min(dac_bits, activation_bits) - 1),
/// or the time that the layer's one accumulator or activation unit needs, if that is longer;
/// layers follow each other for one inference, and work on different images in a pipeline, so the
/// throughput is 1 / max t_layer. Leakage acts during the whole latency.
/// One multiply-accumulate counts as two operations.

namespace neucasl::performance_plugin {

class PerformanceEstimator final : public plugin::PerformanceEstimator,
                                   public plugin::SystemEstimator {
 public:
  [[nodiscard]] plugin::Estimate estimate(const ir::Design& chip,
                                          const plugin::ParameterSet& parameters,
                                          plugin::Context& context) override;
  /// Equations in demand.hpp, system_schedule.hpp and training_cost.hpp.
  [[nodiscard]] plugin::Estimate estimate_system(const plugin::SystemRequest& request,
                                                 const plugin::ParameterSet& parameters,
                                                 plugin::Context& context) override;
};

}  // namespace neucasl::performance_plugin
