#include "netlist_building.hpp"

#include <algorithm>

#include "netlist_loads.hpp"

namespace neucasl::logic {
namespace {

constexpr std::size_t no_net = static_cast<std::size_t>(-1);

class NetlistBuilder {
 public:
  NetlistBuilder(const Network& network, const NetworkGraphOfAnds& graph, const Covering& covering,
                 const MappingCells& cells)
      : network_(network),
        graph_(graph),
        covering_(covering),
        cells_(cells),
        nets_(2 * graph.graph.size(), no_net),
        stems_(2 * graph.graph.size(), nullptr) {}

  CellNetlist run() {
    netlist_.name = network_.name;
    add_inputs();
    find_stems();
    for (std::uint32_t node = 0; node < graph_.graph.size(); ++node) {
      const Literal plain = literal_of(node);
      const bool inverter_first = covering_.choice(plain).kind == LiteralChoice::Kind::inverter;
      add_cell(invert_if(plain, inverter_first));
      add_cell(invert_if(plain, !inverter_first));
    }
    add_outputs();
    add_flip_flops();
    order_instances(netlist_, cells_.library());
    return std::move(netlist_);
  }

 private:
  std::size_t add_net(const std::string& stem) {
    netlist_.nets.push_back(names_.make(stem));
    return netlist_.nets.size() - 1;
  }

  std::size_t add_instance(std::size_t cell, std::vector<std::size_t> inputs,
                           const std::string& stem) {
    const std::size_t output = add_net(stem);
    netlist_.instances.push_back({{}, cell, std::move(inputs), output, {}});
    return output;
  }

  void add_inputs() {
    std::size_t next = 0;
    for (const NodeIndex input : network_.inputs()) {
      const std::size_t net = add_net(network_.node(input).name);
      nets_[literal_of(graph_.graph.inputs()[next++])] = net;
      netlist_.inputs.push_back({network_.node(input).name, net});
    }
    for (const Latch& latch : network_.latches()) {
      const std::size_t net = add_net(network_.node(latch.output).name);
      nets_[literal_of(graph_.graph.inputs()[next++])] = net;
    }
    if (!network_.combinational()) add_clock();
  }

  void add_clock() {
    const std::string& given = network_.latches().front().clock;
    const auto known = std::ranges::find(netlist_.inputs, given, &CellNetlist::Port::name);
    if (known != netlist_.inputs.end()) {
      std::rotate(known, known + 1, netlist_.inputs.end());
    } else {
      const std::size_t net = add_net(given.empty() ? "clk" : given);
      netlist_.inputs.push_back({netlist_.nets[net], net});
    }
    clock_ = netlist_.inputs.back().net;
  }

  /// Nets are called like the output or else the node of the network that they are.
  void find_stems() {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      suggest(graph_.outputs[i], network_.outputs()[i].name);
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      suggest(graph_.nodes[i], network_.nodes()[i].name);
    }
  }
  void suggest(Literal literal, const std::string& name) {
    if (stems_[literal] == nullptr) stems_[literal] = &name;
  }
  [[nodiscard]] std::string stem_of(Literal literal) const {
    if (stems_[literal] != nullptr) return *stems_[literal];
    const std::string* inverse = stems_[invert(literal)];
    return inverse != nullptr ? *inverse + "_n" : "n" + std::to_string(node_of(literal));
  }

  void add_cell(Literal literal) {
    if (!covering_.used(literal) || nets_[literal] != no_net) return;
    if (node_of(literal) == 0) {
      nets_[literal] = constant(literal == true_literal, stem_of(literal));
      return;
    }
    const LiteralChoice& choice = covering_.choice(literal);
    if (choice.kind == LiteralChoice::Kind::inverter) {
      nets_[literal] = add_instance(cells_.inverter(), {nets_[invert(literal)]}, stem_of(literal));
    } else {
      std::vector<std::size_t> inputs(choice.cut->size);
      for (unsigned i = 0; i < choice.cut->size; ++i) {
        inputs[choice.order[i]] = nets_[choice.leaf(i)];
      }
      nets_[literal] = add_instance(choice.match->cell, std::move(inputs), stem_of(literal));
    }
  }

  std::size_t constant(bool value, const std::string& stem) {
    if (const auto cell = cells_.constant(value)) return add_instance(*cell, {}, stem);
    const auto opposite = cells_.constant(!value);
    const auto [net, made] = opposite ? std::pair(add_instance(*opposite, {}, stem + "_n"), !value)
                                      : constant_of_input(stem);
    return made == value ? net : add_instance(cells_.inverter(), {net}, stem);
  }

  /// A gate of x and not x, or of x twice, whichever does not depend on x.
  std::pair<std::size_t, bool> constant_of_input(const std::string& stem) {
    if (graph_.graph.inputs().empty()) {
      throw base::Error("mapping.cells",
                        "library " + cells_.library().name + " has no cell for the constant of '" +
                            stem + "', and the network has no input to make one of",
                        "use a library with a cell without inputs");
    }
    const std::size_t x = nets_[literal_of(graph_.graph.inputs().front())];
    const std::size_t gate = cells_.and_of_two();
    const TruthTable function = cells_.library().cells[gate].function;
    if (function.at(0) == function.at(3)) {
      return {add_instance(gate, {x, x}, stem), function.at(0)};
    }
    const std::size_t not_x = add_instance(cells_.inverter(), {x}, stem + "_n");
    return {add_instance(gate, {x, not_x}, stem), function.at(1)};
  }

  void add_outputs() {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      const Literal literal = graph_.outputs[i];
      const std::string& name = network_.outputs()[i].name;
      const bool direct = graph_.graph.is_input(node_of(literal)) && !inverted(literal) &&
                          is_primary_input(nets_[literal]);
      netlist_.outputs.push_back({name, direct ? buffered(nets_[literal], name) : nets_[literal]});
    }
  }
  [[nodiscard]] bool is_primary_input(std::size_t net) const {
    return std::ranges::find(netlist_.inputs, net, &CellNetlist::Port::net) !=
           netlist_.inputs.end();
  }
  std::size_t buffered(std::size_t net, const std::string& stem) {
    if (cells_.buffer()) return add_instance(*cells_.buffer(), {net}, stem);
    const std::size_t inverse = add_instance(cells_.inverter(), {net}, stem + "_n");
    return add_instance(cells_.inverter(), {inverse}, stem);
  }

  void add_flip_flops() {
    for (std::size_t i = 0; i < network_.latches().size(); ++i) {
      const Literal state = literal_of(graph_.graph.inputs()[network_.inputs().size() + i]);
      const Cell& cell = cells_.library().cells[*cells_.flip_flop()];
      std::vector<std::size_t> inputs(2);
      inputs[data_input(cell)] = nets_[graph_.next_states[i]];
      inputs[clock_input(cell)] = clock_;
      netlist_.instances.push_back({{},
                                    *cells_.flip_flop(),
                                    std::move(inputs),
                                    nets_[state],
                                    network_.latches()[i].initial});
    }
  }

  const Network& network_;
  const NetworkGraphOfAnds& graph_;
  const Covering& covering_;
  const MappingCells& cells_;
  CellNetlist netlist_;
  FreshNames names_;
  std::vector<std::size_t> nets_;          ///< By literal.
  std::vector<const std::string*> stems_;  ///< By literal.
  std::size_t clock_ = no_net;
};

}  // namespace

std::string FreshNames::make(const std::string& stem) {
  if (take(stem)) return stem;
  for (std::size_t& number = next_[stem];;) {
    std::string name = stem + '_' + std::to_string(++number);
    if (take(name)) return name;
  }
}

CellNetlist build_netlist(const Network& network, const NetworkGraphOfAnds& graph,
                          const Covering& covering, const MappingCells& cells) {
  return NetlistBuilder(network, graph, covering, cells).run();
}

void order_instances(CellNetlist& netlist, const CellLibrary& library) {
  const std::size_t count = netlist.instances.size();
  const std::vector<std::vector<NetSink>> sinks = sinks_of(netlist);
  std::vector<std::size_t> waiting(count, 0);  // Inputs that instances drive.
  std::vector<char> driven(netlist.nets.size(), 0);
  for (const CellNetlist::Instance& instance : netlist.instances) driven[instance.output] = 1;
  std::vector<std::size_t> order;
  order.reserve(count);
  const auto is_flip_flop = [&](std::size_t i) {
    return library.cells[netlist.instances[i].cell].flip_flop;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (is_flip_flop(i)) order.push_back(i);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (is_flip_flop(i)) continue;
    for (const std::size_t net : netlist.instances[i].inputs)
      waiting[i] += driven[net] != 0 ? 1U : 0U;
    if (waiting[i] == 0) order.push_back(i);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const NetSink& sink : sinks[netlist.instances[order[next]].output]) {
      if (sink.port || is_flip_flop(sink.index)) continue;
      if (--waiting[sink.index] == 0) order.push_back(sink.index);
    }
  }
  std::vector<CellNetlist::Instance> ordered;
  ordered.reserve(count);
  for (const std::size_t i : order) {
    ordered.push_back(std::move(netlist.instances[i]));
    ordered.back().name = "u" + std::to_string(ordered.size());
  }
  netlist.instances = std::move(ordered);
}

}  // namespace neucasl::logic
