#include "semiconductor.hpp"

#include "diode.hpp"
#include "mosfet.hpp"

namespace neucasl::semiconductor {

std::unique_ptr<model::DeviceModel> make_model(std::string_view name) {
  if (name == "diode") return std::make_unique<DiodeModel>();
  if (name == "mosfet_level1_n") return std::make_unique<MosfetModel<1>>();
  if (name == "mosfet_level1_p") return std::make_unique<MosfetModel<-1>>();
  return nullptr;
}

}  // namespace neucasl::semiconductor
