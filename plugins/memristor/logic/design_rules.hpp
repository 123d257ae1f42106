#pragma once

#include "neucasl/plugin/parameters.hpp"
#include "row_dynamics.hpp"
#include "schedule.hpp"

/// \file
/// Voltages and pulse widths of a row, and whether its device allows them.
///
/// With the switch in series, r = Ron + Rs and R = Roff + Rs; thresholds v_on < 0 < v_off; a share
/// m of each threshold is kept as margin.
///
/// MAGIC (S. Kvatinsky et al., IEEE TCAS-II 61:895, 2014). Inputs at V0, output at the ground, row
/// wire open; the output begins at Ron. For a NOR of k inputs:
///   one low input resets the output       V0 Ron/(2 r)         > v_off (1 + m)
///   k high inputs do not                  V0 Ron/(r + R/k)     < v_off (1 - m)
///   high inputs are not set               V0 Roff/(R + k r)    < |v_on| (1 - m)
/// The first is the rule of one input: more low ones only raise the output's voltage.
///
/// Implication (S. Kvatinsky et al., IEEE TVLSI 22:2054, 2014). p at Vcond, q at Vset, row wire to
/// the ground through RG; u is the row's voltage by Kirchhoff's current law in each case:
///   p false, q false: q is set            (Vset - u) Roff/R    > |v_on| (1 + m)
///                     p is not            (Vcond - u) Roff/R   < |v_on| (1 - m)
///   p true, q false:  q is not set        (Vset - u) Roff/R    < |v_on| (1 - m)
///   p true, q true:   p is not reset      (u - Vcond) Ron/r    < v_off (1 - m)
/// As q's resistance falls, RG takes more of Vset: q comes to rest near RG |v_on|/(Vset - |v_on|).
///
/// Writing n cells at once at Vw, row driver of resistance Rs: the last one still switches when
///   Vw Ron/(r + n Rs) > threshold (1 + m).

namespace neucasl::memristor_logic {

/// What a row is driven with. Voltages in V, resistances in ohm, times in s.
struct RowDrive {
  Family family = Family::magic;
  double gate_voltage = 0.0;      ///< V0 of MAGIC, Vset of implication.
  double gate_voltage_low = 0.0;  ///< Feasible range of it.
  double gate_voltage_high = 0.0;
  double condition_voltage = 0.0;  ///< Vcond of implication.
  double load_resistance = 0.0;    ///< RG of implication.
  double write_voltage = 0.0;      ///< Vw, above 0.
  double switch_resistance = 0.0;  ///< Rs of a closed switch and of the row's driver.
  double open_resistance = 0.0;    ///< Of an open switch.
  std::size_t most_written = 1;    ///< Cells that the row's driver can write in one cycle.
  double gate_time = 0.0;
  double write_time = 0.0;
  double edge_time = 0.0;
  /// Below the first a cell is true, above the second false.
  double true_resistance = 0.0;
  double false_resistance = 0.0;

  /// Edge, longest pulse, edge, rest of one edge.
  [[nodiscard]] double cycle_time() const {
    return 3.0 * edge_time + (gate_time > write_time ? gate_time : write_time);
  }
};

/// From the parameters of the manifest's <logic>; what is 0 there is derived: V0 and Vset within
/// their ranges, Vcond at its upper end, RG = Ron, widths by `RowDynamics` for the slowest case.
/// `fanins` is the largest number of inputs of a NOR, `written` of cells that one cycle is to
/// write. \throws base::Error "memristor.voltage" when a voltage is outside its feasible range,
/// which the remedy states, or there is none; "memristor.width" when a pulse does not do its work.
RowDrive design_row(const plugin::ParameterSet& parameters, const LogicDevice& device,
                    std::size_t fanins, std::size_t written);

/// The pulse of one operation.
RowPulse pulse_of(const Operation& operation, const RowDrive& drive);

/// Prepare operations of more than `most` cells become several.
void split_preparations(Schedule& schedule, std::size_t most);

}  // namespace neucasl::memristor_logic
