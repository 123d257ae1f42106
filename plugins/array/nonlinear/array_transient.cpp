#include "array_transient.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

constexpr double most_growth = 2.0;
constexpr double first_share = 0.01;  // of the time to the next corner, for the first step
constexpr double nearness = 1e-12;    // of the stop time, of two corners that are one

/// Weights of three, two or one earlier points in the polynomial through them.
std::array<double, 3> weights(const std::deque<ArrayPoint>& history, double time) {
  if (history.size() < 2) return {1.0, 0.0, 0.0};
  const double a = history[0].time;
  const double b = history[1].time;
  if (history.size() < 3) {
    const double share = (time - a) / (a - b);
    return {1.0 + share, -share, 0.0};
  }
  const double c = history[2].time;
  return {(time - b) * (time - c) / ((a - b) * (a - c)),
          (time - a) * (time - c) / ((b - a) * (b - c)),
          (time - a) * (time - b) / ((c - a) * (c - b))};
}

}  // namespace

ArrayTransient::ArrayTransient(NonlinearSolver& solver, const circuit::TransientAnalysis& analysis,
                               const ArrayObserver& observer)
    : solver_(solver), analysis_(analysis), observer_(observer) {
  circuit::require_times(analysis, "array.analysis");
  largest_ = analysis.largest_step > 0.0 ? analysis.largest_step : analysis.stop / 50.0;
  for (const ArraySource& source : solver.array_.sources) {
    const std::vector<double> own = source.waveform.corners(analysis.stop);
    corners_.insert(corners_.end(), own.begin(), own.end());
  }
  std::sort(corners_.begin(), corners_.end());
}

double ArrayTransient::next_corner(double time) const {
  const double near = nearness * analysis_.stop;
  const auto corner = std::upper_bound(corners_.begin(), corners_.end(), time + near);
  if (corner == corners_.end() || *corner >= analysis_.stop - near) return analysis_.stop;
  return *corner;
}

void ArrayTransient::start() {
  corner_.source_voltage = solver_.voltages_at(0.0);
  corner_.x = solver_.newton_.first_guess();
  const std::size_t storages = solver_.array_.cells() * solver_.newton_.cells().stored().size();
  corner_.rate.assign(storages, 0.0);
  constant_.assign(storages, 0.0);
  if (!analysis_.use_initial_conditions) {
    solver_.solve_at_rest(corner_.source_voltage, corner_.x);
  } else {
    // So short a step that states cannot move, while what has no storage follows.
    const double step = 1e-9 * std::min(largest_, analysis_.stop);
    std::vector<double> storage(storages);
    solver_.newton_.cells().evaluate(corner_.x.u, corner_.x.v, corner_.x.y, corner_.source_voltage,
                                     storage, solver_.flow_);
    for (std::size_t k = 0; k < storages; ++k) constant_[k] = -storage[k] / step;
    const NewtonEnd end = solver_.newton_.solve_damped(corner_.source_voltage,
                                                       {1.0 / step, constant_, false}, corner_.x);
    if (end != NewtonEnd::converged) solver_.newton_.fail(end, "at the start ");
  }
  solver_.newton_.see(corner_.x, corner_.source_voltage);
  solver_.evaluate(corner_);
  solver_.complete(corner_);
  observer_(corner_);
  count_.points = 1;
  begin_at_corner();
}

void ArrayTransient::begin_at_corner() {
  history_.clear();
  history_.push_front(corner_);
  const double room = next_corner(corner_.time) - corner_.time;
  step_ = std::min(first_share * room, 0.1 * largest_);
}

TransientCount ArrayTransient::run() {
  start();
  while (history_.front().time < analysis_.stop) {
    solver_.options_.cancel.throw_if_requested();
    advance();
    const auto done = static_cast<std::size_t>(100.0 * history_.front().time / analysis_.stop);
    if (solver_.options_.progress && done > reported_) {
      reported_ = done;
      solver_.options_.progress("transient", done, 100);
    }
  }
  count_.iterations = solver_.newton_.iterations();
  count_.wire_iterations = solver_.newton_.wire_iterations();
  return count_;
}

/// One step, taken or refused.
void ArrayTransient::advance() {
  const double now = history_.front().time;
  const double corner = next_corner(now);
  const bool first = history_.size() == 1;
  const bool lands = choose_step(corner - now, first);
  next_.time = lands ? corner : now + trial_step_;
  const double smallest = std::max(2e-15 * now, 1e-18 * analysis_.stop);
  if (!(next_.time > now) || trial_step_ < smallest) give_up(now);
  next_.source_voltage = solver_.voltages_at(next_.time);
  extrapolate();
  end_ = solve(first);
  if (end_ != NewtonEnd::converged) return refuse(0.125);
  const double growth = first ? 1.0 : judge();
  if (growth > 0.0) accept(first, lands, growth);
}

/// Two steps at least reach a corner from the one before, and none is left that is very short.
bool ArrayTransient::choose_step(double room, bool first) {
  trial_step_ = std::min(step_, largest_);
  if (first) {
    trial_step_ = std::min(trial_step_, 0.5 * room);
    return false;
  }
  if (trial_step_ >= room * (1.0 - 1e-9)) {
    trial_step_ = room;
    return true;
  }
  trial_step_ = std::min(trial_step_, std::max(0.5 * room, 0.5 * trial_step_));
  return false;
}

void ArrayTransient::extrapolate() {
  const std::array<double, 3> weight = weights(history_, next_.time);
  const ArrayUnknowns& a = history_[0].x;
  const ArrayUnknowns& b = history_[history_.size() < 2 ? 0 : 1].x;
  const ArrayUnknowns& c = history_[history_.size() < 3 ? 0 : 2].x;
  for (const auto part : {&ArrayUnknowns::u, &ArrayUnknowns::v, &ArrayUnknowns::y}) {
    const std::vector<double>& first = a.*part;
    const std::vector<double>& second = b.*part;
    const std::vector<double>& third = c.*part;
    std::vector<double>& to = next_.x.*part;
    to.resize(first.size());
    for (std::size_t k = 0; k < to.size(); ++k) {
      to[k] = weight[0] * first[k] + weight[1] * second[k] + weight[2] * third[k];
    }
  }
}

NewtonEnd ArrayTransient::solve(bool first) {
  const ArrayPoint& from = history_.front();
  const double rate = (first ? 1.0 : 2.0) / (next_.time - from.time);
  for (std::size_t k = 0; k < constant_.size(); ++k) {
    constant_[k] = -rate * from.storage[k] - (first ? 0.0 : from.rate[k]);
  }
  next_.storage.resize(constant_.size());
  const NewtonEnd end = solver_.newton_.solve_near(next_.source_voltage, {rate, constant_, false},
                                                   next_.x, next_.storage, solver_.flow_);
  if (end != NewtonEnd::converged) return end;
  next_.rate.resize(constant_.size());
  for (std::size_t k = 0; k < constant_.size(); ++k) {
    next_.rate[k] = rate * next_.storage[k] + constant_[k];
  }
  return end;
}

/// Of the storages, over their accuracy.
double ArrayTransient::truncation_error() const {
  const std::span<const double> weight = solver_.newton_.storage_weight();
  const ArrayPoint& a = history_[0];
  const ArrayPoint& b = history_[1];
  const double h = next_.time - a.time;
  const double h1 = a.time - b.time;
  const bool third = history_.size() >= 3;
  const ArrayPoint& c = history_[third ? 2 : 1];
  const double h2 = third ? b.time - c.time : 1.0;
  double largest = 0.0;
  for (std::size_t k = 0; k < weight.size(); ++k) {
    if (weight[k] == 0.0) continue;
    const double now = (next_.storage[k] - a.storage[k]) / h;
    const double before = (a.storage[k] - b.storage[k]) / h1;
    const double second = (now - before) / (h + h1);
    double error = h * h * std::abs(second);
    if (third) {
      const double earlier = (b.storage[k] - c.storage[k]) / h2;
      const double second_before = (before - earlier) / (h1 + h2);
      error = 0.5 * h * h * h * std::abs(second - second_before) / (h + h1 + h2);
    }
    largest = std::max(largest, error / weight[k]);
  }
  return largest;
}

/// Factor by which the next step may be larger; 0: refused.
double ArrayTransient::judge() {
  const bool trapezoidal = history_.size() >= 3;
  const double error = truncation_error() / solver_.options_.tolerances.truncation;
  const double exponent = trapezoidal ? 1.0 / 3.0 : 0.5;
  if (error <= 1.0) {
    // The first steps after a corner are judged as if they were of first order.
    if (!trapezoidal) return most_growth;
    return std::min(most_growth, 0.9 * std::pow(std::max(error, 1e-6), -exponent));
  }
  refuse(std::max(0.1, 0.8 * std::pow(error, -exponent)));
  return 0.0;
}

void ArrayTransient::refuse(double shrink) {
  step_ = shrink * trial_step_;
  if (history_.size() != 2) return;
  history_.clear();  // the first step after a corner was too long, too
  history_.push_front(corner_);
}

/// Adds the energies since the point before, by the trapezoidal rule.
void ArrayTransient::publish(ArrayPoint& point, const ArrayPoint& before) {
  const double half = 0.5 * (point.time - before.time);
  point.source_energy = before.source_energy + half * (before.source_power + point.source_power);
  point.cell_energy = before.cell_energy + half * (before.cell_power + point.cell_power);
  point.wire_energy = before.wire_energy + half * (before.wire_power + point.wire_power);
  observer_(point);
  ++count_.points;
}

void ArrayTransient::accept(bool first, bool lands, double growth) {
  const bool clipped = trial_step_ < std::min(step_, largest_);
  step_ = clipped ? std::max(step_, growth * trial_step_) : growth * trial_step_;
  solver_.complete(next_);
  solver_.newton_.see(next_.x, next_.source_voltage);
  history_.push_front(std::move(next_));
  next_ = {};
  // A first step counts when the second has confirmed it.
  if (!first) {
    if (history_.size() == 3) publish(history_[1], history_[2]);
    publish(history_[0], history_[1]);
  }
  if (history_.size() > 3) {
    next_ = std::move(history_.back());  // for its memory
    history_.pop_back();
  }
  if (!lands || history_.front().time >= analysis_.stop) return;
  corner_ = history_.front();
  begin_at_corner();
}

void ArrayTransient::give_up(double now) const {
  const std::string when = "after " + base::to_engineering({now, base::dimension::time}) +
                           " the time step shrank to nothing: ";
  if (end_ != NewtonEnd::converged) solver_.newton_.fail(end_, when);
  throw base::Error("array.step", when + "the error of integration stays too large",
                    "look for jumps in the cell's device models");
}

TransientCount NonlinearSolver::transient(const circuit::TransientAnalysis& analysis,
                                          const ArrayObserver& observer) {
  return ArrayTransient(*this, analysis, observer).run();
}

}  // namespace neucasl::array_plugin
