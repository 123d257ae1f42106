#include "device_values.hpp"

#include <memory>
#include <stdexcept>

#include "../models.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::photonic {

DeviceValues::DeviceValues(const device::Library& cards, const std::string& card_id,
                       const std::string& model, device::UseList& uses,
                       const base::Location& where) {
  const device::Card card = cards.load(card_id, where);
  const std::string& named = card.choice("model").value;
  if (named != model) {
    throw base::Error("photonic.card", "card '" + card_id + "' is a " + named + ", not a " + model,
                      "choose a card of the model '" + model + "'", where);
  }
  const std::unique_ptr<model::DeviceModel> made(make_model(model));
  if (!made) throw std::logic_error("no photonic model '" + model + "'");
  specification_ = made->specification();
  values_ = model::parameters_from(specification_, card, uses);
}

double DeviceValues::operator[](std::string_view name) const {
  return values_[model::parameter_index(specification_, name)];
}

PhotodiodeValues photodiode_values(const device::Library& cards, const std::string& card_id,
                                   device::UseList& uses, const base::Location& where) {
  const DeviceValues card(cards, card_id, "photodetector", uses, where);
  return {card["responsivity"], card["dark_current"], card["shunt_resistance"],
          card["junction_capacitance"], card["transit_time"]};
}

}  // namespace neucasl::photonic
