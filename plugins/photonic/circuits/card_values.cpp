#include "card_values.hpp"

#include <memory>
#include <stdexcept>

#include "../models.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::photonic {

CardValues::CardValues(const device::Library& cards, const std::string& card_id,
                       const std::string& model, device::UseList& uses,
                       const base::Location& where) {
  const std::unique_ptr<model::DeviceModel> device(make_model(model));
  if (!device) throw std::logic_error("no photonic model '" + model + "'");
  specification_ = device->specification();
  values_ = model::default_parameters(specification_);
  if (card_id.empty()) return;
  const device::Card card = cards.load(card_id, where);
  const std::string& named = card.choice("model").value;
  if (named != model) {
    throw base::Error("photonic.card", "card '" + card_id + "' is a " + named + ", not a " + model,
                      "name a card of that model", where);
  }
  values_ = model::parameters_from(specification_, card, uses);
}

}  // namespace neucasl::photonic
