#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Charts of simulation results.

namespace neucasl::circuit {

/// File names without ending, with the charts of a result: eight traces in each, optical nets as
/// power, complex traces as magnitude and phase. `left_out` counts traces beyond the last chart.
NEUCASL_EXPORT std::vector<std::pair<std::string, results::LineChart>> waveform_charts(
    const Result& result, const std::string& name, std::size_t& left_out);

}  // namespace neucasl::circuit
