#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "execution.hpp"
#include "neucasl/network/training.hpp"

/// \file
/// Gradients of the mean cross-entropy of a batch.
///
/// A batch is cut into *chunks* of fixed size that are worked on at the same time; their gradients
/// are summed in the order of the chunks, so that the number of threads does not show.

namespace neucasl::network {

struct BatchSummary {
  double loss = 0.0;      ///< Sum of the cross-entropies, nats.
  std::size_t right = 0;  ///< Samples whose largest score is at their label.
};

/// Throws "network.training" unless there is at least one sample, sizes fit and labels are classes.
void check_samples(const Network& network, std::span<const float> samples,
                   std::span<const unsigned char> labels);

class GradientEngine {
 public:
  /// `plan` must outlive the engine and see weight updates in place.
  GradientEngine(const std::vector<Step>& plan, std::size_t input_size, int threads);

  /// Gradients of the mean loss of `labels.size()` samples, in `result()`.
  BatchSummary compute(const float* samples, std::span<const unsigned char> labels,
                       const base::CancelFlag& cancel);
  /// The loss in it is the mean.
  [[nodiscard]] const Gradients& result() const { return result_; }

 private:
  struct Chunk {
    Chunk(const std::vector<Step>& plan, std::size_t capacity);
    Workspace workspace;
    std::vector<std::vector<float>> output_gradients;  ///< Per layer.
    std::vector<float> patch_gradients;
    Gradients gradients;
    BatchSummary summary;
  };

  void compute_chunk(Chunk& chunk, const float* samples, std::span<const unsigned char> labels,
                     float weight_of_sample) const;
  void backward(Chunk& chunk, LayerId id, const float* samples, std::size_t count) const;
  void backward_matrix(Chunk& chunk, LayerId id, const float* samples, std::size_t count) const;

  const std::vector<Step>& plan_;
  FloatBackend backend_;
  std::size_t input_size_;
  int threads_;
  std::vector<Chunk> chunks_;
  Gradients result_;
};

}  // namespace neucasl::network
