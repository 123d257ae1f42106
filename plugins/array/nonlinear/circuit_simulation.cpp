#include "circuit_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include "circuit_array.hpp"
#include "nonlinear_solver.hpp"

namespace neucasl::array_plugin {
namespace {

/// Values of all traces at one instant.
struct TracePoint {
  double axis = 0.0;
  std::vector<double> value;
};

/// From points of an array to traces: all nodes, then the currents of all sources.
class Traces {
 public:
  Traces(const circuit::Circuit& circuit, std::string analysis, std::string axis_name,
         const base::Dimension& axis_dimension)
      : circuit_(circuit) {
    result_.analysis = std::move(analysis);
    result_.axis_name = std::move(axis_name);
    result_.axis_dimension = axis_dimension;
    std::vector<base::Dimension> dimension(circuit.nodes.size(), base::dimension::voltage);
    for (const circuit::Device& device : circuit.devices) {
      const auto& internals = circuit.models[device.model].model->specification().internals;
      const std::size_t terminals = device.nodes.size() - internals.size();
      for (std::size_t k = 0; k < internals.size(); ++k) {
        dimension[device.nodes[terminals + k]] = internals[k].dimension;
      }
    }
    for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
      circuit::Trace trace;
      trace.name = circuit.nodes[node].name;
      trace.dimension = dimension[node];
      result_.traces.push_back(std::move(trace));
    }
    for (const circuit::Source& source : circuit.sources) {
      circuit::Trace trace;
      trace.name = source.name;
      trace.kind = circuit::TraceKind::branch;
      trace.dimension = base::dimension::current;
      result_.traces.push_back(std::move(trace));
    }
  }

  [[nodiscard]] TracePoint values(const CircuitArray& found, const NonlinearSolver& solver,
                                  double axis, const ArrayPoint& point) const {
    TracePoint to{axis, {}};
    to.value.reserve(result_.traces.size());
    for (std::size_t node = 1; node < found.node.size(); ++node) {
      to.value.push_back(value_of(found, solver, found.node[node], point));
    }
    // As in SPICE, the current of a source that delivers power is negative.
    for (std::size_t k = 0; k < circuit_.sources.size(); ++k) {
      to.value.push_back(-point.source_current[k]);
    }
    return to;
  }
  void append(const TracePoint& point) {
    if (!result_.axis_name.empty()) result_.axis.push_back(point.axis);
    for (std::size_t k = 0; k < point.value.size(); ++k) {
      result_.traces[k].real.push_back(point.value[k]);
    }
  }
  circuit::Result take(std::string method) {
    result_.method = std::move(method);
    return std::move(result_);
  }

 private:
  static double value_of(const CircuitArray& found, const NonlinearSolver& solver,
                         const NodePlace& place, const ArrayPoint& point) {
    if (place.kind == NodePlace::Kind::inner) {
      return point.x.y[place.first * found.array.inner.size() + place.second];
    }
    return voltage_at(
        found, place, point.source_voltage,
        [&](std::size_t i, std::size_t j) { return point.x.u[solver.at(i, j)]; },
        [&](std::size_t i, std::size_t j) { return point.x.v[solver.at(i, j)]; });
  }

  const circuit::Circuit& circuit_;
  circuit::Result result_;
};

/// Every point, or points of an even grid by parabolas.
class TransientTraces {
 public:
  TransientTraces(Traces& traces, const circuit::TransientAnalysis& analysis)
      : traces_(traces), analysis_(analysis) {}

  void add(TracePoint point) {
    if (analysis_.output_step <= 0.0 || points_.empty()) {
      traces_.append(point);
      next_ = 1.0;
    } else {
      interpolate(point);
    }
    points_.push_front(std::move(point));
    if (points_.size() > 2) points_.pop_back();
  }

 private:
  void interpolate(const TracePoint& a) {
    while (next_ * analysis_.output_step <= a.axis * (1.0 + 1e-12) &&
           next_ * analysis_.output_step < analysis_.stop * (1.0 - 1e-12)) {
      traces_.append(between(a, next_ * analysis_.output_step));
      next_ += 1.0;
    }
    if (a.axis == analysis_.stop) traces_.append(a);
  }
  [[nodiscard]] TracePoint between(const TracePoint& a, double time) const {
    const TracePoint& b = points_.front();
    const double share = (time - b.axis) / (a.axis - b.axis);
    TracePoint result{time, b.value};
    for (std::size_t k = 0; k < result.value.size(); ++k) {
      result.value[k] += share * (a.value[k] - b.value[k]);
    }
    if (points_.size() < 2) return result;
    const TracePoint& c = points_.back();
    const double weight = (time - a.axis) * (time - b.axis) / (c.axis - a.axis);
    for (std::size_t k = 0; k < result.value.size(); ++k) {
      const double bend = (c.value[k] - b.value[k]) / (c.axis - b.axis) -
                          (a.value[k] - b.value[k]) / (a.axis - b.axis);
      result.value[k] += weight * bend;
    }
    return result;
  }

  Traces& traces_;
  const circuit::TransientAnalysis& analysis_;
  std::deque<TracePoint> points_;
  double next_ = 1.0;
};

class Simulation {
 public:
  Simulation(const circuit::Circuit& circuit, const plugin::SimulationOptions& options,
             plugin::Context& context)
      : circuit_(circuit),
        options_{options.tolerances, context.threads, context.cancel, context.progress} {}

  circuit::Result run(const circuit::OperatingPointAnalysis& /*analysis*/) {
    const CircuitArray found = find_array(circuit_);
    NonlinearSolver solver(found.array, options_);
    Traces traces(circuit_, "op", "", {});
    traces.append(traces.values(found, solver, 0.0, solver.rest()));
    circuit::Result result = traces.take(method(solver.path()));
    result.iterations = solver.iterations();
    return result;
  }

  circuit::Result run(const circuit::SweepAnalysis& analysis) {
    if (analysis.values.empty()) {
      throw base::Error("array.analysis", "the sweep of '" + analysis.target + "' has no points",
                        "give at least one value");
    }
    circuit::Circuit circuit = circuit_;
    Traces traces(circuit_, "dc", analysis.target, circuit_.dimension_of(analysis.target));
    ArrayUnknowns last;
    std::size_t iterations = 0;
    for (std::size_t k = 0; k < analysis.values.size(); ++k) {
      circuit.set(analysis.target, analysis.values[k]);
      const CircuitArray found = find_array(circuit);
      NonlinearSolver solver(found.array, options_);
      const ArrayPoint point = solver.rest(k == 0 ? nullptr : &last);
      traces.append(traces.values(found, solver, analysis.values[k], point));
      last = point.x;
      iterations += solver.iterations();
      if (options_.progress) options_.progress("sweep", k + 1, analysis.values.size());
    }
    circuit::Result result = traces.take(method("Newton from point to point"));
    result.iterations = iterations;
    return result;
  }

  circuit::Result run(const circuit::TransientAnalysis& analysis) {
    const CircuitArray found = find_array(circuit_);
    NonlinearSolver solver(found.array, options_);
    Traces traces(circuit_, "tran", "time", base::dimension::time);
    TransientTraces output(traces, analysis);
    const TransientCount count = solver.transient(analysis, [&](const ArrayPoint& point) {
      output.add(traces.values(found, solver, point.time, point));
    });
    circuit::Result result = traces.take(
        method("trapezoidal rule with controlled truncation error, backward Euler after corners"));
    result.time_points = count.points;
    result.iterations = count.iterations;
    return analysis.start > 0.0 ? circuit::after(std::move(result), analysis.start) : result;
  }

  template <class Other>
  circuit::Result run(const Other& /*analysis*/) {
    throw base::Error("simulator.analysis",
                      "the simulator of arrays has no small-signal and no noise analysis",
                      "use the native or the ngspice simulator");
  }

 private:
  static std::string method(const std::string& way) {
    return "array: cells condensed, wires by lines (generalised minimal residuals), " + way;
  }

  const circuit::Circuit& circuit_;
  NonlinearOptions options_;
};

}  // namespace

circuit::Result simulate_array(const circuit::Circuit& circuit, const circuit::Analysis& analysis,
                               const plugin::SimulationOptions& options, plugin::Context& context) {
  if (options.device_form != "compiled") {
    throw base::Error("array.option",
                      "the simulator of arrays has no device form '" + options.device_form + "'",
                      "give 'compiled'");
  }
  Simulation simulation(circuit, options, context);
  return std::visit([&](const auto& one) { return simulation.run(one); }, analysis);
}

}  // namespace neucasl::array_plugin
