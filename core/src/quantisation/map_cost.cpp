#include "neucasl/quantisation/map_cost.hpp"

#include <algorithm>
#include <map>

#include "neucasl/architecture/placement.hpp"
#include "neucasl/precision/module_names.hpp"

namespace neucasl::quantisation {
namespace {

using architecture::ComponentKind;
using architecture::LevelKind;
using precision::BudgetKind;

bool has_arrays(const architecture::Architecture& architecture) {
  return architecture.core().kind == LevelKind::array_group;
}

double figure_of(const plugin::Estimate& estimate, const std::string& key) {
  for (const results::Figure& figure : estimate.figures) {
    if (figure.key == key) return figure.value;
  }
  throw base::Error("quantisation.figure", "the estimator gives no figure '" + key + "'",
                    "choose another budget or estimator");
}

const results::Table& table_of(const plugin::Estimate& estimate, const std::string& name) {
  for (const results::Table& table : estimate.tables) {
    if (table.name == name) return table;
  }
  throw base::Error("quantisation.figure", "the estimator gives no table '" + name + "'",
                    "choose another budget or estimator");
}

/// Sum of a column over the rows that have one of these texts in another column.
double sum_where(const results::Table& table, const std::string& number, const std::string& text,
                 const std::vector<std::string>& wanted) {
  const auto& numbers = std::get<std::vector<double>>(table.column(number).values);
  const auto& texts = std::get<std::vector<std::string>>(table.column(text).values);
  double sum = 0.0;
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (std::find(wanted.begin(), wanted.end(), texts[row]) != wanted.end()) sum += numbers[row];
  }
  return sum;
}

/// Of the converters, with what leaks in them.
double converter_energy(const plugin::Estimate& estimate) {
  const results::Table& table = table_of(estimate, "by_component");
  const std::vector<std::string> kinds{std::string(to_string(ComponentKind::adc)),
                                       std::string(to_string(ComponentKind::dac))};
  return sum_where(table, "energy", "kind", kinds) +
         sum_where(table, "leakage_energy", "kind", kinds);
}

/// Without the arrays that the network leaves free.
double used_area(const plugin::Estimate& estimate) {
  return figure_of(estimate, "area_m2") -
         sum_where(table_of(estimate, "by_layer"), "area", "layer", {"(arrays not used)"});
}

/// Operations with weights by the names that layers have in files of networks.
std::map<std::string, workload::OperationId> operations_by_layer(
    const workload::Workload& workload) {
  std::map<std::string, workload::OperationId> result;
  for (workload::OperationId id = 0; id < workload.operations.size(); ++id) {
    const workload::Operation& one = workload.operations[id];
    if (one.product.weights() == 0) continue;
    result[one.name] = id;
    for (const std::string& name : precision::module_names(one.name)) result.emplace(name, id);
  }
  return result;
}

}  // namespace

MapCost::MapCost(const workload::SegmentedNetwork& network, const workload::Workload& workload,
                 const Hardware& hardware)
    : network_(network),
      workload_(workload),
      hardware_(hardware),
      unlimited_(hardware.architecture) {
  constexpr std::size_t most_chips = 1'000'000;
  if (has_arrays(unlimited_)) {
    unlimited_.duplication = architecture::Duplication::none;
    architecture::set_chips(unlimited_, most_chips);
  }
  const std::map<std::string, workload::OperationId> known = operations_by_layer(workload);
  for (const workload::MatrixLayer& layer : network.matrix_layers()) {
    const auto found = known.find(layer.name);
    if (found == known.end()) {
      throw base::Error("quantisation.workload",
                        "layer '" + layer.name + "' is no operation with weights of workload '" +
                            workload.name + "'",
                        "name the nodes of the network differently");
    }
    operations_.push_back(found->second);
    weights_.push_back(static_cast<double>(workload.operations[found->second].product.weights()));
  }
}

precision::PrecisionMap MapCost::map_of(const std::vector<int>& bits) const {
  precision::PrecisionMap map;
  map.network = workload_.name;
  const bool arrays = has_arrays(unlimited_);
  const std::vector<precision::AnalogPlan> plans =
      arrays ? placed(bits) : std::vector<precision::AnalogPlan>();
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    precision::LayerPrecision one = hardware_.form;
    one.layer = network_.matrix_layers()[layer].name;
    one.weight_bits = bits[layer];
    if (arrays) one.analog = plans[layer];
    map.layers.push_back(std::move(one));
  }
  return map;
}

double MapCost::average_bits(const std::vector<int>& bits) const {
  double weights = 0.0;
  double sum = 0.0;
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    weights += weights_[layer];
    sum += weights_[layer] * bits[layer];
  }
  return sum / weights;
}

std::optional<double> MapCost::arrays(const std::vector<int>& bits) const {
  if (!has_arrays(unlimited_)) return std::nullopt;
  double sum = 0.0;
  for (const precision::AnalogPlan& plan : placed(bits)) sum += static_cast<double>(plan.arrays);
  return sum;
}

std::vector<precision::AnalogPlan> MapCost::placed(const std::vector<int>& bits) const {
  if (!has_arrays(unlimited_)) {
    throw base::Error("quantisation.arrays", "'" + unlimited_.id + "' has no arrays of cells",
                      "choose an architecture that has, or another budget");
  }
  std::vector<architecture::OperationBits> all = architecture::uniform_bits(unlimited_, workload_);
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    all[operations_[layer]].weight = bits[layer];
  }
  device::UseList uses;
  const architecture::Placement placement = architecture::place(unlimited_, workload_, all, uses);
  const architecture::Level& group = unlimited_.core();
  const auto number = [&](ComponentKind kind, const char* name) {
    const architecture::Component* part = group.find(kind);
    return part == nullptr ? 0
                           : static_cast<int>(part->numbers.si(name, base::dimension::none, uses));
  };
  std::vector<precision::AnalogPlan> plans;
  for (const workload::OperationId id : operations_) {
    const architecture::OperationPlacement& one = *placement.find(id);
    plans.push_back({.cells_per_weight = one.cells_per_weight,
                     .bits_per_cell = number(ComponentKind::array, "bits_per_cell"),
                     .arrays = one.arrays,
                     .converter_bits = number(ComponentKind::adc, "bits")});
  }
  return plans;
}

double MapCost::estimated(BudgetKind kind, const std::vector<int>& bits) const {
  precision::PrecisionMap map;
  map.network = workload_.name;
  map.fallback = precision::LayerPrecision{};
  map.fallback->weight_bits = hardware_.architecture.weight_bits;
  map.fallback->activation_bits = hardware_.architecture.activation_bits;
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    const workload::Operation& operation = workload_.operations[operations_[layer]];
    // A table that is used twice has the bits of the first use.
    if (operation.weights_of != workload::workload_input) continue;
    precision::LayerPrecision one = hardware_.form;
    one.layer = operation.name;
    one.weight_bits = bits[layer];
    map.layers.push_back(std::move(one));
  }
  const plugin::SystemRequest request{
      .architecture = hardware_.architecture, .workload = workload_, .precision = &map};
  const plugin::Estimate estimate =
      plugin::system_estimator(hardware_.estimator)
          .estimate_system(request, hardware_.parameters, hardware_.context);
  if (kind == BudgetKind::converter_energy) return converter_energy(estimate);
  if (kind == BudgetKind::energy) return figure_of(estimate, "energy_J");
  if (kind == BudgetKind::latency) return figure_of(estimate, "latency_s");
  return used_area(estimate);
}

double MapCost::total(BudgetKind kind, const std::vector<int>& bits) const {
  switch (kind) {
    case BudgetKind::average_bits:
      return average_bits(bits);
    case BudgetKind::bits: {
      double sum = 0.0;
      for (std::size_t layer = 0; layer < bits.size(); ++layer) {
        sum += weights_[layer] * bits[layer];
      }
      return sum;
    }
    case BudgetKind::arrays:
    case BudgetKind::cells: {
      const std::vector<precision::AnalogPlan> plans = placed(bits);
      double sum = 0.0;
      for (std::size_t layer = 0; layer < plans.size(); ++layer) {
        sum += kind == BudgetKind::arrays
                   ? static_cast<double>(plans[layer].arrays)
                   : weights_[layer] * static_cast<double>(plans[layer].cells_per_weight);
      }
      return sum;
    }
    default:
      return estimated(kind, bits);
  }
}

plugin::PrecisionBudget linear_budget(const MapCost& cost, const precision::Budget& budget,
                                      const std::vector<int>& menu, std::size_t layers) {
  std::vector<int> bits(layers, menu.back());
  const double base = cost.total(budget.kind, bits);
  double rest = base;
  plugin::PrecisionBudget result;
  result.limit = budget.limit;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    std::vector<double> row;
    row.reserve(menu.size());
    for (const int choice : menu) {
      bits[layer] = choice;
      row.push_back(choice == menu.back() ? 0.0 : cost.total(budget.kind, bits) - base);
    }
    bits[layer] = menu.back();
    const double least = *std::min_element(row.begin(), row.end());
    rest += least;
    for (const double difference : row) result.costs.push_back(difference - least);
  }
  for (std::size_t choice = 0; choice < menu.size(); ++choice) {
    result.costs[choice] += std::max(rest, 0.0);
  }
  return result;
}

std::vector<int> menu_of(const architecture::Architecture& architecture) {
  if (!has_arrays(architecture)) return {2, 3, 4, 6, 8};
  device::UseList uses;
  const architecture::Component& array = *architecture.core().find(ComponentKind::array);
  const auto cell_bits =
      static_cast<int>(array.numbers.si("bits_per_cell", base::dimension::none, uses));
  constexpr int most_slices = 4;
  std::vector<int> menu;
  for (int slices = 1; slices <= most_slices; ++slices) {
    const int bits = 1 + slices * cell_bits;
    if (bits >= precision::least_bits && bits <= precision::most_bits) menu.push_back(bits);
  }
  return menu;
}

}  // namespace neucasl::quantisation
