#include "neucasl/ir/verifier.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <unordered_set>

#include "neucasl/ir/expression.hpp"

namespace neucasl::ir {

bool is_identifier(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  const auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
  };
  if (!letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '.';
  });
}

namespace {

/// Widest bus: a few bytes of input must not claim all memory.
constexpr std::uint32_t most_bits = 1U << 28;

/// Dimension of a literal value; nothing for text and formulas.
std::optional<base::Dimension> dimension_of(const Value& value) {
  if (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<bool>(value)) {
    return base::Dimension{};
  }
  if (const auto* quantity = std::get_if<base::Quantity>(&value)) return quantity->dimension;
  return std::nullopt;
}

class Verifier {
 public:
  Verifier(const Design& design, base::DiagnosticSink& sink) : design_(design), sink_(sink) {}

  bool run() {
    const std::size_t before = sink_.error_count();
    if (!design_.top.valid() || design_.top.index >= design_.modules.size()) {
      sink_.error("ir.top", "design '" + design_.name + "' has no top module",
                  "name one of its modules as top");
    }
    std::unordered_set<std::string_view> names;
    for (const Module& module : design_.modules) {
      check_name("module", module.name, module.where, names);
    }
    for (const Module& module : design_.modules) check_module(module);
    if (sink_.error_count() == before) check_recursion();
    return sink_.error_count() == before;
  }

 private:
  void error(const std::string& code, const std::string& message, const std::string& remedy,
             LocationId where) {
    const std::string place = module_ ? "module '" + module_->name + "': " : "";
    sink_.error(code, place + message, remedy, design_.location(where));
  }

  void check_name(const std::string& kind, const std::string& name, LocationId where,
                  std::unordered_set<std::string_view>& seen) {
    if (!is_identifier(name)) {
      error("ir.name", kind + " name '" + name + "' is not an identifier",
            "use letters, digits, '_' and '.', beginning with a letter or '_'", where);
    } else if (!seen.insert(name).second) {
      error("ir.name", kind + " '" + name + "' is defined twice", "rename one of them", where);
    }
  }

  void check_module(const Module& module) {
    module_ = &module;
    std::unordered_set<std::string_view> names;
    for (const Net& net : module.nets) {
      check_name("net", net.name, net.where, names);
      if (net.discipline == Discipline::unspecified) {
        error("ir.discipline", "net '" + net.name + "' has no discipline",
              "write electrical, optical, digital, spike or thermal", net.where);
      }
      if (net.width == 0 || net.width > most_bits || (net.ground && net.width != 1)) {
        error("ir.width", "net '" + net.name + "' has width " + std::to_string(net.width),
              "a bus has 1 to 2^28 bits and a ground net exactly one", net.where);
      }
    }
    check_ports(module);
    check_formals(module);
    check_tables(module);
    check_contents(module);
    module_ = nullptr;
  }

  void check_ports(const Module& module) {
    std::unordered_set<std::uint32_t> seen;
    for (const Port& port : module.ports) {
      if (port.net.index >= module.nets.size()) {
        error("ir.reference", "a port refers to a net that is not there", "", module.where);
      } else if (!seen.insert(port.net.index).second) {
        error("ir.port", "net '" + module.nets[port.net.index].name + "' is a port twice", "",
              module.where);
      } else if (port.direction == Direction::unspecified) {
        error("ir.port", "port '" + module.nets[port.net.index].name + "' has no direction",
              "write input, output or inout", module.where);
      }
    }
  }

  void check_formals(const Module& module) {
    std::unordered_set<std::string_view> names;
    std::unordered_set<std::string_view> attributes;
    for (const Attribute& attribute : module.attributes) {
      check_name("attribute", attribute.name, module.where, attributes);
    }
    defaults_.clear();
    for (const Parameter& parameter : module.parameters) {
      check_name("parameter", parameter.name, parameter.where, names);
      defaults_.push_back(default_of(module, parameter));
      if (std::holds_alternative<TableId>(parameter.value)) {
        error("ir.parameter", "the default of '" + parameter.name + "' is a table",
              "give a single value", parameter.where);
      } else if (const auto* q = std::get_if<base::Quantity>(&parameter.value);
                 q && !std::isfinite(q->value)) {
        error("ir.parameter", "the default of '" + parameter.name + "' is not finite",
              "give a finite number", parameter.where);
      }
    }
  }

  void check_tables(const Module& module) {
    std::unordered_set<std::string_view> names;
    for (const ValueTable& table : module.tables) {
      check_name("table", table.name, table.where, names);
      const std::size_t expected = static_cast<std::size_t>(table.rows) * table.columns;
      if (table.values.size() != expected || expected == 0) {
        error("ir.table",
              "table '" + table.name + "' holds " + std::to_string(table.values.size()) +
                  " values but is " + std::to_string(table.rows) + " x " +
                  std::to_string(table.columns),
              "give rows x columns values", table.where);
        continue;
      }
      for (std::size_t i = 0; i < expected; ++i) {
        if (std::isfinite(table.values[i])) continue;
        error("ir.table",
              "table '" + table.name + "' is not finite at row " +
                  std::to_string(i / table.columns) + ", column " +
                  std::to_string(i % table.columns),
              "give finite values", table.where);
        break;
      }
    }
  }

  void check_contents(const Module& module) {
    if (module.primitive && (!module.instances.empty() || !module.arrays.empty())) {
      error("ir.primitive", "a primitive has instances inside", "make it a module", module.where);
    }
    std::unordered_set<std::string_view> names;
    optical_uses_.assign(module.nets.size(), {});
    for (const Instance& instance : module.instances) {
      check_name("instance", instance.name, instance.where, names);
      check_instance(module, instance);
    }
    for (const InstanceArray& array : module.arrays) {
      check_name("instance array", array.name, array.where, names);
      check_array(module, array);
    }
    check_optical(module);
  }

  const Module* master_of(ModuleId master, const std::string& name, LocationId where) {
    if (master.index < design_.modules.size()) return &design_.module(master);
    error("ir.reference", "'" + name + "' refers to a module that is not there", "", where);
    return nullptr;
  }

  /// False when the port or net does not exist, so that nothing more can be said.
  bool check_join(const Module& module, const Module& master, std::uint32_t port, NetId net,
                  const std::string& name, LocationId where, std::vector<char>& joined) {
    if (port >= master.ports.size() || net.index >= module.nets.size() ||
        master.ports[port].net.index >= master.nets.size()) {
      error("ir.reference", "'" + name + "' joins a port or net that is not there", "", where);
      return false;
    }
    const Net& inner = master.port_net(port);
    const Net& outer = module.nets[net.index];
    if (joined[port]++ != 0) {
      error("ir.port", "'" + name + "' connects port '" + inner.name + "' twice", "connect it once",
            where);
    }
    if (inner.discipline != outer.discipline) {
      error("ir.discipline",
            "'" + name + "' joins " + std::string(to_string(inner.discipline)) + " port '" +
                inner.name + "' to " + std::string(to_string(outer.discipline)) + " net '" +
                outer.name + "'",
            "disciplines meet only inside a primitive that has ports of both", where);
    }
    return true;
  }

  void check_open(const Module& master, const std::vector<char>& joined, const std::string& name,
                  LocationId where) {
    for (std::uint32_t port = 0; port < master.ports.size(); ++port) {
      if (joined[port] == 0 && master.ports[port].net.index < master.nets.size()) {
        error("ir.unconnected",
              "'" + name + "' leaves port '" + master.port_net(port).name + "' open",
              "connect it to a net", where);
      }
    }
  }

  void out_of_range(const std::string& name, const Net& net, std::int64_t bit, LocationId where) {
    error("ir.width",
          "'" + name + "' joins bit " + std::to_string(bit) + " of net '" + net.name +
              "', which has " + std::to_string(net.width),
          "keep the bits inside the net", where);
  }

  void check_instance(const Module& module, const Instance& instance) {
    const Module* master = master_of(instance.master, instance.name, instance.where);
    if (!master) return;
    std::vector<char> joined(master->ports.size(), 0);
    for (const Connection& c : instance.connections) {
      if (!check_join(module, *master, c.port, c.net, instance.name, instance.where, joined)) {
        continue;
      }
      const Net& net = module.nets[c.net.index];
      const std::uint64_t end = static_cast<std::uint64_t>(c.bit) + master->port_net(c.port).width;
      if (end > net.width) {
        out_of_range(instance.name, net, static_cast<std::int64_t>(end) - 1, instance.where);
      } else if (net.discipline == Discipline::optical) {
        for (std::uint64_t bit = c.bit; bit < end; ++bit) note_optical(c.net, net, bit);
      }
    }
    check_open(*master, joined, instance.name, instance.where);
    check_parameters(module, *master, instance.name, instance.parameters, 0, 0);
  }

  void check_array(const Module& module, const InstanceArray& array) {
    const Module* master = master_of(array.master, array.name, array.where);
    if (!master) return;
    if (array.rows == 0 || array.columns == 0) {
      error("ir.width", "instance array '" + array.name + "' is empty",
            "give at least one row and column", array.where);
      return;
    }
    std::vector<char> joined(master->ports.size(), 0);
    for (const PinMap& pin : array.pins) {
      if (!check_join(module, *master, pin.port, pin.net, array.name, array.where, joined)) {
        continue;
      }
      if (master->port_net(pin.port).width != 1) {
        error("ir.width", "'" + array.name + "' maps a bus port of its master",
              "the master of an array has ports of width 1", array.where);
        continue;
      }
      check_pin_range(module, array, pin);
    }
    check_open(*master, joined, array.name, array.where);
    check_parameters(module, *master, array.name, array.parameters, array.rows, array.columns);
  }

  void check_pin_range(const Module& module, const InstanceArray& array, const PinMap& pin) {
    const Net& net = module.nets[pin.net.index];
    // An affine map takes its extremes in the corners.
    for (const std::int64_t row : {std::int64_t{0}, std::int64_t{array.rows} - 1}) {
      for (const std::int64_t column : {std::int64_t{0}, std::int64_t{array.columns} - 1}) {
        const std::int64_t bit = pin.bit(row, column);
        if (bit >= 0 && bit < static_cast<std::int64_t>(net.width)) continue;
        out_of_range(array.name, net, bit, array.where);
        return;
      }
    }
    if (net.discipline != Discipline::optical) return;
    for (std::int64_t row = 0; row < array.rows; ++row) {
      for (std::int64_t column = 0; column < array.columns; ++column) {
        note_optical(pin.net, net, static_cast<std::uint64_t>(pin.bit(row, column)));
      }
    }
  }

  void check_parameters(const Module& module, const Module& master, const std::string& name,
                        const std::vector<Parameter>& parameters, std::uint32_t rows,
                        std::uint32_t columns) {
    std::unordered_set<std::string_view> names;
    for (const Parameter& parameter : parameters) {
      const Parameter* formal = master.find_parameter(parameter.name);
      if (!formal) {
        std::vector<std::string> known;
        for (const Parameter& p : master.parameters) known.push_back(p.name);
        error("ir.parameter",
              "'" + name + "' sets '" + parameter.name + "', which '" + master.name +
                  "' does not have",
              base::suggest(parameter.name, known), parameter.where);
        continue;
      }
      if (!names.insert(parameter.name).second) {
        error("ir.parameter", "'" + name + "' sets '" + parameter.name + "' twice", "set it once",
              parameter.where);
      }
      check_value(module, name, parameter, *formal, rows, columns);
    }
  }

  void check_value(const Module& module, const std::string& name, const Parameter& parameter,
                   const Parameter& formal, std::uint32_t rows, std::uint32_t columns) {
    std::optional<base::Dimension> found = dimension_of(parameter.value);
    if (const auto* table = std::get_if<TableId>(&parameter.value)) {
      if (table->index >= module.tables.size()) {
        error("ir.reference", "'" + name + "' refers to a table that is not there", "",
              parameter.where);
        return;
      }
      const ValueTable& values = module.tables[table->index];
      found = values.dimension;
      if (rows == 0 || values.rows != rows || values.columns != columns) {
        error("ir.table",
              "'" + name + "' takes table '" + values.name + "' (" + std::to_string(values.rows) +
                  " x " + std::to_string(values.columns) + ")",
              "a table serves an instance array of its own shape", parameter.where);
      }
    } else if (const auto* expression = std::get_if<Expression>(&parameter.value)) {
      found = expression_dimension(module, *expression, parameter.where);
    } else if (const auto* quantity = std::get_if<base::Quantity>(&parameter.value);
               quantity && !std::isfinite(quantity->value)) {
      error("ir.parameter", "'" + name + "' sets '" + parameter.name + "' to no finite number",
            "give a finite value", parameter.where);
    }
    const std::optional<base::Dimension> expected = dimension_of(formal.value);
    if (found && expected && *found != *expected) {
      error("ir.parameter",
            "'" + name + "' sets '" + parameter.name + "' in '" + base::unit_symbol(*found) +
                "', its default is in '" + base::unit_symbol(*expected) + "'",
            "use the unit of the default", parameter.where);
    }
  }

  std::optional<base::Dimension> expression_dimension(const Module& module,
                                                      const Expression& expression,
                                                      LocationId where) {
    const auto value = value_of(module, expression, where);
    return value ? std::optional(value->dimension) : std::nullopt;
  }

  /// Value of a formula over the defaults that are known so far, as in flattening.
  std::optional<base::Quantity> value_of(const Module& module, const Expression& expression,
                                         LocationId where) {
    const NameLookup lookup = [&](std::string_view name) -> std::optional<base::Quantity> {
      for (std::size_t i = 0; i < defaults_.size(); ++i) {
        if (module.parameters[i].name == name) return defaults_[i];
      }
      return std::nullopt;
    };
    try {
      return evaluate(expression, lookup, design_.location(where));
    } catch (const base::Error& failure) {
      sink_.report(failure.diagnostic());
      return std::nullopt;
    }
  }

  /// A formula as default sees the parameters before it.
  std::optional<base::Quantity> default_of(const Module& module, const Parameter& parameter) {
    const Value& value = parameter.value;
    if (const auto* q = std::get_if<base::Quantity>(&value)) return *q;
    if (const auto* i = std::get_if<std::int64_t>(&value)) {
      return base::Quantity{static_cast<double>(*i), {}};
    }
    if (const auto* flag = std::get_if<bool>(&value)) return base::Quantity{*flag ? 1.0 : 0.0, {}};
    if (const auto* formula = std::get_if<Expression>(&value)) {
      return value_of(module, *formula, parameter.where);
    }
    return std::nullopt;
  }

  void note_optical(NetId id, const Net& net, std::uint64_t bit) {
    auto& uses = optical_uses_[id.index];
    uses.resize(net.width, 0);
    ++uses[bit];
  }

  void check_optical(const Module& module) {
    std::vector<char> is_port(module.nets.size(), 0);
    for (const Port& port : module.ports) {
      if (port.net.index < is_port.size()) is_port[port.net.index] = 1;
    }
    for (std::size_t i = 0; i < module.nets.size() && !module.primitive; ++i) {
      const Net& net = module.nets[i];
      if (net.discipline != Discipline::optical) continue;
      optical_uses_[i].resize(net.width, 0);
      for (const std::uint32_t uses : optical_uses_[i]) {
        if (uses + static_cast<std::uint32_t>(is_port[i]) == 2) continue;
        error("ir.optical",
              "optical net '" + net.name + "' joins " +
                  std::to_string(uses + (is_port[i] ? 1 : 0)) + " ports",
              "an optical net joins exactly two; use a splitter or a terminator", net.where);
        break;
      }
    }
  }

  void check_recursion() {
    std::vector<int> state(design_.modules.size(), 0);
    for (std::size_t i = 0; i < state.size(); ++i) visit(i, state);
  }

  void visit(std::size_t root, std::vector<int>& state) {
    // An explicit stack: a hostile hierarchy may be as deep as it has modules.
    std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
    while (!stack.empty()) {
      auto& [index, next] = stack.back();
      const Module& module = design_.modules[index];
      if (next == 0) {
        if (state[index] == 2) {
          stack.pop_back();
          continue;
        }
        state[index] = 1;
      }
      const std::size_t children = module.instances.size() + module.arrays.size();
      if (next == children) {
        state[index] = 2;
        stack.pop_back();
        continue;
      }
      const std::size_t child = next < module.instances.size()
                                    ? module.instances[next].master.index
                                    : module.arrays[next - module.instances.size()].master.index;
      ++next;
      if (state[child] == 1) {
        sink_.error("ir.recursion", "module '" + design_.modules[child].name + "' contains itself",
                    "break the cycle of instances", design_.location(design_.modules[child].where));
        return;
      }
      if (state[child] == 0) stack.emplace_back(child, 0);
    }
  }

  const Design& design_;
  base::DiagnosticSink& sink_;
  const Module* module_ = nullptr;
  std::vector<std::vector<std::uint32_t>> optical_uses_;
  std::vector<std::optional<base::Quantity>> defaults_;  ///< Of the module's parameters.
};

}  // namespace

bool verify(const Design& design, base::DiagnosticSink& sink) {
  return Verifier(design, sink).run();
}

}  // namespace neucasl::ir
