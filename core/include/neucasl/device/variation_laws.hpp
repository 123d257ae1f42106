#pragma once

#include "neucasl/device/card.hpp"
#include "neucasl/variation/lifetime.hpp"
#include "neucasl/variation/noise.hpp"
#include "neucasl/variation/stuck_map.hpp"

/// \file
/// Laws of variation with the numbers of a card.
///
/// Each reads the numbers named at it, records their use, and refuses what the law refuses at the
/// card's line: base::Error "device.number" (missing, other dimension), "device.range".

namespace neucasl::device {

/// `electromigration_time` (median), `electromigration_density`, `electromigration_temperature`,
/// `electromigration_exponent`, `electromigration_energy`, `electromigration_sigma` (of the
/// logarithm).
NEUCASL_EXPORT variation::ElectromigrationLaw electromigration_of(const Card& card, UseList& uses);

/// `breakdown_time`, `breakdown_shape`, `breakdown_exponent` (of the voltage), `breakdown_energy`,
/// `breakdown_voltage`, `breakdown_temperature`, `breakdown_area`.
NEUCASL_EXPORT variation::BreakdownLaw breakdown_of(const Card& card, UseList& uses);

/// `endurance` (cycles after which 63 % have failed) and `endurance_shape`.
NEUCASL_EXPORT variation::WeibullLaw endurance_of(const Card& card, UseList& uses);

/// `telegraph_capture_time`, `telegraph_emission_time`, `telegraph_amplitude`.
NEUCASL_EXPORT variation::TelegraphLaw telegraph_of(const Card& card, UseList& uses);

/// `stuck_on_probability` and `stuck_off_probability`, and where the card has it the choice
/// `fault_pattern`: cells, regions (`fault_clustering`, `fault_region_rows`,
/// `fault_region_columns`), satellites (`fault_satellites`, `fault_radius`), rows or columns.
NEUCASL_EXPORT variation::FaultLaw faults_of(const Card& card, UseList& uses);

}  // namespace neucasl::device
