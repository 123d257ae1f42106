#include "nonlinear_array.hpp"

#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

std::string number(std::size_t value) { return std::to_string(value); }

void require_size(std::size_t found, std::size_t wanted, const std::string& what) {
  if (found == wanted) return;
  throw base::Error("array.size", what + " has " + number(found) + " entries",
                    "give " + number(wanted));
}

void require_value(double value, bool positive, const std::string& what) {
  if (std::isfinite(value) && (positive ? value > 0.0 : value >= 0.0)) return;
  throw base::Error(
      "array.value", what + " is " + base::shortest(value),
      positive ? "give a finite number above zero" : "give a finite number that is not negative");
}

class Checker {
 public:
  explicit Checker(const NonlinearArray& array) : array_(array) {}

  void run() const {
    if (array_.rows == 0 || array_.columns == 0) {
      throw base::Error(
          "array.size",
          "an array of " + number(array_.rows) + " x " + number(array_.columns) + " cells",
          "give at least one row and one column");
    }
    check_wires(array_.row_wires, "row", array_.rows, array_.columns);
    check_wires(array_.column_wires, "column", array_.columns, array_.rows);
    if (2 + array_.inner.size() + array_.controls > most_cell_unknowns) {
      throw base::Error("array.cell",
                        "a cell with " + number(2 + array_.inner.size() + array_.controls) +
                            " unknowns and controls",
                        "give cells with at most " + number(most_cell_unknowns));
    }
    if (array_.parts.empty()) {
      throw base::Error("array.cell", "the cells have no devices", "give at least one part");
    }
    for (std::size_t k = 0; k < array_.parts.size(); ++k) check_part(k);
    require_size(array_.initial.size(), array_.cells() * array_.inner.size(), "'initial'");
    require_size(array_.control.size(), array_.cells() * array_.controls, "'control'");
    check_finite(array_.initial, array_.inner.size(), "an initial value");
    for (const std::uint32_t source : array_.control) {
      if (source != NonlinearArray::ground) check_source(source, "a control of a cell");
    }
    for (const ArraySource& source : array_.sources) {
      if (!std::isfinite(source.rest)) {
        throw base::Error("array.value", "source '" + source.name + "' is not finite",
                          "give a finite voltage");
      }
    }
  }

 private:
  void check_source(std::uint32_t source, const std::string& owner) const {
    if (source < array_.sources.size()) return;
    throw base::Error("array.source", owner + " names source " + number(source),
                      "there are " + number(array_.sources.size()));
  }

  void check_wires(const ArrayWires& wires, const std::string& kind, std::size_t count,
                   std::size_t crossings) const {
    require_size(wires.first.size(), count, "'first' of the " + kind + " wires");
    require_size(wires.last.size(), count, "'last' of the " + kind + " wires");
    require_size(wires.segment.size(), wires.ideal ? 0 : count * (crossings - 1),
                 "'segment' of the " + kind + " wires");
    for (std::size_t k = 0; k < wires.segment.size(); ++k) {
      require_value(wires.segment[k], true,
                    "segment " + number(k % (crossings - 1)) + " of " + kind + " wire " +
                        number(k / (crossings - 1)));
    }
    for (std::size_t wire = 0; wire < count; ++wire) {
      const std::string owner = kind + " wire " + number(wire);
      int held = 0;
      for (const WireEnd& end : {wires.first[wire], wires.last[wire]}) {
        if (end.source == WireEnd::open) continue;
        check_source(end.source, owner);
        require_value(end.resistance, false, "the resistance at an end of " + owner);
        held += end.resistance == 0.0 ? 1 : 0;
      }
      if (held == 2 && (wires.ideal || crossings == 1)) {
        throw base::Error("array.source", "both ends of " + owner + " hold the same node",
                          "give one of them a resistance, or leave it open");
      }
    }
  }

  void check_part(std::size_t k) const {
    const CellPart& part = array_.parts[k];
    const std::string owner = "part " + number(k) + " of the cells";
    const std::size_t unknowns = part.model ? part.model->specification().unknowns() : 2;
    if (part.model != nullptr) {
      for (const model::Terminal& terminal : part.model->specification().terminals) {
        if (terminal.discipline == ir::Discipline::electrical) continue;
        throw base::Error("array.cell",
                          owner + ", model '" + part.model->specification().name +
                              "', has the terminal '" + terminal.name +
                              "', which is not electrical",
                          "give devices with electrical terminals");
      }
    }
    if (part.place.size() != unknowns) {
      throw base::Error("array.cell",
                        owner + " has " + number(unknowns) + " unknowns and " +
                            number(part.place.size()) + " places",
                        "give a place in the cell for each");
    }
    for (const std::uint32_t place : part.place) {
      if (place < 2 + array_.inner.size() + array_.controls) continue;
      throw base::Error("array.cell", owner + " stands at unknown " + number(place),
                        "a cell has " + number(2 + array_.inner.size() + array_.controls));
    }
    require_size(part.derived.size(), array_.cells() * part.derived_size(),
                 "'derived' of " + owner);
    check_finite(part.derived, part.derived_size(), owner);
    if (part.model != nullptr) return;
    for (std::size_t i = 0; i < part.derived.size(); ++i) {
      require_value(part.derived[i], false,
                    "the " + std::string(i % 2 == 0 ? "conductance" : "capacitance") + " of the " +
                        place_of(i / 2));
    }
  }

  void check_finite(const std::vector<double>& values, std::size_t each,
                    const std::string& what) const {
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (std::isfinite(values[k])) continue;
      throw base::Error("array.value",
                        what + " of the " + place_of(k / each) + " is " + base::shortest(values[k]),
                        "give finite numbers");
    }
  }

  [[nodiscard]] std::string place_of(std::size_t cell) const {
    return "cell in row " + number(cell / array_.columns) + ", column " +
           number(cell % array_.columns);
  }

  const NonlinearArray& array_;
};

}  // namespace

void check(const NonlinearArray& array) { Checker(array).run(); }

}  // namespace neucasl::array_plugin
