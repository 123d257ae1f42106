#include <cmath>

#include "front_end.hpp"
#include "functional_yield.hpp"
#include "neucasl/cells/logic_design.hpp"

namespace neucasl::cnt {
namespace {

cells::TransistorPair pair_of(const plugin::LogicRequest& request, const plugin::Context& context) {
  return cells::transistor_pair(request.parameters, "tubes", *context.devices, *context.models);
}

/// A parameter, or where it is negative the card's number.
double given_or_card(const plugin::ParameterSet& parameters, const device::Card& card,
                     const char* name, device::UseList& uses) {
  const double given = parameters.si(name);
  if (given >= 0.0) return given;
  if (card.find(name) == nullptr) return 0.0;
  return card.si(name, {}, uses);
}

YieldModel yield_model(const plugin::LogicRequest& request, const cells::TransistorPair& pair,
                       const plugin::Context& context, device::UseList& uses) {
  const device::Card card = context.devices->load(pair.n_card);
  const auto number = [&](const char* name) {
    return given_or_card(request.parameters, card, name, uses);
  };
  YieldModel model;
  const double missing = number("missing_probability");
  const double metallic = number("metallic_fraction");
  const double removal = number("metallic_removal");
  model.tubes =
      variation::tube_statistics(missing, metallic, removal, number("semiconducting_loss"));
  model.correlated = request.parameters.boolean("correlated");
  model.stacked = pair.stacked;
  return model;
}

int places_of_unit(const cells::TransistorPair& pair) {
  return static_cast<int>(std::lround(pair.unit_n));
}

void set_places(cells::TransistorPair& pair, int places) { pair.unit_n = pair.unit_p = places; }

/// Maps with as many tubes as the yield needs: the netlist says how many transistors must work, and
/// is made anew when the number changes.
plugin::LogicDesign map_for_yield(const plugin::LogicRequest& request, const YieldModel& model,
                                  cells::TransistorPair& pair, plugin::Context& context) {
  constexpr int most_rounds = 8;
  const double target = request.parameters.si("target_yield");
  plugin::LogicDesign design = cells::map_logic({pair, request, context});
  if (target == 0.0) return design;
  for (int round = 0; round < most_rounds; ++round) {
    const int now = places_of_unit(pair);
    const int needed = places_for(model, tubes_of(design.design, pair.stacked), now, target,
                                  request.parameters.where("target_yield"));
    if (needed == now) return design;
    set_places(pair, needed);
    design = cells::map_logic({pair, request, context});
    // Rather some tubes more than a choice of cells that goes back and forth.
    const double yield = circuit_yield(model, tubes_of(design.design, pair.stacked));
    if (needed > now && yield >= target) return design;
  }
  throw base::Error("cnt.yield", "the choice of cells changes with every number of tubes",
                    "state 'unit_size' instead", request.parameters.where("target_yield"));
}

void add_yield(const YieldModel& model, const cells::TransistorPair& pair,
               plugin::LogicDesign& design) {
  const std::vector<CellTubes> cells = tubes_of(design.design, pair.stacked);
  const auto add = [&](const char* key, const char* label, double value, const char* method) {
    results::Figure figure;
    figure.key = key;
    figure.label = label;
    figure.value = value;
    figure.method = method;
    figure.plugin = "cnt";
    design.figures.push_back(std::move(figure));
  };
  const int places = places_of_unit(pair);
  add("tubes", "Places for tubes in a unit transistor", places,
      "Parameter unit_size, or the least that reaches target_yield");
  add("empty_probability", "Probability that a place is empty", model.tubes.empty,
      "Growth and removal, independent places");
  add("metallic_probability", "Probability that a place holds a metallic tube",
      model.tubes.metallic, "Growth and removal, independent places");
  add("transistor_failure", "Probability that a unit transistor fails",
      variation::stack_failure_probability(model.tubes, places, pair.stacked),
      "Binomial: all places empty, or a metallic tube; a stack: any open, or all shorted");
  add("circuit_yield", "Share of circuits that work", circuit_yield(model, cells),
      model.correlated ? "Product over cells; transistors of one polarity in a cell share tubes"
                       : "Product over transistors, each with its own tubes");
  design.tables.push_back(yield_table(model, cells));
}

}  // namespace

plugin::LogicDesign CntFrontEnd::map_logic(const plugin::LogicRequest& request,
                                           plugin::Context& context) {
  cells::TransistorPair pair = pair_of(request, context);
  device::UseList uses;
  const YieldModel model = yield_model(request, pair, context, uses);
  plugin::LogicDesign design = map_for_yield(request, model, pair, context);
  add_yield(model, pair, design);
  design.uses.add(uses);
  return design;
}

plugin::LogicCheck CntFrontEnd::check_logic(const plugin::LogicRequest& request,
                                            const plugin::LogicDesign& design,
                                            std::span<const std::uint64_t> rows,
                                            plugin::CircuitSimulator& simulator,
                                            plugin::Context& context) {
  return cells::check_logic({pair_of(request, context), request, context}, design, rows, simulator);
}

}  // namespace neucasl::cnt
