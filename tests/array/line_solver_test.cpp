#include "line_solver.hpp"

#include <gtest/gtest.h>

#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::ArraySolution;
using plugin::ArraySolveOptions;
using plugin::EffectiveMatrix;

struct Array {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> conductance;
  double row_resistance = 1.0;
  double column_resistance = 1.0;
  std::vector<double> input;

  ArrayProblem problem() const {
    return {rows, columns, conductance, row_resistance, column_resistance};
  }
  ArraySolution solve(const ArraySolveOptions& options = {}) const {
    return LineSolver().solve(problem(), input, input.size() / rows, options);
  }
  EffectiveMatrix effective(const ArraySolveOptions& options = {}) const {
    return LineSolver().effective_matrix(problem(), options);
  }
};

double uniform(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * static_cast<double>(engine() >> 11) * 0x1p-53;
}

Array random_array(std::mt19937_64& engine, std::size_t rows, std::size_t columns) {
  Array array{rows, columns, std::vector<double>(rows * columns),
              1.0,  1.0,     std::vector<double>(rows)};
  for (double& g : array.conductance) {
    g = uniform(engine, 0.0, 1.0) < 0.1 ? 0.0 : std::pow(10.0, uniform(engine, -9.0, -3.0));
  }
  for (double& v : array.input) v = uniform(engine, -1.0, 1.0);
  array.row_resistance = std::pow(10.0, uniform(engine, -2.0, 2.0));
  array.column_resistance = std::pow(10.0, uniform(engine, -2.0, 2.0));
  return array;
}

/// Nodal analysis of all 2 x rows x columns nodes, in extended precision so that it may judge.
struct Nodal {
  std::vector<double> row_voltage;
  std::vector<double> column_voltage;
  std::vector<double> current;
};

Nodal nodal_analysis(const Array& array) {
  using Real = long double;
  const auto rows = static_cast<int>(array.rows);
  const auto columns = static_cast<int>(array.columns);
  const int cells = rows * columns;
  const Real row_wire = Real(1) / array.row_resistance;
  const Real column_wire = Real(1) / array.column_resistance;
  std::vector<Eigen::Triplet<Real>> entries;
  const auto branch = [&](int a, int b, Real g) {
    entries.emplace_back(a, a, g);
    if (b < 0) return;
    entries.emplace_back(b, b, g);
    entries.emplace_back(a, b, -g);
    entries.emplace_back(b, a, -g);
  };
  Eigen::Matrix<Real, Eigen::Dynamic, 1> right(2 * cells);
  right.setZero();
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      const int at = i * columns + j;
      branch(at, j > 0 ? at - 1 : -1, row_wire);
      branch(cells + at, i + 1 < rows ? cells + at + columns : -1, column_wire);
      branch(at, cells + at, array.conductance[static_cast<std::size_t>(at)]);
    }
    right[i * columns] = row_wire * array.input[static_cast<std::size_t>(i)];
  }
  Eigen::SparseMatrix<Real> matrix(2 * cells, 2 * cells);
  matrix.setFromTriplets(entries.begin(), entries.end());
  const Eigen::SimplicialLDLT<Eigen::SparseMatrix<Real>> factor(matrix);
  const Eigen::Matrix<Real, Eigen::Dynamic, 1> voltage = factor.solve(right);
  Nodal nodal;
  for (int k = 0; k < cells; ++k) {
    nodal.row_voltage.push_back(static_cast<double>(voltage[k]));
    nodal.column_voltage.push_back(static_cast<double>(voltage[cells + k]));
  }
  for (int j = 0; j < columns; ++j) {
    nodal.current.push_back(static_cast<double>(voltage[2 * cells - columns + j] * column_wire));
  }
  return nodal;
}

/// Largest deviation over the largest magnitude.
double deviation(const std::vector<double>& x, const std::vector<double>& expected) {
  EXPECT_EQ(x.size(), expected.size());
  double error = 0.0;
  double size = 0.0;
  for (std::size_t k = 0; k < std::min(x.size(), expected.size()); ++k) {
    error = std::max(error, std::abs(x[k] - expected[k]));
    size = std::max(size, std::abs(expected[k]));
  }
  return size > 0.0 ? error / size : error;
}

std::vector<double> times(const EffectiveMatrix& matrix, const std::vector<double>& input) {
  std::vector<double> current(matrix.columns);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      current[j] += matrix.value[i * matrix.columns + j] * input[i];
    }
  }
  return current;
}

std::vector<double> read_numbers(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::vector<double> numbers;
  for (std::string line; std::getline(file, line);) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream words(line);
    for (double x = 0.0; words >> x;) numbers.push_back(x);
  }
  return numbers;
}

void expect_reference(const std::string& folder, std::size_t size, double segment) {
  const std::string base = std::string(NEUCASL_TEST_DATA) + "/array/reference/" + folder + "/";
  Array array{size,    size,    read_numbers(base + "R_ohm.csv"),
              segment, segment, read_numbers(base + "V_in.csv")};
  for (double& x : array.conductance) x = 1.0 / x;
  ArraySolveOptions options;
  options.node_voltages = true;
  const ArraySolution solution = array.solve(options);
  const std::vector<double> current = read_numbers(base + "I_out_A.csv");
  ASSERT_EQ(solution.column_current.size(), current.size());
  for (std::size_t j = 0; j < size; ++j) {
    EXPECT_NEAR(solution.column_current[j], current[j], 1e-9 * current[j]) << folder << " " << j;
  }
  EXPECT_LT(deviation(solution.row_voltage, read_numbers(base + "V_wordline.csv")), 1e-11);
  EXPECT_LT(deviation(solution.column_voltage, read_numbers(base + "V_bitline.csv")), 1e-11);
}

std::string code_of(const Array& array, const ArraySolveOptions& options = {}) {
  try {
    array.solve(options);
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "none";
}

Array small_array() { return {2, 3, {1e-5, 2e-5, 3e-5, 4e-5, 5e-5, 6e-5}, 1.0, 2.0, {0.3, -0.2}}; }

TEST(LineSolver, ReproducesReferenceArrays) {
  expect_reference("n8_ri20", 8, 20.0);
  expect_reference("n16_ri5", 16, 5.0);
}

TEST(LineSolver, SingleCellIsSeriesResistance) {
  const Array array{1, 1, {1e-3}, 7.0, 11.0, {0.5}};
  const double expected = 0.5 / (1000.0 + 7.0 + 11.0);
  EXPECT_NEAR(array.solve().column_current[0], expected, 1e-15 * expected + 1e-18);
  EXPECT_NEAR(array.effective().value[0], 2.0 * expected, 1e-15 * expected + 1e-18);
}

TEST(LineSolver, SingleRowIsLadder) {
  // Cells and column segments in series form the rungs; the ladder folds up from its free end.
  const std::size_t n = 21;
  Array array{1, n, std::vector<double>(n), 3.0, 5.0, {1.0}};
  for (std::size_t j = 0; j < n; ++j) array.conductance[j] = 1e-4 * static_cast<double>(j + 1);
  std::vector<double> input_conductance(n + 1, 0.0);
  for (std::size_t j = n; j-- > 0;) {
    const double node = 1.0 / (1.0 / array.conductance[j] + 5.0) + input_conductance[j + 1];
    input_conductance[j] = 1.0 / (1.0 / node + 3.0);
  }
  const std::vector<double> current = array.solve().column_current;
  double volt = 1.0;
  for (std::size_t j = 0; j < n; ++j) {
    volt -= 3.0 * input_conductance[j] * volt;
    const double expected = volt / (1.0 / array.conductance[j] + 5.0);
    EXPECT_NEAR(current[j], expected, 1e-13 * expected);
  }
}

TEST(LineSolver, AgreesWithNodalAnalysisOfRandomArrays) {
  std::mt19937_64 engine(20240117);
  ArraySolveOptions options;
  options.node_voltages = true;
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t rows = 2 + engine() % 59;
    const std::size_t columns = 2 + engine() % 59;
    const Array array = random_array(engine, rows, columns);
    SCOPED_TRACE(std::to_string(trial) + ": " + std::to_string(rows) + " x " +
                 std::to_string(columns) + ", " + std::to_string(array.row_resistance) + " and " +
                 std::to_string(array.column_resistance) + " ohm");
    const Nodal nodal = nodal_analysis(array);
    const ArraySolution solution = array.solve(options);
    EXPECT_LE(solution.residual, options.tolerance);
    EXPECT_LT(deviation(solution.column_current, nodal.current), 1e-10);
    EXPECT_LT(deviation(solution.row_voltage, nodal.row_voltage), 1e-11);
    EXPECT_LT(deviation(solution.column_voltage, nodal.column_voltage), 1e-10);
    EXPECT_LT(deviation(times(array.effective(), array.input), nodal.current), 1e-10);
  }
}

TEST(LineSolver, SuperposesInputs) {
  std::mt19937_64 engine(5);
  Array array = random_array(engine, 24, 17);
  const std::vector<double> first = array.input;
  const std::vector<double> one = array.solve().column_current;
  for (double& v : array.input) v = uniform(engine, -1.0, 1.0);
  const std::vector<double> two = array.solve().column_current;
  for (std::size_t i = 0; i < first.size(); ++i) array.input[i] = 3.0 * first[i] - array.input[i];
  std::vector<double> expected(one.size());
  for (std::size_t j = 0; j < one.size(); ++j) expected[j] = 3.0 * one[j] - two[j];
  EXPECT_LT(deviation(array.solve().column_current, expected), 1e-12);
}

TEST(LineSolver, IsReciprocal) {
  // Exchanging the ends of the array (sources at the feet, grounds at the sources) transposes W.
  std::mt19937_64 engine(6);
  const Array array = random_array(engine, 19, 30);
  Array turned{30, 19, std::vector<double>(19 * 30), array.column_resistance, array.row_resistance,
               {}};
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t j = 0; j < 19; ++j) {
      turned.conductance[i * 19 + j] = array.conductance[(18 - j) * 30 + 29 - i];
    }
  }
  const EffectiveMatrix matrix = array.effective();
  const EffectiveMatrix adjoint = turned.effective();
  std::vector<double> expected(19 * 30);
  for (std::size_t i = 0; i < 19; ++i) {
    for (std::size_t j = 0; j < 30; ++j) {
      expected[i * 30 + j] = adjoint.value[(29 - j) * 19 + 18 - i];
    }
  }
  EXPECT_LT(deviation(matrix.value, expected), 1e-11);
}

TEST(LineSolver, HandlesIdealWires) {
  std::mt19937_64 engine(7);
  for (const auto& [row, column] : {std::pair{0.0, 2.0}, {2.0, 0.0}, {0.0, 0.0}}) {
    Array array = random_array(engine, 13, 22);
    array.row_resistance = row;
    array.column_resistance = column;
    ArraySolveOptions options;
    options.node_voltages = true;
    const ArraySolution solution = array.solve(options);
    for (std::size_t k = 0; k < solution.row_voltage.size(); ++k) {
      if (row == 0.0) {
        EXPECT_NEAR(solution.row_voltage[k], array.input[k / 22], 1e-15);
      }
      if (column == 0.0) {
        EXPECT_NEAR(solution.column_voltage[k], 0.0, 1e-100);
      }
    }
    EXPECT_LT(deviation(times(array.effective(), array.input), solution.column_current), 1e-13);
    // Nearly ideal wires must approach the ideal result.
    array.row_resistance = std::max(row, 1e-9);
    array.column_resistance = std::max(column, 1e-9);
    EXPECT_LT(deviation(solution.column_current, nodal_analysis(array).current), 1e-7);
  }
}

TEST(LineSolver, HandlesZeroAndTinyInputs) {
  Array array = small_array();
  const std::vector<double> expected = array.solve().column_current;
  for (double& v : array.input) v *= 1e-200;
  std::vector<double> current = array.solve().column_current;
  for (double& x : current) x *= 1e200;
  EXPECT_LT(deviation(current, expected), 1e-14);
  array.input.assign(2, 0.0);
  EXPECT_EQ(array.solve().column_current, std::vector<double>(3, 0.0));
  array = small_array();
  array.conductance.assign(6, 0.0);
  EXPECT_EQ(array.solve().column_current, std::vector<double>(3, 0.0));
}

TEST(LineSolver, SolvesManyInputsLikeEachAlone) {
  std::mt19937_64 engine(8);
  Array array = random_array(engine, 20, 33);
  std::vector<double> all;
  std::vector<double> expected;
  for (int k = 0; k < 11; ++k) {
    for (double& v : array.input) v = uniform(engine, -1.0, 1.0);
    all.insert(all.end(), array.input.begin(), array.input.end());
    const std::vector<double> current = array.solve().column_current;
    expected.insert(expected.end(), current.begin(), current.end());
  }
  array.input = all;
  EXPECT_LT(deviation(array.solve().column_current, expected), 1e-12);
}

TEST(LineSolver, ThreadsDoNotChangeBits) {
  std::mt19937_64 engine(9);
  Array array = random_array(engine, 30, 41);
  for (int k = 0; k < 30 * 6; ++k) array.input.push_back(uniform(engine, 0.0, 1.0));
  ArraySolveOptions two;
  two.threads = 2;
  two.node_voltages = true;
  ArraySolveOptions one = two;
  one.threads = 1;
  EXPECT_EQ(array.solve(one).column_current, array.solve(two).column_current);
  EXPECT_EQ(array.solve(one).row_voltage, array.solve(two).row_voltage);
  EXPECT_EQ(array.solve(one).column_voltage, array.solve(two).column_voltage);
  EXPECT_EQ(array.effective(one).value, array.effective(two).value);
}

TEST(LineSolver, LooseToleranceIsMet) {
  std::mt19937_64 engine(10);
  for (int trial = 0; trial < 10; ++trial) {
    const Array array = random_array(engine, 40, 40);
    ArraySolveOptions options;
    options.tolerance = 1e-5;
    const EffectiveMatrix matrix = array.effective(options);
    EXPECT_LE(matrix.residual, 1e-5);
    EXPECT_LT(deviation(times(matrix, array.input), array.solve().column_current), 1e-4);
  }
}

TEST(LineSolver, RejectsBadProblems) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-1e-6, nan, infinity}) {
    Array array = small_array();
    array.conductance[4] = bad;
    EXPECT_EQ(code_of(array), "array.conductance");
    array = small_array();
    array.row_resistance = bad;
    EXPECT_EQ(code_of(array), "array.resistance");
    array = small_array();
    array.column_resistance = bad;
    EXPECT_EQ(code_of(array), "array.resistance");
  }
  for (const double bad : {nan, infinity, -infinity}) {
    Array array = small_array();
    array.input[1] = bad;
    EXPECT_EQ(code_of(array), "array.input");
  }
}

TEST(LineSolver, NamesTheBadCell) {
  Array array = small_array();
  array.conductance[5] = -1.0;
  try {
    array.solve();
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(error.diagnostic().message.find("row 1, column 2"), std::string::npos);
  }
}

TEST(LineSolver, RejectsBadSizesAndOptions) {
  Array array = small_array();
  array.conductance.pop_back();
  EXPECT_EQ(code_of(array), "array.size");
  array = small_array();
  array.input.push_back(1.0);
  EXPECT_THROW(LineSolver().solve(array.problem(), array.input, 1, {}), base::Error);
  EXPECT_THROW(LineSolver().solve({}, {}, 0, {}), base::Error);
  array = small_array();
  for (const double tolerance : {0.0, -1.0, 0.02, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(code_of(array, {.tolerance = tolerance}), "array.options");
  }
  EXPECT_EQ(code_of(array, {.max_iterations = 0}), "array.options");
  EXPECT_EQ(code_of(array, {.threads = 0}), "array.options");
}

TEST(LineSolver, ReportsAStall) {
  std::mt19937_64 engine(11);
  Array array = random_array(engine, 50, 50);
  array.row_resistance = array.column_resistance = 100.0;
  EXPECT_EQ(code_of(array, {.max_iterations = 1}), "array.stalled");
  EXPECT_EQ(code_of(array, {.tolerance = 1e-18}), "array.stalled");
  EXPECT_FALSE(LineSolver().method().empty());
}

TEST(LineSolver, TellsItsProgressAndStopsWhenAsked) {
  const std::vector<double> conductance(12 * 7, 1e-5);
  const ArrayProblem problem{12, 7, conductance, 1.0, 1.0};
  std::vector<std::size_t> done;
  ArraySolveOptions options;
  options.threads = 2;
  options.progress = [&](std::string_view what, std::size_t count, std::size_t total) {
    EXPECT_EQ(what, "inputs");
    EXPECT_EQ(total, 7U);
    done.push_back(count);
    if (count >= 2) options.cancel.request();
  };
  EXPECT_THROW(static_cast<void>(LineSolver().effective_matrix(problem, options)), base::Cancelled);
  ASSERT_FALSE(done.empty());
  EXPECT_LT(done.back(), 7U);
}

}  // namespace
}  // namespace neucasl::array_plugin
