#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/exploration/spaces.hpp"

namespace neucasl::exploration {
namespace {

using spaces::Bench;
using spaces::space_text;
using spaces::text_of;

const char* const sobol = "<search method='sobol' points='64' seed='3'/>";
const char* const nsga2_search = "<search method='nsga2' population='8' generations='6' seed='2'/>";

double figure_of(const Space& space, const Point& point, const std::string& name) {
  for (std::size_t k = 0; k < space.figures.size(); ++k) {
    if (space.figures[k].name == name) return point.figures.at(k).value;
  }
  throw std::logic_error("no figure " + name);
}

TEST(Grid, TakesEveryCombinationOnce) {
  Bench bench;
  const Exploration found = bench.run();
  EXPECT_EQ(found.points.size(), 48U);
  EXPECT_EQ(found.searched, 48U);
  EXPECT_EQ(bench.estimates(), 48U);
  std::set<std::string> designs;
  for (const Point& point : found.points) {
    designs.insert(canonical(bench.designs().at(point.values)));
  }
  EXPECT_EQ(designs.size(), 48U);
}

TEST(Grid, GivesTheFiguresOfTheEstimator) {
  Bench bench;
  const Exploration found = bench.run();
  std::size_t with_figures = 0;
  for (const Point& point : found.points) {
    if (point.figures.empty()) continue;
    ++with_figures;
    for (const results::Figure& figure : bench.estimate()(bench.designs().at(point.values))) {
      for (const char* name : {"energy_J", "throughput_per_s", "area_m2"}) {
        if (figure.key != name) continue;
        EXPECT_EQ(figure_of(bench.space(), point, name), figure.value) << name;
      }
    }
    EXPECT_EQ(figure_of(bench.space(), point, "cells"),
              8.0 * std::get<base::Quantity>(point.values[0]).value);
  }
  EXPECT_GT(with_figures, 20U);
}

/// By the definition, from the figures of the points.
TEST(Grid, FrontIsWhatNoFeasiblePointDominates) {
  Bench bench;
  const Exploration found = bench.run();
  const auto better_or_equal = [&](const Point& a, const Point& b) {
    return figure_of(bench.space(), a, "energy_J") <= figure_of(bench.space(), b, "energy_J") &&
           figure_of(bench.space(), a, "throughput_per_s") >=
               figure_of(bench.space(), b, "throughput_per_s") &&
           figure_of(bench.space(), a, "area_m2") <= figure_of(bench.space(), b, "area_m2");
  };
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    if (!found.points[i].feasible()) continue;
    bool dominated = false;
    for (const Point& other : found.points) {
      dominated = dominated || (other.feasible() && better_or_equal(other, found.points[i]) &&
                                !better_or_equal(found.points[i], other));
    }
    if (!dominated) front.push_back(i);
  }
  EXPECT_EQ(found.front, front);
  EXPECT_GT(front.size(), 2U);
}

TEST(Grid, RecordsWhyPointsAreInfeasible) {
  Bench bench;
  const Exploration found = bench.run();
  std::size_t small = 0;
  std::size_t large = 0;
  for (const Point& point : found.points) {
    if (point.code == "architecture.capacity") {
      ++small;
      EXPECT_TRUE(point.figures.empty());
      EXPECT_NE(point.reason.find("needs"), std::string::npos) << point.reason;
    } else if (point.code == "constraint") {
      ++large;
      EXPECT_GT(figure_of(bench.space(), point, "area_m2"), 3000e-12);
      EXPECT_NE(point.reason.find("is above"), std::string::npos) << point.reason;
    } else {
      EXPECT_TRUE(point.feasible()) << point.code;
      EXPECT_LE(figure_of(bench.space(), point, "area_m2"), 3000e-12);
    }
  }
  EXPECT_GT(small, 0U);
  EXPECT_GT(large, 0U);
  const results::Table reasons = infeasible_table(found);
  const auto& counts = std::get<std::vector<std::int64_t>>(reasons.column("points").values);
  EXPECT_EQ(counts, (std::vector<std::int64_t>{static_cast<std::int64_t>(small),
                                               static_cast<std::int64_t>(large)}));
}

TEST(Grid, AConverterWithoutBitsIsAPointWithoutFigures) {
  std::string text = architecture::test::changed(
      space_text(), "<derived number='chip/tile/group/dac/count'",
      "<derived number='chip/tile/group/adc/bits' formula='4 * cell_bits - 4' kind='assumed' "
      "source='s' place='p'/><derived number='chip/tile/group/dac/count'");
  Bench bench(text);
  const Exploration found = bench.run();
  std::size_t without = 0;
  for (const Point& point : found.points) {
    const bool one_bit = std::get<base::Quantity>(point.values[1]).value == 1.0;
    EXPECT_EQ(one_bit, point.code == "architecture.count") << point.code;
    without += one_bit ? 1 : 0;
  }
  EXPECT_EQ(without, 24U);
}

/// A log holds one line a point: the first run must say the same as the one that reads it.
TEST(Grid, ReasonsOfSeveralLinesAreTheSameAfterALog) {
  Bench bench;
  Options options;
  options.log = bench.log();
  const Estimate refuse = [](const architecture::Architecture&) -> std::vector<results::Figure> {
    throw base::Error("test.no", "two\nlines", "");
  };
  const std::string first =
      text_of(bench.space(), explore(bench.space(), bench.designs(), refuse, options));
  EXPECT_EQ(text_of(bench.space(), explore(bench.space(), bench.designs(), refuse, options)),
            first);
}

class Methods : public testing::TestWithParam<const char*> {};

TEST_P(Methods, DoNotDependOnThreads) {
  Bench one(space_text(GetParam()));
  Bench three(space_text(GetParam()));
  Options options;
  const std::string text = text_of(one.space(), one.run(options));
  options.threads = 3;
  EXPECT_EQ(text_of(three.space(), three.run(options)), text);
}

TEST_P(Methods, GoOnFromALogCutAnywhere) {
  Bench whole(space_text(GetParam()));
  Options options;
  options.log = whole.log();
  const std::string text = text_of(whole.space(), whole.run(options));
  const std::string log = base::read_file(whole.log());
  for (std::size_t part = 0; part <= 8; ++part) {
    Bench again(space_text(GetParam()));
    options.log = again.log();
    options.threads = 2;
    base::write_file(options.log, log.substr(0, log.size() * part / 8));
    EXPECT_EQ(text_of(again.space(), again.run(options)), text) << part;
    EXPECT_EQ(base::read_file(options.log), log) << part;
    if (part == 8) {
      EXPECT_EQ(again.estimates(), 0U);
    }
  }
}

TEST_P(Methods, StopWhenAskedAndGoOn) {
  Bench bench(space_text(GetParam()));
  Options options;
  options.log = bench.log();
  Bench whole(space_text(GetParam()));
  const std::string text = text_of(whole.space(), whole.run());
  options.cancel = bench.cancel_after(9);
  EXPECT_THROW(static_cast<void>(bench.run(options)), base::Cancelled);
  EXPECT_EQ(bench.estimates(), 9U);
  options.cancel = {};
  EXPECT_EQ(text_of(bench.space(), bench.run(options)), text);
  EXPECT_EQ(bench.estimates(), whole.estimates());
}

INSTANTIATE_TEST_SUITE_P(All, Methods,
                         testing::Values("<search method='grid'/>", sobol, nsga2_search));

TEST(Log, OfAnotherSpaceIsRefusedAndLeftAlone) {
  Bench bench;
  Options options;
  options.log = bench.log();
  static_cast<void>(bench.run(options));
  const std::string log = base::read_file(options.log);
  for (const auto& [from, to] : {std::pair{"2 4 8", "2 4 16"},
                                 {"2 * rows", "3 * rows"},
                                 {"3000 um^2", "4000 um^2"},
                                 {"goal='maximise'", "goal='minimise'"}}) {
    Bench other(architecture::test::changed(space_text(), from, to));
    try {
      static_cast<void>(other.run(options));
      FAIL() << "not refused: " << to;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "exploration.log");
    }
    EXPECT_EQ(base::read_file(options.log), log);
  }
  options.source_key = "another network";
  EXPECT_THROW(static_cast<void>(bench.run(options)), base::Error);
}

TEST(Log, DamageIsNamedByItsLine) {
  Bench bench;
  Options options;
  options.log = bench.log();
  static_cast<void>(bench.run(options));
  std::string log = base::read_file(options.log);
  std::size_t third = log.find('\n') + 1;
  third = log.find('\n', third) + 4;
  log[third] = log[third] == '9' ? '8' : '9';
  base::write_file(options.log, log);
  try {
    static_cast<void>(bench.run(options));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "exploration.log");
    EXPECT_EQ(error.diagnostic().where.line, 3U);
  }
}

TEST(Log, OfFewerPointsServesMore) {
  Bench bench(space_text("<search method='sobol' points='32' seed='3'/>"));
  Options options;
  options.log = bench.log();
  static_cast<void>(bench.run(options));
  Bench more(space_text(sobol));
  Bench alone(space_text(sobol));
  const std::string text = text_of(alone.space(), alone.run());
  EXPECT_EQ(text_of(more.space(), more.run(options)), text);
  EXPECT_EQ(bench.estimates() + more.estimates(), alone.estimates());
}

/// On all 48 points the front is known.
TEST(Nsga2Search, FindsTheFrontOfTheGrid) {
  Bench grid;
  Bench search(space_text("<search method='nsga2' population='16' generations='40' seed='1'/>"));
  const auto front_of = [](Bench& bench) {
    std::set<std::string> designs;
    const Exploration found = bench.run();
    for (const std::size_t member : found.front) {
      designs.insert(canonical(bench.designs().at(found.points[member].values)));
    }
    return designs;
  };
  EXPECT_EQ(front_of(search), front_of(grid));
  EXPECT_LE(search.estimates(), 48U);
}

TEST(Hypervolume, CountsFromTheReference) {
  // One objective: rows alone, 2 to 8.
  std::string text = space_text();
  const std::size_t first = text.find("<objective");
  text = text.substr(0, first) +
         "<objective of='cells' goal='minimise' reference='32'/>\n<search method='grid'/></space>";
  Bench bench(text);
  const Exploration found = bench.run();
  // Best 16 cells, reference 32: the whole box, and none of it before the first point.
  EXPECT_DOUBLE_EQ(found.hypervolume(bench.space(), found.points.size()).value(), 1.0);
  EXPECT_DOUBLE_EQ(found.hypervolume(bench.space(), 0).value(), 0.0);
}

TEST(ExplorationReport, ShowsFrontAndReasons) {
  Bench bench(space_text(sobol));
  const Exploration found = bench.run();
  const std::string html = results::render_html(exploration_report(bench.space(), found));
  for (const char* part : {"throughput_per_s over energy_J", "Pareto front", "hypervolume",
                           "architecture.capacity", "Scrambled Sobol points"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
}

TEST(ExplorationReport, ManyLevelsShareBars) {
  Bench bench(architecture::test::changed(space_text(), "to='4' step='1'", "to='60' step='1'"));
  const std::string html = results::render_html(exploration_report(bench.space(), bench.run()));
  EXPECT_NE(html.find(">1 to 3<"), std::string::npos);
  EXPECT_NE(html.find(">58 to 60<"), std::string::npos);
}

TEST(ExplorationReport, SaysThatNothingIsFeasible) {
  Bench bench(architecture::test::changed(space_text(), "3000 um^2", "1 um^2"));
  const Exploration found = bench.run();
  EXPECT_TRUE(found.front.empty());
  EXPECT_FALSE(found.hypervolume(bench.space(), found.points.size()).has_value());
  EXPECT_NE(results::render_html(exploration_report(bench.space(), found)).find("No point"),
            std::string::npos);
}

}  // namespace
}  // namespace neucasl::exploration
