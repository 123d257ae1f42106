#include <algorithm>

#include "batches.hpp"
#include "cross_entropy.hpp"
#include "neucasl/workload/reverse_pass.hpp"

namespace neucasl::workload {
namespace {

/// Goes back through the segments of a chain.
class ReverseChain {
 public:
  ReverseChain(const SegmentedNetwork& network, const Tensor& samples,
               std::span<const std::int64_t> targets, const std::vector<ChainTensor>& wanted,
               const ChainOptions& options, const BatchGradients& observe)
      : network_(network),
        targets_(targets),
        wanted_(wanted),
        options_(options),
        observe_(observe),
        batches_(batches_of(network, samples, options)),
        count_(counted_targets(targets)),
        samples_(samples.type.shape[0]) {
    if (targets.size() % samples_ != 0) {
      throw base::Error(
          "workload.targets",
          std::to_string(targets.size()) + " targets for " + std::to_string(samples_) + " samples",
          "give as many for each sample");
    }
    for (const ChainTensor& one : wanted) {
      if (one.segment >= network.segments()) refuse(one);
      lowest_ = std::min(lowest_, one.segment);
    }
    result_.gradients.resize(observe ? 0 : wanted.size());
  }

  ChainGradients run(const Tensor& samples) {
    std::vector<Tensor> inputs = segment_inputs(samples);
    for (std::size_t segment = network_.segments(); segment-- > lowest_;) {
      go_back(segment, inputs[segment]);
      inputs[segment] = Tensor();
    }
    result_.loss = loss_ / static_cast<double>(count_);
    return std::move(result_);
  }

 private:
  /// What one batch gives.
  struct Part {
    double loss = 0.0;
    std::vector<Tensor> gradients;  ///< Of the wanted ones, then of the input where it is needed.
  };

  [[noreturn]] void refuse(const ChainTensor& one) const {
    throw base::Error("workload.tensor",
                      segment_title(network_, one.segment) + " has no input " +
                          std::to_string(one.input) + " of node " + std::to_string(one.node),
                      "name a tensor that a node reads");
  }

  std::vector<Tensor> segment_inputs(const Tensor& samples) {
    // The last segment runs on the way back only.
    std::vector<Tensor> inputs{samples};
    for (std::size_t segment = 0; segment + 1 < network_.segments(); ++segment) {
      inputs.push_back(run_segment(network_, segment, inputs.back(), batches_, options_));
    }
    return inputs;
  }

  [[nodiscard]] std::vector<TensorId> ids_of(const OperatorGraph& graph,
                                             std::size_t segment) const {
    std::vector<TensorId> ids;
    for (const ChainTensor& one : wanted_) {
      if (one.segment != segment) continue;
      if (one.node == segment_input) {
        ids.push_back(graph.inputs.at(0));
        continue;
      }
      if (one.node >= graph.nodes.size() || one.input >= graph.nodes[one.node].inputs.size() ||
          graph.nodes[one.node].inputs[one.input] == no_tensor) {
        refuse(one);
      }
      ids.push_back(graph.nodes[one.node].inputs[one.input]);
    }
    if (segment > lowest_) ids.push_back(graph.inputs.at(0));
    return ids;
  }

  void go_back(std::size_t segment, const Tensor& input) {
    JoinedRows next_seeds(samples_);
    std::vector<JoinedRows> rows(wanted_.size(), JoinedRows(samples_));
    for_each_graph(
        network_, segment, batches_, options_,
        [&](const OperatorGraph& graph, std::size_t begin, std::size_t end) {
          const std::vector<TensorId> ids = ids_of(graph, segment);
          // Few at a time, since each holds gradients of its own.
          const std::size_t window = static_cast<std::size_t>(std::max(1, options_.threads));
          for (std::size_t at = begin; at < end; at += window) {
            std::vector<Part> parts(std::min(window, end - at));
            base::parallel_for(parts.size(), options_.threads, options_.cancel, [&](std::size_t k) {
              parts[k] = part_of(graph, segment, input, batches_[at + k], ids);
            });
            for (std::size_t k = 0; k < parts.size(); ++k) {
              loss_ += parts[k].loss;
              if (segment > lowest_) {
                next_seeds.put(parts[k].gradients.back(), batches_[at + k],
                               segment_title(network_, segment));
                parts[k].gradients.pop_back();
              }
              collect(graph, segment, ids, batches_[at + k], parts[k].gradients, rows);
            }
          }
        });
    if (segment > lowest_) seeds_ = next_seeds.take();
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (!rows[k].empty()) result_.gradients[k] = rows[k].take();
    }
  }

  Part part_of(const OperatorGraph& graph, std::size_t segment, const Tensor& input,
               const Batch& batch, const std::vector<TensorId>& ids) const {
    const RecordedRun recorded(graph, {rows_of(input, batch)}, ids, options_.cancel);
    Part part;
    if (segment + 1 < network_.segments()) {
      part.gradients = recorded.gradients({rows_of(seeds_, batch)});
      return part;
    }
    const std::size_t of_sample = targets_.size() / samples_;
    const auto targets = targets_.subspan(batch.first * of_sample, batch.count * of_sample);
    const Tensor& scores = recorded.outputs().at(0);
    part.loss = cross_entropy_sum(scores, targets);
    part.gradients = recorded.gradients({cross_entropy_seed(scores, targets, count_)});
    return part;
  }

  void collect(const OperatorGraph& graph, std::size_t segment, const std::vector<TensorId>& ids,
               const Batch& batch, std::vector<Tensor>& gradients, std::vector<JoinedRows>& rows) {
    if (observe_) {
      if (!gradients.empty()) observe_(segment, batch.first, gradients);
      return;
    }
    std::size_t next = 0;
    for (std::size_t k = 0; k < wanted_.size(); ++k) {
      if (wanted_[k].segment != segment) continue;
      Tensor& gradient = gradients[next];
      const bool stored = graph.tensors[ids[next++]].value.has_value();
      if (!stored) {
        rows[k].put(gradient, batch, segment_title(network_, segment));
      } else if (batch.first == 0) {
        result_.gradients[k] = std::move(gradient);
      } else {
        add_to(gradient, result_.gradients[k]);
      }
    }
  }

  const SegmentedNetwork& network_;
  std::span<const std::int64_t> targets_;
  const std::vector<ChainTensor>& wanted_;
  const ChainOptions& options_;
  const BatchGradients& observe_;
  std::vector<Batch> batches_;
  std::size_t count_;
  std::size_t samples_;
  std::size_t lowest_ = network_.segments() - 1;
  Tensor seeds_;  ///< Of the output of the segment that comes next.
  double loss_ = 0.0;
  ChainGradients result_;
};

}  // namespace

ChainGradients chain_gradients(const SegmentedNetwork& network, const Tensor& samples,
                               std::span<const std::int64_t> targets,
                               const std::vector<ChainTensor>& wanted, const ChainOptions& options,
                               const BatchGradients& observe) {
  return ReverseChain(network, samples, targets, wanted, options, observe).run(samples);
}

}  // namespace neucasl::workload
