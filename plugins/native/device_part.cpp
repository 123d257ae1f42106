#include "device_part.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::native_plugin {
namespace {

std::uint32_t count(std::size_t n) { return static_cast<std::uint32_t>(n); }

bool finite(std::span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double a) { return std::isfinite(a); });
}

}  // namespace

DevicePart::DevicePart(const circuit::Circuit& circuit, const Unknowns& unknowns,
                       PatternBuilder& builder, bool behavioural)
    : behavioural_(behavioural) {
  add_devices(circuit, unknowns, builder);
  add_sources(circuit, unknowns, builder);
  std::size_t most = 1;
  for (const Device& device : devices_) most = std::max<std::size_t>(most, device.n);
  for (const Source& source : sources_) most = std::max<std::size_t>(most, source.inputs);
  x_.resize(most);
  flow_.resize(most);
  storage_.resize(most);
  flow_jacobian_.resize(most * most);
  storage_jacobian_.resize(most * most);
  values_.resize(2 * most);
  gradient_.resize(2 * most * most);
  reload(circuit);
}

void DevicePart::add_devices(const circuit::Circuit& circuit, const Unknowns& unknowns,
                             PatternBuilder& builder) {
  for (const circuit::Device& one : circuit.devices) {
    const model::DeviceModel* model = circuit.models[one.model].model;
    Device device{model, count(one.nodes.size()), count(place_.size()),
                  0,     count(derived_.size()),  count(model->derived_size())};
    for (const std::uint32_t node : one.nodes) place_.push_back(unknowns.of_node(node));
    const std::uint32_t* place = &place_[device.place];
    for (std::uint32_t i = 0; i < device.n; ++i) {
      for (std::uint32_t j = 0; j < device.n; ++j) {
        const std::uint32_t entry = builder.add(place[i], place[j]);
        if (i == 0 && j == 0) device.entry = entry;
      }
    }
    derived_.resize(derived_.size() + device.derived_size);
    devices_.push_back(device);
  }
}

void DevicePart::add_sources(const circuit::Circuit& circuit, const Unknowns& unknowns,
                             PatternBuilder& builder) {
  std::uint32_t branch = unknowns.first_behavioural;
  for (const circuit::Behavioural& one : circuit.behavioural) {
    Source source{one.is_voltage,
                  unknowns.of_node(one.p),
                  unknowns.of_node(one.n),
                  one.is_voltage ? branch++ : 0,
                  count(place_.size()),
                  count(one.inputs.size()),
                  0,
                  FormulaTape(std::span(&one.formula, 1))};
    for (const std::uint32_t node : one.inputs) place_.push_back(unknowns.of_node(node));
    if (one.is_voltage) {
      source.entry = builder.add(source.p, source.branch);
      builder.add(source.n, source.branch);
      builder.add(source.branch, source.p);
      builder.add(source.branch, source.n);
    }
    for (std::uint32_t k = 0; k < source.inputs; ++k) {
      const std::uint32_t place = place_[source.place + k];
      const std::uint32_t entry = builder.add(one.is_voltage ? source.branch : source.p, place);
      if (!one.is_voltage) {
        builder.add(source.n, place);
        if (k == 0) source.entry = entry;
      }
    }
    tape_work_.resize(std::max(tape_work_.size(), source.tape.work_size()));
    sources_.push_back(std::move(source));
  }
}

void DevicePart::reload(const circuit::Circuit& circuit) {
  tapes_.clear();
  for (std::size_t k = 0; k < devices_.size(); ++k) {
    const std::vector<double>& derived = circuit.devices[k].derived;
    std::copy(derived.begin(), derived.end(), derived_.begin() + devices_[k].derived);
    if (!behavioural_) continue;
    const model::SymbolicForm form = devices_[k].model->symbolic(derived);
    std::vector<model::Symbol> formulas = form.flow;
    formulas.insert(formulas.end(), form.storage.begin(), form.storage.end());
    tapes_.emplace_back(formulas);
    tape_work_.resize(std::max(tape_work_.size(), tapes_.back().work_size()));
  }
}

void DevicePart::evaluate_tape(std::size_t device, std::span<const double> unknowns,
                               bool jacobian) {
  const std::size_t n = unknowns.size();
  const std::span<double> gradient =
      jacobian ? std::span(gradient_).first(2 * n * n) : std::span<double>();
  tapes_[device].evaluate(unknowns, values_, gradient, tape_work_);
  std::copy_n(values_.begin(), n, flow_.begin());
  std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(n), n, storage_.begin());
  if (!jacobian) return;
  std::copy_n(gradient_.begin(), n * n, flow_jacobian_.begin());
  std::copy_n(gradient_.begin() + static_cast<std::ptrdiff_t>(n * n), n * n,
              storage_jacobian_.begin());
}

void DevicePart::evaluate(std::size_t device, std::span<const double> unknowns, bool jacobian) {
  if (behavioural_) return evaluate_tape(device, unknowns, jacobian);
  const Device& one = devices_[device];
  const std::size_t n = one.n;
  model::Evaluation out;
  out.flow = std::span(flow_).first(n);
  out.storage = std::span(storage_).first(n);
  if (jacobian) {
    out.flow_jacobian = std::span(flow_jacobian_).first(n * n);
    out.storage_jacobian = std::span(storage_jacobian_).first(n * n);
  }
  one.model->evaluate({derived_.data() + one.derived, one.derived_size}, unknowns, out);
}

void DevicePart::scatter(const Device& device, std::span<const std::uint32_t> slots, bool jacobian,
                         Equations& equations) const {
  const std::uint32_t* place = &place_[device.place];
  for (std::uint32_t i = 0; i < device.n; ++i) {
    equations.flow[place[i]] += flow_[i];
    equations.storage[place[i]] += storage_[i];
  }
  if (!jacobian) return;
  const std::uint32_t* slot = &slots[device.entry];
  const std::uint32_t entries = device.n * device.n;
  for (std::uint32_t e = 0; e < entries; ++e) {
    equations.flow_jacobian[slot[e]] += flow_jacobian_[e];
    equations.storage_jacobian[slot[e]] += storage_jacobian_[e];
  }
}

void DevicePart::add(std::span<const std::uint32_t> slots, std::span<const double> x, bool jacobian,
                     Equations& equations) {
  for (std::size_t k = 0; k < devices_.size(); ++k) {
    const Device& device = devices_[k];
    for (std::uint32_t i = 0; i < device.n; ++i) x_[i] = x[place_[device.place + i]];
    evaluate(k, std::span(x_).first(device.n), jacobian);
    scatter(device, slots, jacobian, equations);
  }
  for (const Source& source : sources_) add_source(source, slots, x, jacobian, equations);
}

void DevicePart::add_source(const Source& source, std::span<const std::uint32_t> slots,
                            std::span<const double> x, bool jacobian, Equations& equations) {
  for (std::uint32_t k = 0; k < source.inputs; ++k) x_[k] = x[place_[source.place + k]];
  double value = 0.0;
  const std::span<double> gradient =
      jacobian ? std::span(gradient_).first(source.inputs) : std::span<double>();
  source.tape.evaluate(std::span(x_).first(source.inputs), {&value, 1}, gradient, tape_work_);
  const std::uint32_t* slot = slots.data() + source.entry;
  if (!source.is_voltage) {
    equations.flow[source.p] += value;
    equations.flow[source.n] -= value;
    for (std::size_t k = 0; k < gradient.size(); ++k) {
      equations.flow_jacobian[slot[2 * k]] += gradient[k];
      equations.flow_jacobian[slot[2 * k + 1]] -= gradient[k];
    }
    return;
  }
  equations.flow[source.p] += x[source.branch];
  equations.flow[source.n] -= x[source.branch];
  equations.flow[source.branch] += x[source.p] - x[source.n] - value;
  if (!jacobian) return;
  equations.flow_jacobian[slot[0]] += 1.0;
  equations.flow_jacobian[slot[1]] -= 1.0;
  equations.flow_jacobian[slot[2]] += 1.0;
  equations.flow_jacobian[slot[3]] -= 1.0;
  for (std::uint32_t k = 0; k < gradient.size(); ++k) {
    equations.flow_jacobian[slot[4 + k]] -= gradient[k];
  }
}

void DevicePart::flow_jacobian(std::size_t device, std::span<const double> unknowns,
                               std::span<double> jacobian) {
  evaluate(device, unknowns, true);
  std::copy_n(flow_jacobian_.begin(), jacobian.size(), jacobian.begin());
}

std::string DevicePart::find_fault(const circuit::Circuit& circuit, const Unknowns& unknowns,
                                   std::span<const double> x) {
  const auto values = [&](std::uint32_t place, std::uint32_t n) {
    std::string text;
    for (std::uint32_t i = 0; i < n; ++i) {
      x_[i] = x[place_[place + i]];
      const std::uint32_t unknown = place_[place + i];
      const bool ground = unknown == unknowns.size();
      text += (i == 0 ? "" : ", ") + (ground ? "ground" : unknowns.describe(unknown)) + " = " +
              base::shortest(x_[i]);
      if (!ground && !unknowns.unit(unknown).empty()) text += ' ' + unknowns.unit(unknown);
    }
    return text;
  };
  for (std::size_t k = 0; k < devices_.size(); ++k) {
    const std::uint32_t n = devices_[k].n;
    const std::string text = values(devices_[k].place, n);
    evaluate(k, std::span(x_).first(n), true);
    if (finite(std::span(flow_).first(n)) && finite(std::span(storage_).first(n)) &&
        finite(std::span(flow_jacobian_).first(std::size_t{n} * n)) &&
        finite(std::span(storage_jacobian_).first(std::size_t{n} * n))) {
      continue;
    }
    return "device '" + circuit.devices[k].name + "' (model '" +
           devices_[k].model->specification().name + "') at " + text;
  }
  for (std::size_t k = 0; k < sources_.size(); ++k) {
    const std::string text = values(sources_[k].place, sources_[k].inputs);
    double value = 0.0;
    const std::span<double> gradient = std::span(gradient_).first(sources_[k].inputs);
    sources_[k].tape.evaluate(std::span(x_).first(sources_[k].inputs), {&value, 1}, gradient,
                              tape_work_);
    if (std::isfinite(value) && finite(gradient)) continue;
    return "behavioural source '" + circuit.behavioural[k].name + "' at " + text;
  }
  return {};
}

}  // namespace neucasl::native_plugin
