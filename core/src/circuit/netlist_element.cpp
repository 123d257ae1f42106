#include "netlist_element.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::circuit {

using base::Error;

std::size_t NetlistElement::pin(std::string_view pin_name) const {
  const auto found = std::find(kind_.pins.begin(), kind_.pins.end(), pin_name);
  if (found == kind_.pins.end()) {
    // A two-pin element may name its pins after what they join: row, column.
    if (kind_.pins.size() == 2 && pin_name == "p") return 0;
    if (kind_.pins.size() == 2 && pin_name == "n") return 1;
    throw Error("circuit.pins",
                "primitive '" + kind_.name + "' has no pin '" + std::string(pin_name) + "'",
                base::suggest(pin_name, kind_.pins), kind_.where);
  }
  return static_cast<std::size_t>(found - kind_.pins.begin());
}

std::optional<double> NetlistElement::maybe(std::string_view parameter,
                                            const base::Dimension& dimension) const {
  for (std::size_t i = 0; i < kind_.parameters.size(); ++i) {
    if (kind_.parameters[i] != parameter) continue;
    if (kind_.dimensions[i] != dimension) {
      throw Error("circuit.value",
                  "'" + kind_.name + "' declares '" + std::string(parameter) + "' in '" +
                      base::unit_symbol(kind_.dimensions[i]) + "'",
                  "declare it in '" + base::unit_symbol(dimension) + "'", kind_.where);
    }
    if (!std::isfinite(at(i))) {
      refuse("has no finite value of '" + std::string(parameter) + "'", "give it a number");
    }
    return at(i);
  }
  return std::nullopt;
}

double NetlistElement::needed(std::string_view parameter, const base::Dimension& dimension) const {
  const auto number = maybe(parameter, dimension);
  if (!number) {
    refuse("has no '" + std::string(parameter) + "'",
           "declare it in primitive '" + kind_.name + "' and give it a number");
  }
  return *number;
}

void NetlistElement::refuse(const std::string& what, const std::string& remedy) const {
  throw Error("circuit.value", "'" + name() + "' " + what, remedy, kind_.where);
}

}  // namespace neucasl::circuit
