#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// Runs a segmented network in parts, with other weights or inputs in some of its layers.
///
/// A *cut* of an operator graph is a place between two nodes that only one computed tensor crosses.
/// A *stage* is the part of a segment from one cut to another; each but the first of a segment
/// begins at the last cut before a matrix layer. So the harm of a change in one layer is found by
/// running its stage and those behind it, on inputs that were computed once. Samples go in batches
/// of a fixed size, one thread to each; results do not depend on the number of threads.

namespace neucasl::workload {

/// One value for each batch of samples, in order.
using Batches = std::vector<Tensor>;

/// Values that stand in for weights, by index of the matrix layer, in the order of the weight's own
/// values.
using WeightChanges = std::map<std::size_t, std::vector<float>>;

struct Stage {
  std::size_t segment = 0;
  std::size_t index = 0;            ///< In its segment.
  std::vector<std::size_t> layers;  ///< Indices of matrix layers; may be empty.
  /// Of the first dimension of its input for each sample: tokens, where these are one with samples.
  std::size_t rows = 1;
};

struct PlacedLayer {
  const OperatorGraph& graph;
  std::size_t node = 0;
};

/// Cross-entropy and hits of scores, summed over the targets that count.
struct ScoreSums {
  double loss = 0.0;  ///< nats
  std::size_t right = 0;
  std::size_t targets = 0;

  [[nodiscard]] double mean_loss() const { return loss / static_cast<double>(targets); }
  [[nodiscard]] double accuracy() const {
    return static_cast<double>(right) / static_cast<double>(targets);
  }
};

struct StagedOptions {
  std::size_t batch = 32;
  int threads = 1;
  base::CancelFlag cancel;
  /// Bytes of the weights of segments that are kept for the next use, beside those in use.
  std::size_t memory = std::size_t{1} << 30;
};

/// Not thread-safe. The network must outlive it.
class NEUCASL_EXPORT StagedNetwork {
 public:
  StagedNetwork(const SegmentedNetwork& network, const StagedOptions& options);

  [[nodiscard]] const SegmentedNetwork& network() const { return network_; }
  [[nodiscard]] std::size_t segments() const { return network_.segments(); }
  /// Stages of a segment, in order; at least one.
  [[nodiscard]] const std::vector<Stage>& stages(std::size_t segment);
  /// Where a matrix layer is.
  [[nodiscard]] const Stage& stage_of(std::size_t layer);
  /// The graph of its stage and its node there, until the next call.
  [[nodiscard]] PlacedLayer place(std::size_t layer);
  /// The stored weight of a matrix layer as float.
  [[nodiscard]] std::vector<float> weight(std::size_t layer);

  /// Cuts samples along their first dimension.
  /// \throws base::Error "workload.samples" when the network asks for a batch size that does not
  /// divide them, or there are none.
  [[nodiscard]] Batches batches(const Tensor& samples) const;
  /// Output of one stage.
  [[nodiscard]] Batches run(const Stage& stage, const Batches& inputs,
                            const WeightChanges& changes = {});
  /// Output of the segment, from this stage on.
  [[nodiscard]] Batches run_to_segment_end(const Stage& stage, const Batches& inputs,
                                           const WeightChanges& changes = {});
  /// Scores of the network, from this stage on, against their targets; negative ones do not count.
  /// \throws base::Error as `cross_entropy`; "workload.targets" when none counts.
  [[nodiscard]] ScoreSums score(const Stage& stage, const Batches& inputs,
                                const std::vector<std::int64_t>& targets,
                                const WeightChanges& changes = {});
  /// As `score`, given the outputs of a stage.
  [[nodiscard]] ScoreSums score_behind(const Stage& stage, const Batches& outputs,
                                       const std::vector<std::int64_t>& targets);
  /// Outputs of the stage's matrix layers, in their order.
  [[nodiscard]] std::vector<Batches> layer_outputs(const Stage& stage, const Batches& inputs);
  /// Input of one of the stage's layers.
  [[nodiscard]] Batches layer_inputs(const Stage& stage, const Batches& inputs, std::size_t layer);
  /// Output of the stage when one of its layers reads `layer_input` instead of its own input.
  [[nodiscard]] Batches run_with_input(const Stage& stage, const Batches& inputs, std::size_t layer,
                                       const Batches& layer_input);

 private:
  /// A segment for one number of samples.
  struct Loaded {
    std::size_t segment = 0;
    std::size_t samples = 0;
    std::size_t bytes = 0;
    std::vector<OperatorGraph> graphs;               ///< By stage.
    std::map<std::size_t, std::size_t> layer_nodes;  ///< Node of a matrix layer in its stage.
  };

  [[nodiscard]] std::size_t batch_size() const;
  Loaded& load(std::size_t segment, std::size_t samples);
  void drop_old();
  [[nodiscard]] const Stage* next(const Stage& stage);
  /// Edits the graph of a stage for as long as what it returns lives.
  using Edit = std::function<std::shared_ptr<void>(Loaded& loaded)>;
  using BatchBody = std::function<void(std::size_t batch, const OperatorGraph& graph)>;
  void for_each_batch(const Stage& stage, const Batches& inputs, const Edit& edit,
                      const BatchBody& body);
  [[nodiscard]] Edit weights_of(const Stage& stage, const WeightChanges& changes);

  const SegmentedNetwork& network_;
  StagedOptions options_;
  std::list<Loaded> loaded_;  ///< The latest used first.
  std::map<std::size_t, std::vector<Stage>> stages_;
};

}  // namespace neucasl::workload
