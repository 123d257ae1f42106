#include "photodiode_values.hpp"

#include "card_values.hpp"

namespace neucasl::photonic {

PhotodiodeValues photodiode_values(const device::Library& cards, const std::string& card_id,
                                   device::UseList& uses, const base::Location& where) {
  const CardValues card(cards, card_id, "photodetector", uses, where);
  return {card["responsivity"], card["dark_current"], card["shunt_resistance"],
          card["junction_capacitance"], card["transit_time"]};
}

}  // namespace neucasl::photonic
