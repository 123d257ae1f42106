#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "line_solver.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "nodal_reference.hpp"

namespace neucasl::array_plugin {
namespace {

using array_test::Draw;
using array_test::floating_end;
using array_test::NodalReference;
using array_test::OwnedArray;
using array_test::ReferenceCurrents;
using plugin::ArraySolution;
using plugin::ArraySolveOptions;

std::string error_code(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const base::Error& error) {
    if (message) *message = error.diagnostic().message;
    return error.diagnostic().code;
  }
  return "none";
}

ArraySolveOptions everything() {
  ArraySolveOptions options;
  options.node_voltages = options.end_currents = options.power = true;
  return options;
}

/// Draws until every part of the array has a potential and no ideal wire has two sources.
OwnedArray valid_array(Draw& draw, std::size_t rows, std::size_t columns) {
  for (;;) {
    OwnedArray array = array_test::random_array(draw, rows, columns);
    const std::string code = error_code(
        [&] { (void)LineSolver().solve(array.problem(), array.sources(), {.tolerance = 1e-2}); });
    if (code == "array.short" || code == "array.floating") continue;
    return array;
  }
}

/// Largest difference, each relative to its current, or to 1e-4 of the array's largest current
/// where that is more: a voltage of 53 bits over a wire of a milliohm says no more of a current.
double worst_error(const ArraySolution& x, const ReferenceCurrents& expected) {
  double largest = 0.0;
  for (const auto* part : {&expected.left, &expected.right, &expected.top, &expected.bottom}) {
    for (const double current : *part) largest = std::max(largest, std::abs(current));
  }
  double worst = 0.0;
  const auto compare = [&](const std::vector<double>& a, const std::vector<double>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      const double scale = std::max(std::abs(b[k]), 1e-4 * largest);
      if (scale > 0.0) worst = std::max(worst, std::abs(a[k] - b[k]) / scale);
    }
  };
  compare(x.left_current, expected.left);
  compare(x.right_current, expected.right);
  compare(x.top_current, expected.top);
  compare(x.bottom_current, expected.bottom);
  return worst;
}

double parts_of(const plugin::ArrayPower& power) {
  return power.cells + power.row_wires + power.column_wires + power.ends;
}

TEST(ArrayEnds, CurrentsOf200RandomArraysAgreeWithSparseLu) {
  Draw draw(20260101);
  double worst = 0.0;
  for (int trial = 0; trial < 200; ++trial) {
    std::size_t rows = 0;
    std::size_t columns = 0;
    // Mostly small, so that the reference takes seconds, and some with a side of 200.
    const double most = trial % 40 == 7 ? 20000.0 : 6000.0;
    do {
      rows = static_cast<std::size_t>(draw.logarithmic(2.0, 201.0));
      columns = static_cast<std::size_t>(draw.logarithmic(2.0, 201.0));
      if (trial % 40 == 7) rows = 200;
    } while (rows == columns || static_cast<double>(rows * columns) > most);
    const OwnedArray array = valid_array(draw, rows, columns);
    SCOPED_TRACE(std::to_string(trial) + ": " + std::to_string(rows) + " x " +
                 std::to_string(columns) + ", " + std::to_string(array.row_segment) + " and " +
                 std::to_string(array.column_segment) + " ohm");
    const ArraySolution solution =
        LineSolver().solve(array.problem(), array.sources(), everything());
    const NodalReference reference(array);
    const double error = worst_error(solution, reference.currents());
    EXPECT_LE(error, 1e-9) << solution.iterations << " iterations, residual " << solution.residual
                           << ", estimate " << solution.error;
    worst = std::max(worst, error);
    const plugin::ArrayPower& power = solution.power.front();
    EXPECT_NEAR(parts_of(power), power.delivered, 1e-9 * parts_of(power));
  }
  RecordProperty("worst_relative_error", std::to_string(worst));
  EXPECT_GT(worst, 0.0);
}

TEST(ArrayEnds, SinglePrecisionIsRefinedToTheSameAnswer) {
  Draw draw(3);
  ArraySolveOptions options = everything();
  options.single_precision = true;
  for (int trial = 0; trial < 40; ++trial) {
    const OwnedArray array = valid_array(draw, 3 + trial, 40 - trial);
    SCOPED_TRACE(trial);
    const ArraySolution solution = LineSolver().solve(array.problem(), array.sources(), options);
    EXPECT_LE(worst_error(solution, NodalReference(array).currents()), 1e-9)
        << solution.iterations << ' ' << solution.error;
  }
}

TEST(ArrayEnds, ErrorEstimateIsOfTheErrorsSize) {
  Draw draw(4);
  for (int trial = 0; trial < 20; ++trial) {
    const OwnedArray array = valid_array(draw, 12, 17);
    for (const double tolerance : {1e-5, 1e-7, 1e-9}) {
      ArraySolveOptions options = everything();
      options.tolerance = tolerance;
      const ArraySolution solution = LineSolver().solve(array.problem(), array.sources(), options);
      const NodalReference reference(array);
      double difference = 0.0;
      double size = 0.0;
      for (std::size_t k = 0; k < solution.row_voltage.size(); ++k) {
        const auto exact = static_cast<double>(reference.row_voltage(k));
        difference += std::pow(solution.row_voltage[k] - exact, 2);
        size += exact * exact;
      }
      const double error = std::sqrt(difference / size);
      // The estimate is from few Ritz values, so it may miss by a factor.
      EXPECT_LE(error, 30.0 * solution.error + 1e-14) << tolerance;
      EXPECT_LE(solution.error, 11.0 * tolerance);
    }
  }
}

/// Both ends of every wire on sources.
OwnedArray double_sided() {
  Draw draw(5);
  OwnedArray array = array_test::random_array(draw, 6, 9);
  array.row_segment = 3.0;
  array.column_segment = 2.0;
  array.row_current.clear();
  array.column_current.clear();
  array.left_end.assign(6, 10.0);
  array.right_end.assign(6, 0.0);
  array.top_end.assign(9, 0.0);
  array.bottom_end.assign(9, 20.0);
  return array;
}

TEST(ArrayEnds, TurnedArrayHasTheSameCurrents) {
  const OwnedArray array = double_sided();
  OwnedArray turned = array;
  std::reverse(turned.conductance.begin(), turned.conductance.end());
  const auto exchange = [](std::vector<double>& a, std::vector<double>& b) {
    std::swap(a, b);
    std::reverse(a.begin(), a.end());
    std::reverse(b.begin(), b.end());
  };
  exchange(turned.left, turned.right);
  exchange(turned.left_end, turned.right_end);
  exchange(turned.top, turned.bottom);
  exchange(turned.top_end, turned.bottom_end);
  const ArraySolution one = LineSolver().solve(array.problem(), array.sources(), everything());
  const ArraySolution two = LineSolver().solve(turned.problem(), turned.sources(), everything());
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(one.left_current[i], two.right_current[5 - i],
                1e-11 * std::abs(one.left_current[i]) + 1e-16);
  }
  for (std::size_t j = 0; j < 9; ++j) {
    EXPECT_NEAR(one.top_current[j], two.bottom_current[8 - j],
                1e-11 * std::abs(one.top_current[j]) + 1e-16);
    EXPECT_EQ(one.column_current[j], -one.bottom_current[j]);
  }
}

TEST(ArrayEnds, SourceAndSenseResistanceOfOneCellAreInSeries) {
  const std::vector<double> conductance{1e-3};
  const std::vector<double> source{50.0};
  const std::vector<double> sense{200.0};
  const std::vector<double> volt{0.7};
  for (const double segment : {0.0, 4.0}) {
    const plugin::ArrayProblem problem{1,       1,       conductance,
                                       segment, segment, {source, {}, {}, sense}};
    const ArraySolution x = LineSolver().solve(problem, {1, volt}, everything());
    const double current = 0.7 / (1000.0 + 50.0 + 200.0 + 2.0 * segment);
    EXPECT_NEAR(x.column_current[0], current, 1e-14 * current);
    EXPECT_NEAR(x.left_current[0], current, 1e-14 * current);
    EXPECT_NEAR(x.power[0].delivered, 0.7 * current, 1e-14 * current);
    EXPECT_NEAR(x.power[0].cells, 1000.0 * current * current, 1e-14 * current);
    EXPECT_NEAR(x.power[0].ends, 250.0 * current * current, 1e-14 * current);
    EXPECT_NEAR(x.power[0].row_wires, segment * current * current, 1e-14 * current);
  }
}

TEST(ArrayEnds, FloatingWiresGiveTheSneakPathOfA2By2Array) {
  // Row 0 drives, column 0 senses; three other cells in series are in parallel to the selected.
  const std::vector<double> g{1e-6, 2e-4, 3e-4, 4e-4};
  const std::vector<double> one_end{0.0, floating_end};
  const std::vector<double> volt{0.5, 0.0};
  const plugin::ArrayProblem problem{2, 2, g, 0.0, 0.0, {one_end, {}, {}, one_end}};
  const ArraySolution x = LineSolver().solve(problem, {1, volt}, everything());
  const double sneak = 1.0 / (1.0 / g[1] + 1.0 / g[3] + 1.0 / g[2]);
  EXPECT_NEAR(x.column_current[0], 0.5 * (g[0] + sneak), 1e-14 * g[1]);
  EXPECT_EQ(x.column_current[1], 0.0);
}

TEST(ArrayEnds, WarmStartTakesFewerIterations) {
  Draw draw(6);
  OwnedArray array = double_sided();
  const ArraySolution cold = LineSolver().solve(array.problem(), array.sources(), everything());
  for (double& volt : array.left) volt += 1e-6;
  plugin::ArraySources sources = array.sources();
  const ArraySolution again = LineSolver().solve(array.problem(), sources, everything());
  sources.start = cold.row_voltage;
  const ArraySolution warm = LineSolver().solve(array.problem(), sources, everything());
  EXPECT_LT(warm.iterations, again.iterations);
  EXPECT_LE(worst_error(warm, NodalReference(array).currents()), 1e-10);
}

TEST(ArrayEnds, ThreadsDoNotChangeBitsAndInputsDoNotDisturbEachOther) {
  Draw draw(7);
  const OwnedArray array = valid_array(draw, 21, 34);
  constexpr std::size_t count = 11;
  const std::vector<double> left = draw.uniforms(count * 21, -1.0, 1.0);
  const std::vector<double> bottom = draw.uniforms(count * 34, -1.0, 1.0);
  for (const bool single : {false, true}) {
    ArraySolveOptions options = everything();
    options.single_precision = single;
    plugin::ArraySources sources{count, left, {}, {}, bottom};
    const ArraySolution one = LineSolver().solve(array.problem(), sources, options);
    options.threads = 2;
    const ArraySolution two = LineSolver().solve(array.problem(), sources, options);
    EXPECT_EQ(one.row_voltage, two.row_voltage);
    EXPECT_EQ(one.bottom_current, two.bottom_current);
    for (std::size_t k = 0; k < count; ++k) {
      const plugin::ArraySources alone{
          1, std::span(left).subspan(k * 21, 21), {}, {}, std::span(bottom).subspan(k * 34, 34)};
      const ArraySolution x = LineSolver().solve(array.problem(), alone, options);
      double largest = 0.0;
      for (const double current : x.left_current) largest = std::max(largest, std::abs(current));
      for (std::size_t i = 0; i < 21; ++i) {
        EXPECT_NEAR(x.left_current[i], one.left_current[k * 21 + i], 1e-11 * largest) << k;
      }
    }
  }
}

TEST(ArrayEnds, EffectiveMatrixTakesTheEndsIn) {
  Draw draw(8);
  for (int trial = 0; trial < 10; ++trial) {
    OwnedArray array = valid_array(draw, 7, 12);
    array.right.clear();
    array.top.clear();
    array.bottom.clear();
    array.row_current.clear();
    array.column_current.clear();
    const plugin::EffectiveMatrix matrix = LineSolver().effective_matrix(array.problem(), {});
    const ReferenceCurrents expected = NodalReference(array).currents();
    double largest = 0.0;
    for (const double x : expected.bottom) largest = std::max(largest, std::abs(x));
    for (std::size_t j = 0; j < 12; ++j) {
      double current = 0.0;
      for (std::size_t i = 0; i < 7; ++i) current += matrix.value[i * 12 + j] * array.left[i];
      EXPECT_NEAR(current, -expected.bottom[j], 1e-9 * largest) << trial << ' ' << j;
    }
  }
}

TEST(ArrayEnds, UpdatedMatrixIsThatOfTheChangedArray) {
  Draw draw(9);
  for (int trial = 0; trial < 12; ++trial) {
    OwnedArray array = valid_array(draw, 15, 11);
    const plugin::EffectiveMatrix before = LineSolver().effective_matrix(array.problem(), {});
    std::vector<plugin::CellChange> changes;
    for (std::size_t k = 0; k < 1 + static_cast<std::size_t>(trial) * 2; ++k) {
      const std::size_t cell = (k * 37 + static_cast<std::size_t>(trial)) % 165;
      changes.push_back(
          {cell / 11, cell % 11, draw.chance(0.2) ? 1.0 : draw.logarithmic(1e-9, 1e-3)});
    }
    const plugin::EffectiveMatrix updated =
        LineSolver().update_effective_matrix(array.problem(), before, changes, {});
    for (const plugin::CellChange& c : changes)
      array.conductance[c.row * 11 + c.column] = c.conductance;
    const plugin::EffectiveMatrix expected = LineSolver().effective_matrix(array.problem(), {});
    double largest = 0.0;
    for (const double w : expected.value) largest = std::max(largest, std::abs(w));
    for (std::size_t k = 0; k < expected.value.size(); ++k) {
      ASSERT_NEAR(updated.value[k], expected.value[k], 1e-10 * largest) << trial << ' ' << k;
    }
  }
}

/// From a row's voltage across a short, one ampere in parallel to it leaves few digits.
TEST(ArrayEnds, UpdateThatOpensAShortKeepsItsDigits) {
  Draw draw(4);
  for (const double shorted : {1.0, 1e3, 1e6}) {
    OwnedArray array = valid_array(draw, 8, 8);
    const double open = array.conductance[3 * 8 + 5];
    array.conductance[3 * 8 + 5] = shorted;
    const plugin::EffectiveMatrix before = LineSolver().effective_matrix(array.problem(), {});
    const plugin::EffectiveMatrix updated = LineSolver().update_effective_matrix(
        array.problem(), before, std::vector<plugin::CellChange>{{3, 5, open}}, {});
    array.conductance[3 * 8 + 5] = open;
    const plugin::EffectiveMatrix expected = LineSolver().effective_matrix(array.problem(), {});
    double largest = 0.0;
    double worst = 0.0;
    for (std::size_t k = 0; k < expected.value.size(); ++k) {
      largest = std::max(largest, std::abs(expected.value[k]));
      worst = std::max(worst, std::abs(updated.value[k] - expected.value[k]));
    }
    EXPECT_LE(worst, 1e-10 * largest) << shorted;
    EXPECT_LE(updated.error, 1e-10) << shorted;
    EXPECT_LE(worst, (updated.error + expected.error + 1e-15) * 10.0 * largest) << shorted;
  }
}

TEST(ArrayEnds, RefusesBadChanges) {
  const OwnedArray array = double_sided();
  const plugin::EffectiveMatrix matrix = LineSolver().effective_matrix(array.problem(), {});
  const auto update = [&](std::vector<plugin::CellChange> changes) {
    return error_code(
        [&] { (void)LineSolver().update_effective_matrix(array.problem(), matrix, changes, {}); });
  };
  EXPECT_EQ(update({{1, 1, 1e-5}, {1, 1, 2e-5}}), "array.change");
  EXPECT_EQ(update({{6, 1, 1e-5}}), "array.change");
  EXPECT_EQ(update({{1, 1, -1e-5}}), "array.change");
  EXPECT_EQ(update({}), "none");
}

TEST(ArrayEnds, NamesAFloatingPart) {
  OwnedArray array = double_sided();
  // Rows 2 and 3 float and are connected only to column 4, which floats too.
  for (const std::size_t i : {2, 3}) {
    array.left_end[i] = array.right_end[i] = floating_end;
    for (std::size_t j = 0; j < 9; ++j) array.conductance[i * 9 + j] = j == 4 ? 1e-5 : 0.0;
  }
  array.top_end[4] = array.bottom_end[4] = floating_end;
  for (std::size_t i = 0; i < 6; ++i) {
    if (i != 2 && i != 3) array.conductance[i * 9 + 4] = 0.0;
  }
  std::string message;
  const auto solve = [&] { (void)LineSolver().solve(array.problem(), array.sources(), {}); };
  EXPECT_EQ(error_code(solve, &message), "array.floating");
  EXPECT_NE(message.find("row 2 "), std::string::npos) << message;
  array.conductance[4] = 1e-7;  // one cell to a row on a source
  EXPECT_EQ(error_code(solve), "none");
  array = double_sided();
  array.top_end[3] = array.bottom_end[3] = floating_end;
  for (std::size_t i = 0; i < 6; ++i) array.conductance[i * 9 + 3] = 0.0;
  EXPECT_EQ(error_code(solve, &message), "array.floating");
  EXPECT_NE(message.find("column 3 "), std::string::npos) << message;
}

TEST(ArrayEnds, RefusesBadEndsAndSources) {
  OwnedArray array = double_sided();
  const auto solve = [&](const std::function<void(OwnedArray&)>& spoil) {
    OwnedArray bad = array;
    spoil(bad);
    return error_code([&] { (void)LineSolver().solve(bad.problem(), bad.sources(), {}); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(solve([](OwnedArray&) {}), "none");
  EXPECT_EQ(solve([](OwnedArray& a) { a.left_end[1] = -1.0; }), "array.resistance");
  EXPECT_EQ(solve([&](OwnedArray& a) { a.top_end[1] = nan; }), "array.resistance");
  EXPECT_EQ(solve([](OwnedArray& a) { a.bottom_end.pop_back(); }), "array.size");
  EXPECT_EQ(solve([](OwnedArray& a) { a.right.push_back(0.0); }), "array.size");
  EXPECT_EQ(solve([&](OwnedArray& a) { a.top[3] = nan; }), "array.input");
  EXPECT_EQ(solve([&](OwnedArray& a) { a.row_current.assign(54, floating_end); }), "array.input");
  EXPECT_EQ(solve([](OwnedArray& a) {
              a.row_segment = 0.0;
              a.left_end[2] = a.right_end[2] = 0.0;
            }),
            "array.short");
}

}  // namespace
}  // namespace neucasl::array_plugin
