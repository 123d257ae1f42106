#include "functional_yield.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace neucasl::cnt {
namespace {

bool stacked_below_another(const std::string& instance) {
  return instance.find("_stack") != std::string::npos;
}

int places_of(const ir::Instance& transistor) {
  for (const ir::Parameter& parameter : transistor.parameters) {
    if (parameter.name != "tubes") continue;
    return static_cast<int>(std::lround(std::get<base::Quantity>(parameter.value).value));
  }
  throw std::logic_error("a transistor of the netlist has no tubes");
}

CellTubes tubes_of_cell(const ir::Design& design, const ir::Module& cell, int stacked) {
  CellTubes result;
  result.cell = cell.name;
  for (const ir::Instance& instance : cell.instances) {
    if (stacked > 1 && stacked_below_another(instance.name)) continue;
    const bool is_n = design.module(instance.master).name == "transistor_n";
    (is_n ? result.n : result.p).push_back(places_of(instance));
  }
  return result;
}

/// That all transistors of one polarity of a cell work.
double polarity_yield(const YieldModel& model, const std::vector<int>& places) {
  if (places.empty()) return 1.0;
  if (!model.correlated) {
    double yield = 1.0;
    for (const int w : places) {
      yield *= 1.0 - variation::stack_failure_probability(model.tubes, w, model.stacked);
    }
    return yield;
  }
  const auto [narrow, wide] = std::ranges::minmax(places);
  const double good = 1.0 - model.tubes.metallic;
  return std::pow(good, wide) -
         variation::open_probability(model.tubes, narrow) * std::pow(good, wide - narrow);
}

}  // namespace

std::vector<CellTubes> tubes_of(const ir::Design& design, int stacked) {
  std::map<std::uint32_t, CellTubes> cells;
  for (const ir::Instance& instance : design.module(design.top).instances) {
    const auto [found, fresh] = cells.try_emplace(instance.master.index);
    if (fresh) found->second = tubes_of_cell(design, design.module(instance.master), stacked);
    ++found->second.count;
  }
  std::vector<CellTubes> result;
  result.reserve(cells.size());
  for (auto& [master, cell] : cells) result.push_back(std::move(cell));
  return result;
}

double cell_yield(const YieldModel& model, const CellTubes& cell) {
  return polarity_yield(model, cell.n) * polarity_yield(model, cell.p);
}

double circuit_yield(const YieldModel& model, const std::vector<CellTubes>& cells) {
  double yield = 1.0;
  for (const CellTubes& cell : cells) {
    yield *= std::pow(cell_yield(model, cell), static_cast<double>(cell.count));
  }
  return yield;
}

std::vector<CellTubes> resized(const std::vector<CellTubes>& cells, int before, int places) {
  std::vector<CellTubes> result = cells;
  for (CellTubes& cell : result) {
    for (std::vector<int>* side : {&cell.n, &cell.p}) {
      for (int& w : *side) w = static_cast<int>(std::lround(1.0 * w * places / before));
    }
  }
  return result;
}

int places_for(const YieldModel& model, const std::vector<CellTubes>& cells, int before,
               double target, const base::Location& where) {
  constexpr int most_places = 1000;
  double best = 0.0;
  int best_places = 1;
  for (int places = 1; places <= most_places; ++places) {
    const double yield = circuit_yield(model, resized(cells, before, places));
    if (yield >= target) return places;
    if (yield > best) {
      best = yield;
      best_places = places;
    }
  }
  throw base::Error("cnt.yield",
                    "no number of tubes gives a yield of " + base::shortest(target) +
                        "; the best is " + base::to_engineering({best, {}}, 4) + " with " +
                        std::to_string(best_places) + " places in a unit transistor",
                    "remove more metallic tubes, stack transistors, or ask for less", where);
}

results::Table yield_table(const YieldModel& model, const std::vector<CellTubes>& cells) {
  std::vector<std::string> name;
  std::vector<std::int64_t> count;
  std::vector<double> yield;
  for (const CellTubes& cell : cells) {
    name.push_back(cell.cell);
    count.push_back(static_cast<std::int64_t>(cell.count));
    yield.push_back(cell_yield(model, cell));
  }
  results::Table table{"yield", "Cells that work, by type", {}};
  table.add("cell", name).add("number", count).add("yield", yield);
  return table;
}

}  // namespace neucasl::cnt
