#include "neucasl/model/device_model.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace neucasl::model {
namespace {

std::vector<std::string> names_of(const Specification& specification) {
  std::vector<std::string> names;
  names.reserve(specification.parameters.size());
  for (const Parameter& parameter : specification.parameters) names.push_back(parameter.name);
  return names;
}

double in_si(double value, const Parameter& parameter) {
  return base::scaled(value, base::parse_unit(parameter.unit)).value;
}

std::string range_text(const Parameter& parameter) {
  const std::string unit = parameter.unit == "1" ? "" : ' ' + parameter.unit;
  return base::shortest(parameter.low) + unit + " to " + base::shortest(parameter.high) + unit;
}

void check_parameters(const Specification& specification, std::vector<std::string>& faults) {
  std::set<std::string> names;
  for (const Parameter& parameter : specification.parameters) {
    if (!names.insert(parameter.name).second) {
      faults.push_back("parameter '" + parameter.name + "' stands twice");
    }
    try {
      (void)base::parse_unit(parameter.unit);
    } catch (const base::Error& error) {
      faults.push_back("parameter '" + parameter.name + "': " + error.diagnostic().message);
    }
    if (!(parameter.default_value >= parameter.low && parameter.default_value <= parameter.high)) {
      faults.push_back("the default of parameter '" + parameter.name + "' is outside its range");
    }
    if (parameter.meaning.empty()) {
      faults.push_back("parameter '" + parameter.name + "' has no meaning");
    }
  }
}

}  // namespace

DeviceModel::~DeviceModel() = default;

std::vector<double> DeviceModel::emitted_wavelengths(std::span<const double> /*parameters*/) const {
  return {};
}

std::vector<NoiseSource> DeviceModel::noise(std::span<const double> /*derived*/,
                                            std::span<const double> /*unknowns*/,
                                            const Environment& /*environment*/) const {
  return {};
}

std::vector<ParameterSpread> DeviceModel::spreads(std::span<const double> /*parameters*/) const {
  return {};
}

void DeviceModel::sample_variation(std::span<double> parameters, base::RandomStream& random) const {
  for (const ParameterSpread& one : spreads(parameters)) {
    double& value = parameters[one.parameter];
    value =
        held_in_range(specification(), one.parameter, one.spread.sampled(value, random.normal()));
  }
}

void DeviceModel::age(std::span<double> /*parameters*/, const Stress& /*stress*/) const {}

std::vector<OperationCost> DeviceModel::costs(std::span<const double> /*parameters*/,
                                              const Environment& /*environment*/) const {
  return {};
}

std::size_t parameter_index(const Specification& specification, std::string_view name) {
  for (std::size_t i = 0; i < specification.parameters.size(); ++i) {
    if (specification.parameters[i].name == name) return i;
  }
  throw base::Error(
      "model.parameter",
      "device model '" + specification.name + "' has no parameter '" + std::string(name) + "'",
      base::suggest(name, names_of(specification)));
}

std::vector<double> default_parameters(const Specification& specification) {
  std::vector<double> values;
  values.reserve(specification.parameters.size());
  for (const Parameter& parameter : specification.parameters) {
    values.push_back(in_si(parameter.default_value, parameter));
  }
  return values;
}

void check_parameter(const Specification& specification, std::size_t index, double value,
                     const std::string& owner, const base::Location& where) {
  const Parameter& parameter = specification.parameters[index];
  // Values converted from the unit of the range may differ from its ends by rounding.
  const double low = in_si(parameter.low, parameter);
  const double high = in_si(parameter.high, parameter);
  const double rounding = 1e-12 * std::max(std::abs(low), std::abs(high));
  if (value >= low - rounding && value <= high + rounding) return;
  throw base::Error(
      "model.range",
      owner + ": '" + parameter.name +
          "' = " + base::to_engineering({value, base::parse_unit(parameter.unit).dimension}, 6) +
          " is outside the range of device model '" + specification.name + "'",
      "give " + range_text(parameter) + ": " + parameter.meaning, where);
}

double held_in_range(const Specification& specification, std::size_t index, double value) {
  const Parameter& parameter = specification.parameters[index];
  return std::clamp(value, in_si(parameter.low, parameter), in_si(parameter.high, parameter));
}

std::vector<std::string> faults(const Specification& specification) {
  std::vector<std::string> result;
  if (specification.name.empty()) result.emplace_back("the model has no name");
  if (specification.source.empty()) result.emplace_back("the model names no source");
  if (specification.validity.empty()) result.emplace_back("the model states no validity");
  if (specification.equations.empty()) result.emplace_back("the model states no equations");
  if (specification.terminals.empty()) result.emplace_back("the model has no terminal");
  std::set<std::string> names;
  for (const Terminal& terminal : specification.terminals) {
    if (!names.insert(terminal.name).second) {
      result.push_back("terminal '" + terminal.name + "' stands twice");
    }
    if (terminal.discipline != ir::Discipline::electrical &&
        terminal.discipline != ir::Discipline::optical &&
        terminal.discipline != ir::Discipline::thermal) {
      result.push_back("terminal '" + terminal.name + "' has no analog discipline");
    }
  }
  for (const Internal& internal : specification.internals) {
    if (!names.insert(internal.name).second) {
      result.push_back("internal unknown '" + internal.name + "' stands twice");
    }
    if (!(internal.scale > 0.0) || !(internal.low < internal.high)) {
      result.push_back("internal unknown '" + internal.name + "' has no scale or range");
    }
  }
  check_parameters(specification, result);
  return result;
}

}  // namespace neucasl::model
