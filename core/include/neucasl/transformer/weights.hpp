#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "neucasl/transformer/config.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Named weights, read when they are needed.

namespace neucasl::transformer {

/// Readable by several threads at the same time.
class NEUCASL_EXPORT Weights {
 public:
  Weights() = default;
  Weights(const Weights&) = delete;
  Weights& operator=(const Weights&) = delete;
  virtual ~Weights();

  /// Sorted.
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
  /// Type and shape as stored; nothing for an unknown name.
  [[nodiscard]] virtual const workload::TensorType* find(const std::string& name) const = 0;
  /// A floating tensor as float32. \throws base::Error, with tensor and file: "weights.value" for
  /// one that is not finite in float32, with its index; "weights.type" when it is not floating;
  /// "weights.missing".
  [[nodiscard]] virtual workload::Tensor read(const std::string& name) const = 0;
  /// Whether two tensors have the same type, shape and values.
  [[nodiscard]] virtual bool same(const std::string& a, const std::string& b) const = 0;
  /// For errors; may be empty.
  [[nodiscard]] virtual std::string file_of(const std::string& name) const = 0;
};

/// In memory.
class NEUCASL_EXPORT StoredWeights final : public Weights {
 public:
  explicit StoredWeights(std::map<std::string, workload::Tensor> tensors);

  [[nodiscard]] std::vector<std::string> names() const override;
  [[nodiscard]] const workload::TensorType* find(const std::string& name) const override;
  [[nodiscard]] workload::Tensor read(const std::string& name) const override;
  [[nodiscard]] bool same(const std::string& a, const std::string& b) const override;
  [[nodiscard]] std::string file_of(const std::string& name) const override;

  [[nodiscard]] const std::map<std::string, workload::Tensor>& tensors() const { return tensors_; }
  /// To change values in place, as training does. \throws base::Error "weights.missing".
  [[nodiscard]] workload::Tensor& at(const std::string& name);

 private:
  std::map<std::string, workload::Tensor> tensors_;
};

/// Weights before training, as the published models have them: normal with the deviation
/// TransformerConfig::spread, biases 0, scales of normalisations 1.
NEUCASL_EXPORT std::map<std::string, workload::Tensor> initial_weights(
    const TransformerConfig& config, std::uint64_t seed);

/// \throws base::Error "weights.value" for the first value that is not finite.
NEUCASL_EXPORT void require_finite(const std::vector<float>& values, const std::string& name,
                                   const std::string& file);

}  // namespace neucasl::transformer
