#include "thermal_coupling.hpp"

#include <cmath>

#include "curves.hpp"
#include "optics.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

model::Specification ThermalCoupling::specification() {
  model::Specification s;
  s.name = "thermal_coupling";
  s.title = "Thermal crosstalk between two places";
  s.family = "photonic";
  s.terminals = {thermal_pin("heat_1"), thermal_pin("heat_2")};
  s.parameters = {
      {"conductance", "uW/K", 20.0, 0.0, 1e6, "between places without distance"},
      {"distance", "um", 5.0, 0.0, 1e5, "between the places"},
      {"decay_length", "um", 20.0, 1e-2, 1e5, "distance over which the conductance falls by e"}};
  s.equations = {"heat from 1 to 2 = conductance e^(-distance / decay_length) (rise_1 - rise_2)"};
  s.validity =
      "Pairs of neighbours; an exponential fit to the fall of crosstalk with distance, "
      "good over some decay lengths only; no delay of the heat.";
  s.source =
      "F. Sunny et al., CrossLight: a cross-layer optimized silicon photonic neural network "
      "accelerator, DAC 2021 (crosstalk that falls exponentially with the pitch)";
  return s;
}

ThermalCoupling::Derived ThermalCoupling::derive(std::span<const double> parameters,
                                                 const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  const double conductance = reader.next();
  const double distance = reader.next();
  return {conductance * std::exp(-distance / reader.next())};
}

model::Characterization ThermalCouplingModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  std::vector<double> at(parameters.begin(), parameters.end());
  const std::size_t distance = model::parameter_index(specification(), "distance");
  const double decay = parameters[model::parameter_index(specification(), "decay_length")];
  std::vector<double> distances, conductances;
  const auto conductance = [&] {
    model::DrivenDevice device(*this, at, environment);
    return device.rest(std::vector<double>{1.0, 0.0})[0];
  };
  compare(result, published, "conductance", conductance(),
          base::dimension::power / base::dimension::temperature, "at the distance given");
  for (int i = 0; i <= 60; ++i) {
    at[distance] = 6.0 * decay * i / 60;
    distances.push_back(at[distance]);
    conductances.push_back(conductance());
  }
  add_curve(result, "conductance_over_distance", "Thermal conductance over the distance",
            "distance", base::dimension::length, distances, {"Distance", "um"}, "conductance",
            base::dimension::power / base::dimension::temperature, conductances,
            {"Conductance", "uW/K"});
  return result;
}

}  // namespace neucasl::photonic
