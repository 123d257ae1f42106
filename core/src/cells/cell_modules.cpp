#include <map>

#include "neucasl/cells/standard_cells.hpp"

namespace neucasl::cells {
namespace {

using ir::Discipline;
using ir::NetRef;

/// Writes the transistors of one cell into its module.
class CellWriter {
 public:
  CellWriter(ir::Design& design, const Transistors& transistors, const StandardCell& cell)
      : module_(design, cell.name), transistors_(transistors) {
    for (const std::string& input : cell.inputs) port(input, ir::Direction::input);
    port(cell.output, ir::Direction::output);
    rails_.supply = module_.port("vdd", Discipline::electrical, ir::Direction::inout);
    rails_.ground = module_.port("vss", Discipline::electrical, ir::Direction::inout);
    nets_["vdd"] = rails_.supply;
    nets_["vss"] = rails_.ground;
    for (const CellElement& element : cell.elements) write(element);
  }

  [[nodiscard]] ir::ModuleId id() const { return module_.id(); }

 private:
  void port(const std::string& name, ir::Direction direction) {
    nets_[name] = module_.port(name, Discipline::electrical, direction);
  }

  NetRef net(const std::string& name) {
    const auto found = nets_.find(name);
    if (found != nets_.end()) return found->second;
    return nets_[name] = module_.net(name, Discipline::electrical);
  }

  void write(const CellElement& element) {
    const NetRef output = net(element.output);
    stem_ = element.output;
    switch (element.kind) {
      case CellElement::Kind::gate:
        network(Polarity::n, element.pull_down, output, rails_.ground, element.strength);
        network(Polarity::p, dual(element.pull_down), output, rails_.supply, element.strength);
        break;
      case CellElement::Kind::transmission_gate:
        transistor(Polarity::n, element.high, output, net(element.input), element.strength);
        transistor(Polarity::p, element.low, output, net(element.input), element.strength);
        break;
      case CellElement::Kind::clocked_inverter:
        clocked(element, output);
        break;
    }
  }

  /// The clocked transistors lie at the output, so that the input cannot disturb it.
  void clocked(const CellElement& element, const NetRef& output) {
    const NetRef low = inner_net();
    const NetRef high = inner_net();
    const double units = 2.0 * element.strength;
    transistor(Polarity::n, element.high, output, low, units);
    transistor(Polarity::n, element.input, low, rails_.ground, units);
    transistor(Polarity::p, element.low, output, high, units);
    transistor(Polarity::p, element.input, high, rails_.supply, units);
  }

  /// Switches from `drain` (the output's side) to `source` (the rail's side).
  void network(Polarity polarity, const Switches& switches, const NetRef& drain,
               const NetRef& source, double units) {
    if (switches.kind == Switches::Kind::literal) {
      transistor(polarity, switches.net, drain, source, units);
      return;
    }
    if (switches.kind == Switches::Kind::parallel) {
      for (const Switches& part : switches.parts) network(polarity, part, drain, source, units);
      return;
    }
    NetRef above = drain;
    for (std::size_t k = 0; k < switches.parts.size(); ++k) {
      const NetRef below = k + 1 == switches.parts.size() ? source : inner_net();
      network(polarity, switches.parts[k], above, below,
              units * static_cast<double>(switches.parts.size()));
      above = below;
    }
  }

  void transistor(Polarity polarity, const std::string& gate, const NetRef& drain,
                  const NetRef& source, double units) {
    const std::string stem = stem_ + (polarity == Polarity::n ? "_n" : "_p") + gate;
    std::string name = stem;
    for (int k = 2; !used_.emplace(name, true).second; ++k) name = stem + std::to_string(k);
    transistors_.add(module_, polarity, name, drain, net(gate), source, rails_, units);
  }

  NetRef inner_net() { return module_.net("x" + std::to_string(++inner_), Discipline::electrical); }

  ir::ModuleBuilder module_;
  const Transistors& transistors_;
  Rails rails_;
  std::map<std::string, NetRef> nets_;
  std::map<std::string, bool> used_;
  std::string stem_;
  int inner_ = 0;
};

}  // namespace

ir::ModuleId add_cell(ir::Design& design, const Transistors& transistors,
                      const StandardCell& cell) {
  if (const ir::ModuleId found = design.find_module(cell.name); found.valid()) return found;
  return CellWriter(design, transistors, cell).id();
}

}  // namespace neucasl::cells
