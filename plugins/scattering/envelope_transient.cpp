#include "envelope_transient.hpp"

#include <algorithm>
#include <cmath>

#include "envelope_corners.hpp"
#include "envelope_light.hpp"
#include "envelope_traces.hpp"

namespace neucasl::scattering {
namespace {

constexpr double most_growth = 2.0;
constexpr double first_share_of_room = 0.01;  // of the time to the next corner
constexpr double instants_are_one = 1e-12;    // of the stop time
constexpr int most_rounds = 40;               // between light and what it drives, in a step
constexpr int most_rest_rounds = 2000;

class EnvelopeTransient {
 public:
  EnvelopeTransient(const circuit::Circuit& circuit, const circuit::TransientAnalysis& analysis,
                    const plugin::SimulationOptions& options, plugin::Context& context)
      : analysis_(analysis),
        tolerances_(options.tolerances),
        context_(context),
        network_(circuit, options.group_delays),
        drives_(circuit, network_, tolerances_),
        nearness_(instants_are_one * analysis.stop),
        largest_(analysis.largest_step > 0.0 ? analysis.largest_step : analysis.stop / 50.0),
        light_step_(network_, tolerances_, largest_, nearness_),
        corners_(circuit, analysis.stop, nearness_),
        traces_(network_, drives_, analysis),
        peak_(drives_.size()) {}

  circuit::Result run() {
    start();
    while (time_ < analysis_.stop) {
      context_.cancel.throw_if_requested();
      advance();
      report_progress();
    }
    circuit::Result result = traces_.take();
    result.time_points = points_;
    result.iterations = drives_.iterations();
    result.method =
        "scattering: envelopes by exponential integration with linear input, drives by the "
        "trapezoidal rule, " +
        std::to_string(network_.delayed_guides()) + " guides with their group delay";
    return result;
  }

 private:
  // --- start -------------------------------------------------------------------------------------

  void start() {
    light_ = light_step_.dark();
    drive_ = drives_.start(0.0);
    if (analysis_.use_initial_conditions) {
      start_as_given();
    } else {
      start_at_rest();
    }
    before_ = drive_;
    see(drive_);
    traces_.begin(0.0, light_, drive_);
    ++points_;
    begin_piece(0.0, analysis_.use_initial_conditions ? 0 : 1);
  }

  void start_at_rest() {
    drives_.rest(PartKind::independent, 0.0, light_, drive_);
    const bool loop = drives_.has(PartKind::loop);
    if (loop) drives_.rest(PartKind::loop, 0.0, light_, drive_);
    for (int round = 0;; ++round) {
      const std::vector<double> before = drive_.x;
      light_step_.update(drives_, light_, drive_);
      light_step_.rest(light_);
      if (!loop) break;
      drives_.rest(PartKind::loop, 0.0, light_, drive_);
      double largest = 0.0;
      for (const std::uint32_t row : drives_.moving()) {
        const double scale = std::max(std::abs(before[row]), 1e3 * drives_.absolute_accuracy(row));
        largest = std::max(largest, std::abs(drive_.x[row] - before[row]) / scale);
      }
      if (largest <= 1e-12) break;
      if (round >= most_rest_rounds) {
        throw base::Error("scattering.convergence",
                          "light and the voltages that it drives find no common rest",
                          "simulate with 'native', or begin with a dark circuit (uic)");
      }
    }
    drives_.rest(PartKind::follower, 0.0, light_, drive_);
    drives_.finish(drive_, 0.0, 0.0, true, light_, drive_);
    light_step_.begin(0.0, light_, true);
  }

  /// No light before 0; states and storages are as given, the rest follows at once.
  void start_as_given() {
    const double moment = 1e-9 * std::min(largest_, analysis_.stop);
    drives_.finish(drive_, 0.0, 0.0, true, light_, drive_);
    const DriveState given = drive_;
    for (const PartKind kind : {PartKind::independent, PartKind::loop, PartKind::follower}) {
      if (!drives_.settle(kind, given, 0.0, moment, light_, drive_)) give_up(true);
    }
    light_step_.update(drives_, light_, drive_);
    light_step_.begin(0.0, light_, false);
    light_step_.cross_corner(0.0, light_);
    drives_.finish(drive_, 0.0, 0.0, true, light_, drive_);
  }

  // --- steps -------------------------------------------------------------------------------------

  void begin_piece(double time, int echo) {
    corner_drive_ = drive_;
    corner_light_ = light_;
    corner_time_ = time;
    steps_ = 0;
    const auto& delays = light_step_.history().delays();
    // Kinks fade: their echoes are followed once or twice, jumps as long as they are seen.
    const int most_echoes = delays.size() <= few_delays ? 3 : 1;
    if (echo < most_echoes) {
      for (const double delay : delays) corners_.add(time + delay, echo + 1);
    }
    int ignored = 0;
    const double room = corners_.next_after(time, ignored) - time;
    step_ = std::min(first_share_of_room * room, 0.1 * largest_);
  }

  void advance() {
    int echo = 0;
    const double corner = corners_.next_after(time_, echo);
    const bool lands = choose_step(corner - time_);
    const double next = lands ? corner : time_ + trial_;
    if (!(next > time_) || trial_ < std::max(2e-15 * time_, 1e-18 * analysis_.stop)) give_up(false);
    if (!solve(next)) {
      refuse(0.25);
      return;
    }
    const double growth = judge(next);
    if (growth > 0.0) accept(next, lands, growth, echo);
  }

  bool choose_step(double room) {
    trial_ = std::min(step_, largest_);
    if (steps_ == 0) {
      trial_ = std::min(trial_, 0.5 * room);
      return false;
    }
    if (trial_ >= room * (1.0 - 1e-9)) {
      trial_ = room;
      return true;
    }
    // None is left that is very short.
    if (trial_ > 0.5 * room) trial_ = 0.5 * room;
    return false;
  }

  /// Light and drives at `next`.
  bool solve(double next) {
    const double h = next - time_;
    const bool first = steps_ == 0;
    next_drive_ = drive_;
    extrapolate(next);
    drives_.set_known(next, next_drive_);
    next_light_ = light_;
    failed_ = true;
    if (!drives_.step(PartKind::independent, drive_, next, h, first, next_light_, next_drive_)) {
      return false;
    }
    if (!drives_.has(PartKind::loop)) {
      light_step_.update(drives_, next_light_, next_drive_);
      light_step_.step(next, next_light_);
    } else if (!solve_loops(next, h, first)) {
      return false;
    }
    if (!drives_.step(PartKind::follower, drive_, next, h, first, next_light_, next_drive_)) {
      return false;
    }
    drives_.finish(drive_, next, h, first, next_light_, next_drive_);
    failed_ = false;
    return true;
  }

  /// Light and what depends on it both ways, in turn until neither moves.
  bool solve_loops(double next, double h, bool first) {
    for (int round = 0; round < most_rounds; ++round) {
      light_step_.update(drives_, next_light_, next_drive_);
      light_step_.step(next, next_light_);
      const std::vector<double> before = next_drive_.x;
      if (!drives_.step(PartKind::loop, drive_, next, h, first, next_light_, next_drive_)) {
        return false;
      }
      double largest = 0.0;
      for (const std::uint32_t row : drives_.moving()) {
        const double scale = std::max(peak_[row], 1e3 * drives_.absolute_accuracy(row));
        largest = std::max(largest, std::abs(next_drive_.x[row] - before[row]) / scale);
      }
      if (largest <= 1e-3 * tolerances_.relative) return true;
    }
    return false;
  }

  void extrapolate(double next) {
    if (steps_ == 0) return;
    const double share = (next - time_) / (time_ - before_time_);
    for (const std::uint32_t row : drives_.moving()) {
      next_drive_.x[row] += share * (drive_.x[row] - before_.x[row]);
    }
  }

  /// Factor by which the next step may be longer; 0: refused.
  double judge(double next) {
    if (steps_ == 0) return 1.0;
    const double error = std::max(light_step_.error(next, next_light_), drive_error(next));
    if (error <= 1.0) {
      if (steps_ < 2) return most_growth;
      return std::min(most_growth, 0.9 / std::cbrt(std::max(error, 1e-6)));
    }
    refuse(std::max(0.1, 0.8 / (steps_ < 2 ? std::sqrt(error) : std::cbrt(error))));
    return 0.0;
  }

  double drive_error(double next) {
    const double h = next - time_;
    const double h1 = time_ - before_time_;
    const double h2 = before_time_ - earlier_time_;
    double largest = 0.0;
    for (const std::uint32_t row : drives_.moving()) {
      const double now = next_drive_.x[row];
      const double slope = (drive_.x[row] - before_.x[row]) / h1;
      const double bend = ((now - drive_.x[row]) / h - slope) / (h + h1);
      double error = h * h * std::abs(bend);
      if (steps_ >= 2) {
        const double bend_before = (slope - (before_.x[row] - earlier_.x[row]) / h2) / (h1 + h2);
        error = 0.5 * h * h * h * std::abs(bend - bend_before) / (h + h1 + h2);
      }
      const double tolerated = tolerances_.relative * std::max(peak_[row], std::abs(now)) +
                               drives_.absolute_accuracy(row);
      if (error > largest * tolerated) {
        largest = error / tolerated;
        worst_ = row;
      }
    }
    return largest / tolerances_.truncation;
  }

  void refuse(double shrink) {
    step_ = shrink * trial_;
    if (steps_ != 1) return;
    // The first step after the corner was too long, too.
    light_step_.back_to_corner();
    drive_ = corner_drive_;
    light_ = corner_light_;
    time_ = corner_time_;
    steps_ = 0;
  }

  void accept(double next, bool lands, double growth, int echo) {
    const bool clipped = trial_ < std::min(step_, largest_);
    // A step that stays as it is needs no new exponentials.
    if (growth > 1.0 && growth < 1.3 && steps_ >= 2) growth = 1.0;
    step_ = clipped ? std::max(step_, growth * trial_) : growth * trial_;
    std::swap(earlier_, before_);
    earlier_time_ = before_time_;
    std::swap(before_, drive_);
    before_time_ = time_;
    std::swap(drive_, next_drive_);
    std::swap(first_light_, light_);
    std::swap(light_, next_light_);
    time_ = next;
    ++steps_;
    light_step_.remember(time_, light_);
    see(drive_);
    // A first step counts when the second has confirmed it.
    if (steps_ == 2) {
      traces_.add(before_time_, first_light_, before_);
      ++points_;
    }
    if (steps_ >= 2) {
      traces_.add(time_, light_, drive_);
      ++points_;
    }
    if (!lands || time_ >= analysis_.stop) return;
    if (light_step_.cross_corner(time_, light_) > 1.0) echo = 0;
    traces_.begin(time_, light_, drive_);
    begin_piece(time_, echo);
  }

  void see(const DriveState& state) {
    for (const std::uint32_t row : drives_.moving()) {
      peak_[row] = std::max(peak_[row], std::abs(state.x[row]));
    }
  }

  [[noreturn]] void give_up(bool start) {
    const std::string place =
        failed_ || start ? drives_.describe(drives_.worst())
                         : (worst_ != 0 ? drives_.describe(worst_) : std::string("the light"));
    throw base::Error("scattering.step",
                      "after " + base::to_engineering({time_, base::dimension::time}) +
                          " the time step shrank to nothing; the worst place is " + place,
                      "look for drives that jump, or for nodes without capacitance that switch");
  }

  void report_progress() {
    if (!context_.progress) return;
    const auto done = static_cast<std::size_t>(100.0 * time_ / analysis_.stop);
    if (done <= reported_) return;
    reported_ = done;
    context_.progress("transient", done, 100);
  }

  static constexpr std::size_t few_delays = 8;

  const circuit::TransientAnalysis& analysis_;
  circuit::Tolerances tolerances_;
  plugin::Context& context_;
  EnvelopeNetwork network_;
  DriveSystem drives_;
  double nearness_;
  double largest_;
  LightStep light_step_;
  EnvelopeCorners corners_;
  EnvelopeTraces traces_;
  Light light_, next_light_, first_light_, corner_light_;
  DriveState drive_, next_drive_, before_, earlier_, corner_drive_;
  std::vector<double> peak_;
  double time_ = 0.0, before_time_ = 0.0, earlier_time_ = 0.0, corner_time_ = 0.0;
  double step_ = 0.0, trial_ = 0.0;
  std::size_t steps_ = 0;  // since the corner
  bool failed_ = false;
  std::uint32_t worst_ = 0;
  std::size_t points_ = 0, reported_ = 0;
};

}  // namespace

circuit::Result simulate_envelope(const circuit::Circuit& circuit,
                                  const circuit::TransientAnalysis& analysis,
                                  const plugin::SimulationOptions& options,
                                  plugin::Context& context) {
  circuit::require_times(analysis, "scattering.analysis");
  if (options.device_form != "compiled") {
    throw base::Error("scattering.option",
                      "device models in the form '" + options.device_form + "'",
                      "the envelope evaluates compiled models only");
  }
  circuit::Result result = EnvelopeTransient(circuit, analysis, options, context).run();
  return analysis.start > 0.0 ? circuit::after(std::move(result), analysis.start) : result;
}

}  // namespace neucasl::scattering
