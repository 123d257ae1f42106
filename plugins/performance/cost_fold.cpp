#include "cost_fold.hpp"

#include <algorithm>

namespace neucasl::performance_plugin {

Cost& Cost::operator+=(const Cost& other) {
  energy += other.energy;
  leakage += other.leakage;
  area += other.area;
  copies += other.copies;
  operations += other.operations;
  return *this;
}

namespace {

double number_of(const std::vector<ir::Parameter>& parameters, const ir::Module& primitive,
                 std::string_view name) {
  const auto given = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const ir::Parameter& p) { return p.name == name; });
  const ir::Parameter* parameter =
      given != parameters.end() ? &*given : primitive.find_parameter(name);
  if (!parameter) return 0.0;
  if (const auto* quantity = std::get_if<base::Quantity>(&parameter->value)) return quantity->value;
  if (const auto* whole = std::get_if<std::int64_t>(&parameter->value)) {
    return static_cast<double>(*whole);
  }
  throw base::Error("performance.component",
                    "'" + primitive.name + "' sets '" + std::string(name) + "' to no number",
                    "give a literal number");
}

}  // namespace

const device::Card& CostFold::card(const std::string& id) {
  const auto [entry, added] = cards_.try_emplace(id);
  if (added) entry->second = devices_.load(id);
  return entry->second;
}

double CostFold::bit_factor(const std::string& card_id, const std::string& component, double bits) {
  if (bits <= 0.0) return 1.0;
  return bits / card(card_id).si(component + "_bits", base::dimension::none, uses_);
}

const Unit& CostFold::unit(const ir::Module& primitive) {
  const std::string id(primitive.attribute("description"));
  const std::string part(primitive.attribute("part"));
  const auto [entry, added] = descriptions_.try_emplace(id);
  if (added) {
    const architecture::Architecture chip = architecture::load_architecture(
        id, devices_.folders(), {}, design_.location(primitive.where));
    entry->second = read_units(chip, uses_);
  }
  for (const Unit& one : entry->second) {
    if (one.name == part) return one;
  }
  throw base::Error(
      "performance.component",
      "primitive '" + primitive.name + "' is '" + part + "', which '" + id + "' does not have",
      "map the network again", design_.location(primitive.where));
}

const Unit* CostFold::described(const std::string& component) {
  for (const ir::Module& module : design_.modules) {
    if (!module.primitive || module.attribute("part").empty()) continue;
    if (module.attribute("component") == component) return &unit(module);
  }
  return nullptr;
}

double CostFold::time_of(const std::string& card_id, const std::string& component, double bits) {
  if (card_id.empty()) {
    const Unit* found = described(component);
    return found == nullptr ? 0.0 : found->time;
  }
  return card(card_id).si(component + "_time", base::dimension::time, uses_) *
         bit_factor(card_id, component, bits);
}

CostTable CostFold::run() {
  table_.clear();
  fold(design_.top, 1.0, "chip");
  return table_;
}

void CostFold::fold(ir::ModuleId id, double copies, const std::string& part) {
  const ir::Module& module = design_.module(id);
  // Cells of an array are costed by their conductances, not one by one.
  if (module.attribute("role") == "array") return;
  const std::string here(module.attribute("role") == "layer" ? module.attribute("layer") : part);
  const auto place = [&](ir::ModuleId master, const std::vector<ir::Parameter>& parameters,
                         double count) {
    const ir::Module& target = design_.module(master);
    if (target.primitive) {
      add_leaf(target, parameters, count, here);
    } else {
      fold(master, count, here);
    }
  };
  for (const ir::Instance& instance : module.instances) {
    place(instance.master, instance.parameters, copies);
  }
  for (const ir::InstanceArray& array : module.arrays) {
    place(array.master, array.parameters, copies * array.rows * array.columns);
  }
}

void CostFold::add_described(const ir::Module& primitive,
                             const std::vector<ir::Parameter>& parameters, double copies,
                             Cost& cost) {
  const Unit& costs = unit(primitive);
  cost.copies = copies * number_of(parameters, primitive, "share");
  cost.operations = copies * number_of(parameters, primitive, "operations");
  cost.energy = cost.operations * costs.energy;
  cost.leakage = cost.copies * costs.leakage;
  cost.area = cost.copies * costs.area;
}

void CostFold::add_leaf(const ir::Module& primitive, const std::vector<ir::Parameter>& parameters,
                        double copies, const std::string& part) {
  const std::string component(primitive.attribute("component"));
  const std::string card_id(primitive.attribute("device"));
  if (!primitive.attribute("counted_in").empty()) return;
  const bool described = !primitive.attribute("part").empty();
  if (component.empty() || (card_id.empty() && !described)) {
    throw base::Error(
        "performance.component", "primitive '" + primitive.name + "' has no component and card",
        "give it the attributes 'component' and 'device'", design_.location(primitive.where));
  }
  if (described) {
    Cost cost;
    add_described(primitive, parameters, copies, cost);
    table_[part][component] += cost;
    return;
  }
  const device::Card& numbers = card(card_id);
  double time = number_of(parameters, primitive, "operation_time");
  const double bits = number_of(parameters, primitive, "bits");
  const double factor = bit_factor(card_id, component, bits);
  if (time <= 0.0) time = time_of(card_id, component, bits);
  Cost cost;
  cost.copies = copies;
  cost.operations = copies * number_of(parameters, primitive, "operations");
  cost.energy = cost.operations * factor *
                numbers.si(component + "_power", base::dimension::power, uses_) * time;
  cost.leakage =
      copies * factor * numbers.si(component + "_leakage", base::dimension::power, uses_);
  cost.area = copies * numbers.si(component + "_area", base::dimension::area, uses_);
  table_[part][component] += cost;
}

}  // namespace neucasl::performance_plugin
