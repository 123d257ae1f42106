#include "neucasl/io/onnx.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/onnx_writer.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::io {
namespace {

using test::Message;
using test::onnx_node;
using test::onnx_tensor;
using test::onnx_value;
using test::OnnxModel;
using test::ScratchFolder;

/// y = x w + b for two numbers.
OnnxModel dense_model() {
  OnnxModel model;
  model.nodes = {onnx_node("Gemm", "dense", {"x", "w", "b"}, {"y"})};
  model.initialisers = {onnx_tensor("w", {2, 3}, {1, 2, 3, 4, 5, 6}),
                        onnx_tensor("b", {3}, {10, 20, 30})};
  model.inputs = {onnx_value("x", {"1", "2"})};
  model.outputs = {onnx_value("y", {"1", "3"})};
  return model;
}

struct Refusal {
  std::string code;
  std::string message;
  std::string file;
};

/// Quicker than a file that is synchronised, or that takes the place of another.
std::string quick_file(const ScratchFolder& folder, const std::string& bytes) {
  const std::string file = (folder / "model.onnx").string();
  std::filesystem::remove(file);
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

Refusal refusal(const std::string& bytes, const OnnxOptions& options = {}) {
  const ScratchFolder folder;
  const std::string file = quick_file(folder, bytes);
  try {
    static_cast<void>(read_onnx(file, options));
  } catch (const base::Error& error) {
    const base::Diagnostic& one = error.diagnostic();
    EXPECT_EQ(one.where.file, file);
    EXPECT_FALSE(one.remedy.empty()) << one.message;
    return {one.code, one.message, one.where.file};
  }
  return {"", "nothing refused", ""};
}

std::vector<float> run_file(const std::string& file, const std::vector<float>& x) {
  const workload::OperatorGraph graph = read_onnx(file);
  const auto outputs = workload::run(graph, {workload::Tensor({1, x.size()}, x)});
  return std::get<std::vector<float>>(outputs.at(0).values);
}

TEST(Onnx, ReadsRawTypedAndConstantValues) {
  const ScratchFolder folder;
  OnnxModel model = dense_model();
  const std::vector<float> expected{1 + 8 + 10, 2 + 10 + 20, 3 + 12 + 30};
  EXPECT_EQ(run_file(folder.file("raw.onnx", model.bytes()), {1, 2}), expected);

  // Typed data, packed and one by one.
  const std::vector<float> bias{10, 20, 30};
  model.initialisers[1] =
      test::onnx_header("b", {3}, test::onnx_float).text(4, test::raw_bytes(bias));
  EXPECT_EQ(run_file(folder.file("packed.onnx", model.bytes()), {1, 2}), expected);
  model.initialisers[1] =
      test::onnx_header("b", {3}, test::onnx_float).real(4, 10).real(4, 20).real(4, 30);
  EXPECT_EQ(run_file(folder.file("single.onnx", model.bytes()), {1, 2}), expected);

  // In a Constant node.
  model.initialisers.pop_back();
  const Message value =
      Message().text(1, "value").message(5, onnx_tensor("", {3}, bias)).integer(20, 4);
  model.nodes.insert(model.nodes.begin(), onnx_node("Constant", "", {}, {"b"}, {value}));
  EXPECT_EQ(run_file(folder.file("constant.onnx", model.bytes()), {1, 2}), expected);
}

Message external(const std::string& name, const std::vector<std::size_t>& dims,
                 const std::string& location, const std::string& offset,
                 const std::string& length) {
  Message tensor = test::onnx_header(name, dims, test::onnx_float);
  tensor.message(13, Message().text(1, "location").text(2, location));
  if (!offset.empty()) tensor.message(13, Message().text(1, "offset").text(2, offset));
  if (!length.empty()) tensor.message(13, Message().text(1, "length").text(2, length));
  return tensor.integer(14, 1);
}

TEST(Onnx, ReadsExternalDataBesideTheFileOnly) {
  const ScratchFolder folder;
  const std::string data = test::raw_bytes(std::vector<float>{99, 10, 20, 30});
  static_cast<void>(folder.file("secret.bin", data));
  static_cast<void>(folder.file("model/weights/b.bin", data));
  std::filesystem::create_symlink(folder / "secret.bin", folder / "model/link.bin");
  OnnxModel model = dense_model();
  const auto with = [&](const std::string& location, const std::string& offset,
                        const std::string& length) {
    model.initialisers[1] = external("b", {3}, location, offset, length);
    return folder.file("model/model.onnx", model.bytes());
  };
  const std::vector<float> expected{19, 32, 45};
  EXPECT_EQ(run_file(with("weights/b.bin", "4", "12"), {1, 2}), expected);
  EXPECT_EQ(run_file(with("weights/../weights/b.bin", "4", ""), {1, 2}), expected);

  const std::vector<std::array<std::string, 3>> wrong{
      {"../secret.bin", "4", "12"},
      {(folder / "secret.bin").string(), "4", "12"},
      {"link.bin", "4", "12"},
      {"weights/../../secret.bin", "4", "12"},
      {"", "4", "12"},
      {"weights", "0", "12"},
      {"weights/none.bin", "4", "12"},
      {"weights/b.bin", "8", "12"},
      {"weights/b.bin", "4", "8"},
      {"weights/b.bin", "-4", "12"},
      {"weights/b.bin", "18446744073709551612", "12"},
      {"weights/b.bin", "four", "12"}};
  for (const auto& [location, offset, length] : wrong) {
    const std::string file = with(location, offset, length);
    try {
      static_cast<void>(read_onnx(file));
      ADD_FAILURE() << location << ' ' << offset;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "onnx.external-data") << location;
      EXPECT_NE(error.diagnostic().message.find("tensor 'b'"), std::string::npos);
    }
  }
}

TEST(Onnx, EveryTruncationIsRefused) {
  const std::string bytes = dense_model().bytes();
  EXPECT_EQ(refusal(bytes).code, "");
  std::set<std::string> codes;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string code = refusal(bytes.substr(0, size)).code;
    EXPECT_EQ(code.rfind("onnx.", 0), 0U) << size << ": " << code;
    codes.insert(code);
  }
  EXPECT_TRUE(codes.contains("onnx.file"));
  EXPECT_EQ(refusal("this is no model").code, "onnx.file");
}

/// A byte changed anywhere is read, or refused with a code; never more.
TEST(Onnx, ChangedBytesDoNoHarm) {
  const std::string bytes = dense_model().bytes();
  std::mt19937 random(7);
  std::size_t refused = 0;
  const ScratchFolder folder;
  for (int k = 0; k < 2000; ++k) {
    std::string changed = bytes;
    changed[random() % changed.size()] = static_cast<char>(random() & 255U);
    changed[random() % changed.size()] ^= static_cast<char>(1U << (random() % 8));
    try {
      const auto graph = read_onnx(quick_file(folder, changed));
      static_cast<void>(workload::infer_shapes(graph));
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code.rfind("onnx.", 0), 0U) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 300U);
}

TEST(Onnx, NamesUnknownOperatorsWithTheirNode) {
  OnnxModel model = dense_model();
  model.nodes[0] = onnx_node("Gemmm", "dense", {"x", "w", "b"}, {"y"});
  const Refusal typo = refusal(model.bytes());
  EXPECT_EQ(typo.code, "onnx.operator");
  EXPECT_NE(typo.message.find("'dense' (Gemmm)"), std::string::npos) << typo.message;
  model.nodes[0] = onnx_node("Gemm", "", {"x", "w", "b"}, {"y"}).text(7, "com.microsoft");
  const Refusal domain = refusal(model.bytes());
  EXPECT_EQ(domain.code, "onnx.operator");
  EXPECT_NE(domain.message.find("node 0"), std::string::npos) << domain.message;
}

TEST(Onnx, OpenDimensionsNeedASize) {
  OnnxModel model = dense_model();
  model.inputs = {onnx_value("x", {"batch", "2"})};
  const Refusal open = refusal(model.bytes());
  EXPECT_EQ(open.code, "onnx.dynamic-shape");
  EXPECT_NE(open.message.find("'batch'"), std::string::npos) << open.message;

  const ScratchFolder folder;
  OnnxOptions options;
  options.dimensions = {{"batch", 5}};
  auto graph = read_onnx(folder.file("a.onnx", model.bytes()), options);
  auto types = workload::infer_shapes(graph);
  EXPECT_EQ(types[graph.outputs[0]]->shape, (workload::TensorShape{5, 3}));
  EXPECT_EQ(workload::to_workload(graph).operations.at(0).product.positions, 5U);

  model.inputs = {onnx_value("x", {"", "2"})};
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.dynamic-shape");
  options.dimensions = {{"x.0", 4}};
  graph = read_onnx(folder.file("b.onnx", model.bytes()), options);
  EXPECT_EQ(graph.tensors[graph.inputs[0]].declared->shape, (workload::TensorShape{4, 2}));
  options.dimensions = {{"x.0", 4}, {"bach", 1}};
  EXPECT_EQ(refusal(model.bytes(), options).code, "onnx.dimension");

  // A shape that comes from the sample.
  model.nodes = {onnx_node("Reshape", "view", {"x", "s"}, {"y"})};
  model.initialisers.clear();
  model.inputs = {onnx_value("x", {"1", "2"}), onnx_value("s", {"1"}, test::onnx_int64)};
  graph = read_onnx(folder.file("c.onnx", model.bytes()));
  try {
    static_cast<void>(workload::to_workload(graph));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "onnx.dynamic-shape");
    EXPECT_NE(error.diagnostic().message.find("'view' (Reshape)"), std::string::npos);
    EXPECT_EQ(error.diagnostic().where.file, (folder / "c.onnx").string());
  }
}

TEST(Onnx, WrongDataIsRefused) {
  OnnxModel model = dense_model();
  const auto with_bias = [&](const Message& bias) {
    model.initialisers[1] = bias;
    return refusal(model.bytes()).code;
  };
  EXPECT_EQ(with_bias(onnx_tensor("b", {3}, {1, 2})), "onnx.data");
  EXPECT_EQ(with_bias(test::onnx_header("b", {3}, test::onnx_float)), "onnx.data");
  EXPECT_EQ(with_bias(test::onnx_header("b", {3}, test::onnx_float).real(4, 1)), "onnx.data");
  EXPECT_EQ(with_bias(test::onnx_header("b", {std::size_t(-3)}, test::onnx_float)), "onnx.data");
  EXPECT_EQ(with_bias(test::onnx_header("b", {1U << 31U, 1U << 31U, 4}, test::onnx_float)),
            "onnx.size");
  EXPECT_EQ(with_bias(test::onnx_header("b", {3}, 8)), "onnx.type");
  EXPECT_EQ(with_bias(test::onnx_header("b", {3}, 77)), "onnx.type");
  EXPECT_EQ(with_bias(onnx_tensor("w", {3}, {1, 2, 3})), "onnx.graph");
  EXPECT_EQ(with_bias(onnx_tensor("c", {3}, {1, 2, 3})), "onnx.graph");
  OnnxOptions options;
  options.memory = 20;
  EXPECT_EQ(refusal(dense_model().bytes(), options).code, "onnx.size");
}

TEST(Onnx, WrongGraphsAreRefused) {
  OnnxModel model = dense_model();
  model.opset = 99;
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.opset");
  model = dense_model();
  model.nodes.clear();
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.graph");
  model = dense_model();
  model.nodes.push_back(model.nodes[0]);
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.graph");
  model = dense_model();
  model.outputs = {onnx_value("z", {"1"})};
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.graph");
  model = dense_model();
  model.nodes = {onnx_node("Gemm", "dense", {"x"}, {"y"})};
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.graph");
  model.nodes = {onnx_node("Gemm", "dense", {"x", "w", "b"}, {"y"},
                           {test::onnx_integers("dilations", {1, 1})})};
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.attribute");
  // A body of nodes as attribute.
  const Message body = Message().text(1, "alpha").message(6, Message()).integer(20, 5);
  model.nodes = {onnx_node("Gemm", "dense", {"x", "w", "b"}, {"y"}, {body})};
  EXPECT_EQ(refusal(model.bytes()).code, "onnx.attribute");
}

}  // namespace
}  // namespace neucasl::io
