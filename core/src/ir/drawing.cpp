#include "neucasl/ir/drawing.hpp"

#include <map>
#include <set>

namespace neucasl::ir {
namespace {

/// In double quotes, as DOT wants it; a line break is "\n".
std::string dot_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return result + '"';
}

const char* colour_of(Discipline discipline) {
  switch (discipline) {
    case Discipline::optical:
      return "#c0392b";
    case Discipline::digital:
      return "#1e8449";
    case Discipline::spike:
      return "#7d3c98";
    case Discipline::thermal:
      return "#b9770e";
    default:
      return "#1f4e79";
  }
}

constexpr const char* graph_style =
    "  graph [rankdir=LR, fontname=\"Helvetica\", ranksep=0.6, nodesep=0.25]\n"
    "  node [fontname=\"Helvetica\", fontsize=10]\n"
    "  edge [fontname=\"Helvetica\", fontsize=8, arrowhead=none]\n";

[[noreturn]] void too_many(std::size_t count, std::size_t most, const std::string& remedy) {
  throw base::Error(
      "ir.drawing",
      std::to_string(count) + " objects are too many to draw, " + std::to_string(most) + " fit",
      remedy);
}

std::string hierarchy_of(const Design& design, ModuleId top, std::size_t most) {
  std::string text = "digraph hierarchy {\n" + std::string(graph_style) +
                     "  edge [arrowhead=normal]\n  node [shape=box, style=filled]\n";
  std::set<std::uint32_t> seen{top.index};
  std::vector<std::uint32_t> open{top.index};
  std::size_t objects = 0;
  while (!open.empty()) {
    const Module& module = design.modules[open.back()];
    const std::string from = "m" + std::to_string(open.back());
    open.pop_back();
    text += "  " + from + " [label=" + dot_quoted(module.name) +
            ", fillcolor=" + (module.primitive ? "\"#f2f2f2\"" : "\"#dce6f2\"") + "]\n";
    std::map<std::uint32_t, std::size_t> count;
    for (const Instance& one : module.instances) ++count[one.master.index];
    for (const InstanceArray& one : module.arrays) {
      count[one.master.index] += static_cast<std::size_t>(one.rows) * one.columns;
    }
    objects += 1 + count.size();
    if (objects > most) too_many(objects, most, "draw one module with --module");
    for (const auto& [master, number] : count) {
      text += "  " + from + " -> m" + std::to_string(master) + " [label=\"" +
              std::to_string(number) + "\"]\n";
      if (seen.insert(master).second) open.push_back(master);
    }
  }
  return text + "}\n";
}

class Schematic {
 public:
  Schematic(const Design& design, const Module& module, std::size_t most)
      : design_(design), module_(module), most_(most) {}

  std::string draw() {
    const std::size_t objects =
        module_.instances.size() + module_.arrays.size() + module_.nets.size();
    if (objects > most_) too_many(objects, most_, "draw a module below it with --module");
    text_ = "graph schematic {\n" + std::string(graph_style) +
            "  label=" + dot_quoted(module_.name) + "\n";
    for (const Port& port : module_.ports) port_node(port);
    for (std::size_t i = 0; i < module_.instances.size(); ++i) instance(i);
    for (std::size_t i = 0; i < module_.arrays.size(); ++i) array(i);
    nets();
    return text_ + "}\n";
  }

 private:
  struct Pin {
    std::string node;   ///< In DOT.
    std::string label;  ///< Of the pin; empty at a port.
    Direction direction = Direction::inout;
  };
  using Wire = std::pair<std::uint32_t, std::uint32_t>;  ///< Net and bit.

  void port_node(const Port& port) {
    const Net& net = module_.nets[port.net.index];
    const std::string node = "p" + std::to_string(port.net.index);
    text_ += "  " + node + " [shape=ellipse, color=\"" + colour_of(net.discipline) +
             "\", label=" + dot_quoted(net.name + width_text(net)) + "]\n";
    for (std::uint32_t bit = 0; bit < net.width; ++bit) {
      const bool input = port.direction == Direction::input;
      pins_[{port.net.index, bit}].push_back(
          {node, "", input ? Direction::output : Direction::input});
    }
  }
  static std::string width_text(const Net& net) {
    return net.width > 1 ? '[' + std::to_string(net.width) + ']' : std::string();
  }

  void box(const std::string& node, const std::string& label, const Module& master, bool array) {
    text_ += "  " + node + " [shape=" + (array ? "box3d" : "box") +
             ", style=filled, fillcolor=" + (master.primitive ? "\"#f2f2f2\"" : "\"#dce6f2\"") +
             ", label=" + dot_quoted(label) + "]\n";
  }

  void instance(std::size_t index) {
    const Instance& one = module_.instances[index];
    const Module& master = design_.module(one.master);
    const std::string node = "i" + std::to_string(index);
    box(node, one.name + '\n' + master.name, master, false);
    for (const Connection& connection : one.connections) {
      const Net& pin = master.port_net(connection.port);
      for (std::uint32_t bit = 0; bit < pin.width; ++bit) {
        pins_[{connection.net.index, connection.bit + bit}].push_back(
            {node, pin.name, master.ports[connection.port].direction});
      }
    }
  }

  void array(std::size_t index) {
    const InstanceArray& one = module_.arrays[index];
    const Module& master = design_.module(one.master);
    const std::string node = "a" + std::to_string(index);
    box(node,
        one.name + '\n' + master.name + '\n' + std::to_string(one.rows) + " x " +
            std::to_string(one.columns),
        master, true);
    // A bundle of wires of one net is one line.
    for (const PinMap& map : one.pins) {
      pins_[{map.net.index, bundle}].push_back(
          {node, master.port_net(map.port).name, master.ports[map.port].direction});
      bundled_.insert(map.net.index);
    }
  }

  void nets() {
    // What touches a bundle joins it as a whole.
    std::map<Wire, std::vector<Pin>> wires;
    for (const auto& [wire, pins] : pins_) {
      const Wire target = bundled_.contains(wire.first) ? Wire{wire.first, bundle} : wire;
      std::vector<Pin>& all = wires[target];
      for (const Pin& pin : pins) {
        const bool known = wire.second != bundle && target.second == bundle && !all.empty() &&
                           all.back().node == pin.node && all.back().label == pin.label;
        if (!known) all.push_back(pin);
      }
    }
    for (const auto& [wire, pins] : wires) net(wire, pins);
  }

  void net(const Wire& wire, const std::vector<Pin>& pins) {
    const Net& one = module_.nets[wire.first];
    const std::string style = std::string(" [color=\"") + colour_of(one.discipline) + "\"" +
                              (wire.second == bundle ? ", penwidth=2.5" : "");
    std::string name = one.name;
    if (one.width > 1 && wire.second != bundle) name += '[' + std::to_string(wire.second) + ']';
    if (one.ground) {
      for (std::size_t k = 0; k < pins.size(); ++k) {
        const std::string node =
            "g" + std::to_string(wire.first) + '_' + std::to_string(grounds_++);
        text_ += "  " + node + " [shape=invtriangle, label=\"\", width=0.12, height=0.1, color=\"" +
                 colour_of(one.discipline) + "\"]\n";
        edge(pins[k], {node, "", Direction::input}, style, "");
      }
      return;
    }
    if (pins.size() == 2) {
      const bool turned =
          pins[0].direction == Direction::input && pins[1].direction != Direction::input;
      edge(pins[turned ? 1 : 0], pins[turned ? 0 : 1], style, name);
      return;
    }
    const std::string node = "n" + std::to_string(wire.first) + '_' +
                             (wire.second == bundle ? "all" : std::to_string(wire.second));
    text_ += "  " + node + " [shape=point, width=0.06, xlabel=" + dot_quoted(name) + "]\n";
    for (const Pin& pin : pins) {
      if (pin.direction == Direction::input) {
        edge({node, "", Direction::output}, pin, style, "");
      } else {
        edge(pin, {node, "", Direction::input}, style, "");
      }
    }
  }

  void edge(const Pin& from, const Pin& to, const std::string& style, const std::string& name) {
    text_ += "  " + from.node + " -- " + to.node + style;
    if (!from.label.empty()) text_ += ", taillabel=" + dot_quoted(from.label);
    if (!to.label.empty()) text_ += ", headlabel=" + dot_quoted(to.label);
    if (!name.empty()) text_ += ", label=" + dot_quoted(name);
    text_ += "]\n";
  }

  static constexpr std::uint32_t bundle = 0xffffffff;
  const Design& design_;
  const Module& module_;
  std::size_t most_;
  std::map<Wire, std::vector<Pin>> pins_;
  std::set<std::uint32_t> bundled_;
  std::size_t grounds_ = 0;
  std::string text_;
};

}  // namespace

std::string to_dot(const Design& design, const DrawingOptions& options) {
  const ModuleId module = options.module.valid() ? options.module : design.top;
  if (options.view == DrawingOptions::View::hierarchy) {
    return hierarchy_of(design, module, options.most_objects);
  }
  return Schematic(design, design.module(module), options.most_objects).draw();
}

}  // namespace neucasl::ir
