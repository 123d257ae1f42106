#pragma once

#include <map>
#include <string>

#include "command.hpp"
#include "neucasl/ir/spice_parser.hpp"

/// \file
/// Device models and cards as SPICE decks name them.

namespace neucasl::cli {

class ModelDevices : public ir::SpiceDevices {
 public:
  explicit ModelDevices(Session& session);
  [[nodiscard]] std::optional<ir::SpiceDevice> find(std::string_view name) const override;
  [[nodiscard]] std::vector<std::string> names() const override;

 private:
  model::ModelLibrary& models_;
  device::Library cards_;
  // By lower-case name: the name itself.
  std::map<std::string, std::string, std::less<>> model_names_;
  std::map<std::string, std::string, std::less<>> card_names_;
};

/// Name of the model that a card chooses, or null.
const device::Choice* model_choice(const device::Card& card);

}  // namespace neucasl::cli
