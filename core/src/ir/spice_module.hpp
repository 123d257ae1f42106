#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "spice_deck.hpp"

/// \file
/// Modules of an imported deck while they are made.

namespace neucasl::ir::spice {

/// A primitive: what elements of one kind share.
struct Form {
  std::string name;
  std::vector<Attribute> attributes;
  std::vector<SpicePin> pins;
  std::vector<std::pair<std::string, base::Dimension>> parameters;
};

/// The design; each primitive and module name is used once.
class Designer {
 public:
  explicit Designer(Design& design) : design_(design) {}

  /// The primitive of this form, made at its first use.
  ModuleId primitive(const Form& form, const base::Location& where);
  ModuleId add(Module module);
  std::string free_name(const std::string& wanted);
  [[nodiscard]] const Module& module(ModuleId id) const { return design_.module(id); }
  LocationId location(const base::Location& where) { return design_.add_location(where); }
  [[nodiscard]] std::size_t modules() const { return design_.modules.size(); }

 private:
  Design& design_;
  std::unordered_map<std::string, ModuleId> primitives_;
  std::unordered_set<std::string> names_;
  std::unordered_map<std::string, int> counts_;
};

/// One module while its elements are added. Names are those of the deck.
class Draft {
 public:
  Draft(Designer& designer, const Deck& deck) : designer_(designer), deck_(deck) {}

  NetId port(std::string_view name, const Place& place);
  /// The net of a node; "0" and "gnd" are the ground.
  NetId net(std::string_view name, const Place& place);
  /// Sets the discipline of a net. \throws base::Error "spice.node" when it has another one.
  void join(NetId net, Discipline discipline, const Place& place);

  /// \throws base::Error "spice.card" for a name that is used twice.
  std::uint32_t instance(std::string_view name, ModuleId master, const std::vector<NetId>& nets,
                         const Place& place);
  std::uint32_t element(std::string_view name, const Form& form, const std::vector<NetId>& nets,
                        const std::vector<double>& values, const Place& place);
  /// Leaves the instance out of the module.
  void remove(std::uint32_t instance) { removed_.insert(instance); }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names_with(char letter) const;
  Instance& at(std::uint32_t instance) { return module_.instances[instance]; }

  /// Under a free name; nets that nothing has touched are electrical.
  ModuleId finish(const std::string& name, const Place& place);

 private:
  Designer& designer_;
  const Deck& deck_;
  Module module_;
  std::unordered_map<std::string, NetId> nets_;
  std::unordered_map<std::string, std::uint32_t> instances_;
  std::unordered_set<std::uint32_t> removed_;
};

}  // namespace neucasl::ir::spice
