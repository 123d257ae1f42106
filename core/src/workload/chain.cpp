#include "neucasl/workload/chain.hpp"

#include <algorithm>

#include "batches.hpp"
#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& remedy) {
  throw base::Error("workload.samples", what, remedy);
}

}  // namespace

std::string segment_title(const SegmentedNetwork& network, std::size_t segment) {
  return "segment " + std::to_string(segment) + " of '" + network.name() + "'";
}

std::vector<Batch> batches_of(const SegmentedNetwork& network, const Tensor& input,
                              const ChainOptions& options) {
  const std::size_t samples = input.type.shape.empty() ? 0 : input.type.shape[0];
  if (samples == 0) fail("there are no samples for '" + network.name() + "'", "give at least one");
  if (input.size() != input.type.elements()) {
    fail("the samples have " + std::to_string(input.size()) + " values for " +
             to_string(input.type.shape),
         "give one for each element");
  }
  const std::size_t fixed = network.fixed_samples();
  if (options.batch == 0) fail("a batch has no samples", "give at least one");
  if (fixed != 0 && samples % fixed != 0) {
    fail(std::to_string(samples) + " samples for '" + network.name() + "', which takes " +
             std::to_string(fixed) + " at a time",
         "give a multiple");
  }
  const std::size_t batch = fixed != 0 ? fixed : options.batch;
  std::vector<Batch> batches;
  for (std::size_t first = 0; first < samples; first += batch) {
    batches.push_back({first, std::min(batch, samples - first)});
  }
  return batches;
}

Tensor rows_of(const Tensor& tensor, const Batch& batch) {
  const std::size_t row = tensor.size() / tensor.type.shape[0];
  Tensor part;
  part.type = tensor.type;
  part.type.shape[0] = batch.count;
  std::visit(
      [&](const auto& values) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(batch.first * row);
        part.values = std::decay_t<decltype(values)>(
            begin, begin + static_cast<std::ptrdiff_t>(batch.count * row));
      },
      tensor.values);
  return part;
}

void JoinedRows::put(const Tensor& part, const Batch& batch, const std::string& title) {
  TensorType type = part.type;
  if (type.shape.empty() || type.shape[0] != batch.count) {
    fail(title + " makes " + to_string(part.type.shape) + " of " + std::to_string(batch.count) +
             " samples",
         "give a network whose tensors between segments have the samples first");
  }
  type.shape[0] = samples_;
  if (!whole_) whole_.emplace(type);
  const std::size_t row = part.size() / batch.count;
  std::visit(
      [&](auto& to) {
        const auto& from = std::get<std::decay_t<decltype(to)>>(part.values);
        std::copy(from.begin(), from.end(),
                  to.begin() + static_cast<std::ptrdiff_t>(batch.first * row));
      },
      whole_->values);
}

OperatorGraph segment_graph(const SegmentedNetwork& network, std::size_t segment,
                            std::size_t samples, const ChainOptions& options) {
  OperatorGraph graph = network.segment(segment, samples);
  if (options.edit) options.edit(segment, graph);
  return graph;
}

void for_each_graph(const SegmentedNetwork& network, std::size_t segment,
                    const std::vector<Batch>& batches, const ChainOptions& options,
                    const std::function<void(const OperatorGraph& graph, std::size_t begin,
                                             std::size_t end)>& body) {
  for (std::size_t begin = 0; begin < batches.size();) {
    std::size_t end = begin;
    while (end < batches.size() && batches[end].count == batches[begin].count) ++end;
    body(segment_graph(network, segment, batches[begin].count, options), begin, end);
    begin = end;
  }
}

Tensor run_segment(const SegmentedNetwork& network, std::size_t segment, const Tensor& input,
                   const std::vector<Batch>& batches, const ChainOptions& options) {
  JoinedRows joined(input.type.shape[0]);
  for_each_graph(
      network, segment, batches, options,
      [&](const OperatorGraph& graph, std::size_t begin, std::size_t end) {
        std::vector<Tensor> outputs(end - begin);
        base::parallel_for(outputs.size(), options.threads, options.cancel, [&](std::size_t k) {
          outputs[k] = run(graph, {rows_of(input, batches[begin + k])}, options.cancel).front();
        });
        for (std::size_t k = 0; k < outputs.size(); ++k) {
          joined.put(outputs[k], batches[begin + k], segment_title(network, segment));
        }
      });
  return joined.take();
}

Tensor run_chain(const SegmentedNetwork& network, const Tensor& input, const ChainOptions& options,
                 std::size_t first, std::vector<Tensor>* kept) {
  if (first >= network.segments()) {
    fail("'" + network.name() + "' has no segment " + std::to_string(first),
         "give one below " + std::to_string(network.segments()));
  }
  const std::vector<Batch> batches = batches_of(network, input, options);
  if (kept != nullptr) kept->clear();
  Tensor last;
  for (std::size_t segment = first; segment < network.segments(); ++segment) {
    const Tensor& from = segment == first ? input : last;
    Tensor next = run_segment(network, segment, from, batches, options);
    if (kept != nullptr) {
      if (segment == first) {
        kept->push_back(input);
      } else {
        kept->push_back(std::move(last));
      }
    }
    last = std::move(next);
  }
  return last;
}

}  // namespace neucasl::workload
