#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "direct_system.hpp"
#include "line_solver.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "nodal_reference.hpp"

namespace neucasl::array_plugin {
namespace {

using array_test::Draw;
using array_test::NodalReference;
using array_test::OwnedArray;
using array_test::ReferenceCurrents;
using plugin::ArraySolution;
using plugin::ArraySolveOptions;

std::string refusal_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const base::Error& error) {
    if (message) *message = error.diagnostic().message;
    return error.diagnostic().code;
  }
  return "none";
}

/// 1 % to 50 % of the cells are shorts of 1 S to 1 kS; wires from 0 ohm up, ends of all kinds.
OwnedArray shorted_array(Draw& draw, std::size_t rows, std::size_t columns) {
  for (;;) {
    OwnedArray array = array_test::random_array(draw, rows, columns);
    const double share = draw.logarithmic(0.01, 0.5);
    const double shorted = draw.logarithmic(1.0, 1e3);
    for (double& g : array.conductance) {
      if (draw.chance(share)) g = shorted;
    }
    const std::string code = refusal_of(
        [&] { (void)LineSolver().solve(array.problem(), array.sources(), {.tolerance = 1e-2}); });
    if (code != "array.short" && code != "array.floating") return array;
  }
}

/// Largest difference, each relative to its current, or to 1e-4 of the array's largest current
/// where that is more.
double worst_of_ends(const ArraySolution& x, const ReferenceCurrents& expected) {
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

TEST(ShortedCells, CurrentsOfSixtyArraysAgreeWithSparseLu) {
  Draw draw(20260202);
  ArraySolveOptions options;
  options.end_currents = options.power = true;
  double worst = 0.0;
  int by_factors = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const double most = trial % 20 == 3 ? 12000.0 : 3000.0;
    std::size_t rows = 0;
    std::size_t columns = 0;
    do {
      rows = static_cast<std::size_t>(draw.logarithmic(2.0, 201.0));
      columns = static_cast<std::size_t>(draw.logarithmic(2.0, 201.0));
    } while (static_cast<double>(rows * columns) > most ||
             static_cast<double>(rows * columns) < 0.1 * most);
    const OwnedArray array = shorted_array(draw, rows, columns);
    SCOPED_TRACE(std::to_string(trial) + ": " + std::to_string(rows) + " x " +
                 std::to_string(columns) + ", " + std::to_string(array.row_segment) + " and " +
                 std::to_string(array.column_segment) + " ohm");
    const ArraySolution x = LineSolver().solve(array.problem(), array.sources(), options);
    by_factors += x.iterations >= DirectSystem::worth_iterations(Grid(rows, columns)) ? 1 : 0;
    const double error = worst_of_ends(x, NodalReference(array).currents());
    EXPECT_LE(error, 1e-9) << x.iterations << " iterations, residual " << x.residual;
    worst = std::max(worst, error);
    const plugin::ArrayPower& power = x.power.front();
    const double parts = power.cells + power.row_wires + power.column_wires + power.ends;
    EXPECT_NEAR(parts, power.delivered, 1e-9 * parts);
  }
  RecordProperty("worst_relative_error", std::to_string(worst * 1e12) + "e-12");
  RecordProperty("solved_by_factors", by_factors);
  EXPECT_GT(by_factors, 5);
}

TEST(ShortedCells, EffectiveMatrixIsThatOfTheSolution) {
  Draw draw(12);
  for (int trial = 0; trial < 6; ++trial) {
    OwnedArray array = shorted_array(draw, 20, 13);
    for (auto* source : {&array.right, &array.top, &array.bottom, &array.row_current}) {
      source->clear();
    }
    array.column_current.clear();
    const plugin::EffectiveMatrix matrix = LineSolver().effective_matrix(array.problem(), {});
    const ReferenceCurrents expected = NodalReference(array).currents();
    double largest = 0.0;
    for (const double x : expected.bottom) largest = std::max(largest, std::abs(x));
    for (std::size_t j = 0; j < 13; ++j) {
      double current = 0.0;
      for (std::size_t i = 0; i < 20; ++i) current += matrix.value[i * 13 + j] * array.left[i];
      EXPECT_NEAR(current, -expected.bottom[j], 1e-9 * largest) << trial << ' ' << j;
    }
  }
}

/// 60 x 61 cells, three in ten of them shorts, along wires of 50 ohm.
OwnedArray hard_array() {
  Draw draw(4);
  OwnedArray array = array_test::random_array(draw, 60, 61);
  array.row_segment = array.column_segment = 50.0;
  array.left_end.assign(60, 0.0);
  array.right_end.assign(60, array_test::floating_end);
  array.top_end.assign(61, array_test::floating_end);
  array.bottom_end.assign(61, 0.0);
  for (double& g : array.conductance) g = draw.chance(0.3) ? 1e2 : 1e-6;
  return array;
}

TEST(ShortedCells, FactorsTakeOverAfterTheIterationsThatTheyAreWorth) {
  const OwnedArray array = hard_array();
  ArraySolveOptions options;
  options.end_currents = true;
  const ArraySolution x = LineSolver().solve(array.problem(), array.sources(), options);
  EXPECT_EQ(x.iterations, DirectSystem::worth_iterations(Grid(60, 61)));
  EXPECT_LE(worst_of_ends(x, NodalReference(array).currents()), 1e-10);
  // Floats, several inputs and threads give the same, alone as together.
  for (const bool single : {false, true}) {
    options.single_precision = single;
    std::vector<double> left;
    for (int k = 0; k < 5; ++k) left.insert(left.end(), array.left.begin(), array.left.end());
    plugin::ArraySources sources{5, left};
    options.threads = 1;
    const ArraySolution one = LineSolver().solve(array.problem(), sources, options);
    options.threads = 2;
    const ArraySolution two = LineSolver().solve(array.problem(), sources, options);
    EXPECT_EQ(one.left_current, two.left_current);
  }
}

TEST(ShortedCells, AnIterationThatMayNotGoOnIsAnErrorWithItsResidual) {
  const OwnedArray array = hard_array();
  std::string message;
  const auto solve = [&](const ArraySolveOptions& options) {
    return refusal_of([&] { (void)LineSolver().solve(array.problem(), array.sources(), options); },
                      &message);
  };
  EXPECT_EQ(solve({.max_iterations = 20}), "array.stalled");
  EXPECT_NE(message.find("relative residual"), std::string::npos) << message;
  EXPECT_NE(message.find("after 20 iterations"), std::string::npos) << message;
  EXPECT_EQ(solve({.tolerance = 1e-18}), "array.stalled");
  EXPECT_EQ(solve({}), "none");
}

/// The estimate of the error of the row-wire voltages against their error.
TEST(ErrorEstimate, IsNotBelowTheErrorAtAnyTolerance) {
  Draw draw(31);
  double worst = 0.0;
  for (int trial = 0; trial < 40; ++trial) {
    const OwnedArray array =
        trial % 4 == 0 ? shorted_array(draw, 14, 17) : array_test::random_array(draw, 12, 19);
    if (refusal_of([&] { (void)LineSolver().solve(array.problem(), array.sources(), {}); }) !=
        "none") {
      continue;  // an ideal wire between two sources, or a floating part
    }
    const NodalReference reference(array);
    for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12}) {
      ArraySolveOptions options;
      options.node_voltages = true;
      options.tolerance = tolerance;
      const ArraySolution x = LineSolver().solve(array.problem(), array.sources(), options);
      double difference = 0.0;
      double size = 0.0;
      for (std::size_t k = 0; k < x.row_voltage.size(); ++k) {
        const auto exact = static_cast<double>(reference.row_voltage(k));
        difference += std::pow(x.row_voltage[k] - exact, 2);
        size += exact * exact;
      }
      const double error = std::sqrt(difference / size);
      // Ritz values are from above, so that an estimate may be a little low; and rounding.
      EXPECT_LE(error, 2.0 * x.error + 1e-12) << trial << ' ' << tolerance;
      EXPECT_LE(error, 10.0 * tolerance + 1e-12) << trial << ' ' << tolerance;
      worst = std::max(worst, (error - 1e-12) / (x.error + 1e-300));
    }
  }
  RecordProperty("worst_error_over_estimate", std::to_string(worst));
  EXPECT_GT(worst, 0.01);
}

}  // namespace
}  // namespace neucasl::array_plugin
