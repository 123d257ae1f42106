#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/plugin/precision_method.hpp"
#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/precision/allocation.hpp"

/// \file
/// What bits cost: by themselves, in arrays, or in figures of an architecture.

namespace neucasl::quantisation {

/// Costs of the maps of one network. `bits` hold the weight bits of each matrix layer.
class NEUCASL_EXPORT MapCost {
 public:
  struct Hardware {
    const architecture::Architecture& architecture;
    plugin::PerformanceEstimator& estimator;
    const plugin::ParameterSet& parameters;
    plugin::Context& context;
    /// Of every layer, but for the bits of its weights.
    precision::LayerPrecision form;
  };

  /// All must outlive it. `workload` has matrix operations with the names of the layers.
  MapCost(const workload::SegmentedNetwork& network, const workload::Workload& workload,
          const Hardware& hardware);

  /// \throws base::Error of placement and estimator when a map does not fit the architecture.
  [[nodiscard]] double total(precision::BudgetKind kind, const std::vector<int>& bits) const;
  /// Weighted by the weights of the layers.
  [[nodiscard]] double average_bits(const std::vector<int>& bits) const;
  /// Nothing when the architecture has no arrays.
  [[nodiscard]] std::optional<double> arrays(const std::vector<int>& bits) const;
  /// With what each layer takes of arrays.
  [[nodiscard]] precision::PrecisionMap map_of(const std::vector<int>& bits) const;
  [[nodiscard]] const precision::LayerPrecision& form() const { return hardware_.form; }

 private:
  /// What the layers take of arrays, in order.
  [[nodiscard]] std::vector<precision::AnalogPlan> placed(const std::vector<int>& bits) const;
  [[nodiscard]] double estimated(precision::BudgetKind kind, const std::vector<int>& bits) const;

  const workload::SegmentedNetwork& network_;
  const workload::Workload& workload_;
  Hardware hardware_;
  architecture::Architecture unlimited_;           ///< The same with chips enough for any network.
  std::vector<double> weights_;                    ///< By layer.
  std::vector<workload::OperationId> operations_;  ///< By layer.
};

/// A budget as costs that add up over the layers: of each layer's bits, the difference that they
/// make to the total with the most bits in all other layers, from the least such difference; the
/// rest of the total goes to the first layer. Exact for bits, arrays and cells; a linear
/// approximation for the figures of an estimator.
NEUCASL_EXPORT plugin::PrecisionBudget linear_budget(const MapCost& cost,
                                                     const precision::Budget& budget,
                                                     const std::vector<int>& menu,
                                                     std::size_t layers);

/// Bits at the steps at which a weight takes another cell: 1 + c k for k = 1, ..., 4 and c bits in
/// a cell; 2, 3, 4, 6, 8 for an architecture without arrays.
NEUCASL_EXPORT std::vector<int> menu_of(const architecture::Architecture& architecture);

}  // namespace neucasl::quantisation
