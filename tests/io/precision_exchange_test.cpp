#include "neucasl/io/precision_exchange.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "neucasl/base/file.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/onnx_writer.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::io {
namespace {

using precision::ActivationForm;
using precision::Granularity;
using precision::LayerPrecision;

const std::string files = std::string(NEUCASL_TEST_DATA) + "/io/precision_files/";

base::Diagnostic refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

precision::NetworkLayers opt() { return precision::layers_of(workload::named("opt_125m", {})); }

ImportedPrecision import_file(const std::string& name) {
  return import_precision(base::read_file(files + name), name, opt());
}

bool in_floating_point(const LayerPrecision& layer) {
  return layer.weight_bits == 16 && layer.activation_bits == 16;
}

TEST(PrecisionImport, GptqmodelTakesTheFirstRuleThatFits) {
  const ImportedPrecision imported = import_file("gptqmodel.json");
  const precision::PrecisionMap& map = imported.map;
  EXPECT_EQ(map.method, "gptq");
  EXPECT_EQ(map.variant, "gptq");
  EXPECT_EQ(map.network, "opt_125m");
  EXPECT_EQ(map.structure, opt().structure());
  // Blocks count from 1 in the published network.
  EXPECT_TRUE(in_floating_point(map.at("layer1_mlp_fc2")));
  EXPECT_TRUE(in_floating_point(map.at("layer1_attention_query")));
  const LayerPrecision& base = map.at("layer2_attention_query");
  EXPECT_EQ(base.weight_bits, 4);
  EXPECT_EQ(base.group_size, 128U);
  EXPECT_FALSE(base.weight_affine);
  EXPECT_EQ(base.activation_bits, 16);
  // Both rules for fc2 fit blocks 10 and 11.
  EXPECT_EQ(map.at("layer10_mlp_fc2").weight_bits, 3);
  EXPECT_EQ(map.at("layer10_mlp_fc2").group_size, 128U);
  for (const char* layer : {"layer11_mlp_fc2", "layer12_mlp_fc2"}) {
    EXPECT_EQ(map.at(layer).weight_bits, 8) << layer;
    EXPECT_EQ(map.at(layer).group_size, 32U);
    EXPECT_TRUE(map.at(layer).weight_affine);
  }
  EXPECT_EQ(imported.unmatched, std::vector<std::string>{"model\\.decoder\\.layers\\.99\\..*"});
}

TEST(PrecisionImport, CompressedTensorsPrefersExactNames) {
  const ImportedPrecision imported = import_file("compressed_tensors.json");
  const precision::PrecisionMap& map = imported.map;
  EXPECT_EQ(map.method, "compressed-tensors");
  EXPECT_EQ(map.variant, "int-quantized");
  const LayerPrecision& linear = map.at("layer3_mlp_fc1");
  EXPECT_EQ(linear.weight_bits, 8);
  EXPECT_EQ(linear.granularity, Granularity::channel);
  EXPECT_EQ(linear.activation_bits, 8);
  EXPECT_EQ(linear.activation_form, ActivationForm::symmetric);
  const LayerPrecision& key = map.at("layer4_attention_key");
  EXPECT_EQ(key.weight_bits, 4);
  EXPECT_EQ(key.group_size, 64U);
  EXPECT_TRUE(key.weight_affine);
  EXPECT_EQ(key.activation_bits, 16);
  const LayerPrecision& exact = map.at("layer4_attention_query");
  EXPECT_EQ(exact.weight_bits, 6);
  EXPECT_EQ(exact.granularity, Granularity::tensor);
  EXPECT_EQ(exact.activation_bits, 6);
  EXPECT_EQ(exact.activation_form, ActivationForm::affine);
  EXPECT_TRUE(in_floating_point(map.at("layer12_mlp_fc2")));
  EXPECT_TRUE(imported.unmatched.empty() || imported.unmatched.front() == "lm_head");
}

TEST(PrecisionImport, AwqLeavesOutWhatItNames) {
  const ImportedPrecision imported = import_file("awq.json");
  const precision::PrecisionMap& map = imported.map;
  EXPECT_EQ(map.method, "awq");
  EXPECT_TRUE(in_floating_point(map.at("layer8_mlp_fc1")));
  const LayerPrecision& other = map.at("layer9_mlp_fc1");
  EXPECT_EQ(other.weight_bits, 4);
  EXPECT_EQ(other.group_size, 64U);
  EXPECT_TRUE(other.weight_affine);
  EXPECT_EQ(imported.unmatched, std::vector<std::string>{"mlp.gate"});
  // As quant_config.json has it.
  const std::string old = R"({"w_bit": 3, "q_group_size": -1, "zero_point": false})";
  const LayerPrecision layer = import_precision(old, "q", opt()).map.at("layer8_mlp_fc1");
  EXPECT_EQ(layer.weight_bits, 3);
  EXPECT_EQ(layer.granularity, Granularity::channel);
  EXPECT_FALSE(layer.weight_affine);
}

struct Fault {
  const char* name;
  const char* text;
  const char* code;
  const char* says;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class FaultyFile : public testing::TestWithParam<Fault> {};

TEST_P(FaultyFile, IsRefused) {
  const base::Diagnostic found =
      refusal([&] { static_cast<void>(import_precision(GetParam().text, "f.json", opt())); });
  EXPECT_EQ(found.code, GetParam().code) << to_string(found);
  EXPECT_NE(to_string(found).find(GetParam().says), std::string::npos) << to_string(found);
  EXPECT_EQ(found.where.file, "f.json");
}

const char* const import_code = "io.precision-import";

INSTANTIATE_TEST_SUITE_P(
    Json, FaultyFile,
    testing::Values(
        Fault{"empty", "", import_code, "f.json:1:1"},
        Fault{"array", "[4]", import_code, "not an object"},
        Fault{"behind", "{\n} x", import_code, "f.json:2:3"},
        Fault{"comma", R"({"bits": 4,})", import_code, "'\"' is missing"},
        Fault{"twice", R"({"bits": 4, "bits": 3})", import_code, "'bits' is there twice"},
        Fault{"unended", "{\"bits\": \"4", import_code, "no end"},
        Fault{"escape", R"({"\x": 4})", import_code, "unknown escape"},
        Fault{"surrogate", R"({"\ud800": 4})", import_code, "surrogate"},
        Fault{"control", "{\"a\nb\": 4}", import_code, "control character"},
        Fault{"zeros", R"({"bits": 04})", import_code, "a value is missing"},
        Fault{"dot", R"({"bits": 4.})", import_code, "a value is missing"},
        Fault{"word", R"({"bits": nul})", import_code, "a value is missing"},
        Fault{"deep",
              "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
              import_code, "too deeply"}),
    [](const auto& instance) { return std::string(instance.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Rules, FaultyFile,
    testing::Values(
        Fault{"no_bits", R"({"group_size": 128})", import_code, "'bits' is missing"},
        Fault{"fraction", R"({"bits": 4.5})", import_code, "no whole number"},
        Fault{"text", R"({"bits": "4"})", import_code, "'bits' is not a whole number"},
        Fault{"one_bit", R"({"bits": 1})", "precision.bits", "2 to 16"},
        Fault{"group", R"({"bits": 4, "group_size": 0})", import_code, "'group_size' is 0"},
        Fault{"sym", R"({"bits": 4, "sym": 1})", import_code, "true or false"},
        Fault{"method", R"({"bits": 4, "quant_method": "bitsandbytes"})", import_code,
              "'bitsandbytes'"},
        Fault{"expression", "{\"bits\": 4,\n \"dynamic\": {\"a(b\": {}}}", import_code,
              "f.json:2:"},
        Fault{"back_reference", R"({"bits": 4, "dynamic": {"(a)\\1": {}}})", import_code,
              "not understood"},
        Fault{"look_behind", R"({"bits": 4, "dynamic": {"(?<=a)b": {}}})", import_code,
              "not understood"},
        Fault{"large", R"({"bits": 4, "dynamic": {"((a{99}){99}){99}": {}}})", import_code,
              "too large"},
        Fault{"none", R"({"bits": 4, "dynamic": {"-:.*": {}}})", import_code, "quantises no layer"},
        Fault{"rule", R"({"bits": 4, "dynamic": {".*": 3}})", import_code, "not an object"},
        Fault{"awq", R"({"w_bit": 4, "zero_point": true})", import_code, "'group_size' is missing"},
        Fault{"floats",
              R"({"config_groups": {"g": {"targets": ["Linear"],
                  "weights": {"num_bits": 8, "type": "float"}}}})",
              import_code, "'type' is 'float'"},
        Fault{"block",
              R"({"config_groups": {"g": {"targets": ["Linear"],
                  "weights": {"num_bits": 8, "strategy": "block"}}}})",
              import_code, "strategy 'block'"},
        Fault{"no_size",
              R"({"config_groups": {"g": {"targets": ["Linear"],
                  "weights": {"num_bits": 8, "strategy": "group"}}}})",
              import_code, "'group_size' is missing"},
        Fault{"no_targets", R"({"config_groups": {"g": {}}})", import_code, "'targets'"},
        Fault{"activations",
              R"({"config_groups": {"g": {"targets": ["Linear"],
                  "input_activations": {"strategy": "group", "group_size": 4}}}})",
              import_code, "activations have the strategy 'group'"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(PrecisionImport, ExpressionsDoNotBacktrack) {
  // Takes 2^n steps with backtracking.
  precision::NetworkLayers network{"n", {{std::string(200, 'a'), 1, 1}, {"b", 1, 1}}, {}};
  const std::string text = R"({"bits": 4, "dynamic": {"-:(a+)+b": {}, "-:(a|aa)+$b": {}}})";
  EXPECT_EQ(import_precision(text, "f", network).map.layers.front().weight_bits, 4);
}

TEST(PrecisionImport, EscapesAreRead) {
  precision::NetworkLayers network{"n", {{"\xc3\xa9\xf0\x9f\x98\x80/", 1, 1}, {"b", 1, 1}}, {}};
  const std::string text = R"({"bits": 4, "dynamic": {"+:\u00e9\ud83d\ude00\/": {"bits": 2}}})";
  EXPECT_EQ(import_precision(text, "f", network).map.layers.front().weight_bits, 2);
}

/// A Conv with quantised input and weight of two channels, and a MatMul in floating point.
test::OnnxModel quantised_model() {
  using test::Message;
  constexpr int uint8 = 2;
  constexpr int int8 = 3;
  const auto bytes = [](const std::string& name, const std::vector<std::size_t>& dims, int type,
                        const std::string& data) {
    return test::onnx_header(name, dims, type).text(9, data);
  };
  test::OnnxModel model;
  model.initialisers = {test::onnx_tensor("sx", {}, {0.5F}),
                        bytes("zx", {}, uint8, std::string(1, '\0')),
                        test::onnx_tensor("sw", {2}, {0.25F, 0.5F}),
                        bytes("zw", {2}, int8, std::string(2, '\0')),
                        bytes("w", {2, 1, 1, 2}, int8, "\x01\x02\x03\xff"),
                        test::onnx_tensor("m", {4, 3}, std::vector<float>(12, 1.0F)),
                        test::onnx_tensor("shape", std::vector<std::int64_t>{1, 4})};
  model.nodes = {test::onnx_node("QuantizeLinear", "q", {"x", "sx", "zx"}, {"xq"}),
                 test::onnx_node("DequantizeLinear", "d", {"xq", "sx", "zx"}, {"xd"}),
                 test::onnx_node("DequantizeLinear", "dw", {"w", "sw", "zw"}, {"wd"},
                                 {Message().text(1, "axis").integer(3, 0).integer(20, 2)}),
                 test::onnx_node("Conv", "conv", {"xd", "wd"}, {"y"}),
                 test::onnx_node("Reshape", "flat", {"y", "shape"}, {"f"}),
                 test::onnx_node("MatMul", "fc", {"f", "m"}, {"out"})};
  model.inputs = {test::onnx_value("x", {"1", "1", "2", "2"})};
  model.outputs = {test::onnx_value("out", {"1", "3"})};
  return model;
}

TEST(PrecisionImport, ReadsQuantisedOnnxModels) {
  const test::ScratchFolder folder;
  const std::string file = (folder / "m.onnx").string();
  base::write_file(file, quantised_model().bytes());
  const workload::OperatorGraph graph = read_onnx(file);
  // 1.3 / 0.5 is 2.6, code 3: 1.5; -1 is clipped to 0.
  const workload::Tensor x({1, 1, 2, 2}, std::vector<float>{1.3F, -1.0F, 0.75F, 200.0F});
  const std::vector<float> y =
      std::get<std::vector<float>>(workload::run(graph, {x}).front().values);
  // Rows (1.5, 0) and (1, 127.5); channels (0.25, 0.5) and (1.5, -0.5).
  const float sum = 0.375F + (0.25F + 63.75F) + 2.25F + (1.5F - 63.75F);
  EXPECT_EQ(y, std::vector<float>(3, sum));
  const ImportedPrecision imported = import_precision(graph);
  const LayerPrecision& conv = imported.map.at("conv");
  EXPECT_EQ(conv.weight_bits, 8);
  EXPECT_EQ(conv.granularity, Granularity::channel);
  EXPECT_FALSE(conv.weight_affine);
  EXPECT_EQ(conv.activation_bits, 8);
  EXPECT_EQ(conv.activation_form, ActivationForm::not_negative);
  EXPECT_TRUE(in_floating_point(imported.map.at("fc")));
  // Rounding is no work of its own.
  EXPECT_EQ(workload::to_workload(graph).operations.size(), 2U);
  test::OnnxModel plain = quantised_model();
  plain.nodes.erase(plain.nodes.begin(), plain.nodes.begin() + 5);
  plain.inputs = {test::onnx_value("f", {"1", "4"})};
  base::write_file(file, plain.bytes());
  EXPECT_EQ(refusal([&] { static_cast<void>(import_precision(read_onnx(file))); }).code,
            "io.precision-import");
}

TEST(PrecisionExport, LlamaTensorTypesFitOneTensorEach) {
  precision::PrecisionMap map = precision::uniform(opt(), 4, 8);
  std::erase_if(map.layers, [](const LayerPrecision& layer) {
    return layer.layer.find("attention") == std::string::npos &&
           layer.layer.find("mlp") == std::string::npos;
  });
  const std::vector<std::pair<int, std::string>> types{{2, "q2_k"}, {3, "q3_k"}, {5, "q5_k"},
                                                       {6, "q6_k"}, {7, "q8_0"}, {8, "q8_0"},
                                                       {9, "f16"},  {16, "f16"}};
  for (std::size_t k = 0; k < types.size(); ++k) map.layers[k].weight_bits = types[k].first;
  const LlamaTensorTypes made = to_llama_tensor_types(map);
  EXPECT_EQ(made.default_type, "Q4_K");
  std::istringstream lines(made.file);
  std::vector<std::pair<std::regex, std::string>> rules;
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    rules.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  ASSERT_EQ(rules.size(), map.layers.size());
  EXPECT_EQ(made.file.substr(0, made.file.find('\n')), "^blk\\.0\\.attn_q\\.weight$=q2_k");
  for (std::size_t k = 0; k < types.size(); ++k) EXPECT_EQ(rules[k].second, types[k].second);
  for (const char* tensor :
       {"blk.1.ffn_up.weight", "blk.11.ffn_down.weight", "blk.0.attn_output.weight"}) {
    EXPECT_EQ(
        std::count_if(rules.begin(), rules.end(),
                      [&](const auto& rule) { return std::regex_search(tensor, rule.first); }),
        1)
        << tensor;
  }
  EXPECT_EQ(refusal([] {
              static_cast<void>(to_llama_tensor_types(precision::uniform(network::lenet5(), 4, 8)));
            }).code,
            "io.precision-export");
  EXPECT_EQ(refusal([] { static_cast<void>(to_llama_tensor_types({})); }).code,
            "io.precision-export");
}

TEST(PrecisionExport, GptqmodelReadsBack) {
  precision::PrecisionMap map = import_file("gptqmodel.json").map;
  const precision::PrecisionMap back = import_precision(to_gptqmodel(map), "back.json", opt()).map;
  ASSERT_EQ(back.layers.size(), map.layers.size());
  for (const LayerPrecision& layer : map.layers) EXPECT_EQ(back.at(layer.layer), layer);
  // Rounded upwards: 5 bits become 8, 9 stay in floating point.
  map.layers[5].weight_bits = 5;
  map.layers[6].weight_bits = 9;
  map.layers[7].group_size = 100;
  const precision::PrecisionMap rounded =
      import_precision(to_gptqmodel(map), "back.json", opt()).map;
  EXPECT_EQ(rounded.layers[5].weight_bits, 8);
  EXPECT_EQ(rounded.layers[6].weight_bits, 16);
  EXPECT_EQ(rounded.layers[7].group_size, 64U);
  EXPECT_EQ(refusal([] { static_cast<void>(to_gptqmodel({})); }).code, "io.precision-export");
}

TEST(PrecisionMapFile, EarlierFilesStillDecode) {
  const std::string file = std::string(NEUCASL_TEST_DATA) + "/io/golden/precision_map_v1.pmap.json";
  const precision::PrecisionMap map = decode_precision_map(base::read_file(file), file);
  EXPECT_EQ(map.method, "by hand");
  EXPECT_EQ(map.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(map.at("fc1").weight_bits, 4);
  EXPECT_EQ(map.at("conv2").weight_bits, 6);
  EXPECT_EQ(map.at("fc1").activation_form, ActivationForm::not_negative);
  EXPECT_EQ(map.at("fc1").granularity, Granularity::tensor);
  EXPECT_NO_THROW(map.check(network::lenet5()));
  // What it does not say is not written either.
  const std::string again = encode_json(map);
  EXPECT_EQ(again.find("structure"), std::string::npos);
  EXPECT_EQ(decode_precision_map(again, file), map);
}

TEST(PrecisionMapFile, KeepsAllOfALayer) {
  precision::PrecisionMap map = precision::uniform(network::lenet5(), 4, 8);
  map.calibration = "0123abcd";
  map.tool = "neucasl 1";
  LayerPrecision& layer = map.layers[2];
  layer.weight_affine = true;
  layer.granularity = Granularity::group;
  layer.group_size = 32;
  layer.activation_form = ActivationForm::affine;
  layer.sensitivities = {{"tdmpq/fisher-dq", {{2, 0.1}, {10, 1e-300}}}, {"cmpq/fp-vs-quant", {}}};
  layer.analog = precision::AnalogPlan{8, 2, 22, 9};
  map.fallback = layer;
  map.fallback->layer.clear();
  const std::string text = encode_json(map);
  EXPECT_EQ(decode_precision_map(text, "p"), map);
  EXPECT_EQ(encode_json(decode_precision_map(text, "p")), text);
  EXPECT_EQ(refusal([] {
              static_cast<void>(
                  decode_precision_map(R"({"layers": [{"layer": "a", "granularity": 7}]})", "p"));
            }).code,
            "io.precision-map");
}

}  // namespace
}  // namespace neucasl::io
