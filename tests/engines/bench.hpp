#pragma once

#include <cmath>
#include <filesystem>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// A test bench for any device model: each terminal driven by a source behind a resistance.

namespace neucasl::engines {

/// How the terminals of a model are driven.
struct Drive {
  double stop = 10e-9;         ///< s, length of the transient
  double resistance = 1000.0;  ///< ohm, of the electrical sources
  /// Largest value of the source at each terminal: V; sqrt(W) of the incoming wave at optical ones.
  /// Empty: from the limits of the terminals.
  std::vector<double> peaks;
  /// Share of the peak at rest.
  std::vector<double> rest;
  /// The sweep ends at this share of the first peak.
  double sweep_share = 1.0;
};

/// One device of a model on its bench.
class Bench {
 public:
  Bench(const model::FoundModel& found, const std::vector<double>& parameters, const Drive& drive)
      : drive_(drive) {
    circuit_.name = "bench_" + found.model->specification().name;
    circuit_.models.push_back({found.model, found.origin});
    circuit_.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
    circuit::Device device;
    device.name = "device";
    device.parameters = parameters;
    const model::Specification& specification = found.model->specification();
    for (std::size_t t = 0; t < specification.terminals.size(); ++t) {
      add_terminal(specification.terminals[t], t, device);
    }
    for (const model::Internal& internal : specification.internals) {
      device.nodes.push_back(
          node("device." + internal.name, circuit::NodeKind::internal, internal.scale));
      circuit_.nodes.back().internal = internal.kind;
    }
    circuit_.devices.push_back(std::move(device));
    circuit_.refresh(0);
  }

  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }

  /// The first driven source from zero to its peak, the others at rest.
  [[nodiscard]] circuit::Analysis sweep() const {
    circuit::SweepAnalysis sweep{circuit_.sources.front().name, {}};
    for (int k = 0; k <= 10; ++k)
      sweep.values.push_back(0.1 * k * drive_.sweep_share * peaks_.front());
    return sweep;
  }
  [[nodiscard]] circuit::Analysis transient(double steps) const {
    circuit::TransientAnalysis transient;
    transient.stop = drive_.stop;
    transient.largest_step = drive_.stop / steps;
    return transient;
  }
  /// Corners of the drive: both engines compute these times exactly.
  [[nodiscard]] std::vector<double> corner_times() const {
    std::vector<double> times;
    for (int k = 1; k <= segments; ++k) times.push_back(drive_.stop * k / segments);
    return times;
  }

 private:
  static constexpr int segments = 16;

  std::uint32_t node(const std::string& name, circuit::NodeKind kind, double scale = 1.0) {
    circuit_.nodes.push_back({name, kind, scale, {}, 0.0});
    return static_cast<std::uint32_t>(circuit_.nodes.size() - 1);
  }

  double peak_of(const model::Terminal& terminal, std::size_t index) const {
    if (index < drive_.peaks.size()) return drive_.peaks[index];
    // Terminals differ, so that something flows.
    return terminal.limit * (index == 0 ? 0.5 : 0.5 / (2.0 + static_cast<double>(index)));
  }
  double rest_of(std::size_t index) const {
    return index < drive_.rest.size() ? drive_.rest[index] : 0.5;
  }

  void add_terminal(const model::Terminal& terminal, std::size_t index, circuit::Device& device) {
    const double peak = peak_of(terminal, index);
    if (terminal.discipline == ir::Discipline::optical) {
      // A voltage source of 2 a behind 1 ohm is a matched source of the wave a, since V + I = 2 a.
      const auto real = node(terminal.name + ".re", circuit::NodeKind::optical_real);
      const auto imaginary = node(terminal.name + ".im", circuit::NodeKind::optical_imaginary);
      drive(terminal.name + ".re", real, 2.0 * peak, 1.0, index);
      drive(terminal.name + ".im", imaginary, 0.0, 1.0, index);
      device.nodes.push_back(real);
      device.nodes.push_back(imaginary);
    } else if (terminal.discipline == ir::Discipline::thermal) {
      const auto warm = node(terminal.name, circuit::NodeKind::thermal);
      // A source of temperature behind a thermal resistance, in K and K/W.
      drive(terminal.name, warm, peak, 1000.0, index);
      device.nodes.push_back(warm);
    } else {
      const auto net = node(terminal.name, circuit::NodeKind::electrical);
      drive(terminal.name, net, peak, drive_.resistance, index);
      device.nodes.push_back(net);
    }
  }

  /// A piecewise linear source that starts at rest, rises to the peak, falls to zero and returns.
  void drive(const std::string& name, std::uint32_t net, double peak, double resistance,
             std::size_t index) {
    const auto outer = node("drive_" + name, circuit::NodeKind::electrical);
    circuit::Source source;
    source.name = "source_" + name;
    source.p = outer;
    source.rest = rest_of(index) * peak;
    source.waveform.kind = circuit::Waveform::Kind::piecewise_linear;
    for (int k = 0; k <= segments; ++k) {
      const double phase =
          2.0 * std::numbers::pi * k * (1.0 + 0.5 * static_cast<double>(index)) / segments;
      source.waveform.values.push_back(drive_.stop * k / segments);
      const double rest = rest_of(index);
      source.waveform.values.push_back(peak * (rest + (1.0 - rest) * std::sin(phase)));
    }
    circuit_.sources.push_back(std::move(source));
    circuit_.passives.push_back(
        {"feed_" + name, circuit::PassiveKind::resistor, outer, net, resistance, std::nullopt});
    peaks_.push_back(peak);
  }

  Drive drive_;
  circuit::Circuit circuit_;
  std::vector<double> peaks_;
};

/// Value of a trace at a time that is one of its points, within rounding.
inline std::optional<double> value_at(const circuit::Result& result, const circuit::Trace& trace,
                                      double time) {
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    if (std::abs(result.axis[k] - time) <= 1e-9 * std::abs(result.axis.back()))
      return trace.real[k];
  }
  return std::nullopt;
}

}  // namespace neucasl::engines
