#include "model_devices.hpp"

#include <cctype>

#include "neucasl/base/text.hpp"

namespace neucasl::cli {
namespace {}  // namespace

const device::Choice* model_choice(const device::Card& card) {
  for (const device::Choice& choice : card.choices) {
    if (choice.name == "model") return &choice;
  }
  return nullptr;
}

ModelDevices::ModelDevices(Session& session)
    : models_(session.host->models()), cards_(session.installation.device_folders) {
  for (const std::string& name : models_.names())
    model_names_.emplace(base::lower_case(name), name);
  for (const std::string& id : cards_.ids()) card_names_.emplace(base::lower_case(id), id);
}

std::vector<std::string> ModelDevices::names() const {
  std::vector<std::string> names;
  for (const auto& [key, name] : model_names_) names.push_back(name);
  for (const auto& [key, name] : card_names_) names.push_back(name);
  return names;
}

std::optional<ir::SpiceDevice> ModelDevices::find(std::string_view name) const {
  ir::SpiceDevice device;
  std::string model_name;
  base::Location where;
  if (const auto model = model_names_.find(name); model != model_names_.end()) {
    device.name = model_name = model->second;
  } else if (const auto entry = card_names_.find(name); entry != card_names_.end()) {
    const device::Card card = cards_.load(entry->second);
    const device::Choice* choice = model_choice(card);
    if (!choice) return std::nullopt;
    device.name = entry->second;
    device.card = true;
    model_name = choice->value;
    where = choice->where;
  } else {
    return std::nullopt;
  }
  const model::Specification& specification =
      models_.find(model_name, where).model->specification();
  for (const model::Terminal& terminal : specification.terminals) {
    device.pins.push_back({terminal.name, terminal.discipline, terminal.direction});
  }
  for (const model::Parameter& parameter : specification.parameters) {
    device.parameters.emplace_back(parameter.name, base::parse_unit(parameter.unit).dimension);
  }
  return device;
}

}  // namespace neucasl::cli
