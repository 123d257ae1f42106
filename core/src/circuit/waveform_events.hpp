#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/circuit/analysis.hpp"

/// \file
/// Signals, linear between their points, and what happens on them.

namespace neucasl::circuit {

struct Signal {
  std::vector<double> x;
  std::vector<double> y;
  base::Dimension x_dimension;
  base::Dimension dimension;
};

/// EXPR of a measurement, of `result`.
/// \throws base::Error "circuit.measure".
Signal signal_of(std::string_view expression, const Result& result, const base::Location& where);

/// The part between two values of the axis, ends interpolated. Empty outside.
Signal window(const Signal& signal, double from, double to);

double value_at(const Signal& signal, double x);

enum class Edge { rise, fall, cross };
/// Where the signal passes zero, in order of its points, from `begin` on.
std::vector<double> crossings(const Signal& signal, Edge edge,
                              double begin = -std::numeric_limits<double>::infinity());

/// Exact for a signal that is linear between its points.
double integral(const Signal& signal);
double integral_of_square(const Signal& signal);

}  // namespace neucasl::circuit
