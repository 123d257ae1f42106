#pragma once

#include <vector>

#include "neucasl/model/driven_device.hpp"

/// \file
/// Reading and writing a memory by voltage pulses between its first two terminals.
///
/// A device may have more terminals, such as the gate and bulk of a cell with a transistor; they
/// are held at the voltages `others`.
///
/// Every memory model of the family ends its list of parameters with the same *operations*: the
/// voltages and times of read, set (to high conductance) and reset (to low conductance).

namespace neucasl::memristor_models {

/// Voltages in V between p and n, with sign; times in s.
struct Operations {
  double read_voltage = 0.0;
  double read_time = 0.0;
  double set_voltage = 0.0;
  double set_time = 0.0;
  double reset_voltage = 0.0;
  double reset_time = 0.0;
};
inline constexpr std::size_t operation_count = 6;

/// Adds the six parameters read_voltage, read_time, set_voltage, set_time, reset_voltage and
/// reset_time with these defaults.
void append_operations(const Operations& defaults, std::vector<model::Parameter>& parameters);
/// From the last six parameters, in SI units.
Operations operations_of(std::span<const double> parameters);

struct Pulse {
  double amplitude = 0.0;  ///< V; a positive one is applied to p, a negative one to n
  double width = 0.0;      ///< s, between the half heights of its edges
  double edge = 0.0;       ///< s, of rise and of fall; at most the width
};

struct PulseResponse {
  std::vector<model::DrivenDevice::Point> points;
  double energy = 0.0;  ///< J, taken from the source
};

/// Applies a trapezoid of voltage and goes on at 0 V for `wait`.
PulseResponse apply(model::DrivenDevice& device, const Pulse& pulse, double wait = 0.0,
                    std::span<const double> others = {});

/// Current / voltage at rest with the memories held, S. The internals are put back afterwards.
double conductance(model::DrivenDevice& device, double voltage,
                   std::span<const double> others = {});

/// Energy delivered along the points, by the trapezoidal rule, J.
double energy_of(std::span<const model::DrivenDevice::Point> points);

/// A memory that one parameter prepares in its high- or low-conductance state.
struct Preparation {
  std::size_t parameter = 0;  ///< Index of the parameter that holds the initial state.
  double on = 0.0;            ///< Its value for high conductance.
  double off = 1.0;           ///< Its value for low conductance.
};
std::vector<double> prepared(std::span<const double> parameters, std::size_t index, double value);

/// Read in the high-conductance state; set from the low, reset from the high, each one pulse with
/// edges of a twentieth of its width.
std::vector<model::OperationCost> operation_costs(const model::DeviceModel& model,
                                                  std::span<const double> parameters,
                                                  const model::Environment& environment,
                                                  const Preparation& preparation);

}  // namespace neucasl::memristor_models
