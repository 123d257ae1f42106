#include "traces.hpp"

namespace neucasl::scattering {
namespace {

base::Dimension dimension_of(circuit::NodeKind kind) {
  switch (kind) {
    case circuit::NodeKind::electrical:
      return base::dimension::voltage;
    case circuit::NodeKind::thermal:
      return base::dimension::temperature;
    case circuit::NodeKind::optical_real:
    case circuit::NodeKind::optical_imaginary:
    case circuit::NodeKind::internal:
      break;  // a square root of watt has no integer exponents
  }
  return {};
}

}  // namespace

circuit::Result make_result(const circuit::Circuit& circuit, const BiasNetwork& bias,
                            std::string analysis, std::string axis_name,
                            const base::Dimension& axis_dimension, std::size_t points) {
  circuit::Result result;
  result.analysis = std::move(analysis);
  result.axis_name = std::move(axis_name);
  result.axis_dimension = axis_dimension;
  result.traces.reserve(circuit.nodes.size() + bias.branches().size());
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    circuit::Trace trace;
    trace.name = circuit.nodes[node].name;
    trace.dimension = dimension_of(circuit.nodes[node].kind);
    trace.real.resize(points);
    result.traces.push_back(std::move(trace));
  }
  for (const circuit::Device& device : circuit.devices) {
    const auto& internals = circuit.models[device.model].model->specification().internals;
    const std::size_t terminals = device.nodes.size() - internals.size();
    for (std::size_t k = 0; k < internals.size(); ++k) {
      result.traces[device.nodes[terminals + k] - 1].dimension = internals[k].dimension;
    }
  }
  for (const BiasBranch& branch : bias.branches()) {
    if (!branch.reported) continue;
    circuit::Trace trace;
    trace.name = branch.name;
    trace.kind = circuit::TraceKind::branch;
    trace.dimension = base::dimension::current;
    trace.real.resize(points);
    result.traces.push_back(std::move(trace));
  }
  return result;
}

void store(const circuit::Circuit& circuit, const RestPoint& point, std::size_t index,
           circuit::Result& result) {
  const BiasState& state = point.state();
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    result.traces[node - 1].real[index] = state.node[node];
  }
  for (const OpticalNet& net : point.network().nets) {
    const Wave wave = point.outgoing()[net.first] + point.outgoing()[net.second];
    result.traces[net.real_node - 1].real[index] = wave.real();
    result.traces[net.real_node].real[index] = wave.imag();
  }
  std::size_t first = 0;
  for (const circuit::Device& device : circuit.devices) {
    for (std::size_t k = 0; k < device.nodes.size(); ++k) {
      const std::uint32_t node = device.nodes[k];
      if (circuit.nodes[node].kind != circuit::NodeKind::internal) continue;
      result.traces[node - 1].real[index] = state.unknowns[first + k];
    }
    first += device.nodes.size();
  }
  std::size_t trace = circuit.nodes.size() - 1;
  const std::vector<BiasBranch>& branches = point.bias().branches();
  for (std::size_t b = 0; b < branches.size(); ++b) {
    if (branches[b].reported) result.traces[trace++].real[index] = state.branch[b];
  }
}

}  // namespace neucasl::scattering
