#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// Parameters of one of this plugin's models as a card gives them.

namespace neucasl::photonic {

class CardValues {
 public:
  /// The model's defaults when `card_id` is empty.
  /// \throws base::Error "photonic.card" when the card is of another model; what the card throws.
  CardValues(const device::Library& cards, const std::string& card_id, const std::string& model,
             device::UseList& uses, const base::Location& where = {});

  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] std::size_t index(std::string_view name) const {
    return model::parameter_index(specification_, name);
  }
  /// SI. \throws std::logic_error when the model has no such parameter.
  [[nodiscard]] double operator[](std::string_view name) const { return values_[index(name)]; }

 private:
  model::Specification specification_;
  std::vector<double> values_;
};

}  // namespace neucasl::photonic
