#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

/// \file
/// The netlist intermediate representation, from transistor to chip.
///
/// A *design* is a set of modules, one of which is the top. A *module* has nets, some of which are
/// *ports*; *instances* of other modules; and *instance arrays*. A *primitive* is a module without
/// content, realised by a device: its attributes say which circuit element and which device card.
/// A *net* is a bus of `width` bits (1 for a single wire) of one *discipline*. A *connection* joins
/// a port of the master to as many consecutive bits of a net as the port is wide.
/// An *instance array* is rows x columns copies of one master. Its *pin maps* are affine: pin p of
/// copy (i, j) joins bit `base + i row_stride + j column_stride` of a net. A *value table* gives a
/// parameter its value in each copy. So a 1024 x 1024 crossbar is a handful of objects and one
/// table.
///
/// Objects refer to each other by typed index, never by pointer; a design is a value. Equality
/// compares content and ignores source locations.

namespace neucasl::ir {

/// A typed index; the default is "none".
template <class Tag>
struct Id {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t index = none;

  constexpr Id() = default;
  constexpr explicit Id(std::size_t value) : index(static_cast<std::uint32_t>(value)) {}
  auto operator<=>(const Id&) const = default;
  [[nodiscard]] constexpr bool valid() const { return index != none; }
};

using ModuleId = Id<struct ModuleTag>;
using NetId = Id<struct NetTag>;
using TableId = Id<struct TableTag>;
using LocationId = Id<struct LocationTag>;

/// What a net carries. Disciplines meet only inside a primitive that has ports of both.
enum class Discipline : std::uint8_t { unspecified, electrical, optical, digital, spike, thermal };
enum class Direction : std::uint8_t { unspecified, input, output, inout };

NEUCASL_EXPORT std::string_view to_string(Discipline discipline);
NEUCASL_EXPORT std::string_view to_string(Direction direction);
NEUCASL_EXPORT std::optional<Discipline> discipline_from(std::string_view name);
NEUCASL_EXPORT std::optional<Direction> direction_from(std::string_view name);

/// A formula over the parameters of the enclosing module, see expression.hpp.
struct Expression {
  std::string text;
  bool operator==(const Expression&) const = default;
};

/// The value of a parameter.
using Value = std::variant<bool, std::int64_t, base::Quantity, std::string, Expression, TableId>;

struct Parameter {
  std::string name;
  Value value;
  LocationId where;

  bool operator==(const Parameter& other) const {
    return name == other.name && value == other.value;
  }
};

struct Net {
  std::string name;
  Discipline discipline = Discipline::unspecified;
  std::uint32_t width = 1;
  bool ground = false;  ///< The reference of its discipline; one node in the whole design.
  LocationId where;

  bool operator==(const Net& other) const {
    return name == other.name && discipline == other.discipline && width == other.width &&
           ground == other.ground;
  }
};

struct Port {
  NetId net;
  Direction direction = Direction::unspecified;
  bool operator==(const Port&) const = default;
};

/// Port `port` of the master joins bits [bit, bit + width of the port) of `net`.
struct Connection {
  std::uint32_t port = 0;
  NetId net;
  std::uint32_t bit = 0;
  bool operator==(const Connection&) const = default;
};

struct Instance {
  std::string name;
  ModuleId master;
  std::vector<Connection> connections;
  std::vector<Parameter> parameters;
  LocationId where;

  bool operator==(const Instance& other) const {
    return name == other.name && master == other.master && connections == other.connections &&
           parameters == other.parameters;
  }
};

/// Port `port` (of width 1) of copy (i, j) joins bit base + i row_stride + j column_stride.
struct PinMap {
  std::uint32_t port = 0;
  NetId net;
  std::int64_t base = 0;
  std::int64_t row_stride = 0;
  std::int64_t column_stride = 0;

  bool operator==(const PinMap&) const = default;
  [[nodiscard]] std::int64_t bit(std::int64_t row, std::int64_t column) const {
    return base + row * row_stride + column * column_stride;
  }
};

/// A parameter's value in each copy of an instance array, row-major, in SI units.
struct ValueTable {
  std::string name;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  base::Dimension dimension;
  std::vector<double> values;
  LocationId where;

  bool operator==(const ValueTable& other) const {
    return name == other.name && rows == other.rows && columns == other.columns &&
           dimension == other.dimension && values == other.values;
  }
};

struct InstanceArray {
  std::string name;
  ModuleId master;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::vector<PinMap> pins;
  std::vector<Parameter> parameters;
  LocationId where;

  bool operator==(const InstanceArray& other) const {
    return name == other.name && master == other.master && rows == other.rows &&
           columns == other.columns && pins == other.pins && parameters == other.parameters;
  }
};

/// A named text that tools read: device = "hfox_neurram", element = "conductance".
struct Attribute {
  std::string name;
  std::string value;
  bool operator==(const Attribute&) const = default;
};

struct NEUCASL_EXPORT Module {
  std::string name;
  bool primitive = false;
  std::vector<Attribute> attributes;
  std::vector<Parameter> parameters;  ///< Formal parameters with their defaults.
  std::vector<Net> nets;
  std::vector<Port> ports;
  std::vector<ValueTable> tables;
  std::vector<Instance> instances;
  std::vector<InstanceArray> arrays;
  LocationId where;

  bool operator==(const Module& other) const;
  [[nodiscard]] NetId find_net(std::string_view net_name) const;
  /// Index in `ports`, by the name of the port's net.
  [[nodiscard]] std::optional<std::uint32_t> find_port(std::string_view port_name) const;
  [[nodiscard]] TableId find_table(std::string_view table_name) const;
  [[nodiscard]] const Parameter* find_parameter(std::string_view parameter_name) const;
  /// Empty when there is no such attribute.
  [[nodiscard]] std::string_view attribute(std::string_view attribute_name) const;
  [[nodiscard]] const Net& port_net(std::uint32_t port) const {
    return nets[ports[port].net.index];
  }
};

struct NEUCASL_EXPORT Design {
  std::string name;
  ModuleId top;
  std::vector<Module> modules;
  std::vector<base::Location> locations;  ///< Side table of source locations.

  bool operator==(const Design& other) const;
  [[nodiscard]] ModuleId find_module(std::string_view module_name) const;
  [[nodiscard]] const Module& module(ModuleId id) const { return modules[id.index]; }
  [[nodiscard]] Module& module(ModuleId id) { return modules[id.index]; }
  /// Adds a location, reusing the last one when equal.
  LocationId add_location(const base::Location& location);
  [[nodiscard]] base::Location location(LocationId id) const;
};

/// Counts for reports: what a hierarchy holds, without flattening it.
struct DesignStatistics {
  std::size_t modules = 0;         ///< Module definitions.
  std::size_t primitives = 0;      ///< Primitive definitions.
  std::size_t instances = 0;       ///< Instances after flattening, all levels.
  std::size_t arrays = 0;          ///< Instance arrays after flattening.
  std::size_t leaf_instances = 0;  ///< Primitive instances after flattening.
  std::size_t table_values = 0;    ///< Stored in the definitions.
  std::size_t depth = 0;           ///< Levels below the top.
  std::vector<std::pair<std::string, std::size_t>> leaves;  ///< Count by primitive, by name.
};
/// Below `top`, by default the design's. Counts stop at the largest number they can hold.
NEUCASL_EXPORT DesignStatistics statistics(const Design& design, ModuleId top = {});

}  // namespace neucasl::ir
