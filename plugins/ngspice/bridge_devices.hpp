#pragma once

#include <cstdint>

/// \file
/// What the code model asks of the program that holds ngspice. It knows nothing of device models.

namespace neucasl::ngspice_plugin {

/// For one instance with n unknowns: n values each, Jacobians n x n by rows. In node units.
struct BridgeEvaluation {
  double* f;    ///< current into the device at each unknown
  double* q;    ///< charge at each unknown
  double* f_x;  ///< derivatives of f
  double* q_x;
};

enum class BridgeMode : std::uint8_t {
  rest,      ///< memory states are held at their initial values
  transient  ///< all states are free
};

/// What the code model reads in ngspice's memory, to compare with what a deck said.
struct BridgeView {
  double relative = 0.0;
  double current = 0.0;
  double voltage = 0.0;
  double charge = 0.0;
  double truncation = 0.0;
  double gmin = 0.0;
  double temperature = 0.0;
  double stop = 0.0;
  double largest_step = 0.0;
  double time = 0.0;
  double before = 0.0;  ///< The time of the step before.
  double method = 0.0;
};

class BridgeDevices {
 public:
  virtual ~BridgeDevices() = default;
  /// Where to write what is read; null when that is not wanted.
  [[nodiscard]] virtual BridgeView* view() const noexcept = 0;
  [[nodiscard]] virtual std::uint32_t instances() const noexcept = 0;
  [[nodiscard]] virtual std::uint32_t unknowns(std::uint32_t instance) const noexcept = 0;
  /// How many of its unknowns, the first ones, are terminals; the others are internal.
  [[nodiscard]] virtual std::uint32_t terminals(std::uint32_t instance) const noexcept = 0;
  /// A device on the node whose voltage is the number of the present point of a sweep.
  [[nodiscard]] virtual bool is_sweep_point(std::uint32_t instance) const noexcept = 0;
  /// Goes to that point of the sweep.
  virtual void select(double point) noexcept = 0;
  /// Where the search for a solution starts.
  [[nodiscard]] virtual const double* first_guess(std::uint32_t instance) const noexcept = 0;
  /// False when the model has no finite answer there; that is kept for the report.
  virtual bool evaluate(std::uint32_t instance, BridgeMode mode, const double* values,
                        const BridgeEvaluation& result) noexcept = 0;
};

}  // namespace neucasl::ngspice_plugin
