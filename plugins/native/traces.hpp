#pragma once

#include <complex>
#include <span>
#include <string>

#include "system.hpp"

/// \file
/// From solutions to results.

namespace neucasl::native_plugin {

/// A result with one empty trace for each node and each branch current that is reported: of voltage
/// sources, inductors, controlled and behavioural voltage sources.
circuit::Result make_result(const System& system, std::string analysis, std::string axis_name,
                            const base::Dimension& axis_dimension);
/// Appends one point of the axis.
void append(const System& system, double axis, std::span<const double> x, circuit::Result& result);
void append(const System& system, double axis, std::span<const std::complex<double>> x,
            circuit::Result& result);
/// Makes room for points.
void reserve(std::size_t points, bool complex, circuit::Result& result);

}  // namespace neucasl::native_plugin
