#include <gtest/gtest.h>

#include "program.hpp"

// precision import, export and show, and maps in estimate.
namespace neucasl::test {
namespace {

const std::string files = std::string(NEUCASL_SOURCE_FOLDER) + "/tests/io/precision_files/";

TEST(PrecisionCommand, ImportsShowsAndExports) {
  const ScratchFolder folder;
  const std::string map = (folder / "m.pmap.json").string();
  const Result imported =
      neucasl("precision import " + files + "gptqmodel.json --network opt_125m --out " + map);
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_NE(imported.out.find("no layer fits the rule"), std::string::npos) << imported.out;
  const Result shown = neucasl("precision show " + map + " --network opt_125m");
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out.find("layer11_mlp_fc2 "), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("group 32"), std::string::npos);
  EXPECT_NE(shown.out.find("average weight bits"), std::string::npos);
  const Result json = neucasl("precision show " + map + " --format json");
  EXPECT_EQ(json.out, read(map));
  const Result llama = neucasl("precision export " + map + " --to gptqmodel");
  EXPECT_EQ(llama.code, 0) << llama.err;
  EXPECT_NE(llama.out.find("\"-:^model\\\\.decoder\\\\.layers\\\\.0\\\\.fc1$\": {}"),
            std::string::npos)
      << llama.out;
}

TEST(PrecisionCommand, MapsGoToLlama) {
  const ScratchFolder folder;
  const std::string map = (folder / "m.pmap.json").string();
  write(map, R"({"network": "opt_125m", "method": "by hand", "layers": [
    {"layer": "decoder.layers.0.fc1", "weight_bits": 5, "activation_bits": 8}],
    "fallback": {"weight_bits": 3, "activation_bits": 8}})");
  const std::string out = (folder / "types.txt").string();
  const Result exported = neucasl("precision export " + map + " --to llama.cpp --out " + out);
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(read(out), "^blk\\.0\\.ffn_up\\.weight$=q5_k\n");
  EXPECT_NE(exported.out.find("--tensor-type-file " + out + " MODEL.gguf QUANTISED.gguf Q3_K\n"),
            std::string::npos)
      << exported.out;
  // The names of a checkpoint go with the published network.
  const Result estimate = neucasl(
      "estimate --architecture isaac_ce --network opt_125m --sequence 4 --precision " + map);
  EXPECT_EQ(estimate.code, 0) << estimate.err;
}

TEST(PrecisionCommand, BadInputGetsOneDiagnostic) {
  const ScratchFolder folder;
  const std::string map = (folder / "m.pmap.json").string();
  write(map, R"({"network": "lenet5", "structure": "0123456789abcdef",
    "fallback": {"weight_bits": 3, "activation_bits": 8}})");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"import " + files + "awq.json", "cli.usage"},
      {"import " + files + "awq.json --network nonsense", "workload.name"},
      {"import " + files + "README.md --network opt_125m", "io.precision-import"},
      {"export " + map + " --to llama", "cli.usage"},
      {"export " + map, "cli.usage"},
      {"show " + (folder / "none").string(), "base.file"},
      {"show " + map + " --network lenet5", "precision.structure"}};
  for (const auto& [arguments, code] : cases) {
    const Result result = neucasl("precision " + arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_NE(result.err.find('[' + code + ']'), std::string::npos) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  const Result estimate =
      neucasl("estimate --architecture isaac_ce --network lenet5 --precision " + map);
  EXPECT_EQ(estimate.code, 2);
  EXPECT_NE(estimate.err.find("[precision.structure]"), std::string::npos) << estimate.err;
}

}  // namespace
}  // namespace neucasl::test
