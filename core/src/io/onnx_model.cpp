#include <algorithm>
#include <set>
#include <unordered_map>

#include "neucasl/base/file.hpp"
#include "neucasl/io/onnx.hpp"
#include "onnx_tensor.hpp"

namespace neucasl::io {
namespace {

using workload::OperatorGraph;
using workload::OperatorNode;
using workload::TensorId;

constexpr int oldest_opset = 1;
constexpr int newest_opset = 21;

bool default_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

/// Makes a graph of a model.
class ModelReader {
 public:
  ModelReader(const onnx::v1::Model& model, const std::filesystem::path& file,
              const OnnxOptions& options)
      : model_(model), options_(options), place_(file, options.memory) {}

  OperatorGraph read() {
    graph_.file = place_.file().string();
    graph_.name = model_.graph().name();
    check_operators();
    graph_.opset = opset();
    const onnx::v1::Graph& source = model_.graph();
    if (source.node().empty() || source.output().empty()) {
      place_.fail("onnx.graph", "the model has no graph with nodes and outputs",
                  "export the network again");
    }
    if (!source.sparse_initializer().empty()) {
      place_.fail("onnx.data", "the model has sparse stored values", "store them densely");
    }
    for (const onnx::v1::Tensor& one : source.initializer()) {
      const TensorId id = tensor(one.name());
      if (graph_.tensors[id].value) {
        place_.fail("onnx.graph", "tensor '" + one.name() + "' is stored twice", "store it once");
      }
      graph_.tensors[id].value = decode_tensor(one, "tensor '" + one.name() + "'", place_);
    }
    for (const onnx::v1::ValueInfo& one : source.input()) add_input(one);
    for (const auto& [name, size] : options_.dimensions) {
      if (used_.contains(name)) continue;
      place_.fail("onnx.dimension", "no input leaves the dimension '" + name + "' open",
                  open_.empty() ? "leave it out: all are fixed"
                                : base::suggest(name, {open_.begin(), open_.end()}));
    }
    for (const onnx::v1::Node& one : source.node()) add_node(one);
    for (const onnx::v1::ValueInfo& one : source.output()) {
      graph_.outputs.push_back(tensor(one.name()));
    }
    graph_.check();
    return std::move(graph_);
  }

 private:
  /// Before all else: whoever needs other operators need not mend anything else.
  void check_operators() const {
    const std::vector<std::string> known = workload::known_operators();
    for (int k = 0; k < model_.graph().node_size(); ++k) {
      const onnx::v1::Node& node = model_.graph().node(k);
      const std::string title =
          "node " + (node.name().empty() ? std::to_string(k) : '\'' + node.name() + '\'') + " (" +
          node.op_type() + ")";
      if (!default_domain(node.domain())) {
        place_.fail("onnx.operator",
                    title + " has an operator of the domain '" + node.domain() + "'",
                    "export the model with operators of the default domain");
      }
      if (!std::binary_search(known.begin(), known.end(), node.op_type())) {
        place_.fail("onnx.operator", title + " has an unknown operator",
                    base::suggest(node.op_type(), known));
      }
    }
  }

  int opset() const {
    std::int64_t version = 0;
    for (const onnx::v1::OperatorSet& one : model_.opset_import()) {
      if (default_domain(one.domain())) version = one.version();
    }
    if (version < oldest_opset || version > newest_opset) {
      place_.fail("onnx.opset", "the model uses opset " + std::to_string(version),
                  "export it with opset " + std::to_string(oldest_opset) + " to " +
                      std::to_string(newest_opset));
    }
    return static_cast<int>(version);
  }

  TensorId tensor(const std::string& name) {
    const auto [found, added] = ids_.emplace(name, graph_.tensors.size());
    if (added) graph_.tensors.push_back({name, {}, {}});
    return found->second;
  }

  void add_input(const onnx::v1::ValueInfo& input) {
    const TensorId id = tensor(input.name());
    // Before IR version 4 stored values stood among the inputs too.
    if (graph_.tensors[id].value) return;
    const std::string what = "the input '" + input.name() + "'";
    if (!input.type().has_tensor_type()) {
      place_.fail("onnx.graph", what + " is no tensor", "give tensors only");
    }
    const onnx::v1::TensorType& type = input.type().tensor_type();
    if (!type.has_shape()) {
      place_.fail("onnx.dynamic-shape", what + " has no shape",
                  "export the model with fixed shapes");
    }
    workload::TensorType declared{element_type(type.elem_type(), what, place_), {}};
    double elements = 1.0;
    for (int axis = 0; axis < type.shape().dim_size(); ++axis) {
      declared.shape.push_back(dimension(input.name(), axis, type.shape().dim(axis)));
      elements *= static_cast<double>(declared.shape.back());
    }
    if (elements > static_cast<double>(workload::most_elements)) {
      place_.fail("onnx.size", what + " has the shape " + workload::to_string(declared.shape),
                  "give at most " + std::to_string(workload::most_elements) + " elements");
    }
    graph_.tensors[id].declared = std::move(declared);
    graph_.inputs.push_back(id);
  }

  std::size_t dimension(const std::string& input, int axis, const onnx::v1::Dimension& given) {
    if (given.value_case() == onnx::v1::Dimension::kDimValue && given.dim_value() >= 0) {
      return static_cast<std::size_t>(given.dim_value());
    }
    const std::string numbered = input + '.' + std::to_string(axis);
    const std::string& name = given.dim_param().empty() ? numbered : given.dim_param();
    for (const std::string& one : {name, numbered}) {
      open_.insert(one);
      const auto found = options_.dimensions.find(one);
      if (found == options_.dimensions.end()) continue;
      used_.insert(one);
      return found->second;
    }
    place_.fail("onnx.dynamic-shape",
                "the input '" + input + "' leaves dimension " + std::to_string(axis) + " ('" +
                    name + "') open",
                "give a size for '" + name + "'");
  }

  void add_node(const onnx::v1::Node& source) {
    OperatorNode node;
    node.name = source.name();
    node.type = source.op_type();
    for (const std::string& name : source.input()) {
      node.inputs.push_back(name.empty() ? workload::no_tensor : tensor(name));
    }
    for (const std::string& name : source.output()) {
      node.outputs.push_back(name.empty() ? workload::no_tensor : tensor(name));
    }
    graph_.nodes.push_back(std::move(node));
    const std::string title = graph_.title(graph_.nodes.size() - 1);
    for (const onnx::v1::Attribute& one : source.attribute()) {
      const bool added =
          graph_.nodes.back().attributes.emplace(one.name(), attribute(one, title)).second;
      if (!added) {
        place_.fail("onnx.attribute", title + " has '" + one.name() + "' twice", "give it once");
      }
    }
  }

  workload::Attribute attribute(const onnx::v1::Attribute& source, const std::string& title) {
    const std::string what = "the attribute '" + source.name() + "' of " + title;
    if (!source.ref_attr_name().empty()) {
      place_.fail("onnx.attribute", what + " refers to another", "give its value");
    }
    switch (kind(source)) {
      case 1:
        return static_cast<double>(source.f());
      case 2:
        return source.i();
      case 3:
        return source.s();
      case 4:
        return decode_tensor(source.t(), what, place_);
      case 6:
        return std::vector<double>(source.floats().begin(), source.floats().end());
      case 7:
        return std::vector<std::int64_t>(source.ints().begin(), source.ints().end());
      case 8:
        return std::vector<std::string>(source.strings().begin(), source.strings().end());
      default:
        place_.fail("onnx.attribute", what + " has the type " + std::to_string(source.type()),
                    "give a number, a text, a tensor or a list");
    }
  }

  /// The number in AttributeProto.AttributeType; before IR version 2 it was not stored.
  static int kind(const onnx::v1::Attribute& source) {
    if (source.type() != 0) return source.type();
    if (source.has_t()) return 4;
    if (source.has_g()) return 5;
    if (!source.floats().empty()) return 6;
    if (!source.ints().empty()) return 7;
    if (!source.strings().empty()) return 8;
    if (!source.s().empty()) return 3;
    return source.f() != 0.0F ? 1 : 2;
  }

  const onnx::v1::Model& model_;
  const OnnxOptions& options_;
  OnnxPlace place_;
  OperatorGraph graph_;
  std::unordered_map<std::string, TensorId> ids_;
  std::set<std::string> used_;  ///< Sizes of options that an input took.
  std::set<std::string> open_;  ///< Names that would have been taken.
};

}  // namespace

OperatorGraph read_onnx(const std::filesystem::path& file, const OnnxOptions& options) {
  onnx::v1::Model model;
  parse_onnx(base::read_file(file), model, OnnxPlace(file, 0));
  return ModelReader(model, file, options).read();
}

}  // namespace neucasl::io
