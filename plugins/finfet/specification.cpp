#include <array>

#include "parameters.hpp"

namespace neucasl::finfet {
namespace {

// In the order of Index. The virtual-source numbers are the defaults of MVS 1.0.1.
std::vector<model::Parameter> parameters() {
  return {
      {"fins", "1", 1, 1, 1000, "fins in parallel, a whole number"},
      {"fin_height", "nm", 32, 5, 200, "height of a fin above the isolation"},
      {"fin_thickness", "nm", 6.5, 2, 50, "thickness of a fin"},
      {"gate_length", "nm", 21, 6, 1000, "length of the gate along the current"},
      {"overlap_length", "nm", 0, 0, 5, "overlap of the gate with source and drain, both together"},
      {"gate_capacitance", "uF/cm^2", 2.2, 0.1, 10, "gate to channel in inversion, for its area"},
      {"threshold_voltage", "V", 0.3, -0.5, 1.5,
       "strong-inversion threshold at 300 K and no drain voltage; positive also for holes"},
      {"barrier_lowering", "mV/V", 30, 0, 300, "fall of the threshold by the drain voltage"},
      {"swing_factor", "1", 1.05, 1, 3, "subthreshold swing over (kT/q) ln 10"},
      {"punch_through", "1/V", 0, 0, 1, "growth of the swing factor with the drain voltage"},
      {"injection_velocity", "km/s", 76.5, 1, 1000, "of carriers at the virtual source, at 300 K"},
      {"mobility", "cm^2/V/s", 200, 10, 5000, "low-field mobility at 300 K"},
      {"saturation_exponent", "1", 1.7, 1.2, 4, "sharpness of the passage to saturation"},
      {"threshold_shift", "1", 3.5, 1, 6,
       "threshold of strong inversion less that of weak inversion, in kT/q"},
      {"body_factor", "1", 0, 0, 1, "body effect, in square roots of a volt"},
      {"surface_potential", "V", 1.2, 0.3, 2, "surface potential at strong inversion"},
      {"source_resistance", "ohm um", 100, 1, 1e5, "between source and channel, for the width"},
      {"drain_resistance", "ohm um", 100, 1, 1e5, "between drain and channel, for the width"},
      {"inner_fringe_capacitance", "fF/um", 0.1, 0, 5,
       "gate to each end of a channel that is off, for the width"},
      {"outer_fringe_capacitance", "fF/um", 0.02, 0, 5,
       "gate to source and to drain by overlap and fringe, for the width"},
      {"threshold_temperature_slope", "mV/K", -0.5, -5, 5, "of the threshold"},
      {"mobility_temperature_exponent", "1", -1, -4, 2, "mobility follows (T/300 K) to this power"},
      {"velocity_temperature_exponent", "1", -0.25, -2, 2,
       "injection velocity follows (T/300 K) to this power"},
      {"thermal_noise_factor", "1", 1, 0, 10, "channel noise over that of its conductance"},
      {"flicker_coefficient", "V^2 F", 1e-25, 0, 1e-20,
       "flicker noise of the gate voltage times gate capacitance"},
      {"mismatch_coefficient", "mV um", 1.2, 0, 20,
       "sigma of the threshold times the root of the gate area"},
      {"bias_instability", "V", 0.1, 0, 10,
       "threshold shift by the gate's bias after 1 s at 1 V, for no activation energy"},
      {"bias_instability_energy", "eV", 0.1, 0, 1, "its activation energy"},
      {"bias_instability_voltage_exponent", "1", 3, 0, 10, "its growth with the voltage"},
      {"bias_instability_time_exponent", "1", 0.16667, 0.01, 1, "its growth with the time"},
      {"hot_carrier_shift", "V", 0, 0, 1, "threshold shift by hot carriers after 1 s at 1 V"},
      {"hot_carrier_voltage_exponent", "1", 3, 0, 20, "its growth with the voltage"},
      {"supply_voltage", "V", 0.7, 0.1, 1.5, "at which the device is characterised"},
  };
}

model::Terminal terminal(const char* name) {
  model::Terminal result;
  result.name = name;
  result.limit = 1.5;
  return result;
}

model::Internal inner_node(const char* name, const char* meaning) {
  model::Internal result;
  result.name = name;
  result.dimension = base::dimension::voltage;
  result.low = -2.0;
  result.high = 2.0;
  result.meaning = meaning;
  return result;
}

}  // namespace

model::Specification specification(int polarity) {
  model::Specification result;
  result.name = polarity > 0 ? "finfet_n" : "finfet_p";
  result.title = polarity > 0 ? "n-channel FinFET, virtual-source model"
                              : "p-channel FinFET, virtual-source model";
  result.family = "finfet";
  result.terminals = {terminal("drain"), terminal("gate"), terminal("source"), terminal("bulk")};
  result.internals = {inner_node("inner_drain", "drain end of the channel"),
                      inner_node("inner_source", "source end of the channel")};
  result.parameters = parameters();
  result.equations = {
      "Id = W Q vxo Fs(Vds/Vdsat), W = fins (2 fin_height + fin_thickness)",
      "Q = C n p ln(1 + exp((Vgc - (Vt - d |Vds| - Ff a p)) / (n p))), p = kT/q",
      "Ff = 1 / (1 + exp((Vgc - (Vt - d |Vds| - a p / 2)) / (a p)))",
      "Vgc = Vgs + (1 + 2 d) (b / 2) exp(-|Vds| / b), b = 2 (1 - 0.99 Ffpre) p",
      "Vdsat = (vxo L / mu) (1 - Ff) + p Ff, Fs(r) = r / (1 + r^beta)^(1/beta)",
      "inner nodes: Id = (Vdrain - Vinner_drain) W / Rd = (Vinner_source - Vsource) W / Rs",
      "channel charge of Ward and Dutton on the inner nodes; fringe capacitances",
      "source and drain exchange their parts when Vds < 0",
  };
  result.validity =
      "Quasi-static, 220 K to 420 K, |V| up to 1.5 V; thermionic current only: no gate leakage, no "
      "band-to-band tunnelling, no junction current, no self-heating.";
  result.source =
      "A. Khakifirooz, O. M. Nayfeh, D. Antoniadis, IEEE Trans. Electron Devices 56(8):1674, 2009; "
      "S. Rakheja, D. Antoniadis, MVS Nanotransistor Model (Silicon) 1.0.1, nanoHUB, 2013";
  return result;
}

}  // namespace neucasl::finfet
