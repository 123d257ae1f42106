#include <cmath>
#include <iostream>

#include "command.hpp"
#include "json_text.hpp"
#include "model_devices.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

using Comparison = model::Characterization::Comparison;

std::string in_unit(double value, const base::Dimension& dimension) {
  return std::isnan(value) ? std::string("-") : base::to_engineering({value, dimension}, 4);
}

/// (model - published) / published, %; NaN when it has no meaning.
double difference(const Comparison& one) {
  if (std::isnan(one.published) || one.published == 0.0) return std::nan("");
  return 100.0 * (one.model - one.published) / std::abs(one.published);
}

results::Table table_of(const std::vector<Comparison>& comparisons) {
  std::vector<std::string> quantities, units, sources, notes;
  std::vector<double> models, published, differences;
  for (const Comparison& one : comparisons) {
    quantities.push_back(one.quantity);
    models.push_back(one.model);
    published.push_back(one.published);
    units.push_back(base::unit_symbol(one.dimension));
    differences.push_back(difference(one));
    sources.push_back(one.source);
    notes.push_back(one.note);
  }
  results::Table table;
  table.name = "comparison";
  table.add("quantity", quantities).add("model", models).add("published", published);
  table.add("unit", units).add("difference_percent", differences);
  return table.add("source", sources).add("note", notes);
}

results::Table table_of(const std::vector<model::OperationCost>& costs) {
  std::vector<std::string> operations, methods;
  std::vector<double> energies, times;
  for (const model::OperationCost& cost : costs) {
    operations.push_back(cost.operation);
    energies.push_back(cost.energy);
    times.push_back(cost.time);
    methods.push_back(cost.method);
  }
  results::Table table;
  table.name = "operation_costs";
  table.add("operation", operations).add("energy", energies, base::dimension::energy);
  return table.add("time", times, base::dimension::time).add("method", methods);
}

results::Table table_of(const device::UseList& uses) {
  std::vector<std::string> names, values, kinds, sources, places;
  for (const device::Use& use : uses.uses()) {
    names.push_back(use.name);
    values.push_back(use.value);
    kinds.emplace_back(device::to_string(use.kind));
    sources.push_back(use.source);
    places.push_back(use.place);
  }
  results::Table table;
  table.name = "numbers_used";
  table.add("name", names).add("value", values).add("kind", kinds);
  return table.add("source", sources).add("place", places);
}

/// Applies "name=value".
void apply_setting(const model::Specification& specification, const std::string& assignment,
                   std::vector<double>& parameters) {
  const base::Location where{"--set", 0, 0};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw base::Error("cli.usage", "'" + assignment + "' is no setting",
                      "write --set NAME=VALUE, with the unit", where);
  }
  model::set_parameter(specification, assignment.substr(0, equals),
                       base::parse_quantity(assignment.substr(equals + 1), where), parameters,
                       where);
}

void print_comparisons(const std::vector<Comparison>& comparisons) {
  if (comparisons.empty()) return;
  std::vector<std::vector<std::string>> rows{
      {"quantity", "model", "published", "difference", "source"}};
  for (const Comparison& one : comparisons) {
    const double percent = difference(one);
    rows.push_back(
        {one.quantity, in_unit(one.model, one.dimension), in_unit(one.published, one.dimension),
         std::isnan(percent) ? "-" : base::to_engineering({percent, {}}, 3) + " %", one.source});
  }
  print_columns(rows);
  for (const Comparison& one : comparisons) {
    if (!one.note.empty()) std::cout << "  " << one.quantity << ": " << one.note << '\n';
  }
}

void print_costs(const std::vector<model::OperationCost>& costs) {
  if (costs.empty()) return;
  std::vector<std::vector<std::string>> rows{{"operation", "energy", "time", "method"}};
  for (const model::OperationCost& cost : costs) {
    rows.push_back({cost.operation, in_unit(cost.energy, base::dimension::energy),
                    in_unit(cost.time, base::dimension::time), cost.method});
  }
  print_columns(rows);
}

std::string characterization_json(const std::string& card, const std::string& model_name,
                                  const std::vector<Comparison>& comparisons,
                                  const std::vector<model::OperationCost>& costs,
                                  const device::UseList& uses,
                                  const std::vector<std::string>& files) {
  std::vector<std::string> compared, costed, written;
  for (const Comparison& one : comparisons) {
    compared.push_back(JsonObject()
                           .text("quantity", one.quantity)
                           .number("model", one.model)
                           .number("published", one.published)
                           .text("unit", base::unit_symbol(one.dimension))
                           .number("difference_percent", difference(one))
                           .text("source", one.source)
                           .text("note", one.note)
                           .str());
  }
  for (const model::OperationCost& cost : costs) {
    costed.push_back(JsonObject()
                         .text("operation", cost.operation)
                         .number("energy", cost.energy)
                         .number("time", cost.time)
                         .text("method", cost.method)
                         .str());
  }
  for (const std::string& file : files) written.push_back(json_quoted(file));
  return JsonObject()
             .text("card", card)
             .text("model", model_name)
             .add("comparisons", json_list(compared))
             .add("operation_costs", json_list(costed))
             .number("card_numbers", static_cast<double>(uses.uses().size()))
             .number("assumed_share", uses.assumed_share())
             .add("files", json_list(written))
             .str() +
         '\n';
}

}  // namespace

int characterize_device(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("out", options::value<std::string>(), "folder for tables and charts")(
      "set", options::value<std::vector<std::string>>()->composing(), "parameter=value")(
      "temperature", options::value<std::string>()->default_value("300"), "in K");
  const Parsed parsed("devices characterize", description, {"ID"}, arguments);
  if (!parsed.has("out")) {
    throw base::Error("cli.usage", "neucasl devices characterize: the option --out is missing",
                      "give the output folder");
  }
  OutputFolder folder(parsed.text("out"));
  const device::Card card =
      device::Library(session.installation.device_folders).load(parsed.text("ID"));
  const device::Choice* choice = model_choice(card);
  if (!choice) {
    throw base::Error(
        "device.model", "card '" + card.id + "' names no device model",
        "characterise a card with the choice 'model'; neucasl devices list shows them", card.where);
  }
  const model::DeviceModel& device =
      *session.host->models().find(choice->value, choice->where).model;
  const model::Specification& specification = device.specification();
  device::UseList uses;
  std::vector<double> parameters = model::parameters_from(specification, card, uses);
  if (parsed.has("set")) {
    for (const std::string& assignment : parsed.get<std::vector<std::string>>("set")) {
      apply_setting(specification, assignment, parameters);
    }
  }
  model::Environment environment;
  environment.temperature = temperature_of(parsed.text("temperature"));
  const model::Characterization curves =
      device.characterize(parameters, environment, model::published_figures(card));
  const std::vector<model::OperationCost> costs = device.costs(parameters, environment);

  for (const results::Table& table : curves.tables) folder.write(table);
  for (const auto& [name, chart] : curves.charts) {
    folder.write(name + ".svg", results::render_svg(chart));
  }
  if (!curves.comparisons.empty()) folder.write(table_of(curves.comparisons));
  if (!costs.empty()) folder.write(table_of(costs));
  folder.write(table_of(uses));
  const std::string json = characterization_json(card.id, specification.name, curves.comparisons,
                                                 costs, uses, folder.files());
  folder.write("results.json", json);
  if (parsed.json()) {
    std::cout << json;
    return done;
  }
  std::cout << card.id << ": " << specification.title << " (" << specification.name << ")\n";
  print_comparisons(curves.comparisons);
  print_costs(costs);
  std::cout << uses.uses().size() << " numbers of the card, "
            << base::to_engineering({100.0 * uses.assumed_share(), {}}, 3) << " % assumed\n"
            << "Results: " << parsed.text("out") << ", " << folder.files().size() << " files\n";
  return done;
}

namespace {

std::string terminals_of(const model::Specification& specification) {
  std::string text;
  for (const model::Terminal& terminal : specification.terminals) {
    text += (text.empty() ? "" : " ") + terminal.name;
    if (terminal.discipline != ir::Discipline::electrical) {
      text += '(' + std::string(ir::to_string(terminal.discipline)) + ')';
    }
  }
  return text;
}

int show_model(Session& session, const std::string& name) {
  const model::Specification& specification =
      session.host->models().find(name).model->specification();
  std::cout << specification.name << " (" << specification.family << "): " << specification.title
            << "\nterminals: " << terminals_of(specification) << '\n';
  for (const model::Internal& internal : specification.internals) {
    std::cout << "unknown " << internal.name << ": " << internal.meaning << '\n';
  }
  for (const std::string& equation : specification.equations) std::cout << "  " << equation << '\n';
  std::cout << "validity: " << specification.validity << "\nsource: " << specification.source
            << '\n';
  std::vector<std::vector<std::string>> rows{{"parameter", "default", "range", "unit", "meaning"}};
  for (const model::Parameter& parameter : specification.parameters) {
    rows.push_back({parameter.name, base::shortest(parameter.default_value),
                    base::shortest(parameter.low) + " to " + base::shortest(parameter.high),
                    parameter.unit, parameter.meaning});
  }
  print_columns(rows);
  return done;
}

}  // namespace

int list_models(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const bool named = !arguments.empty() && !arguments[0].starts_with('-');
  if (named) {
    const Parsed parsed("devices models", description, {"NAME"}, arguments);
    return show_model(session, parsed.text("NAME"));
  }
  const Parsed parsed("devices models", description, {}, arguments);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : session.host->models().names()) {
    try {
      const model::Specification& specification =
          session.host->models().find(name).model->specification();
      rows.push_back({specification.name, specification.family, terminals_of(specification),
                      specification.title});
    } catch (const base::Error& error) {
      session.sink->report(error.diagnostic());
    }
  }
  if (parsed.json()) {
    print_json_rows({"name", "family", "terminals", "title"}, rows);
  } else {
    print_columns(rows);
  }
  return session.sink->error_count() > 0 ? bad_input : done;
}

}  // namespace neucasl::cli
