#include "neucasl/cells/transistor_law.hpp"

#include <cmath>

#include "neucasl/model/card_parameters.hpp"

namespace neucasl::cells {
namespace {

const model::DeviceModel* model_of(const TransistorPair& pair, Polarity polarity,
                                   const plugin::Context& context) {
  const device::Card card = context.devices->load(pair.card(polarity));
  const device::Choice& model = card.choice("model");
  return context.models->find(model.value, model.where).model;
}

std::vector<double> sized_parameters(const model::DeviceModel& model, const TransistorPair& pair,
                                     Polarity polarity, double units,
                                     const plugin::Context& context) {
  const model::Specification& specification = model.specification();
  device::UseList uses;
  std::vector<double> result =
      model::parameters_from(specification, context.devices->load(pair.card(polarity)), uses);
  model::set_parameter(specification, pair.size_parameter,
                       {pair.size(polarity, units), pair.size_dimension}, result);
  return result;
}

}  // namespace

TransistorLaw::TransistorLaw(const TransistorPair& pair, Polarity polarity, double units,
                             const plugin::Context& context)
    : model_(model_of(pair, polarity, context)),
      parameters_(sized_parameters(*model_, pair, polarity, units, context)),
      device_(*model_, parameters_),
      bulk_(polarity == Polarity::p ? pair.supply : 0.0) {}

std::vector<double> TransistorLaw::terminals(const Bias& bias) const {
  std::vector<double> result;
  for (const model::Terminal& terminal : model_->specification().terminals) {
    result.push_back(terminal.name == "drain"    ? bias.drain
                     : terminal.name == "gate"   ? bias.gate
                     : terminal.name == "source" ? bias.source
                                                 : bulk_);
  }
  return result;
}

double TransistorLaw::current(const Bias& bias) {
  const std::vector<double> flow = device_.rest(terminals(bias));
  const auto& names = model_->specification().terminals;
  for (std::size_t t = 0; t < names.size(); ++t) {
    if (names[t].name == "drain") return flow[t];
  }
  throw base::Error("cells.card", "the model has no terminal 'drain'", "name a transistor's card");
}

TransistorLaw::Charge TransistorLaw::charge(const Bias& bias) {
  std::vector<double> unknowns = terminals(bias);
  (void)device_.rest(unknowns);
  const auto internals = device_.internals();
  unknowns.insert(unknowns.end(), internals.begin(), internals.end());
  std::vector<double> flow(unknowns.size()), storage(unknowns.size());
  model_->evaluate(device_.derived(), unknowns, {flow, storage, {}, {}});
  const model::Specification& specification = model_->specification();
  Charge result;
  const auto add = [&](const std::string& name, double value) {
    if (name.ends_with("drain")) result.drain += value;
    if (name.ends_with("gate")) result.gate += value;
    if (name.ends_with("source")) result.source += value;
  };
  const std::size_t terminals = specification.terminals.size();
  for (std::size_t t = 0; t < terminals; ++t) add(specification.terminals[t].name, storage[t]);
  for (std::size_t i = 0; i < specification.internals.size(); ++i) {
    add(specification.internals[i].name, storage[terminals + i]);
  }
  return result;
}

double root(const std::function<double(double)>& function, double low, double high,
            const std::string& quantity) {
  const bool rising = function(low) < 0.0;
  if ((function(high) < 0.0) == rising) {
    throw base::Error(
        "cells.range",
        quantity + " is not between " + base::shortest(low) + " and " + base::shortest(high),
        "choose a current that these transistors can carry at this supply");
  }
  constexpr int halvings = 60;
  for (int k = 0; k < halvings; ++k) {
    const double middle = 0.5 * (low + high);
    ((function(middle) < 0.0) == rising ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double switching_threshold(TransistorLaw& n, TransistorLaw& p, double supply) {
  return root(
      [&](double v) {
        return n.current({v, v, 0.0}) + p.current({v, v, supply});
      },
      0.0, supply, "the switching threshold of an inverter");
}

double diode_voltage(TransistorLaw& n, double current, double supply) {
  return root(
      [&](double v) {
        return n.current({v, v, 0.0}) - current;
      },
      0.0, supply,
      "the gate voltage for " + base::to_engineering({current, base::dimension::current}));
}

}  // namespace neucasl::cells
