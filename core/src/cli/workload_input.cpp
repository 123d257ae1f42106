#include "workload_input.hpp"

#include <charconv>
#include <filesystem>
#include <sstream>

#include "neucasl/base/file.hpp"
#include "neucasl/io/checkpoint.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/workload/topologies.hpp"

namespace neucasl::cli {
namespace {

[[noreturn]] void usage_fault(const std::string& what, const std::string& remedy) {
  throw base::Error("cli.usage", what, remedy);
}

std::size_t size_of(const std::string& text, const std::string& option) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > workload::most_elements) {
    usage_fault("'" + text + "' is no size for " + option,
                "give a whole number from 0 to " + std::to_string(workload::most_elements));
  }
  return value;
}

/// "224x224x3"
network::Shape image_of(const std::string& text) {
  std::vector<std::size_t> sizes;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, 'x');) {
    sizes.push_back(size_of(part, "--input"));
  }
  if (sizes.size() != 3 || text.back() == 'x') {
    usage_fault("'" + text + "' is no input image", "give HEIGHTxWIDTHxCHANNELS");
  }
  return {sizes[0], sizes[1], sizes[2]};
}

void refuse(const Parsed& parsed, const std::vector<const char*>& names, const char* what,
            const char* remedy) {
  for (const char* name : names) {
    if (parsed.has(name)) usage_fault(std::string("--") + name + what, remedy);
  }
}

workload::Workload from_file(const Parsed& parsed, const std::string& file) {
  refuse(parsed, {"input", "classes", "sequence", "cached"}, " is for built-in networks",
         "give --dimension NAME=SIZE for dimensions that the file leaves open");
  if (parsed.get<bool>("fold-normalisation")) {
    usage_fault("--fold-normalisation is for built-in networks", "leave it out");
  }
  io::OnnxOptions options;
  if (parsed.has("dimension")) {
    for (const std::string& text : parsed.get<std::vector<std::string>>("dimension")) {
      const auto equals = text.rfind('=');
      if (equals == std::string::npos || equals == 0) {
        usage_fault("'" + text + "' is no dimension", "give NAME=SIZE, as --dimension batch=1");
      }
      options.dimensions[text.substr(0, equals)] = size_of(text.substr(equals + 1), "--dimension");
    }
  }
  workload::Workload workload = workload::to_workload(io::read_onnx(file, options));
  if (workload.name.empty()) workload.name = std::filesystem::path(file).stem().string();
  return workload;
}

/// The whole checkpoint is compared with its config.json, but no weight is read.
workload::Workload from_checkpoint(const Parsed& parsed, const std::string& folder) {
  refuse(parsed, {"input", "classes"}, " is for built-in networks", "give --sequence or --cached");
  refuse(parsed, {"dimension"}, " is for ONNX files", "give --sequence or --cached");
  if (parsed.get<bool>("fold-normalisation")) {
    usage_fault("--fold-normalisation is for image networks", "leave it out");
  }
  const auto tokens = [&](const char* name) {
    return parsed.has(name) ? size_of(parsed.text(name), std::string("--") + name) : 0;
  };
  if (parsed.has("sequence") && tokens("sequence") == 0) {
    usage_fault("--sequence is 0", "give at least 1 token");
  }
  const auto network = io::read_checkpoint(folder, tokens("sequence"));
  return transformer::to_workload(network->config(), network->sequence(), tokens("cached"));
}

workload::Workload from_name(const Parsed& parsed, const std::string& name) {
  refuse(parsed, {"dimension"}, " is for files", "give --input, --classes or --sequence");
  workload::TopologyOptions options;
  if (parsed.has("input")) options.input = image_of(parsed.text("input"));
  if (parsed.has("classes")) options.classes = size_of(parsed.text("classes"), "--classes");
  if (parsed.has("sequence")) options.sequence = size_of(parsed.text("sequence"), "--sequence");
  if (parsed.has("cached")) options.cached = size_of(parsed.text("cached"), "--cached");
  options.fold_batch_normalisation = parsed.get<bool>("fold-normalisation");
  return workload::named(name, options);
}

}  // namespace

void add_workload_options(options::options_description& description) {
  description.add_options()("input", options::value<std::string>(),
                            "input image, HEIGHTxWIDTHxCHANNELS")(
      "classes", options::value<std::string>(), "outputs of an image network")(
      "sequence", options::value<std::string>(), "tokens that a transformer computes")(
      "cached", options::value<std::string>(), "tokens that a decoder keeps from before")(
      "fold-normalisation", options::bool_switch(),
      "batch normalisation as part of the convolutions")(
      "dimension", options::value<std::vector<std::string>>(),
      "NAME=SIZE: a dimension that the file leaves open");
}

workload::Workload workload_named(const std::string& network, const base::Location& where) {
  const std::filesystem::path file = network;
  const std::string beside = base::beside(network, where);
  if (io::is_checkpoint(beside)) {
    const auto checkpoint = io::read_checkpoint(beside);
    return transformer::to_workload(checkpoint->config(), checkpoint->sequence());
  }
  if (file.extension() != ".onnx") {
    try {
      return workload::named(network);
    } catch (const base::Error& error) {
      base::Diagnostic diagnostic = error.diagnostic();
      diagnostic.where = where;
      throw base::Error(std::move(diagnostic));
    }
  }
  workload::Workload workload = workload::to_workload(io::read_onnx(beside, {}));
  if (workload.name.empty()) workload.name = file.stem().string();
  return workload;
}

workload::Workload workload_from(const Parsed& parsed, const std::string& network) {
  if (io::is_checkpoint(network)) return from_checkpoint(parsed, network);
  return std::filesystem::path(network).extension() == ".onnx" ? from_file(parsed, network)
                                                               : from_name(parsed, network);
}

}  // namespace neucasl::cli
