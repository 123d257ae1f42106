#include "plan_parts.hpp"

#include <charconv>
#include <limits>

#include "name_pattern.hpp"
#include "passive_value.hpp"

namespace neucasl::circuit {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string_view source_value(const Source& source) {
  return source.is_voltage ? "voltage" : "current";
}

const model::Specification& specification_of(const Circuit& circuit, const Part& part) {
  return circuit.models[circuit.devices[part.indices.front()].model].model->specification();
}

/// The numbers in the last brackets of a name, [row][column] or [column].
struct ArrayIndex {
  double row = 0.0;
  double column = 0.0;
};

std::optional<double> number_before(std::string_view text, std::size_t close) {
  const std::size_t open = text.rfind('[', close);
  if (open == std::string_view::npos) return std::nullopt;
  std::uint32_t number = 0;
  const char* const first = text.data() + open + 1;
  const auto [end, code] = std::from_chars(first, text.data() + close, number);
  if (code != std::errc() || end != text.data() + close) return std::nullopt;
  return number;
}

ArrayIndex array_index(std::string_view name) {
  ArrayIndex index;
  const std::size_t close = name.rfind(']');
  if (close == std::string_view::npos) return index;
  index.column = number_before(name, close).value_or(0.0);
  const std::size_t open = name.rfind('[', close);
  if (open != std::string_view::npos && open > 0 && name[open - 1] == ']') {
    index.row = number_before(name, open - 1).value_or(0.0);
  }
  return index;
}

}  // namespace

std::vector<Part> parts_of(const Circuit& circuit) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < circuit.devices.size(); ++i) {
    const Device& device = circuit.devices[i];
    std::string name = device.name;
    if (device.environment.carriers > 1) name.resize(name.rfind('.'));
    const auto index = static_cast<std::uint32_t>(i);
    // The copies of one device follow each other.
    const bool copy =
        device.environment.carriers > 1 && !parts.empty() && parts.back().name == name;
    if (copy) {
      parts.back().indices.push_back(index);
    } else {
      parts.push_back({PartKind::device, std::move(name), {index}});
    }
  }
  for (std::size_t i = 0; i < circuit.passives.size(); ++i) {
    parts.push_back({PartKind::passive, circuit.passives[i].name, {static_cast<std::uint32_t>(i)}});
  }
  for (std::size_t i = 0; i < circuit.sources.size(); ++i) {
    parts.push_back({PartKind::source, circuit.sources[i].name, {static_cast<std::uint32_t>(i)}});
  }
  return parts;
}

PartParameter device_parameter(const Circuit& circuit, const Part& part, std::size_t index) {
  const model::Specification& specification = specification_of(circuit, part);
  const model::Parameter& parameter = specification.parameters[index];
  const base::Quantity unit = base::parse_unit(parameter.unit);
  return {static_cast<std::uint32_t>(index),
          circuit.devices[part.indices.front()].parameters[index],
          base::scaled(parameter.low, unit).value, base::scaled(parameter.high, unit).value,
          unit.dimension};
}

std::optional<PartParameter> find_parameter(const Circuit& circuit, const Part& part,
                                            std::string_view name) {
  if (part.kind == PartKind::passive) {
    const Passive& passive = circuit.passives[part.indices.front()];
    if (value_name(passive.kind) != name) return std::nullopt;
    return PartParameter{0, passive.value, -infinity, infinity, dimension_of_passive(passive.kind)};
  }
  if (part.kind == PartKind::source) {
    const Source& source = circuit.sources[part.indices.front()];
    const bool constant = source.waveform.kind == Waveform::Kind::constant;
    if (!constant || source_value(source) != name) return std::nullopt;
    return PartParameter{0, source.rest, -infinity, infinity,
                         source.is_voltage ? base::dimension::voltage : base::dimension::current};
  }
  const model::Specification& specification = specification_of(circuit, part);
  for (std::size_t i = 0; i < specification.parameters.size(); ++i) {
    if (specification.parameters[i].name == name) return device_parameter(circuit, part, i);
  }
  return std::nullopt;
}

std::vector<std::string> parameter_names(const Circuit& circuit, const Part& part) {
  if (part.kind == PartKind::passive) {
    return {std::string(value_name(circuit.passives[part.indices.front()].kind))};
  }
  if (part.kind == PartKind::source) {
    return {std::string(source_value(circuit.sources[part.indices.front()]))};
  }
  std::vector<std::string> names;
  for (const model::Parameter& parameter : specification_of(circuit, part).parameters) {
    names.push_back(parameter.name);
  }
  return names;
}

std::optional<variation::Position> place_of(const std::vector<PlaceRule>& places,
                                            const std::string& part) {
  for (auto rule = places.rbegin(); rule != places.rend(); ++rule) {
    if (!fits_pattern(rule->parts, part)) continue;
    const ArrayIndex index = array_index(part);
    return variation::Position{rule->x + index.column * rule->column_pitch,
                               rule->y + index.row * rule->row_pitch};
  }
  return std::nullopt;
}

}  // namespace neucasl::circuit
