#include <cmath>
#include <map>
#include <optional>

#include "system_report.hpp"

namespace neucasl::performance_plugin {
namespace {

struct Published {
  std::vector<std::string> quantity, source;
  std::vector<double> published, ours, difference;

  /// A row if the card states the number; both in `unit` of SI.
  void add(const device::Card& card, const std::string& name, const std::string& what, double value,
           double unit) {
    const device::Number* number = card.find(name);
    if (number == nullptr) return;
    quantity.push_back(what);
    published.push_back(number->value.value / unit);
    ours.push_back(value / unit);
    const double relative = value / number->value.value - 1.0;
    constexpr double rounding = 1e-12;
    difference.push_back(std::abs(relative) < rounding ? 0.0 : relative);
    source.push_back(number->source + ", " + number->place + " (" +
                     std::string(to_string(number->kind)) + ")");
  }
};

struct LevelTotals {
  double power = 0.0;
  double area = 0.0;
};

/// Power and area of one copy of each level with all its parts.
LevelTotals totals_of(const architecture::Level& level, const std::map<std::string, Unit>& units,
                      std::map<const architecture::Level*, LevelTotals>& result) {
  LevelTotals sum;
  for (const architecture::Component& component : level.components) {
    const Unit& unit = units.at(level.name + "/" + component.name);
    if (!unit.in_published_totals) continue;
    sum.power += unit.per_level * unit.peak_power();
    sum.area += unit.per_level * unit.area;
  }
  for (const architecture::Level& part : level.parts) {
    const LevelTotals inner = totals_of(part, units, result);
    sum.power += inner.power * static_cast<double>(part.count);
    sum.area += inner.area * static_cast<double>(part.count);
  }
  result[&level] = sum;
  return sum;
}

/// Of one chip with all its parts; what copies of a level share, in whole groups.
LevelTotals total_of_chip(const SystemCost& cost, double chips) {
  LevelTotals sum;
  for (const Unit& unit : cost.units) {
    if (!unit.in_published_totals) continue;
    sum.power += unit.copies * unit.peak_power() / chips;
    sum.area += unit.copies * unit.area / chips;
  }
  return sum;
}

/// Of all components of a kind on one chip.
void add_kinds(const device::Card& numbers, const SystemCost& cost, double chips, Published& rows) {
  std::map<std::string, LevelTotals> sums;
  for (const Unit& unit : cost.units) {
    if (!unit.in_published_totals) continue;
    LevelTotals& sum = sums[std::string(to_string(unit.kind))];
    sum.power += unit.copies * unit.peak_power() / chips;
    sum.area += unit.copies * unit.area / chips;
  }
  for (const auto& [kind, sum] : sums) {
    rows.add(numbers, "published_power_of_" + kind, kind + " power (mW)", sum.power, 1e-3);
    rows.add(numbers, "published_area_of_" + kind, kind + " area (mm^2)", sum.area, 1e-6);
  }
}

void add_optics(const device::Card& numbers, const PhotonicLink& optics, Published& rows) {
  rows.add(numbers, "published_insertion_loss_db", "insertion loss (dB)", optics.loss_db, 1.0);
  rows.add(numbers, "published_laser_power", "laser power (mW)", optics.electrical_power, 1e-3);
  rows.add(numbers, "published_laser_power_without_fan_out", "laser power without fan-out (mW)",
           optics.electrical_power / optics.fan_out, 1e-3);
}

}  // namespace

std::optional<results::Table> published_of_other_networks(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const SystemCost& cost) {
  const device::Number* number = architecture.numbers.find("published_frames_per_joule");
  if (number == nullptr) return std::nullopt;
  results::Table table{"published_of_other_networks",
                       "Published figures of other networks, beside those of this one: no check",
                       {}};
  table.add("quantity", std::vector<std::string>{"inferences per joule"})
      .add("published", std::vector<double>{number->value.value})
      .add(workload.name, std::vector<double>{1.0 / cost.energy()})
      .add("source", std::vector<std::string>{number->source + ", " + number->place + " (" +
                                              std::string(to_string(number->kind)) + ")"});
  return table;
}

results::Table published_comparison(const architecture::Architecture& architecture,
                                    const SystemCost& cost, const PhotonicLink* optics) {
  std::map<std::string, Unit> units;
  for (const Unit& unit : cost.units) units.emplace(unit.name, unit);
  const double chips = static_cast<double>(architecture.chip.count);
  std::map<const architecture::Level*, LevelTotals> totals;
  static_cast<void>(totals_of(architecture.tile(), units, totals));
  const LevelTotals chip = totals[&architecture.chip] = total_of_chip(cost, chips);
  Published rows;
  for (const architecture::Level* level :
       {&architecture.core(), &architecture.tile(), &architecture.chip}) {
    const LevelTotals& sum = totals.at(level);
    rows.add(level->numbers, "published_power", level->name + " power (mW)", sum.power, 1e-3);
    rows.add(level->numbers, "published_area", level->name + " area (mm^2)", sum.area, 1e-6);
  }
  const double peak = operations_per_multiply_accumulate * cost.peak_rate / chips;
  const device::Card& numbers = architecture.numbers;
  add_kinds(numbers, cost, chips, rows);
  if (optics != nullptr) add_optics(numbers, *optics, rows);
  rows.add(numbers, "published_peak_throughput", "peak throughput (TOPS)", peak, 1e12);
  rows.add(numbers, "published_tops_per_mm2", "peak TOPS/mm^2", 1e-18 * peak / chip.area, 1.0);
  rows.add(numbers, "published_tops_per_watt", "peak TOPS/W", 1e-12 * peak / chip.power, 1.0);
  results::Table table{"published", "Published figures beside those of the components", {}};
  table.add("quantity", rows.quantity)
      .add("published", rows.published)
      .add("estimated", rows.ours)
      .add("difference", rows.difference)
      .add("source", rows.source);
  return table;
}

}  // namespace neucasl::performance_plugin
