#include "array_extraction.hpp"

#include <algorithm>
#include <limits>

namespace neucasl::array_plugin {
namespace {

constexpr double floating = std::numeric_limits<double>::infinity();

/// The segment that all wires have; an end of wires of one crossing has none.
std::optional<double> common_segment(const ArrayWires& wires) {
  if (wires.ideal || wires.segment.empty()) return 0.0;
  const double first = wires.segment.front();
  const bool same = std::all_of(wires.segment.begin(), wires.segment.end(),
                                [first](double other) { return other == first; });
  return same ? std::optional<double>(first) : std::nullopt;
}

/// Series resistances beyond the segment, and potentials. False: one is less than a segment.
bool take_ends(const std::vector<WireEnd>& ends, double segment,
               const std::vector<ArraySource>& sources, std::vector<double>& resistance,
               std::vector<double>& potential) {
  for (const WireEnd& end : ends) {
    if (end.source == WireEnd::open) {
      resistance.push_back(floating);
      potential.push_back(0.0);
      continue;
    }
    if (end.resistance < segment) return false;
    resistance.push_back(end.resistance - segment);
    potential.push_back(sources[end.source].rest);
  }
  return true;
}

}  // namespace

plugin::ArrayProblem LinearArray::problem() const {
  return {rows,        columns,        conductance,
          row_segment, column_segment, {left_end, right_end, top_end, bottom_end}};
}

plugin::ArraySources LinearArray::sources() const { return {1, left, right, top, bottom}; }

std::optional<LinearArray> linear_array(const NonlinearArray& array) {
  const bool conductances = array.parts.size() == 1 && array.parts[0].model == nullptr &&
                            array.inner.empty() && array.controls == 0;
  if (!conductances) return std::nullopt;
  const std::optional<double> row = common_segment(array.row_wires);
  const std::optional<double> column = common_segment(array.column_wires);
  if (!row || !column) return std::nullopt;
  LinearArray result;
  result.rows = array.rows;
  result.columns = array.columns;
  result.row_segment = *row;
  result.column_segment = *column;
  // Behind each conductance comes a capacitance, which has no current at rest.
  for (std::size_t k = 0; k < array.cells(); ++k) {
    result.conductance.push_back(array.parts[0].derived[2 * k]);
  }
  const auto take = [&](const std::vector<WireEnd>& ends, double segment,
                        std::vector<double>& resistance, std::vector<double>& potential) {
    return take_ends(ends, segment, array.sources, resistance, potential);
  };
  const bool taken = take(array.row_wires.first, *row, result.left_end, result.left) &&
                     take(array.row_wires.last, *row, result.right_end, result.right) &&
                     take(array.column_wires.first, *column, result.top_end, result.top) &&
                     take(array.column_wires.last, *column, result.bottom_end, result.bottom);
  return taken ? std::optional<LinearArray>(std::move(result)) : std::nullopt;
}

std::vector<double> source_currents(const NonlinearArray& array,
                                    const plugin::ArraySolution& solution) {
  std::vector<double> current(array.sources.size(), 0.0);
  const auto add = [&](const std::vector<WireEnd>& ends, const std::vector<double>& into) {
    for (std::size_t k = 0; k < ends.size(); ++k) {
      if (ends[k].source != WireEnd::open) current[ends[k].source] += into[k];
    }
  };
  add(array.row_wires.first, solution.left_current);
  add(array.row_wires.last, solution.right_current);
  add(array.column_wires.first, solution.top_current);
  add(array.column_wires.last, solution.bottom_current);
  return current;
}

}  // namespace neucasl::array_plugin
