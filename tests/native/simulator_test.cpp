#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "bench.hpp"
#include "formula_tape.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/model/complex.hpp"
#include "tests/ngspice/circuit.hpp"

namespace neucasl::native_test {
namespace {

using model::Symbol;

class NoModels final : public model::ModelLibrary {
 public:
  model::FoundModel find(std::string_view name, const base::Location& where) override {
    throw base::Error("model.unknown", "no model '" + std::string(name) + "'", "", where);
  }
  [[nodiscard]] std::vector<std::string> names() const override { return {}; }
};

TEST(NativeDesign, OperatingPoint) {
  ngspice_plugin::Circuit design;
  const ir::NetRef in = design.net("in");
  const ir::NetRef out = design.net("out");
  design.voltage("v1", in, design.ground(), 1.0);
  design.resistor("r1", in, out, 1e3);
  design.conductance("g1", out, design.ground(), 1e-3);
  Engine engine;
  EXPECT_EQ(code_of([&] {
              (void)engine.simulator.operating_point(design.design(), design.top(), engine.context);
            }),
            "native.context");
  NoModels models;
  const device::Library cards(std::vector<std::filesystem::path>{});
  engine.context.models = &models;
  engine.context.devices = &cards;
  const plugin::OperatingPoint point =
      engine.simulator.operating_point(design.design(), design.top(), engine.context);
  ASSERT_EQ(point.node_voltage.size(), 2U);
  EXPECT_EQ(point.node_voltage[1].first, "out");
  EXPECT_NEAR(point.node_voltage[1].second, 0.5, 1e-15);
  ASSERT_EQ(point.source_current.size(), 1U);
  EXPECT_EQ(point.source_current[0].first, "v1");
  EXPECT_NEAR(point.source_current[0].second, -0.5e-3, 1e-18);
  EXPECT_NE(point.method.find("native"), std::string::npos);
}

// --- campaigns
// ---------------------------------------------------------------------------------------

circuit::Circuit divider(std::size_t k) {
  Bench bench;
  bench.voltage("v1", "in", "0", static_cast<double>(k));
  bench.resistor("r1", "in", "out", 1e3);
  bench.resistor("r2", "out", "0", k % 7 == 3 ? 0.0 : 1e3);
  return bench.circuit;
}

TEST(NativeBatch, OutcomesInOrderFailuresApart) {
  for (const int threads : {1, 2, 5}) {
    Engine engine;
    engine.context.threads = threads;
    std::size_t next = 0;
    std::atomic<int> making = 0;
    engine.simulator.simulate_batch(
        1000,
        [&](std::size_t k) {
          EXPECT_EQ(making.fetch_add(1), 0);
          circuit::Circuit circuit = divider(k);
          making.fetch_sub(1);
          if (k == 500) throw base::Error("test.make", "not made");
          return circuit;
        },
        circuit::OperatingPointAnalysis{}, engine.options,
        [&](std::size_t k, plugin::SimulationOutcome outcome) {
          EXPECT_EQ(k, next++);
          if (k == 500) {
            ASSERT_TRUE(outcome.failure);
            EXPECT_EQ(outcome.failure->code, "test.make");
          } else if (k % 7 == 3) {
            ASSERT_TRUE(outcome.failure);
            EXPECT_EQ(outcome.failure->code, "native.value");
          } else {
            ASSERT_TRUE(outcome.result);
            EXPECT_NEAR(v(*outcome.result, "out")[0], 0.5 * static_cast<double>(k), 1e-12);
          }
        },
        engine.context);
    EXPECT_EQ(next, 1000U);
  }
}

TEST(NativeBatch, StopsOnCancelAndOnForeignExceptions) {
  for (const int threads : {1, 3}) {
    Engine engine;
    engine.context.threads = threads;
    std::size_t taken = 0;
    EXPECT_THROW(engine.simulator.simulate_batch(
                     100000, divider, circuit::OperatingPointAnalysis{}, engine.options,
                     [&](std::size_t, plugin::SimulationOutcome) {
                       if (++taken == 20) engine.context.cancel.request();
                     },
                     engine.context),
                 base::Cancelled);
    EXPECT_LT(taken, 1000U);
    Engine other;
    other.context.threads = threads;
    EXPECT_THROW(other.simulator.simulate_batch(
                     100000, divider, circuit::OperatingPointAnalysis{}, other.options,
                     [&](std::size_t k, plugin::SimulationOutcome) {
                       if (k == 10) throw std::runtime_error("taker");
                     },
                     other.context),
                 std::runtime_error);
  }
}

// --- formulas
// ----------------------------------------------------------------------------------------

TEST(NativeFormula, TapeEqualsTheGraph) {
  const Symbol x = Symbol::unknown(0);
  const Symbol y = Symbol::unknown(1);
  const Symbol shared = exp(sin(x) * y) + 2.0;
  const std::vector<Symbol> formulas = {
      shared * shared / (1.0 + y * y) - sqrt(shared),
      select(x - 0.2, log(shared) * tanh(y), -cosh(x) + abs(y)),
      pow(abs(x) + 0.1, 1.7) + cos(y) * sinh(x) - atan(x * y),
      Symbol(3.5),
      y,
  };
  const native_plugin::FormulaTape tape(formulas);
  std::vector<double> work(tape.work_size());
  std::vector<double> values(formulas.size());
  std::vector<double> gradient(2 * formulas.size());
  std::vector<double> expected(2);
  base::RandomStream random(1, "native/formula");
  for (int sample = 0; sample < 500; ++sample) {
    const std::vector<double> at = {random.normal(), random.normal()};
    tape.evaluate(at, values, gradient, work);
    for (std::size_t k = 0; k < formulas.size(); ++k) {
      EXPECT_DOUBLE_EQ(values[k], model::evaluate(formulas[k], at, expected));
      for (std::size_t j = 0; j < 2; ++j) {
        EXPECT_NEAR(gradient[2 * k + j], expected[j], 1e-12 * (1.0 + std::abs(expected[j])));
      }
    }
  }
}

TEST(NativeFormula, DeepFormulasDoNotOverflowTheStack) {
  Symbol sum = Symbol::unknown(0);
  for (int k = 0; k < 20000; ++k) sum = sum * 0.5 + 1.0;
  const native_plugin::FormulaTape tape(std::span(&sum, 1));
  std::vector<double> work(tape.work_size());
  double value = 0.0;
  const double at = 4.0;
  tape.evaluate({&at, 1}, {&value, 1}, {}, work);
  EXPECT_NEAR(value, 2.0, 1e-12);
}

// --- optics
// ------------------------------------------------------------------------------------------

/// A wave source behind a matched line: V + I = 2 a.
struct LaserEquations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double re, im;
  };
  static model::Specification specification() {
    model::Specification s;
    s.name = "test_laser";
    s.title = s.name;
    s.family = "test";
    s.terminals = {{"out", ir::Discipline::optical, ir::Direction::inout, 1.0}};
    s.parameters = {{"amplitude", "1", 0.03, 0.0, 10.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment&) {
    return {p[0], 0.0};
  }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    y.current[0] += x[0] - 2.0 * d.re;
    y.current[1] += x[1] - 2.0 * d.im;
  }
};

/// A mirror behind a phase: b = r exp(j phi) a, phi from the wavelength; V - I = r e (V + I).
struct MirrorEquations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double g, b;  // admittance (1 - s) / (1 + s)
  };
  static model::Specification specification() {
    model::Specification s = LaserEquations::specification();
    s.name = "test_mirror";
    s.parameters = {{"reflection", "1", 0.5, 0.0, 0.99, ""}, {"path", "m", 10e-6, 0.0, 1.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment& environment) {
    const double phase = 2.0 * 3.141592653589793 * p[1] / environment.wavelength;
    const model::Complex<double> s{p[0] * std::cos(phase), p[0] * std::sin(phase)};
    const auto y =
        model::Complex<double>{1.0 - s.re, -s.im} / model::Complex<double>{1.0 + s.re, s.im};
    return {y.re, y.im};
  }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    y.current[0] += d.g * x[0] - d.b * x[1];
    y.current[1] += d.g * x[1] + d.b * x[0];
  }
};

TEST(NativeOptics, MirrorOverAWavelengthSweep) {
  const TestModel<LaserEquations> laser;
  const TestModel<MirrorEquations> mirror;
  Bench bench;
  bench.device(laser, "l1", {"guide"});
  bench.device(mirror, "m1", {"guide"});
  bench.circuit.carriers = {1.55e-6};
  std::vector<double> wavelengths;
  for (int k = 0; k < 2001; ++k) wavelengths.push_back(1.5e-6 + 5e-11 * k);
  Engine engine;
  const circuit::Result result =
      engine.run(bench, circuit::SweepAnalysis{"wavelength", wavelengths});
  const std::vector<double> re = v(result, "guide.re");
  const std::vector<double> im = v(result, "guide.im");
  for (std::size_t k = 0; k < wavelengths.size(); ++k) {
    const double phase = 2.0 * 3.141592653589793 * 10e-6 / wavelengths[k];
    EXPECT_NEAR(re[k], 0.03 * (1.0 + 0.5 * std::cos(phase)), 1e-15);
    EXPECT_NEAR(im[k], 0.03 * 0.5 * std::sin(phase), 1e-15);
  }
}

}  // namespace
}  // namespace neucasl::native_test
