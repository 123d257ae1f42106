#include <map>
#include <stdexcept>

#include "../circuits/bench_parts.hpp"
#include "directed_logic.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;

struct FabricParts {
  ir::ModuleId laser, disk, detector, absorber, resistor;
};

struct FabricNets {
  std::vector<ir::NetRef> inputs;
  ir::NetRef output, bias, ground, ambient;
};

/// Laser, switches, absorbers, detectors and load of one output; `stem` begins every name.
void add_fabric(ir::ModuleBuilder& top, const DirectedLogic& plan, const DirectedOutput& output,
                const std::string& stem, const FabricParts& parts, const FabricNets& nets) {
  const SwitchFabric& fabric = output.choice.fabric;
  const DirectedLogicParts& values = plan.parts;
  std::vector<ir::NetRef> light;
  for (std::uint32_t n = 0; n < fabric.nets; ++n) {
    light.push_back(top.net(stem + "_light_" + std::to_string(n), Discipline::optical));
  }
  top.instance(stem + "_laser", parts.laser, {{"output", light[0]}},
               {{"power", watts(values.laser_power)}, {"wavelength", metres(values.wavelength)}});
  const auto absorb = [&](const std::string& name, ir::NetRef net) {
    top.instance(name, parts.absorber, {{"port", net}});
  };
  for (std::size_t k = 0; k < fabric.switches.size(); ++k) {
    const FabricSwitch& one = fabric.switches[k];
    const std::string name = stem + "_switch_" + std::to_string(k);
    ir::NetRef add;
    if (one.add >= 0) {
      add = light[static_cast<std::size_t>(one.add)];
    } else {
      add = top.net(name + "_dark", Discipline::optical);
      absorb(name + "_end", add);
    }
    top.instance(name, parts.disk,
                 {{"input", light[one.input]},
                  {"through", light[one.through]},
                  {"drop", light[one.drop]},
                  {"add", add},
                  {"anode", nets.ground},
                  {"cathode", nets.inputs[output.support[one.variable]]},
                  {"heat", nets.ambient}},
                 TunedDisk::parameters(values.wavelength, values.trim));
  }
  for (const std::uint32_t net : fabric.absorbers) {
    absorb(stem + "_absorber_" + std::to_string(net), light[net]);
  }
  for (const std::uint32_t net : fabric.detectors) {
    top.instance(stem + "_detector_" + std::to_string(net), parts.detector,
                 {{"input", light[net]}, {"anode", nets.output}, {"cathode", nets.bias}});
  }
  top.instance(stem + "_load", parts.resistor, {{"p", nets.output}, {"n", nets.ground}},
               {{"resistance", ohms(values.load)}});
}

/// A signal of the network that is read: a node, or no light at all.
class LightNetwork {
 public:
  explicit LightNetwork(logic::Network& network) : network_(network) {}

  logic::NodeIndex dark() {
    if (dark_ == logic::no_node) {
      dark_ = network_.add_constant(network_.fresh_name("dark"), false);
    }
    return dark_;
  }
  logic::NodeIndex bright() {
    if (bright_ == logic::no_node) {
      bright_ = network_.add_constant(network_.fresh_name("bright"), true);
    }
    return bright_;
  }
  /// `kept` stays on its bus while x is 0, `crossing` comes from the other while x is 1.
  logic::NodeIndex switched(logic::NodeIndex kept, logic::NodeIndex crossing, logic::NodeIndex x) {
    const logic::TruthTable choose{0b11001010, 3};  // inputs kept, crossing, x
    return network_.add_function(network_.fresh_name("light"), {kept, crossing, x}, choose);
  }
  logic::NodeIndex any(logic::NodeIndex a, logic::NodeIndex b) {
    return network_.add_function(network_.fresh_name("detected"), {a, b}, {0b1110, 2});
  }

 private:
  logic::Network& network_;
  logic::NodeIndex dark_ = logic::no_node;
  logic::NodeIndex bright_ = logic::no_node;
};

using NetMap = std::map<std::uint32_t, logic::NodeIndex>;

std::uint32_t net_at(const ir::Design& design, const ir::Instance& instance,
                     std::string_view port) {
  const auto index = design.module(instance.master).find_port(port);
  for (const ir::Connection& connection : instance.connections) {
    if (index && connection.port == *index) return connection.net.index;
  }
  throw std::logic_error("a switch without '" + std::string(port) + "'");
}

}  // namespace

ir::Design directed_logic_design(const DirectedLogic& plan, const std::string& name) {
  ir::Design design;
  design.name = name;
  FabricParts parts;
  parts.laser =
      add_device(design, {"laser", "laser", plan.parts.laser_card, {"power", "wavelength"}});
  parts.disk = add_device(
      design, {"disk_switch", "microdisk_switch", plan.parts.switch_card, TunedDisk::declared()});
  parts.detector =
      add_device(design, {"photodiode", "photodetector", plan.parts.detector_card, {}});
  parts.absorber = add_device(design, {"absorber", "termination", "", {}});
  parts.resistor = add_resistor(design);
  ir::ModuleBuilder top(design, "directed_logic");
  FabricNets nets;
  for (const std::string& port : plan.input_ports) {
    nets.inputs.push_back(top.port(port, Discipline::electrical, Direction::inout));
  }
  std::vector<ir::NetRef> outputs;
  for (const std::string& port : plan.output_ports) {
    outputs.push_back(top.port(port, Discipline::electrical, Direction::inout));
  }
  nets.bias = top.port("bias", Discipline::electrical, Direction::inout);
  nets.ground = top.port("ground", Discipline::electrical, Direction::inout);
  nets.ambient = top.net("ambient", Discipline::thermal, 1, true);
  for (std::size_t o = 0; o < plan.outputs.size(); ++o) {
    nets.output = outputs[o];
    add_fabric(top, plan, plan.outputs[o], "out" + std::to_string(o), parts, nets);
  }
  design.top = top.id();
  return design;
}

logic::Network read_directed_logic(const ir::Design& design, const logic::Network& network) {
  logic::Network result;
  result.name = network.name;
  const ir::Module& top = design.module(design.top);
  NetMap node_of;
  for (std::size_t i = 0; i < network.inputs().size(); ++i) {
    node_of[top.ports[i].net.index] = result.add_input(network.node(network.inputs()[i]).name);
  }
  LightNetwork light(result);
  const auto lit = [&](std::uint32_t net) {
    const auto found = node_of.find(net);
    return found == node_of.end() ? light.dark() : found->second;
  };
  NetMap detected;
  // Switches stand behind those whose light they take.
  for (const ir::Instance& instance : top.instances) {
    const std::string& kind = design.module(instance.master).name;
    const auto at = [&](std::string_view port) { return net_at(design, instance, port); };
    if (kind == "laser") {
      node_of[at("output")] = light.bright();
    } else if (kind == "disk_switch") {
      const logic::NodeIndex input = lit(at("input"));
      const logic::NodeIndex add = lit(at("add"));
      const logic::NodeIndex x = node_of.at(at("cathode"));
      node_of[at("through")] = light.switched(input, add, x);
      node_of[at("drop")] = light.switched(add, input, x);
    } else if (kind == "photodiode") {
      const std::uint32_t output = at("anode");
      const logic::NodeIndex arrived = lit(at("input"));
      const auto [found, first] = detected.emplace(output, arrived);
      if (!first) found->second = light.any(found->second, arrived);
    }
  }
  for (std::size_t o = 0; o < network.outputs().size(); ++o) {
    const std::uint32_t net = top.ports[network.inputs().size() + o].net.index;
    const auto found = detected.find(net);
    result.add_output(network.outputs()[o].name,
                      found == detected.end() ? light.dark() : found->second);
  }
  return result;
}

}  // namespace neucasl::photonic
