#include "nonlinear_solver.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::array_plugin {
namespace {

// Of sources that rise, as shares of their values.
constexpr double first_rise = 0.1;
constexpr double least_rise = 1e-4;
// Of the pseudo-transient, s.
constexpr double first_pseudo_step = 1e-12;
constexpr double least_pseudo_step = 1e-21;
constexpr double settled_step = 1e3;
constexpr int most_pseudo_steps = 400;

const NonlinearArray& checked(const NonlinearArray& array) {
  check(array);
  return array;
}

}  // namespace

NonlinearSolver::NonlinearSolver(const NonlinearArray& array, const NonlinearOptions& options)
    : array_(checked(array)),
      options_(options),
      newton_(array, options.tolerances, options.threads, options_.cancel),
      flow_(array.cells() * (2 + array.controls)),
      row_current_(newton_.network().field()),
      column_current_(newton_.network().field()) {}

std::size_t NonlinearSolver::at(std::size_t row, std::size_t column) const {
  return row * newton_.cells().stride() + column;
}

std::vector<double> NonlinearSolver::voltages_at(double time) const {
  std::vector<double> voltage;
  voltage.reserve(array_.sources.size());
  for (const ArraySource& source : array_.sources) {
    voltage.push_back(source.waveform.at(time, source.rest));
  }
  return voltage;
}

bool NonlinearSolver::ramp(std::span<const double> source_voltage, ArrayUnknowns& x) {
  x = newton_.first_guess();
  std::vector<double> voltage(source_voltage.size());
  double reached = 0.0;
  double rise = first_rise;
  ArrayUnknowns last = x;
  while (reached < 1.0) {
    const double share = std::min(1.0, reached + rise);
    for (std::size_t k = 0; k < voltage.size(); ++k) voltage[k] = share * source_voltage[k];
    if (newton_.solve_damped(voltage, {}, x) == NewtonEnd::converged) {
      reached = share;
      rise *= 2.0;
      last = x;
    } else {
      rise *= 0.25;
      x = last;
      if (rise < least_rise) return false;
    }
  }
  path_ = "sources raised from zero";
  return true;
}

/// Integrates by backward Euler, memories held, until nothing moves.
bool NonlinearSolver::settle(std::span<const double> source_voltage, ArrayUnknowns& x) {
  x = newton_.first_guess();
  ArrayCells& cells = newton_.cells();
  if (cells.stored().empty()) return false;
  std::vector<double> storage(array_.cells() * cells.stored().size());
  std::vector<double> constant(storage.size());
  ArrayUnknowns last = x;
  double step = first_pseudo_step;
  for (int k = 0; k < most_pseudo_steps; ++k) {
    cells.evaluate(last.u, last.v, last.y, source_voltage, storage, flow_);
    for (std::size_t i = 0; i < constant.size(); ++i) constant[i] = -storage[i] / step;
    if (newton_.solve_near(source_voltage, {1.0 / step, constant, true}, x, storage, flow_) ==
        NewtonEnd::converged) {
      last = x;
      if (step >= settled_step) {
        path_ = "pseudo-transient";
        return newton_.solve_damped(source_voltage, {}, x) == NewtonEnd::converged;
      }
      step *= 4.0;
    } else {
      x = last;
      step *= 0.125;
      if (step < least_pseudo_step) return false;
    }
  }
  return false;
}

void NonlinearSolver::solve_at_rest(std::span<const double> source_voltage, ArrayUnknowns& x) {
  path_ = "Newton's method";
  const NewtonEnd end = newton_.solve_damped(source_voltage, {}, x);
  if (end == NewtonEnd::converged || ramp(source_voltage, x) || settle(source_voltage, x)) return;
  x = newton_.first_guess();
  newton_.fail(newton_.solve_damped(source_voltage, {}, x), "at rest ");
}

void NonlinearSolver::evaluate(ArrayPoint& point) {
  ArrayCells& cells = newton_.cells();
  point.storage.resize(array_.cells() * cells.stored().size());
  cells.evaluate(point.x.u, point.x.v, point.x.y, point.source_voltage, point.storage, flow_);
}

void NonlinearSolver::complete(ArrayPoint& point) {
  const std::span<const std::uint32_t> stored = newton_.cells().stored();
  const std::size_t outer = 2 + array_.controls;
  const std::size_t local = 2 + array_.inner.size();
  point.source_current.assign(array_.sources.size(), 0.0);
  point.cell_power = 0.0;
  for (std::size_t cell = 0; cell < array_.cells(); ++cell) {
    double* const flow = &flow_[cell * outer];
    for (std::size_t s = 0; s < stored.size(); ++s) {
      const bool inside = stored[s] >= 2 && stored[s] < local;
      if (inside) continue;
      flow[stored[s] < 2 ? stored[s] : 2 + stored[s] - local] +=
          point.rate[cell * stored.size() + s];
    }
    const std::size_t k = at(cell / array_.columns, cell % array_.columns);
    row_current_[k] = flow[0];
    column_current_[k] = flow[1];
    point.cell_power += point.x.u[k] * flow[0] + point.x.v[k] * flow[1];
    for (std::size_t c = 0; c < array_.controls; ++c) {
      const std::uint32_t source = array_.control[cell * array_.controls + c];
      if (source == NonlinearArray::ground) continue;
      point.source_current[source] += flow[2 + c];
      point.cell_power += point.source_voltage[source] * flow[2 + c];
    }
  }
  WireNetwork& network = newton_.network();
  network.add_source_currents(point.x.u, point.x.v, row_current_, column_current_,
                              point.source_voltage, point.source_current);
  point.wire_power = network.power(point.x.u, point.x.v, point.source_voltage);
  point.source_power = 0.0;
  for (std::size_t k = 0; k < point.source_current.size(); ++k) {
    point.source_power += point.source_voltage[k] * point.source_current[k];
  }
}

ArrayPoint NonlinearSolver::rest(const ArrayUnknowns* guess) {
  ArrayPoint point;
  for (const ArraySource& source : array_.sources) point.source_voltage.push_back(source.rest);
  point.x = guess != nullptr ? *guess : newton_.first_guess();
  solve_at_rest(point.source_voltage, point.x);
  point.rate.assign(array_.cells() * newton_.cells().stored().size(), 0.0);
  evaluate(point);
  complete(point);
  return point;
}

}  // namespace neucasl::array_plugin
