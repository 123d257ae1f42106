#include "row_dynamics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "neucasl/model/card_parameters.hpp"

namespace neucasl::memristor_logic {

LogicDevice::LogicDevice(const std::string& card, model::ModelLibrary& models,
                         const device::Library& cards, const base::Location& where)
    : card_(card) {
  const device::Card loaded = cards.load(card, where);
  const auto choice = std::find_if(loaded.choices.begin(), loaded.choices.end(),
                                   [](const device::Choice& c) { return c.name == "model"; });
  if (choice == loaded.choices.end() || choice->value != "vteam") {
    throw base::Error("memristor.logic-device", "card '" + card + "' is not of the model 'vteam'",
                      "stateful logic needs a device with voltage thresholds: give a card of this "
                      "model, such as 'vteam_magic'",
                      where);
  }
  model_ = models.find("vteam", where).model;
  const model::Specification& specification = model_->specification();
  const std::vector<double> parameters = model::parameters_from(specification, loaded, uses_);
  derived_.resize(model_->derived_size());
  model_->derive(parameters, {}, derived_);
  const auto parameter = [&](const char* name) {
    return parameters[model::parameter_index(specification, name)];
  };
  on_ = parameter("on_resistance");
  off_ = parameter("off_resistance");
  set_threshold_ = -parameter("v_on");
  reset_threshold_ = parameter("v_off");
  operations_ = memristor_models::operations_of(parameters);
}

double LogicDevice::resistance(double state) const {
  // The model is ohmic in any state: one evaluation far below the thresholds.
  constexpr double probe = 1e-3;
  std::array<double, 3> flow{};
  std::array<double, 3> storage{};
  model_->evaluate(derived_, std::array{probe, 0.0, state}, {flow, storage, {}, {}});
  return probe / flow[0];
}

double LogicDevice::state_of(double wanted) const {
  double low = 0.0;
  double high = 1.0;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (resistance(middle) < wanted ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double LogicDevice::rate(double voltage, double state) const {
  std::array<double, 3> flow{};
  std::array<double, 3> storage{};
  model_->evaluate(derived_, std::array{voltage, 0.0, state}, {flow, storage, {}, {}});
  return -flow[2];
}

double RowDynamics::row_voltage(const RowPulse& pulse, const std::vector<double>& states) const {
  double current = pulse.row_conductance * pulse.row_voltage;
  double conductance = pulse.row_conductance;
  for (const ColumnDrive& column : pulse.columns) {
    const double branch = 1.0 / (device_.resistance(states[column.cell]) + switch_resistance_);
    current += branch * column.voltage;
    conductance += branch;
  }
  return conductance > 0.0 ? current / conductance : 0.0;
}

double RowDynamics::largest_change(double state) const {
  constexpr double of_range = 0.005;
  constexpr double of_resistance = 0.05;
  const double on_state =
      device_.on_resistance() / (device_.off_resistance() - device_.on_resistance());
  return std::min(of_range, of_resistance * (state + on_state));
}

RowDynamics::Slope RowDynamics::slope(const RowPulse& pulse,
                                      const std::vector<double>& states) const {
  const double row = row_voltage(pulse, states);
  Slope result;
  result.power = pulse.row_voltage * pulse.row_conductance * (pulse.row_voltage - row);
  for (const ColumnDrive& column : pulse.columns) {
    const double state = states[column.cell];
    const double resistance = device_.resistance(state);
    const double current = (column.voltage - row) / (resistance + switch_resistance_);
    result.rate.push_back(device_.rate(-current * resistance, state));
    result.power += column.voltage * current;
  }
  return result;
}

double RowDynamics::fastest_rate(const RowPulse& pulse, const std::vector<double>& states) const {
  double fastest = 0.0;
  for (const double rate : slope(pulse, states).rate) fastest = std::max(fastest, std::abs(rate));
  return fastest;
}

RowResponse RowDynamics::apply(const RowPulse& pulse, std::vector<double>& states,
                               const std::optional<Target>& target) const {
  constexpr double most_share = 0.02;
  RowResponse response;
  const bool rising = target && states[target->cell] < target->level;
  double time = 0.0;
  std::vector<double> middle = states;
  while (time < pulse.width) {
    const Slope first = slope(pulse, states);
    double step = std::min(pulse.width - time, most_share * pulse.width);
    for (std::size_t i = 0; i < pulse.columns.size(); ++i) {
      const double change = largest_change(states[pulse.columns[i].cell]);
      if (std::abs(first.rate[i]) * step > change) step = change / std::abs(first.rate[i]);
    }
    for (std::size_t i = 0; i < pulse.columns.size(); ++i) {
      const std::size_t cell = pulse.columns[i].cell;
      middle[cell] = std::clamp(states[cell] + 0.5 * step * first.rate[i], 0.0, 1.0);
    }
    const Slope second = slope(pulse, middle);
    for (std::size_t i = 0; i < pulse.columns.size(); ++i) {
      double& state = states[pulse.columns[i].cell];
      state = std::clamp(state + step * second.rate[i], 0.0, 1.0);
      middle[pulse.columns[i].cell] = state;
    }
    response.energy += step * second.power;
    // A last step below rounding would never end.
    time = pulse.width - time - step < 1e-12 * pulse.width ? pulse.width : time + step;
    if (target &&
        (rising ? states[target->cell] >= target->level : states[target->cell] <= target->level)) {
      response.reached = time;
      return response;
    }
  }
  return response;
}

}  // namespace neucasl::memristor_logic
