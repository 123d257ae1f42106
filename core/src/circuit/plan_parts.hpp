#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/circuit/variation_plan.hpp"

/// \file
/// What a circuit has that may vary.

namespace neucasl::circuit {

enum class PartKind : std::uint8_t { device, passive, source };

struct Part {
  PartKind kind = PartKind::device;
  std::string name;
  std::vector<std::uint32_t> indices;  ///< More than one: the copies of a device for carriers.
};

/// Devices, then passives, then sources.
std::vector<Part> parts_of(const Circuit& circuit);

/// Where a parameter of a part is, and what it may be.
struct PartParameter {
  std::uint32_t index = 0;  ///< Of a device's parameter.
  double nominal = 0.0;
  double low = 0.0;
  double high = 0.0;
  base::Dimension dimension;
};
/// Nothing when the part has no such parameter.
std::optional<PartParameter> find_parameter(const Circuit& circuit, const Part& part,
                                            std::string_view name);
PartParameter device_parameter(const Circuit& circuit, const Part& part, std::size_t index);
/// Names of a part's parameters.
std::vector<std::string> parameter_names(const Circuit& circuit, const Part& part);

/// Place of a part by the last rule that its name fits.
std::optional<variation::Position> place_of(const std::vector<PlaceRule>& places,
                                            const std::string& part);

}  // namespace neucasl::circuit
