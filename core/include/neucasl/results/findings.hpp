#pragma once

#include <vector>

#include "neucasl/results/report.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// What one stage of a flow found: the unit that is cached and reported.

namespace neucasl::results {

struct Findings {
  std::vector<Figure> figures;
  std::vector<Table> tables;
  ReportSection section;
  Table numbers_used;  ///< card, name, value, kind, source, place, citation; all text.
};

}  // namespace neucasl::results
