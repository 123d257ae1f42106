#include "neuron.hpp"

#include "exponential_sum.hpp"

namespace neucasl::spiking_plugin {

NeuronModel::NeuronModel(const mapping::NeuronPopulation& population) {
  if (!population.is_neuron()) return;
  inverse_capacitance = 1.0 / population.capacitance;
  membrane_rate = population.leak_conductance * inverse_capacitance;
  reset = population.reset_potential;
  refractory_time = population.refractory_time;
  jump = inverse_capacitance;
  if (population.synaptic_time > 0.0) {
    synaptic_rate = 1.0 / population.synaptic_time;
    synaptic_gain = inverse_capacitance / (membrane_rate - synaptic_rate);
    jump = synaptic_rate;
  }
  if (population.kind == mapping::NeuronKind::adaptive) {
    adaptation_rate = 1.0 / population.adaptation_time;
    adaptation_gain = -inverse_capacitance / (membrane_rate - adaptation_rate);
    adaptation_step = population.adaptation_step;
  }
}

double exact_crossing(const NeuronState& state, const NeuronModel& model) {
  const double synaptic = model.synaptic_gain * state.current;
  const double adaptation = model.adaptation_gain * state.adaptation;
  const bool leaky = model.membrane_rate > 0.0;
  if (leaky && synaptic == 0.0 && adaptation == 0.0) {
    if (state.level <= state.threshold) return never;
    const double share = (state.threshold - state.potential) / (state.level - state.potential);
    return state.time - std::log1p(-share) / model.membrane_rate;
  }
  ExponentialSum distance(leaky ? state.level - state.threshold
                                : (state.potential - state.threshold) - synaptic - adaptation,
                          leaky ? 0.0 : state.level);
  if (leaky) {
    distance.add(state.potential - state.level - synaptic - adaptation, model.membrane_rate);
  }
  if (model.synaptic_rate > 0.0) distance.add(synaptic, model.synaptic_rate);
  if (model.adaptation_rate > 0.0) distance.add(adaptation, model.adaptation_rate);
  return state.time + distance.first_rise();
}

}  // namespace neucasl::spiking_plugin
