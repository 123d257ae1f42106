#include <gtest/gtest.h>

#include "program.hpp"
#include "tests/onnx_writer.hpp"
#include "tests/sparse_checkpoint.hpp"

// workload show: built-in networks, ONNX files and checkpoints, and what it refuses.
namespace neucasl::test {
namespace {

TEST(WorkloadCommand, ShowsBuiltInNetworks) {
  const Result lenet = neucasl("workload show lenet5");
  EXPECT_EQ(lenet.code, 0) << lenet.err;
  EXPECT_NE(lenet.out.find("(784 x 25)(25 x 6)"), std::string::npos) << lenet.out;
  EXPECT_NE(lenet.out.find("multiply-accumulates  416520\n"), std::string::npos) << lenet.out;
  EXPECT_NE(lenet.out.find("weights               61470\n"), std::string::npos) << lenet.out;
  EXPECT_NE(lenet.out.find("parameters            61706\n"), std::string::npos) << lenet.out;

  const Result resnet = neucasl("workload show resnet18 --format json");
  EXPECT_EQ(resnet.code, 0) << resnet.err;
  EXPECT_NE(resnet.out.find("\"parameters\": 11689512}\n"), std::string::npos);
  EXPECT_NE(resnet.out.find("\"inputs\": [\"layer1_0_bn2\", \"pool1\"]"), std::string::npos)
      << resnet.out;
  const Result folded = neucasl("workload show resnet18 --fold-normalisation --format json");
  EXPECT_NE(folded.out.find("\"parameters\": 11684712}\n"), std::string::npos);
  const Result small = neucasl("workload show vgg16 --input 32x32x3 --classes 10 --format json");
  EXPECT_NE(small.out.find("\"input_elements\": 3072,"), std::string::npos);
  const Result token = neucasl("workload show opt_125m --sequence 1 --cached 7 --format json");
  EXPECT_NE(token.out.find("{\"count\": 12, \"positions\": 1, \"depth\": 64, \"outputs\": 8, "
                           "\"stationary\": false}"),
            std::string::npos)
      << token.out.substr(0, 2000);
}

TEST(WorkloadCommand, ShowsOnnxFiles) {
  const ScratchFolder folder;
  OnnxModel model;
  model.name = "";
  model.nodes = {onnx_node("MatMul", "project", {"x", "w"}, {"h"}),
                 onnx_node("Relu", "activate", {"h"}, {"y"})};
  model.initialisers = {onnx_tensor("w", {2, 3}, {1, 2, 3, 4, 5, 6})};
  model.inputs = {onnx_value("x", {"tokens", "2"})};
  model.outputs = {onnx_value("y", {"tokens", "3"})};
  const std::string file = folder.file("small.onnx", model.bytes());
  const Result shown = neucasl("workload show " + file + " --dimension tokens=4");
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out.find("network               small\n"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("(4 x 2)(2 x 3)"), std::string::npos) << shown.out;

  const Result open = neucasl("workload show " + file);
  EXPECT_EQ(open.code, 2);
  EXPECT_NE(open.err.find("[onnx.dynamic-shape]; give a size for 'tokens'"), std::string::npos)
      << open.err;
  EXPECT_EQ(neucasl("workload show " + file + " --dimension tokens").code, 2);
  EXPECT_EQ(neucasl("workload show " + file + " --dimension tokens=-1").code, 2);
  EXPECT_EQ(neucasl("workload show " + file + " --dimension tokens=4 --classes 3").code, 2);
  const Result cut =
      neucasl("workload show " +
              folder.file("cut.onnx", model.bytes().substr(0, model.bytes().size() / 2)));
  EXPECT_EQ(cut.code, 2);
  EXPECT_NE(cut.err.find("[onnx."), std::string::npos) << cut.err;
  EXPECT_EQ(neucasl("workload show " + (folder / "none.onnx").string()).code, 2);
}

TEST(WorkloadCommand, ShowsCheckpointsAsThePublishedNetworks) {
  const ScratchFolder folder;
  const std::string path = (folder / "opt_125m").string();
  write_sparse_checkpoint(path, opt_config(12, 12, 768));
  for (const char* options : {"", " --sequence 1 --cached 7", " --format json"}) {
    const Result shown = neucasl("workload show " + path + options);
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out, neucasl(std::string("workload show opt_125m") + options).out);
  }
  EXPECT_EQ(neucasl("workload show " + path + " --sequence 0").code, 2);
  EXPECT_EQ(neucasl("workload show " + path + " --sequence 2049").code, 2);
  EXPECT_EQ(neucasl("workload show " + path + " --classes 3").code, 2);
  EXPECT_EQ(neucasl("workload show " + path + " --dimension a=3").code, 2);
  std::filesystem::resize_file(path + "/model.safetensors", 1000);
  const Result cut = neucasl("workload show " + path);
  EXPECT_EQ(cut.code, 2);
  EXPECT_NE(cut.err.find("[safetensors.header]"), std::string::npos) << cut.err;
  EXPECT_NE(cut.err.find("model.safetensors"), std::string::npos) << cut.err;
}

TEST(WorkloadCommand, RefusesWhatItDoesNotKnow) {
  const Result unknown = neucasl("workload show resnet19");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("resnet18"), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("opt_2.7b"), std::string::npos) << unknown.err;
  for (const char* arguments :
       {"", "lenet5 --sequence 4", "bert_base --sequence 4096", "bert_base --sequence many",
        "lenet5 --input 28x28", "lenet5 --input 28x28x", "lenet5 --input 2x2x1",
        "lenet5 --dimension n=1", "opt_125m --cached 5000", "lenet5 --format yaml"}) {
    const Result result = neucasl(std::string("workload show ") + arguments);
    EXPECT_EQ(result.code, 2) << arguments << result.out;
    EXPECT_NE(result.err.find("error: "), std::string::npos) << arguments;
  }
}

}  // namespace
}  // namespace neucasl::test
