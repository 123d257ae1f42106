#include <iostream>

#include "front_end_input.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/precision/module_names.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

constexpr const char* convention = "1 multiply-accumulate = 2 operations";

std::string cell_of(const results::Column& column, std::size_t row, bool json) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return json ? json_quoted(texts->at(row)) : texts->at(row);
  }
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    return json ? json_number(numbers->at(row))
                : base::to_engineering({numbers->at(row), column.dimension});
  }
  return std::to_string(std::get<std::vector<std::int64_t>>(column.values).at(row));
}

std::string key_of(const results::Column& column) {
  if (column.dimension == base::dimension::energy) return column.name + "_J";
  if (column.dimension == base::dimension::time) return column.name + "_s";
  if (column.dimension == base::dimension::area) return column.name + "_m2";
  if (column.dimension == base::dimension::power) return column.name + "_W";
  return column.name;
}

std::string json_rows(const results::Table& table) {
  std::vector<std::string> rows;
  rows.reserve(table.rows());
  for (std::size_t r = 0; r < table.rows(); ++r) {
    JsonObject row;
    for (const results::Column& column : table.columns) {
      row.add(key_of(column), cell_of(column, r, true));
    }
    rows.push_back(row.str());
  }
  return json_list(rows);
}

std::string json_of(const plugin::Estimate& estimate, const plugin::SystemRequest& request,
                    const std::string& estimator) {
  JsonObject object;
  object.text("architecture", request.architecture.id).text("network", request.workload.name);
  object.text("phase", std::string(to_string(request.phase)));
  object.text("estimator", estimator).text("operation_convention", convention);
  JsonObject methods;
  for (const results::Figure& figure : estimate.figures) {
    object.number(figure.key, figure.value);
    methods.text(figure.key, figure.method);
  }
  JsonObject breakdowns;
  for (const results::Table& table : estimate.tables) {
    breakdowns.add(table.name, json_rows(table));
  }
  object.add("breakdowns", breakdowns.str()).add("methods", methods.str());
  std::vector<std::string> inputs;
  for (const std::string& line : estimate.uses.lines()) inputs.push_back(json_quoted(line));
  return object.add("inputs", json_list(inputs)).str() + '\n';
}

void print_breakdown(const results::Table& table) {
  if (table.rows() == 0) return;
  std::vector<std::vector<std::string>> rows(1);
  for (const results::Column& column : table.columns) rows[0].push_back(column.name);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    std::vector<std::string> row;
    row.reserve(table.columns.size());
    for (const results::Column& column : table.columns) row.push_back(cell_of(column, r, false));
    rows.push_back(std::move(row));
  }
  std::cout << '\n' << table.title << '\n';
  print_columns(rows);
}

void print_text(const plugin::Estimate& estimate) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(estimate.figures.size());
  for (const results::Figure& figure : estimate.figures) {
    rows.push_back({figure.label, figure_text(figure)});
  }
  print_columns(rows);
  for (const results::Table& table : estimate.tables) print_breakdown(table);
  std::cout << '\n' << convention << '\n';
}

std::string required(const Parsed& parsed, const std::string& option, const std::string& example) {
  if (parsed.has(option)) return parsed.text(option);
  throw base::Error("cli.usage", "neucasl estimate: the option --" + option + " is missing",
                    "give " + example);
}

plugin::SystemPhase phase_of(const Parsed& parsed) {
  const std::string& name = parsed.text("phase");
  for (const auto phase : {plugin::SystemPhase::inference, plugin::SystemPhase::training}) {
    if (to_string(phase) == name) return phase;
  }
  throw base::Error("cli.usage", "'" + name + "' is no phase",
                    base::suggest(name, {"inference", "training"}));
}

/// The map of a file, or the same bits for all operations; nothing when none are given.
std::optional<precision::PrecisionMap> precision_of(const Parsed& parsed,
                                                    const architecture::Architecture& architecture,
                                                    const workload::Workload& workload) {
  const bool uniform = parsed.has("weight-bits") || parsed.has("activation-bits");
  if (parsed.has("precision")) {
    if (uniform) {
      throw base::Error("cli.usage", "--precision goes without --weight-bits and --activation-bits",
                        "give a map or the same bits for all layers");
    }
    const std::string& file = parsed.text("precision");
    return precision::with_names_of(io::decode_precision_map(base::read_file(file), file),
                                    precision::layers_of(workload));
  }
  if (!uniform) return std::nullopt;
  precision::PrecisionMap map;
  map.network = workload.name;
  map.method = "uniform";
  map.fallback.emplace();
  map.fallback->weight_bits = architecture.weight_bits;
  map.fallback->activation_bits = architecture.activation_bits;
  if (parsed.has("weight-bits")) map.fallback->weight_bits = parsed.get<int>("weight-bits");
  if (parsed.has("activation-bits")) {
    map.fallback->activation_bits = parsed.get<int>("activation-bits");
  }
  return map;
}

void add_request_options(options::options_description& description) {
  description.add_options()("phase", options::value<std::string>()->default_value("inference"),
                            "inference, training")(
      "batch", options::value<std::size_t>(), "training: samples between updates of the weights")(
      "epoch-samples", options::value<std::size_t>(), "training: samples of an epoch")(
      "precision", options::value<std::string>(), "a precision map, FILE.pmap.json")(
      "weight-bits", options::value<int>(), "bits of all weights")(
      "activation-bits", options::value<int>(), "bits of the inputs of all matrix operations");
}

std::size_t training_option(const Parsed& parsed, const char* name, plugin::SystemPhase phase,
                            std::size_t missing) {
  if (!parsed.has(name)) return missing;
  if (phase != plugin::SystemPhase::training) {
    throw base::Error("cli.usage", std::string("--") + name + " is for training",
                      "add --phase training");
  }
  return parsed.get<std::size_t>(name);
}

void write_estimate(const plugin::Estimate& estimate, const plugin::SystemRequest& request,
                    const std::string& estimator, const Parsed& parsed, FrontEndCall& call) {
  const std::string json = json_of(estimate, request, estimator);
  if (call.folder() != nullptr) {
    for (const results::Table& table : estimate.tables) call.folder()->write(table);
    call.folder()->write("results.json", json);
  }
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_text(estimate);
  }
}

options::options_description estimate_options() {
  options::options_description description;
  description.add_options()("architecture", options::value<std::string>(),
                            "id of an architecture, or a file")(
      "network", options::value<std::string>(), "a built-in network, or an ONNX file")(
      "chips", options::value<std::size_t>(), "number of chips, in place of the architecture's")(
      "estimator", options::value<std::string>()->default_value("performance"), "estimator plugin");
  add_request_options(description);
  add_workload_options(description);
  add_front_end_options(description);
  return description;
}

}  // namespace

int estimate_system(Session& session, const Arguments& arguments) {
  const Parsed parsed("estimate", estimate_options(), {}, arguments);
  const std::string name = required(parsed, "architecture", "an id, such as isaac_ce, or a file");
  const workload::Workload workload =
      workload_from(parsed, required(parsed, "network", "a name, such as vgg8, or FILE.onnx"));
  architecture::Architecture architecture =
      architecture::load_architecture(name, session.installation.device_folders);
  if (parsed.has("chips")) architecture::set_chips(architecture, parsed.get<std::size_t>("chips"));
  const std::string& estimator_name = parsed.text("estimator");
  const plugin::Manifest manifest =
      session.host->find(estimator_name, plugin::PluginKind::performance_estimator);
  const plugin::ParameterSet parameters =
      set_parameters(parsed, manifest.parameters, "estimator '" + estimator_name + "'");
  const auto estimator = session.host->make_performance_estimator(manifest);
  FrontEndCall call(session, parsed);
  const std::optional<precision::PrecisionMap> map = precision_of(parsed, architecture, workload);
  const plugin::SystemPhase phase = phase_of(parsed);
  const plugin::SystemRequest request{
      .architecture = architecture,
      .workload = workload,
      .phase = phase,
      .batch = training_option(parsed, "batch", phase, 1),
      .epoch_samples = training_option(parsed, "epoch-samples", phase, 0),
      .precision = map ? &*map : nullptr};
  const plugin::Estimate estimate =
      plugin::system_estimator(*estimator).estimate_system(request, parameters, call.context());
  write_estimate(estimate, request, estimator_name, parsed, call);
  return done;
}

}  // namespace neucasl::cli
