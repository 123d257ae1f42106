#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// A network as a chain of operator graphs, each made when it is needed.
///
/// A *segment* is an operator graph with one input and one output; the output of a segment is the
/// input of the next. The first input is a batch of samples (images: samples x channels x height x
/// width, float32; tokens: samples x tokens, int64); the last output are *scores*: samples x
/// classes, or samples x tokens x vocabulary. A network that does not fit in memory makes a segment
/// from its file at each call, so that one is held at a time.
///
/// A *matrix layer* is a node Conv, Gemm or MatMul whose second input is a stored floating tensor,
/// its *weight*.

namespace neucasl::workload {

struct MatrixLayer {
  std::string name;           ///< Unique in the network: "conv1", "decoder.layers.3.fc1".
  std::size_t segment = 0;    ///<
  std::size_t node = 0;       ///< In the graph of the segment.
  std::size_t depth = 0;      ///< Inputs of one output.
  std::size_t outputs = 0;    ///<
  std::size_t positions = 1;  ///< Matrix-vector products of one sample.
};

class NEUCASL_EXPORT SegmentedNetwork {
 public:
  SegmentedNetwork() = default;
  SegmentedNetwork(const SegmentedNetwork&) = delete;
  SegmentedNetwork& operator=(const SegmentedNetwork&) = delete;
  virtual ~SegmentedNetwork();

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::size_t segments() const = 0;
  /// Graph of a segment for that many samples, with its weights; node indices do not depend on
  /// `samples`. \throws base::Error of the file that it is read from.
  [[nodiscard]] virtual OperatorGraph segment(std::size_t index, std::size_t samples) const = 0;
  /// In the order of execution; reads no weights.
  [[nodiscard]] virtual const std::vector<MatrixLayer>& matrix_layers() const = 0;
  /// Samples that a segment must be made for; 0: any number.
  [[nodiscard]] virtual std::size_t fixed_samples() const { return 0; }
};

}  // namespace neucasl::workload
