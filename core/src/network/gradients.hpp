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
  /// `products` computes the products, and must outlive the engine; null: float.
  GradientEngine(const std::vector<Step>& plan, std::size_t input_size, int threads,
                 ProductEngine* products = nullptr);

  /// Where a batch stands in its pass, and the rate of engines that add rows.
  struct Place {
    std::size_t first_sample = 0;
    double rate = 0.0;
  };
  /// Gradients of the mean loss of `labels.size()` samples, in `result()`; those of weights only
  /// where the products do not add rows themselves.
  BatchSummary compute(const float* samples, std::span<const unsigned char> labels,
                       const base::CancelFlag& cancel, const Place& place);
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
                     float weight_of_sample, std::size_t first_sample) const;
  void backward(Chunk& chunk, LayerId id, const float* samples, std::size_t count,
                std::size_t first_sample) const;
  void backward_matrix(Chunk& chunk, LayerId id, const float* samples, std::size_t count,
                       std::size_t first_sample) const;
  void backward_product(Chunk& chunk, LayerId id, std::size_t count,
                        std::size_t first_sample) const;
  [[nodiscard]] const float* matrix_of(Chunk& chunk, LayerId id, const float* samples) const;
  void add_rows(Chunk& chunk, const float* samples, std::size_t count, const Place& place);

  const std::vector<Step>& plan_;
  FloatBackend backend_;
  ProductEngine* products_;
  std::size_t input_size_;
  int threads_;
  std::vector<Chunk> chunks_;
  Gradients result_;
};

}  // namespace neucasl::network
