#include "neucasl/circuit/circuit.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/model/card_parameters.hpp"
#include "passive_value.hpp"

namespace neucasl::circuit {
namespace {

constexpr std::string_view temperature_target = "temperature";
constexpr std::string_view wavelength_target = "wavelength";

/// What `set` may change.
struct Target {
  enum class Kind { source, passive, parameter, temperature, wavelength };
  Kind kind = Kind::source;
  std::size_t index = 0;      // of the source, passive or first device
  std::size_t parameter = 0;  // of the device's model
};

bool is_named(const Device& device, std::string_view name) {
  if (device.name == name) return true;
  // The copies of a device for several carriers are one device to the outside.
  const std::size_t dot = device.name.rfind('.');
  return device.environment.carriers > 1 && dot != std::string::npos &&
         std::string_view(device.name).substr(0, dot) == name;
}

Target find_target(const Circuit& circuit, std::string_view name) {
  if (name == temperature_target) return {Target::Kind::temperature, 0, 0};
  if (name == wavelength_target) return {Target::Kind::wavelength, 0, 0};
  std::vector<std::string> known{std::string(temperature_target), std::string(wavelength_target)};
  for (std::size_t i = 0; i < circuit.sources.size(); ++i) {
    if (circuit.sources[i].name == name) return {Target::Kind::source, i, 0};
    known.push_back(circuit.sources[i].name);
  }
  for (std::size_t i = 0; i < circuit.passives.size(); ++i) {
    if (circuit.passives[i].name == name) return {Target::Kind::passive, i, 0};
    known.push_back(circuit.passives[i].name);
  }
  const std::size_t dot = name.rfind('.');
  for (std::size_t i = 0; i < circuit.devices.size() && dot != std::string_view::npos; ++i) {
    const Device& device = circuit.devices[i];
    if (!is_named(device, name.substr(0, dot))) continue;
    return {Target::Kind::parameter, i,
            model::parameter_index(circuit.models[device.model].model->specification(),
                                   name.substr(dot + 1))};
  }
  for (const Device& device : circuit.devices) known.push_back(device.name + ".<parameter>");
  throw base::Error("circuit.target",
                    "the circuit has nothing named '" + std::string(name) + "' to set",
                    base::suggest(name, known));
}

}  // namespace

std::optional<std::uint32_t> Circuit::find_node(std::string_view name) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == name) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

void Circuit::refresh(std::size_t device) {
  Device& one = devices[device];
  const model::DeviceModel& code = *models[one.model].model;
  one.derived.resize(code.derived_size());
  std::vector<double> internals(code.specification().internals.size());
  try {
    code.derive(one.parameters, one.environment, one.derived);
    code.initial_internals(one.derived, internals);
  } catch (const base::Error& error) {
    throw base::Error("circuit.parameter", "'" + one.name + "': " + error.diagnostic().message,
                      error.diagnostic().remedy, one.where);
  }
  const std::size_t terminals = one.nodes.size() - internals.size();
  for (std::size_t k = 0; k < internals.size(); ++k) {
    nodes[one.nodes[terminals + k]].initial = internals[k];
  }
}

void Circuit::set_temperature(double kelvin) {
  if (!(kelvin > 0.0 && kelvin < 2000.0)) {
    throw base::Error("circuit.value", "a temperature of " + base::shortest(kelvin) + " K",
                      "give 0 K to 2000 K");
  }
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i].environment.temperature = kelvin;
    refresh(i);
  }
}

void Circuit::set_wavelength(double metre) {
  if (carriers.size() > 1) {
    throw base::Error("circuit.carriers",
                      "the circuit has " + std::to_string(carriers.size()) +
                          " optical carriers, and one wavelength cannot stand for all",
                      "sweep a circuit with one light source");
  }
  if (!(metre > 1e-7 && metre < 1e-4)) {
    throw base::Error("circuit.value",
                      "a wavelength of " + base::to_engineering({metre, base::dimension::length}),
                      "give 0.1 um to 100 um");
  }
  if (!carriers.empty()) carriers[0] = metre;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i].environment.wavelength = metre;
    devices[i].environment.swept = true;
    refresh(i);
  }
}

void Circuit::set(std::string_view target, double value) {
  const Target found = find_target(*this, target);
  switch (found.kind) {
    case Target::Kind::source:
      sources[found.index].rest = value;
      sources[found.index].waveform = {};
      break;
    case Target::Kind::passive:
      set_passive(passives[found.index], value);
      break;
    case Target::Kind::parameter: {
      const std::string_view owner = target.substr(0, target.rfind('.'));
      for (std::size_t i = found.index; i < devices.size(); ++i) {
        if (!is_named(devices[i], owner)) continue;
        const auto& specification = models[devices[i].model].model->specification();
        model::check_parameter(specification, found.parameter, value, devices[i].name,
                               devices[i].where);
        devices[i].parameters[found.parameter] = value;
        refresh(i);
      }
      break;
    }
    case Target::Kind::temperature:
      set_temperature(value);
      break;
    case Target::Kind::wavelength:
      set_wavelength(value);
      break;
  }
}

base::Dimension Circuit::dimension_of(std::string_view target) const {
  const Target found = find_target(*this, target);
  switch (found.kind) {
    case Target::Kind::source:
      return sources[found.index].is_voltage ? base::dimension::voltage : base::dimension::current;
    case Target::Kind::passive:
      return dimension_of_passive(passives[found.index].kind);
    case Target::Kind::parameter: {
      const auto& specification = models[devices[found.index].model].model->specification();
      return base::parse_unit(specification.parameters[found.parameter].unit).dimension;
    }
    case Target::Kind::temperature:
      return base::dimension::temperature;
    case Target::Kind::wavelength:
      return base::dimension::length;
  }
  return {};
}

void vary(Circuit& circuit, std::uint64_t seed, std::uint64_t sample) {
  for (std::size_t i = 0; i < circuit.devices.size(); ++i) {
    Device& device = circuit.devices[i];
    if (device.card == Device::no_card) continue;
    std::string name = device.name;
    if (device.environment.carriers > 1) name.resize(name.rfind('.'));
    base::RandomStream random(seed, "variation/" + name, sample);
    const device::Card& card = circuit.cards[device.card];
    base::RandomStream process(seed, "variation/process/" + card.id, sample);
    device.parameters = model::sample_parameters(*circuit.models[device.model].model, card,
                                                 device.parameters, random, process);
    circuit.refresh(i);
  }
}

}  // namespace neucasl::circuit
