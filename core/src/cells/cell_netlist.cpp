#include "cell_netlist.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "neucasl/ir/identifier_set.hpp"

namespace neucasl::cells {
namespace {

using ir::Direction;
using ir::Discipline;

constexpr const char* buffer_cell = "BUF_X1";

/// Writes the top module.
class NetlistWriter {
 public:
  NetlistWriter(ir::Design& design, const logic::CellNetlist& netlist,
                const logic::CellLibrary& library, const Transistors& transistors)
      : design_(design), netlist_(netlist), library_(library), transistors_(transistors) {}

  ir::ModuleId run() {
    add_cells();
    for (const char* rail : {"vdd", "vss"}) names_.add(rail);
    ir::ModuleBuilder top(design_, top_name());
    nets_.resize(netlist_.nets.size());
    add_ports(top);
    vdd_ = top.port("vdd", Discipline::electrical, Direction::inout);
    vss_ = top.port("vss", Discipline::electrical, Direction::inout);
    for (const logic::CellNetlist::Instance& instance : netlist_.instances) {
      ensure(top, instance.output);
    }
    for (const logic::CellNetlist::Instance& instance : netlist_.instances) {
      add_instance(top, instance);
    }
    for (const auto& [net, output] : buffered_) {
      top.instance(instances_.add("output_buffer"), design_.find_module(buffer_cell),
                   {{"a", *nets_[net]}, {"y", output}, {"vdd", vdd_}, {"vss", vss_}});
    }
    return top.id();
  }

 private:
  void add_cells() {
    for (const logic::CellNetlist::Instance& instance : netlist_.instances) {
      add_cell(design_, transistors_, *find_standard_cell(library_.cells[instance.cell].name));
    }
    if (shares_outputs()) add_cell(design_, transistors_, *find_standard_cell(buffer_cell));
  }

  [[nodiscard]] bool shares_outputs() const {
    std::set<std::size_t> used;
    for (const logic::CellNetlist::Port& input : netlist_.inputs) used.insert(input.net);
    return std::ranges::any_of(netlist_.outputs, [&](const logic::CellNetlist::Port& output) {
      return !used.insert(output.net).second;
    });
  }

  [[nodiscard]] std::string top_name() const {
    ir::IdentifierSet modules;
    for (const ir::Module& module : design_.modules) modules.add(module.name);
    return modules.add(netlist_.name.empty() ? "logic" : netlist_.name);
  }

  ir::NetRef add_port(ir::ModuleBuilder& top, const std::string& name, Direction direction) {
    const std::string identifier = names_.add(name);
    if (identifier != name) top.attribute("name." + identifier, name);
    return top.port(identifier, Discipline::electrical, direction);
  }

  void add_ports(ir::ModuleBuilder& top) {
    for (const logic::CellNetlist::Port& input : netlist_.inputs) {
      nets_[input.net] = add_port(top, input.name, Direction::input);
    }
    for (const logic::CellNetlist::Port& output : netlist_.outputs) {
      const ir::NetRef port = add_port(top, output.name, Direction::output);
      if (nets_[output.net]) {
        buffered_.emplace_back(output.net, port);
      } else {
        nets_[output.net] = port;
      }
    }
  }

  void ensure(ir::ModuleBuilder& top, std::size_t net) {
    if (!nets_[net]) nets_[net] = top.net(names_.add(netlist_.nets[net]), Discipline::electrical);
  }

  void add_instance(ir::ModuleBuilder& top, const logic::CellNetlist::Instance& instance) {
    const StandardCell& cell = *find_standard_cell(library_.cells[instance.cell].name);
    const logic::Cell& tables = library_.cells[instance.cell];
    ir::ModuleBuilder::Connections pins;
    for (std::size_t i = 0; i < instance.inputs.size(); ++i) {
      pins.emplace_back(tables.inputs[i].name, *nets_[instance.inputs[i]]);
    }
    pins.emplace_back(cell.output, *nets_[instance.output]);
    pins.emplace_back("vdd", vdd_);
    pins.emplace_back("vss", vss_);
    const std::string name = instances_.add(instance.name);
    top.instance(name, design_.find_module(cell.name), pins);
    if (cell.kind != CellKind::flip_flop) return;
    top.attribute("state." + name, netlist_.nets[instance.output]);
    if (instance.initial) top.attribute("initial." + name, *instance.initial ? "1" : "0");
  }

  ir::Design& design_;
  const logic::CellNetlist& netlist_;
  const logic::CellLibrary& library_;
  const Transistors& transistors_;
  ir::IdentifierSet names_, instances_;
  std::vector<std::optional<ir::NetRef>> nets_;  ///< By net of the netlist.
  std::vector<std::pair<std::size_t, ir::NetRef>> buffered_;
  ir::NetRef vdd_, vss_;
};

std::string attribute_or(const ir::Module& module, const std::string& name,
                         const std::string& otherwise) {
  const std::string_view found = module.attribute(name);
  return found.empty() ? otherwise : std::string(found);
}

/// Reads the top module.
class NetlistReader {
 public:
  NetlistReader(const ir::Design& design, const logic::CellLibrary& library)
      : design_(design), top_(design.module(design.top)), library_(library) {}

  logic::CellNetlist run() {
    netlist_.name = design_.name;
    numbers_.assign(top_.nets.size(), 0);
    names_.assign(top_.nets.size(), {});
    for (const ir::Instance& instance : top_.instances) add_instance(instance);
    for (const ir::Port& port : top_.ports) add_port(port);
    name_nets();
    return std::move(netlist_);
  }

 private:
  std::size_t number(ir::NetId net) {
    if (numbers_[net.index] == 0) {
      order_.push_back(net.index);
      numbers_[net.index] = order_.size();
    }
    return numbers_[net.index] - 1;
  }

  void add_instance(const ir::Instance& instance) {
    const ir::Module& master = design_.module(instance.master);
    const auto cell = std::ranges::find(library_.cells, master.name, &logic::Cell::name);
    if (cell == library_.cells.end()) {
      throw base::Error("cells.library", "the library has no cell " + master.name,
                        "use a library with this cell");
    }
    std::map<std::string, ir::NetId> pins;
    for (const ir::Connection& pin : instance.connections) {
      pins[master.port_net(pin.port).name] = pin.net;
    }
    logic::CellNetlist::Instance result;
    result.name = instance.name;
    result.cell = static_cast<std::size_t>(cell - library_.cells.begin());
    for (const logic::CellInput& input : cell->inputs) {
      result.inputs.push_back(number(pins.at(input.name)));
    }
    const ir::NetId output = pins.at(cell->output);
    result.output = number(output);
    if (cell->flip_flop) {
      names_[output.index] = attribute_or(top_, "state." + instance.name, instance.name);
      const std::string_view initial = top_.attribute("initial." + instance.name);
      if (!initial.empty()) result.initial = initial == "1";
    }
    netlist_.instances.push_back(std::move(result));
  }

  void add_port(const ir::Port& port) {
    if (port.direction == Direction::inout) return;
    const std::string& net = top_.nets[port.net.index].name;
    const std::string name = attribute_or(top_, "name." + net, net);
    if (port.direction == Direction::input) {
      names_[port.net.index] = name;
      netlist_.inputs.push_back({name, number(port.net)});
    } else {
      netlist_.outputs.push_back({name, number(port.net)});
    }
  }

  /// Inputs and states keep their names; others give way.
  void name_nets() {
    std::set<std::string> taken;
    for (const std::string& name : names_) taken.insert(name);
    for (const std::size_t net : order_) {
      std::string name = names_[net];
      if (name.empty()) {
        const std::string& stem = top_.nets[net].name;
        name = stem;
        for (int k = 2; !taken.insert(name).second; ++k) name = stem + "_" + std::to_string(k);
      }
      netlist_.nets.push_back(std::move(name));
    }
  }

  const ir::Design& design_;
  const ir::Module& top_;
  const logic::CellLibrary& library_;
  logic::CellNetlist netlist_;
  std::vector<std::size_t>
      numbers_;                     ///< By net of the module: net of the netlist, from 1; 0: none.
  std::vector<std::size_t> order_;  ///< By net of the netlist: net of the module.
  std::vector<std::string> names_;  ///< By net of the module, of inputs and states.
};

}  // namespace

ir::Design design_of(const logic::CellNetlist& netlist, const logic::CellLibrary& library,
                     const TransistorPair& pair) {
  ir::Design design;
  design.name = netlist.name.empty() ? "logic" : netlist.name;
  const Transistors transistors(design, pair);
  design.top = NetlistWriter(design, netlist, library, transistors).run();
  return design;
}

std::vector<StandardCell> cells_in(const ir::Design& design) {
  std::map<std::string, const StandardCell*> found;
  for (const ir::Instance& instance : design.module(design.top).instances) {
    const std::string& name = design.module(instance.master).name;
    if (const StandardCell* cell = find_standard_cell(name)) found[name] = cell;
  }
  std::vector<StandardCell> cells;
  cells.reserve(found.size());
  for (const auto& [name, cell] : found) cells.push_back(*cell);
  return cells;
}

logic::CellNetlist read_netlist(const ir::Design& design, const logic::CellLibrary& library) {
  return NetlistReader(design, library).run();
}

}  // namespace neucasl::cells
