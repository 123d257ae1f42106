#pragma once

#include <string>

#include "neucasl/ir/design.hpp"

/// \file
/// Drawings of designs in the DOT language of Graphviz.

namespace neucasl::ir {

struct DrawingOptions {
  enum class View : std::uint8_t {
    hierarchy,  ///< Which module holds how many of which.
    schematic   ///< Instances and nets of one module.
  };
  View view = View::schematic;
  ModuleId module;  ///< None: the top.
  /// In the schematic: instances, arrays, ports and their connections; in the hierarchy: modules
  /// and lines between them.
  std::size_t most_objects = 1500;
};

/// In the schematic a box is an instance with its pins and first settings; with a thick border it
/// is an instance array with its size, however many copies it has. An ellipse is a port, a dot a
/// net with other than two pins, a triangle the ground, drawn at each pin. A thick line is a bus of
/// which some pin takes several bits. Colours tell the discipline of nets.
/// In the hierarchy a number is how many copies of a module another one holds.
/// `design` has passed `verify`.
///
/// \throws base::Error "ir.drawing" when there are more objects than `most_objects`, "ir.top"
/// without a module to draw.
NEUCASL_EXPORT std::string to_dot(const Design& design, const DrawingOptions& options = {});

}  // namespace neucasl::ir
