#include "spice_device_names.hpp"

namespace neucasl::ir::spice {
namespace {

constexpr double electron_volt = 1.602176634e-19;  // J

}  // namespace

const DeviceNames& diode_names() {
  static const DeviceNames names{"diode",
                                 {{"is", "saturation_current"},
                                  {"n", "emission_coefficient"},
                                  {"rs", "series_resistance"},
                                  {"cjo", "zero_bias_junction_capacitance"},
                                  {"cj0", "zero_bias_junction_capacitance"},
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
      {"lambda", "length_modulation"},
      {"ld", "lateral_diffusion"},
      {"cgso", "gate_source_overlap"},
      {"cgdo", "gate_drain_overlap"},
      {"cgbo", "gate_bulk_overlap"},
      {"cbd", "bulk_drain_capacitance"},
      {"cbs", "bulk_source_capacitance"},
      {"is", "bulk_saturation_current"},
      {"kf", "flicker_coefficient"},
      {"af", "flicker_exponent"},
      {"tnom", "nominal_temperature", 1.0, zero_celsius},
      {"tox", "gate_oxide_capacitance", oxide_permittivity, 0.0, true},
      {"uo", ""},
      {"u0", ""}};
  // Areas and squares scale model parameters that are not accepted.
  static const std::vector<SpiceParameter> element = {{"l", "length"}, {"w", "width"}, {"ad", ""},
                                                      {"as", ""},      {"pd", ""},     {"ps", ""},
                                                      {"nrd", ""},     {"nrs", ""}};
  static const DeviceNames n{"mosfet_level1_n", model, element};
  static const DeviceNames p{"mosfet_level1_p", model, element};
  return n_channel ? n : p;
}

}  // namespace neucasl::ir::spice
