#pragma once

#include <functional>
#include <vector>

#include "neucasl/cells/transistor_pair.hpp"
#include "neucasl/model/driven_device.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// Current and charge of single transistors of a pair: what closed forms of circuits are made with.

namespace neucasl::cells {

/// Voltages of a transistor against the ground, V.
struct Bias {
  double drain = 0.0, gate = 0.0, source = 0.0;
};

/// One transistor of a given size; bulk of n at the ground, of p at the supply.
class NEUCASL_EXPORT TransistorLaw {
 public:
  /// \throws what cards and models throw.
  TransistorLaw(const TransistorPair& pair, Polarity polarity, double units,
                const plugin::Context& context);

  /// Into the drain at rest, A. \throws base::Error "model.convergence".
  double current(const Bias& bias);
  /// Charges in C; that of an internal node behind a terminal counts there.
  struct Charge {
    double drain = 0.0, gate = 0.0, source = 0.0;
  };
  Charge charge(const Bias& bias);

 private:
  std::vector<double> terminals(const Bias& bias) const;

  const model::DeviceModel* model_;
  std::vector<double> parameters_;
  model::DrivenDevice device_;
  double bulk_ = 0.0;
};

/// Where `function` changes its sign between `low` and `high`, by bisection.
/// \throws base::Error "cells.range" when it does not, saying which `quantity` was looked for.
NEUCASL_EXPORT double root(const std::function<double(double)>& function, double low, double high,
                           const std::string& quantity);

/// An inverter's input voltage equal to its output voltage, V: where both transistors carry the
/// same current.
NEUCASL_EXPORT double switching_threshold(TransistorLaw& n, TransistorLaw& p, double supply);

/// Gate voltage at which an n transistor joined to its own drain carries `current`, V.
NEUCASL_EXPORT double diode_voltage(TransistorLaw& n, double current, double supply);

}  // namespace neucasl::cells
