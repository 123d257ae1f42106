#include <charconv>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "command.hpp"
#include "json_text.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/workload/topologies.hpp"

namespace neucasl::cli {
namespace {

constexpr const char* command_words = "workload show";

[[noreturn]] void usage_fault(const std::string& what, const std::string& remedy) {
  throw base::Error("cli.usage", std::string("neucasl ") + command_words + ": " + what, remedy);
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

std::string input_name(const workload::Workload& workload, workload::OperationId id) {
  return id == workload::workload_input ? "input" : workload.operations[id].name;
}

void print_json(const workload::Workload& workload) {
  std::vector<std::string> operations;
  operations.reserve(workload.operations.size());
  for (const workload::Operation& one : workload.operations) {
    JsonObject object;
    object.text("name", one.name).text("kind", std::string(to_string(one.kind)));
    std::vector<std::string> inputs;
    inputs.reserve(one.inputs.size());
    for (const workload::OperationId id : one.inputs) {
      inputs.push_back(json_quoted(input_name(workload, id)));
    }
    object.add("inputs", json_list(inputs));
    if (one.product.count > 0) {
      JsonObject product;
      product.number("count", static_cast<double>(one.product.count))
          .number("positions", static_cast<double>(one.product.positions))
          .number("depth", static_cast<double>(one.product.depth))
          .number("outputs", static_cast<double>(one.product.outputs))
          .add("stationary", one.product.stationary ? "true" : "false");
      object.add("product", product.str());
    }
    object.number("multiply_accumulates", one.product.multiply_accumulates())
        .number("parameters", static_cast<double>(one.product.weights() + one.other_parameters))
        .number("input_elements", static_cast<double>(one.input_elements))
        .number("output_elements", static_cast<double>(one.output_elements));
    operations.push_back(object.str());
  }
  JsonObject all;
  all.text("name", workload.name)
      .number("input_elements", static_cast<double>(workload.input_elements))
      .add("operations", json_list(operations))
      .number("multiply_accumulates", workload.multiply_accumulates())
      .number("weights", static_cast<double>(workload.weights()))
      .number("parameters", static_cast<double>(workload.parameters()));
  std::cout << all.str() << '\n';
}

std::string whole(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(0) << value;
  return text.str();
}

/// "2 x (784 x 25)(25 x 6)"; "*" behind a matrix that is computed from the sample.
std::string product_text(const workload::MatrixProduct& product) {
  if (product.count == 0) return "-";
  std::string text = product.count == 1 ? "" : std::to_string(product.count) + " x ";
  text += '(' + std::to_string(product.positions) + " x " + std::to_string(product.depth) + ")(" +
          std::to_string(product.depth) + " x " + std::to_string(product.outputs) + ')';
  return product.stationary ? text : text + '*';
}

void print_text(const workload::Workload& workload) {
  std::vector<std::vector<std::string>> rows{
      {"operation", "kind", "product", "multiply-accumulates", "parameters", "outputs"}};
  for (const workload::Operation& one : workload.operations) {
    rows.push_back({one.name, std::string(to_string(one.kind)), product_text(one.product),
                    whole(one.product.multiply_accumulates()),
                    std::to_string(one.product.weights() + one.other_parameters),
                    std::to_string(one.output_elements)});
  }
  print_columns(rows);
  std::cout << '\n';
  print_columns({{"network", workload.name},
                 {"operations", std::to_string(workload.operations.size())},
                 {"input elements", std::to_string(workload.input_elements)},
                 {"multiply-accumulates", whole(workload.multiply_accumulates())},
                 {"weights", std::to_string(workload.weights())},
                 {"parameters", std::to_string(workload.parameters())}});
}

}  // namespace

int show_workload(Session& /*session*/, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("input", options::value<std::string>(),
                            "input image, HEIGHTxWIDTHxCHANNELS")(
      "classes", options::value<std::string>(), "outputs of an image network")(
      "sequence", options::value<std::string>(), "tokens that a transformer computes")(
      "cached", options::value<std::string>(), "tokens that a decoder keeps from before")(
      "fold-normalisation", options::bool_switch(),
      "batch normalisation as part of the convolutions")(
      "dimension", options::value<std::vector<std::string>>(),
      "NAME=SIZE: a dimension that the file leaves open");
  const Parsed parsed(command_words, description, {"NETWORK"}, arguments);
  const std::string& network = parsed.text("NETWORK");
  const workload::Workload workload = std::filesystem::path(network).extension() == ".onnx"
                                          ? from_file(parsed, network)
                                          : from_name(parsed, network);
  if (parsed.json()) {
    print_json(workload);
  } else {
    print_text(workload);
  }
  return done;
}

}  // namespace neucasl::cli
