#include "photonic_solver.hpp"

#include <string_view>
#include <unordered_map>

#include "budget.hpp"
#include "calibration.hpp"
#include "gradient.hpp"
#include "spectrum.hpp"

namespace neucasl::scattering {
namespace {

constexpr double linear_check = 0.03;  // sqrt(W), about a milliwatt

std::vector<std::string> names_of(const OpticalNetwork& network) {
  std::vector<std::string> names;
  for (const std::uint32_t net : port_nets(network)) names.push_back(network.nets[net].name);
  return names;
}

}  // namespace

std::vector<std::string> ScatteringSolver::port_nets(const circuit::Circuit& circuit) const {
  return names_of(extract_network(circuit));
}

plugin::PhotonicTransfer ScatteringSolver::transfer(const circuit::Circuit& circuit,
                                                    const std::vector<std::string>& inputs,
                                                    const std::vector<std::string>& outputs,
                                                    const std::vector<double>& wavelengths,
                                                    const plugin::Context& context) const {
  const OpticalNetwork network = extract_network(circuit);
  BiasNetwork bias(circuit, network);
  BiasState state = bias.start();
  bias.solve(std::vector<Wave>(network.ports.size()), state);
  const NetworkScattering scattering(circuit, network, bias, state, linear_check, context.threads);
  plugin::PhotonicTransfer result;
  result.inputs = inputs.empty() ? names_of(network) : inputs;
  result.outputs = outputs.empty() ? names_of(network) : outputs;
  result.wavelengths = wavelengths;
  Spectrum::Request request;
  request.wavelengths = wavelengths;
  request.threads = context.threads;
  request.cancel = context.cancel;
  std::unordered_map<std::string_view, std::uint32_t> index;
  for (std::uint32_t k = 0; k < network.nets.size(); ++k) index.emplace(network.nets[k].name, k);
  const auto end = [&](const std::string& name) {
    const auto found = index.find(name);
    return end_of(network, found == index.end() ? network.net(name) : found->second);
  };
  for (const std::string& net : result.inputs) request.inputs.push_back(end(net));
  for (const std::string& net : result.outputs) {
    request.outputs.push_back(network.ports[end(net)].partner);
  }
  Spectrum spectrum(scattering);
  const std::vector<Wave> waves = spectrum.run(request);
  if (wavelengths.empty()) result.wavelengths.push_back(circuit.carriers.front());
  const std::size_t in = result.inputs.size();
  const std::size_t out = result.outputs.size();
  result.value.resize(waves.size());
  for (std::size_t point = 0; point < result.wavelengths.size(); ++point) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t o = 0; o < out; ++o) {
        result.value[(point * out + o) * in + i] = waves[(point * in + i) * out + o];
      }
    }
  }
  result.method = "scattering matrices: " + spectrum.method();
  return result;
}

plugin::PhotonicGradient ScatteringSolver::gradient(const circuit::Circuit& circuit,
                                                    const std::vector<std::string>& outputs,
                                                    const std::vector<std::string>& targets,
                                                    const plugin::Context& context) const {
  NetworkGradient gradient(circuit, context.threads);
  std::vector<Output> terms;
  terms.reserve(outputs.size());
  for (const std::string& output : outputs) {
    terms.push_back(parse_output(gradient.network(), output));
  }
  std::vector<GradientTarget> found;
  found.reserve(targets.size());
  for (const std::string& target : targets) found.push_back(find_target(circuit, target));
  plugin::PhotonicGradient result;
  result.value = gradient.values(terms);
  result.slope = gradient.slopes(terms, found);
  result.method = "scattering matrices: adjoint waves; " + gradient.method();
  return result;
}

plugin::PhotonicCalibration ScatteringSolver::calibrate(
    const circuit::Circuit& circuit, const std::vector<plugin::PhotonicGoal>& goals,
    const std::vector<plugin::PhotonicKnob>& knobs,
    const plugin::PhotonicCalibrationOptions& options, const plugin::Context& context) const {
  return scattering::calibrate(circuit, goals, knobs, options, context);
}

plugin::PhotonicBudget ScatteringSolver::budget(const circuit::Circuit& circuit,
                                                const plugin::PhotonicBudgetOptions& options,
                                                const plugin::Context& context) const {
  return make_budget(circuit, options, context);
}

}  // namespace neucasl::scattering
