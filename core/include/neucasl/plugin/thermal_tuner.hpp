#pragma once

#include <string>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/circuit/circuit.hpp"

/// \file
/// Tuning of a photonic chip by its heaters: interface of solvers.
///
/// Nouns. *Nets* are the thermal nets of a circuit, with a temperature *rise* above the ambient
/// (K). A *heater* is a device with two electrical terminals that gives power to one net. The rises
/// follow the powers by the *coupling matrix* R (nets x heaters, K/W): T = R P. A *place* is what a
/// target names: a thermal net, whose rise is wanted, or a device with one thermal terminal and a
/// parameter "shift_per_kelvin", whose resonances are to shift.

namespace neucasl::plugin {

struct TuningTarget {
  std::string place;
  base::Quantity wanted;  ///< K: rise; m: shift of the resonance.
  base::Location where;
};

struct TuningRequest {
  std::vector<TuningTarget> targets;
  /// Targets that no powers >= 0 reach are an error, or are missed as little as possible (least
  /// squares of the rises).
  bool nearest = false;
  /// Largest miss of a rise that still counts as reached, of the largest wanted rise.
  double tolerance = 1e-9;
};

struct HeaterSetting {
  std::string heater;
  std::string net;            ///< That it warms.
  double power = 0.0;         ///< W
  double voltage = 0.0;       ///< V between its terminals
  double current = 0.0;       ///< A
  double blind_power = 0.0;   ///< W, see TuningSolution.
  std::string source;         ///< That drives just this heater; empty when there is none.
  double source_value = 0.0;  ///< V or A of that source.
};

struct TunedPlace {
  std::string place;
  base::Dimension dimension;  ///< Temperature or length.
  double wanted = 0.0;
  double reached = 0.0;
  double blind = 0.0;  ///< Reached with the blind powers.
};

/// Powers, and what they do. *Blind* powers ignore crosstalk: each heater gets what brings its own
/// net to the wanted rise with all others off.
struct TuningSolution {
  std::vector<HeaterSetting> heaters;
  std::vector<TunedPlace> places;   ///< In the order of the targets.
  std::vector<std::string> nets;    ///< All thermal nets but the ground.
  std::vector<double> rise;         ///< Of each net, K.
  std::vector<double> coupling;     ///< nets x heaters, row-major, K/W, at the solution.
  double largest_miss = 0.0;        ///< K
  double blind_largest_miss = 0.0;  ///< K
  int iterations = 0;               ///< Linearisations of the devices.
  std::string method;               ///< For reports.
};

/// Solves for heater powers. Stateless.
class ThermalTuner {
 public:
  virtual ~ThermalTuner() = default;

  /// With the light off: heat of light that devices absorb is left out.
  /// \throws base::Error "scattering.thermal" (no thermal net or heater, a net without a path to
  /// the ambient, a device whose heat flow needs more than its temperatures), "scattering.target"
  /// (unknown place with the nearest name, twice the same net, a wrong dimension, not finite),
  /// "scattering.tuning" (no powers >= 0 reach a target; names it and its heater),
  /// "scattering.heater" (a heater leaves the range of its model).
  [[nodiscard]] virtual TuningSolution tune(const circuit::Circuit& circuit,
                                            const TuningRequest& request) const = 0;
};

}  // namespace neucasl::plugin
