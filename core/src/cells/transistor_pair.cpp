#include "neucasl/cells/transistor_pair.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/hash.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::cells {
namespace {

const model::Parameter* size_of(const model::Specification& specification,
                                const std::string& size_parameter) {
  for (const model::Parameter& parameter : specification.parameters) {
    if (parameter.name == size_parameter) return &parameter;
  }
  return nullptr;
}

bool has_terminal(const model::Specification& specification, std::string_view name) {
  return std::ranges::any_of(specification.terminals,
                             [&](const model::Terminal& t) { return t.name == name; });
}

struct CheckedCard {
  device::Card card;
  const model::Specification* specification = nullptr;
  const model::Parameter* size = nullptr;
};

CheckedCard checked_card(const std::string& id, Polarity polarity,
                         const std::string& size_parameter, const base::Location& where,
                         const device::Library& cards, model::ModelLibrary& models) {
  CheckedCard result;
  result.card = cards.load(id, where);
  const device::Choice& model = result.card.choice("model");
  result.specification = &models.find(model.value, model.where).model->specification();
  const std::string suffix = polarity == Polarity::n ? "_n" : "_p";
  const std::string kind = polarity == Polarity::n ? "an n-channel" : "a p-channel";
  if (!result.specification->name.ends_with(suffix)) {
    throw base::Error("cells.card",
                      "card '" + id + "' has the model '" + model.value + "', which is not " +
                          kind + " transistor",
                      "name a card whose model ends with '" + suffix + "'", where);
  }
  result.size = size_of(*result.specification, size_parameter);
  const bool three = has_terminal(*result.specification, "drain") &&
                     has_terminal(*result.specification, "gate") &&
                     has_terminal(*result.specification, "source");
  if (result.size == nullptr || !three) {
    throw base::Error("cells.card",
                      "the model '" + model.value + "' of card '" + id +
                          "' is not a transistor with the size '" + size_parameter + "'",
                      "name a card of the family that the front end is for", where);
  }
  return result;
}

ir::ModuleId transistor_primitive(ir::Design& design, const TransistorPair& pair,
                                  Polarity polarity) {
  const std::string name = polarity == Polarity::n ? "transistor_n" : "transistor_p";
  if (const ir::ModuleId found = design.find_module(name); found.valid()) return found;
  ir::ModuleBuilder primitive(design, name, true);
  primitive.attribute("device", pair.card(polarity));
  primitive.parameter(pair.size_parameter,
                      base::Quantity{pair.size(polarity, 1.0), pair.size_dimension});
  for (const char* pin : {"drain", "gate", "source"}) {
    primitive.port(pin, ir::Discipline::electrical, ir::Direction::inout);
  }
  if (pair.bulk(polarity)) {
    primitive.port("bulk", ir::Discipline::electrical, ir::Direction::inout);
  }
  return primitive.id();
}

}  // namespace

double TransistorPair::size(Polarity polarity, double units) const {
  const double exact = units * (polarity == Polarity::n ? unit_n : unit_p);
  return std::max(whole_sizes ? std::round(exact) : exact, least_size);
}

TransistorPair transistor_pair(const plugin::ParameterSet& parameters,
                               const std::string& size_parameter, const device::Library& cards,
                               model::ModelLibrary& models) {
  TransistorPair pair;
  pair.n_card = parameters.text("n_card");
  pair.p_card = parameters.text("p_card");
  pair.size_parameter = size_parameter;
  const CheckedCard n = checked_card(pair.n_card, Polarity::n, size_parameter,
                                     parameters.where("n_card"), cards, models);
  const CheckedCard p = checked_card(pair.p_card, Polarity::p, size_parameter,
                                     parameters.where("p_card"), cards, models);
  const base::Quantity unit = base::parse_unit(n.size->unit);
  pair.size_dimension = unit.dimension;
  pair.whole_sizes = unit.dimension.dimensionless();
  pair.least_size = std::max(base::scaled(n.size->low, unit).value,
                             base::scaled(p.size->low, base::parse_unit(p.size->unit)).value);
  if (pair.whole_sizes) pair.least_size = std::max(pair.least_size, 1.0);
  pair.unit_n = pair.unit_p = parameters.si("unit_size");
  pair.bulk_n = has_terminal(*n.specification, "bulk");
  pair.bulk_p = has_terminal(*p.specification, "bulk");
  pair.supply = parameters.si("supply");
  device::UseList uses;
  if (pair.supply == 0.0) {
    pair.supply = n.card.si("supply_voltage", base::dimension::voltage, uses);
  }
  if (!(pair.supply > 0.0)) {
    throw base::Error("cells.supply", "the supply must be positive", "state 'supply' in volts",
                      parameters.where("supply"));
  }
  pair.gate_pitch = parameters.si("gate_pitch");
  pair.cell_height = parameters.si("cell_height");
  if (parameters.has("stacked")) pair.stacked = static_cast<int>(parameters.integer("stacked"));
  return pair;
}

device::UseList uses_of(const TransistorPair& pair, const device::Library& cards,
                        model::ModelLibrary& models) {
  device::UseList uses;
  for (const Polarity polarity : {Polarity::n, Polarity::p}) {
    const device::Card card = cards.load(pair.card(polarity));
    const device::Choice& model = card.choice("model");
    (void)model::parameters_from(models.find(model.value, model.where).model->specification(), card,
                                 uses);
  }
  return uses;
}

std::string identity_of(const TransistorPair& pair, const device::Library& cards) {
  constexpr std::size_t digits = 16;
  std::string text;
  for (const Polarity polarity : {Polarity::n, Polarity::p}) {
    const std::string& id = pair.card(polarity);
    text += id + " (" + cards.load(id).choice("model").value + ", sha256 " +
            base::sha256_file(cards.file_of(id)).substr(0, digits) + ", " + pair.size_parameter +
            " " + base::shortest(pair.size(polarity, 1.0)) + "), ";
  }
  return text + "supply " + base::shortest(pair.supply) + " V, gate pitch " +
         base::shortest(pair.gate_pitch) + " m, cell height " + base::shortest(pair.cell_height) +
         " m" + (pair.stacked > 1 ? ", " + std::to_string(pair.stacked) + " stacked" : "");
}

Transistors::Transistors(ir::Design& design, const TransistorPair& pair)
    : pair_(pair),
      n_(transistor_primitive(design, pair, Polarity::n)),
      p_(transistor_primitive(design, pair, Polarity::p)) {}

void Transistors::add(ir::ModuleBuilder& module, Polarity polarity, const std::string& name,
                      const ir::NetRef& drain, const ir::NetRef& gate, const ir::NetRef& source,
                      const Rails& rails, double units) const {
  ir::NetRef above = drain;
  for (int k = 1; k <= pair_.stacked; ++k) {
    const std::string one = k == 1 ? name : name + "_stack" + std::to_string(k);
    const bool last = k == pair_.stacked;
    const ir::NetRef below = last ? source : module.net(one + "_below", ir::Discipline::electrical);
    ir::ModuleBuilder::Connections pins = {{"drain", above}, {"gate", gate}, {"source", below}};
    if (pair_.bulk(polarity)) {
      pins.emplace_back("bulk", polarity == Polarity::n ? rails.ground : rails.supply);
    }
    module.instance(one, primitive(polarity), pins,
                    {{pair_.size_parameter,
                      base::Quantity{pair_.size(polarity, units), pair_.size_dimension}}});
    above = below;
  }
}

ir::ModuleId two_terminal(ir::Design& design, const std::string& name, const std::string& element,
                          const std::string& parameter, const base::Quantity& value) {
  if (const ir::ModuleId found = design.find_module(name); found.valid()) return found;
  ir::ModuleBuilder primitive(design, name, true);
  primitive.attribute("element", element);
  primitive.parameter(parameter, value);
  primitive.port("p", ir::Discipline::electrical, ir::Direction::inout);
  primitive.port("n", ir::Discipline::electrical, ir::Direction::inout);
  return primitive.id();
}

}  // namespace neucasl::cells
