#include <iomanip>
#include <iostream>
#include <sstream>

#include "command.hpp"
#include "json_text.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

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
  add_workload_options(description);
  const Parsed parsed("workload show", description, {"NETWORK"}, arguments);
  const workload::Workload workload = workload_from(parsed, parsed.text("NETWORK"));
  if (parsed.json()) {
    print_json(workload);
  } else {
    print_text(workload);
  }
  return done;
}

}  // namespace neucasl::cli
