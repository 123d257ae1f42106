#include <algorithm>

#include "spice_device_names.hpp"
#include "spice_elements.hpp"

namespace neucasl::ir::spice {
namespace {

constexpr double square_centimetre = 1e-4;                      // m^2
constexpr double default_mobility = 600.0 * square_centimetre;  // m^2/(V s), SPICE's UO

}  // namespace

SpiceDevice Elements::find_device(std::string_view name, const Place& place) const {
  if (!devices_) {
    deck_.fail("spice.device", place, "device models are not known here",
               "read the deck where plugins are loaded, as neucasl simulate does");
  }
  if (auto found = devices_->find(name)) return std::move(*found);
  deck_.fail("spice.device", place,
             "no device model or card '" + std::string(name.substr(0, 40)) + "'",
             base::suggest(name, devices_->names()));
}

void Elements::place_device(const Card& card, const SpiceDevice& device,
                            const std::vector<NetId>& nets,
                            const std::vector<std::pair<std::string, double>>& parameters) {
  Form form;
  form.name = spice_identifier(device.name);
  form.attributes.push_back({device.card ? "device" : "element", device.name});
  form.pins = device.pins;
  std::vector<double> values;
  for (const auto& parameter : parameters) {
    const auto known = std::find_if(device.parameters.begin(), device.parameters.end(),
                                    [&](const auto& one) { return one.first == parameter.first; });
    form.parameters.push_back(*known);
    values.push_back(parameter.second);
  }
  place_element(card, form, nets, values);
}

namespace {

/// Parameters in the order of the device; later settings stand over earlier ones.
class ParameterList {
 public:
  explicit ParameterList(const SpiceDevice& device) : device_(device) {}

  /// False when the device has no such parameter.
  bool set(std::string_view name, double value) {
    for (const auto& [known, dimension] : device_.parameters) {
      if (known != name) continue;
      for (auto& [given, number] : list_) {
        if (given != name) continue;
        number = value;
        return true;
      }
      list_.emplace_back(known, value);
      return true;
    }
    return false;
  }
  [[nodiscard]] std::vector<std::string> known() const {
    std::vector<std::string> names;
    for (const auto& [name, dimension] : device_.parameters) names.push_back(name);
    return names;
  }
  [[nodiscard]] const std::vector<std::pair<std::string, double>>& list() const { return list_; }

 private:
  const SpiceDevice& device_;
  std::vector<std::pair<std::string, double>> list_;
};

}  // namespace

void Elements::device(const Card& card) {
  const std::string form_text = "NAME NODES MODEL [NAME=VALUE ...]";
  const Split parts = split(card, 1);
  if (parts.words < 3) fail(card, 0, "too few words", "write " + form_text);
  const std::size_t last = parts.words - 1;
  const Model* model = scope_.find_model(card.words[last].text);
  const SpiceDevice found =
      find_device(model ? std::string_view(model->type) : card.words[last].text, card.place(last));
  if (last - 1 != found.pins.size()) {
    std::string pins;
    for (const SpicePin& pin : found.pins) pins += (pins.empty() ? "" : " ") + pin.name;
    fail(card, last,
         std::to_string(last - 1) + " nodes for the " + std::to_string(found.pins.size()) +
             " terminals of '" + found.name + "'",
         "give nodes for " + pins);
  }
  ParameterList parameters(found);
  const auto set_all = [&](const std::vector<Setting>& settings, Parameters& scope) {
    for (const Setting& setting : settings) {
      if (!parameters.set(setting.name, scope.value(setting.value, setting.place))) {
        unknown_setting(setting, parameters.known());
      }
    }
  };
  if (model) set_all(model->settings, parameters_of(*model));
  set_all(parts.settings, parameters_);
  place_device(card, found, nodes(card, 1, last - 1, form_text), parameters.list());
}

std::optional<double> Elements::gain_from_oxide(const Model& model) {
  std::optional<double> thickness;
  double mobility = default_mobility;
  for (const Setting& setting : model.settings) {
    if (setting.name == "kp") return std::nullopt;
    const double number = parameters_of(model).value(setting.value, setting.place);
    if (setting.name == "tox") thickness = number;
    if (setting.name == "uo" || setting.name == "u0") mobility = number * square_centimetre;
  }
  if (!thickness) return std::nullopt;
  return mobility * oxide_permittivity / *thickness;
}

void Elements::built_in(const Card& card, const Model& model, const DeviceNames& names,
                        std::size_t terminals, const std::vector<Setting>& settings) {
  const SpiceDevice found = find_device(names.device, card.place());
  if (found.pins.size() != terminals) {
    fail(card, 0, "device model '" + found.name + "' has other terminals",
         "use it by an N element");
  }
  ParameterList parameters(found);
  const auto set = [&](const Setting& setting, const auto& table, Parameters& scope) {
    const auto name = std::find_if(table.begin(), table.end(), [&](const SpiceParameter& one) {
      return one.spice == setting.name;
    });
    if (name == table.end()) {
      std::vector<std::string> known;
      known.reserve(std::size(table));
      for (const SpiceParameter& one : table) known.emplace_back(one.spice);
      unknown_setting(setting, known);
    }
    const double number = scope.value(setting.value, setting.place);
    if (name->inverse && !(number > 0.0)) {
      deck_.fail("spice.number", setting.place,
                 "'" + std::string(setting.name) + "' is not positive", "give a positive number");
    }
    const double si = name->inverse ? name->factor / number : name->factor * number + name->offset;
    if (!name->name.empty() && !parameters.set(name->name, si)) {
      deck_.fail(
          "spice.model", setting.place,
          "device model '" + found.name + "' does not have '" + std::string(name->name) + "'",
          base::suggest(name->name, parameters.known()));
    }
  };
  for (const Setting& setting : model.settings) {
    if (setting.name != "level") set(setting, names.model, parameters_of(model));
  }
  for (const Setting& setting : settings) set(setting, names.element, parameters_);
  if (const auto gain = gain_from_oxide(model)) parameters.set("transconductance", *gain);
  place_device(card, found, nodes(card, 1, terminals, "NAME NODES MODEL"), parameters.list());
}

Parameters& Elements::parameters_of(const Model& model) {
  const auto own = scope_.models.find(model.name);
  const bool here = own != scope_.models.end() && &own->second == &model;
  return here ? parameters_ : parameters_.globals();
}

const Model& Elements::model_of(const Card& card, std::size_t word,
                                const std::vector<std::string>& types) const {
  if (word >= card.words.size()) fail(card, word, "the model is missing", "name a .model");
  const std::string_view name = card.words[word].text;
  const Model* model = scope_.find_model(name);
  if (!model) {
    std::vector<std::string> known;
    for (const Scope* scope = &scope_; scope; scope = scope->parent) {
      for (const auto& [key, one] : scope->models) known.push_back(key);
    }
    deck_.fail("spice.model", card.place(word),
               "no model '" + std::string(name.substr(0, 40)) + "'", base::suggest(name, known));
  }
  if (std::find(types.begin(), types.end(), model->type) == types.end()) {
    std::string list;
    for (const std::string& type : types) list += (list.empty() ? "" : " or ") + type;
    deck_.fail("spice.model", card.place(word),
               "model '" + model->name + "' is of type '" + model->type + "'",
               "use one of type " + list);
  }
  return *model;
}

void Elements::diode(const Card& card) {
  const Split parts = split(card, 1);
  const Model& model = model_of(card, 3, {"d"});
  std::vector<Setting> settings = parts.settings;
  if (parts.words == 5) {  // the area, without its name
    settings.push_back({"area", card.words[4].text, card.place(4)});
  } else if (parts.words > 5) {
    fail(card, 5, "too many words", "write NAME ANODE CATHODE MODEL [area=VALUE]");
  }
  built_in(card, model, diode_names(), 2, settings);
}

void Elements::mosfet(const Card& card) {
  const Split parts = split(card, 1);
  const Model& model = model_of(card, 5, {"nmos", "pmos"});
  if (parts.words > 6) {
    fail(card, 6, "too many words", "write NAME DRAIN GATE SOURCE BULK MODEL l=VALUE w=VALUE");
  }
  for (const Setting& setting : model.settings) {
    if (setting.name == "level" &&
        parameters_of(model).value(setting.value, setting.place) != 1.0) {
      deck_.fail("spice.model", setting.place, "only MOSFETs of level 1 are read",
                 "use another device model by an N element");
    }
  }
  built_in(card, model, mosfet_names(model.type == "nmos"), 4, parts.settings);
}

}  // namespace neucasl::ir::spice
