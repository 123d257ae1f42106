#include "calibration.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "gradient.hpp"

namespace neucasl::scattering {
namespace {

constexpr double first_damping = 1e-3;
constexpr double least_damping = 1e-12;
constexpr double most_damping = 1e8;
constexpr double damping_down = 0.2;
constexpr double damping_up = 4.0;
constexpr double small_step = 1e-14;  // of the bounds' width
/// Of the bounds' width: slopes are taken at least this far inside, as a parameter has none at the
/// end of its range.
constexpr double slope_margin = 1e-4;

class Calibration {
 public:
  Calibration(const circuit::Circuit& circuit, const std::vector<plugin::PhotonicGoal>& goals,
              const std::vector<plugin::PhotonicKnob>& knobs,
              const plugin::PhotonicCalibrationOptions& options, const plugin::Context& context)
      : circuit_(circuit), goals_(goals), knobs_(knobs), options_(options), context_(context) {
    check();
    const OpticalNetwork network = extract_network(circuit_);
    for (const plugin::PhotonicGoal& goal : goals_) {
      outputs_.push_back(parse_output(network, goal.output));
    }
    for (const plugin::PhotonicKnob& knob : knobs_) {
      targets_.push_back(find_target(circuit_, knob.target));
      x_.push_back(knob.start);
    }
  }

  plugin::PhotonicCalibration run() {
    errors_ = errors_at(x_);
    result_.start_error = largest(errors_);
    if (options_.scan_points > 0) scan();
    iterate();
    result_.knob.assign(x_.begin(), x_.end());
    for (std::size_t k = 0; k < goals_.size(); ++k) {
      result_.value.push_back(goals_[k].value + errors_[k] * goals_[k].full_range);
    }
    result_.largest_error = largest(errors_);
    result_.method = "Levenberg-Marquardt with adjoint slopes" +
                     std::string(options_.scan_points > 0 ? " behind a scan of each knob" : "") +
                     ended_;
    return std::move(result_);
  }

 private:
  using Numbers = std::vector<double>;

  void check() const {
    const auto refuse = [](const std::string& what, const std::string& remedy) {
      throw base::Error("scattering.calibration", what, remedy);
    };
    if (goals_.empty() || knobs_.empty()) {
      refuse("there are " + std::to_string(goals_.size()) + " goals and " +
                 std::to_string(knobs_.size()) + " knobs",
             "give at least one of each");
    }
    for (const plugin::PhotonicGoal& goal : goals_) {
      if (std::isfinite(goal.value) && goal.full_range > 0.0 && std::isfinite(goal.full_range)) {
        continue;
      }
      refuse("the goal of '" + goal.output + "' is " + base::shortest(goal.value) +
                 " of a full range of " + base::shortest(goal.full_range),
             "give finite numbers and a positive range");
    }
    for (const plugin::PhotonicKnob& knob : knobs_) {
      const bool good = std::isfinite(knob.low) && std::isfinite(knob.high) &&
                        knob.low < knob.high && knob.start >= knob.low && knob.start <= knob.high;
      if (good) continue;
      refuse("knob '" + knob.target + "' begins at " + base::shortest(knob.start) + " between " +
                 base::shortest(knob.low) + " and " + base::shortest(knob.high),
             "give bounds low < high that hold the start");
    }
    if (!(options_.tolerance > 0.0) || options_.most_iterations < 1 || options_.scan_points < 0) {
      refuse("tolerance or counts are not positive", "give a tolerance above 0 and counts above 0");
    }
  }

  [[nodiscard]] double largest(const Numbers& errors) const {
    double worst = 0.0;
    for (const double error : errors) worst = std::max(worst, std::abs(error));
    return worst;
  }
  static double cost(const Numbers& errors) {
    double sum = 0.0;
    for (const double error : errors) sum += error * error;
    return sum;
  }

  void set(const Numbers& x) {
    for (std::size_t k = 0; k < knobs_.size(); ++k) circuit_.set(knobs_[k].target, x[k]);
    ++result_.evaluations;
    context_.cancel.throw_if_requested();
  }
  [[nodiscard]] Numbers errors_of(NetworkGradient& gradient) const {
    Numbers errors = gradient.values(outputs_);
    for (std::size_t k = 0; k < errors.size(); ++k) {
      errors[k] = (errors[k] - goals_[k].value) / goals_[k].full_range;
    }
    return errors;
  }
  Numbers errors_at(const Numbers& x) {
    set(x);
    NetworkGradient gradient(circuit_, context_.threads);
    return errors_of(gradient);
  }

  void scan() {
    for (std::size_t k = 0; k < knobs_.size(); ++k) {
      Numbers trial = x_;
      for (int i = 0; i < options_.scan_points; ++i) {
        const double share = (i + 0.5) / options_.scan_points;
        trial[k] = knobs_[k].low + share * (knobs_[k].high - knobs_[k].low);
        const Numbers errors = errors_at(trial);
        if (!(cost(errors) < cost(errors_))) continue;
        errors_ = errors;
        x_ = trial;
      }
    }
  }

  /// Slopes of the errors over knobs in units of their bounds' width.
  Eigen::MatrixXd jacobian(NetworkGradient& gradient) {
    const Numbers slopes = gradient.slopes(outputs_, targets_);
    Eigen::MatrixXd matrix(static_cast<int>(goals_.size()), static_cast<int>(knobs_.size()));
    for (std::size_t i = 0; i < goals_.size(); ++i) {
      for (std::size_t k = 0; k < knobs_.size(); ++k) {
        matrix(static_cast<int>(i), static_cast<int>(k)) =
            slopes[i * knobs_.size() + k] * (knobs_[k].high - knobs_[k].low) / goals_[i].full_range;
      }
    }
    return matrix;
  }

  [[nodiscard]] Numbers inside(Numbers x) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double margin = slope_margin * (knobs_[k].high - knobs_[k].low);
      x[k] = std::clamp(x[k], knobs_[k].low + margin, knobs_[k].high - margin);
    }
    return x;
  }

  /// Knobs at a bound that the cost pushes against stay there.
  void hold_pushed(Eigen::MatrixXd& j) const {
    const Eigen::Map<const Eigen::VectorXd> e(errors_.data(), static_cast<int>(errors_.size()));
    for (std::size_t k = 0; k < x_.size(); ++k) {
      const double slope = j.col(static_cast<int>(k)).dot(e);
      const bool pushed =
          (x_[k] <= knobs_[k].low && slope > 0.0) || (x_[k] >= knobs_[k].high && slope < 0.0);
      if (pushed) j.col(static_cast<int>(k)).setZero();
    }
  }

  /// One step that lowers the cost; false when there is none.
  bool step(const Eigen::MatrixXd& j) {
    const Eigen::Map<const Eigen::VectorXd> e(errors_.data(), static_cast<int>(errors_.size()));
    const Eigen::MatrixXd normal = j.transpose() * j;
    const Eigen::VectorXd slope = j.transpose() * e;
    const double scale = std::max(normal.diagonal().maxCoeff(), 1e-300);
    for (; damping_ <= most_damping; damping_ *= damping_up) {
      Eigen::MatrixXd damped = normal;
      for (int k = 0; k < damped.rows(); ++k) {
        damped(k, k) += damping_ * (normal(k, k) + 1e-9 * scale);
      }
      const Eigen::VectorXd move = damped.ldlt().solve(slope);
      Numbers trial = x_;
      double longest = 0.0;
      for (std::size_t k = 0; k < x_.size(); ++k) {
        const double width = knobs_[k].high - knobs_[k].low;
        trial[k] =
            std::clamp(x_[k] - move[static_cast<int>(k)] * width, knobs_[k].low, knobs_[k].high);
        longest = std::max(longest, std::abs(trial[k] - x_[k]) / width);
      }
      if (!(longest > small_step)) return false;
      const Numbers errors = errors_at(trial);
      if (!(cost(errors) < cost(errors_))) continue;
      x_ = trial;
      errors_ = errors;
      damping_ = std::max(damping_ * damping_down, least_damping);
      return true;
    }
    return false;
  }

  void iterate() {
    for (int k = 0; k < options_.most_iterations; ++k) {
      if (largest(errors_) <= options_.tolerance) return;
      set(inside(x_));
      NetworkGradient gradient(circuit_, context_.threads);
      Eigen::MatrixXd j;
      try {
        j = jacobian(gradient);
      } catch (const base::Error& error) {
        // Behind the first step what was reached is an answer; the method says why it ends there.
        if (k == 0 || error.diagnostic().code != "scattering.slope") throw;
        ended_ = "; ended where " + error.diagnostic().message;
        return;
      }
      hold_pushed(j);
      ++result_.iterations;
      if (context_.progress) {
        context_.progress("calibration", static_cast<std::size_t>(k) + 1,
                          static_cast<std::size_t>(options_.most_iterations));
      }
      if (!step(j)) return;
    }
  }

  circuit::Circuit circuit_;
  const std::vector<plugin::PhotonicGoal>& goals_;
  const std::vector<plugin::PhotonicKnob>& knobs_;
  const plugin::PhotonicCalibrationOptions& options_;
  const plugin::Context& context_;
  std::vector<Output> outputs_;
  std::vector<GradientTarget> targets_;
  Numbers x_, errors_;
  std::string ended_;
  double damping_ = first_damping;
  plugin::PhotonicCalibration result_;
};

}  // namespace

plugin::PhotonicCalibration calibrate(const circuit::Circuit& circuit,
                                      const std::vector<plugin::PhotonicGoal>& goals,
                                      const std::vector<plugin::PhotonicKnob>& knobs,
                                      const plugin::PhotonicCalibrationOptions& options,
                                      const plugin::Context& context) {
  return Calibration(circuit, goals, knobs, options, context).run();
}

}  // namespace neucasl::scattering
