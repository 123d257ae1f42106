#pragma once

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "neucasl/model/complex.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// Ports, waves and scattering matrices.
///
/// At port p a wave a_p travels into the device and b_p out of it (sqrt(W), complex). The port's
/// unknowns are V_p = a_p + b_p, its flow I_p = a_p - b_p. A device whose b depends on a has, first
/// among its internal unknowns, one algebraic pair e_p = 2 b_p for each port:
///   I_p = V_p - e_p,   residual: e_p - 2 b_p(a) = 0,   a_p = V_p - e_p / 2.
/// Optical terminals come first among the terminals, so port p has unknowns 2p and 2p + 1. A device
/// whose b does not depend on a (source, absorber) needs no pair: I_p = V_p - 2 b_p.

namespace neucasl::photonic {

using model::Complex;

template <class S, int Ports>
using Waves = std::array<Complex<S>, static_cast<std::size_t>(Ports)>;

/// matrix[i][j]: wave out of port i for one into port j.
template <class S, int Ports>
using ScatteringMatrix = std::array<Waves<S, Ports>, static_cast<std::size_t>(Ports)>;

/// Product of a complex number of scalar M with one of scalar S; M is S or double.
template <class M, class S>
Complex<S> product(const Complex<M>& m, const Complex<S>& a) {
  return {m.re * a.re - m.im * a.im, m.re * a.im + m.im * a.re};
}

/// Waves into the device; also writes the flow of all ports.
template <int Ports, class X, class S, int Terminals, int Internals>
Waves<S, Ports> join_ports(const X& x, model::Terms<S, Terminals, Internals>& y) {
  Waves<S, Ports> in;
  for (std::size_t p = 0; p < static_cast<std::size_t>(Ports); ++p) {
    const S& e_re = x[Terminals + 2 * p];
    const S& e_im = x[Terminals + 2 * p + 1];
    y.current[2 * p] += x[2 * p] - e_re;
    y.current[2 * p + 1] += x[2 * p + 1] - e_im;
    in[p] = {x[2 * p] - 0.5 * e_re, x[2 * p + 1] - 0.5 * e_im};
  }
  return in;
}

/// States that `out` leaves port p.
template <class X, class S, int Terminals, int Internals>
void set_outgoing(std::size_t p, const Complex<S>& out, const X& x,
                  model::Terms<S, Terminals, Internals>& y) {
  y.residual[2 * p] += x[Terminals + 2 * p] - 2.0 * out.re;
  y.residual[2 * p + 1] += x[Terminals + 2 * p + 1] - 2.0 * out.im;
}

/// b = matrix a. Zero numbers of the matrix are skipped, so that formulas stay short.
template <int Ports, class M, class X, class S, int Terminals, int Internals>
void scatter(const ScatteringMatrix<M, Ports>& matrix, const X& x,
             model::Terms<S, Terminals, Internals>& y) {
  const Waves<S, Ports> in = join_ports<Ports>(x, y);
  for (std::size_t i = 0; i < static_cast<std::size_t>(Ports); ++i) {
    Complex<S> out;
    for (std::size_t j = 0; j < static_cast<std::size_t>(Ports); ++j) {
      if constexpr (std::is_same_v<M, double>) {
        if (matrix[i][j].re == 0.0 && matrix[i][j].im == 0.0) continue;
      }
      out = out + product(matrix[i][j], in[j]);
    }
    set_outgoing(i, out, x, y);
  }
}

inline model::Terminal optical_port(const std::string& name,
                                    ir::Direction direction = ir::Direction::inout) {
  return {name, ir::Discipline::optical, direction, 1.0};
}
inline model::Terminal electrical_pin(const std::string& name, double limit = 5.0) {
  return {name, ir::Discipline::electrical, ir::Direction::inout, limit};
}
inline model::Terminal thermal_pin(const std::string& name, double limit = 500.0) {
  return {name, ir::Discipline::thermal, ir::Direction::inout, limit};
}

/// Name ending of the first unknown of a port's pair e.
inline constexpr std::string_view outgoing_re = "_out_re";

/// The pairs e of the optical terminals.
inline std::vector<model::Internal> outgoing_pairs(const std::vector<model::Terminal>& terminals) {
  std::vector<model::Internal> pairs;
  for (const model::Terminal& terminal : terminals) {
    if (terminal.discipline != ir::Discipline::optical) continue;
    pairs.push_back({terminal.name + std::string(outgoing_re),
                     model::InternalKind::algebraic,
                     {},
                     0.1,
                     -4.0,
                     4.0,
                     "twice the wave out of " + terminal.name + ", real part, sqrt(W)"});
    pairs.push_back({terminal.name + "_out_im",
                     model::InternalKind::algebraic,
                     {},
                     0.1,
                     -4.0,
                     4.0,
                     "twice the wave out of " + terminal.name + ", imaginary part, sqrt(W)"});
  }
  return pairs;
}

}  // namespace neucasl::photonic
