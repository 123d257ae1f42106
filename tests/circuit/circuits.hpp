#pragma once

#include <map>
#include <memory>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/text.hpp"
#include "tests/model/models.hpp"

namespace neucasl::circuit {

/// Emits light of its own wavelength; absorbs what comes back.
struct Lamp {
  static constexpr int terminal_unknowns = 3;
  static constexpr int internals = 0;
  struct Derived {
    double amplitude, dark;
  };
  static model::Specification specification() {
    model::Specification s = model::two_terminal("lamp");
    s.terminals = {{"out", ir::Discipline::optical, ir::Direction::output, 1.0},
                   {"p", ir::Discipline::electrical, ir::Direction::inout, 1.0}};
    s.parameters = {{"wavelength", "nm", 1550.0, 1000.0, 2000.0, "of the light"}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment& environment) {
    const bool own = environment.swept || std::abs(p[0] / environment.wavelength - 1.0) < 1e-9;
    return {own ? 1.0 : 0.0, 1e-6 / environment.carriers};
  }
  static std::array<double, 0> initial(const Derived& /*d*/) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 3, 0>& y) {
    // b = amplitude: V - I = 2 amplitude.
    y.current[0] = x[0] - S(2.0 * d.amplitude);
    y.current[1] = x[1];
    y.current[2] = S(d.dark) * x[2];
  }
};

struct LampModel : model::EquationModel<Lamp> {
  [[nodiscard]] std::vector<double> emitted_wavelengths(
      std::span<const double> parameters) const override {
    return {parameters[0]};
  }
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> /*parameters*/, const model::Environment& /*environment*/,
      std::span<const model::PublishedFigure> /*published*/) const override {
    return {};
  }
};

/// A library of the models above, for tests.
class TestModels : public model::ModelLibrary {
 public:
  model::FoundModel find(std::string_view name, const base::Location& where) override {
    if (name == "relaxing_conductor") return {&conductor_, {}};
    if (name == "lamp") return {&lamp_, {}};
    throw base::Error("model.unknown", "no device model '" + std::string(name) + "'",
                      base::suggest(name, names()), where);
  }
  [[nodiscard]] std::vector<std::string> names() const override {
    return {"lamp", "relaxing_conductor"};
  }

 private:
  model::RelaxingConductorModel conductor_;
  LampModel lamp_;
};

/// The circuit of .ncir text.
inline Circuit circuit_of(const std::string& text, const LoweringOptions& options = {},
                          const std::filesystem::path& cards = {}) {
  // Devices point into the library, so it stays.
  static TestModels models;
  const device::Library library({cards});
  return lower(ir::flatten(ir::parse(text, "t.ncir")), models, library, options);
}

}  // namespace neucasl::circuit
