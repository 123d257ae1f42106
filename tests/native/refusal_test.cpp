#include <gtest/gtest.h>

#include <limits>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::AcAnalysis;
using circuit::NoiseAnalysis;
using circuit::TransientAnalysis;
using model::Symbol;

/// Current through a resistor, a flow that is not a number above 0.5 V.
struct BrokenEquations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double limit;
  };
  static model::Specification specification() {
    model::Specification s = two_terminals("test_broken");
    s.parameters = {{"limit", "V", 0.5, 0.0, 10.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment&) { return {p[0]}; }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    using namespace model::functions;
    const S v = x[0] - x[1];
    const S current = v * sqrt(S(d.limit) - v) / sqrt(S(d.limit) - v);
    y.current[0] += current;
    y.current[1] -= current;
  }
};

/// A gate that takes no current and a channel.
struct GateEquations {
  static constexpr int terminal_unknowns = 3;
  static constexpr int internals = 0;
  struct Derived {
    double gain;
  };
  static model::Specification specification() {
    model::Specification s = two_terminals("test_gate");
    s.terminals.insert(s.terminals.begin(),
                       {"g", ir::Discipline::electrical, ir::Direction::inout, 2.0});
    s.parameters = {{"gain", "S", 1e-3, 0.0, 1.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment&) { return {p[0]}; }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 3, 0>& y) {
    const S current = d.gain * (1.0 + x[0] - x[2]) * (x[1] - x[2]);
    y.current[1] += current;
    y.current[2] -= current;
    y.charge[0] += 1e-15 * (x[0] - x[2]);
    y.charge[2] -= 1e-15 * (x[0] - x[2]);
  }
};

TEST(NativeRefusal, FloatingNodes) {
  Engine engine;
  Bench capacitors;
  capacitors.voltage("v1", "in", "0", 1.0);
  capacitors.capacitor("c1", "in", "middle", 1e-12);
  capacitors.capacitor("c2", "middle", "0", 1e-12);
  EXPECT_EQ(code_of([&] { engine.op(capacitors); }), "native.floating-node");
  EXPECT_NE(message_of([&] { engine.op(capacitors); }).find("'middle'"), std::string::npos);
  EXPECT_EQ(code_of([&] { engine.run(capacitors, AcAnalysis{{1.0}}); }), "native.floating-node");

  const TestModel<GateEquations> gate;
  Bench transistor;
  transistor.voltage("v1", "d", "0", 1.0);
  transistor.capacitor("c1", "g", "0", 1e-12);
  transistor.device(gate, "m1", {"g", "d", "0"});
  EXPECT_NE(message_of([&] { engine.op(transistor); }).find("'g'"), std::string::npos);
  transistor.resistor("r1", "g", "d", 1e9);
  EXPECT_NEAR(-i(engine.op(transistor), "v1")[0], 2e-3, 1e-15);

  Bench island;
  island.voltage("v1", "in", "0", 1.0);
  island.resistor("r1", "in", "0", 1e3);
  island.resistor("r2", "a", "b", 1e3);
  EXPECT_EQ(code_of([&] { engine.op(island); }), "native.floating-node");
  const TestModel<GateEquations> channel;
  Bench joined = island;
  joined.device(channel, "m1", {"in", "b", "0"});
  EXPECT_EQ(code_of([&] { engine.op(joined); }), "none");
}

TEST(NativeRefusal, SingularCircuits) {
  Engine engine;
  Bench loop;
  loop.voltage("v1", "a", "0", 1.0);
  loop.voltage("v2", "a", "0", 1.0);
  loop.resistor("r1", "a", "0", 1.0);
  EXPECT_EQ(code_of([&] { engine.op(loop); }), "native.singular");
  const std::string message = message_of([&] { engine.op(loop); });
  EXPECT_TRUE(message.find("'v1'") != std::string::npos ||
              message.find("'v2'") != std::string::npos)
      << message;
  Bench coil;
  coil.voltage("v1", "a", "0", 1.0);
  coil.inductor("l1", "a", "0", 1.0);
  EXPECT_EQ(code_of([&] { engine.op(coil); }), "native.singular");
  Bench undriven;  // a transconductance into nothing
  undriven.voltage("v1", "a", "0", 1.0);
  undriven.resistor("r1", "a", "0", 1.0);
  undriven.controlled(circuit::ControlledKind::current_by_voltage, "g1", "b", "0", "a", "0", 1.0);
  EXPECT_EQ(code_of([&] { engine.op(undriven); }), "native.singular");
  EXPECT_NE(message_of([&] { engine.op(undriven); }).find("'b'"), std::string::npos);
}

TEST(NativeRefusal, NoSolution) {
  Bench bench;  // 1 mA + v^2 has no zero
  bench.resistor("r1", "a", "b", 1e3);
  bench.resistor("r2", "b", "0", 1e3);
  bench.behavioural(false, "b1", "a", "0", {"a"}, 1.0 + Symbol::unknown(0) * Symbol::unknown(0));
  Engine engine;
  EXPECT_EQ(code_of([&] { engine.op(bench); }), "native.convergence");
  EXPECT_NE(message_of([&] { engine.op(bench); }).find("node '"), std::string::npos);
}

TEST(NativeRefusal, NumbersThatAreNotFinite) {
  const TestModel<BrokenEquations> broken;
  Bench bench;
  bench.voltage("v1", "a", "0", 0.75);
  bench.device(broken, "x1", {"a", "0"});
  Engine engine;
  EXPECT_EQ(code_of([&] { engine.op(bench); }), "native.device");
  const std::string message = message_of([&] { engine.op(bench); });
  for (const char* part : {"'x1'", "'test_broken'", "node 'a' = 0.75 V"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
  bench.circuit.sources[0].rest = 0.0;
  bench.circuit.sources[0].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                       {0.0, 0.0, 1.0, 1.0}};
  EXPECT_EQ(code_of([&] { engine.tran(bench, 1.0); }), "native.device");
  Bench formula;
  formula.voltage("v1", "a", "0", -1.0);
  formula.behavioural(true, "b1", "b", "0", {"a"}, log(Symbol::unknown(0)));
  formula.resistor("r1", "b", "0", 1.0);
  EXPECT_EQ(code_of([&] { engine.op(formula); }), "native.device");
  EXPECT_NE(message_of([&] { engine.op(formula); }).find("'b1'"), std::string::npos);
}

TEST(NativeRefusal, TimeStepThatVanishes) {
  // A device without capacitance that runs into a fold: v^3 - v on a rising current.
  Bench bench;
  circuit::Source& source = bench.current("i1", "0", "a", 0.0);
  source.waveform = {circuit::Waveform::Kind::piecewise_linear, {0.0, -2.0, 1.0, 2.0}};
  const Symbol x = Symbol::unknown(0);
  bench.behavioural(false, "b1", "a", "0", {"a"}, x * x * x - x);
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  EXPECT_EQ(code_of([&] { engine.tran(bench, 1.0, 1e-3); }), "native.step");
  const std::string message = message_of([&] { engine.tran(bench, 1.0, 1e-3); });
  EXPECT_NE(message.find("node 'a'"), std::string::npos) << message;
  EXPECT_NE(message.find("596"), std::string::npos) << message;  // 0.5962 s: 2/(3 sqrt(3)) A
}

TEST(NativeRefusal, ValuesAndOptions) {
  Engine engine;
  Bench good;
  good.voltage("v1", "a", "0", 1.0);
  good.resistor("r1", "a", "0", 1.0);
  Bench bad = good;
  bad.circuit.passives[0].value = 0.0;
  EXPECT_EQ(code_of([&] { engine.op(bad); }), "native.value");
  bad.circuit.passives[0].value = std::numeric_limits<double>::infinity();
  EXPECT_EQ(code_of([&] { engine.op(bad); }), "native.value");
  Bench coupled = good;
  coupled.inductor("l1", "a", "0", 1.0);
  coupled.circuit.couplings.push_back({"k1", 0, 1, 0.5});  // with a resistor
  EXPECT_EQ(code_of([&] { engine.op(coupled); }), "native.value");
  EXPECT_EQ(code_of([&] { engine.op(Bench()); }), "native.empty-circuit");
  EXPECT_EQ(code_of([&] { engine.run(good, AcAnalysis{{}}); }), "native.analysis");
  EXPECT_EQ(code_of([&] { engine.run(good, AcAnalysis{{-1.0}}); }), "native.analysis");
  EXPECT_EQ(code_of([&] { engine.run(good, TransientAnalysis{}); }), "native.analysis");
  EXPECT_EQ(code_of([&] {
              engine.run(good, NoiseAnalysis{"b", "", "v1", {1.0}});
            }),
            "native.analysis");
  EXPECT_EQ(code_of([&] {
              engine.run(good, NoiseAnalysis{"a", "", "v2", {1.0}});
            }),
            "native.analysis");
  EXPECT_EQ(code_of([&] {
              engine.run(good, NoiseAnalysis{"a", "", "v1", {0.0}});
            }),
            "native.analysis");
  engine.options.device_form = "compield";
  EXPECT_EQ(code_of([&] { engine.op(good); }), "native.option");
}

TEST(NativeRefusal, NoiseWithoutInput) {
  Bench bench;
  bench.voltage("v1", "a", "0", 1.0);
  bench.resistor("r1", "a", "0", 1.0);
  bench.resistor("r2", "b", "0", 1.0);
  Engine engine;
  EXPECT_EQ(code_of([&] {
              engine.run(bench, NoiseAnalysis{"b", "", "v1", {1.0}});
            }),
            "native.noise");
}

TEST(NativeRefusal, ResultsThatRoundingSpoils) {
  // 1 S and 1e-18 S in series with nothing else to hold the node: the sum of both loses the second.
  Bench bench;
  bench.current("i1", "0", "a", 1e-12);
  bench.resistor("r1", "a", "b", 1e-6);
  bench.resistor("r2", "b", "0", 1e16);
  Engine engine;
  EXPECT_EQ(code_of([&] { engine.op(bench); }), "native.singular");
}

TEST(NativeRefusal, Cancel) {
  Bench bench;
  bench.voltage("v1", "a", "0", 1.0);
  bench.resistor("r1", "a", "0", 1.0);
  Engine engine;
  engine.context.cancel.request();
  EXPECT_THROW(engine.op(bench), base::Cancelled);
  EXPECT_THROW(engine.tran(bench, 1.0), base::Cancelled);
}

}  // namespace
}  // namespace neucasl::native_test
