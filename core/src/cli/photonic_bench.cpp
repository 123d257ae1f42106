#include "photonic_bench.hpp"

#include <algorithm>
#include <iostream>
#include <thread>

#include "console.hpp"
#include "json_text.hpp"
#include "neucasl/io/design_file.hpp"

namespace neucasl::cli {

options::typed_value<Texts>* text_list() { return options::value<Texts>()->composing(); }

Texts texts_of(const Parsed& parsed, const std::string& option) {
  return parsed.has(option) ? parsed.get<Texts>(option) : Texts{};
}

void add_network_options(options::options_description& description) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  add_format(description);
  description.add_options()("temperature", options::value<std::string>(), "in K; default 300 K")(
      "wavelength", text_list(), "of an optical carrier; default: those of the lasers")(
      "simulator", options::value<std::string>()->default_value("scattering"), "plugin")(
      "jobs", options::value<int>()->default_value(cores), "threads")(
      "set", text_list(), "TARGET=VALUE: a source, passive or device.parameter");
}

PhotonicBench::PhotonicBench(Session& session, const Parsed& parsed)
    : cards_(session.installation.device_folders) {
  const std::string& name = parsed.text("simulator");
  simulator_ = session.host->make_circuit_simulator(
      session.host->find(name, plugin::PluginKind::circuit_simulator));
  if (simulator_->photonic_solver() == nullptr) {
    throw base::Error("cli.usage", "plugin '" + name + "' has no solver of photonic networks",
                      "use --simulator scattering");
  }
  context_.diagnostics = session.sink;
  context_.cancel = session.cancel;
  context_.scratch_folder = scratch_.path();
  context_.devices = &cards_;
  context_.models = &session.host->models();
  context_.threads = parsed.get<int>("jobs");
  if (context_.threads < 1 || context_.threads > 1024) {
    throw base::Error("cli.usage", "--jobs is out of range", "give 1 to 1024");
  }
  circuit::LoweringOptions lowering;
  if (parsed.has("temperature")) {
    lowering.temperature = temperature_of(parsed.text("temperature"));
  }
  for (const std::string& text : texts_of(parsed, "wavelength")) {
    lowering.carriers.push_back(
        base::parse_si(text, base::dimension::length, {"--wavelength", 0, 0}));
  }
  const ir::Design design = io::read_design(parsed.text("FILE"));
  circuit_ = circuit::lower(ir::flatten(design), session.host->models(), cards_, lowering);
  for (const std::string& text : texts_of(parsed, "set")) set(text);
}

double PhotonicBench::value_of(const std::string& target, const std::string& text,
                               const std::string& option) const {
  const base::Location where{option, 0, 0};
  const base::Quantity quantity = base::parse_quantity(text, where);
  if (quantity.dimension.dimensionless()) return quantity.value;
  return base::parse_si(text, circuit_.dimension_of(target), where);
}

void PhotonicBench::set(const std::string& text) {
  const std::size_t equal = text.find('=');
  if (equal == std::string::npos) {
    throw base::Error("cli.usage", "'" + text + "' sets nothing", "write TARGET=VALUE",
                      {"--set", 0, 0});
  }
  const std::string target = text.substr(0, equal);
  circuit_.set(target, value_of(target, text.substr(equal + 1), "--set"));
}

void print_table(const results::Table& table) {
  std::vector<std::vector<std::string>> rows(table.rows() + 1);
  for (const results::Column& column : table.columns) {
    rows[0].push_back(column.name);
    for (std::size_t k = 0; k < column.size(); ++k) {
      if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
        rows[k + 1].push_back(base::to_engineering({(*numbers)[k], column.dimension}, 6));
      } else if (const auto* texts = std::get_if<Texts>(&column.values)) {
        rows[k + 1].push_back((*texts)[k]);
      }
    }
  }
  std::cout << table.title << '\n';
  print_columns(rows);
}

std::string table_json(const results::Table& table) {
  JsonObject object;
  for (const results::Column& column : table.columns) {
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
      object.add(column.name, json_array(*numbers));
    } else if (const auto* texts = std::get_if<Texts>(&column.values)) {
      Texts quoted;
      for (const std::string& text : *texts) quoted.push_back(json_quoted(text));
      object.add(column.name, json_list(quoted));
    }
  }
  return object.str();
}

}  // namespace neucasl::cli
