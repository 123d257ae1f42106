#pragma once

#include "mapping_cells.hpp"
#include "neucasl/logic/timing.hpp"

/// \file
/// Loads that the cells can drive.

namespace neucasl::logic {

/// Exchanges cells for stronger variants, duplicates inverters and buffers, and puts buffers before
/// the sinks that have the most time, until no cell drives more than `share` of its largest load.
/// Where that cannot be had, no more than the largest load. Connected outputs of flip-flops keep
/// their nets' names.
/// \throws base::Error "mapping.fanout" when a load stays beyond the largest of every cell.
void bound_loads(CellNetlist& netlist, const MappingCells& cells, const TimingOptions& options,
                 double share);

/// Exchanges cells on the critical path for stronger variants as long as the delay falls.
void enlarge_critical_cells(CellNetlist& netlist, const MappingCells& cells,
                            const TimingOptions& options);

}  // namespace neucasl::logic
