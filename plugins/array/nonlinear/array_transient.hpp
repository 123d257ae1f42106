#pragma once

#include <deque>

#include "nonlinear_solver.hpp"

/// \file
/// Integration of a whole array over time.

namespace neucasl::array_plugin {

class ArrayTransient {
 public:
  ArrayTransient(NonlinearSolver& solver, const circuit::TransientAnalysis& analysis,
                 const ArrayObserver& observer);
  TransientCount run();

 private:
  void start();
  void begin_at_corner();
  [[nodiscard]] double next_corner(double time) const;
  void advance();
  bool choose_step(double room, bool first);
  void extrapolate();
  NewtonEnd solve(bool first);
  double judge();
  [[nodiscard]] double truncation_error() const;
  void refuse(double shrink);
  void accept(bool first, bool lands, double growth);
  void publish(ArrayPoint& point, const ArrayPoint& before);
  [[noreturn]] void give_up(double now) const;

  NonlinearSolver& solver_;
  const circuit::TransientAnalysis& analysis_;
  const ArrayObserver& observer_;
  std::vector<double> corners_;
  std::deque<ArrayPoint> history_;  // since the corner, the latest first, three at most
  ArrayPoint corner_, next_;
  std::vector<double> constant_;
  double largest_ = 0.0;
  double step_ = 0.0;        // wanted
  double trial_step_ = 0.0;  // tried
  NewtonEnd end_ = NewtonEnd::converged;
  TransientCount count_;
  std::size_t reported_ = 0;
};

}  // namespace neucasl::array_plugin
