#include "neucasl/model/card_parameters.hpp"

namespace neucasl::model {
namespace {

constexpr std::string_view published_prefix = "published_";

bool is_published(const device::Number& number) {
  return std::string_view(number.name).starts_with(published_prefix);
}

std::size_t index_of(const Specification& specification, std::string_view name,
                     const base::Location& where) {
  try {
    return parameter_index(specification, name);
  } catch (const base::Error& error) {
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.where = where;
    throw base::Error(std::move(diagnostic));
  }
}

}  // namespace

void set_parameter(const Specification& specification, std::string_view name,
                   const base::Quantity& value, std::vector<double>& parameters,
                   const base::Location& where) {
  const std::size_t index = index_of(specification, name, where);
  const Parameter& parameter = specification.parameters[index];
  const base::Dimension dimension = base::parse_unit(parameter.unit).dimension;
  if (value.dimension != dimension) {
    throw base::Error("model.unit",
                      "'" + parameter.name + "' of device model '" + specification.name +
                          "' is given in '" + base::unit_symbol(value.dimension) + "'",
                      "give it in " + (parameter.unit == "1" ? "no unit" : parameter.unit), where);
  }
  check_parameter(specification, index, value.value, specification.name, where);
  parameters[index] = value.value;
}

std::vector<double> parameters_from(const Specification& specification, const device::Card& card,
                                    device::UseList& uses) {
  std::vector<double> parameters = default_parameters(specification);
  for (const device::Number& number : card.numbers) {
    if (is_published(number)) continue;
    set_parameter(specification, number.name, number.value, parameters, number.where);
    card.si(number.name, number.value.dimension, uses);
  }
  return parameters;
}

std::vector<PublishedFigure> published_figures(const device::Card& card) {
  std::vector<PublishedFigure> figures;
  for (const device::Number& number : card.numbers) {
    if (!is_published(number)) continue;
    figures.push_back({number.name.substr(published_prefix.size()), number.value.value,
                       number.source + ", " + number.place});
  }
  return figures;
}

std::vector<double> sample_parameters(const DeviceModel& model, const device::Card& card,
                                      std::span<const double> nominal, base::RandomStream& random,
                                      base::RandomStream& process) {
  const Specification& specification = model.specification();
  std::vector<double> parameters(nominal.begin(), nominal.end());
  for (const device::Number& number : card.numbers) {
    if (is_published(number) || !number.spread) continue;
    const std::size_t index = index_of(specification, number.name, number.where);
    const bool shared = number.spread->scope == variation::Scope::process;
    const double z = shared ? process.normal() : random.normal();
    parameters[index] =
        held_in_range(specification, index, number.spread->sampled(parameters[index], z));
  }
  model.sample_variation(parameters, random);
  return parameters;
}

std::vector<double> sample_parameters(const DeviceModel& model, const device::Card& card,
                                      std::span<const double> nominal, base::RandomStream& random) {
  return sample_parameters(model, card, nominal, random, random);
}

}  // namespace neucasl::model
