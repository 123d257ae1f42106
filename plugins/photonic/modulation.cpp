#include "modulation.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "matched_ports.hpp"

namespace neucasl::photonic {
namespace {

constexpr double input_amplitude = 0.01;  // sqrt(W): 0.1 mW
constexpr double time_constants = 12.0;
constexpr double steps = 1200.0;
constexpr double band = 0.1;  // of the step

struct Edge {
  double energy = 0.0;
  double time = 0.0;
};

/// First pin and the unknown of the output's real part.
struct Places {
  std::size_t pin = 0;
  std::size_t output = 0;
};

Places places_of(const model::Specification& specification) {
  Places places;
  int ports = 0;
  std::size_t unknown = 0;
  bool found = false;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::optical && ++ports == 2) places.output = unknown;
    if (terminal.discipline == ir::Discipline::electrical && !found) {
      places.pin = unknown;
      found = true;
    }
    unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
  }
  return places;
}

Edge edge(model::DrivenDevice& device, const model::Specification& specification, double from,
          double to, double end) {
  const Places places = places_of(specification);
  const auto values = [&](double voltage) {
    return terminal_values(specification, 0, input_amplitude, {voltage, 0.0});
  };
  device.rest(values(from));
  // A voltage that rises in a hundredth of the slowest time constant is a step to a per mille.
  const double rise = end / steps;
  const auto drive = [&](double time, std::span<double> x) {
    const auto v = values(from + (to - from) * std::min(time / rise, 1.0));
    std::copy(v.begin(), v.end(), x.begin());
  };
  const auto points = device.transient(0.0, end, end / steps, drive);
  const auto light = [&](const model::DrivenDevice::Point& p) {
    const double re = p.terminals[places.output] - p.flow[places.output];
    const double im = p.terminals[places.output + 1] - p.flow[places.output + 1];
    return re * re + im * im;
  };
  const auto power = [&](const model::DrivenDevice::Point& p) {
    return p.terminals[places.pin] * p.flow[places.pin];
  };
  Edge result;
  const double last = light(points.back());
  const double step = std::abs(last - light(points.front()));
  for (std::size_t i = 1; i < points.size(); ++i) {
    result.energy +=
        0.5 * (power(points[i]) + power(points[i - 1])) * (points[i].time - points[i - 1].time);
    if (std::abs(light(points[i]) - last) > band * step) result.time = points[i].time;
  }
  return result;
}

}  // namespace

std::vector<model::OperationCost> bit_costs(const model::DeviceModel& model,
                                            std::span<const double> parameters,
                                            const model::Environment& environment, double swing,
                                            double time_constant) {
  model::Environment single = environment;
  single.carriers = 1;
  const MatchedPorts matched(model);
  model::DrivenDevice device(matched, parameters, single);
  const double end = time_constants * time_constant;
  const Edge up = edge(device, model.specification(), 0.0, swing, end);
  const Edge down = edge(device, model.specification(), swing, 0.0, end);
  const std::string method =
      "Transient of a voltage step; energy of the driver, time until the light is within 10 % of "
      "its step";
  return {{"rise", up.energy, up.time, method},
          {"fall", down.energy, down.time, method},
          {"bit", 0.25 * (up.energy + down.energy), std::max(up.time, down.time),
           "Random bits: a quarter of them rise, a quarter fall; the slower edge"}};
}

void compare_bit_cost(model::Characterization& result,
                      std::span<const model::PublishedFigure> published,
                      const std::vector<model::OperationCost>& costs) {
  for (const model::OperationCost& cost : costs) {
    if (cost.operation != "bit") continue;
    compare(result, published, "energy_per_bit", cost.energy, base::dimension::energy,
            "random bits, energy of the driver");
  }
}

}  // namespace neucasl::photonic
