#include "neucasl/logic/design.hpp"

#include <map>

#include "neucasl/ir/identifier_set.hpp"

namespace neucasl::logic {
namespace {

class DesignMaker {
 public:
  explicit DesignMaker(const Network& network) : network_(network) {}

  ir::Design run() {
    const std::string name = network_.name.empty() ? "network" : network_.name;
    design_.name = name;
    top_.name = modules_.add(name);
    make_nets();
    for (NodeIndex i = 0; i < network_.nodes().size(); ++i) {
      const Node& node = network_.node(i);
      if (node.kind != NodeKind::function && node.kind != NodeKind::constant) continue;
      std::vector<ir::NetId> pins;
      for (const NodeIndex fanin : node.fanins) pins.push_back(nets_[fanin]);
      pins.push_back(nets_[i]);
      instantiate(node.name, function_master(node.function), pins, node.where);
    }
    for (const auto& [from, output] : buffers_) {
      const std::string text = "buffer." + output->name;
      instantiate(text, function_master({2, 1}), {from, output_net(*output)}, output->where);
    }
    for (const Latch& latch : network_.latches()) add_latch(latch);
    design_.modules.push_back(std::move(top_));
    design_.top = ir::ModuleId(design_.modules.size() - 1);
    return std::move(design_);
  }

 private:
  ir::NetId add_net(const std::string& name, const base::Location& where) {
    top_.nets.push_back(
        {net_names_.add(name), ir::Discipline::digital, 1, false, design_.add_location(where)});
    return ir::NetId(top_.nets.size() - 1);
  }
  void add_port(ir::NetId net, ir::Direction direction) { top_.ports.push_back({net, direction}); }

  /// Ports first, so that they keep their names where identifiers coincide.
  void make_nets() {
    nets_.assign(network_.nodes().size(), ir::NetId());
    for (const NodeIndex input : network_.inputs()) {
      nets_[input] = add_net(network_.node(input).name, network_.node(input).where);
      add_port(nets_[input], ir::Direction::input);
    }
    make_clocks();
    for (const Output& output : network_.outputs()) {
      const Node& node = network_.node(output.node);
      const ir::NetId net = add_net(output.name, output.where);
      add_port(net, ir::Direction::output);
      if (node.name == output.name && !nets_[output.node].valid()) {
        nets_[output.node] = net;
      } else {
        output_nets_.emplace(&output, net);
      }
    }
    for (NodeIndex i = 0; i < nets_.size(); ++i) {
      if (nets_[i].valid()) continue;
      nets_[i] = add_net(network_.node(i).name, network_.node(i).where);
    }
    for (const Output& output : network_.outputs()) {
      if (output_nets_.count(&output) != 0) buffers_.emplace_back(nets_[output.node], &output);
    }
  }

  void make_clocks() {
    for (const Latch& latch : network_.latches()) {
      if (latch.clock.empty() || clocks_.count(latch.clock) != 0) continue;
      const auto node = network_.find(latch.clock);
      if (node && nets_[*node].valid()) {
        clocks_.emplace(latch.clock, nets_[*node]);
        continue;
      }
      const ir::NetId net = add_net(latch.clock, latch.where);
      add_port(net, ir::Direction::input);
      clocks_.emplace(latch.clock, net);
    }
  }

  [[nodiscard]] ir::NetId output_net(const Output& output) const {
    return output_nets_.at(&output);
  }

  static void add_primitive_port(ir::Module& module, const std::string& name,
                                 ir::Direction direction) {
    module.nets.push_back({name, ir::Discipline::digital, 1, false, {}});
    module.ports.push_back({ir::NetId(module.nets.size() - 1), direction});
  }

  ir::ModuleId add_module(ir::Module module) {
    design_.modules.push_back(std::move(module));
    return ir::ModuleId(design_.modules.size() - 1);
  }

  ir::ModuleId function_master(TruthTable table) {
    const std::string rows = to_text(table);
    const auto known = masters_.find(rows);
    if (known != masters_.end()) return known->second;
    ir::Module module;
    module.name = modules_.add("logic_" + rows);
    module.primitive = true;
    module.attributes = {{"element", "logic"}, {"function", rows}};
    for (unsigned i = 0; i < table.inputs; ++i) {
      add_primitive_port(module, "in" + std::to_string(i), ir::Direction::input);
    }
    add_primitive_port(module, "out", ir::Direction::output);
    return masters_.emplace(rows, add_module(std::move(module))).first->second;
  }

  ir::ModuleId latch_master(const Latch& latch) {
    std::string name = "latch";
    if (latch.initial) name += *latch.initial ? "_1" : "_0";
    if (latch.clock.empty()) name += "_without_clock";
    const auto known = masters_.find(name);
    if (known != masters_.end()) return known->second;
    ir::Module module;
    module.name = modules_.add(name);
    module.primitive = true;
    module.attributes = {{"element", "latch"}};
    if (latch.initial) module.attributes.push_back({"initial", *latch.initial ? "1" : "0"});
    add_primitive_port(module, "in", ir::Direction::input);
    add_primitive_port(module, "out", ir::Direction::output);
    if (!latch.clock.empty()) add_primitive_port(module, "clock", ir::Direction::input);
    return masters_.emplace(name, add_module(std::move(module))).first->second;
  }

  void add_latch(const Latch& latch) {
    std::vector<ir::NetId> pins{nets_[latch.input], nets_[latch.output]};
    if (!latch.clock.empty()) pins.push_back(clocks_.at(latch.clock));
    instantiate(network_.node(latch.output).name, latch_master(latch), pins, latch.where);
  }

  void instantiate(const std::string& name, ir::ModuleId master, const std::vector<ir::NetId>& pins,
                   const base::Location& where) {
    ir::Instance instance;
    instance.name = instance_names_.add(name);
    instance.master = master;
    instance.where = design_.add_location(where);
    for (std::uint32_t port = 0; port < pins.size(); ++port) {
      instance.connections.push_back({port, pins[port], 0});
    }
    top_.instances.push_back(std::move(instance));
  }

  const Network& network_;
  ir::Design design_;
  ir::Module top_;
  ir::IdentifierSet modules_, net_names_, instance_names_;
  std::vector<ir::NetId> nets_;  ///< By node.
  std::map<std::string, ir::NetId> clocks_;
  std::map<const Output*, ir::NetId> output_nets_;  ///< Of outputs that need a buffer.
  std::vector<std::pair<ir::NetId, const Output*>> buffers_;
  std::map<std::string, ir::ModuleId> masters_;
};

}  // namespace

std::string to_text(TruthTable table) {
  std::string text;
  for (unsigned row = 0; row < (1U << table.inputs); ++row) text += table.at(row) ? '1' : '0';
  return text;
}

ir::Design to_design(const Network& network) { return DesignMaker(network).run(); }

}  // namespace neucasl::logic
