#include "spice_module.hpp"

#include "neucasl/ir/verifier.hpp"

namespace neucasl::ir::spice {
namespace {

std::string key_of(const Form& form) {
  std::string key = form.name;
  for (const Attribute& attribute : form.attributes) {
    key += '\n' + attribute.name + '\t' + attribute.value;
  }
  for (const SpicePin& pin : form.pins) key += "\n|" + pin.name;
  for (const auto& [name, dimension] : form.parameters) key += "\n=" + name;
  return key;
}

/// \throws base::Error "spice.node" for a name that is too long.
std::string identifier_of(std::string_view name, const Deck& deck, const Place& place) {
  std::string identifier = spice_identifier(name);
  if (!is_identifier(identifier)) {
    deck.fail("spice.node", place, "'" + std::string(name.substr(0, 40)) + "' cannot be a name",
              "use at most 255 characters, letters and digits best");
  }
  return identifier;
}

}  // namespace

std::string Designer::free_name(const std::string& wanted) {
  std::string name = wanted;
  while (!names_.insert(name).second) name = wanted + "__" + std::to_string(++counts_[wanted]);
  return name;
}

ModuleId Designer::add(Module module) {
  design_.modules.push_back(std::move(module));
  return ModuleId(design_.modules.size() - 1);
}

ModuleId Designer::primitive(const Form& form, const base::Location& where) {
  const auto [entry, added] = primitives_.try_emplace(key_of(form));
  if (!added) return entry->second;
  Module module;
  module.name = free_name(form.name);
  module.primitive = true;
  module.where = location(where);
  module.attributes = form.attributes;
  for (const SpicePin& pin : form.pins) {
    module.nets.push_back({pin.name, pin.discipline, 1, false, module.where});
    module.ports.push_back({NetId(module.nets.size() - 1), pin.direction});
  }
  for (const auto& [name, dimension] : form.parameters) {
    module.parameters.push_back({name, base::Quantity{0.0, dimension}, module.where});
  }
  entry->second = add(std::move(module));
  return entry->second;
}

NetId Draft::port(std::string_view name, const Place& place) {
  const NetId id = net(name, place);
  module_.ports.push_back({id, Direction::inout});
  return id;
}

NetId Draft::net(std::string_view name, const Place& place) {
  const bool ground = name == "0" || name == "gnd";
  const auto [entry, added] = nets_.try_emplace(std::string(ground ? "gnd" : name));
  if (added) {
    Net net;
    net.name = ground ? "gnd" : identifier_of(name, deck_, place);
    net.ground = ground;
    net.discipline = ground ? Discipline::electrical : Discipline::unspecified;
    net.where = designer_.location(deck_.where(place));
    module_.nets.push_back(std::move(net));
    entry->second = NetId(module_.nets.size() - 1);
  }
  return entry->second;
}

void Draft::join(NetId id, Discipline discipline, const Place& place) {
  Net& net = module_.nets[id.index];
  if (net.discipline == Discipline::unspecified) net.discipline = discipline;
  if (net.discipline == discipline) return;
  deck_.fail("spice.node", place,
             "node '" + spice_name(net.name) + "' is " + std::string(to_string(net.discipline)) +
                 ", but a pin on it is " + std::string(to_string(discipline)),
             "connect pins of one discipline");
}

std::uint32_t Draft::instance(std::string_view name, ModuleId master,
                              const std::vector<NetId>& nets, const Place& place) {
  const auto index = static_cast<std::uint32_t>(module_.instances.size());
  if (!instances_.try_emplace(std::string(name), index).second) {
    deck_.fail("spice.card", place, "element '" + std::string(name) + "' is defined twice",
               "give each element its own name");
  }
  Instance instance;
  instance.name = identifier_of(name, deck_, place);
  instance.master = master;
  instance.where = designer_.location(deck_.where(place));
  const Module& target = designer_.module(master);
  for (std::uint32_t port = 0; port < nets.size(); ++port) {
    if (nets[port].valid()) join(nets[port], target.port_net(port).discipline, place);
    instance.connections.push_back({port, nets[port], 0});
  }
  module_.instances.push_back(std::move(instance));
  return index;
}

std::uint32_t Draft::element(std::string_view name, const Form& form,
                             const std::vector<NetId>& nets, const std::vector<double>& values,
                             const Place& place) {
  const ModuleId master = designer_.primitive(form, deck_.where(place));
  const std::uint32_t index = instance(name, master, nets, place);
  Instance& made = module_.instances[index];
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.parameters.push_back({form.parameters[i].first,
                               base::Quantity{values[i], form.parameters[i].second}, made.where});
  }
  return index;
}

std::optional<std::uint32_t> Draft::find(std::string_view name) const {
  const auto found = instances_.find(std::string(name));
  if (found == instances_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Draft::names_with(char letter) const {
  std::vector<std::string> names;
  for (const auto& [name, index] : instances_) {
    if (name[0] == letter && name.find('#') == std::string::npos) names.push_back(name);
  }
  return names;
}

ModuleId Draft::finish(const std::string& name, const Place& place) {
  module_.name = designer_.free_name(identifier_of(name, deck_, place));
  if (place.line) module_.where = designer_.location(deck_.where(place));
  for (Net& net : module_.nets) {
    if (net.discipline == Discipline::unspecified) net.discipline = Discipline::electrical;
  }
  if (!removed_.empty()) {
    std::vector<Instance> kept;
    for (std::uint32_t i = 0; i < module_.instances.size(); ++i) {
      if (!removed_.contains(i)) kept.push_back(std::move(module_.instances[i]));
    }
    module_.instances = std::move(kept);
  }
  return designer_.add(std::move(module_));
}

}  // namespace neucasl::ir::spice
