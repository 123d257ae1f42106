#include "photonic_core.hpp"

#include <algorithm>

#include "neucasl/architecture/photonic_plan.hpp"

namespace neucasl::architecture {
namespace {

using base::Error;

const device::Choice* find_choice(const device::Card& card, std::string_view name) {
  const auto found = std::find_if(card.choices.begin(), card.choices.end(),
                                  [&](const device::Choice& one) { return one.name == name; });
  return found == card.choices.end() ? nullptr : &*found;
}

void check_choice_value(const device::Choice& choice, const std::vector<std::string>& values,
                        const std::string& what) {
  if (std::find(values.begin(), values.end(), choice.value) != values.end()) return;
  throw Error("architecture.choice", "'" + choice.value + "' is no " + what,
              base::suggest(choice.value, values), choice.where);
}

void check_choice(const Component& component, const device::Choice& choice) {
  if (choice.name == "held_by" && component.kind == ComponentKind::dac) {
    return check_choice_value(choice, {"bank", "converter"}, "place that holds a weight");
  }
  if (choice.name == "encoding" && component.kind == ComponentKind::modulator) {
    return check_choice_value(choice, {"intensity", "field"}, "encoding of an input");
  }
  if (choice.name == "sensitivity_of" && component.kind == ComponentKind::laser) {
    return check_choice_value(choice, {"line", "comb"}, "light that a sensitivity counts");
  }
  const bool converter =
      component.kind == ComponentKind::dac || component.kind == ComponentKind::adc;
  const bool encoder =
      component.kind == ComponentKind::dac || component.kind == ComponentKind::modulator;
  if (choice.name == "scaling" && converter) return;
  if (choice.name != "operand" || !encoder) {
    throw Error("architecture.choice",
                std::string(to_string(component.kind)) + " '" + component.name +
                    "' has no choice '" + choice.name + "'",
                "'operand' is of modulators and dac, 'encoding' of modulators, 'held_by' of dac, "
                "'scaling' of dac and adc, 'sensitivity_of' of laser",
                choice.where);
  }
  check_choice_value(choice, {"inputs", "weights"}, "operand");
}

/// Components of a kind on all levels; `weights`: those that encode weights.
std::vector<const Component*> components_of(const Architecture& architecture, ComponentKind kind,
                                            bool weights) {
  std::vector<const Component*> result;
  for_each_level(architecture, [&](const Level& level, double /*copies*/) {
    for (const Component& component : level.components) {
      if (component.kind == kind && encodes_weights(component) == weights) {
        result.push_back(&component);
      }
    }
  });
  return result;
}

void require(const Architecture& architecture, ComponentKind kind, bool weights,
             const std::string& what) {
  const std::vector<const Component*> found = components_of(architecture, kind, weights);
  if (found.size() == 1) return;
  const std::string element = "<component kind=\"" + std::string(to_string(kind)) + "\" ...>" +
                              (weights ? " with the choice operand \"weights\"" : "");
  throw Error("architecture.photonic_core",
              "photonic core '" + architecture.core().name + "' has " +
                  (found.empty() ? "no" : "more than one") + " component for " + what,
              found.empty() ? "add " + element : "give one " + element + ", with its count",
              found.empty() ? architecture.core().where : found.back()->numbers.where);
}

void check_efficiency(const Architecture& architecture) {
  const Component& laser = *find_component(architecture, ComponentKind::laser);
  const device::Number* efficiency = laser.numbers.find("wall_plug_efficiency");
  if (efficiency->value.value <= 1.0) return;
  throw Error("architecture.number",
              "'wall_plug_efficiency' of laser '" + laser.name +
                  "' = " + base::shortest(efficiency->value.value) + " is too large",
              "give a share of at most 1", efficiency->where);
}

/// Whether an input can be below zero decides how often it passes.
void check_encoding(const Architecture& architecture) {
  const Component& modulator = *find_component(architecture, ComponentKind::modulator);
  if (find_choice(modulator.numbers, "encoding") != nullptr) return;
  throw Error("architecture.choice", "'" + modulator.name + "' does not say how it encodes inputs",
              "add <choice name=\"encoding\" value=\"intensity\"/>, or \"field\" where a sign is a "
              "phase",
              modulator.numbers.where);
}

/// What holds weights decides whether their converters stand while symbols pass.
void check_holding(const Architecture& architecture) {
  const Component& dac = *find_component(architecture, ComponentKind::dac, true);
  if (find_choice(dac.numbers, "held_by") != nullptr) return;
  throw Error("architecture.choice",
              "'" + dac.name + "' does not say what holds the weights while symbols pass",
              "add <choice name=\"held_by\" value=\"bank\"/>, or \"converter\"", dac.numbers.where);
}

void check_sums(const Architecture& architecture) {
  const device::Number* symbols = architecture.core().numbers.find("accumulation_symbols");
  if (symbols == nullptr || symbols->value.value == 1.0) return;
  throw Error("architecture.choice",
              "sums over " + base::shortest(symbols->value.value) +
                  " symbols need sums that stay, and the dataflow is 'weight-stationary'",
              "leave out accumulation_symbols, or choose dataflow 'output-stationary'",
              symbols->where);
}

}  // namespace

void check_component_choices(const Component& component) {
  for (const device::Choice& choice : component.numbers.choices) check_choice(component, choice);
  if (component.kind != ComponentKind::dac && component.kind != ComponentKind::adc) return;
  const bool scaled = find_choice(component.numbers, "scaling") != nullptr;
  const device::Number* bits = component.numbers.find("reference_bits");
  const device::Number* rate = component.numbers.find("reference_rate");
  if (scaled == (bits != nullptr) && scaled == (rate != nullptr)) return;
  throw Error("architecture.converter",
              "'" + component.name + "' states a part of what its power is scaled from",
              "give the choice scaling, reference_bits and reference_rate, or none of them",
              component.numbers.where);
}

void check_photonic_core(const Architecture& architecture) {
  require(architecture, ComponentKind::laser, false, "the light: a laser");
  require(architecture, ComponentKind::dac, false, "the inputs' conversion: a dac");
  require(architecture, ComponentKind::modulator, false, "the inputs: a modulator");
  require(architecture, ComponentKind::dac, true, "the weights' conversion: a dac");
  if (architecture.dataflow == Dataflow::weight_stationary) {
    require(architecture, ComponentKind::weight_bank, false, "weights that stay: a weight_bank");
    check_holding(architecture);
    check_sums(architecture);
  } else {
    require(architecture, ComponentKind::modulator, true, "weights that move: a modulator");
  }
  require(architecture, ComponentKind::photodetector, false, "the sums: a photodetector");
  require(architecture, ComponentKind::amplifier, false, "the photocurrents: an amplifier");
  require(architecture, ComponentKind::adc, false, "the sums' conversion: an adc");
  check_efficiency(architecture);
  check_encoding(architecture);
}

}  // namespace neucasl::architecture
