#include <algorithm>

#include "neucasl/circuit/analysis.hpp"

namespace neucasl::circuit {
namespace {

std::string column_name(const Trace& trace) {
  switch (trace.kind) {
    case TraceKind::node:
      return "v(" + trace.name + ')';
    case TraceKind::branch:
      return "i(" + trace.name + ')';
    case TraceKind::noise:
      return trace.name + "_noise";
  }
  return trace.name;
}

/// Drops the first `count` values and puts, at `share` of the way from the last of them to the
/// next, a new first one.
void cut(std::vector<double>& values, std::size_t count, double share) {
  if (values.empty()) return;
  const double first = values[count - 1] + share * (values[count] - values[count - 1]);
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count - 1));
  values.front() = first;
}

}  // namespace

const Trace* Result::find(std::string_view name, TraceKind kind) const {
  const auto found = std::find_if(traces.begin(), traces.end(), [&](const Trace& trace) {
    return trace.kind == kind && trace.name == name;
  });
  return found == traces.end() ? nullptr : &*found;
}

Result after(Result result, double start) {
  const auto next = std::lower_bound(result.axis.begin(), result.axis.end(), start);
  const auto count = static_cast<std::size_t>(next - result.axis.begin());
  if (count == 0 || count == result.axis.size()) return result;
  const double before = result.axis[count - 1];
  const double share = (start - before) / (result.axis[count] - before);
  // A point of the axis at `start` itself is the first one that stays.
  const bool exact = result.axis[count] == start;
  const auto cut_one = [&](std::vector<double>& values) {
    if (values.size() != result.axis.size()) return;
    if (exact) {
      values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
    } else {
      cut(values, count, share);
    }
  };
  for (Trace& trace : result.traces) {
    cut_one(trace.real);
    cut_one(trace.imaginary);
  }
  std::vector<double> axis = result.axis;
  cut_one(axis);
  result.axis = std::move(axis);
  return result;
}

results::Table to_table(const Result& result, const std::string& name) {
  results::Table table;
  table.name = name;
  if (!result.axis_name.empty()) table.add(result.axis_name, result.axis, result.axis_dimension);
  for (const Trace& trace : result.traces) {
    const std::string column = column_name(trace);
    if (trace.imaginary.empty()) {
      table.add(column, trace.real, trace.dimension);
    } else {
      table.add(column + "_real", trace.real, trace.dimension);
      table.add(column + "_imaginary", trace.imaginary, trace.dimension);
    }
  }
  return table;
}

}  // namespace neucasl::circuit
