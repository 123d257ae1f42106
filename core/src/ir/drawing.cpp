#include "neucasl/ir/drawing.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace neucasl::ir {
namespace {

/// In double quotes, as DOT wants it; a line break is "\n". Graphviz reads "&" as the beginning of
/// an HTML entity.
std::string dot_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return result + '"';
}

/// A field of a record, inside double quotes.
std::string field_text(const std::string& text) {
  const std::string quoted = dot_quoted(text);
  std::string result;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (std::string_view("{}|<>").find(quoted[i]) != std::string_view::npos) result += '\\';
    result += quoted[i];
  }
  return result;
}

struct Colour {
  const char* code;
  const char* name;
};

Colour colour_of(Discipline discipline) {
  switch (discipline) {
    case Discipline::optical:
      return {"#c0392b", "red"};
    case Discipline::digital:
      return {"#1e8449", "green"};
    case Discipline::spike:
      return {"#7d3c98", "violet"};
    case Discipline::thermal:
      return {"#b9770e", "brown"};
    default:
      return {"#1f4e79", "blue"};
  }
}

/// "resistance 7.5 kohm": the first settings of an instance, a line each.
template <class Object>
std::string settings_text(const Module& module, const Object& object) {
  constexpr std::size_t most_lines = 3;
  constexpr std::size_t most_characters = 40;
  std::string text;
  for (std::size_t i = 0; i < object.parameters.size(); ++i) {
    if (i == most_lines) return text + "\n...";
    const Parameter& one = object.parameters[i];
    std::string value;
    if (const auto* flag = std::get_if<bool>(&one.value)) value = *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&one.value)) {
      value = std::to_string(*integer);
    }
    if (const auto* quantity = std::get_if<base::Quantity>(&one.value)) {
      value = base::to_engineering(*quantity);
    }
    if (const auto* word = std::get_if<std::string>(&one.value)) value = *word;
    if (const auto* formula = std::get_if<Expression>(&one.value)) value = "= " + formula->text;
    if (const auto* table = std::get_if<TableId>(&one.value)) {
      value = "table " + module.tables[table->index].name;
    }
    if (value.size() > most_characters) value = value.substr(0, most_characters - 3) + "...";
    text += '\n' + one.name + ' ' + value;
  }
  return text;
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
    if (objects > most) {
      too_many(objects, most, "draw the tree below one module with --module NAME");
    }
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
      : design_(design), module_(module) {
    std::size_t objects = module.instances.size() + module.arrays.size() + module.ports.size();
    for (const Instance& one : module.instances) objects += one.connections.size();
    for (const InstanceArray& one : module.arrays) objects += one.pins.size();
    if (objects <= most) return;
    too_many(objects, most,
             "draw a module below it with --module NAME, or the tree of modules with --view "
             "hierarchy");
  }

  std::string draw() {
    for (const Port& port : module_.ports) add_port(port);
    for (std::size_t i = 0; i < module_.instances.size(); ++i) add(module_.instances[i], i);
    for (std::size_t i = 0; i < module_.arrays.size(); ++i) add(module_.arrays[i], i);
    lines();
    return "graph schematic {\n" + std::string(graph_style) + "  label=" + dot_quoted(title()) +
           "\n" + text_ + "}\n";
  }

 private:
  enum class Side : std::uint8_t { left, right };
  /// The end of a line.
  struct Pin {
    std::string place;       ///< Node, field and compass point in DOT.
    Side side = Side::left;  ///< Of its box.
    std::uint32_t bit = 0;   ///< Of the net.
    std::uint32_t width = 1;
  };

  std::string title() const {
    std::set<Discipline> seen;
    for (const Net& net : module_.nets) seen.insert(net.discipline);
    std::string text = module_.name;
    if (seen.size() < 2) return text;
    for (const Discipline one : seen) {
      text += (one == *seen.begin() ? "\n" : ", ") + std::string(to_string(one)) + ' ' +
              colour_of(one).name;
    }
    return text;
  }

  void add_port(const Port& port) {
    const Net& net = module_.nets[port.net.index];
    const std::string node = "p" + std::to_string(port.net.index);
    text_ += "  " + node + " [shape=ellipse, color=\"" + colour_of(net.discipline).code +
             "\", label=" + dot_quoted(net.name + bits_text(0, net.width, 1)) + "]\n";
    const bool input = port.direction == Direction::input;
    pins_[port.net.index].push_back({node, input ? Side::right : Side::left, 0, net.width});
  }

  /// "[3]" or "[0..7]" of a net of `whole` bits; empty for all of it.
  static std::string bits_text(std::uint32_t bit, std::uint32_t width, std::uint32_t whole) {
    if (width == whole) return "";
    const std::string first = '[' + std::to_string(bit);
    return width == 1 ? first + ']' : first + ".." + std::to_string(bit + width - 1) + ']';
  }

  /// Inputs are on the left, outputs on the right, half of the others on each side.
  static std::vector<Side> sides_of(const Module& master) {
    const auto is_either = [](const Port& port) {
      return port.direction != Direction::input && port.direction != Direction::output;
    };
    const auto either = std::count_if(master.ports.begin(), master.ports.end(), is_either);
    std::vector<Side> sides;
    std::ptrdiff_t seen = 0;
    for (const Port& port : master.ports) {
      const bool left = is_either(port) ? 2 * seen++ < either : port.direction == Direction::input;
      sides.push_back(left ? Side::left : Side::right);
    }
    return sides;
  }

  /// A box with a field for each pin. Returns the side of each pin.
  std::vector<Side> box(const std::string& node, const std::string& label, const Module& master,
                        bool array) {
    std::vector<Side> sides = sides_of(master);
    std::string left;
    std::string right;
    for (std::size_t k = 0; k < sides.size(); ++k) {
      std::string& column = sides[k] == Side::left ? left : right;
      column += (column.empty() ? "<p" : "|<p") + std::to_string(k) + "> " +
                field_text(master.port_net(static_cast<std::uint32_t>(k)).name);
    }
    if (!left.empty()) left = '{' + left + "}|";
    if (!right.empty()) right = "|{" + right + '}';
    text_ += "  " + node + " [shape=record, style=filled" + (array ? ", penwidth=3" : "") +
             ", fillcolor=" + (master.primitive ? "\"#f2f2f2\"" : "\"#dce6f2\"") + ", label=\"{" +
             left + field_text(label) + right + "}\"]\n";
    return sides;
  }
  static std::string place_of(const std::string& node, std::uint32_t port, Side side) {
    return node + ":p" + std::to_string(port) + (side == Side::left ? ":w" : ":e");
  }

  void add(const Instance& one, std::size_t index) {
    const Module& master = design_.module(one.master);
    const std::string node = "i" + std::to_string(index);
    const std::vector<Side> sides =
        box(node, one.name + '\n' + master.name + settings_text(module_, one), master, false);
    for (const Connection& pin : one.connections) {
      pins_[pin.net.index].push_back({place_of(node, pin.port, sides[pin.port]), sides[pin.port],
                                      pin.bit, master.port_net(pin.port).width});
    }
  }

  void add(const InstanceArray& one, std::size_t index) {
    const Module& master = design_.module(one.master);
    const std::string node = "a" + std::to_string(index);
    const std::vector<Side> sides =
        box(node,
            one.name + '\n' + master.name + '\n' + std::to_string(one.rows) + " x " +
                std::to_string(one.columns) + settings_text(module_, one),
            master, true);
    for (const PinMap& pin : one.pins) {
      pins_[pin.net.index].push_back({place_of(node, pin.port, sides[pin.port]), sides[pin.port], 0,
                                      module_.nets[pin.net.index].width});
    }
  }

  /// A net whose pins all take single bits is a line a bit; else it is one thick line.
  void lines() {
    for (const auto& [index, pins] : pins_) {
      const Net& net = module_.nets[index];
      const bool bundle =
          net.width > 1 &&
          std::any_of(pins.begin(), pins.end(), [](const Pin& pin) { return pin.width > 1; });
      if (bundle) {
        line(net, "n" + std::to_string(index), net.name + bits_text(0, net.width, 1), pins, true);
        continue;
      }
      std::map<std::uint32_t, std::vector<Pin>> wires;
      for (const Pin& pin : pins) wires[pin.bit].push_back(pin);
      for (const auto& [bit, ends] : wires) {
        line(net, "n" + std::to_string(index) + '_' + std::to_string(bit),
             net.name + bits_text(bit, 1, net.width), ends, false);
      }
    }
  }

  void line(const Net& net, const std::string& node, const std::string& name,
            const std::vector<Pin>& pins, bool bundle) {
    const std::string style = std::string("color=\"") + colour_of(net.discipline).code + '"' +
                              (bundle ? ", penwidth=2.5" : "");
    const auto bits = [&](const Pin& pin) {
      return bundle ? bits_text(pin.bit, pin.width, net.width) : std::string();
    };
    if (net.ground) {
      for (const Pin& pin : pins) {
        const std::string symbol = node + 'g' + std::to_string(grounds_++);
        text_ += "  " + symbol + " [shape=invtriangle, label=\"\", width=0.12, height=0.1]\n";
        edge(pin, symbol, style, bits(pin));
      }
      return;
    }
    if (pins.size() == 2) {
      const bool turned = pins[0].side == Side::left;
      edge(pins[turned ? 1 : 0], pins[turned ? 0 : 1].place, style, name);
      return;
    }
    text_ += "  " + node + " [shape=point, width=0.06, xlabel=" + dot_quoted(name) + "]\n";
    for (const Pin& pin : pins) edge(pin, node, style, bits(pin));
  }

  /// From left to right where the pin's side allows it.
  void edge(const Pin& pin, const std::string& other, const std::string& style,
            const std::string& label) {
    const bool from = pin.side == Side::right;
    text_ += "  " + (from ? pin.place : other) + " -- " + (from ? other : pin.place) + " [" + style;
    if (!label.empty()) text_ += ", label=" + dot_quoted(label);
    text_ += "]\n";
  }

  const Design& design_;
  const Module& module_;
  std::map<std::uint32_t, std::vector<Pin>> pins_;  ///< By net.
  std::size_t grounds_ = 0;
  std::string text_;
};

}  // namespace

std::string to_dot(const Design& design, const DrawingOptions& options) {
  const ModuleId module = options.module.valid() ? options.module : design.top;
  if (!module.valid()) {
    throw base::Error("ir.top", "the design has no top module", "name a module to draw");
  }
  if (options.view == DrawingOptions::View::hierarchy) {
    return hierarchy_of(design, module, options.most_objects);
  }
  return Schematic(design, design.module(module), options.most_objects).draw();
}

}  // namespace neucasl::ir
