#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "neucasl/plugin/array_solver.hpp"
#include "nonlinear/circuit_array.hpp"

/// \file
/// An array that was found in a circuit, at rest, as the line solver takes it.

namespace neucasl::array_plugin {

/// Problem and sources of an array of linear cells; owns what they refer to.
struct LinearArray {
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment = 0.0;  ///< ohm
  double column_segment = 0.0;
  std::vector<double> conductance;                               ///< rows x columns, S
  std::vector<double> left_end, right_end, top_end, bottom_end;  ///< ohm, beyond the segment
  std::vector<double> left, right, top, bottom;                  ///< V

  [[nodiscard]] plugin::ArrayProblem problem() const;
  [[nodiscard]] plugin::ArraySources sources() const;
};

/// Nothing where the cells are not linear conductances, where the segments of the rows or those of
/// the columns differ, or where an end leads to its source through less than a segment: such an
/// array is one for `NonlinearSolver`.
std::optional<LinearArray> linear_array(const NonlinearArray& array);

/// Currents out of all sources of `array`, A, from those into the ends of its wires.
std::vector<double> source_currents(const NonlinearArray& array,
                                    const plugin::ArraySolution& solution);

}  // namespace neucasl::array_plugin
