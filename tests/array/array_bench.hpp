#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/model/card_parameters.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Arrays of cells as circuits, with the plugins and cards of this build.

namespace neucasl::array_test {

/// Points of a piecewise linear waveform: 0 V, a trapezoid of `value` from `begin` on, 0 V.
inline std::vector<double> trapezoid(double begin, double width, double value) {
  const double edge = 0.05 * width;
  return {0.0, 0.0, begin, 0.0, begin + edge, value, begin + width, value, begin + width + edge,
          0.0};
}

/// What an array circuit is made of.
struct ArrayPlan {
  std::size_t rows = 4;
  std::size_t columns = 4;
  std::string memory = "vteam_magic";  ///< Card.
  std::string selector;                ///< Card in series, on the column's side; empty: none.
  std::string transistor;              ///< Card; its gates by row.
  double row_segment = 1.0;            ///< ohm; 0: ideal
  double column_segment = 1.5;
  double driver = 0.0;  ///< ohm, between source and the first segment
  std::function<double(std::size_t, std::size_t)> state;     ///< Of the memories.
  std::function<std::vector<double>(std::size_t)> row_wave;  ///< Time and value in turn.
  std::function<std::vector<double>(std::size_t)> column_wave;
  std::function<double(std::size_t)> gate;  ///< V
};

class ArrayBench {
 public:
  ArrayBench()
      : host_({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards_({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}) {
    context.diagnostics = &diagnostics_;
    context.models = &host_.models();
    context.devices = &cards_;
  }
  std::unique_ptr<plugin::CircuitSimulator> simulator(const char* name) {
    return host_.make_circuit_simulator(host_.find(name, plugin::PluginKind::circuit_simulator));
  }
  model::FoundModel model(const std::string& card) {
    return host_.models().find(cards_.load(card).choice("model").value);
  }
  std::vector<double> parameters(const std::string& card) {
    device::UseList uses;
    return model::parameters_from(model(card).model->specification(), cards_.load(card), uses);
  }

  circuit::Circuit circuit(const ArrayPlan& plan);

  plugin::Context context;

 private:
  base::DiagnosticSink diagnostics_;
  plugin::Host host_;
  device::Library cards_;
};

/// Builds one circuit.
class ArrayBuilder {
 public:
  ArrayBuilder(ArrayBench& bench, const ArrayPlan& plan) : bench_(bench), plan_(plan) {
    circuit_.name = "array";
    circuit_.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
  }

  circuit::Circuit run() {
    std::vector<std::uint32_t> column_before(plan_.columns);
    std::vector<std::uint32_t> ideal_column(plan_.columns);
    for (std::size_t j = 0; j < plan_.columns; ++j) {
      if (plan_.column_segment == 0.0) ideal_column[j] = node("column" + mark(j));
    }
    for (std::size_t i = 0; i < plan_.rows; ++i) {
      std::uint32_t before = drive("row", i, plan_.row_wave);
      const std::uint32_t gate = plan_.transistor.empty() ? 0 : add_gate(i);
      for (std::size_t j = 0; j < plan_.columns; ++j) {
        const std::string cell = "array.cells" + mark(i) + mark(j);
        std::uint32_t row = before;
        if (plan_.row_segment > 0.0) {
          row = node(cell + ".row");
          resistor(cell + ".row_segment", before, row, plan_.row_segment);
        }
        std::uint32_t column =
            plan_.column_segment > 0.0 ? node(cell + ".column") : ideal_column[j];
        if (plan_.column_segment > 0.0 && i > 0) {
          resistor(cell + ".column_segment", column_before[j], column, plan_.column_segment);
        }
        add_cell(cell, row, column, gate, i, j);
        before = row;
        column_before[j] = column;
      }
    }
    for (std::size_t j = 0; j < plan_.columns; ++j) {
      const std::uint32_t end = drive("column", j, plan_.column_wave);
      if (plan_.column_segment > 0.0) {
        resistor("foot" + mark(j), column_before[j], end, plan_.column_segment);
      } else {
        // The source stands on a node of its own; the wire is that node.
        replace(end, ideal_column[j]);
      }
    }
    return std::move(circuit_);
  }

 private:
  static std::string mark(std::size_t index) { return '[' + std::to_string(index) + ']'; }

  std::uint32_t node(const std::string& name,
                     circuit::NodeKind kind = circuit::NodeKind::electrical) {
    circuit_.nodes.push_back({name, kind, 1.0, {}, 0.0});
    return static_cast<std::uint32_t>(circuit_.nodes.size() - 1);
  }
  void resistor(const std::string& name, std::uint32_t p, std::uint32_t n, double ohm) {
    circuit_.passives.push_back({name, circuit::PassiveKind::resistor, p, n, ohm, std::nullopt});
  }
  /// Source of a wire and, with a driver's resistance, the node behind it.
  std::uint32_t drive(const std::string& kind, std::size_t index,
                      const std::function<std::vector<double>(std::size_t)>& wave) {
    circuit::Source source;
    source.name = kind + "_source" + mark(index);
    source.p = node(kind + "_end" + mark(index));
    if (wave) {
      source.waveform.kind = circuit::Waveform::Kind::piecewise_linear;
      source.waveform.values = wave(index);
      source.rest = source.waveform.values.size() > 1 ? source.waveform.values[1] : 0.0;
    }
    circuit_.sources.push_back(source);
    if (plan_.driver == 0.0) return source.p;
    const std::uint32_t behind = node(kind + "_driven" + mark(index));
    resistor(kind + "_driver" + mark(index), source.p, behind, plan_.driver);
    return behind;
  }
  std::uint32_t add_gate(std::size_t row) {
    circuit::Source source;
    source.name = "gate_source" + mark(row);
    source.p = node("gate" + mark(row));
    source.rest = plan_.gate ? plan_.gate(row) : 0.0;
    circuit_.sources.push_back(source);
    return source.p;
  }
  /// Makes the last node, which only the last source touches, the given one.
  void replace(std::uint32_t last, std::uint32_t by) {
    circuit_.sources.back().p = by;
    if (last + 1 == circuit_.nodes.size()) circuit_.nodes.pop_back();
  }
  void add_cell(const std::string& name, std::uint32_t row, std::uint32_t column,
                std::uint32_t gate, std::size_t i, std::size_t j) {
    const bool alone = plan_.selector.empty() && plan_.transistor.empty();
    const std::uint32_t inner = alone ? column : node(name + ".middle");
    std::vector<double> parameters = bench_.parameters(plan_.memory);
    if (plan_.state) {
      const auto& specification = bench_.model(plan_.memory).model->specification();
      parameters[model::parameter_index(specification, "initial_state")] = plan_.state(i, j);
    }
    device(name + ".memory", plan_.memory, {row, inner}, std::move(parameters));
    if (!plan_.selector.empty()) {
      device(name + ".access", plan_.selector, {inner, column}, bench_.parameters(plan_.selector));
    } else if (!plan_.transistor.empty()) {
      device(name + ".access", plan_.transistor, {inner, gate, column, 0},
             bench_.parameters(plan_.transistor));
    }
  }
  void device(const std::string& name, const std::string& card,
              std::vector<std::uint32_t> terminals, std::vector<double> parameters) {
    const model::FoundModel found = bench_.model(card);
    std::uint32_t index = 0;
    while (index < circuit_.models.size() && circuit_.models[index].model != found.model) ++index;
    if (index == circuit_.models.size()) circuit_.models.push_back({found.model, found.origin});
    circuit::Device device;
    device.name = name;
    device.model = index;
    device.parameters = std::move(parameters);
    device.nodes = std::move(terminals);
    for (const model::Internal& internal : found.model->specification().internals) {
      device.nodes.push_back(node(name + '.' + internal.name, circuit::NodeKind::internal));
      circuit_.nodes.back().scale = internal.scale;
      circuit_.nodes.back().internal = internal.kind;
    }
    circuit_.devices.push_back(std::move(device));
    circuit_.refresh(circuit_.devices.size() - 1);
  }

  ArrayBench& bench_;
  const ArrayPlan& plan_;
  circuit::Circuit circuit_;
};

inline circuit::Circuit ArrayBench::circuit(const ArrayPlan& plan) {
  return ArrayBuilder(*this, plan).run();
}

/// Largest difference of the currents of all sources over the largest current, at the points of
/// `a`; `b` is linear between its own.
inline double worst_current_difference(const circuit::Result& a, const circuit::Result& b) {
  double worst = 0.0;
  double peak = 0.0;
  for (const circuit::Trace& trace : a.traces) {
    if (trace.kind != circuit::TraceKind::branch) continue;
    const circuit::Trace* other = b.find(trace.name, trace.kind);
    if (other == nullptr) return INFINITY;
    std::size_t at = 0;
    for (std::size_t k = 0; k < trace.real.size(); ++k) {
      peak = std::max(peak, std::abs(trace.real[k]));
      double value = other->real.front();
      if (!b.axis.empty()) {
        while (at + 2 < b.axis.size() && b.axis[at + 1] < a.axis[k]) ++at;
        const double share = (a.axis[k] - b.axis[at]) / (b.axis[at + 1] - b.axis[at]);
        value = other->real[at] + share * (other->real[at + 1] - other->real[at]);
      }
      worst = std::max(worst, std::abs(trace.real[k] - value));
    }
  }
  return worst / peak;
}

}  // namespace neucasl::array_test
