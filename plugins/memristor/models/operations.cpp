#include "operations.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_models {
namespace {

double voltage_at(const Pulse& pulse, double time) {
  const double fall = pulse.width;  // the edges are centred on 0 + edge/2 and width + edge/2
  const double up = pulse.edge > 0.0 ? time / pulse.edge : 1.0;
  const double down = pulse.edge > 0.0 ? 1.0 - (time - fall) / pulse.edge : 1.0;
  return pulse.amplitude * std::clamp(std::min(up, down), 0.0, 1.0);
}

void append(std::vector<model::DrivenDevice::Point>& points,
            std::vector<model::DrivenDevice::Point> more) {
  // The first point of a part repeats the last one of the part before.
  const auto begin = more.begin() + (points.empty() ? 0 : 1);
  points.insert(points.end(), std::make_move_iterator(begin), std::make_move_iterator(more.end()));
}

std::string energy_method(const char* what) {
  return std::string("Integral of voltage times current over ") + what +
         ", the model's equations integrated by the trapezoidal rule";
}

}  // namespace

void append_operations(const Operations& defaults, std::vector<model::Parameter>& parameters) {
  parameters.push_back(
      {"read_voltage", "V", defaults.read_voltage, -2.0, 2.0, "voltage of a read"});
  parameters.push_back({"read_time", "s", defaults.read_time, 1e-12, 1.0, "duration of a read"});
  parameters.push_back(
      {"set_voltage", "V", defaults.set_voltage, -5.0, 5.0, "voltage of a set pulse, with sign"});
  parameters.push_back({"set_time", "s", defaults.set_time, 1e-12, 10.0, "width of a set pulse"});
  parameters.push_back({"reset_voltage", "V", defaults.reset_voltage, -5.0, 5.0,
                        "voltage of a reset pulse, with sign"});
  parameters.push_back(
      {"reset_time", "s", defaults.reset_time, 1e-12, 10.0, "width of a reset pulse"});
}

Operations operations_of(std::span<const double> parameters) {
  const auto p = parameters.last(operation_count);
  return {p[0], p[1], p[2], p[3], p[4], p[5]};
}

double energy_of(std::span<const model::DrivenDevice::Point> points) {
  double energy = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto power = [&](std::size_t k) {
      double sum = 0.0;
      for (std::size_t t = 0; t < points[k].terminals.size(); ++t) {
        sum += points[k].terminals[t] * points[k].flow[t];
      }
      return sum;
    };
    energy += 0.5 * (points[i].time - points[i - 1].time) * (power(i) + power(i - 1));
  }
  return energy;
}

PulseResponse apply(model::DrivenDevice& device, const Pulse& pulse, double wait,
                    std::span<const double> others) {
  const auto drive = [&](double time, std::span<double> terminals) {
    const double voltage = voltage_at(pulse, time);
    terminals[0] = std::max(voltage, 0.0);
    terminals[1] = std::max(-voltage, 0.0);
    std::copy(others.begin(), others.end(), terminals.begin() + 2);
  };
  PulseResponse response;
  double begin = 0.0;
  // Each straight part of the trapezoid by itself, so that no step jumps over a corner.
  const double corners[] = {pulse.edge, pulse.width, pulse.width + pulse.edge};
  for (const double corner : corners) {
    if (corner <= begin) continue;
    append(response.points, device.transient(begin, corner, (corner - begin) / 40.0, drive));
    begin = corner;
  }
  response.energy = energy_of(response.points);
  if (wait > 0.0) {
    const auto rest = [&](double, std::span<double> terminals) {
      terminals[0] = terminals[1] = 0.0;
      std::copy(others.begin(), others.end(), terminals.begin() + 2);
    };
    append(response.points, device.transient(begin, begin + wait, wait / 20.0, rest));
  }
  return response;
}

double conductance(model::DrivenDevice& device, double voltage, std::span<const double> others) {
  const std::vector<double> before(device.internals().begin(), device.internals().end());
  std::vector<double> terminals{voltage, 0.0};
  terminals.insert(terminals.end(), others.begin(), others.end());
  const double current = device.rest(terminals)[0];
  device.set_internals(before);
  return current / voltage;
}

std::vector<double> prepared(std::span<const double> parameters, std::size_t index, double value) {
  std::vector<double> result(parameters.begin(), parameters.end());
  result[index] = value;
  return result;
}

std::vector<model::OperationCost> operation_costs(const model::DeviceModel& model,
                                                  std::span<const double> parameters,
                                                  const model::Environment& environment,
                                                  const Preparation& preparation) {
  const Operations o = operations_of(parameters);
  const auto cost = [&](const char* name, double state, double voltage, double width,
                        const char* what) {
    model::DrivenDevice device(model, prepared(parameters, preparation.parameter, state),
                               environment);
    const PulseResponse response = apply(device, {voltage, width, width / 20.0});
    return model::OperationCost{name, response.energy, response.points.back().time,
                                energy_method(what)};
  };
  return {cost("read", preparation.on, o.read_voltage, o.read_time,
               "a read pulse in the high-conductance state"),
          cost("set", preparation.off, o.set_voltage, o.set_time,
               "a set pulse from the low-conductance state"),
          cost("reset", preparation.on, o.reset_voltage, o.reset_time,
               "a reset pulse from the high-conductance state")};
}

}  // namespace neucasl::memristor_models
