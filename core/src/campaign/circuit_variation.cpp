#include "circuit_variation.hpp"

#include <cmath>
#include <set>

namespace neucasl::campaign {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  }
  return !name.empty() && pattern.front() == name.front() &&
         matches(pattern.substr(1), name.substr(1));
}

}  // namespace

CircuitVariation::CircuitVariation(const base::XmlElement& campaign,
                                   const circuit::Circuit& nominal) {
  for (const base::XmlElement& child : campaign.children) {
    if (child.name == "vary") add(child, nominal);
  }
}

void CircuitVariation::add(const base::XmlElement& element, const circuit::Circuit& nominal) {
  element.allow_attributes({"parts", "parameter", "distribution", "sigma", "scope"});
  const std::string& pattern = element.required("parts");
  const std::string& parameter = element.required("parameter");
  const std::string& distribution = element.required("distribution");
  const bool lognormal = distribution == "lognormal";
  if (!lognormal && distribution != "normal") {
    throw base::Error("campaign.vary", "unknown distribution '" + distribution + "'",
                      base::suggest(distribution, {"normal", "lognormal"}), element.where);
  }
  const bool process = element.optional("scope").value_or("mismatch") == "process";
  const std::size_t before = places_.size();
  for (std::size_t i = 0; i < nominal.devices.size(); ++i) {
    const circuit::Device& device = nominal.devices[i];
    if (!matches(pattern, device.name)) continue;
    const model::Specification& specification = nominal.models[device.model].model->specification();
    const std::size_t index = model::parameter_index(specification, parameter);
    Place place;
    place.target = device.name + '.' + parameter;
    place.device = i;
    place.parameter = index;
    place.nominal = device.parameters[index];
    place.lognormal = lognormal;
    place.dimension = base::parse_unit(specification.parameters[index].unit).dimension;
    place.sigma =
        base::parse_si(element.required("sigma"),
                       lognormal ? base::dimension::none : place.dimension, element.where);
    if (!(place.sigma >= 0.0)) {
      throw base::Error("campaign.vary", "a negative spread", "give a sigma of 0 or more",
                        element.where);
    }
    if (!process || places_.size() == before) {
      names_.push_back(process ? "process " + pattern + '.' + parameter : place.target);
    }
    place.number = names_.size() - 1;
    places_.push_back(std::move(place));
  }
  if (places_.size() == before) {
    throw base::Error("campaign.vary", "no part is called '" + pattern + "'",
                      "'neucasl netlist flatten' lists the names", element.where);
  }
}

double CircuitVariation::Place::value(std::span<const double> u) const {
  return lognormal ? nominal * std::exp(sigma * u[number]) : nominal + sigma * u[number];
}

std::vector<CircuitVariation::Setting> CircuitVariation::settings(std::span<const double> u) const {
  std::vector<Setting> settings;
  settings.reserve(places_.size());
  for (const Place& place : places_) {
    settings.push_back({place.target, place.nominal, place.value(u), place.dimension});
  }
  return settings;
}

void CircuitVariation::apply(std::span<const double> u, circuit::Circuit& circuit) const {
  std::set<std::size_t> changed;
  for (const Place& place : places_) {
    circuit.devices[place.device].parameters[place.parameter] = place.value(u);
    changed.insert(place.device);
  }
  for (const std::size_t device : changed) circuit.refresh(device);
}

}  // namespace neucasl::campaign
