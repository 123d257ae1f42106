#pragma once

#include <string>
#include <vector>

#include "neucasl/plugin/mitigation.hpp"
#include "neucasl/plugin/parameters.hpp"

/// \file
/// Measures against faults and errors, as the stage's parameters name them.

namespace neucasl::reliability_plugin {

struct Measure {
  std::string name;  ///< "none", "swap", ..., "all"
  plugin::Mitigation mitigation;
};

/// What is compared: no measure, each one that is chosen alone, and all of them where there are
/// several. The last one is what the chip has.
/// \throws base::Error "reliability.repair" for attempts without a tolerance and for drift
/// compensation at time 0.
std::vector<Measure> read_measures(const plugin::ParameterSet& parameters);

/// The times of the parameter `ages`, s, ascending.
/// \throws base::Error "reliability.ages" for what is no list of ascending times above 0.
std::vector<double> read_ages(const plugin::ParameterSet& parameters);

}  // namespace neucasl::reliability_plugin
