#include "parameters.hpp"

namespace neucasl::cnt {
namespace {

// In the order of Index.
std::vector<model::Parameter> parameters() {
  return {
      {"tubes", "1", 1, 0, 10000, "semiconducting tubes in parallel, a whole number"},
      {"metallic_tubes", "1", 0, 0, 10000, "metallic tubes beside them, a whole number"},
      {"diameter", "nm", 1.2, 0.8, 2.5, "of a tube"},
      {"pitch", "nm", 10, 1, 1000, "from tube to tube; with the tubes it gives the width"},
      {"gate_length", "nm", 15, 5, 1000, "length of the gate along the tubes"},
      {"contact_length", "nm", 20, 1, 1000, "length of metal on a tube's end"},
      {"gate_all_around", "1", 1, 0, 1, "1: gate around each tube, 0: plane above or below"},
      {"oxide_thickness", "nm", 3, 0.5, 20, "between tube and gate"},
      {"oxide_permittivity", "1", 23, 3.9, 50, "relative permittivity of that oxide"},
      {"tube_permittivity", "1", 1, 1, 12, "relative permittivity inside a tube"},
      {"extension_level", "eV", 0.258, 0, 0.5,
       "Fermi level above the band edge in the doped extensions"},
      {"flat_band_voltage", "V", 0, -1, 1, "added to the threshold"},
      {"ballistic_velocity", "km/s", 410, 10, 2000,
       "velocity at the virtual source of a short tube 1.2 nm thick"},
      {"long_channel_mobility", "cm^2/V/s", 1350, 10, 20000, "of a long tube 1 nm thick"},
      {"threshold_shift", "1", 3.5, 1, 6,
       "threshold of strong inversion less that of weak inversion, in kT/q"},
      {"saturation_exponent", "1", 1.8, 1.2, 4, "sharpness of the passage to saturation"},
      {"extension_resistance", "kohm", 0, 0, 100, "of one tube between gate and contact"},
      {"metallic_mean_free_path", "nm", 380, 10, 2000, "in a metallic tube"},
      {"fringe_capacitance", "fF/um", 0.1, 0, 5, "gate to source and to drain, for the width"},
      {"mobility_temperature_exponent", "1", -1, -4, 2, "mobility follows (T/300 K) to this power"},
      {"velocity_temperature_exponent", "1", 0, -2, 2,
       "ballistic velocity follows (T/300 K) to this power"},
      {"thermal_noise_factor", "1", 1, 0, 10, "channel noise over that of its conductance"},
      {"flicker_coefficient", "V^2 F", 1e-25, 0, 1e-20,
       "flicker noise of the gate voltage times gate capacitance"},
      {"diameter_sigma", "nm", 0, 0, 0.5, "spread of a tube's diameter"},
      {"missing_probability", "1", 0, 0, 1, "that a place for a tube is empty"},
      {"metallic_fraction", "1", 0, 0, 1, "of the grown tubes that is metallic"},
      {"metallic_removal", "1", 0, 0, 1, "of the metallic tubes that is removed"},
      {"semiconducting_loss", "1", 0, 0, 1, "of the semiconducting tubes removed with them"},
      {"pitch_variation", "1", 0, 0, 2,
       "spread of the distance from place to place over its mean; 1: a Poisson count of places"},
      {"supply_voltage", "V", 0.7, 0.1, 1.2, "at which the device is characterised"},
  };
}

model::Terminal terminal(const char* name) {
  model::Terminal result;
  result.name = name;
  result.limit = 1.2;
  return result;
}

}  // namespace

model::Specification specification(int polarity) {
  model::Specification result;
  result.name = polarity > 0 ? "cntfet_n" : "cntfet_p";
  result.title = polarity > 0 ? "n-channel carbon-nanotube transistor, virtual-source model"
                              : "p-channel carbon-nanotube transistor, virtual-source model";
  result.family = "cnt";
  result.terminals = {terminal("drain"), terminal("gate"), terminal("source")};
  result.parameters = parameters();
  result.equations = {
      "for one tube: Id = Q vx Fs(Vds/Vdsat), Fs(r) = r / (1 + r^beta)^(1/beta)",
      "Q = Cinv n p ln(1 + exp((Vgs - (vth - Ff a p)) / (n p))), p = kT/q, n = 1 / (1 - 2 eta)",
      "vth = Eg/2 - 2 (Efsd + Eg/2) eta + Vfb - eta |Vds|, Eg = 2 acc Vp / d",
      "Ff = 1 / (1 + exp((Vgs - (vth - a p / 2)) / (a p)))",
      "vx = (Ff + (1 - Ff) / (1 + rs Cinv (1 + 2 eta) vxo)) vxo",
      "Vdsat = 2 rs Q vx + vx (L / mu) (1 - Ff) + p Ff",
      "vxo = ballistic_velocity sqrt(d / 1.2 nm) 220 nm / (220 nm + L)",
      "mu = long_channel_mobility (d / 1 nm)^1.5 L / (66.2 nm + L)",
      "eta = exp(-(L + 2 tox / 3) / (2 lambda)), lambda: scale length of a gate around the tube",
      "1/Cinv = 1/Cox + 1/Cq, Cq = 0.64 fF/um sqrt(Eg/eV) + 0.1 fF/um",
      "rs = contact (transmission line) + extension",
      "metallic tube: h / (4 q^2) (1 + L / free path) + 2 extensions",
  };
  result.validity =
      "Quasi-static, 220 K to 420 K, |V| up to 1.2 V; thermionic current only: no tunnelling from "
      "source to drain or from band to band, so that the off current below 10 nm is too low. Tubes "
      "do not screen each other: pitch above diameter + 2 oxide_thickness.";
  result.source =
      "C.-S. Lee, E. Pop, A. D. Franklin, W. Haensch, H.-S. P. Wong, IEEE Trans. Electron Devices "
      "62(9):3061 and 3070, 2015 (VS-CNFET 1.0.1)";
  return result;
}

}  // namespace neucasl::cnt
