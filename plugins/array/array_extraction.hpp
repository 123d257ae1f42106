#pragma once

#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Recognises a driven crossbar array in a design.

namespace neucasl::array_plugin {

/// A test bench as the line solver takes it: an instance of an array module whose row wires are
/// driven, at their first node, by voltage sources to ground and whose column wires end, at their
/// last node, in 0 V sources to ground.
struct ExtractedArray {
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment_resistance = 0.0;
  double column_segment_resistance = 0.0;
  std::vector<double> conductance;        ///< rows x columns, S
  std::vector<double> input_voltage;      ///< rows, V
  std::vector<std::string> sense_source;  ///< columns: flat name of the 0 V source
  std::vector<std::string> drive_source;  ///< rows
  std::vector<std::string> row_node;      ///< rows x columns: flat names, may repeat
  std::vector<std::string> column_node;   ///< rows x columns
};

/// \throws base::Error "array.structure" naming what is not a linear crossbar with driven rows and
/// grounded columns; simulate such a circuit with another simulator.
ExtractedArray extract_array(const ir::Design& design, ir::ModuleId top);

}  // namespace neucasl::array_plugin
