#include <cmath>

#include "mosfet.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "silicon.hpp"

namespace neucasl::semiconductor::mosfet {
namespace {

constexpr double limiting_current = 1.0;  // A, of a bulk junction

// In the order of Index; the defaults are those of SPICE.
std::vector<model::Parameter> parameters() {
  return {
      {"width", "um", 100, 0.01, 1e5, "of the channel (W)"},
      {"length", "um", 100, 0.01, 1e5, "as drawn (L)"},
      {"lateral_diffusion", "um", 0, 0, 10, "of source and of drain below the gate (LD)"},
      {"threshold_voltage", "V", 0, -10, 10,
       "without bulk voltage, with the sign of VTO: negative for an enhancement p channel"},
      {"transconductance", "uA/V^2", 20, 1e-3, 1e5, "mobility times oxide capacitance (KP)"},
      {"body_effect", "1", 0, 0, 10, "in square roots of a volt (GAMMA)"},
      {"surface_potential", "V", 0.6, 0.2, 2, "at strong inversion (PHI)"},
      {"length_modulation", "1/V", 0, 0, 1,
       "growth of the current with the drain voltage (LAMBDA)"},
      {"gate_source_overlap", "fF/um", 0, 0, 100, "capacitance for the width (CGSO)"},
      {"gate_drain_overlap", "fF/um", 0, 0, 100, "capacitance for the width (CGDO)"},
      {"gate_bulk_overlap", "fF/um", 0, 0, 100, "capacitance for the length (CGBO)"},
      {"gate_oxide_capacitance", "fF/um^2", 0, 0, 100,
       "for the channel's area; half to source, half to drain"},
      {"bulk_drain_capacitance", "fF", 0, 0, 1e9, "of the junction (CBD), taken constant"},
      {"bulk_source_capacitance", "fF", 0, 0, 1e9, "of the junction (CBS), taken constant"},
      {"bulk_saturation_current", "A", 1e-14, 1e-30, 1e-6, "of each bulk junction (IS)"},
      {"flicker_coefficient", "1", 0, 0, 1e-18, "KF, in SI units"},
      {"flicker_exponent", "1", 1, 0.5, 2, "AF"},
      {"mismatch_coefficient", "mV um", 0, 0, 100,
       "sigma of the threshold times the root of the gate area"},
      {"nominal_temperature", "K", 300.15, 200, 450, "at which the numbers hold (TNOM)"},
      {"supply_voltage", "V", 5, 0.5, 20, "at which the device is characterised"},
  };
}

}  // namespace

model::Specification specification(int polarity) {
  model::Specification result;
  result.name = polarity > 0 ? "mosfet_level1_n" : "mosfet_level1_p";
  result.title =
      polarity > 0 ? "n-channel MOSFET, SPICE level 1" : "p-channel MOSFET, SPICE level 1";
  result.family = "semiconductor";
  for (const char* name : {"drain", "gate", "source", "bulk"}) {
    model::Terminal terminal;
    terminal.name = name;
    terminal.limit = 20.0;
    result.terminals.push_back(std::move(terminal));
  }
  result.parameters = parameters();
  result.equations = {
      "Id = KP W/L (1 + LAMBDA Vds) (Vov - Vx/2) Vx, Vx = min(Vds, Vov)",
      "Vov = Vgs - Vth, rounded over 1 mV; Vth = VTO + GAMMA (sqrt(PHI - Vbs) - sqrt(PHI))",
      "for Vbs > 0: sqrt(PHI) - Vbs / (2 sqrt(PHI)) in the place of sqrt(PHI - Vbs), at least 0",
      "bulk junctions: IS (exp(V / (kT/q)) - 1); all capacitances constant",
      "source and drain exchange their parts when Vds < 0",
  };
  result.validity =
      "Long channels; no subthreshold current, velocity saturation or series resistance. Gate and "
      "junction capacitances do not depend on the bias.";
  result.source =
      "H. Shichman, D. A. Hodges, IEEE J. Solid-State Circuits 3(3):285, 1968; A. Vladimirescu, "
      "The "
      "SPICE Book, Wiley, 1994, chapter 3";
  return result;
}

Derived derive(int polarity, std::span<const double> p, const model::Environment& environment) {
  const double channel_length = p[length] - 2.0 * p[lateral_diffusion];
  if (!(channel_length > 0.0)) {
    throw base::Error("model.parameters", "lateral diffusion leaves a MOSFET no channel",
                      "make 'length' more than twice 'lateral_diffusion'");
  }
  const double nominal = p[nominal_temperature];
  const double temperature = environment.temperature;
  const double ratio = temperature / nominal;
  const double surface = junction_potential(p[surface_potential], nominal, temperature);
  if (!(surface > 0.0)) {
    throw base::Error(
        "model.parameters",
        "a MOSFET has no surface potential left at " + base::shortest(temperature) + " K",
        "give a larger 'surface_potential' or another temperature");
  }
  const double gap = band_gap(temperature);
  const double nominal_gap = band_gap(nominal);
  Derived d{};
  d.beta = p[transconductance] / (ratio * std::sqrt(ratio)) * p[width] / channel_length;
  d.body = p[body_effect];
  d.surface = surface;
  d.built_in = polarity * (p[threshold_voltage] + 0.5 * (nominal_gap - gap)) -
               d.body * std::sqrt(p[surface_potential]) + 0.5 * (surface - p[surface_potential]);
  d.modulation = p[length_modulation];
  const double half_channel = 0.5 * p[gate_oxide_capacitance] * p[width] * channel_length;
  d.gate_source = p[gate_source_overlap] * p[width] + half_channel;
  d.gate_drain = p[gate_drain_overlap] * p[width] + half_channel;
  d.gate_bulk = p[gate_bulk_overlap] * channel_length;
  d.bulk_drain = p[bulk_drain_capacitance];
  d.bulk_source = p[bulk_source_capacitance];
  d.junction_saturation =
      p[bulk_saturation_current] *
      std::exp(nominal_gap / thermal_voltage(nominal) - gap / thermal_voltage(temperature));
  d.junction_slope = thermal_voltage(temperature);
  d.junction_limit = std::log1p(limiting_current / d.junction_saturation);
  d.flicker =
      p[gate_oxide_capacitance] > 0.0
          ? p[flicker_coefficient] / (p[gate_oxide_capacitance] * channel_length * channel_length)
          : 0.0;
  d.flicker_exponent = p[flicker_exponent];
  return d;
}

}  // namespace neucasl::semiconductor::mosfet
