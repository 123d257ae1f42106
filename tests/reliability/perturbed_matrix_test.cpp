#include "neucasl/plugin/perturbed_matrix.hpp"

#include <gtest/gtest.h>

#include "array/line_solver.hpp"
#include "neucasl/base/random.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::plugin {
namespace {

struct Wires {
  double row = 1.0;     // ohm
  double column = 2.0;  // ohm
};

std::vector<double> random_cells(std::size_t count, std::uint64_t seed) {
  base::RandomStream random(seed, "cells");
  std::vector<double> result(count);
  for (double& g : result) g = 1e-6 + 13e-6 * random.below(4);
  return result;
}

/// Errors of 8 % of the largest level, and some cells stuck on or open.
std::vector<double> disturbed(std::vector<double> cells, std::uint64_t seed) {
  base::RandomStream random(seed, "errors");
  for (double& g : cells) {
    g = std::max(0.0, g + 3.2e-6 * random.normal());
    const double u = random.uniform();
    if (u < 0.002) g = u < 0.001 ? 40e-6 : 0.0;
  }
  return cells;
}

EffectiveMatrix exact(std::size_t rows, std::size_t columns, const std::vector<double>& cells,
                      const Wires& wires) {
  ArraySolveOptions options;
  options.tolerance = 1e-10;
  return array_plugin::LineSolver().effective_matrix(
      {rows, columns, cells, wires.row, wires.column}, options);
}

/// Largest error relative to the largest entry.
double error(std::size_t rows, std::size_t columns, const std::vector<double>& reference,
             const std::vector<double>& cells, const Wires& wires) {
  const PerturbedMatrix perturbed({rows, columns, reference, wires.row, wires.column},
                                  exact(rows, columns, reference, wires));
  PerturbedMatrix::Scratch scratch;
  std::vector<double> got(cells.size());
  perturbed.apply(cells, got, scratch);
  const std::vector<double> expected = exact(rows, columns, cells, wires).value;
  double difference = 0.0;
  for (std::size_t k = 0; k < got.size(); ++k) {
    difference = std::max(difference, std::abs(got[k] - expected[k]));
  }
  return difference / *std::max_element(expected.begin(), expected.end());
}

TEST(PerturbedMatrix, TheReferenceIsExact) {
  const std::vector<double> cells = random_cells(std::size_t{37} * 22, 1);
  EXPECT_LT(error(37, 22, cells, cells, {5.0, 3.0}), 1e-12);
}

TEST(PerturbedMatrix, ExactWhereOneKindOfWireIsIdeal) {
  const std::vector<double> cells = random_cells(std::size_t{37} * 22, 1);
  const std::vector<double> others = random_cells(cells.size(), 2);  // not near the reference
  EXPECT_LT(error(37, 22, cells, others, {20.0, 0.0}), 1e-9);
  EXPECT_LT(error(37, 22, cells, others, {0.0, 20.0}), 1e-9);
  EXPECT_LT(error(37, 22, cells, others, {0.0, 0.0}), 1e-12);
}

TEST(PerturbedMatrix, ProgrammingErrorsAndStuckCells) {
  const std::vector<double> cells = random_cells(std::size_t{128} * 128, 3);
  const std::vector<double> others = disturbed(cells, 4);
  const double close = error(128, 128, cells, others, {1.0, 1.0});
  EXPECT_LT(close, 3e-4);
  // It grows with the square of the drop, here a third of the voltage at the far ends.
  EXPECT_GT(error(128, 128, cells, others, {3.0, 3.0}), 3.0 * close);
}

TEST(PerturbedMatrix, LossOfAllConductances) {
  const std::vector<double> cells = random_cells(std::size_t{64} * 64, 5);
  std::vector<double> others = cells;
  for (double& g : others) g *= 0.7;
  EXPECT_LT(error(64, 64, cells, others, {1.0, 1.0}), 2e-4);
}

TEST(PerturbedMatrix, OtherSizesAndEndsAreRefused) {
  const std::vector<double> cells = random_cells(12, 6);
  const EffectiveMatrix matrix = exact(4, 3, cells, {});
  ArrayProblem problem{4, 3, cells, 1.0, 1.0};
  const PerturbedMatrix perturbed(problem, matrix);
  PerturbedMatrix::Scratch scratch;
  std::vector<double> out(12);
  const auto code = [](const auto& call) { return mapping::test::failure(call).code; };
  EXPECT_EQ(code([&] { perturbed.apply(std::vector<double>(11), out, scratch); }), "array.size");
  const std::vector<double> ends(4, 10.0);
  problem.ends.left = ends;
  EXPECT_EQ(code([&] { const PerturbedMatrix refused(problem, matrix); }), "array.size");
}

}  // namespace
}  // namespace neucasl::plugin
