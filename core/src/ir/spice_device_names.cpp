#include "spice_device_names.hpp"

namespace neucasl::ir::spice {
namespace {

constexpr double zero_celsius = 273.15;            // K
constexpr double electron_volt = 1.602176634e-19;  // J
constexpr double per_cm2 = 1e4;                    // cm^-2 in m^-2
constexpr double cm2 = 1e-4;                       // cm^2 in m^2

}  // namespace

const DeviceNames& diode_names() {
  static const DeviceNames names{"diode",
                                 {{"is", "saturation_current"},
                                  {"n", "emission_coefficient"},
                                  {"rs", "series_resistance"},
                                  {"cjo", "junction_capacitance"},
                                  {"cj0", "junction_capacitance"},
                                  {"vj", "junction_potential"},
                                  {"m", "grading_coefficient"},
                                  {"fc", "forward_bias_coefficient"},
                                  {"tt", "transit_time"},
                                  {"bv", "breakdown_voltage"},
                                  {"ibv", "breakdown_current"},
                                  {"eg", "band_gap", electron_volt},
                                  {"xti", "saturation_current_exponent"},
                                  {"kf", "flicker_coefficient"},
                                  {"af", "flicker_exponent"},
                                  {"tnom", "nominal_temperature", 1.0, zero_celsius}},
                                 {{"area", "area"}}};
  return names;
}

const DeviceNames& mosfet_names(bool n_channel) {
  static const std::vector<SpiceParameter> model = {
      {"vto", "threshold_voltage"},
      {"vt0", "threshold_voltage"},
      {"kp", "transconductance"},
      {"gamma", "body_effect"},
      {"phi", "surface_potential"},
      {"lambda", "channel_length_modulation"},
      {"tox", "oxide_thickness"},
      {"ld", "lateral_diffusion"},
      {"uo", "mobility", cm2},
      {"u0", "mobility", cm2},
      {"nsub", "substrate_doping", per_cm2 * 100.0},
      {"cgso", "gate_source_overlap_capacitance"},
      {"cgdo", "gate_drain_overlap_capacitance"},
      {"cgbo", "gate_bulk_overlap_capacitance"},
      {"rd", "drain_resistance"},
      {"rs", "source_resistance"},
      {"is", "junction_saturation_current"},
      {"cbd", "bulk_drain_capacitance"},
      {"cbs", "bulk_source_capacitance"},
      {"pb", "junction_potential"},
      {"mj", "grading_coefficient"},
      {"kf", "flicker_coefficient"},
      {"af", "flicker_exponent"},
      {"tnom", "nominal_temperature", 1.0, zero_celsius}};
  static const std::vector<SpiceParameter> element = {{"l", "length"}, {"w", "width"}};
  static const DeviceNames n{"mosfet_level1_n", model, element};
  static const DeviceNames p{"mosfet_level1_p", model, element};
  return n_channel ? n : p;
}

}  // namespace neucasl::ir::spice
