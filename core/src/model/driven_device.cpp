#include "neucasl/model/driven_device.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::model {
namespace {

constexpr int most_newton_steps = 60;
constexpr double newton_tolerance = 1e-12;  // of an internal unknown's scale
constexpr int most_halvings = 40;
constexpr double smallest_share = 1e-6;  // of a Newton step

// In the place of a step: memories keep their values, or all states do.
constexpr double at_rest = 0.0;
constexpr double all_kept = -1.0;

/// Solves A x = b in place by Gauss elimination with partial pivoting; false when singular.
bool solve_dense(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    }
    if (!(std::abs(a[pivot * n + k]) > 0.0)) return false;
    if (pivot != k) {
      std::swap_ranges(a.begin() + static_cast<std::ptrdiff_t>(k * n),
                       a.begin() + static_cast<std::ptrdiff_t>((k + 1) * n),
                       a.begin() + static_cast<std::ptrdiff_t>(pivot * n));
      std::swap(b[k], b[pivot]);
    }
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / a[k * n + k];
      if (factor == 0.0) continue;
      for (std::size_t j = k; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
    if (!std::isfinite(b[k])) return false;
  }
  return true;
}

}  // namespace

DrivenDevice::DrivenDevice(const DeviceModel& model, std::span<const double> parameters,
                           const Environment& environment)
    : model_(model), terminals_(model.specification().terminal_unknowns()) {
  const std::size_t n = model.specification().unknowns();
  derived_.resize(model.derived_size());
  model.derive(parameters, environment, derived_);
  unknowns_.resize(n);
  flow_.resize(n);
  storage_.resize(n);
  flow_jacobian_.resize(n * n);
  storage_jacobian_.resize(n * n);
  reset();
}

void DrivenDevice::reset() {
  model_.initial_internals(derived_, std::span(unknowns_).subspan(terminals_));
}

void DrivenDevice::set_internals(std::span<const double> values) {
  std::copy(values.begin(), values.end(),
            unknowns_.begin() + static_cast<std::ptrdiff_t>(terminals_));
}

void DrivenDevice::evaluate(bool with_jacobian) {
  Evaluation out{flow_, storage_, {}, {}};
  if (with_jacobian) {
    out.flow_jacobian = flow_jacobian_;
    out.storage_jacobian = storage_jacobian_;
  }
  model_.evaluate(derived_, unknowns_, out);
}

double DrivenDevice::assemble(const Step& step, std::vector<double>& matrix,
                              std::vector<double>& residual) {
  evaluate(true);
  const auto& internals = model_.specification().internals;
  const std::size_t n = unknowns_.size();
  const std::size_t m = internals.size();
  double worst = 0.0;
  for (std::size_t k = 0; k < m; ++k) {
    const std::size_t row = terminals_ + k;
    const bool memory = internals[k].kind == InternalKind::memory;
    const bool algebraic = internals[k].kind == InternalKind::algebraic;
    const bool kept = step.length == at_rest ? memory : step.length == all_kept && !algebraic;
    double scale = 0.0;
    for (std::size_t j = 0; j < m; ++j) {
      const std::size_t at = row * n + terminals_ + j;
      double entry = flow_jacobian_[at];
      if (step.length > 0.0) {
        // The trapezoidal rule would let an equation without storage swing about zero.
        entry = (algebraic ? step.length : 0.5 * step.length) * entry + storage_jacobian_[at];
      }
      if (kept) entry = j == k ? 1.0 : 0.0;
      matrix[k * m + j] = entry;
      scale += std::abs(entry) * internals[j].scale;
    }
    residual[k] = -flow_[row];
    if (step.length > 0.0) {
      const double passed =
          algebraic ? step.length * flow_[row] : 0.5 * step.length * (flow_[row] + step.flow[row]);
      residual[k] = -(storage_[row] - step.storage[row] + passed);
    }
    if (kept) residual[k] = step.held[k] - unknowns_[row];
    worst = std::max(worst, std::abs(residual[k]) / scale);
  }
  return worst;
}

bool DrivenDevice::solve(double length, std::span<const double> storage_before,
                         std::span<const double> flow_before) {
  const std::span<double> inner = std::span(unknowns_).subspan(terminals_);
  if (inner.empty()) return true;
  const std::vector<double> held(inner.begin(), inner.end());
  const Step step{length, storage_before, flow_before, held};
  // Whole steps are the faster way, and cycle now and then.
  if (newton(step, false)) return true;
  std::copy(held.begin(), held.end(), inner.begin());
  return newton(step, true);
}

bool DrivenDevice::newton(const Step& step, bool damped) {
  const auto& internals = model_.specification().internals;
  const std::size_t m = internals.size();
  const std::span<double> inner = std::span(unknowns_).subspan(terminals_);
  std::vector<double> matrix(m * m);
  std::vector<double> residual(m);
  double norm = assemble(step, matrix, residual);
  for (int iteration = 0; iteration < most_newton_steps; ++iteration) {
    if (!solve_dense(matrix, residual)) return false;
    double worst = 0.0;
    std::vector<double> move(m);
    for (std::size_t k = 0; k < m; ++k) {
      // Steps far outside the range would leave the region where the equations make sense.
      const double span = internals[k].high - internals[k].low;
      move[k] = std::clamp(residual[k], -span, span);
      worst = std::max(worst, std::abs(residual[k]) / internals[k].scale);
    }
    const std::vector<double> from(inner.begin(), inner.end());
    const double before = norm;
    for (double share = 1.0;; share *= 0.5) {
      for (std::size_t k = 0; k < m; ++k) inner[k] = from[k] + share * move[k];
      norm = assemble(step, matrix, residual);
      // A step that does not bring the equations closer goes too far; the last move by rounding.
      if (!damped || norm < before || worst < newton_tolerance || share < smallest_share) break;
    }
    if (worst < newton_tolerance) {
      return std::all_of(flow_.begin(), flow_.end(), [](double f) { return std::isfinite(f); });
    }
  }
  return false;
}

std::vector<double> DrivenDevice::rest(std::span<const double> terminals) {
  std::copy(terminals.begin(), terminals.end(), unknowns_.begin());
  if (!solve(at_rest, {}, {})) {
    throw base::Error("model.convergence",
                      "device model '" + model_.specification().name +
                          "' has no solution at rest for the given terminals",
                      "give terminals within the model's limits");
  }
  evaluate(false);
  return {flow_.begin(), flow_.begin() + static_cast<std::ptrdiff_t>(terminals_)};
}

std::vector<DrivenDevice::Point> DrivenDevice::transient(double begin, double end,
                                                         double largest_step, const Drive& drive,
                                                         double tolerance) {
  const auto& internals = model_.specification().internals;
  const std::span<double> terminals = std::span(unknowns_).first(terminals_);
  std::vector<Point> points;
  const auto record = [&](double time, std::span<const double> storage_before, double step) {
    Point point{time, {terminals.begin(), terminals.end()}, {}, {}};
    for (std::size_t i = 0; i < terminals_; ++i) {
      const double displaced = step > 0.0 ? (storage_[i] - storage_before[i]) / step : 0.0;
      point.flow.push_back(flow_[i] + displaced);
    }
    point.internals.assign(this->internals().begin(), this->internals().end());
    points.push_back(std::move(point));
  };
  const auto advance = [&](double from, double step) {
    const std::vector<double> storage_before = storage_;
    const std::vector<double> flow_before = flow_;
    drive(from + step, terminals);
    return solve(step, storage_before, flow_before);
  };

  drive(begin, terminals);
  if (!solve(all_kept, {}, {})) {
    throw base::Error("model.convergence",
                      "device model '" + model_.specification().name +
                          "' has no solution at the begin of the drive",
                      "give terminals within the model's limits");
  }
  evaluate(false);
  record(begin, {}, 0.0);
  double time = begin;
  double step = largest_step;
  while (time < end) {
    step = std::min({step * 2.0, largest_step, end - time});
    const std::vector<double> unknowns_before = unknowns_;
    const std::vector<double> storage_before = storage_;
    const std::vector<double> flow_before = flow_;
    for (int halving = 0;; ++halving) {
      const auto restore = [&] {
        unknowns_ = unknowns_before;
        storage_ = storage_before;
        flow_ = flow_before;
      };
      bool good = advance(time, step);
      const std::vector<double> whole = unknowns_;
      restore();
      good = good && advance(time, 0.5 * step) && advance(time + 0.5 * step, 0.5 * step);
      double error = 0.0;
      for (std::size_t k = 0; k < internals.size() && good; ++k) {
        if (internals[k].kind == InternalKind::algebraic) continue;
        const std::size_t i = terminals_ + k;
        error = std::max(error, std::abs(whole[i] - unknowns_[i]) / internals[k].scale);
      }
      if (good && error <= tolerance) break;
      if (halving == most_halvings) {
        throw base::Error("model.convergence",
                          "device model '" + model_.specification().name +
                              "' cannot be integrated beyond t = " + base::shortest(time) + " s",
                          "check its parameters and the drive");
      }
      restore();
      step *= 0.5;
    }
    // The last step may end a rounding error short of the end.
    time = end - time - step < 1e-12 * (end - begin) ? end : time + step;
    evaluate(false);
    record(time, storage_before, step);
  }
  return points;
}

}  // namespace neucasl::model
