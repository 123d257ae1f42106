#include "passive_value.hpp"

#include <cmath>

namespace neucasl::circuit {

std::string_view value_name(PassiveKind kind) {
  switch (kind) {
    case PassiveKind::resistor:
      return "resistance";
    case PassiveKind::conductance:
      return "conductance";
    case PassiveKind::capacitor:
      return "capacitance";
    case PassiveKind::inductor:
      return "inductance";
  }
  return {};
}

base::Dimension dimension_of_passive(PassiveKind kind) {
  switch (kind) {
    case PassiveKind::resistor:
      return base::dimension::resistance;
    case PassiveKind::conductance:
      return base::dimension::conductance;
    case PassiveKind::capacitor:
      return base::dimension::capacitance;
    case PassiveKind::inductor:
      return base::dimension::inductance;
  }
  return {};
}

void set_passive(Passive& passive, double value) {
  const bool positive = passive.kind == PassiveKind::resistor ? value > 0.0 : value >= 0.0;
  if (!positive || !std::isfinite(value)) {
    throw base::Error("circuit.value",
                      "'" + passive.name + "' cannot be " +
                          base::to_engineering({value, dimension_of_passive(passive.kind)}, 6),
                      "give a finite, positive value");
  }
  passive.value = value;
}

}  // namespace neucasl::circuit
