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
  std::size_t most_objects = 1500;
};

/// In the schematic a box is an instance, or an instance array with its size; an ellipse is a port;
/// a dot is a net with more than two pins; ground nets are drawn at each pin. Colours tell the
/// discipline of nets.
/// \throws base::Error "ir.drawing" when there are more objects than `most_objects`.
NEUCASL_EXPORT std::string to_dot(const Design& design, const DrawingOptions& options = {});

}  // namespace neucasl::ir
