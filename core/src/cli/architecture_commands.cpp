#include <algorithm>
#include <iostream>

#include "estimator_pool.hpp"
#include "json_text.hpp"
#include "table_text.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

/// Rows of several tables below each other, with the architecture that each is of.
class Validation {
 public:
  void add(const std::string& architecture, const results::Table& table) {
    for (std::size_t row = 0; row < table.rows(); ++row) architecture_.push_back(architecture);
    for (const results::Column& column : table.columns) append(column);
  }

  [[nodiscard]] results::Table table() const {
    results::Table result{"validation", "Published figures beside those of the components", {}};
    result.add("architecture", architecture_);
    result.columns.insert(result.columns.end(), columns_.begin(), columns_.end());
    return result;
  }

 private:
  void append(const results::Column& column) {
    const auto own = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const auto& one) { return one.name == column.name; });
    if (own == columns_.end()) {
      columns_.push_back(column);
      return;
    }
    std::visit(
        [&](const auto& values) {
          auto& all = std::get<std::decay_t<decltype(values)>>(own->values);
          all.insert(all.end(), values.begin(), values.end());
        },
        column.values);
  }

  std::vector<std::string> architecture_;
  std::vector<results::Column> columns_;
};

options::options_description validation_options() {
  options::options_description description;
  description.add_options()("architecture", options::value<std::vector<std::string>>(),
                            "id of an architecture, or a file; all that are found when absent")(
      "estimator", options::value<std::string>()->default_value("performance"), "estimator plugin");
  add_format(description);
  return description;
}

}  // namespace

int validate_architectures(Session& session, const Arguments& arguments) {
  const Parsed parsed("architectures validate", validation_options(), {}, arguments);
  const std::vector<std::filesystem::path>& folders = session.installation.device_folders;
  const std::vector<std::string> names = parsed.has("architecture")
                                             ? parsed.get<std::vector<std::string>>("architecture")
                                             : architecture::architecture_ids(folders);
  EstimatorPool estimators(session, parsed.text("estimator"));
  // The figures are those of chips, whatever runs on them.
  const workload::Workload network = workload_named("lenet5", {});
  Validation validation;
  for (const std::string& name : names) {
    const architecture::Architecture chip = architecture::load_architecture(name, folders);
    const plugin::Estimate estimate =
        estimators.estimate({.architecture = chip, .workload = network});
    for (const results::Table& table : estimate.tables) {
      if (table.name == "published" && table.rows() > 0) validation.add(chip.id, table);
    }
  }
  const results::Table table = validation.table();
  if (parsed.json()) {
    std::cout << JsonObject().add("validation", rows_as_json(table)).str() << '\n';
  } else {
    print_columns(text_rows(table, table.rows()));
  }
  return done;
}

}  // namespace neucasl::cli
