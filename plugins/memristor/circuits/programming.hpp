#pragma once

#include "../models/write_verify.hpp"
#include "cell.hpp"

/// \file
/// The pulses that program a cell, found with its device models before any circuit is simulated.

namespace neucasl::memristor_circuits {

/// A programming sequence and what each part of it does.
struct Programming {
  double target = 0.0;  ///< S, of the cell at the read voltage
  double window = 0.0;  ///< S, largest distance from it
  double first_state = 0.0;
  memristor_models::WriteVerifyRule rule;
  memristor_models::WriteVerifyResult result;
};

/// From the parameters target, window, start, first_amplitude, steps, width and most_pulses; the
/// sequence ends within half of the window, so that a simulator may differ by as much.
/// \throws base::Error "memristor.target" for a conductance that the cell does not have,
/// "memristor.write-verify" when the pulses do not get there.
Programming find_programming(const Cell& cell, const plugin::ParameterSet& parameters);

/// Voltages of the row and of the column over time, each piecewise linear, and the reads.
struct PulseTimeline {
  std::vector<std::pair<double, double>> row, column;  ///< s, V
  std::vector<std::pair<double, double>> other_rows;   ///< Half selected, or at 0 V.
  std::vector<double> reads;                           ///< s, one before each pulse and last
  double stop = 0.0;                                   ///< s
  double shortest = 0.0;                               ///< s, of all pulses
};

/// `half_select`: other rows are midway between row and column while a pulse lasts.
PulseTimeline timeline_of(const Programming& programming, bool half_select);

}  // namespace neucasl::memristor_circuits
