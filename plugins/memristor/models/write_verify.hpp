#pragma once

#include <vector>

#include "operations.hpp"

/// \file
/// Multilevel programming: pulses of rising amplitude, each followed by a read, until the
/// conductance is within a tolerance of its target (incremental-step pulse programming with
/// verification, as in Suh et al., JSSC 30:1149, 1995, for flash memory).

namespace neucasl::memristor_models {

/// Amplitudes of one direction; `step` has the sign of `start` and `limit`.
struct AmplitudeRule {
  double start = 0.0;           ///< V
  double step = 0.0;            ///< V, added after each pulse that did not reach the target
  double limit = 0.0;           ///< V
  double width = 0.0;           ///< s, of the first pulses
  double smallest_width = 0.0;  ///< s
};

struct WriteVerifyRule {
  AmplitudeRule set;          ///< Raises the conductance.
  AmplitudeRule reset;        ///< Lowers it.
  double read_voltage = 0.0;  ///< V
  double read_time = 0.0;     ///< s, for energy and time of the reads
  double wait = 0.0;          ///< s at 0 V between a pulse and its read
  int most_pulses = 200;
  std::vector<double> others;  ///< V, at the terminals behind the first two, see operations.hpp
};

struct WriteVerifyPulse {
  Pulse pulse;
  double conductance = 0.0;  ///< S, read after the pulse
  double energy = 0.0;       ///< J, of the pulse and its read
};

struct WriteVerifyResult {
  bool success = false;
  double first_conductance = 0.0;  ///< S, before any pulse
  double conductance = 0.0;        ///< S, at the end
  double energy = 0.0;             ///< J, of all pulses and reads
  double time = 0.0;               ///< s, of all pulses, waits and reads
  std::vector<WriteVerifyPulse> pulses;
};

/// Programs `device` from its present state. After a pulse that passed the target the direction
/// changes: both amplitudes start again and both widths are halved, down to the smallest, so that
/// the search closes in.
/// \throws base::Error "memristor.write-verify" for a rule without pulses or with steps of the
/// wrong sign; "model.convergence".
WriteVerifyResult write_verify(model::DrivenDevice& device, double target, double tolerance,
                               const WriteVerifyRule& rule);

/// A rule from the operations of a model: amplitudes from `start` (a share of the operation's
/// voltage) up to the full voltage in `steps` steps; the first width a share `width` of the
/// operation's time, the smallest a 64th of it.
WriteVerifyRule rule_from(const Operations& operations, double start = 0.3, int steps = 40,
                          double width = 0.05);

/// `levels` targets evenly spaced from `low` to `high`, both included.
std::vector<double> even_levels(double low, double high, int levels);

}  // namespace neucasl::memristor_models
