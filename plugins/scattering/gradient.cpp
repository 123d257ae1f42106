#include "gradient.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/parallel.hpp"
#include "parameter_slope.hpp"
#include "wave_solver.hpp"

namespace neucasl::scattering {
namespace {

/// dO/dw of a term in the sense dO = Re(conj(g) dw).
Wave slope_of(const OutputTerm& term, const Wave& wave) {
  switch (term.kind) {
    case TermKind::power:
    case TermKind::share:
      return 2.0 * term.coefficient * wave;
    case TermKind::real:
      return term.coefficient;
    case TermKind::imaginary:
      return Wave{0.0, term.coefficient};
  }
  return {};
}

double value_of(const OutputTerm& term, const Wave& wave) {
  switch (term.kind) {
    case TermKind::power:
    case TermKind::share:
      return term.coefficient * std::norm(wave);
    case TermKind::real:
      return term.coefficient * wave.real();
    case TermKind::imaginary:
      return term.coefficient * wave.imag();
  }
  return 0.0;
}

bool is_named(const circuit::Device& device, std::string_view name) {
  if (device.name == name) return true;
  const std::size_t dot = device.name.rfind('.');
  return device.environment.carriers > 1 && dot != std::string::npos &&
         std::string_view(device.name).substr(0, dot) == name;
}

}  // namespace

GradientTarget find_target(const circuit::Circuit& circuit, std::string_view name) {
  std::vector<std::string> known;
  for (std::size_t k = 0; k < circuit.sources.size(); ++k) {
    if (circuit.sources[k].name == name) return {GradientTarget::Kind::source, k, {}, 0};
    known.push_back(circuit.sources[k].name);
  }
  for (std::size_t k = 0; k < circuit.passives.size(); ++k) {
    if (circuit.passives[k].name == name) return {GradientTarget::Kind::passive, k, {}, 0};
    known.push_back(circuit.passives[k].name);
  }
  GradientTarget target{GradientTarget::Kind::parameter, 0, {}, 0};
  const std::size_t dot = name.rfind('.');
  for (std::uint32_t k = 0; k < circuit.devices.size(); ++k) {
    const circuit::Device& device = circuit.devices[k];
    known.push_back(device.name + ".<parameter>");
    if (dot == std::string_view::npos || !is_named(device, name.substr(0, dot))) continue;
    target.parameter = model::parameter_index(circuit.models[device.model].model->specification(),
                                              name.substr(dot + 1));
    target.devices.push_back(k);
  }
  if (!target.devices.empty()) return target;
  throw base::Error("scattering.target",
                    "the circuit has nothing named '" + std::string(name) + "' to take slopes over",
                    base::suggest(name, known));
}

NetworkGradient::NetworkGradient(const circuit::Circuit& circuit, int threads)
    : circuit_(circuit), threads_(threads), point_(circuit), work_(circuit) {
  point_.solve();
  if (point_.feedback()) {
    throw base::Error("scattering.feedback",
                      "light changes the bias of the devices that it passes, which slopes of this "
                      "solver leave out",
                      "cut the way from detectors back to the devices, or hold their bias");
  }
  optical_.assign(circuit.devices.size(), none);
  first_.push_back(0);
  for (std::uint32_t d = 0; d < network().devices.size(); ++d) {
    optical_[network().devices[d].device] = d;
    first_.push_back(first_.back() + circuit.devices[network().devices[d].device].nodes.size());
  }
  const std::vector<char> begins(network().ports.size(), 1);
  structure_ = scattering::make_structure(
      network(), point_.scattering().layout(),
      NetworkScattering::used(point_.scattering().data().matrices), begins);
}

std::span<const double> NetworkGradient::unknowns(const Drive& drive, std::size_t device) const {
  return {drive.unknowns.data() + first_[device], first_[device + 1] - first_[device]};
}

void NetworkGradient::settle(Drive& drive) {
  drive.unknowns.resize(first_.back());
  for (std::size_t d = 0; d < network().devices.size(); ++d) {
    const OpticalDevice& device = network().devices[d];
    const std::span<const double> dark = point_.scattering().dark_unknowns(d);
    const std::span<double> own{drive.unknowns.data() + first_[d], dark.size()};
    std::copy(dark.begin(), dark.end(), own.begin());
    work_.select(device.device);
    work_.settle(circuit_.devices[device.device].derived,
                 std::span(drive.incoming).subspan(device.first_port, device.ports), own);
  }
}

NetworkGradient::Drive& NetworkGradient::drive(std::uint32_t input) {
  for (Drive& one : drives_) {
    if (one.input == input) return one;
  }
  Drive one;
  one.input = input;
  const std::size_t ports = network().ports.size();
  if (input == none) {
    one.outgoing = point_.outgoing();
    one.incoming = point_.incoming();
  } else {
    WaveSolver solver(structure_);
    solver.load(std::span<const Wave>(point_.scattering().data().matrices));
    std::vector<WaveLanes> waves(ports);
    waves[input].set(0, 1.0);
    solver.solve(waves);
    one.outgoing.resize(ports);
    one.incoming.resize(ports);
    for (std::size_t p = 0; p < ports; ++p) one.outgoing[p] = waves[p].at(0);
    for (std::size_t p = 0; p < ports; ++p) {
      one.incoming[p] = one.outgoing[network().ports[p].partner];
    }
  }
  drives_.push_back(std::move(one));
  return drives_.back();
}

const std::vector<Wave>& NetworkGradient::incoming_of(std::uint32_t input) {
  return drive(input).incoming;
}

std::vector<double> NetworkGradient::values(std::span<const Output> outputs) {
  std::vector<double> result;
  result.reserve(outputs.size());
  for (const Output& output : outputs) {
    double sum = 0.0;
    for (const OutputTerm& term : output) {
      sum += value_of(term, drive(term.input).outgoing[term.arrives]);
    }
    result.push_back(sum);
  }
  return result;
}

std::vector<Wave> NetworkGradient::adjoints(std::span<const Output> outputs, const Drive& drive) {
  const std::size_t ports = network().ports.size();
  std::vector<Wave> result(outputs.size() * ports);
  const std::size_t blocks = (outputs.size() + lanes - 1) / lanes;
  base::parallel_for(blocks, threads_, {}, [&](std::size_t block) {
    WaveSolver solver(structure_);
    solver.load(std::span<const Wave>(point_.scattering().data().matrices));
    std::vector<WaveLanes> waves(ports);
    const std::size_t count = std::min(lanes, outputs.size() - block * lanes);
    for (std::size_t lane = 0; lane < count; ++lane) {
      for (const OutputTerm& term : outputs[block * lanes + lane]) {
        if (term.input != drive.input) continue;
        const Wave slope = std::conj(slope_of(term, drive.outgoing[term.arrives]));
        waves[term.arrives].set(lane, waves[term.arrives].at(lane) + slope);
      }
    }
    solver.solve_transposed(waves);
    for (std::size_t lane = 0; lane < count; ++lane) {
      Wave* out = &result[(block * lanes + lane) * ports];
      for (std::size_t p = 0; p < ports; ++p) out[p] = waves[p].at(lane);
    }
  });
  return result;
}

std::vector<Wave> NetworkGradient::adjoint_of_wave(std::uint32_t port) {
  WaveSolver solver(structure_);
  solver.load(std::span<const Wave>(point_.scattering().data().matrices));
  std::vector<WaveLanes> waves(network().ports.size());
  waves[port].set(0, 1.0);
  solver.solve_transposed(waves);
  std::vector<Wave> result(waves.size());
  for (std::size_t p = 0; p < waves.size(); ++p) result[p] = waves[p].at(0);
  return result;
}

/// What electrical and thermal nodes do to the outputs through the devices' matrices: `weight`,
/// outputs x nodes.
void NetworkGradient::add_bias(std::span<const Output> outputs, const Drive& drive,
                               std::span<const Wave> adjoint, std::vector<double>& weight) {
  const std::size_t ports = network().ports.size();
  std::vector<Wave> slope;
  std::vector<Wave> dark;
  for (std::size_t d = 0; d < network().devices.size(); ++d) {
    const OpticalDevice& device = network().devices[d];
    const std::vector<double>& derived = circuit_.devices[device.device].derived;
    work_.select(device.device);
    for (const BiasTerminal& terminal : device.bias) {
      if (terminal.node == 0) continue;
      slope.assign(device.ports, Wave{});
      work_.slope_of_bias(derived, unknowns(drive, d), terminal.unknown, slope);
      if (drive.input != none) {
        // A transfer has no part of what the device emits.
        dark.assign(device.ports, Wave{});
        work_.slope_of_bias(derived, point_.scattering().dark_unknowns(d), terminal.unknown, dark);
        for (std::size_t p = 0; p < slope.size(); ++p) slope[p] -= dark[p];
      }
      for (std::size_t o = 0; o < outputs.size(); ++o) {
        Wave sum{};
        for (std::size_t p = 0; p < slope.size(); ++p) {
          sum += adjoint[o * ports + device.first_port + p] * slope[p];
        }
        weight[o * circuit_.nodes.size() + terminal.node] += sum.real();
      }
    }
  }
}

NetworkGradient::WaveSlope NetworkGradient::slope_of_parameter(std::size_t index,
                                                               std::size_t parameter,
                                                               const Drive& drive) {
  const OpticalDevice& device = network().devices[index];
  const std::vector<double>& derived = circuit_.devices[device.device].derived;
  WaveSlope result{device.first_port, std::vector<Wave>(device.ports)};
  work_.select(device.device);
  const auto at = unknowns(drive, index);
  work_.slope_of_flow(derived, at, parameter_slope(circuit_, device.device, parameter, at),
                      result.slope);
  if (drive.input == none) return result;
  const auto dark = point_.scattering().dark_unknowns(index);
  std::vector<Wave> emitted(device.ports);
  work_.slope_of_flow(derived, dark, parameter_slope(circuit_, device.device, parameter, dark),
                      emitted);
  for (std::size_t p = 0; p < emitted.size(); ++p) result.slope[p] -= emitted[p];
  return result;
}

void NetworkGradient::add_parameter(const GradientTarget& target, const Drive& drive,
                                    std::size_t column, std::size_t columns,
                                    std::span<const Wave> adjoint, std::vector<double>& slopes) {
  const std::size_t ports = network().ports.size();
  for (const std::uint32_t device : target.devices) {
    if (optical_[device] == none) continue;
    const WaveSlope one = slope_of_parameter(optical_[device], target.parameter, drive);
    for (std::size_t o = 0; o < slopes.size() / columns; ++o) {
      Wave sum{};
      for (std::size_t p = 0; p < one.slope.size(); ++p) {
        sum += adjoint[o * ports + one.first_port + p] * one.slope[p];
      }
      slopes[o * columns + column] += sum.real();
    }
  }
}

/// One output: from its slopes over node values to those over all targets.
void NetworkGradient::add_through_bias(std::span<const GradientTarget> targets,
                                       std::span<const double> weight, std::size_t row,
                                       std::vector<double>& slopes) {
  if (std::all_of(weight.begin(), weight.end(), [](double w) { return w == 0.0; })) return;
  const BiasAdjoint adjoint = point_.bias().adjoint(point_.incoming(), point_.state(), weight);
  std::vector<std::uint32_t> terminals;
  std::vector<double> change;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const GradientTarget& target = targets[t];
    double& slope = slopes[row * targets.size() + t];
    if (target.kind == GradientTarget::Kind::source) {
      slope += point_.bias().slope_of_source(target.index, adjoint);
    } else if (target.kind == GradientTarget::Kind::passive) {
      slope += point_.bias().slope_of_passive(target.index, adjoint, point_.state());
    }
    for (const std::uint32_t device : target.devices) {
      const circuit::Device& one = circuit_.devices[device];
      const auto at = std::as_const(point_).bias().unknowns(point_.state(), device);
      terminals.clear();
      std::uint32_t unknown = 0;
      for (const model::Terminal& terminal :
           circuit_.models[one.model].model->specification().terminals) {
        if (terminal.discipline != ir::Discipline::optical) terminals.push_back(unknown);
        unknown += static_cast<std::uint32_t>(model::unknowns_of(terminal.discipline));
      }
      change.assign(terminals.size(), 0.0);
      work_.select(device);
      work_.current_change(one.derived, at, terminals,
                           parameter_slope(circuit_, device, target.parameter, at), change);
      for (std::size_t k = 0; k < terminals.size(); ++k) {
        slope -= adjoint.node[one.nodes[terminals[k]]] * change[k];
      }
    }
  }
}

std::vector<double> NetworkGradient::slopes(std::span<const Output> outputs,
                                            std::span<const GradientTarget> targets) {
  std::vector<std::uint32_t> inputs;
  for (const Output& output : outputs) {
    for (const OutputTerm& term : output) {
      if (std::find(inputs.begin(), inputs.end(), term.input) == inputs.end()) {
        inputs.push_back(term.input);
      }
    }
  }
  std::vector<double> result(outputs.size() * targets.size(), 0.0);
  std::vector<double> weight(outputs.size() * circuit_.nodes.size(), 0.0);
  for (const std::uint32_t input : inputs) {
    Drive& one = drive(input);
    if (one.unknowns.empty()) settle(one);
    const std::vector<Wave> adjoint = adjoints(outputs, one);
    add_bias(outputs, one, adjoint, weight);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      add_parameter(targets[t], one, t, targets.size(), adjoint, result);
    }
  }
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    add_through_bias(targets,
                     std::span(weight).subspan(o * circuit_.nodes.size(), circuit_.nodes.size()), o,
                     result);
  }
  return result;
}

}  // namespace neucasl::scattering
