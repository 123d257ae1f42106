#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/transformer/config.hpp"
#include "neucasl/transformer/weights.hpp"
#include "neucasl/workload/segmented_network.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// OPT and BERT as chains of operator graphs.
///
/// Segments: the embedding (tokens -> samples x tokens x width), one for each block, the head
/// (absent for Head::none). All tokens of a sample take part: no padding; BERT's token types are
/// 0. Matrix layers are the Gemm nodes of the projections, with the checkpoint's names
/// ("model.decoder.layers.3.self_attn.q_proj", "lm_head"); the weight is outputs x inputs
/// (transB = 1), the bias a third input. In a segment the tensors of the checkpoint have their
/// names there and their whole shape. Operators of opset 17.

namespace neucasl::transformer {

/// Tokens of a sample when nothing else is said.
inline constexpr std::size_t usual_sequence = 128;

class NEUCASL_EXPORT TransformerNetwork final : public workload::SegmentedNetwork {
 public:
  /// `sequence`: tokens of a sample. Reads no values but for a tied output table that is stored
  /// too. \throws base::Error "transformer.config"; "transformer.sequence" for 0 tokens or more
  /// than positions; "weights.missing", "weights.extra" (also layers beyond the configured
  /// number), "weights.shape", "weights.type", and "weights.tied" for an output table that differs
  /// from the token table which config.json says it is: with tensor and file.
  TransformerNetwork(TransformerConfig config, std::shared_ptr<const Weights> weights,
                     std::size_t sequence = usual_sequence);
  ~TransformerNetwork() override;

  [[nodiscard]] const std::string& name() const override { return config_.name; }
  [[nodiscard]] std::size_t segments() const override;
  [[nodiscard]] workload::OperatorGraph segment(std::size_t index,
                                                std::size_t samples) const override;
  [[nodiscard]] const std::vector<workload::MatrixLayer>& matrix_layers() const override {
    return layers_;
  }

  [[nodiscard]] const TransformerConfig& config() const { return config_; }
  [[nodiscard]] const Weights& weights() const { return *weights_; }
  [[nodiscard]] std::size_t sequence() const { return sequence_; }

 private:
  TransformerConfig config_;
  std::shared_ptr<const Weights> weights_;
  std::size_t sequence_;
  std::vector<workload::MatrixLayer> layers_;
};

/// Shapes of one sample, with names and counts as workload::named has them.
/// \throws base::Error "transformer.config", "workload.options".
NEUCASL_EXPORT workload::Workload to_workload(const TransformerConfig& config, std::size_t sequence,
                                              std::size_t cached = 0);

}  // namespace neucasl::transformer
