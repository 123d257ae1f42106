#pragma once

/// \file
/// What the writer of decks and the worker agree on about devices.

namespace neucasl::ngspice_plugin {

// Names of the worker's own models, which stand for what a sweep changes.
inline constexpr const char* swept_voltage = "swept-voltage";
inline constexpr const char* swept_current = "swept-current";
inline constexpr const char* swept_conductance = "swept-conductance";
/// A device on the node whose voltage is the number of the sweep's point.
inline constexpr const char* sweep_point = "sweep-point";

}  // namespace neucasl::ngspice_plugin
