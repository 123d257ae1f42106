#include <filesystem>
#include <iostream>

#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/io/precision_exchange.hpp"
#include "neucasl/precision/module_names.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

using precision::LayerPrecision;
using precision::PrecisionMap;

void require_option(const Parsed& parsed, const std::string& command, const char* option,
                    const char* example) {
  if (parsed.has(option)) return;
  throw base::Error("cli.usage", "neucasl " + command + ": the option --" + option + " is missing",
                    std::string("give ") + example);
}

std::string granularity_text(const LayerPrecision& layer) {
  std::string text(to_string(layer.granularity));
  if (layer.granularity == precision::Granularity::group) {
    text += ' ' + std::to_string(layer.group_size);
  }
  return text;
}

std::vector<std::string> row_of(const LayerPrecision& layer, const std::string& name) {
  return {name,
          std::to_string(layer.weight_bits),
          layer.weight_affine ? "affine" : "symmetric",
          granularity_text(layer),
          std::to_string(layer.activation_bits),
          std::string(to_string(layer.activation_form)),
          layer.analog ? std::to_string(layer.analog->arrays) : "-"};
}

void print_map(const PrecisionMap& map) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "weight bits", "weights", "scale of", "input bits", "inputs", "arrays"}};
  for (const LayerPrecision& layer : map.layers) rows.push_back(row_of(layer, layer.layer));
  if (map.fallback) rows.push_back(row_of(*map.fallback, "(others)"));
  print_columns(rows);
  std::cout << '\n';
  rows = {{"network", map.network}, {"method", map.method}};
  const auto add = [&](const char* label, const std::string& value) {
    if (!value.empty()) rows.push_back({label, value});
  };
  add("variant", map.variant);
  if (map.seed != 0) add("seed", std::to_string(map.seed));
  add("calibration", map.calibration);
  add("structure", map.structure);
  add("tool", map.tool);
  print_columns(rows);
}

/// Mean over all weights; the bits of scales are left out.
double average_bits(const PrecisionMap& map, const precision::NetworkLayers& network) {
  double bits = 0.0;
  double weights = 0.0;
  for (const precision::NetworkLayers::Layer& layer : network.layers) {
    const double size = static_cast<double>(layer.depth) * static_cast<double>(layer.outputs);
    bits += size * map.at(layer.name).weight_bits;
    weights += size;
  }
  return bits / weights;
}

PrecisionMap read_map(const std::string& file) {
  return io::decode_precision_map(base::read_file(file), file);
}

bool is_onnx(const std::string& file) { return std::filesystem::path(file).extension() == ".onnx"; }

io::ImportedPrecision import_file(const Parsed& parsed) {
  const std::string& file = parsed.text("FILE");
  if (is_onnx(file)) {
    if (parsed.has("network")) {
      throw base::Error("cli.usage", "--network goes without an ONNX file, which is the network",
                        "leave it out");
    }
    workload::OperatorGraph graph = io::read_onnx(file);
    if (graph.name.empty()) graph.name = std::filesystem::path(file).stem().string();
    return io::import_precision(graph);
  }
  require_option(parsed, "precision import", "network",
                 "a built-in network, such as opt_125m, or FILE.onnx");
  const auto network = precision::layers_of(workload_from(parsed, parsed.text("network")));
  return io::import_precision(base::read_file(file), file, network);
}

}  // namespace

int import_precision_map(Session& /*session*/, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("network", options::value<std::string>(),
                            "a built-in network, or an ONNX file")(
      "out", options::value<std::string>(), "file of the map, *.pmap.json");
  add_workload_options(description);
  add_format(description);
  const Parsed parsed("precision import", description, {"FILE"}, arguments);
  io::ImportedPrecision imported = import_file(parsed);
  imported.map.tool = "neucasl " + flow::version();
  const std::string json = io::encode_json(imported.map);
  if (parsed.has("out")) base::write_file(parsed.text("out"), json);
  if (parsed.json()) {
    std::cout << json;
    return done;
  }
  print_map(imported.map);
  for (const std::string& rule : imported.unmatched) {
    std::cout << "no layer fits the rule '" << rule << "'\n";
  }
  return done;
}

int export_precision_map(Session& /*session*/, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("to", options::value<std::string>(), "llama.cpp, gptqmodel")(
      "out", options::value<std::string>(), "file to write; without it, on the terminal");
  const Parsed parsed("precision export", description, {"MAP"}, arguments);
  require_option(parsed, "precision export", "to", "llama.cpp or gptqmodel");
  const std::string& format = parsed.text("to");
  const PrecisionMap map = read_map(parsed.text("MAP"));
  std::string text;
  std::string use;
  if (format == "llama.cpp") {
    const io::LlamaTensorTypes types = io::to_llama_tensor_types(map);
    text = types.file;
    use = types.default_type;
  } else if (format == "gptqmodel") {
    text = io::to_gptqmodel(map);
  } else {
    throw base::Error("cli.usage", "'" + format + "' is no format of precision maps",
                      base::suggest(format, {"llama.cpp", "gptqmodel"}));
  }
  if (!parsed.has("out")) {
    std::cout << text;
    return done;
  }
  base::write_file(parsed.text("out"), text);
  if (!use.empty()) {
    std::cout << "llama-quantize --tensor-type-file " << parsed.text("out")
              << " MODEL.gguf QUANTISED.gguf " << use << '\n';
  }
  return done;
}

int show_precision_map(Session& /*session*/, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("network", options::value<std::string>(),
                            "check the map against a built-in network, or an ONNX file");
  add_workload_options(description);
  add_format(description);
  const Parsed parsed("precision show", description, {"MAP"}, arguments);
  PrecisionMap map = read_map(parsed.text("MAP"));
  std::optional<double> bits;
  if (parsed.has("network")) {
    const auto network = precision::layers_of(workload_from(parsed, parsed.text("network")));
    map = precision::with_names_of(std::move(map), network);
    map.check(network);
    bits = average_bits(map, network);
  }
  if (parsed.json()) {
    std::cout << io::encode_json(map);
    return done;
  }
  print_map(map);
  if (bits) {
    print_columns({{"average weight bits", base::shortest(*bits)},
                   {"compression against FP16", base::shortest(16.0 / *bits)}});
  }
  return done;
}

}  // namespace neucasl::cli
