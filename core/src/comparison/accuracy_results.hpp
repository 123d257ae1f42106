#pragma once

#include "neucasl/comparison/comparison.hpp"

/// \file
/// Losses of accuracy from the results of a flow.
///
/// The table accuracy_by_cause of a stage is one of two kinds:
/// - column "step": the first row is the float network, each other adds a cause to all before it;
///   its loss is the difference to the row before;
/// - column "imperfection": the float network, the quantised one, each cause alone on that, and all
///   together; the loss of a cause is the difference to the quantised network, and what all lose
///   more or less than the sum is the row "causes acting together". Rows that begin with blanks are
///   parts of the row before them and stand in its place.
/// In both the losses add up to that of the last row.

namespace neucasl::comparison {

/// Where the table stands: output folder, stage; and what `run` was of.
struct FlowResults {
  std::string folder;
  std::string stage;
  std::string architecture;
  std::string network;
  base::Location where;
};

/// \throws base::Error "comparison.results" when the folder holds no results of a run that ended,
/// no such table (with the nearest) or the results of another network, at `where`; for a row that
/// is none, at its file and line.
std::vector<AccuracyLoss> losses_of(const FlowResults& results);

}  // namespace neucasl::comparison
