#include "traces.hpp"

#include <cmath>

namespace neucasl::native_plugin {
namespace {

std::vector<base::Dimension> internal_dimensions(const circuit::Circuit& circuit) {
  std::vector<base::Dimension> dimensions(circuit.nodes.size());
  for (const circuit::Device& device : circuit.devices) {
    const auto& internals = circuit.models[device.model].model->specification().internals;
    const std::size_t terminals = device.nodes.size() - internals.size();
    for (std::size_t k = 0; k < internals.size(); ++k) {
      dimensions[device.nodes[terminals + k]] = internals[k].dimension;
    }
  }
  return dimensions;
}

base::Dimension dimension_of(const circuit::Node& node, const base::Dimension& internal) {
  switch (node.kind) {
    case circuit::NodeKind::electrical:
      return base::dimension::voltage;
    case circuit::NodeKind::thermal:
      return base::dimension::temperature;
    case circuit::NodeKind::internal:
      return internal;
    case circuit::NodeKind::optical_real:
    case circuit::NodeKind::optical_imaginary:
      break;  // a square root of watt has no integer exponents
  }
  return {};
}

/// Calls take(trace, unknown) for each trace.
void for_each(const System& system, circuit::Result& result, auto&& take) {
  const Unknowns& unknowns = system.unknowns();
  std::size_t trace = 0;
  for (std::uint32_t i = 0; i < unknowns.nodes(); ++i) take(result.traces[trace++], i);
  for (std::size_t b = 0; b < unknowns.branches().size(); ++b) {
    if (unknowns.branches()[b].reported) take(result.traces[trace++], unknowns.of_branch(b));
  }
}

}  // namespace

circuit::Result make_result(const System& system, std::string analysis, std::string axis_name,
                            const base::Dimension& axis_dimension) {
  circuit::Result result;
  result.analysis = std::move(analysis);
  result.axis_name = std::move(axis_name);
  result.axis_dimension = axis_dimension;
  const circuit::Circuit& circuit = system.circuit();
  const std::vector<base::Dimension> internal = internal_dimensions(circuit);
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    circuit::Trace trace;
    trace.name = circuit.nodes[node].name;
    trace.dimension = dimension_of(circuit.nodes[node], internal[node]);
    result.traces.push_back(std::move(trace));
  }
  for (const Unknowns::Branch& branch : system.unknowns().branches()) {
    if (!branch.reported) continue;
    circuit::Trace trace;
    trace.name = branch.name;
    trace.kind = circuit::TraceKind::branch;
    trace.dimension = base::dimension::current;
    result.traces.push_back(std::move(trace));
  }
  return result;
}

void append(const System& system, double axis, std::span<const double> x, circuit::Result& result) {
  if (!result.axis_name.empty()) result.axis.push_back(axis);
  for_each(system, result,
           [&](circuit::Trace& trace, std::uint32_t unknown) { trace.real.push_back(x[unknown]); });
}

void append(const System& system, double axis, std::span<const std::complex<double>> x,
            circuit::Result& result) {
  result.axis.push_back(axis);
  for_each(system, result, [&](circuit::Trace& trace, std::uint32_t unknown) {
    trace.real.push_back(x[unknown].real());
    trace.imaginary.push_back(x[unknown].imag());
  });
}

void reserve(std::size_t points, bool complex, circuit::Result& result) {
  result.axis.reserve(points);
  for (circuit::Trace& trace : result.traces) {
    trace.real.reserve(points);
    if (complex) trace.imaginary.reserve(points);
  }
}

}  // namespace neucasl::native_plugin
