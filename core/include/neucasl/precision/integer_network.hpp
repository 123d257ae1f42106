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

/// Where the sums of a layer become codes.
enum class CodesMade {
  at_inputs,  ///< Sums become float; the next layer makes codes of its inputs.
  at_sums     ///< By fixed-point factors, where only Relu, MaxPool, Flatten, Reshape or Identity
              ///< stand between two layers of a segment and sums take 32 bits at most.
};

/// Codes of inputs are made at each layer, and its products are integer matrix products: what
/// `run_rounded` computes, but for the rounding of float products. With `at_sums` bias and scaling
/// are integer too, and a code may be another one next to a tie. On one thread.
class NEUCASL_EXPORT IntegerNetwork {
 public:
  /// `network` must outlive this. Quantises and packs all weights.
  /// \throws base::Error as `PrecisionMap::check` and `quantised_weight`; "precision.layer" for a
  /// layer without a quantiser in `inputs`.
  IntegerNetwork(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                 const InputQuantisers& inputs, CodesMade made = CodesMade::at_inputs);

  /// Scores of a batch. \throws base::Error as `workload::run`; "precision.value" for inputs of a
  /// layer that are not finite.
  [[nodiscard]] workload::Tensor run(const workload::Tensor& samples,
                                     const base::CancelFlag& cancel = {}) const;
  [[nodiscard]] WeightBytes bytes() const;
  /// Layers whose sums become codes without float.
  [[nodiscard]] std::vector<std::string> integer_results() const;

 private:
  struct Layer {
    std::string name;
    std::size_t segment = 0;
    std::size_t node = 0;
    UniformQuantiser input;
    std::vector<IntegerMatrix> groups;
    std::vector<OutputCodes> codes;  ///< By group; empty: sums become float.
    std::size_t weights = 0;
  };
  class Executor;
  void add_layer(const workload::OperatorGraph& graph, const workload::MatrixLayer& layer,
                 const PrecisionMap& map, const UniformQuantiser& input);
  void join_layers(const workload::OperatorGraph& graph, std::size_t segment);

  const workload::SegmentedNetwork& network_;
  std::vector<Layer> layers_;
};

}  // namespace neucasl::precision
