#include "neucasl/ir/flat_netlist.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "neucasl/ir/builder.hpp"
#include "neucasl/ir/expression.hpp"
#include "neucasl/ir/verifier.hpp"

namespace neucasl::ir {
namespace {

constexpr std::size_t deepest_hierarchy = 1000;  // levels: expansion recurses

class Flattener {
 public:
  Flattener(const Design& design, std::size_t most) : design_(design), most_(most) {}

  FlatNetlist run(ModuleId top) {
    const Module& module = design_.module(top);
    flat_.name = design_.name;
    flat_.pin_offset.push_back(0);
    flat_.parameter_offset.push_back(0);
    flat_.paths.push_back({0, intern(""), -1, -1});
    add_node(0, intern("0"), -1, Discipline::electrical);
    std::vector<base::Quantity> values;
    for (const Parameter& parameter : module.parameters) {
      values.push_back(resolve(parameter, module, values, 0));
    }
    if (module.primitive) {
      throw base::Error("ir.flatten", "the top '" + module.name + "' is a primitive",
                        "choose a module that has instances", design_.location(module.where));
    }
    std::vector<std::uint32_t> bits;
    for (const Port& port : module.ports) {
      const Net& net = module.nets[port.net.index];
      for (std::uint32_t bit = 0; bit < net.width; ++bit) bits.push_back(new_node(net, bit, 0));
    }
    flat_.port_nodes = bits;
    expand(module, bits, values, 0);
    return std::move(flat_);
  }

 private:
  std::uint32_t intern(const std::string& name) {
    const auto [entry, added] =
        interned_.try_emplace(name, static_cast<std::uint32_t>(flat_.names.size()));
    if (added) flat_.names.push_back(name);
    return entry->second;
  }

  void add_node(std::uint32_t path, std::uint32_t name, std::int32_t bit, Discipline discipline) {
    flat_.node_path.push_back(path);
    flat_.node_net_name.push_back(name);
    flat_.node_bit.push_back(bit);
    flat_.node_discipline.push_back(discipline);
  }

  std::uint32_t new_node(const Net& net, std::uint32_t bit, std::uint32_t path) {
    if (net.ground) return 0;
    // Elements of a circuit have few pins, so far more nodes than elements are idle wires.
    if (flat_.nodes() > 4 * most_ + 1000) {
      throw base::Error("ir.flatten",
                        "the flat netlist exceeds " + std::to_string(4 * most_ + 1000) + " nodes",
                        "flatten a module further down, or remove idle wires");
    }
    add_node(path, intern(net.name), net.width > 1 ? static_cast<std::int32_t>(bit) : -1,
             net.discipline);
    return static_cast<std::uint32_t>(flat_.nodes() - 1);
  }

  std::uint32_t kind_of(ModuleId master) {
    const auto [entry, added] =
        kinds_.try_emplace(master.index, static_cast<std::uint32_t>(flat_.kinds.size()));
    if (!added) return entry->second;
    const Module& module = design_.module(master);
    ElementKind kind;
    kind.name = module.name;
    kind.element = module.attribute("element");
    kind.device = module.attribute("device");
    kind.attributes = module.attributes;
    kind.where = design_.location(module.where);
    for (std::uint32_t port = 0; port < module.ports.size(); ++port) {
      const Net& net = module.port_net(port);
      for (std::uint32_t bit = 0; bit < net.width; ++bit) {
        kind.pins.push_back(net.width == 1 ? net.name : net.name + '.' + std::to_string(bit));
        kind.directions.push_back(module.ports[port].direction);
        kind.disciplines.push_back(net.discipline);
      }
    }
    std::vector<base::Quantity> defaults;
    for (const Parameter& parameter : module.parameters) {
      defaults.push_back(resolve(parameter, module, defaults, 0));
      kind.parameters.push_back(parameter.name);
      kind.dimensions.push_back(defaults.back().dimension);
    }
    flat_.kinds.push_back(std::move(kind));
    return entry->second;
  }

  /// `module` is the one whose parameters and tables the value may refer to.
  base::Quantity resolve(const Parameter& parameter, const Module& module,
                         const std::vector<base::Quantity>& scope, std::size_t cell) {
    if (const auto* quantity = std::get_if<base::Quantity>(&parameter.value)) return *quantity;
    if (const auto* table = std::get_if<TableId>(&parameter.value)) {
      const ValueTable& values = module.tables[table->index];
      return {values.values[cell], values.dimension};
    }
    if (const auto* integer = std::get_if<std::int64_t>(&parameter.value)) {
      return {static_cast<double>(*integer), {}};
    }
    if (const auto* flag = std::get_if<bool>(&parameter.value)) return {*flag ? 1.0 : 0.0, {}};
    if (const auto* expression = std::get_if<Expression>(&parameter.value)) {
      const NameLookup lookup = [&](std::string_view name) -> std::optional<base::Quantity> {
        for (std::size_t i = 0; i < scope.size(); ++i) {
          if (module.parameters[i].name == name) return scope[i];
        }
        return std::nullopt;
      };
      // A lone name, the usual case in a cell, needs no parsing.
      if (const auto direct = lookup(expression->text)) return *direct;
      return evaluate(*expression, lookup, design_.location(parameter.where));
    }
    return {std::numeric_limits<double>::quiet_NaN(), {}};
  }

  std::vector<base::Quantity> parameters_of(const Module& master,
                                            const std::vector<Parameter>& actual,
                                            const Module& module,
                                            const std::vector<base::Quantity>& scope,
                                            std::size_t cell) {
    std::vector<base::Quantity> values;
    values.reserve(master.parameters.size());
    for (const Parameter& formal : master.parameters) {
      const auto found = std::find_if(actual.begin(), actual.end(),
                                      [&](const Parameter& p) { return p.name == formal.name; });
      values.push_back(found == actual.end() ? resolve(formal, master, values, 0)
                                             : resolve(*found, module, scope, cell));
    }
    return values;
  }

  [[noreturn]] void too_large() const {
    throw base::Error("ir.flatten",
                      "the flat netlist exceeds " + std::to_string(most_) + " elements",
                      "flatten a module further down");
  }

  void place(ModuleId master, const std::vector<std::uint32_t>& bits,
             const std::vector<base::Quantity>& values, std::uint32_t parent,
             const std::string& name, std::int32_t row, std::int32_t column) {
    // Levels without primitives count too, or empty modules could nest without end.
    if (flat_.paths.size() / 8 > most_) too_large();
    flat_.paths.push_back({parent, intern(name), row, column});
    const auto path = static_cast<std::uint32_t>(flat_.paths.size() - 1);
    const Module& module = design_.module(master);
    if (!module.primitive) {
      expand(module, bits, values, path);
      return;
    }
    if (flat_.elements() >= most_) too_large();
    flat_.kind.push_back(kind_of(master));
    flat_.element_path.push_back(path);
    flat_.pin_node.insert(flat_.pin_node.end(), bits.begin(), bits.end());
    flat_.pin_offset.push_back(static_cast<std::uint32_t>(flat_.pin_node.size()));
    for (const base::Quantity& value : values) flat_.parameter.push_back(value.value);
    flat_.parameter_offset.push_back(static_cast<std::uint32_t>(flat_.parameter.size()));
  }

  void expand(const Module& module, const std::vector<std::uint32_t>& port_bits,
              const std::vector<base::Quantity>& scope, std::uint32_t path) {
    std::vector<std::vector<std::uint32_t>> nodes(module.nets.size());
    std::size_t next = 0;
    for (const Port& port : module.ports) {
      const std::size_t width = module.nets[port.net.index].width;
      nodes[port.net.index].assign(port_bits.begin() + static_cast<std::ptrdiff_t>(next),
                                   port_bits.begin() + static_cast<std::ptrdiff_t>(next + width));
      next += width;
    }
    for (std::size_t i = 0; i < module.nets.size(); ++i) {
      if (!nodes[i].empty()) continue;
      for (std::uint32_t bit = 0; bit < module.nets[i].width; ++bit) {
        nodes[i].push_back(new_node(module.nets[i], bit, path));
      }
    }
    for (const Instance& instance : module.instances) {
      const Module& master = design_.module(instance.master);
      std::vector<std::uint32_t> bits;
      for (std::uint32_t port = 0; port < master.ports.size(); ++port) {
        const auto joined = std::find_if(instance.connections.begin(), instance.connections.end(),
                                         [&](const Connection& c) { return c.port == port; });
        for (std::uint32_t bit = 0; bit < master.port_net(port).width; ++bit) {
          bits.push_back(nodes[joined->net.index][joined->bit + bit]);
        }
      }
      place(instance.master, bits, parameters_of(master, instance.parameters, module, scope, 0),
            path, instance.name, -1, -1);
    }
    for (const InstanceArray& array : module.arrays)
      expand_array(module, array, nodes, scope, path);
  }

  void expand_array(const Module& module, const InstanceArray& array,
                    const std::vector<std::vector<std::uint32_t>>& nodes,
                    const std::vector<base::Quantity>& scope, std::uint32_t path) {
    const Module& master = design_.module(array.master);
    std::vector<const PinMap*> pins(master.ports.size());
    for (const PinMap& pin : array.pins) pins[pin.port] = &pin;
    std::vector<std::uint32_t> bits(pins.size());
    for (std::uint32_t row = 0; row < array.rows; ++row) {
      for (std::uint32_t column = 0; column < array.columns; ++column) {
        for (std::size_t port = 0; port < pins.size(); ++port) {
          bits[port] =
              nodes[pins[port]->net.index][static_cast<std::size_t>(pins[port]->bit(row, column))];
        }
        const std::size_t cell = static_cast<std::size_t>(row) * array.columns + column;
        place(array.master, bits, parameters_of(master, array.parameters, module, scope, cell),
              path, array.name, static_cast<std::int32_t>(row), static_cast<std::int32_t>(column));
      }
    }
  }

  const Design& design_;
  std::size_t most_;
  FlatNetlist flat_;
  std::unordered_map<std::string, std::uint32_t> interned_;
  std::unordered_map<std::uint32_t, std::uint32_t> kinds_;
};

}  // namespace

std::string_view ElementKind::attribute(std::string_view attribute_name) const {
  for (const Attribute& one : attributes) {
    if (one.name == attribute_name) return one.value;
  }
  return {};
}

std::string FlatNetlist::path_name(std::uint32_t path) const {
  std::vector<std::uint32_t> chain;
  for (; path != 0; path = paths[path].parent) chain.push_back(path);
  std::string text;
  for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
    if (!text.empty()) text += '.';
    text += names[paths[*step].name];
    if (paths[*step].row >= 0) {
      text +=
          '[' + std::to_string(paths[*step].row) + "][" + std::to_string(paths[*step].column) + ']';
    }
  }
  return text;
}

std::string FlatNetlist::element_name(std::size_t element) const {
  return path_name(element_path[element]);
}

std::string FlatNetlist::node_name(std::size_t node) const {
  std::string text = path_name(node_path[node]);
  if (!text.empty()) text += '.';
  text += names[node_net_name[node]];
  if (node_bit[node] >= 0) text += '[' + std::to_string(node_bit[node]) + ']';
  return text;
}

double FlatNetlist::parameter_of(std::size_t element, std::string_view parameter_name) const {
  const ElementKind& shared = kinds[kind[element]];
  for (std::size_t i = 0; i < shared.parameters.size(); ++i) {
    if (shared.parameters[i] == parameter_name) return parameter[parameter_offset[element] + i];
  }
  throw base::Error(
      "ir.parameter",
      "primitive '" + shared.name + "' has no parameter '" + std::string(parameter_name) + "'",
      base::suggest(parameter_name, shared.parameters));
}

FlatNetlist flatten(const Design& design, ModuleId top, std::size_t most_elements) {
  base::DiagnosticSink sink;
  if (!verify(design, sink)) sink.throw_if_error();
  // Counting is cheap; expanding what is refused later is not.
  const DesignStatistics counts = statistics(design, top);
  if (counts.leaf_instances > most_elements || counts.instances > 4 * most_elements + 1000) {
    throw base::Error("ir.flatten",
                      "the flat netlist would have " + std::to_string(counts.leaf_instances) +
                          " elements in " + std::to_string(counts.instances) +
                          " instances; the limit is " + std::to_string(most_elements) + " elements",
                      "flatten a module further down");
  }
  if (counts.depth > deepest_hierarchy) {
    throw base::Error("ir.depth",
                      "the hierarchy has " + std::to_string(counts.depth) +
                          " levels; the limit is " + std::to_string(deepest_hierarchy),
                      "nest modules less deeply");
  }
  return Flattener(design, most_elements).run(top.valid() ? top : design.top);
}

Design to_design(const FlatNetlist& netlist) {
  Design design;
  design.name = netlist.name;
  std::vector<ModuleId> masters;
  for (const ElementKind& kind : netlist.kinds) {
    ModuleBuilder primitive(design, kind.name, true);
    for (const Attribute& attribute : kind.attributes) {
      primitive.attribute(attribute.name, attribute.value);
    }
    for (std::size_t i = 0; i < kind.pins.size(); ++i) {
      primitive.port(kind.pins[i], kind.disciplines[i], kind.directions[i]);
    }
    for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
      primitive.parameter(kind.parameters[i], base::Quantity{0.0, kind.dimensions[i]});
    }
    masters.push_back(primitive.id());
  }
  const auto clean = [](std::string name) {
    for (char& c : name) {
      if (c == '[' || c == ']') c = '_';
    }
    return name;
  };
  ModuleBuilder top(design, "flat");
  design.top = top.id();
  std::vector<NetRef> nodes;
  std::vector<char> is_port(netlist.nodes(), 0);
  for (const std::uint32_t node : netlist.port_nodes) is_port[node] = 1;
  for (std::size_t node = 0; node < netlist.nodes(); ++node) {
    const Discipline discipline = netlist.node_discipline[node];
    if (node == 0) {
      nodes.push_back(top.net("ground", discipline, 1, true));
    } else if (is_port[node] != 0) {
      nodes.push_back(top.port(clean(netlist.node_name(node)), discipline, Direction::inout));
    } else {
      nodes.push_back(
          top.net("n" + std::to_string(node) + '.' + clean(netlist.node_name(node)), discipline));
    }
  }
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    const ElementKind& kind = netlist.kinds[netlist.kind[e]];
    ModuleBuilder::Connections connections;
    for (std::size_t i = 0; i < kind.pins.size(); ++i) {
      connections.emplace_back(kind.pins[i], nodes[netlist.pin_node[netlist.pin_offset[e] + i]]);
    }
    ModuleBuilder::Parameters parameters;
    for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
      const double value = netlist.parameter[netlist.parameter_offset[e] + i];
      if (std::isnan(value)) continue;
      parameters.emplace_back(kind.parameters[i], base::Quantity{value, kind.dimensions[i]});
    }
    top.instance("e" + std::to_string(e) + '.' + clean(netlist.element_name(e)),
                 masters[netlist.kind[e]], connections, parameters);
  }
  return design;
}

}  // namespace neucasl::ir
