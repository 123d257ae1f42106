#include <cmath>

#include "analyses.hpp"
#include "circuit_checks.hpp"
#include "corner_queue.hpp"
#include "initial_state.hpp"
#include "line_waves.hpp"
#include "point_history.hpp"
#include "traces.hpp"

namespace neucasl::native_plugin {
namespace {

constexpr double most_growth = 2.0;
constexpr double first_share = 0.01;  // of the time to the next corner, for the first step

/// Results of a transient: every point, or points of a grid by parabolas.
class Output {
 public:
  Output(const System& system, const circuit::TransientAnalysis& analysis)
      : system_(system),
        analysis_(analysis),
        result_(make_result(system, "tran", "time", base::dimension::time)),
        x_(system.size() + 1) {}

  void first(const TimePoint& point) { append(system_, point.time, point.x, result_); }
  /// The points of the history after the first `k` from the end are new.
  void add(const PointHistory& history, std::size_t fresh) {
    for (std::size_t k = fresh; k-- > 0;) {
      if (analysis_.output_step > 0.0) {
        interpolate(history, k);
      } else {
        append(system_, history.back(k).time, history.back(k).x, result_);
      }
    }
  }
  circuit::Result take() { return std::move(result_); }

 private:
  /// Grid points up to point k from the end of the history.
  void interpolate(const PointHistory& history, std::size_t k) {
    const double end = history.back(k).time;
    while (next_ * analysis_.output_step <= end * (1.0 + 1e-12) &&
           next_ * analysis_.output_step < analysis_.stop * (1.0 - 1e-12)) {
      const double time = next_ * analysis_.output_step;
      at(history, k, time);
      append(system_, time, x_, result_);
      next_ += 1.0;
    }
    if (end == analysis_.stop) append(system_, end, history.back(k).x, result_);
  }
  void at(const PointHistory& history, std::size_t k, double time) {
    const TimePoint& a = history.back(k);
    const TimePoint& b = history.back(k + 1);
    const double share = (time - b.time) / (a.time - b.time);
    for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = b.x[i] + share * (a.x[i] - b.x[i]);
    const bool earlier = history.points() > k + 2;
    if (!earlier && k == 0) return;
    const TimePoint& c = history.back(earlier ? k + 2 : k - 1);
    const double weight = (time - a.time) * (time - b.time) / (c.time - a.time);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const double bend =
          (c.x[i] - b.x[i]) / (c.time - b.time) - (a.x[i] - b.x[i]) / (a.time - b.time);
      x_[i] += weight * bend;
    }
  }

  const System& system_;
  const circuit::TransientAnalysis& analysis_;
  circuit::Result result_;
  std::vector<double> x_;
  double next_ = 1.0;
};

class Transient {
 public:
  Transient(const Job& job, const circuit::TransientAnalysis& analysis)
      : job_(job),
        analysis_(analysis),
        system_(job.circuit, job.options),
        accuracy_(system_, job.options.tolerances),
        time_step_(system_, accuracy_),
        waves_(system_),
        corners_(job.circuit, analysis.stop),
        output_(system_, analysis),
        excitation_(system_.at_rest()),
        storage_accuracy_(system_.size()) {
    largest_ = analysis.largest_step > 0.0 ? analysis.largest_step : analysis.stop / 50.0;
    if (waves_.any()) largest_ = std::min(largest_, waves_.shortest_delay());
  }

  circuit::Result run() {
    const std::size_t rest_iterations = start();
    while (history_.last().time < analysis_.stop) {
      job_.context.cancel.throw_if_requested();
      advance();
      report_progress();
    }
    circuit::Result result = output_.take();
    result.time_points = points_;
    result.iterations = rest_iterations + time_step_.iterations();
    result.method =
        "native: trapezoidal rule with controlled truncation error, backward Euler after corners";
    return result;
  }

 private:
  std::size_t start() {
    RestSolver solver(system_, job_.options.tolerances, job_.context.cancel);
    if (!analysis_.use_initial_conditions) require_paths_to_ground(system_);
    corner_ = analysis_.use_initial_conditions
                  ? start_as_given(system_, solver, 1e-9 * std::min(largest_, analysis_.stop),
                                   excitation_)
                  : start_at_rest(system_, solver, excitation_);
    excitation_.lines_travel = waves_.any();
    next_ = corner_;
    accuracy_.see(corner_.x);
    output_.first(corner_);
    ++points_;
    waves_.record(0.0, corner_.x, true);
    begin_at_corner();
    return solver.iterations();
  }

  void begin_at_corner() {
    history_.begin(corner_);
    for (const double delay : waves_.delays()) corners_.add_echo(corner_.time + delay);
    const double room = corners_.next_after(corner_.time) - corner_.time;
    step_ = std::min(first_share * room, 0.1 * largest_);
  }

  /// One step, taken or refused.
  void advance() {
    const double now = history_.last().time;
    const double corner = corners_.next_after(now);
    const bool first = history_.points() == 1;
    const bool lands = choose_step(corner - now, first);
    next_.time = lands ? corner : now + trial_step_;
    if (!(next_.time > now) || trial_step_ < smallest(now)) give_up(now);
    system_.set_time(next_.time, excitation_);
    if (waves_.any()) waves_.arrive(next_.time, excitation_);
    history_.extrapolate(next_.time, next_.x);
    failed_ =
        !time_step_.solve(history_.last(), next_.time - now,
                          first ? Rule::backward_euler : Rule::trapezoidal, excitation_, next_);
    if (failed_) {
      worst_ = time_step_.failure().unknown;
      refuse(0.125);
      return;
    }
    const double growth = first ? 1.0 : judge();
    if (growth > 0.0) accept(first, lands, growth);
  }

  /// Two steps at least reach a corner from the one before, and none is left that is very short.
  bool choose_step(double room, bool first) {
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

  [[nodiscard]] double smallest(double now) const {
    return std::max(2e-15 * now, 1e-18 * analysis_.stop);
  }

  /// Factor by which the next step may be larger; 0: refused.
  double judge() {
    time_step_.storage_accuracy(next_.x, storage_accuracy_);
    const bool trapezoidal = history_.points() >= 3;
    const double error = history_.truncation_error(next_, storage_accuracy_, worst_) /
                         job_.options.tolerances.truncation;
    const double exponent = trapezoidal ? 1.0 / 3.0 : 0.5;
    if (error <= 1.0) {
      // The first steps after a corner are judged as if they were of first order.
      if (!trapezoidal) return most_growth;
      return std::min(most_growth, 0.9 * std::pow(std::max(error, 1e-6), -exponent));
    }
    refuse(std::max(0.1, 0.8 * std::pow(error, -exponent)));
    return 0.0;
  }

  void refuse(double shrink) {
    step_ = shrink * trial_step_;
    if (history_.points() != 2) return;
    waves_.drop();  // the first step after a corner was too long, too
    history_.begin(corner_);
  }

  void accept(bool first, bool lands, double growth) {
    const bool clipped = trial_step_ < std::min(step_, largest_);
    step_ = clipped ? std::max(step_, growth * trial_step_) : growth * trial_step_;
    history_.push(next_);
    accuracy_.see(next_.x);
    waves_.record(next_.time, next_.x, false);
    // A first step counts when the second has confirmed it.
    if (!first) {
      const std::size_t fresh = history_.points() == 3 ? 2 : 1;
      output_.add(history_, fresh);
      points_ += fresh;
    }
    if (!lands || next_.time >= analysis_.stop) return;
    corner_ = next_;
    waves_.mark_corner();
    begin_at_corner();
  }

  [[noreturn]] void give_up(double now) {
    if (failed_ && time_step_.failure().not_finite) system_.explain_not_finite(next_.x);
    const std::string time = base::to_engineering({now, base::dimension::time});
    throw base::Error(
        "native.step",
        "after " + time + " the time step shrank to nothing; the worst place is " +
            system_.unknowns().describe(worst_) +
            (failed_ ? " (Newton's method fails)" : " (truncation error)"),
        "look for jumps in a device model, or for nodes without capacitance that switch there");
  }

  void report_progress() {
    if (!job_.context.progress) return;
    const auto done = static_cast<std::size_t>(100.0 * history_.last().time / analysis_.stop);
    if (done <= reported_) return;
    reported_ = done;
    job_.context.progress("transient", done, 100);
  }

  const Job& job_;
  const circuit::TransientAnalysis& analysis_;
  System system_;
  Accuracy accuracy_;
  TimeStep time_step_;
  LineWaves waves_;
  CornerQueue corners_;
  Output output_;
  Excitation excitation_;
  PointHistory history_;
  TimePoint corner_, next_;
  std::vector<double> storage_accuracy_;
  double largest_ = 0.0;     // step
  double step_ = 0.0;        // wanted
  double trial_step_ = 0.0;  // tried
  bool failed_ = false;
  std::uint32_t worst_ = 0;
  std::size_t points_ = 0;
  std::size_t reported_ = 0;
};

}  // namespace

circuit::Result run(const Job& job, const circuit::TransientAnalysis& analysis) {
  circuit::require_times(analysis, "native.analysis");
  circuit::Result result = Transient(job, analysis).run();
  return analysis.start > 0.0 ? circuit::after(std::move(result), analysis.start) : result;
}

}  // namespace neucasl::native_plugin
