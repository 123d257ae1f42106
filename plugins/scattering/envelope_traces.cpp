#include "envelope_traces.hpp"

namespace neucasl::scattering {
namespace {

base::Dimension dimension_of_node(const circuit::Node& node) {
  if (node.kind == circuit::NodeKind::electrical) return base::dimension::voltage;
  if (node.kind == circuit::NodeKind::thermal) return base::dimension::temperature;
  return {};  // a square root of watt has no integer exponents
}

}  // namespace

EnvelopeTraces::EnvelopeTraces(const EnvelopeNetwork& network, const DriveSystem& drives,
                               const circuit::TransientAnalysis& analysis)
    : network_(network), drives_(drives), analysis_(analysis) {
  const circuit::Circuit& circuit = network.circuit();
  result_.analysis = "tran";
  result_.axis_name = "time";
  result_.axis_dimension = base::dimension::time;
  std::vector<char> is_light(circuit.nodes.size());
  const auto light = [&](LightNode::Kind kind, std::uint32_t index, std::uint32_t node) {
    light_.push_back({kind, index, node - 1});
    is_light[node] = is_light[node + 1] = 1;
  };
  for (std::size_t k = 0; k < network.optical().nets.size(); ++k) {
    const OpticalNet& net = network.optical().nets[k];
    if (net.first != none) light(LightNode::Kind::net, network.port_at_net(k), net.real_node);
  }
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    circuit::Trace trace;
    trace.name = circuit.nodes[node].name;
    trace.dimension = dimension_of_node(circuit.nodes[node]);
    result_.traces.push_back(std::move(trace));
  }
  for (std::size_t k = 0; k < network.devices().size(); ++k) {
    const EnvelopeDevice& one = network.devices()[k];
    const circuit::Device& device = circuit.devices[one.device];
    const LightLayout& layout = network.layout(k);
    for (std::size_t p = 0; p < layout.ports().size(); ++p) {
      const std::uint32_t outgoing = layout.ports()[p].outgoing;
      if (outgoing == 0) continue;
      light(LightNode::Kind::outgoing, one.ports[p], device.nodes[outgoing]);
    }
    for (std::size_t s = 0; s < layout.states().size(); ++s) {
      light(LightNode::Kind::state, one.states[s], device.nodes[layout.states()[s]]);
    }
  }
  for (const circuit::Device& device : circuit.devices) {
    const auto& internals = circuit.models[device.model].model->specification().internals;
    const std::size_t first = device.nodes.size() - internals.size();
    for (std::size_t k = 0; k < internals.size(); ++k) {
      result_.traces[device.nodes[first + k] - 1].dimension = internals[k].dimension;
    }
  }
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    if (is_light[node] == 0) slow_.emplace_back(node - 1, node);
  }
  for (const DriveSystem::Branch& branch : drives.branches()) {
    if (!branch.reported) continue;
    circuit::Trace trace;
    trace.name = branch.name;
    trace.kind = circuit::TraceKind::branch;
    trace.dimension = base::dimension::current;
    slow_.emplace_back(static_cast<std::uint32_t>(result_.traces.size()), branch.unknown);
    result_.traces.push_back(std::move(trace));
  }
}

void EnvelopeTraces::pack(double time, const Light& light, const DriveState& state,
                          Point& point) const {
  point.time = time;
  point.values.resize(result_.traces.size());
  for (const LightNode& node : light_) {
    Amplitude value;
    switch (node.kind) {
      case LightNode::Kind::net:
        value = light.in[node.index] + light.out[node.index];
        break;
      case LightNode::Kind::outgoing:
        value = 2.0 * light.out[node.index];
        break;
      case LightNode::Kind::state:
        value = light.state[node.index];
        break;
    }
    point.values[node.trace] = value.real();
    point.values[node.trace + 1] = value.imag();
  }
  for (const auto& [trace, unknown] : slow_) point.values[trace] = state.x[unknown];
}

void EnvelopeTraces::append(const Point& point) {
  result_.axis.push_back(point.time);
  for (std::size_t k = 0; k < result_.traces.size(); ++k) {
    result_.traces[k].real.push_back(point.values[k]);
  }
}

void EnvelopeTraces::begin(double time, const Light& light, const DriveState& state) {
  pack(time, light, state, now_);
  points_ = 1;
  if (result_.axis.empty()) append(now_);
}

void EnvelopeTraces::add(double time, const Light& light, const DriveState& state) {
  std::swap(earlier_, before_);
  std::swap(before_, now_);
  pack(time, light, state, now_);
  ++points_;
  if (analysis_.output_step > 0.0) {
    interpolate();
  } else {
    append(now_);
  }
}

void EnvelopeTraces::interpolate() {
  const double step = analysis_.output_step;
  const Point& a = now_;
  const Point& b = before_;
  const Point& c = earlier_;
  Point at;
  while (next_ * step <= a.time * (1.0 + 1e-12) && next_ * step < analysis_.stop * (1.0 - 1e-12)) {
    at.time = next_ * step;
    at.values.resize(a.values.size());
    const double share = (at.time - b.time) / (a.time - b.time);
    // The first step after a corner is short.
    const bool bent = points_ > 2;
    const double weight = bent ? (at.time - a.time) * (at.time - b.time) / (c.time - a.time) : 0.0;
    for (std::size_t i = 0; i < at.values.size(); ++i) {
      at.values[i] = b.values[i] + share * (a.values[i] - b.values[i]);
      if (!bent) continue;
      at.values[i] += weight * ((c.values[i] - b.values[i]) / (c.time - b.time) -
                                (a.values[i] - b.values[i]) / (a.time - b.time));
    }
    append(at);
    next_ += 1.0;
  }
  if (a.time == analysis_.stop) append(a);
}

}  // namespace neucasl::scattering
