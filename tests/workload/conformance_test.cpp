// Every node case of ONNX whose operators the graph knows: imported, shapes inferred, executed.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>

#include "neucasl/io/onnx.hpp"

namespace neucasl::workload {
namespace {

namespace fs = std::filesystem;

const fs::path conformance_folder = "/usr/share/libonnx-testdata/data";

/// Cases that must be refused, with the code of the error.
const std::map<std::string, std::string>& expected_refusals() {
  static const std::map<std::string, std::string> all{
      // Training.
      {"test_training_dropout", "onnx.attribute"},
      {"test_training_dropout_default", "onnx.attribute"},
      {"test_training_dropout_default_mask", "onnx.attribute"},
      {"test_training_dropout_mask", "onnx.attribute"},
      {"test_training_dropout_zero_ratio", "onnx.attribute"},
      {"test_training_dropout_zero_ratio_mask", "onnx.attribute"},
      {"test_batchnorm_epsilon_training_mode", "onnx.attribute"},
      {"test_batchnorm_example_training_mode", "onnx.attribute"},
      // Text, uint64, sequences and optional values.
      {"test_cast_FLOAT_to_STRING", "onnx.type"},
      {"test_cast_STRING_to_FLOAT", "onnx.type"},
      {"test_castlike_FLOAT_to_STRING_expanded", "onnx.type"},
      {"test_castlike_STRING_to_FLOAT_expanded", "onnx.type"},
      {"test_max_uint64", "onnx.type"},
      {"test_min_uint64", "onnx.type"},
      {"test_pow_types_float32_uint64", "onnx.type"},
      {"test_identity_opt", "onnx.graph"},
      {"test_identity_sequence", "onnx.graph"},
      // The model gives the second input another shape than its data has.
      {"test_castlike_BFLOAT16_to_FLOAT_expanded", "onnx.shape"},
      {"test_castlike_FLOAT_to_BFLOAT16_expanded", "onnx.shape"},
      // Stretching from a given axis on, before opset 7.
      {"test_operator_add_broadcast", "onnx.attribute"},
      {"test_operator_add_size1_broadcast", "onnx.attribute"},
      {"test_operator_add_size1_right_broadcast", "onnx.attribute"},
      {"test_operator_add_size1_singleton_broadcast", "onnx.attribute"}};
  return all;
}

struct Counts {
  std::size_t found = 0;
  std::size_t run = 0;
  std::size_t unknown_operator = 0;
  std::size_t refused = 0;
  std::size_t inferred = 0;
  std::set<std::string> operators;
};

/// The package stores tensors of bfloat16 as their bits, in uint16.
void read_bits(Tensor& tensor, ElementType wanted) {
  if (wanted != ElementType::bfloat16 || tensor.type.type != ElementType::uint16) return;
  std::vector<float> values;
  for (const std::int64_t bits : std::get<std::vector<std::int64_t>>(tensor.values)) {
    values.push_back(from_half_bits(wanted, static_cast<std::uint16_t>(bits)));
  }
  tensor.type.type = wanted;
  tensor.values = std::move(values);
}

void expect_close(const Tensor& got, const Tensor& wanted, const std::string& name) {
  ASSERT_EQ(got.type.type, wanted.type.type) << name;
  ASSERT_EQ(got.type.shape, wanted.type.shape) << name;
  std::visit(
      [&](const auto& expected) {
        const auto& values = std::get<std::decay_t<decltype(expected)>>(got.values);
        ASSERT_EQ(values.size(), expected.size()) << name;
        for (std::size_t k = 0; k < values.size(); ++k) {
          const auto x = static_cast<double>(values[k]);
          const auto y = static_cast<double>(expected[k]);
          if (x == y || (std::isnan(x) && std::isnan(y))) continue;
          // The bounds of ONNX's own runner of these cases; the package cuts bfloat16 off instead
          // of rounding it, which is one place of 2^-7 more.
          const double relative = got.type.type == ElementType::bfloat16 ? 1.0 / 128 : 1e-3;
          const double bound = is_floating(got.type.type) ? 1e-7 + relative * std::fabs(y) : 0.0;
          ASSERT_LE(std::fabs(x - y), bound) << name << ", element " << k << ": " << x;
        }
      },
      wanted.values);
}

std::vector<Tensor> tensors_of(const fs::path& folder, const std::string& kind) {
  std::vector<Tensor> tensors;
  for (std::size_t k = 0;; ++k) {
    const fs::path file = folder / (kind + '_' + std::to_string(k) + ".pb");
    if (!fs::exists(file)) return tensors;
    tensors.push_back(io::read_onnx_tensor(file));
  }
}

/// Shapes without the values of the inputs, where they do not depend on them.
void expect_inferred(const OperatorGraph& graph, const std::vector<Tensor>& outputs,
                     const std::string& name, Counts& counts) {
  try {
    const auto types = infer_shapes(graph);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      EXPECT_EQ(types[graph.outputs[k]], outputs[k].type) << name;
    }
    ++counts.inferred;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "onnx.dynamic-shape") << name << ": " << error.what();
  }
}

void run_case(const fs::path& folder, Counts& counts) {
  const std::string name = folder.filename().string();
  ++counts.found;
  std::string refusal;
  try {
    const OperatorGraph graph = io::read_onnx(folder / "model.onnx");
    std::size_t sets = 0;
    for (; fs::exists(folder / ("test_data_set_" + std::to_string(sets))); ++sets) {
      const fs::path data = folder / ("test_data_set_" + std::to_string(sets));
      std::vector<Tensor> inputs = tensors_of(data, "input");
      std::vector<Tensor> wanted = tensors_of(data, "output");
      for (std::size_t k = 0; k < inputs.size() && k < graph.inputs.size(); ++k) {
        read_bits(inputs[k], graph.tensors[graph.inputs[k]].declared->type);
      }
      const std::vector<Tensor> outputs = run(graph, inputs);
      ASSERT_FALSE(wanted.empty()) << name;
      ASSERT_EQ(outputs.size(), wanted.size()) << name;
      for (std::size_t k = 0; k < wanted.size(); ++k) {
        read_bits(wanted[k], outputs[k].type.type);
        expect_close(outputs[k], wanted[k], name);
      }
      expect_inferred(graph, outputs, name, counts);
    }
    EXPECT_GT(sets, 0U) << name;
    for (const OperatorNode& node : graph.nodes) counts.operators.insert(node.type);
    ++counts.run;
  } catch (const base::Error& error) {
    refusal = error.diagnostic().code;
    if (refusal == "onnx.operator") {
      ++counts.unknown_operator;
      return;
    }
    ++counts.refused;
    if (!expected_refusals().contains(name)) ADD_FAILURE() << name << ": " << error.what();
  }
  const auto expected = expected_refusals().find(name);
  EXPECT_EQ(refusal, expected == expected_refusals().end() ? "" : expected->second) << name;
}

Counts run_cases(const char* group) {
  const fs::path folder = conformance_folder / group;
  Counts counts;
  std::set<fs::path> cases;
  if (fs::exists(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (fs::exists(entry.path() / "model.onnx")) cases.insert(entry.path());
    }
  }
  for (const fs::path& one : cases) run_case(one, counts);
  std::cout << group << ": " << counts.run << " of " << counts.found << " cases run ("
            << counts.inferred << " with shapes inferred beforehand), " << counts.refused
            << " refused as listed, " << counts.unknown_operator
            << " with operators that are not supported\n";
  return counts;
}

TEST(Conformance, NodeCases) {
  const Counts counts = run_cases("node");
  // The package has 932; fewer means that it is not installed or has changed.
  ASSERT_GE(counts.found, 900U) << "install libonnx-testdata";
  EXPECT_GE(counts.run, 300U);
  // No operator without a case, except those that came to ONNX after the package.
  for (const std::string& known : known_operators()) {
    if (known == "Gelu") continue;
    EXPECT_TRUE(counts.operators.contains(known)) << known;
  }
}

TEST(Conformance, ConvertedFromPyTorch) {
  EXPECT_GE(run_cases("pytorch-converted").run, 40U);
  EXPECT_GE(run_cases("pytorch-operator").run, 15U);
}

}  // namespace
}  // namespace neucasl::workload
