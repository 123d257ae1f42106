#pragma once

#include <string_view>

/// \file
/// Names of the elements of spiking networks. Private to the mapping layer.

namespace neucasl::mapping::spiking {

inline constexpr std::string_view network_role = "spiking_network";
inline constexpr std::string_view leaky = "leaky_integrate_and_fire";
inline constexpr std::string_view adaptive = "adaptive_integrate_and_fire";
inline constexpr std::string_view poisson = "poisson_spike_source";
inline constexpr std::string_view event = "spike_event";
inline constexpr std::string_view charge_synapse = "charge_synapse";
inline constexpr std::string_view memristive_synapse = "memristive_synapse";

}  // namespace neucasl::mapping::spiking
