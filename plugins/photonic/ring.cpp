#include "ring.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "curves.hpp"

namespace neucasl::photonic {

RingCouplers make_couplers(double power_coupling_1, double power_coupling_2, double round_trip) {
  const RingCouplers couplers{std::sqrt(1.0 - power_coupling_1), std::sqrt(1.0 - power_coupling_2),
                              std::sqrt(power_coupling_1 * power_coupling_2), round_trip};
  if (couplers.through_1 * couplers.through_2 * round_trip < 1.0 - 1e-12) return couplers;
  throw base::Error("model.parameters", "the ring has neither coupling nor loss",
                    "give a coupling or a round-trip loss above 0");
}

void add_ring_parameters(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"radius", "um", 5.0, 0.5, 1e4, "radius of the centre line"});
  add_dispersion(parameters, 2.6, 4.0);
  parameters.push_back(loss_parameter("round_trip_loss_db", 0.02, "power loss in dB of one round"));
  parameters.push_back({"resonance_shift", "nm", 0.0, -1000.0, 1000.0,
                        "shift of the resonances, by fabrication or trimming"});
}

RingGeometry read_ring(ParameterReader& reader) {
  RingGeometry ring;
  ring.circumference = 2.0 * std::numbers::pi * reader.next();
  ring.dispersion = read_dispersion(reader);
  ring.round_trip = amplitude_of_loss(reader.next());
  ring.shift = reader.next();
  return ring;
}

double RingGeometry::phase_at(double wavelength) const {
  return propagation_phase(dispersion, circumference, wavelength);
}

double RingGeometry::phase_per_shift(double wavelength) const {
  return 2.0 * std::numbers::pi * dispersion.group_index * circumference /
         (wavelength * wavelength);
}

double ring_free_spectral_range(const RingGeometry& ring, double wavelength) {
  return wavelength * wavelength / (ring.dispersion.group_index * ring.circumference);
}

double ring_width(const RingGeometry& ring, const RingCouplers& couplers, double wavelength) {
  const double loop = couplers.through_1 * couplers.through_2 * couplers.round_trip;
  return (1.0 - loop) * wavelength * wavelength /
         (std::numbers::pi * ring.dispersion.group_index * ring.circumference * std::sqrt(loop));
}

void characterize_ring(model::Characterization& result, const model::DeviceModel& model,
                       std::span<const double> parameters, const model::Environment& environment,
                       std::span<const model::PublishedFigure> published, double range) {
  const auto at = [&](double wavelength, std::string_view port) {
    return power_transfer_at(wavelength, model, parameters, environment, "input", port);
  };
  const bool has_drop = model.specification().terminals.size() > 2 &&
                        model.specification().terminals[2].name == "drop";
  const Spectrum spectrum = add_spectrum(result, model, parameters, environment, "input",
                                         span_around(environment, 0.75 * range, 1000));
  // Both the drop and what is missing on the through port are Airy functions of one width.
  const auto found = add_resonances(
      result, published,
      [&](double wavelength) {
        return has_drop ? at(wavelength, "drop") : 1.0 - at(wavelength, "through");
      },
      environment, 1.2 * range);
  if (found.empty()) return;
  const auto nearest =
      *std::min_element(found.begin(), found.end(), [&](const Resonance& a, const Resonance& b) {
        return std::abs(a.wavelength - environment.wavelength) <
               std::abs(b.wavelength - environment.wavelength);
      });
  const auto& through = spectrum.of("through");
  const double most = *std::max_element(through.begin(), through.end());
  const double least = std::max(at(nearest.wavelength, "through"), 1e-15);
  compare(result, published, "extinction_ratio_db", loss_of_power(least / most), {},
          "through port, on resonance against the highest between resonances");
  compare(
      result, published, "through_loss_db", loss_of_power(most), {},
      "through port, highest between resonances; loss of the couplers themselves is not modelled");
  if (has_drop) {
    compare(result, published, "drop_loss_db", loss_of_power(nearest.peak), {}, "on resonance");
  }
}

}  // namespace neucasl::photonic
