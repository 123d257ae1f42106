#include "graph_cut.hpp"

#include <algorithm>
#include <map>

namespace neucasl::workload {
namespace {

/// What crosses the place before each node.
struct Crossing {
  std::size_t tensors = 0;
  TensorId last = no_tensor;  ///< Of those; the only one where a cut is.
};

/// Crossings of places 0 to the number of nodes. A tensor crosses from the node that writes it to
/// the last one that reads it; the input is written before all, the outputs are read behind all.
std::vector<Crossing> crossings(const OperatorGraph& graph) {
  const std::size_t nodes = graph.nodes.size();
  std::vector<std::size_t> written(graph.tensors.size(), nodes + 1);
  std::vector<std::size_t> read(graph.tensors.size(), 0);
  for (const TensorId id : graph.inputs) written[id] = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    for (const TensorId id : graph.nodes[node].outputs) {
      if (id != no_tensor) written[id] = node + 1;
    }
    for (const TensorId id : graph.nodes[node].inputs) {
      if (id != no_tensor) read[id] = node;
    }
  }
  for (const TensorId id : graph.outputs) read[id] = nodes;
  std::vector<Crossing> result(nodes + 1);
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    for (std::size_t place = written[id]; place <= read[id] && place <= nodes; ++place) {
      ++result[place].tensors;
      result[place].last = id;
    }
  }
  return result;
}

/// Copies or moves tensors of one graph into its parts.
class Cutter {
 public:
  Cutter(OperatorGraph graph, const std::vector<std::size_t>& starts)
      : graph_(std::move(graph)), starts_(starts), crossings_(crossings(graph_)) {
    last_part_.resize(graph_.tensors.size(), 0);
    for (std::size_t part = 0; part < starts_.size(); ++part) {
      for (std::size_t node = starts_[part]; node < end_of(part); ++node) {
        for (const TensorId id : graph_.nodes[node].inputs) {
          if (id != no_tensor) last_part_[id] = part;
        }
      }
    }
  }

  std::vector<OperatorGraph> run() {
    std::vector<OperatorGraph> parts;
    parts.reserve(starts_.size());
    for (std::size_t part = 0; part < starts_.size(); ++part) parts.push_back(part_of(part));
    return parts;
  }

 private:
  [[nodiscard]] std::size_t end_of(std::size_t part) const {
    return part + 1 < starts_.size() ? starts_[part + 1] : graph_.nodes.size();
  }

  OperatorGraph part_of(std::size_t part) {
    OperatorGraph result;
    result.name = graph_.name;
    result.file = graph_.file;
    result.opset = graph_.opset;
    std::map<TensorId, TensorId> ids;
    const auto id_of = [&](TensorId id) {
      if (id == no_tensor) return no_tensor;
      const auto [place, added] = ids.emplace(id, result.tensors.size());
      if (added) result.tensors.push_back(tensor_for(id, part));
      return place->second;
    };
    result.inputs = {id_of(crossings_[starts_[part]].last)};
    for (std::size_t node = starts_[part]; node < end_of(part); ++node) {
      OperatorNode one = std::move(graph_.nodes[node]);
      std::transform(one.inputs.begin(), one.inputs.end(), one.inputs.begin(), id_of);
      std::transform(one.outputs.begin(), one.outputs.end(), one.outputs.begin(), id_of);
      result.nodes.push_back(std::move(one));
    }
    result.outputs = {id_of(crossings_[end_of(part)].last)};
    return result;
  }

  GraphTensor tensor_for(TensorId id, std::size_t part) {
    GraphTensor& own = graph_.tensors[id];
    if (!own.value) return {own.name, std::nullopt, part == 0 ? own.declared : std::nullopt};
    if (last_part_[id] > part) return own;
    return std::move(own);
  }

  OperatorGraph graph_;
  const std::vector<std::size_t>& starts_;
  std::vector<Crossing> crossings_;
  std::vector<std::size_t> last_part_;  // that reads a tensor
};

}  // namespace

std::vector<std::size_t> stage_starts(const OperatorGraph& graph,
                                      const std::vector<std::size_t>& heads) {
  const std::vector<Crossing> places = crossings(graph);
  std::vector<std::size_t> starts{0};
  for (const std::size_t head : heads) {
    std::size_t place = head;
    while (place > starts.back() && places[place].tensors != 1) --place;
    if (place > starts.back()) starts.push_back(place);
  }
  return starts;
}

std::vector<OperatorGraph> cut(OperatorGraph graph, const std::vector<std::size_t>& starts) {
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    throw base::Error("onnx.graph",
                      "the graph has " + std::to_string(graph.inputs.size()) + " inputs and " +
                          std::to_string(graph.outputs.size()) + " outputs",
                      "give a graph of one input and one output", {graph.file, 0, 0});
  }
  return Cutter(std::move(graph), starts).run();
}

}  // namespace neucasl::workload
