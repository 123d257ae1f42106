#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/plugin/weight_storage.hpp"
#include "neucasl/quantisation/search.hpp"

/// \file
/// Bits of layers whose weights are kept in cells of a device.

namespace neucasl::quantisation {

/// The device and its errors: programming, read noise, drift and, where asked for, wires. Stuck
/// cells are a matter of yield and left out.
struct DeviceChoice {
  std::string card;        ///< Id; empty: the architecture's device.
  std::size_t draws = 20;  ///< Chips.
  double time = 0.0;       ///< s since programming.
  bool drift_compensation = false;
  bool wires = false;  ///< With the architecture's resistances.
};

/// The cells of an architecture's arrays, on chips drawn by the seed of the context. `solver` is
/// needed with wires only, and must outlive the storage.
/// \throws base::Error "quantisation.device" for an architecture without pairs of cells; as
/// `mapping::read_architecture`, `plugin::read_analog_cells` and AnalogStorage.
NEUCASL_EXPORT std::unique_ptr<plugin::AnalogStorage> device_storage(
    const architecture::Architecture& architecture, const DeviceChoice& choice,
    const plugin::Context& context, const plugin::ArraySolver* solver);

/// Effective bits of each layer's weight (plugin/weight_storage.hpp), stored with the most bits of
/// the menu.
NEUCASL_EXPORT std::vector<double> effective_bits(const Task& task,
                                                  const plugin::WeightStorage& storage);
/// The menu up to the first bits that are no fewer than the most effective bits of a layer.
NEUCASL_EXPORT std::vector<int> capped_menu(const std::vector<int>& menu,
                                            const std::vector<double>& effective);

/// Maps by scores of rounded weights and by scores anew of weights as they are read, both judged on
/// chips.
struct Rescoring {
  FoundBits before;                   ///< By rounded weights.
  FoundBits after;                    ///< By weights as they are read.
  std::vector<double> metric_before;  ///< On the test set, of each chip.
  std::vector<double> metric_after;   ///< Of the same chips.

  [[nodiscard]] bool changed() const { return before.bits != after.bits; }
};
/// `task.storage` is what is scored; `judged` are other chips.
/// \throws base::Error as `find_bits` and `judged_draws`.
NEUCASL_EXPORT Rescoring rescored(const Task& task, const NamedMethod& method,
                                  const std::string& variant, const plugin::WeightStorage& judged);

}  // namespace neucasl::quantisation
