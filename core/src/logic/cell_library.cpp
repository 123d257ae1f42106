#include "neucasl/logic/cell_library.hpp"

#include <algorithm>
#include <stdexcept>

namespace neucasl::logic {
namespace {

/// The interval of an axis and the place in it, outside [0, 1] beyond the ends.
struct AxisPlace {
  std::size_t index = 0;
  double share = 0.0;
};

AxisPlace place_on(const std::vector<double>& axis, double x) {
  if (axis.size() < 2) return {};
  std::size_t k = 0;
  while (k + 2 < axis.size() && x >= axis[k + 1]) ++k;
  return {k, (x - axis[k]) / (axis[k + 1] - axis[k])};
}

}  // namespace

double LoadTable::at(double input_transition, double output_load) const {
  if (value.empty()) throw std::logic_error("the table of a cell is empty");
  const AxisPlace row = place_on(transition, input_transition);
  const AxisPlace column = place_on(load, output_load);
  const std::size_t columns = load.size();
  const double* first = value.data() + row.index * columns + column.index;
  const auto along = [&](const double* v) {
    return columns < 2 ? v[0] : v[0] + (v[1] - v[0]) * column.share;
  };
  if (transition.size() < 2) return along(first);
  const double low = along(first);
  return low + (along(first + columns) - low) * row.share;
}

const Cell* CellLibrary::find(std::string_view cell) const {
  const auto found = std::ranges::find(cells, cell, &Cell::name);
  return found == cells.end() ? nullptr : &*found;
}

}  // namespace neucasl::logic
