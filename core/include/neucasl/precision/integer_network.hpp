#pragma once

#include <memory>
#include <vector>

#include "neucasl/precision/graph_quantisation.hpp"
#include "neucasl/precision/integer_product.hpp"

/// \file
/// A network whose matrix layers multiply integers; all other operators stay in float.

namespace neucasl::precision {

/// Bytes of the weights of all matrix layers.
struct WeightBytes {
  std::size_t floating = 0;  ///< In single precision.
  std::size_t codes = 0;     ///< Packed, one byte up to 8 bits, else two.
  std::size_t scales = 0;    ///< With zero points and sums of codes.
};

/// Codes of inputs are made at each layer, its products are integer matrix products, and the sums
/// become float again: what `run_rounded` computes, but for the rounding of float products. On one
/// thread.
class NEUCASL_EXPORT IntegerNetwork {
 public:
  /// `network` must outlive this. Quantises and packs all weights.
  /// \throws base::Error as `PrecisionMap::check` and `quantised_weight`; "precision.layer" for a
  /// layer without a quantiser in `inputs`.
  IntegerNetwork(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                 InputQuantisers inputs);

  /// Scores of a batch. \throws base::Error as `workload::run`; "precision.value" for inputs of a
  /// layer that are not finite.
  [[nodiscard]] workload::Tensor run(const workload::Tensor& samples,
                                     const base::CancelFlag& cancel = {}) const;
  [[nodiscard]] WeightBytes bytes() const;

 private:
  struct Layer {
    std::string name;
    std::size_t segment = 0;
    std::size_t node = 0;
    UniformQuantiser input;
    std::vector<IntegerMatrix> groups;
    std::size_t weights = 0;
  };
  class Executor;

  const workload::SegmentedNetwork& network_;
  std::vector<Layer> layers_;
};

}  // namespace neucasl::precision
