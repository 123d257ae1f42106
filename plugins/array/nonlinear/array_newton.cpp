#include "array_newton.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::array_plugin {
namespace {

constexpr int most_corrections = 12;
constexpr int most_damped_corrections = 150;
constexpr double smallest_damping = 1e-4;
constexpr double left_out = 0.1;  // of the accuracy, of a correction that is not made any more
constexpr double step_residual = 1e-4;
constexpr double rest_residual = 1e-12;
constexpr double first_forcing = 1e-4;

std::vector<double> sources_at_rest(const NonlinearArray& array) {
  std::vector<double> voltage;
  voltage.reserve(array.sources.size());
  for (const ArraySource& source : array.sources) voltage.push_back(source.rest);
  return voltage;
}

}  // namespace

ArrayNewton::ArrayNewton(const NonlinearArray& array, const circuit::Tolerances& tolerances,
                         int threads, const base::CancelFlag& cancel)
    : array_(array),
      tolerances_(tolerances),
      cells_(array, threads, cancel),
      network_(array),
      stamps_(network_.stamps()),
      change_{network_.field(), network_.field(), std::vector<double>(array.initial.size(), 0.0)},
      tried_(change_),
      peak_(array.initial.size(), 0.0),
      inner_accuracy_(array.initial.size(), 0.0),
      storage_weight_(array.cells() * cells_.stored().size(), 0.0) {
  see(first_guess(), sources_at_rest(array));
}

ArrayUnknowns ArrayNewton::first_guess() const {
  return {network_.field(), network_.field(), array_.initial};
}

void ArrayNewton::see(const ArrayUnknowns& x, std::span<const double> source_voltage) {
  const std::size_t inner = array_.inner.size();
  for (const double voltage : source_voltage) {
    peak_voltage_ = std::max(peak_voltage_, std::abs(voltage));
  }
  accuracy_.voltage = tolerances_.relative * peak_voltage_ + tolerances_.voltage;
  for (std::size_t k = 0; k < peak_.size(); ++k) {
    const InnerUnknown& one = array_.inner[k % inner];
    peak_[k] = std::max(peak_[k], std::abs(x.y[k]));
    inner_accuracy_[k] = one.node
                             ? accuracy_.voltage
                             : tolerances_.relative * peak_[k] + tolerances_.voltage * one.scale;
  }
  accuracy_.inner = inner_accuracy_;
}

NewtonEnd ArrayNewton::linearise(std::span<const double> source_voltage, const TimeRule& rule,
                                 const ArrayUnknowns& x, double relative, double absolute) {
  ++iterations_;
  if (!cells_.linearise(x.u, x.v, x.y, source_voltage, rule, stamps_, accuracy_, storage_weight_)) {
    worst_cell_ = cells_.fault_cell();
    tried_ = x;
    return cells_.fault_not_finite() ? NewtonEnd::not_finite : NewtonEnd::singular_cell;
  }
  if (!driven_checked_) network_.require_driven(array_, stamps_);
  driven_checked_ = true;
  if (!network_.factor(stamps_)) {
    worst_cell_ = network_.fault_row() * array_.columns + network_.fault_column();
    return NewtonEnd::negative_conductance;
  }
  return correct(source_voltage, x, relative, absolute);
}

/// The wires' correction and the cells' response.
NewtonEnd ArrayNewton::correct(std::span<const double> source_voltage, const ArrayUnknowns& x,
                               double relative, double absolute) {
  if (!network_.solve(x.u, x.v, source_voltage, stamps_, relative, absolute, change_.u,
                      change_.v)) {
    return NewtonEnd::stalled;
  }
  measure();
  return std::isfinite(worst_) ? NewtonEnd::converged : NewtonEnd::not_finite;
}

void ArrayNewton::measure() {
  const CellChange inner = cells_.respond(change_.u, change_.v, accuracy_, change_.y);
  worst_cell_ = inner.worst_cell;
  double worst = 0.0;
  std::size_t cell = 0;
  for (std::size_t row = 0; row < array_.rows; ++row) {
    for (std::size_t column = 0; column < array_.columns; ++column) {
      const std::size_t at = network_.at(row, column);
      const double size = std::max(std::abs(change_.u[at]), std::abs(change_.v[at]));
      if (size <= worst) continue;
      worst = std::isfinite(size) ? size : INFINITY;
      cell = row * array_.columns + column;
    }
  }
  worst /= accuracy_.voltage;
  if (worst > inner.all) worst_cell_ = cell;
  worst_ = std::max(worst, inner.all);
  worst_voltage_ = std::max(worst, inner.nodes);
}

/// to = from + share x change
void ArrayNewton::move(const ArrayUnknowns& from, double share, ArrayUnknowns& to) const {
  const auto add = [share](const std::vector<double>& a, const std::vector<double>& b,
                           std::vector<double>& sum) {
    for (std::size_t k = 0; k < a.size(); ++k) sum[k] = a[k] + share * b[k];
  };
  add(from.u, change_.u, to.u);
  add(from.v, change_.v, to.v);
  add(from.y, change_.y, to.y);
}

NewtonEnd ArrayNewton::solve_near(std::span<const double> source_voltage, const TimeRule& rule,
                                  ArrayUnknowns& x, std::span<double> storage,
                                  std::span<double> flow) {
  const double absolute = 0.02 * left_out * accuracy_.voltage;
  double before = INFINITY;
  bool fresh = false;  // slopes are wanted
  NewtonEnd end = linearise(source_voltage, rule, x, step_residual, absolute);
  for (int k = 0; k < most_corrections; ++k) {
    if (end != NewtonEnd::converged) return end;
    if (k > 3 && worst_ > before) return NewtonEnd::diverged;
    move(x, 1.0, x);
    if (fresh) {
      fresh = false;
      before = worst_;
      end = linearise(source_voltage, rule, x, step_residual, absolute);
      continue;
    }
    before = worst_;
    if (!cells_.restate(x.u, x.v, x.y, source_voltage, rule, stamps_, storage, flow)) {
      worst_cell_ = cells_.fault_cell();
      tried_ = x;
      return NewtonEnd::not_finite;
    }
    end = correct(source_voltage, x, step_residual, absolute);
    if (end == NewtonEnd::converged && worst_ <= left_out) return end;
    // Slopes that gain little are taken anew, after this correction.
    fresh = worst_ > 0.1 * before;
  }
  return NewtonEnd::diverged;
}

NewtonEnd ArrayNewton::solve_damped(std::span<const double> source_voltage, const TimeRule& rule,
                                    ArrayUnknowns& x) {
  double before = 0.0;
  double share = 1.0;
  double forcing = first_forcing;
  ArrayUnknowns base;  // where the correction that is tried began
  ArrayUnknowns step;
  for (int k = 0; k < most_damped_corrections; ++k) {
    const NewtonEnd end = linearise(source_voltage, rule, x, forcing, 0.0);
    const bool worse = end != NewtonEnd::converged || (before > 0.0 && !(worst_voltage_ < before));
    if (worse && before > 0.0 && !(end == NewtonEnd::converged && worst_ <= 1.0) &&
        share > smallest_damping) {
      share *= 0.5;
      std::swap(change_, step);
      move(base, share, x);
      std::swap(change_, step);
      continue;
    }
    if (end != NewtonEnd::converged) return end;
    const bool whole = share == 1.0;
    base = x;
    step = change_;
    share = std::min(1.0, 4.0 * share);
    move(x, share, x);
    if (worst_ <= 1.0 && whole && forcing <= rest_residual) return NewtonEnd::converged;
    // S. C. Eisenstat and H. F. Walker, SIAM J. Sci. Comput. 17:16, 1996, choice 2, sharper since
    // cells cost more than the wires; the last correction is exact.
    const double ratio = before > 0.0 ? worst_voltage_ / before : 1.0;
    forcing = std::clamp(0.1 * ratio * ratio, rest_residual, first_forcing);
    if (whole && worst_ * forcing <= 1.0) forcing = rest_residual;
    before = worst_voltage_;
  }
  return NewtonEnd::diverged;
}

std::string ArrayNewton::place(std::size_t cell) const {
  return "cell in row " + std::to_string(cell / array_.columns) + ", column " +
         std::to_string(cell % array_.columns);
}

std::string ArrayNewton::values(std::size_t cell) const {
  const std::size_t at = network_.at(cell / array_.columns, cell % array_.columns);
  std::string text = "row wire " + base::shortest(tried_.u[at]) + " V, column wire " +
                     base::shortest(tried_.v[at]) + " V";
  const std::size_t inner = array_.inner.size();
  for (std::size_t k = 0; k < inner; ++k) {
    text += ", " + array_.inner[k].name + ' ' + base::shortest(tried_.y[cell * inner + k]);
  }
  return text;
}

void ArrayNewton::fail(NewtonEnd end, const std::string& when) const {
  const std::string cell = place(worst_cell_);
  switch (end) {
    case NewtonEnd::not_finite:
      throw base::Error(
          "array.not-finite",
          when + "the " + cell + " gives a number that is not finite, at " + values(worst_cell_),
          "keep voltages inside the range of its device models");
    case NewtonEnd::singular_cell:
      throw base::Error(
          "array.singular-cell",
          when + "an unknown inside the " + cell + " is not determined, at " + values(worst_cell_),
          "give inner nodes a path for direct current");
    case NewtonEnd::negative_conductance:
      throw base::Error("array.negative-conductance",
                        when + "the differential conductance of the " + cell +
                            " is negative and not outweighed by what its wires conduct, so that "
                            "the array has no stable solution there",
                        "give wires of less resistance, or a voltage away from the falling part of "
                        "the cell's curve");
    case NewtonEnd::stalled:
      throw base::Error("array.stalled",
                        when + "the iteration along the wires stalled at a relative residual of " +
                            base::shortest(network_.residual()),
                        "check for resistances or conductances that differ by too many decades");
    case NewtonEnd::diverged:
    case NewtonEnd::converged:
      break;
  }
  throw base::Error("array.convergence",
                    when + "Newton's method does not converge; the worst place is the " + cell +
                        ", with a correction " + base::shortest(worst_) + " times the accuracy",
                    "look for jumps in the cell's device models, or ramp the sources");
}

}  // namespace neucasl::array_plugin
