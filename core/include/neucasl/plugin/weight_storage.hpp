#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/plugin/analog_weights.hpp"
#include "neucasl/precision/quantiser.hpp"
#include "neucasl/workload/staged_network.hpp"

/// \file
/// Weights as they are read where they are stored: for methods that judge bits by what becomes of
/// the weights.

namespace neucasl::plugin {

/// The weight of a layer.
struct LayerWeight {
  const std::string& layer;
  std::span<const float> values;
  precision::WeightLayout layout;
};

class NEUCASL_EXPORT WeightStorage {
 public:
  WeightStorage() = default;
  WeightStorage(const WeightStorage&) = delete;
  WeightStorage& operator=(const WeightStorage&) = delete;
  virtual ~WeightStorage();

  /// Equally likely ones, at least 1: chips, say.
  [[nodiscard]] virtual std::size_t draws() const = 0;
  /// What is read of a weight that was stored with so many bits, in the order of its values;
  /// depends on the arguments only.
  [[nodiscard]] virtual std::vector<float> read(const LayerWeight& weight, int bits,
                                                std::size_t draw) const = 0;
};

/// The cells of chips.
class NEUCASL_EXPORT AnalogStorage final : public WeightStorage {
 public:
  struct Options {
    AnalogDraw first;        ///< Its chip.sample is that of draw 0.
    std::size_t draws = 20;  ///<
    /// Empty: ideal wires. Its solver must outlive the storage.
    std::optional<ArrayWires> wires;
  };
  /// \throws base::Error "precision.value" for no draw.
  AnalogStorage(AnalogCells cells, const Options& options);

  [[nodiscard]] std::size_t draws() const override { return options_.draws; }
  /// \throws base::Error as `analog_weights`.
  [[nodiscard]] std::vector<float> read(const LayerWeight& weight, int bits,
                                        std::size_t draw) const override;
  /// As many chips more, behind these.
  [[nodiscard]] Options further() const;
  [[nodiscard]] const AnalogCells& cells() const { return cells_; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  AnalogCells cells_;
  Options options_;
};

/// Bits of the uniform quantiser over +-max |w| whose rounding error has the mean square that the
/// errors of the storage have over its draws, those of rounding to `bits` left out:
///   log2(1 + 2 max |w| / (sqrt(12) sigma)).
/// More bits than these only resolve the storage's errors. Infinite without errors.
/// \throws base::Error as the storage; "precision.value" for no weight but 0.
NEUCASL_EXPORT double effective_bits(const LayerWeight& weight, int bits,
                                     const WeightStorage& storage);

/// The values that a layer's weight has with so many bits as `form` says: rounded, or read from a
/// storage that is not null.
/// \throws base::Error as `precision::quantise` or the storage.
NEUCASL_EXPORT std::vector<float> stored_weight(workload::StagedNetwork& network, std::size_t layer,
                                                std::span<const float> weight,
                                                const precision::QuantiserForm& form,
                                                const WeightStorage* storage = nullptr,
                                                std::size_t draw = 0);

}  // namespace neucasl::plugin
