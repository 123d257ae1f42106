#include "array_extraction.hpp"

#include <cmath>
#include <map>
#include <optional>

#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::array_plugin {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw base::Error("array.structure", what,
                    "give a crossbar of linear cells with driven rows and columns at 0 V, or use "
                    "the ngspice simulator");
}

/// Works on the flat netlist, where a cell is whatever hangs on the same array copy.
class Extractor {
 public:
  Extractor(const ir::Design& design, ir::ModuleId top)
      : netlist_(ir::flatten(design, top)), names_(netlist_.nodes()) {}

  ExtractedArray run() {
    sort_elements();
    find_shape();
    ExtractedArray result;
    result.rows = rows_;
    result.columns = columns_;
    result.conductance.assign(rows_ * columns_, 0.0);
    result.row_node.resize(rows_ * columns_);
    result.column_node.resize(rows_ * columns_);
    trace(result);
    return result;
  }

 private:
  struct Element {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    double value = 0.0;
    bool used = false;
  };

  void sort_elements() {
    for (std::size_t e = 0; e < netlist_.elements(); ++e) {
      const ir::ElementKind& kind = netlist_.kinds[netlist_.kind[e]];
      const std::uint32_t pin = netlist_.pin_offset[e];
      if (kind.pins.size() != 2) fail("'" + netlist_.element_name(e) + "' has not two pins");
      const std::uint32_t p = netlist_.pin_node[pin];
      const std::uint32_t n = netlist_.pin_node[pin + 1];
      if (kind.element == "voltage_source") {
        if (n != 0 || p == 0)
          fail("source '" + netlist_.element_name(e) + "' does not go to ground");
        if (!sources_.emplace(p, e).second) {
          fail("node '" + netlist_.node_name(p) + "' has two sources");
        }
      } else if (kind.element == "conductance" || kind.element == "resistor") {
        place(e, kind.element == "conductance", p, n);
      } else {
        fail("'" + netlist_.element_name(e) + "' is a '" + kind.name + "', not a linear cell");
      }
    }
  }

  void place(std::size_t e, bool device, std::uint32_t p, std::uint32_t n) {
    // The copy of the array that the element belongs to: its nearest path with a row and column.
    std::uint32_t path = netlist_.element_path[e];
    while (path != 0 && netlist_.paths[path].row < 0) path = netlist_.paths[path].parent;
    if (path == 0) fail("'" + netlist_.element_name(e) + "' stands outside the array");
    const std::uint32_t array = netlist_.paths[path].parent;
    const std::uint32_t array_name = netlist_.paths[path].name;
    if (devices_.empty() && segments_.empty()) {
      array_ = array;
      array_name_ = array_name;
    } else if (array != array_ || array_name != array_name_) {
      fail("there is more than one array");
    }
    const auto cell = std::make_pair(netlist_.paths[path].row, netlist_.paths[path].column);
    if (device) {
      const double value = netlist_.parameter_of(e, "conductance");
      if (!devices_.emplace(cell, Element{p, n, value}).second) {
        fail("a cell holds two devices");
      }
    } else {
      segments_[cell].push_back({p, n, netlist_.parameter_of(e, "resistance")});
    }
    rows_ = std::max(rows_, static_cast<std::size_t>(cell.first) + 1);
    columns_ = std::max(columns_, static_cast<std::size_t>(cell.second) + 1);
  }

  void find_shape() const {
    if (devices_.size() != rows_ * columns_ || devices_.empty()) fail("a cell has no device");
  }

  /// The segment of the cell that touches the node, and its other end.
  std::optional<std::pair<std::uint32_t, double>> take_segment(std::pair<int, int> cell,
                                                               std::uint32_t node) {
    for (Element& segment : segments_[cell]) {
      if (segment.used || (segment.a != node && segment.b != node)) continue;
      segment.used = true;
      return std::make_pair(segment.a == node ? segment.b : segment.a, segment.value);
    }
    return std::nullopt;
  }

  static void same(double& known, double value, const char* what) {
    if (known < 0.0) known = value;
    if (known != value) fail(std::string("the ") + what + " segments differ");
  }

  void trace(ExtractedArray& result) {
    double row_segment = -1.0;
    double column_segment = -1.0;
    std::vector<std::uint32_t> row_end(rows_);
    std::vector<std::uint32_t> column_end(columns_);
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t j = 0; j < columns_; ++j) {
        const std::pair<int, int> cell{static_cast<int>(i), static_cast<int>(j)};
        const Element& device = devices_.at(cell);
        const std::size_t k = i * columns_ + j;
        result.conductance[k] = device.value;
        result.row_node[k] = name(device.a);
        result.column_node[k] = name(device.b);
        // Towards the source: a segment, or the row wire is one node.
        const auto left = take_segment(cell, device.a);
        same(row_segment, left ? left->second : 0.0, "row");
        const std::uint32_t from = left ? left->first : device.a;
        if (j == 0) {
          result.drive_source.push_back(source_name(from));
          result.input_voltage.push_back(source_value(from));
        } else if (from != row_end[i]) {
          fail("row wire " + std::to_string(i) + " is broken at column " + std::to_string(j));
        }
        row_end[i] = device.a;
        const auto down = take_segment(cell, device.b);
        same(column_segment, down ? down->second : 0.0, "column");
        if (i > 0 && device.b != column_end[j]) {
          fail("column wire " + std::to_string(j) + " is broken at row " + std::to_string(i));
        }
        column_end[j] = down ? down->first : device.b;
      }
    }
    for (std::size_t j = 0; j < columns_; ++j) {
      result.sense_source.push_back(source_name(column_end[j]));
      if (source_value(column_end[j]) != 0.0) {
        fail("column " + std::to_string(j) + " is not held at 0 V");
      }
    }
    result.row_segment_resistance = row_segment;
    result.column_segment_resistance = column_segment;
    finish();
  }

  void finish() const {
    if (sources_.size() != rows_ + columns_) fail("a source drives neither a row nor a column");
    for (const auto& [cell, segments] : segments_) {
      for (const Element& segment : segments) {
        if (!segment.used) fail("a cell holds a resistor that is no wire segment");
      }
    }
  }

  const std::string& name(std::uint32_t node) {
    if (names_[node].empty()) names_[node] = netlist_.node_name(node);
    return names_[node];
  }

  std::size_t source_at(std::uint32_t node) const {
    const auto source = sources_.find(node);
    if (source == sources_.end()) {
      fail("wire end '" + netlist_.node_name(node) + "' has no source");
    }
    return source->second;
  }
  std::string source_name(std::uint32_t node) const {
    return netlist_.element_name(source_at(node));
  }
  double source_value(std::uint32_t node) const {
    return netlist_.parameter_of(source_at(node), "voltage");
  }

  ir::FlatNetlist netlist_;
  std::vector<std::string> names_;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::uint32_t array_ = 0;
  std::uint32_t array_name_ = 0;
  std::map<std::pair<int, int>, Element> devices_;
  std::map<std::pair<int, int>, std::vector<Element>> segments_;
  std::map<std::uint32_t, std::size_t> sources_;
};

}  // namespace

ExtractedArray extract_array(const ir::Design& design, ir::ModuleId top) {
  return Extractor(design, top).run();
}

}  // namespace neucasl::array_plugin
