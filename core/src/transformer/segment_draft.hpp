#pragma once

#include <map>
#include <string>
#include <vector>

#include "neucasl/transformer/config.hpp"
#include "neucasl/transformer/weights.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// A segment that grows node by node.

namespace neucasl::transformer {

/// Samples and tokens that a segment is made for.
struct SegmentSize {
  std::size_t samples = 1;
  std::size_t sequence = 1;
};

class SegmentDraft {
 public:
  using Id = workload::TensorId;

  /// Without `weights` the stored tensors have types but no values: to list nodes and weights.
  SegmentDraft(std::string name, const Weights* weights);

  Id input(const std::string& name, workload::TensorType type);
  /// A tensor of the checkpoint.
  Id weight(const std::string& name, const workload::TensorShape& shape);
  Id constant(const std::string& name, workload::Tensor value);
  Id scalar(const std::string& name, double value);
  /// A node with one output, which has the node's name.
  Id apply(const std::string& type, const std::string& name, std::vector<Id> inputs,
           std::map<std::string, workload::Attribute> attributes = {});
  Id reshape(const std::string& name, Id input, std::vector<std::int64_t> shape);
  /// Rows x depth by the weight `table` (outputs x depth); `bias`: name of the tensor, or empty.
  struct Projection {
    std::string name;
    std::string table;
    std::string bias;
    std::size_t depth = 0;
    std::size_t outputs = 0;
    std::size_t positions = 1;
  };
  Id project(const Projection& projection, Id input);
  Id normalise(const std::string& name, Id input, std::size_t width, double epsilon);
  Id activate(Activation activation, const std::string& name, Id input);

  [[nodiscard]] workload::OperatorGraph finish(Id output);
  /// Nodes of projections; their segment is not set.
  [[nodiscard]] const std::vector<workload::MatrixLayer>& layers() const { return layers_; }
  [[nodiscard]] const std::vector<WeightShape>& weights() const { return used_; }

 private:
  Id store(const std::string& name, workload::Tensor value);

  const Weights* weights_;
  workload::OperatorGraph graph_;
  std::map<std::string, Id> stored_;
  std::vector<workload::MatrixLayer> layers_;
  std::vector<WeightShape> used_;
};

}  // namespace neucasl::transformer
