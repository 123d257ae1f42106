/// \file
/// Device models with closed-form answers.

#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <string_view>

#include "neucasl/model/complex.hpp"
#include "neucasl/model/equations.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

using namespace neucasl;
using namespace neucasl::model::functions;
using model::Complex;
using model::Environment;
using model::InternalKind;
using model::Specification;
using model::Terms;
using Numbers = std::span<const double>;

model::Terminal pin(const char* name, double limit = 5.0) {
  return {name, ir::Discipline::electrical, ir::Direction::inout, limit};
}

Specification named(const char* name, std::vector<model::Terminal> terminals,
                    std::vector<model::Parameter> parameters) {
  Specification s;
  s.name = name;
  s.title = name;
  s.family = "test";
  s.terminals = std::move(terminals);
  s.parameters = std::move(parameters);
  s.equations = {"see the source"};
  s.validity = "tests";
  s.source = "none";
  return s;
}

template <class Equations>
class TestModel : public model::EquationModel<Equations> {
 public:
  [[nodiscard]] model::Characterization characterize(
      Numbers, const Environment&, std::span<const model::PublishedFigure>) const override {
    return {};
  }
};

/// i = I (exp(v / U) - 1), U proportional to the temperature.
struct Junction {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double current, voltage;
  };
  static Specification specification() {
    return named("junction", {pin("p"), pin("n")}, {{"current", "pA", 1.0, 1e-6, 1e6, "scale"}});
  }
  static Derived derive(Numbers p, const Environment& e) {
    return {p[0], 8.617333262e-5 * e.temperature};
  }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, Terms<S, 2, 0>& y) {
    const S i = d.current * (limited_exp(S((x[0] - x[1]) * (1.0 / d.voltage)), 60.0) - S(1.0));
    y.current[0] += i;
    y.current[1] -= i;
  }
};

/// q = C v (1 + v / V).
struct Varactor {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double capacitance, slope;
  };
  static Specification specification() {
    return named("varactor", {pin("p"), pin("n")},
                 {{"capacitance", "pF", 1.0, 1e-6, 1e6, "at 0 V"},
                  {"slope", "1/V", 0.0, 0.0, 10.0, "of the capacitance"}});
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0], p[1]}; }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, Terms<S, 2, 0>& y) {
    const S v = x[0] - x[1];
    const S q = d.capacitance * v * (S(1.0) + d.slope * v);
    y.charge[0] += q;
    y.charge[1] -= q;
  }
};

/// Two states follow the voltage one after the other; the current follows the second.
struct Relaxation {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 2;
  struct Derived {
    double time, conductance;
  };
  static Specification specification() {
    Specification s = named("relaxation", {pin("p"), pin("n")},
                            {{"time", "ns", 1.0, 1e-3, 1e6, "constant"},
                             {"conductance", "uS", 10.0, 1e-3, 1e6, "of the current"}});
    s.internals = {
        {"first", InternalKind::state, base::dimension::voltage, 1.0, -10, 10, "delayed"},
        {"second", InternalKind::state, base::dimension::voltage, 1.0, -10, 10, "delayed twice"}};
    return s;
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0], p[1]}; }
  static std::array<double, 2> initial(const Derived&) { return {0.0, 0.0}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 4>& x, Terms<S, 2, 2>& y) {
    y.rate[0] = (x[0] - x[1] - x[2]) * (1.0 / d.time);
    y.rate[1] = (x[2] - x[3]) * (1.0 / d.time);
    y.current[0] += d.conductance * x[3];
    y.current[1] -= d.conductance * x[3];
  }
};

/// i(d -> s) = k max(v_gs, 0)^2, smooth.
struct Transconductor {
  static constexpr int terminal_unknowns = 3;
  static constexpr int internals = 0;
  struct Derived {
    double factor;
  };
  static Specification specification() {
    return named("transconductor", {pin("d"), pin("g"), pin("s")},
                 {{"factor", "mA/V^2", 1.0, 1e-3, 1e3, "of the square"}});
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0]}; }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, Terms<S, 3, 0>& y) {
    const S v = smooth_positive(S(x[1] - x[2]), 1e-6);
    y.current[0] += d.factor * v * v;
    y.current[2] -= d.factor * v * v;
  }
};

/// b2 = T a1, b1 = T a2 with T = t exp(-i 2 pi n L / wavelength).
struct Waveguide {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 0;
  struct Derived {
    double re, im;
  };
  static Specification specification() {
    return named("waveguide",
                 {{"a", ir::Discipline::optical, ir::Direction::inout, 1.0},
                  {"b", ir::Discipline::optical, ir::Direction::inout, 1.0}},
                 {{"transmission", "1", 0.9, 0.0, 0.999, "of the amplitude"},
                  {"length", "um", 10.0, 0.0, 1e6, "optical"}});
  }
  static Derived derive(Numbers p, const Environment& e) {
    const double phase = 2.0 * std::numbers::pi * p[1] / e.wavelength;
    return {p[0] * std::cos(phase), -p[0] * std::sin(phase)};
  }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 4>& x, Terms<S, 4, 0>& y) {
    const Complex<S> t{S(d.re), S(d.im)};
    const Complex<S> one{S(1.0), S(0.0)};
    const Complex<S> own = (one + t * t) / (one - t * t);
    const Complex<S> other = S(2.0) * (t / (one - t * t));
    const Complex<S> va{x[0], x[1]};
    const Complex<S> vb{x[2], x[3]};
    const Complex<S> ia = own * va - other * vb;
    const Complex<S> ib = own * vb - other * va;
    y.current[0] += ia.re;
    y.current[1] += ia.im;
    y.current[2] += ib.re;
    y.current[3] += ib.im;
  }
};

/// A conductance set by a memory that grows by the cube of the excess over a threshold.
struct Memory {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  struct Derived {
    double off, on, threshold, rate, initial;
  };
  static Specification specification() {
    Specification s = named("memory", {pin("p"), pin("n")},
                            {{"off", "uS", 10.0, 1e-3, 1e6, "conductance at 0"},
                             {"on", "uS", 100.0, 1e-3, 1e6, "conductance at 1"},
                             {"threshold", "V", 0.3, 0.01, 2.0, "of switching"},
                             {"rate", "1/us", 10.0, 0.0, 1e6, "at twice the threshold"},
                             {"initial", "1", 0.3, 0.0, 1.0, "state"}});
    s.internals = {{"state", InternalKind::memory, {}, 1.0, 0.0, 1.0, "share of the on state"}};
    return s;
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0], p[1], p[2], p[3], p[4]}; }
  static std::array<double, 1> initial(const Derived& d) { return {d.initial}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, Terms<S, 2, 1>& y) {
    const S v = x[0] - x[1];
    const S current = (d.off + (d.on - d.off) * x[2]) * v;
    const S up = maximum(S(v * (1.0 / d.threshold) - S(1.0)), S(0.0));
    const S down = maximum(S(-v * (1.0 / d.threshold) - S(1.0)), S(0.0));
    y.current[0] += current;
    y.current[1] -= current;
    y.rate[0] = d.rate * (up * up * up - down * down * down) * x[2] * (S(1.0) - x[2]);
  }
};

/// Has no answer beyond a voltage.
struct Limited {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double limit;
  };
  static Specification specification() {
    return named("limited", {pin("p"), pin("n")}, {{"limit", "V", 1.0, 1e-3, 10.0, "of validity"}});
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0]}; }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, Terms<S, 2, 0>& y) {
    const S current = S(-1e-3) * log(S(1.0) - (x[0] - x[1]) * (1.0 / d.limit));
    y.current[0] += current;
    y.current[1] -= current;
  }
};

/// A conductance with white and flicker noise.
struct Noisy {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double conductance, white, corner;
  };
  static Specification specification() {
    return named("noisy", {pin("p"), pin("n")},
                 {{"conductance", "mS", 1.0, 1e-6, 1e3, "at any voltage"},
                  {"white", "A^2*s", 1e-22, 0.0, 1.0, "density"},
                  {"corner", "Hz", 1e3, 0.0, 1e12, "where the flicker noise equals it"}});
  }
  static Derived derive(Numbers p, const Environment&) { return {p[0], p[1], p[2]}; }
  static std::array<double, 0> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, Terms<S, 2, 0>& y) {
    const S current = d.conductance * (x[0] - x[1]);
    y.current[0] += current;
    y.current[1] -= current;
  }
};

class NoisyModel : public TestModel<Noisy> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(Numbers derived, Numbers,
                                                      const Environment&) const override {
    const Noisy::Derived d = derived_from(derived);
    return {{"current", 0, 1, d.white, d.white * d.corner}};
  }
};

model::DeviceModel* make(const char* name) {
  const std::string_view wanted = name;
  if (wanted == "junction") return new TestModel<Junction>;
  if (wanted == "varactor") return new TestModel<Varactor>;
  if (wanted == "relaxation") return new TestModel<Relaxation>;
  if (wanted == "transconductor") return new TestModel<Transconductor>;
  if (wanted == "waveguide") return new TestModel<Waveguide>;
  if (wanted == "memory") return new TestModel<Memory>;
  if (wanted == "limited") return new TestModel<Limited>;
  if (wanted == "noisy") return new NoisyModel;
  return nullptr;
}

constexpr plugin::Descriptor descriptor = [] {
  auto d = plugin::make_descriptor("test_models", "1.0.0");
  d.make_device_model = make;
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(test_models, descriptor)
