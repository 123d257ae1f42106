#include "rectifier.hpp"

#include <algorithm>
#include <cmath>

#include "bench_parts.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/base/text.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/driven_device.hpp"

namespace neucasl::photonic {
namespace {

constexpr int output_bisections = 200;  // ends before, when the interval has no number inside

}  // namespace

Rectifier::Rectifier(const plugin::ParameterSet& parameters, plugin::Context& context,
                     device::UseList& uses)
    : card_(parameters.text("activation_diode")),
      gain_(parameters.si("amplifier_gain")),
      supply_(parameters.si("amplifier_supply")),
      load_(parameters.si("activation_load")) {
  const base::Location& where = parameters.where("activation_diode");
  const device::Card card = context.devices->load(card_, where);
  model_ = context.models->find(card.choice("model").value, card.choice("model").where).model;
  const model::Specification& specification = model_->specification();
  const bool electrical = std::all_of(
      specification.terminals.begin(), specification.terminals.end(),
      [](const auto& terminal) { return terminal.discipline == ir::Discipline::electrical; });
  if (specification.terminals.size() != 2 || !electrical) {
    throw base::Error("photonic.activation",
                      "card '" + card_ + "' is a " + specification.name +
                          ", which is no two-terminal electrical device",
                      "name a card of a diode, or none for no activation", where);
  }
  pins_ = {specification.terminals[0].name, specification.terminals[1].name};
  values_ = model::parameters_from(specification, card, uses);
}

double Rectifier::amplified(double difference) const {
  return supply_ * std::tanh(gain_ * difference / supply_);
}

double Rectifier::diode_current(double anode, double cathode) const {
  model::DrivenDevice device(*model_, values_);
  return device.rest(std::vector<double>{anode, cathode})[0];
}

double Rectifier::output(double input) const {
  // The diode's current falls and the load's rises with the output.
  double below = std::min(input, 0.0);
  double above = std::max(input, 0.0);
  for (int i = 0; i < output_bisections; ++i) {
    const double middle = 0.5 * (below + above);
    if (middle == below || middle == above) break;
    const double surplus = diode_current(amplified(input - middle), middle) - middle / load_;
    (surplus > 0.0 ? below : above) = middle;
  }
  return 0.5 * (below + above);
}

ir::ModuleId Rectifier::add_to(ir::Design& design) const {
  using ir::Direction;
  using ir::Discipline;
  ir::ModuleBuilder diode(design, "activation_diode", true);
  diode.attribute("device", card_);
  for (const std::string& pin : pins_) {
    diode.port(pin, Discipline::electrical, Direction::inout);
  }
  ir::ModuleBuilder amplifier(design, "amplifier", true);
  amplifier.attribute("element", "behavioural_voltage_source");
  amplifier.attribute(
      "formula", base::concatenate({base::shortest(supply_), " * tanh(",
                                    base::shortest(gain_ / supply_), " * (v(plus) - v(minus)))"}));
  for (const char* pin : {"p", "n", "plus", "minus"}) {
    amplifier.port(pin, Discipline::electrical, Direction::inout);
  }
  const ir::ModuleId load = add_resistor(design);
  ir::ModuleBuilder builder(design, "rectifier");
  const auto input = builder.port("input", Discipline::electrical, Direction::inout);
  const auto output = builder.port("output", Discipline::electrical, Direction::inout);
  const auto ground = builder.port("ground", Discipline::electrical, Direction::inout);
  const auto driven = builder.net("driven", Discipline::electrical);
  builder.instance("amplifier", amplifier.id(),
                   {{"p", driven}, {"n", ground}, {"plus", input}, {"minus", output}});
  builder.instance("diode", diode.id(), {{pins_[0], driven}, {pins_[1], output}});
  builder.instance("load", load, {{"p", output}, {"n", ground}}, {{"resistance", ohms(load_)}});
  return builder.id();
}

}  // namespace neucasl::photonic
