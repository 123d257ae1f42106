#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spice_device_names.hpp"
#include "spice_module.hpp"
#include "spice_values.hpp"

/// \file
/// From element cards to instances.

namespace neucasl::ir::spice {

/// An element card in words.
struct Card {
  const Line* line = nullptr;
  std::vector<Word> words;

  [[nodiscard]] std::string_view name() const { return words[0].text; }
  [[nodiscard]] Place place(std::size_t word = 0) const { return {line, words[word].offset}; }
};

/// Adds the elements of one scope to a draft.
class Elements : private Probes {
 public:
  /// `instance_of` makes the module of a subcircuit with some settings.
  using SubcircuitMaker =
      std::function<ModuleId(const Scope&, const Card&, const std::vector<Setting>&, Parameters&)>;

  Elements(const Deck& deck, const Scope& scope, Parameters& parameters, Designer& designer,
           Draft& draft, const SpiceDevices* devices, double pulse_edge, SubcircuitMaker maker);

  void add(const Line& line);
  /// After the last element: joins what refers to other elements.
  void finish();

 private:
  struct Sense {  ///< The control of an element is the current of a voltage source.
    std::string source;
    std::uint32_t element = 0;
    Place place;
  };
  struct Coupled {
    Card card;
    double coupling = 0.0;
  };
  /// The words in front of the first setting, and the settings.
  struct Split {
    std::size_t words = 0;
    std::vector<Setting> settings;
  };

  [[noreturn]] void fail(const Card& card, std::size_t word, const std::string& what,
                         const std::string& remedy) const;
  NetId node(const Card& card, std::size_t word);
  std::vector<NetId> nodes(const Card& card, std::size_t first, std::size_t count,
                           const std::string& form);
  double value(const Card& card, std::size_t word);
  Split split(const Card& card, std::size_t first) const;
  [[noreturn]] void unknown_setting(const Setting& setting,
                                    const std::vector<std::string>& known) const;
  std::uint32_t place_element(const Card& card, const Form& form, const std::vector<NetId>& nets,
                              const std::vector<double>& values);

  void passive(const Card& card);
  void controlled(const Card& card);
  void current_controlled(const Card& card);
  void behavioural(const Card& card);
  void add_behavioural(const Card& card, bool is_voltage, std::string_view formula,
                       const Place& place);
  void subcircuit(const Card& card);
  void transmission_line(const Card& card);
  void coupling(const Card& card);
  void join_senses();
  void join_couplings();

  // spice_sources.cpp
  void source(const Card& card);

  // spice_devices.cpp
  void device(const Card& card);
  void diode(const Card& card);
  void mosfet(const Card& card);
  [[nodiscard]] const Model& model_of(const Card& card, std::size_t word,
                                      const std::vector<std::string>& types) const;
  /// What formulas of a model see: the parameters of where it is defined.
  Parameters& parameters_of(const Model& model);
  /// SPICE's rule for a MOSFET whose model gives TOX and no KP: KP = UO times oxide capacitance.
  std::optional<double> gain_from_oxide(const Model& model);
  void built_in(const Card& card, const Model& model, const DeviceNames& names,
                std::size_t terminals, const std::vector<Setting>& settings);
  [[nodiscard]] SpiceDevice find_device(std::string_view name, const Place& place) const;
  void place_device(const Card& card, const SpiceDevice& device, const std::vector<NetId>& nets,
                    const std::vector<std::pair<std::string, double>>& parameters);
  double setting_value(const Setting& setting);

  std::string voltage(const std::string& name, const Place& place) override;
  std::string current(const std::string& source_name, const Place& place) override;

  const Deck& deck_;
  const Scope& scope_;
  Parameters& parameters_;
  Designer& designer_;
  Draft& draft_;
  const SpiceDevices* devices_;
  double pulse_edge_;  // s, of pulses that give none
  SubcircuitMaker maker_;
  std::vector<Sense> senses_;
  std::vector<Coupled> couplings_;
  std::vector<std::pair<std::string_view, Place>> dotted_;  // nodes as "x1.a"
  // Of the behavioural source at hand: node names in the order of its inputs.
  std::vector<std::string> inputs_;
};

}  // namespace neucasl::ir::spice
