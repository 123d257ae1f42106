#include "conductance_memory.hpp"

#include <algorithm>
#include <cmath>

#include "bench_parts.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/driven_device.hpp"

namespace neucasl::photonic {
namespace {

constexpr const char* state_parameter = "initial_state";
constexpr int conductance_bisections = 100;

base::Quantity in_siemens(double value) { return {value, base::dimension::conductance}; }

}  // namespace

ConductanceMemory::ConductanceMemory(double lowest, double highest, double read_voltage)
    : read_voltage_(read_voltage), lowest_(lowest), highest_(highest) {}

ConductanceMemory::ConductanceMemory(const std::string& card_id, double read_voltage,
                                     plugin::Context& context, device::UseList& uses,
                                     const base::Location& where)
    : card_(card_id), read_voltage_(read_voltage) {
  const device::Card card = context.devices->load(card_id, where);
  model_ = context.models->find(card.choice("model").value, card.choice("model").where).model;
  const model::Specification& specification = model_->specification();
  const auto& parameters = specification.parameters;
  const auto state = std::find_if(parameters.begin(), parameters.end(), [](const auto& parameter) {
    return parameter.name == state_parameter;
  });
  const bool electrical =
      specification.terminals.size() == 2 &&
      std::all_of(specification.terminals.begin(), specification.terminals.end(),
                  [](const model::Terminal& terminal) {
                    return terminal.discipline == ir::Discipline::electrical;
                  });
  if (state == parameters.end() || !electrical) {
    throw base::Error("photonic.memory",
                      "card '" + card_id + "' is a " + specification.name +
                          ", which is no two-terminal device with an initial state",
                      "name a card of a memristor, or none for ideal conductances", where);
  }
  pins_ = {specification.terminals[0].name, specification.terminals[1].name};
  values_ = model::parameters_from(specification, card, uses);
  state_ = static_cast<std::size_t>(state - parameters.begin());
  first_ = state->low;
  last_ = state->high;
  lowest_ = std::min(conductance_of(first_), conductance_of(last_));
  highest_ = std::max(conductance_of(first_), conductance_of(last_));
}

double ConductanceMemory::conductance_of(double state) const {
  std::vector<double> values = values_;
  values[state_] = state;
  model::DrivenDevice device(*model_, values);
  return device.rest(std::vector<double>{read_voltage_, 0.0})[0] / read_voltage_;
}

double ConductanceMemory::level(double conductance, int bits) const {
  if (bits == 0) return conductance;
  const double step = (highest_ - lowest_) / (std::exp2(bits) - 1.0);
  return std::clamp(lowest_ + step * std::round((conductance - lowest_) / step), lowest_, highest_);
}

ir::ModuleBuilder::Parameters ConductanceMemory::parameters(double conductance) const {
  if (model_ == nullptr) return {{"conductance", in_siemens(conductance)}};
  double below = first_;
  double above = last_;
  if (conductance_of(below) > conductance_of(above)) std::swap(below, above);
  for (int i = 0; i < conductance_bisections; ++i) {
    const double middle = 0.5 * (below + above);
    if (middle == below || middle == above) break;
    (conductance_of(middle) < conductance ? below : above) = middle;
  }
  return {{state_parameter, pure(0.5 * (below + above))}};
}

ir::ModuleId ConductanceMemory::add_to(ir::Design& design) const {
  ir::ModuleBuilder builder(design, "memory", true);
  if (model_ == nullptr) {
    builder.attribute("element", "conductance");
    builder.parameter("conductance", in_siemens(lowest_));
  } else {
    builder.attribute("device", card_);
    builder.parameter(state_parameter, pure(first_));
  }
  for (const std::string& pin : pins_) {
    builder.port(pin, ir::Discipline::electrical, ir::Direction::inout);
  }
  return builder.id();
}

}  // namespace neucasl::photonic
