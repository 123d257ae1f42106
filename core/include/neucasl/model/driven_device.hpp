#pragma once

#include <functional>
#include <span>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// One device with its terminals held at given values: what characteristic curves are made with.

namespace neucasl::model {

class NEUCASL_EXPORT DrivenDevice {
 public:
  /// `parameters` in SI units, in the order of the specification.
  DrivenDevice(const DeviceModel& model, std::span<const double> parameters,
               const Environment& environment = {});

  /// Internal unknowns back to their initial values.
  void reset();
  /// Solves the internal unknowns at rest, memories held, and returns the flow at the terminals.
  /// \throws base::Error "model.convergence".
  std::vector<double> rest(std::span<const double> terminals);

  struct Point {
    double time = 0.0;
    std::vector<double> terminals;  ///< Terminal unknowns.
    std::vector<double> flow;       ///< Into the terminals, displacement current included.
    std::vector<double> internals;
  };
  /// Terminal unknowns at a time.
  using Drive = std::function<void(double time, std::span<double> terminals)>;
  /// Integrates from `begin` to `end` by the trapezoidal rule with steps of at most `largest_step`,
  /// halved where needed until the internal unknowns change by at most `tolerance` of their scale
  /// against two half steps. Goes on from the present internals. One point a step.
  /// \throws base::Error "model.convergence".
  std::vector<Point> transient(double begin, double end, double largest_step, const Drive& drive,
                               double tolerance = 1e-4);

  [[nodiscard]] std::span<const double> internals() const {
    return {unknowns_.data() + terminals_, unknowns_.size() - terminals_};
  }
  void set_internals(std::span<const double> values);
  [[nodiscard]] std::span<const double> derived() const { return derived_; }

 private:
  struct Step {
    double length = 0.0;  ///< s; 0: at rest, -1: states kept
    std::span<const double> storage;
    std::span<const double> flow;
    std::span<const double> held;
  };
  /// Equations of the internal unknowns: matrix, negative residuals, and their largest in scale.
  double assemble(const Step& step, std::vector<double>& matrix, std::vector<double>& residual);
  bool newton(const Step& step, bool damped);
  /// The internal unknowns of one step; `length` as in Step.
  bool solve(double length, std::span<const double> storage_before,
             std::span<const double> flow_before);
  void evaluate(bool with_jacobian);

  const DeviceModel& model_;
  std::size_t terminals_ = 0;
  std::vector<double> derived_;
  std::vector<double> unknowns_;
  std::vector<double> flow_, storage_, flow_jacobian_, storage_jacobian_;
};

}  // namespace neucasl::model
