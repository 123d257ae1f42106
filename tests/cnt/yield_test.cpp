#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "cnt/functional_yield.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/cells/standard_cells.hpp"

namespace neucasl::cnt {
namespace {

/// One n transistor of ten places.
const std::vector<CellTubes> one_transistor = {{"one", 1, {10}, {}}};

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "none";
}

// The published counts for 1e-9 (see statistics_test.cpp), found by the search.
TEST(FunctionalYield, FindsThePublishedNumberOfTubes) {
  YieldModel model;
  model.tubes = {0.25, 0.0};
  EXPECT_EQ(places_for(model, one_transistor, 10, 1.0 - 1e-9, {}), 15);
  model.tubes.metallic = 0.03;
  model.stacked = 25;
  EXPECT_EQ(places_for(model, one_transistor, 10, 1.0 - 1e-9, {}), 18);
  model.stacked = 24;
  EXPECT_EQ(code_of([&] { (void)places_for(model, one_transistor, 10, 1.0 - 1e-9, {}); }),
            "cnt.yield");
}

TEST(FunctionalYield, CircuitsAreProductsOfCells) {
  YieldModel model;
  model.tubes = {0.2, 0.01};
  const CellTubes inverter{"INV", 3, {4}, {4}};
  const CellTubes gate{"NAND2", 2, {8, 8}, {4, 4}};
  const auto works = [&](int w) { return std::pow(0.99, w) - std::pow(0.2, w); };
  EXPECT_NEAR(cell_yield(model, inverter), works(4) * works(4), 1e-14);
  EXPECT_NEAR(cell_yield(model, gate), std::pow(works(8), 2) * std::pow(works(4), 2), 1e-14);
  EXPECT_NEAR(circuit_yield(model, {inverter, gate}),
              std::pow(works(4), 6) * std::pow(works(8), 4) * std::pow(works(4), 4), 1e-14);
  EXPECT_EQ(resized({gate}, 4, 10)[0].n, (std::vector<int>{20, 20}));
}

enum class Place { empty, metallic, semiconducting };

Place drawn(base::RandomStream& random, const variation::TubeStatistics& tubes) {
  const double u = random.uniform();
  if (u < tubes.empty) return Place::empty;
  return u < tubes.empty + tubes.metallic ? Place::metallic : Place::semiconducting;
}

struct Made {
  bool open = true;
  bool shorted = false;
};

Made made_of(const std::vector<Place>& places, int count) {
  Made made;
  for (int k = 0; k < count; ++k) {
    const Place place = places[static_cast<std::size_t>(k)];
    made.open = made.open && place == Place::empty;
    made.shorted = made.shorted || place == Place::metallic;
  }
  return made;
}

/// Transistors of a cell made place by place.
bool cell_works(base::RandomStream& random, const YieldModel& model, const CellTubes& cell) {
  for (const std::vector<int>* side : {&cell.n, &cell.p}) {
    const int widest = *std::max_element(side->begin(), side->end());
    std::vector<Place> shared;
    for (int k = 0; k < widest; ++k) shared.push_back(drawn(random, model.tubes));
    for (const int w : *side) {
      bool all_shorted = true;
      for (int s = 0; s < model.stacked; ++s) {
        std::vector<Place> own = shared;
        if (!model.correlated) {
          for (Place& place : own) place = drawn(random, model.tubes);
        }
        const Made made = made_of(own, w);
        if (made.open) return false;
        all_shorted = all_shorted && made.shorted;
      }
      if (all_shorted) return false;
    }
    // On shared tubes a metallic one lies in all transistors, also beyond the narrow ones.
    if (model.correlated && made_of(shared, widest).shorted) return false;
  }
  return true;
}

TEST(FunctionalYield, MadeCellsWorkAsOftenAsTheClosedFormsSay) {
  const CellTubes gate{"AOI21", 1, {4, 4, 2}, {4, 4, 4}};
  for (const bool correlated : {false, true}) {
    for (const int stacked : {1, 2}) {
      YieldModel model;
      model.tubes = {0.3, 0.02};
      model.correlated = correlated;
      model.stacked = stacked;
      constexpr int samples = 20000;
      int working = 0;
      for (int k = 0; k < samples; ++k) {
        base::RandomStream random(5, "yield", static_cast<std::uint64_t>(k));
        working += cell_works(random, model, gate) ? 1 : 0;
      }
      EXPECT_NEAR(static_cast<double>(working) / samples, cell_yield(model, gate),
                  5.0 * 0.5 / std::sqrt(samples))
          << correlated << ' ' << stacked;
    }
  }
}

TEST(FunctionalYield, ReadsTubesFromTheNetlist) {
  cells::TransistorPair pair;
  pair.n_card = "n";
  pair.p_card = "p";
  pair.size_parameter = "tubes";
  pair.unit_n = pair.unit_p = 6;
  for (const int stacked : {1, 3}) {
    pair.stacked = stacked;
    ir::Design design;
    const cells::Transistors transistors(design, pair);
    const ir::ModuleId gate = add_cell(design, transistors, *cells::find_standard_cell("NOR2_X1"));
    ir::ModuleBuilder top(design, "top");
    top.instance("one", gate, {});
    top.instance("two", gate, {});
    design.top = top.id();
    const std::vector<CellTubes> found = tubes_of(design, stacked);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].cell, "NOR2_X1");
    EXPECT_EQ(found[0].count, 2U);
    EXPECT_EQ(found[0].n, (std::vector<int>{6, 6}));
    EXPECT_EQ(found[0].p, (std::vector<int>{12, 12}));
  }
}

}  // namespace
}  // namespace neucasl::cnt
