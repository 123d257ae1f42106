#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"

/// \file
/// A design without hierarchy: what circuit simulators and graph algorithms take.
///
/// A *node* is one electrical (or other) bit after all connections are joined; node 0 is the
/// ground. An *element* is one primitive with its pins on nodes and its parameters as numbers.
/// Structure of arrays: a 1024 x 1024 crossbar with wires has three million elements.

namespace neucasl::ir {

/// What elements of one kind share.
struct NEUCASL_EXPORT ElementKind {
  std::string name;     ///< Name of the primitive.
  std::string element;  ///< Its attribute "element": "resistor", "conductance", ... or empty.
  std::string device;   ///< Its attribute "device", a card id, or empty.
  std::vector<Attribute> attributes;  ///< All of its attributes.
  std::vector<std::string> pins;
  std::vector<Direction> directions;
  std::vector<Discipline> disciplines;
  std::vector<std::string> parameters;
  std::vector<base::Dimension> dimensions;  ///< Of the parameters.
  base::Location where;                     ///< Of the primitive.

  /// Empty when there is no such attribute.
  [[nodiscard]] std::string_view attribute(std::string_view attribute_name) const;
};

struct NEUCASL_EXPORT FlatNetlist {
  std::string name;
  std::vector<ElementKind> kinds;

  // One entry for each element.
  std::vector<std::uint32_t> kind;
  std::vector<std::uint32_t> pin_offset;        ///< elements + 1
  std::vector<std::uint32_t> parameter_offset;  ///< elements + 1
  // One entry for each pin and each parameter.
  std::vector<std::uint32_t> pin_node;
  std::vector<double> parameter;  ///< SI; NaN for text parameters.

  /// Nodes that are bits of the top module's ports, in port order.
  std::vector<std::uint32_t> port_nodes;
  std::vector<Discipline> node_discipline;

  [[nodiscard]] std::size_t elements() const { return kind.size(); }
  [[nodiscard]] std::size_t nodes() const { return node_discipline.size(); }
  /// Hierarchical name, "layer1.cells[3][4].device"; "0" is the ground.
  [[nodiscard]] std::string element_name(std::size_t element) const;
  [[nodiscard]] std::string node_name(std::size_t node) const;
  /// Value of a parameter. \throws base::Error "ir.parameter" when the kind lacks it.
  [[nodiscard]] double parameter_of(std::size_t element, std::string_view parameter_name) const;

  // Names are kept as a tree, since a string each would cost more than the netlist.
  struct Path {
    std::uint32_t parent;
    std::uint32_t name;
    std::int32_t row;  ///< -1: not a copy of an array
    std::int32_t column;
  };
  std::vector<Path> paths;  ///< paths[0] is the top.
  std::vector<std::string> names;
  std::vector<std::uint32_t> element_path;
  std::vector<std::uint32_t> node_path;
  std::vector<std::uint32_t> node_net_name;
  std::vector<std::int32_t> node_bit;  ///< -1: the net has width 1

 private:
  [[nodiscard]] std::string path_name(std::uint32_t path) const;
};

/// Expands the hierarchy below `top` (the design's top by default), evaluating expressions and
/// tables.
/// \throws base::Error: the first fault of `verify`; "ir.flatten" beyond `most_elements`;
/// "ir.depth" beyond 1000 levels.
NEUCASL_EXPORT FlatNetlist flatten(const Design& design, ModuleId top = {},
                                   std::size_t most_elements = 50'000'000);

/// The flat netlist as a design of one module and its primitives.
NEUCASL_EXPORT Design to_design(const FlatNetlist& netlist);

}  // namespace neucasl::ir
