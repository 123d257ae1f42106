#pragma once

#include "scattering.hpp"

/// \file
/// Devices that are one constant scattering matrix at each carrier.

namespace neucasl::photonic {

/// Equations of a `Part` with `ports`, `specification()` (without internals) and
/// `matrix(parameters, environment)`.
template <class Part>
struct LinearPart {
  static constexpr int ports = Part::ports;
  static constexpr int terminal_unknowns = 2 * ports;
  static constexpr int internals = 2 * ports;
  /// Real and imaginary part of each number of the matrix.
  using Derived = std::array<std::array<std::array<double, 2>, ports>, ports>;

  static model::Specification specification() {
    model::Specification result = Part::specification();
    result.internals = outgoing_pairs(result.terminals);
    result.equations.emplace_back("b = S a; V = a + b, I = a - b at each port");
    return result;
  }
  static Derived derive(std::span<const double> parameters, const model::Environment& environment) {
    const ScatteringMatrix<double, ports> matrix = Part::matrix(parameters, environment);
    Derived d;
    for (std::size_t i = 0; i < d.size(); ++i) {
      for (std::size_t j = 0; j < d.size(); ++j) d[i][j] = {matrix[i][j].re, matrix[i][j].im};
    }
    return d;
  }
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    ScatteringMatrix<double, ports> matrix;
    for (std::size_t i = 0; i < d.size(); ++i) {
      for (std::size_t j = 0; j < d.size(); ++j) matrix[i][j] = {d[i][j][0], d[i][j][1]};
    }
    scatter<ports>(matrix, x, y);
  }
};

template <class Part>
using LinearModel = model::EquationModel<LinearPart<Part>>;

}  // namespace neucasl::photonic
