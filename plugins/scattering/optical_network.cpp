#include "optical_network.hpp"

namespace neucasl::scattering {
namespace {

class Extraction {
 public:
  explicit Extraction(const circuit::Circuit& circuit) : circuit_(circuit) {}

  OpticalNetwork run() {
    make_nets();
    for (std::size_t k = 0; k < circuit_.devices.size(); ++k) add(k);
    if (network_.devices.empty()) {
      throw base::Error("scattering.empty", "the circuit has no device with optical ports",
                        "simulate it with 'native' or 'ngspice'");
    }
    for (std::size_t k = 0; k < network_.nets.size(); ++k) {
      OpticalNet& net = network_.nets[k];
      if (net.second == none) {
        net.open = true;
        net.second = static_cast<std::uint32_t>(network_.ports.size());
        network_.ports.push_back({none, 0, static_cast<std::uint32_t>(k), none});
      }
      network_.ports[net.first].partner = net.second;
      network_.ports[net.second].partner = net.first;
    }
    return std::move(network_);
  }

 private:
  void make_nets() {
    net_of_node_.assign(circuit_.nodes.size(), none);
    for (std::size_t node = 0; node < circuit_.nodes.size(); ++node) {
      if (circuit_.nodes[node].kind != circuit::NodeKind::optical_real) continue;
      net_of_node_[node] = static_cast<std::uint32_t>(network_.nets.size());
      OpticalNet net;
      net.name = circuit_.nodes[node].name;
      net.name.resize(net.name.rfind('.'));  // ".re"
      net.real_node = static_cast<std::uint32_t>(node);
      network_.nets.push_back(std::move(net));
    }
  }

  void add(std::size_t index) {
    const circuit::Device& device = circuit_.devices[index];
    OpticalDevice one;
    one.device = static_cast<std::uint32_t>(index);
    one.first_port = static_cast<std::uint32_t>(network_.ports.size());
    std::uint32_t unknown = 0;
    for (const model::Terminal& terminal :
         circuit_.models[device.model].model->specification().terminals) {
      if (terminal.discipline == ir::Discipline::optical) {
        add_port(device, unknown);
      } else {
        one.bias.push_back({unknown, device.nodes[unknown]});
      }
      unknown += static_cast<std::uint32_t>(model::unknowns_of(terminal.discipline));
    }
    one.ports = static_cast<std::uint32_t>(network_.ports.size()) - one.first_port;
    if (one.ports > 0) network_.devices.push_back(std::move(one));
  }

  void add_port(const circuit::Device& device, std::uint32_t unknown) {
    const auto port = static_cast<std::uint32_t>(network_.ports.size());
    const std::uint32_t index = net_of_node_[device.nodes[unknown]];
    OpticalNet& net = network_.nets[index];
    if (net.second != none) {
      throw base::Error(
          "scattering.net",
          "optical net '" + net.name + "' joins a third port, of '" + device.name + "'",
          "an optical net joins two ports; use a splitter", device.where);
    }
    (net.first == none ? net.first : net.second) = port;
    network_.ports.push_back(
        {static_cast<std::uint32_t>(network_.devices.size()), unknown, index, none});
  }

  const circuit::Circuit& circuit_;
  OpticalNetwork network_;
  std::vector<std::uint32_t> net_of_node_;
};

}  // namespace

std::uint32_t OpticalNetwork::net(std::string_view name) const {
  for (std::size_t k = 0; k < nets.size(); ++k) {
    if (nets[k].name == name) return static_cast<std::uint32_t>(k);
  }
  std::vector<std::string> known;
  known.reserve(nets.size());
  for (const OpticalNet& net : nets) known.push_back(net.name);
  throw base::Error("scattering.net", "there is no optical net '" + std::string(name) + "'",
                    base::suggest(name, known));
}

void require_closed(const OpticalNetwork& network) {
  for (const OpticalNet& net : network.nets) {
    if (!net.open) continue;
    throw base::Error("scattering.open",
                      "optical net '" + net.name + "' joins one port, and light leaves there",
                      "end it in a termination");
  }
}

OpticalNetwork extract_network(const circuit::Circuit& circuit) {
  return Extraction(circuit).run();
}

}  // namespace neucasl::scattering
