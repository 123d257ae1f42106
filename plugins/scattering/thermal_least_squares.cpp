#include "thermal_least_squares.hpp"

#include <limits>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::scattering {
namespace {

class ActiveSets {
 public:
  ActiveSets(const Eigen::MatrixXd& a, const Eigen::VectorXd& b)
      : a_(a),
        b_(b),
        free_(static_cast<std::size_t>(a.cols()), 1),
        solution_{Eigen::VectorXd::Zero(a.cols()), 0} {}

  NonNegativeSolution run() {
    const double rounding = 64.0 * std::numeric_limits<double>::epsilon() * a_.norm() * b_.norm();
    settle();
    const Eigen::Index most = 10 * a_.cols() + 10;
    for (Eigen::Index step = 0; step < most; ++step) {
      // Where the sum of squares would fall if a held unknown were larger.
      const Eigen::VectorXd fall = a_.transpose() * (b_ - a_ * solution_.x);
      Eigen::Index best = -1;
      for (Eigen::Index j = 0; j < a_.cols(); ++j) {
        if (free_[static_cast<std::size_t>(j)] != 0 || fall(j) <= rounding) continue;
        if (best < 0 || fall(j) > fall(best)) best = j;
      }
      if (best < 0) return std::move(solution_);
      free_[static_cast<std::size_t>(best)] = 1;
      settle();
      if (solution_.x(best) <= 0.0) free_[static_cast<std::size_t>(best)] = 0;
    }
    throw base::Error("scattering.tuning", "the search for powers that are not negative cycles",
                      "check that every target has a heater near it");
  }

 private:
  /// The least squares of the free unknowns; those that it would make negative are held at zero.
  void settle() {
    for (;;) {
      const Eigen::VectorXd wanted = solve_free();
      double share = 1.0;
      for (Eigen::Index j = 0; j < wanted.size(); ++j) {
        if (free_[static_cast<std::size_t>(j)] == 0 || wanted(j) > 0.0) continue;
        const double now = solution_.x(j);
        share = std::min(share, now > 0.0 ? now / (now - wanted(j)) : 0.0);
      }
      solution_.x += share * (wanted - solution_.x);
      if (share == 1.0) return;
      for (Eigen::Index j = 0; j < wanted.size(); ++j) {
        const bool gone = wanted(j) <= 0.0 && solution_.x(j) <= 1e-15 * solution_.x.maxCoeff();
        if (free_[static_cast<std::size_t>(j)] == 0 || !gone) continue;
        free_[static_cast<std::size_t>(j)] = 0;
        solution_.x(j) = 0.0;
      }
    }
  }

  Eigen::VectorXd solve_free() {
    std::vector<Eigen::Index> columns;
    for (Eigen::Index j = 0; j < a_.cols(); ++j) {
      if (free_[static_cast<std::size_t>(j)] != 0) columns.push_back(j);
    }
    Eigen::VectorXd x = Eigen::VectorXd::Zero(a_.cols());
    if (columns.empty()) return x;
    Eigen::MatrixXd part(a_.rows(), static_cast<Eigen::Index>(columns.size()));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      part.col(static_cast<Eigen::Index>(k)) = a_.col(columns[k]);
    }
    const Eigen::VectorXd y = part.completeOrthogonalDecomposition().solve(b_);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      x(columns[k]) = y(static_cast<Eigen::Index>(k));
    }
    ++solution_.iterations;
    return x;
  }

  const Eigen::MatrixXd& a_;
  const Eigen::VectorXd& b_;
  std::vector<char> free_;
  NonNegativeSolution solution_;
};

}  // namespace

NonNegativeSolution nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  return ActiveSets(a, b).run();
}

}  // namespace neucasl::scattering
