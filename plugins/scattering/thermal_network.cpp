#include "thermal_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace neucasl::scattering {
namespace {

/// A device evaluated at given unknowns, with derivatives.
class ThermalEvaluation {
 public:
  ThermalEvaluation(const circuit::Circuit& circuit, std::size_t device)
      : device_(circuit.devices[device]),
        model_(*circuit.models[device_.model].model),
        n_(device_.nodes.size()),
        unknowns(n_),
        flow(n_),
        storage_(n_),
        jacobian_(n_ * n_),
        storage_jacobian_(n_ * n_) {
    const std::size_t first = model_.specification().terminal_unknowns();
    for (std::size_t i = first; i < n_; ++i) {
      unknowns[i] = circuit.nodes[device_.nodes[i]].initial;
    }
  }
  void run() {
    model_.evaluate(device_.derived, unknowns, {flow, storage_, jacobian_, storage_jacobian_});
  }
  [[nodiscard]] double slope(std::size_t equation, std::size_t unknown) const {
    return jacobian_[equation * n_ + unknown];
  }

 private:
  const circuit::Device& device_;
  const model::DeviceModel& model_;
  std::size_t n_;

 public:
  std::vector<double> unknowns, flow;

 private:
  std::vector<double> storage_, jacobian_, storage_jacobian_;
};

[[noreturn]] void refuse_thermal_device(const circuit::Device& device, const std::string& what) {
  throw base::Error("scattering.thermal", "'" + device.name + "' " + what,
                    "tune with resistive heaters and thermal couplings, and 'native' for the rest",
                    device.where);
}

}  // namespace

ThermalNetwork::ThermalNetwork(const circuit::Circuit& circuit) : circuit_(circuit) {
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    if (circuit.nodes[node].kind != circuit::NodeKind::thermal) continue;
    nets_.push_back(static_cast<std::uint32_t>(node));
  }
  if (nets_.empty()) {
    throw base::Error("scattering.thermal", "the circuit has no thermal net",
                      "join heaters and what they warm by thermal nets");
  }
  net_of_node_.assign(circuit.nodes.size(), static_cast<std::uint32_t>(nets_.size()));
  for (std::size_t k = 0; k < nets_.size(); ++k) {
    net_of_node_[nets_[k]] = static_cast<std::uint32_t>(k);
  }
  for (std::size_t k = 0; k < circuit.devices.size(); ++k) add(k);
  require_path_to_ambient();
}

void ThermalNetwork::add(std::size_t index) {
  const circuit::Device& device = circuit_.devices[index];
  const model::Specification& specification = circuit_.models[device.model].model->specification();
  Conductor conductor{static_cast<std::uint32_t>(index), {}};
  std::vector<std::uint32_t> electrical;
  bool optical = false;
  std::uint32_t unknown = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::thermal) {
      conductor.terminals.emplace_back(unknown, net_of_node_[device.nodes[unknown]]);
    } else if (terminal.discipline == ir::Discipline::electrical) {
      electrical.push_back(unknown);
    } else {
      optical = true;
    }
    unknown += static_cast<std::uint32_t>(model::unknowns_of(terminal.discipline));
  }
  if (conductor.terminals.empty()) return;
  ThermalEvaluation at(circuit_, index);
  at.run();
  for (const auto& [heat, net] : conductor.terminals) {
    for (std::size_t i = 0; i < device.nodes.size(); ++i) {
      const bool thermal = std::any_of(conductor.terminals.begin(), conductor.terminals.end(),
                                       [&](const auto& one) { return one.first == i; });
      if (thermal || at.slope(heat, i) == 0.0) continue;
      refuse_thermal_device(device, "conducts heat that depends on more than temperatures");
    }
  }
  if (!optical && !electrical.empty()) add_heater(index, conductor, electrical);
  conductors_.push_back(std::move(conductor));
}

void ThermalNetwork::add_heater(std::size_t index, const Conductor& conductor,
                                const std::vector<std::uint32_t>& electrical) {
  const circuit::Device& device = circuit_.devices[index];
  const std::size_t internals =
      circuit_.models[device.model].model->specification().internals.size();
  if (conductor.terminals.size() != 1 || electrical.size() != 2 || internals > 0) {
    refuse_thermal_device(device, "is no heater with two electrical and one thermal terminal");
  }
  const auto [heat, net] = conductor.terminals.front();
  if (net == nets_.size()) return;  // warms the ambient
  heaters_.push_back({static_cast<std::uint32_t>(index), net, electrical[0], electrical[1], heat});
}

void ThermalNetwork::conduct(std::span<const double> rise, Eigen::VectorXd& flow,
                             ThermalMatrix& slope) const {
  const auto n = static_cast<Eigen::Index>(nets_.size());
  flow = Eigen::VectorXd::Zero(n);
  std::vector<Eigen::Triplet<double>> entries;
  for (const Conductor& conductor : conductors_) {
    ThermalEvaluation at(circuit_, conductor.device);
    for (const auto& [unknown, net] : conductor.terminals) {
      if (net < nets_.size()) at.unknowns[unknown] = rise[net];
    }
    at.run();
    for (const auto& [equation, net] : conductor.terminals) {
      if (net == nets_.size()) continue;
      flow(net) += at.flow[equation];
      for (const auto& [unknown, other] : conductor.terminals) {
        if (other == nets_.size()) continue;
        entries.emplace_back(net, other, at.slope(equation, unknown));
      }
    }
  }
  slope.resize(n, n);
  slope.setFromTriplets(entries.begin(), entries.end());
}

/// Heat that a net's neighbours do not take goes to the ambient: a part whose rows all add up to
/// zero has no way there.
void ThermalNetwork::require_path_to_ambient() const {
  Eigen::VectorXd flow;
  ThermalMatrix slope;
  conduct(std::vector<double>(nets_.size()), flow, slope);
  std::vector<std::size_t> part(nets_.size());
  std::iota(part.begin(), part.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (part[i] != i) i = part[i] = part[part[i]];
    return i;
  };
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(slope.rows());
  Eigen::VectorXd size = sum;
  for (Eigen::Index column = 0; column < slope.outerSize(); ++column) {
    for (ThermalMatrix::InnerIterator entry(slope, column); entry; ++entry) {
      sum(entry.row()) += entry.value();
      size(entry.row()) += std::abs(entry.value());
      if (entry.value() != 0.0) {
        part[root(static_cast<std::size_t>(entry.row()))] = root(static_cast<std::size_t>(column));
      }
    }
  }
  std::vector<char> grounded(nets_.size());
  for (std::size_t k = 0; k < nets_.size(); ++k) {
    const auto row = static_cast<Eigen::Index>(k);
    if (std::abs(sum(row)) > 1e-12 * size(row)) grounded[root(k)] = 1;
  }
  for (std::size_t k = 0; k < nets_.size(); ++k) {
    if (grounded[root(k)] != 0) continue;
    throw base::Error("scattering.thermal",
                      "heat has no path from the thermal net '" + name(k) + "' to the ambient",
                      "join it to a heater or to a device that conducts heat to the ambient");
  }
}

ThermalNetwork::HeaterState ThermalNetwork::heater_state(std::size_t index, double voltage,
                                                         double rise) const {
  const ThermalHeater& heater = heaters_[index];
  ThermalEvaluation at(circuit_, heater.device);
  at.unknowns[heater.heat] = rise;
  at.run();
  const double off = at.flow[heater.heat];
  at.unknowns[heater.positive] = voltage;
  at.run();
  const HeaterState state{off - at.flow[heater.heat], -at.slope(heater.heat, heater.positive),
                          at.flow[heater.positive]};
  if (std::isfinite(state.power) && std::isfinite(state.current)) return state;
  const circuit::Device& device = circuit_.devices[heater.device];
  throw base::Error("scattering.heater",
                    "the model of '" + device.name + "' is not finite at " +
                        base::shortest(voltage) + " V and " + base::shortest(rise) + " K",
                    "ask for smaller rises", device.where);
}

double ThermalNetwork::heater_voltage(std::size_t index, double power, double rise) const {
  if (power == 0.0) return 0.0;
  const ThermalHeater& heater = heaters_[index];
  const circuit::Device& device = circuit_.devices[heater.device];
  const model::Specification& specification = circuit_.models[device.model].model->specification();
  double limit = 0.0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::electrical) limit = std::max(limit, terminal.limit);
  }
  const double most = heater_state(index, limit, rise).power;
  if (!(most >= power)) {
    throw base::Error("scattering.heater",
                      "heater '" + device.name + "' would have to give " +
                          base::to_engineering({power, base::dimension::power}) + ", but at " +
                          base::to_engineering({limit, base::dimension::voltage}) +
                          ", where its model ends, it gives " +
                          base::to_engineering({most, base::dimension::power}),
                      "ask for a smaller rise, or give the heater a lower resistance",
                      device.where);
  }
  // Newton's method inside a bracket.
  double low = 0.0;
  double high = limit;
  double voltage = limit * std::sqrt(power / most);
  for (int step = 0; step < 200; ++step) {
    const HeaterState state = heater_state(index, voltage, rise);
    (state.power < power ? low : high) = voltage;
    double next = voltage - (state.power - power) / state.slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double move = std::abs(next - voltage);
    voltage = next;
    if (move <= 4e-16 * limit || high - low <= 4e-16 * limit) break;
  }
  return voltage;
}

}  // namespace neucasl::scattering
