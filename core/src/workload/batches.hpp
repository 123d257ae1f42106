#pragma once

#include <optional>

#include "neucasl/workload/chain.hpp"

/// \file
/// Samples in batches through one segment after the other.

namespace neucasl::workload {

/// Samples [first, first + count).
struct Batch {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// How a network takes its samples.
/// \throws base::Error "workload.samples".
std::vector<Batch> batches_of(const SegmentedNetwork& network, const Tensor& input,
                              const ChainOptions& options);

/// Elements of samples of a tensor.
Tensor rows_of(const Tensor& tensor, const Batch& batch);

/// A tensor with the rows of several, samples first; the first one that is put in decides shape and
/// type.
class JoinedRows {
 public:
  explicit JoinedRows(std::size_t samples) : samples_(samples) {}
  /// \throws base::Error "workload.samples" when the part has not one row for each sample of the
  /// batch; `title` names it.
  void put(const Tensor& part, const Batch& batch, const std::string& title);
  [[nodiscard]] bool empty() const { return !whole_; }
  [[nodiscard]] Tensor take() { return std::move(*whole_); }

 private:
  std::size_t samples_;
  std::optional<Tensor> whole_;
};

/// The graph of a segment, as the options change it.
OperatorGraph segment_graph(const SegmentedNetwork& network, std::size_t segment,
                            std::size_t samples, const ChainOptions& options);

/// Calls body(graph, first batch, end) for runs of batches of one size, with a graph for it.
void for_each_graph(const SegmentedNetwork& network, std::size_t segment,
                    const std::vector<Batch>& batches, const ChainOptions& options,
                    const std::function<void(const OperatorGraph& graph, std::size_t begin,
                                             std::size_t end)>& body);

/// The output of a segment for all samples.
Tensor run_segment(const SegmentedNetwork& network, std::size_t segment, const Tensor& input,
                   const std::vector<Batch>& batches, const ChainOptions& options);

/// "segment 3 of 'opt'"
std::string segment_title(const SegmentedNetwork& network, std::size_t segment);

}  // namespace neucasl::workload
