#include "nonlinear/nonlinear_solver.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <limits>
#include <random>

#include "array_bench.hpp"
#include "line_solver.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/model/equations.hpp"
#include "nonlinear/circuit_array.hpp"

namespace neucasl::array_plugin {
namespace {

/// i = g v (1 - (v/v0)^2 + (v/v0)^4 / 2): its slope is negative around v0 / sqrt 2 or so, as that
/// of a tunnel diode.
struct FallingCurve {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double conductance, voltage;
  };
  static model::Specification specification() {
    model::Specification s;
    s.name = "falling_curve";
    s.terminals = {{"p"}, {"n"}};
    s.parameters = {{"conductance", "S", 1e-3, 1e-9, 1.0, "g"},
                    {"voltage", "V", 1.0, 0.1, 10.0, "v0"}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment& /*environment*/) {
    return {p[0], p[1]};
  }
  static std::array<double, 0> initial(const Derived& /*d*/) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    const S v = x[0] - x[1];
    const S q = v * v / (d.voltage * d.voltage);
    const S current = d.conductance * v * (1.0 - q + 0.2 * q * q);
    y.current[0] += current;
    y.current[1] -= current;
  }
};

class FallingCurveModel final : public model::EquationModel<FallingCurve> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> /*parameters*/, const model::Environment& /*environment*/,
      std::span<const model::PublishedFigure> /*published*/) const override {
    return {};
  }
};

double draw(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * static_cast<double>(engine() >> 11) * 0x1p-53;
}

/// Linear cells; rows driven at their first end through a segment, columns at 0 V at their last.
NonlinearArray linear_array(std::mt19937_64& engine, std::size_t rows, std::size_t columns,
                            double row_segment, double column_segment) {
  NonlinearArray array;
  array.rows = rows;
  array.columns = columns;
  array.row_wires.segment.assign(rows * (columns - 1), row_segment);
  array.column_wires.segment.assign(columns * (rows - 1), column_segment);
  for (std::uint32_t i = 0; i < rows; ++i) {
    array.row_wires.first.push_back({i, row_segment});
    array.row_wires.last.emplace_back();
    array.sources.push_back({"row" + std::to_string(i), draw(engine, -1.0, 1.0), {}});
  }
  for (std::uint32_t j = 0; j < columns; ++j) {
    array.column_wires.first.emplace_back();
    array.column_wires.last.push_back({static_cast<std::uint32_t>(rows) + j, column_segment});
    array.sources.push_back({"column" + std::to_string(j), 0.0, {}});
  }
  CellPart part{nullptr, {0, 1}, {}};
  for (std::size_t k = 0; k < rows * columns; ++k) {
    part.derived.push_back(k % 11 == 0 ? 0.0 : std::pow(10.0, draw(engine, -7.0, -3.0)));
    part.derived.push_back(0.0);
  }
  array.parts.push_back(std::move(part));
  return array;
}

/// Cells of one model of two terminals.
NonlinearArray model_array(const model::DeviceModel& model, std::span<const double> parameters,
                           std::size_t rows, std::size_t columns, double segment) {
  std::mt19937_64 engine(1);
  NonlinearArray array = linear_array(engine, rows, columns, segment, segment);
  if (segment == 0.0) {
    array.row_wires.ideal = array.column_wires.ideal = true;
    array.row_wires.segment.clear();
    array.column_wires.segment.clear();
  }
  CellPart part{&model, {0, 1}, {}};
  std::vector<double> derived(model.derived_size());
  model.derive(parameters, {}, derived);
  std::vector<double> initial(model.specification().internals.size());
  model.initial_internals(derived, initial);
  for (const model::Internal& internal : model.specification().internals) {
    part.place.push_back(2 + static_cast<std::uint32_t>(array.inner.size()));
    array.inner.push_back({internal.name, false, internal.kind, internal.scale});
  }
  for (std::size_t k = 0; k < array.cells(); ++k) {
    part.derived.insert(part.derived.end(), derived.begin(), derived.end());
    array.initial.insert(array.initial.end(), initial.begin(), initial.end());
  }
  array.parts = {std::move(part)};
  return array;
}

std::string code_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const base::Error& error) {
    if (message != nullptr) *message = error.diagnostic().message;
    return error.diagnostic().code;
  }
  return "none";
}

NonlinearOptions tight() {
  NonlinearOptions options;
  options.tolerances = circuit::Tolerances::tight();
  return options;
}

TEST(NonlinearSolver, GivesTheLinearSolutionForLinearCells) {
  std::mt19937_64 engine(7);
  double worst = 0.0;
  for (int k = 0; k < 20; ++k) {
    const auto rows = 2 + static_cast<std::size_t>(draw(engine, 0.0, 40.0));
    const auto columns = 2 + static_cast<std::size_t>(draw(engine, 0.0, 40.0));
    const double row_segment = std::pow(10.0, draw(engine, -2.0, 2.0));
    const double column_segment = std::pow(10.0, draw(engine, -2.0, 2.0));
    const NonlinearArray array = linear_array(engine, rows, columns, row_segment, column_segment);
    NonlinearSolver solver(array, tight());
    const ArrayPoint point = solver.rest();
    std::vector<double> conductance;
    for (std::size_t c = 0; c < array.cells(); ++c) {
      conductance.push_back(array.parts[0].derived[2 * c]);
    }
    std::vector<double> input;
    for (std::size_t i = 0; i < rows; ++i) input.push_back(array.sources[i].rest);
    const plugin::ArraySolution linear =
        LineSolver().solve({rows, columns, conductance, row_segment, column_segment}, input, 1, {});
    double largest = 0.0;
    for (const double current : linear.column_current) {
      largest = std::max(largest, std::abs(current));
    }
    for (std::size_t j = 0; j < columns; ++j) {
      const double out = -point.source_current[rows + j];
      worst = std::max(worst, std::abs(out - linear.column_current[j]) / largest);
    }
  }
  RecordProperty("worst_difference", std::to_string(worst * 1e12) + "e-12");
  EXPECT_LE(worst, 1e-10);
}

/// Ends of all kinds against nodal analysis by dense elimination.
TEST(NonlinearSolver, TakesWiresWithEndsOfAllKinds) {
  std::mt19937_64 engine(3);
  constexpr std::size_t rows = 7;
  constexpr std::size_t columns = 10;
  NonlinearArray array = linear_array(engine, rows, columns, 3.0, 5.0);
  for (double& value : array.parts[0].derived) value *= 100.0;
  array.row_wires.first[1] = {};                            // a floating row
  array.row_wires.last[2] = {rows, 40.0};                   // driven from both ends
  array.column_wires.first[4] = {0, 25.0};                  // a column driven at both ends
  array.column_wires.last[5] = {};                          // a floating column
  array.row_wires.segment[3 * (columns - 1) + 2] = 1000.0;  // a bad segment
  NonlinearSolver solver(array, tight());
  const ArrayPoint point = solver.rest();

  constexpr Eigen::Index n = 2 * rows * columns;
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(n);
  const auto row_node = [](std::size_t i, std::size_t j) {
    return static_cast<Eigen::Index>(i * columns + j);
  };
  const auto column_node = [&](std::size_t i, std::size_t j) {
    return static_cast<Eigen::Index>(rows * columns) + row_node(i, j);
  };
  const auto join = [&](Eigen::Index a, Eigen::Index b, double g) {
    matrix(a, a) += g;
    matrix(b, b) += g;
    matrix(a, b) -= g;
    matrix(b, a) -= g;
  };
  const auto end = [&](Eigen::Index a, const WireEnd& one) {
    if (one.source == WireEnd::open) return;
    matrix(a, a) += 1.0 / one.resistance;
    right(a) += array.sources[one.source].rest / one.resistance;
  };
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      join(row_node(i, j), column_node(i, j), array.parts[0].derived[2 * (i * columns + j)]);
      if (j > 0) {
        join(row_node(i, j - 1), row_node(i, j),
             1.0 / array.row_wires.segment[i * (columns - 1) + j - 1]);
      }
      if (i > 0) {
        join(column_node(i - 1, j), column_node(i, j),
             1.0 / array.column_wires.segment[j * (rows - 1) + i - 1]);
      }
    }
    end(row_node(i, 0), array.row_wires.first[i]);
    end(row_node(i, columns - 1), array.row_wires.last[i]);
  }
  for (std::size_t j = 0; j < columns; ++j) {
    end(column_node(0, j), array.column_wires.first[j]);
    end(column_node(rows - 1, j), array.column_wires.last[j]);
  }
  const Eigen::VectorXd exact = matrix.partialPivLu().solve(right);
  double worst = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      worst = std::max({worst, std::abs(point.x.u[solver.at(i, j)] - exact(row_node(i, j))),
                        std::abs(point.x.v[solver.at(i, j)] - exact(column_node(i, j)))});
    }
  }
  RecordProperty("worst_difference_V", std::to_string(worst * 1e12) + "e-12");
  EXPECT_LE(worst, 1e-12);
  EXPECT_NEAR(point.source_power, point.cell_power + point.wire_power, 1e-12 * point.source_power);
}

TEST(NonlinearSolver, EnergyFromTheSourcesIsThatOfCellsAndWires) {
  array_test::ArrayBench bench;
  const model::FoundModel vteam = bench.model("vteam_magic");
  std::vector<double> parameters = bench.parameters("vteam_magic");
  parameters[model::parameter_index(vteam.model->specification(), "initial_state")] = 0.4;
  NonlinearArray array = model_array(*vteam.model, parameters, 9, 12, 2.0);
  for (std::size_t i = 0; i < array.rows; ++i) {
    array.sources[i].rest = 0.0;
    array.sources[i].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                 array_test::trapezoid(0.1e-9, 2e-9, i == 4 ? 1.0 : 0.5)};
  }
  circuit::TransientAnalysis transient;
  transient.stop = 3e-9;
  NonlinearOptions options;
  NonlinearSolver solver(array, options);
  ArrayPoint last;
  double worst = 0.0;
  double peak = 0.0;
  solver.transient(transient, [&](const ArrayPoint& point) {
    worst = std::max(worst, std::abs(point.source_power - point.cell_power - point.wire_power));
    peak = std::max(peak, point.source_power);
    last = point;
  });
  EXPECT_LE(worst, 1e-6 * peak);
  EXPECT_GT(last.wire_energy, 0.0);
  EXPECT_NEAR(last.source_energy, last.cell_energy + last.wire_energy, 1e-6 * last.source_energy);
  RecordProperty("worst_power_balance_of_peak", std::to_string(worst / peak));
}

TEST(NonlinearSolver, AConductanceAtAPulseTakesItsEnergyInClosedForm) {
  std::mt19937_64 engine(5);
  NonlinearArray array = linear_array(engine, 3, 2, 1.0, 1.0);
  array.row_wires.ideal = array.column_wires.ideal = true;
  array.row_wires.segment.clear();
  array.column_wires.segment.clear();
  double sum = 0.0;
  for (std::size_t k = 0; k < array.cells(); ++k) sum += array.parts[0].derived[2 * k];
  for (WireEnd& end : array.row_wires.first) end.resistance = 0.0;
  for (WireEnd& end : array.column_wires.last) end.resistance = 0.0;
  for (std::size_t i = 0; i < array.rows; ++i) {
    array.sources[i].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                 {0.0, 0.0, 1e-9, 1.0, 3e-9, 1.0, 4e-9, 0.0}};
  }
  circuit::TransientAnalysis transient;
  transient.stop = 5e-9;
  transient.largest_step = 0.005e-9;
  NonlinearSolver solver(array, {});
  ArrayPoint last;
  solver.transient(transient, [&](const ArrayPoint& point) { last = point; });
  // Two ramps of 1 ns, a third of V^2 G t each, and 2 ns at 1 V.
  const double exact = sum * (2.0e-9 + 2.0 / 3.0 * 1e-9);
  EXPECT_NEAR(last.cell_energy, exact, 1e-5 * exact);
  EXPECT_NEAR(last.source_energy, exact, 1e-5 * exact);
}

/// Capacitances between the wires behind resistive ends: a line of one cell is an RC circuit.
TEST(NonlinearSolver, ACapacitanceIsChargedThroughTheEndsResistance) {
  std::mt19937_64 engine(5);
  NonlinearArray array = linear_array(engine, 1, 1, 1.0, 1.0);
  array.row_wires.first[0].resistance = 600.0;
  array.column_wires.last[0].resistance = 400.0;
  array.parts[0].derived = {0.0, 1e-12};  // S, F
  array.sources[0].rest = 0.0;
  array.sources[0].waveform = {circuit::Waveform::Kind::piecewise_linear, {0.0, 0.0, 1e-13, 1.0}};
  circuit::TransientAnalysis transient;
  transient.stop = 3e-9;
  NonlinearSolver solver(array, tight());
  double worst = 0.0;
  solver.transient(transient, [&](const ArrayPoint& point) {
    if (point.time < 1e-12) return;
    const double exact = 1.0 - std::exp(-(point.time - 0.5e-13) / 1e-9);
    worst = std::max(worst, std::abs(point.x.u[0] - point.x.v[0] - exact));
  });
  RecordProperty("worst_difference_V", std::to_string(worst));
  EXPECT_LE(worst, 1e-5);
}

TEST(NonlinearSolver, ResultsDoNotDependOnTheNumberOfThreads) {
  array_test::ArrayBench bench;
  const model::FoundModel vteam = bench.model("vteam_magic");
  NonlinearArray array = model_array(*vteam.model, bench.parameters("vteam_magic"), 48, 50, 1.0);
  for (std::size_t i = 0; i < array.rows; ++i) {
    array.sources[i].rest = 0.0;
    array.sources[i].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                 {0.0, 0.0, 1e-10, i == 4 ? -2.5 : -1.25, 2e-10, 0.0}};
  }
  circuit::TransientAnalysis transient;
  transient.stop = 2e-10;
  std::vector<double> first;
  for (const int threads : {1, 2, 3}) {
    NonlinearOptions options;
    options.threads = threads;
    NonlinearSolver solver(array, options);
    std::vector<double> all;
    solver.transient(transient, [&](const ArrayPoint& point) {
      all.push_back(point.time);
      all.insert(all.end(), point.source_current.begin(), point.source_current.end());
    });
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << threads;
  }
  EXPECT_GT(first.size(), 1000U);
}

/// Cells that heat themselves: their temperatures follow the voltages with a delay, which must not
/// make the damping halve good corrections.
TEST(NonlinearSolver, StronglyNonlinearCellsTakeFewCorrections) {
  array_test::ArrayBench bench;
  array_test::ArrayPlan plan;
  plan.rows = plan.columns = 24;
  plan.memory = "hfox_stanford_asu";
  plan.state = [](std::size_t i, std::size_t j) {
    return 0.1 * static_cast<double>((3 * i + 7 * j) % 11);
  };
  plan.row_wave = [](std::size_t i) { return std::vector<double>{0.0, i % 3 == 0 ? 0.0 : 0.6}; };
  const CircuitArray found = find_array(bench.circuit(plan));
  NonlinearSolver solver(found.array, tight());
  const ArrayPoint point = solver.rest();
  EXPECT_EQ(solver.path(), "Newton's method");
  EXPECT_LE(solver.iterations(), 8U);
  EXPECT_NEAR(point.source_power, point.cell_power + point.wire_power, 1e-10 * point.source_power);
}

/// One linearisation a point, but for a few at the corners of the sources.
TEST(NonlinearSolver, ATransientLinearisesItsCellsAboutOnceAPoint) {
  array_test::ArrayBench bench;
  const model::FoundModel vteam = bench.model("vteam_magic");
  NonlinearArray array = model_array(*vteam.model, bench.parameters("vteam_magic"), 8, 8, 1.0);
  for (std::size_t i = 0; i < array.rows; ++i) {
    array.sources[i].rest = 0.0;
    array.sources[i].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                 array_test::trapezoid(0.1e-9, 2e-9, i == 4 ? 1.0 : 0.5)};
  }
  circuit::TransientAnalysis transient;
  transient.stop = 3e-9;
  NonlinearSolver solver(array, {});
  const TransientCount count = solver.transient(transient, [](const ArrayPoint&) {});
  EXPECT_LE(static_cast<double>(count.iterations), 1.3 * static_cast<double>(count.points));
}

TEST(NonlinearSolver, AFallingCurveIsSolvedWhereTheWiresOutweighIt) {
  const FallingCurveModel model;
  const std::vector<double> parameters{1e-3, 1.0};
  NonlinearArray array = model_array(model, parameters, 5, 4, 10.0);
  for (std::size_t i = 0; i < array.rows; ++i) array.sources[i].rest = 0.8;
  NonlinearSolver solver(array, tight());
  const ArrayPoint point = solver.rest();
  EXPECT_NEAR(point.source_power, point.cell_power + point.wire_power, 1e-10);
  const double v = point.x.u[solver.at(2, 2)] - point.x.v[solver.at(2, 2)];
  EXPECT_LT(1.0 - 3.0 * v * v + v * v * v * v, 0.0);  // on the falling part
}

TEST(NonlinearSolver, AFallingCurveThatTheWiresDoNotOutweighIsRefusedWithItsPlace) {
  const FallingCurveModel model;
  // Slopes of -1e-3 S or so behind 10 kohm: the array has several solutions, none of them stable.
  const std::vector<double> parameters{1e-3, 1.0};
  NonlinearArray array = model_array(model, parameters, 1, 1, 20e3);
  array.sources[0].rest = 14.0;
  std::string message;
  const ArrayUnknowns on_the_falling_part{Field(8 * 8, 1.0), Field(8 * 8, 0.0), {}};
  NonlinearSolver solver(array, tight());
  const std::string code = code_of(
      [&] {
        const ArrayPoint point = solver.rest(&on_the_falling_part);
        // Another branch, where the curve rises, is a valid answer.
        const double v = point.x.u[0] - point.x.v[0];
        EXPECT_GT(1.0 - 3.0 * v * v + v * v * v * v, 0.0);
      },
      &message);
  EXPECT_TRUE(code == "none" || code == "array.negative-conductance") << code << message;

  WireNetwork network(array);
  CellStamps stamps = network.stamps();
  stamps.row_row[0] = stamps.column_column[0] = -1e-3;
  stamps.row_column[0] = stamps.column_row[0] = 1e-3;
  EXPECT_FALSE(network.factor(stamps));
  EXPECT_EQ(network.fault_row(), 0U);
}

TEST(NonlinearSolver, BadArraysAreRefusedWithTheirPlace) {
  std::mt19937_64 engine(5);
  const NonlinearArray good = linear_array(engine, 3, 4, 1.0, 1.0);
  const auto refused = [](const NonlinearArray& array, std::string* message) {
    return code_of([&] { static_cast<void>(NonlinearSolver(array, {}).rest()); }, message);
  };
  std::string message;
  EXPECT_EQ(refused(good, &message), "none");

  NonlinearArray bad = good;
  bad.parts[0].derived[2 * 6] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refused(bad, &message), "array.value");
  EXPECT_NE(message.find("row 1, column 2"), std::string::npos) << message;
  bad = good;
  bad.parts[0].derived[2 * 6] = -1e-6;
  EXPECT_EQ(refused(bad, &message), "array.value");
  EXPECT_NE(message.find("conductance of the cell in row 1, column 2"), std::string::npos);
  bad = good;
  bad.row_wires.segment[4] = 0.0;
  EXPECT_EQ(refused(bad, &message), "array.value");
  EXPECT_NE(message.find("segment 1 of row wire 1"), std::string::npos) << message;
  bad = good;
  bad.column_wires.last[2].resistance = -1.0;
  EXPECT_EQ(refused(bad, &message), "array.value");
  bad = good;
  bad.sources[1].rest = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refused(bad, &message), "array.value");
  bad = good;
  bad.row_wires.segment.pop_back();
  EXPECT_EQ(refused(bad, &message), "array.size");
  bad = good;
  bad.column_wires.last[2].source = 99;
  EXPECT_EQ(refused(bad, &message), "array.source");
  bad = good;
  bad.parts[0].place = {0};
  EXPECT_EQ(refused(bad, &message), "array.cell");
  bad = good;
  bad.parts[0].place = {0, 5};
  EXPECT_EQ(refused(bad, &message), "array.cell");
  bad = good;
  bad.rows = 0;
  EXPECT_EQ(refused(bad, &message), "array.size");

  bad = good;
  bad.row_wires.first[1] = {};
  for (std::size_t j = 0; j < 4; ++j) bad.parts[0].derived[2 * (4 + j)] = 0.0;
  EXPECT_EQ(refused(bad, &message), "array.floating");
  EXPECT_NE(message.find("row wire 1"), std::string::npos) << message;
  // All wires float together: the cells join them, and nothing to a source.
  bad = good;
  for (WireEnd& end : bad.row_wires.first) end = {};
  for (WireEnd& end : bad.column_wires.last) end = {};
  EXPECT_EQ(refused(bad, &message), "array.floating");
}

TEST(NonlinearSolver, DevicesOfOtherDisciplinesAreRefused) {
  array_test::ArrayBench bench;
  const model::DeviceModel& heater = *bench.context.models->find("photodetector").model;
  std::mt19937_64 engine(5);
  NonlinearArray array = linear_array(engine, 2, 2, 1.0, 1.0);
  array.parts[0].model = &heater;
  std::string message;
  EXPECT_EQ(code_of([&] { NonlinearSolver(array, {}); }, &message), "array.cell");
  EXPECT_NE(message.find("not electrical"), std::string::npos) << message;
}

TEST(NonlinearSolver, AStalledIterationStatesItsResidual) {
  // ArrayWires that conduct 1e24 times less than the cells: rounding leaves nothing of their
  // currents.
  std::mt19937_64 engine(9);
  NonlinearArray array = linear_array(engine, 64, 64, 1e12, 1e12);
  for (std::size_t k = 0; k < array.cells(); ++k) array.parts[0].derived[2 * k] = 1e12;
  std::string message;
  const std::string code =
      code_of([&] { static_cast<void>(NonlinearSolver(array, {}).rest()); }, &message);
  EXPECT_EQ(code, "array.stalled");
  EXPECT_NE(message.find("residual"), std::string::npos) << message;
}

}  // namespace
}  // namespace neucasl::array_plugin
