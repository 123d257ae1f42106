#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// The parameters that a device of a card has, for closed forms of circuits.

namespace neucasl::photonic {

/// Parameters of one model: the card's numbers, else the model's defaults.
class DeviceValues {
 public:
  /// \throws base::Error "photonic.card" when the card names another model; what the card throws.
  DeviceValues(const device::Library& cards, const std::string& card_id, const std::string& model,
             device::UseList& uses, const base::Location& where = {});

  /// SI. \throws std::logic_error for a name that the model does not have.
  [[nodiscard]] double operator[](std::string_view name) const;
  /// All, in the order of the specification.
  [[nodiscard]] const std::vector<double>& all() const { return values_; }

 private:
  model::Specification specification_;
  std::vector<double> values_;
};

/// A photodetector's, SI.
struct PhotodiodeValues {
  double responsivity = 0.0;  ///< A/W
  double dark_current = 0.0;  ///< A
  double shunt = 0.0;         ///< ohm
  double capacitance = 0.0;   ///< F
  double transit = 0.0;       ///< s

  /// A that flows without light at a reverse bias (V) of many thermal voltages.
  [[nodiscard]] double dark(double bias) const { return dark_current + bias / shunt; }
};
/// \throws as `DeviceValues`.
PhotodiodeValues photodiode_values(const device::Library& cards, const std::string& card_id,
                                   device::UseList& uses, const base::Location& where = {});

}  // namespace neucasl::photonic
