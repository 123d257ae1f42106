#pragma once

#include "neucasl/circuit/analysis.hpp"
#include "rest_point.hpp"

/// \file
/// From rest points to results, with the columns that the other simulators have.

namespace neucasl::scattering {

/// A result with one empty trace for each node and each reported branch current.
circuit::Result make_result(const circuit::Circuit& circuit, const BiasNetwork& bias,
                            std::string analysis, std::string axis_name,
                            const base::Dimension& axis_dimension, std::size_t points);
/// Fills point `index`: of a net of which one end is a source or absorber V = a + b all the same.
void store(const circuit::Circuit& circuit, const RestPoint& point, std::size_t index,
           circuit::Result& result);

}  // namespace neucasl::scattering
