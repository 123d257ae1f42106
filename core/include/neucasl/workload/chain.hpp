#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// Scores of a segmented network over many samples, its cross-entropy and gradients.
///
/// Samples go through a segment in *batches*, each on one thread; one segment is held at a time,
/// and the outputs of all samples between two segments. On the way back each segment is computed
/// anew from its kept input. Results do not depend on the number of threads, bit for bit; on the
/// batch they depend in their rounding.

namespace neucasl::workload {

struct ChainOptions {
  std::size_t batch = 16;  ///< A network of a fixed number of samples has that one.
  int threads = 1;
  base::CancelFlag cancel{};
  /// Changes the graph of a segment after it is made (quantised weights, nodes in front of a
  /// layer); may be empty. Its input and output must stay.
  std::function<void(std::size_t segment, OperatorGraph& graph)> edit{};
};

/// The output of the last segment for all samples, from the input of segment `first`, samples
/// first. `kept` gets the input of segment `first` and of each one behind it. \throws base::Error
/// "workload.samples" for no samples, a batch of 0, samples that do not fill the fixed number, a
/// segment out of range, or a segment whose output has not one row for each sample; as
/// `SegmentedNetwork::segment` and `run`; base::Cancelled.
NEUCASL_EXPORT Tensor run_chain(const SegmentedNetwork& network, const Tensor& input,
                                const ChainOptions& options = {}, std::size_t first = 0,
                                std::vector<Tensor>* kept = nullptr);

/// Mean of -ln softmax(scores)[target] over the rows of `scores` (all sizes but the last) in nats;
/// rows with a negative target are left out (e.g. C. Bishop, Pattern Recognition and Machine
/// Learning, 2006, eq. 4.108).
/// \throws base::Error "workload.targets" when the numbers of rows and targets differ, a target is
/// beyond the last score, or none is left; "workload.scores" for a score that is not finite, with
/// its row and column.
NEUCASL_EXPORT double cross_entropy(const Tensor& scores, std::span<const std::int64_t> targets);
/// Its gradient with respect to the scores, (softmax(scores) - one at the target) / rows.
NEUCASL_EXPORT Tensor cross_entropy_seed(const Tensor& scores,
                                         std::span<const std::int64_t> targets);
/// Share of rows whose largest score (the first on a tie) is at the target.
/// \throws as `cross_entropy`.
NEUCASL_EXPORT double accuracy(const Tensor& scores, std::span<const std::int64_t> targets);

/// The input of a segment in the place of a node.
inline constexpr std::size_t segment_input = static_cast<std::size_t>(-1);

/// The tensor that a node of a segment reads: the weight of a matrix layer is its input 1.
struct ChainTensor {
  std::size_t segment = 0;
  std::size_t node = segment_input;
  std::size_t input = 0;
};

struct ChainGradients {
  double loss = 0.0;  ///< Mean over all rows that count.
  /// Of the loss, in the order of `wanted`: of a stored tensor summed over all samples, of another
  /// one with one row for each sample.
  std::vector<Tensor> gradients;
};

/// Gets the gradients of one batch in the place of their sum: those of the wanted tensors in
/// `segment`, in their order. Called in the order of samples within a segment, segments from the
/// last to the first. With a batch of 1 these are the gradients of single samples, divided by the
/// number of samples (of rows that count).
using BatchGradients = std::function<void(std::size_t segment, std::size_t first_sample,
                                          const std::vector<Tensor>& gradients)>;

/// Gradients of the cross-entropy with respect to the wanted tensors. `targets`: one for each row
/// of the scores, sample by sample. \throws base::Error as `run_chain`, `cross_entropy` and
/// RecordedRun; "workload.tensor" for a wanted tensor that is not there.
NEUCASL_EXPORT ChainGradients chain_gradients(const SegmentedNetwork& network,
                                              const Tensor& samples,
                                              std::span<const std::int64_t> targets,
                                              const std::vector<ChainTensor>& wanted,
                                              const ChainOptions& options = {},
                                              const BatchGradients& observe = {});

}  // namespace neucasl::workload
