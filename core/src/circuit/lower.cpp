#include <algorithm>
#include <array>
#include <cmath>

#include "netlist_element.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/circuit/formula.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::circuit {
namespace {

using base::Error;
using ir::Discipline;

constexpr std::array element_names = {
    "resistor",
    "conductance",
    "capacitor",
    "inductor",
    "coupled_inductors",
    "voltage_source",
    "current_source",
    "voltage_controlled_voltage_source",
    "voltage_controlled_current_source",
    "current_controlled_voltage_source",
    "current_controlled_current_source",
    "behavioural_voltage_source",
    "behavioural_current_source",
    "transmission_line",
};

constexpr double default_carrier = 1.55e-6;  // m
constexpr std::uint32_t no_node = 0xffffffff;

/// What devices of one primitive share.
struct DeviceKind {
  model::FoundModel found;
  std::uint32_t model = 0;
  std::uint32_t card = Device::no_card;
  std::vector<double> parameters;     // of the card, else defaults
  std::vector<std::size_t> pin_of;    // terminal -> pin of the primitive
  std::vector<std::size_t> declared;  // parameters that the primitive declares
  bool optical = false;
};

class Lowering {
 public:
  Lowering(const ir::FlatNetlist& netlist, model::ModelLibrary& models,
           const device::Library& cards, const LoweringOptions& options)
      : netlist_(netlist), models_(models), cards_(cards), options_(options) {}

  Circuit run() {
    circuit_.name = netlist_.name;
    classify();
    find_carriers();
    make_nodes();
    for (std::size_t e = 0; e < netlist_.elements(); ++e) {
      const NetlistElement element(netlist_, e);
      const std::uint32_t kind = netlist_.kind[e];
      if (devices_[kind]) {
        add_device(element, *devices_[kind]);
      } else {
        add_element(element);
      }
    }
    return std::move(circuit_);
  }

 private:
  // --- kinds -------------------------------------------------------------------------------------

  void classify() {
    devices_.resize(netlist_.kinds.size());
    std::vector<char> used(netlist_.kinds.size(), 0);
    for (const std::uint32_t kind : netlist_.kind) used[kind] = 1;
    for (std::size_t k = 0; k < netlist_.kinds.size(); ++k) {
      const ir::ElementKind& kind = netlist_.kinds[k];
      const bool built_in = std::find(element_names.begin(), element_names.end(), kind.element) !=
                            element_names.end();
      if (used[k] != 0 && !built_in) devices_[k] = device_kind(kind);
    }
  }

  DeviceKind device_kind(const ir::ElementKind& kind) {
    DeviceKind result;
    std::string name = kind.element;
    std::optional<device::Card> card;
    if (!kind.device.empty()) {
      card = cards_.load(kind.device, kind.where);
      if (name.empty()) name = card->choice("model").value;
    }
    if (name.empty()) {
      throw Error("circuit.element",
                  "primitive '" + kind.name + "' does not say what element it is",
                  "give it the attribute 'element' or 'device'", kind.where);
    }
    result.found = find_model(name, kind);
    result.model = add_model(result.found);
    const model::Specification& specification = result.found.model->specification();
    result.parameters = card ? model::parameters_from(specification, *card, circuit_.uses)
                             : model::default_parameters(specification);
    if (card) {
      result.card = static_cast<std::uint32_t>(circuit_.cards.size());
      circuit_.cards.push_back(std::move(*card));
    }
    match_terminals(specification, kind, result);
    for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
      // Checks the name and, by its default, the dimension.
      result.declared.push_back(index_of(specification, kind, i));
    }
    return result;
  }

  model::FoundModel find_model(const std::string& name, const ir::ElementKind& kind) {
    try {
      return models_.find(name, kind.where);
    } catch (const Error& error) {
      if (error.diagnostic().code != "model.unknown") throw;
      std::vector<std::string> known = models_.names();
      known.insert(known.end(), element_names.begin(), element_names.end());
      throw Error("circuit.element",
                  "primitive '" + kind.name + "' is a '" + name +
                      "', which is neither a circuit element nor a device model",
                  base::suggest(name, known), kind.where);
    }
  }

  std::uint32_t add_model(const model::FoundModel& found) {
    for (std::size_t i = 0; i < circuit_.models.size(); ++i) {
      if (circuit_.models[i].model == found.model) return static_cast<std::uint32_t>(i);
    }
    circuit_.models.push_back({found.model, found.origin});
    return static_cast<std::uint32_t>(circuit_.models.size() - 1);
  }

  static void match_terminals(const model::Specification& specification,
                              const ir::ElementKind& kind, DeviceKind& result) {
    std::vector<std::string> terminals;
    for (const model::Terminal& terminal : specification.terminals) {
      terminals.push_back(terminal.name);
      const auto pin = std::find(kind.pins.begin(), kind.pins.end(), terminal.name);
      if (pin == kind.pins.end()) {
        throw Error("circuit.pins",
                    "primitive '" + kind.name + "' lacks the terminal '" + terminal.name +
                        "' of device model '" + specification.name + "'",
                    "give it a port of that name", kind.where);
      }
      const auto at = static_cast<std::size_t>(pin - kind.pins.begin());
      if (kind.disciplines[at] != terminal.discipline) {
        throw Error("circuit.pins",
                    "port '" + terminal.name + "' of primitive '" + kind.name + "' is " +
                        std::string(ir::to_string(kind.disciplines[at])),
                    "make it " + std::string(ir::to_string(terminal.discipline)), kind.where);
      }
      result.pin_of.push_back(at);
      result.optical = result.optical || terminal.discipline == Discipline::optical;
    }
    for (const std::string& pin : kind.pins) {
      if (std::find(terminals.begin(), terminals.end(), pin) != terminals.end()) continue;
      throw Error("circuit.pins",
                  "primitive '" + kind.name + "' has the port '" + pin + "', which device model '" +
                      specification.name + "' does not have",
                  base::suggest(pin, terminals), kind.where);
    }
  }

  static std::size_t index_of(const model::Specification& specification,
                              const ir::ElementKind& kind, std::size_t parameter) {
    std::size_t index = 0;
    try {
      index = model::parameter_index(specification, kind.parameters[parameter]);
    } catch (const Error& error) {
      base::Diagnostic diagnostic = error.diagnostic();
      diagnostic.where = kind.where;
      throw Error(std::move(diagnostic));
    }
    const base::Dimension dimension =
        base::parse_unit(specification.parameters[index].unit).dimension;
    if (kind.dimensions[parameter] != dimension) {
      throw Error("model.unit",
                  "primitive '" + kind.name + "' declares '" + kind.parameters[parameter] +
                      "' in '" + base::unit_symbol(kind.dimensions[parameter]) + "'",
                  "declare it in '" + specification.parameters[index].unit + "'", kind.where);
    }
    return index;
  }

  // --- nodes -------------------------------------------------------------------------------------

  void find_carriers() {
    bool optical = false;
    std::vector<double> emitted;
    for (std::size_t e = 0; e < netlist_.elements(); ++e) {
      const auto& kind = devices_[netlist_.kind[e]];
      if (!kind || !kind->optical) continue;
      optical = true;
      const std::vector<double> lines =
          kind->found.model->emitted_wavelengths(parameters_of(NetlistElement(netlist_, e), *kind));
      emitted.insert(emitted.end(), lines.begin(), lines.end());
    }
    if (!optical) return;
    if (!options_.carriers.empty()) emitted = options_.carriers;
    std::sort(emitted.begin(), emitted.end());
    for (const double wavelength : emitted) {
      if (circuit_.carriers.empty() || wavelength > circuit_.carriers.back() * (1.0 + 1e-9)) {
        circuit_.carriers.push_back(wavelength);
      }
    }
    if (circuit_.carriers.empty()) circuit_.carriers.push_back(default_carrier);
  }

  void make_nodes() {
    circuit_.nodes.push_back({"0", NodeKind::electrical, 1.0, {}, 0.0});
    first_node_.assign(netlist_.nodes(), no_node);
    first_node_[0] = 0;
    // Nets that no element touches are no unknowns.
    std::vector<char> used(netlist_.nodes(), 0);
    for (const std::uint32_t node : netlist_.pin_node) used[node] = 1;
    for (std::size_t node = 1; node < netlist_.nodes(); ++node) {
      if (used[node] == 0) continue;
      first_node_[node] = static_cast<std::uint32_t>(circuit_.nodes.size());
      const std::string name = netlist_.node_name(node);
      switch (netlist_.node_discipline[node]) {
        case Discipline::electrical:
          circuit_.nodes.push_back({name, NodeKind::electrical, 1.0, {}, 0.0});
          break;
        case Discipline::thermal:
          circuit_.nodes.push_back({name, NodeKind::thermal, 1.0, {}, 0.0});
          break;
        case Discipline::optical:
          for (std::size_t k = 0; k < circuit_.carriers.size(); ++k) {
            const std::string copy = name + carrier_suffix(k);
            circuit_.nodes.push_back({copy + ".re", NodeKind::optical_real, 1.0, {}, 0.0});
            circuit_.nodes.push_back({copy + ".im", NodeKind::optical_imaginary, 1.0, {}, 0.0});
          }
          break;
        default:
          throw Error("circuit.discipline",
                      "net '" + name + "' is " +
                          std::string(ir::to_string(netlist_.node_discipline[node])) +
                          ", which circuit simulation does not have",
                      "simulate electrical, optical and thermal nets only");
      }
    }
  }

  [[nodiscard]] std::string carrier_suffix(std::size_t carrier) const {
    return circuit_.carriers.size() > 1 ? '.' + std::to_string(carrier + 1) : std::string();
  }

  [[nodiscard]] std::uint32_t node_of(const NetlistElement& element, std::string_view pin) const {
    const std::size_t index = element.pin(pin);
    if (element.kind().disciplines[index] != Discipline::electrical) {
      throw Error("circuit.pins",
                  "port '" + std::string(pin) + "' of primitive '" + element.kind().name +
                      "' is not electrical",
                  "make it electrical", element.kind().where);
    }
    return first_node_[element.pin_node(index)];
  }

  // --- devices -----------------------------------------------------------------------------------

  static std::vector<double> parameters_of(const NetlistElement& element, const DeviceKind& kind) {
    const model::Specification& specification = kind.found.model->specification();
    std::vector<double> parameters = kind.parameters;
    for (std::size_t i = 0; i < kind.declared.size(); ++i) {
      const double value = element.at(i);
      model::check_parameter(specification, kind.declared[i], value, element.name(),
                             element.kind().where);
      parameters[kind.declared[i]] = value;
    }
    return parameters;
  }

  void add_device(const NetlistElement& element, const DeviceKind& kind) {
    const std::size_t copies = kind.optical ? circuit_.carriers.size() : 1;
    const model::Specification& specification = kind.found.model->specification();
    for (std::size_t copy = 0; copy < copies; ++copy) {
      Device device;
      device.name = element.name() + (kind.optical ? carrier_suffix(copy) : std::string());
      device.model = kind.model;
      device.card = kind.card;
      device.where = element.kind().where;
      device.parameters = parameters_of(element, kind);
      device.environment.temperature = options_.temperature;
      if (kind.optical) {
        device.environment.wavelength = circuit_.carriers[copy];
        device.environment.carriers = static_cast<int>(copies);
      } else if (!circuit_.carriers.empty()) {
        device.environment.wavelength = circuit_.carriers.front();
      }
      for (std::size_t t = 0; t < specification.terminals.size(); ++t) {
        add_terminal(element, kind.pin_of[t], copy, device);
      }
      for (const model::Internal& internal : specification.internals) {
        device.nodes.push_back(static_cast<std::uint32_t>(circuit_.nodes.size()));
        circuit_.nodes.push_back({device.name + '.' + internal.name, NodeKind::internal,
                                  internal.scale, internal.kind, 0.0});
      }
      circuit_.devices.push_back(std::move(device));
      circuit_.refresh(circuit_.devices.size() - 1);
    }
  }

  void add_terminal(const NetlistElement& element, std::size_t pin, std::size_t copy,
                    Device& device) const {
    const std::uint32_t net = element.pin_node(pin);
    if (element.kind().disciplines[pin] != Discipline::optical) {
      device.nodes.push_back(first_node_[net]);
      return;
    }
    if (net == 0) {
      throw Error("circuit.pins",
                  "optical port '" + element.kind().pins[pin] + "' of '" + element.name() +
                      "' is on the ground",
                  "end it in a termination", element.kind().where);
    }
    const std::uint32_t real = first_node_[net] + 2 * static_cast<std::uint32_t>(copy);
    device.nodes.push_back(real);
    device.nodes.push_back(real + 1);
  }

  // --- elements ----------------------------------------------------------------------------------

  void add_element(const NetlistElement& element) {
    const std::string& form = element.kind().element;
    namespace unit = base::dimension;
    if (form == "resistor") {
      add_passive(element, PassiveKind::resistor, "resistance", unit::resistance);
    } else if (form == "conductance") {
      add_passive(element, PassiveKind::conductance, "conductance", unit::conductance);
    } else if (form == "capacitor") {
      add_passive(element, PassiveKind::capacitor, "capacitance", unit::capacitance);
      circuit_.passives.back().initial = element.maybe("initial_voltage", unit::voltage);
    } else if (form == "inductor") {
      add_passive(element, PassiveKind::inductor, "inductance", unit::inductance);
      circuit_.passives.back().initial = element.maybe("initial_current", unit::current);
    } else if (form == "coupled_inductors") {
      add_coupled_inductors(element);
    } else if (form == "voltage_source" || form == "current_source") {
      add_source(element, form == "voltage_source");
    } else if (form == "voltage_controlled_voltage_source") {
      add_controlled(element, ControlledKind::voltage_by_voltage, "gain", unit::none);
    } else if (form == "voltage_controlled_current_source") {
      add_controlled(element, ControlledKind::current_by_voltage, "transconductance",
                     unit::conductance);
    } else if (form == "current_controlled_voltage_source") {
      add_controlled(element, ControlledKind::voltage_by_current, "transresistance",
                     unit::resistance);
    } else if (form == "current_controlled_current_source") {
      add_controlled(element, ControlledKind::current_by_current, "gain", unit::none);
    } else if (form == "transmission_line") {
      add_line(element);
    } else {
      add_behavioural(element, form == "behavioural_voltage_source");
    }
  }

  void add_passive(const NetlistElement& element, PassiveKind kind, std::string_view parameter,
                   const base::Dimension& dimension) {
    Passive passive{element.name(),
                    kind,
                    node_of(element, "p"),
                    node_of(element, "n"),
                    element.needed(parameter, dimension),
                    std::nullopt};
    if (passive.value < 0.0 || (kind == PassiveKind::resistor && passive.value == 0.0)) {
      element.refuse("has " + std::string(parameter) + " = " + base::shortest(passive.value),
                     "give a finite, positive value");
    }
    circuit_.passives.push_back(std::move(passive));
  }

  void add_coupled_inductors(const NetlistElement& element) {
    const auto first = static_cast<std::uint32_t>(circuit_.passives.size());
    for (const std::string side : {"1", "2"}) {
      const double value = element.needed("inductance_" + side, base::dimension::inductance);
      if (!(value > 0.0)) element.refuse("has no positive inductance", "give it in henry");
      circuit_.passives.push_back({element.name() + '.' + side, PassiveKind::inductor,
                                   node_of(element, "p" + side), node_of(element, "n" + side),
                                   value, std::nullopt});
    }
    const double coefficient = element.needed("coupling", base::dimension::none);
    if (!(std::abs(coefficient) < 1.0)) {
      element.refuse("has a coupling of " + base::shortest(coefficient), "give -1 < k < 1");
    }
    circuit_.couplings.push_back({element.name(), first, first + 1, coefficient});
  }

  void add_source(const NetlistElement& element, bool is_voltage) {
    const base::Dimension dimension =
        is_voltage ? base::dimension::voltage : base::dimension::current;
    Source source;
    source.name = element.name();
    source.is_voltage = is_voltage;
    source.p = node_of(element, "p");
    source.n = node_of(element, "n");
    source.waveform = waveform_of(element, dimension);
    const auto rest = element.maybe(is_voltage ? "voltage" : "current", dimension);
    source.rest = rest ? *rest : source.waveform.at(0.0, 0.0);
    source.ac_magnitude = element.or_zero("ac_magnitude", dimension);
    source.ac_phase = element.or_zero("ac_phase", base::dimension::none);
    circuit_.sources.push_back(std::move(source));
  }

  void add_controlled(const NetlistElement& element, ControlledKind kind,
                      std::string_view parameter, const base::Dimension& dimension) {
    circuit_.controlled.push_back({element.name(), kind, node_of(element, "p"),
                                   node_of(element, "n"), node_of(element, "control_p"),
                                   node_of(element, "control_n"),
                                   element.needed(parameter, dimension)});
  }

  void add_line(const NetlistElement& element) {
    TransmissionLine line{element.name(),
                          node_of(element, "p1"),
                          node_of(element, "n1"),
                          node_of(element, "p2"),
                          node_of(element, "n2"),
                          element.needed("impedance", base::dimension::resistance),
                          element.needed("delay", base::dimension::time)};
    if (!(line.impedance > 0.0 && line.delay > 0.0)) {
      element.refuse("has no positive impedance and delay", "give both");
    }
    circuit_.lines.push_back(std::move(line));
  }

  void add_behavioural(const NetlistElement& element, bool is_voltage) {
    const ir::ElementKind& kind = element.kind();
    Behavioural source;
    source.name = element.name();
    source.is_voltage = is_voltage;
    source.p = node_of(element, "p");
    source.n = node_of(element, "n");
    for (const std::string& pin : kind.pins) source.inputs.push_back(node_of(element, pin));
    source.formula = parse_formula(kind.attribute("formula"), kind.pins, kind.where);
    circuit_.behavioural.push_back(std::move(source));
  }

  const ir::FlatNetlist& netlist_;
  model::ModelLibrary& models_;
  const device::Library& cards_;
  const LoweringOptions& options_;
  Circuit circuit_;
  std::vector<std::optional<DeviceKind>> devices_;  // of each kind of the netlist
  std::vector<std::uint32_t> first_node_;           // of each node of the netlist
};

}  // namespace

Circuit lower(const ir::FlatNetlist& netlist, model::ModelLibrary& models,
              const device::Library& cards, const LoweringOptions& options) {
  return Lowering(netlist, models, cards, options).run();
}

}  // namespace neucasl::circuit
