#pragma once

#include <string>

#include "neucasl/device/card.hpp"

/// \file
/// A photodetector's parameters for closed forms of circuits.

namespace neucasl::photonic {

struct PhotodiodeValues {
  double responsivity = 0.0;  ///< A/W
  double dark_current = 0.0;  ///< A
  double shunt = 0.0;         ///< ohm
  double capacitance = 0.0;   ///< F
  double transit = 0.0;       ///< s

  /// A that flows without light at a reverse bias (V) of many thermal voltages.
  [[nodiscard]] double dark(double bias) const { return dark_current + bias / shunt; }
};

/// \throws base::Error "photonic.card" when the card is of another model; what the card throws.
PhotodiodeValues photodiode_values(const device::Library& cards, const std::string& card_id,
                                   device::UseList& uses, const base::Location& where = {});

}  // namespace neucasl::photonic
