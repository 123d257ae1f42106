#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../models/operations.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/model/model_library.hpp"

/// \file
/// The cells of a row as states on ideal wires, without a circuit simulator: for design rules and
/// for a prediction of energy.
///
/// Each cell lies between its column and the common row wire, p at the row. Its column is driven
/// through a switch. The wires carry no charge, so the row's voltage follows from the states by
/// Kirchhoff's current law, and the states by the device model.

namespace neucasl::memristor_logic {

/// A memristor with thresholds, from a card. State 0 is low resistance.
class LogicDevice {
 public:
  /// \throws base::Error "memristor.logic-device" for a card of another model than "vteam", whose
  /// thresholds the design rules need; "device.unknown".
  LogicDevice(const std::string& card, model::ModelLibrary& models, const device::Library& cards,
              const base::Location& where);

  [[nodiscard]] const std::string& card() const { return card_; }
  [[nodiscard]] double on_resistance() const { return on_; }                 ///< ohm
  [[nodiscard]] double off_resistance() const { return off_; }               ///< ohm
  [[nodiscard]] double set_threshold() const { return set_threshold_; }      ///< |v_on|, V
  [[nodiscard]] double reset_threshold() const { return reset_threshold_; }  ///< v_off, V
  [[nodiscard]] const memristor_models::Operations& operations() const { return operations_; }
  [[nodiscard]] const device::UseList& uses() const { return uses_; }

  [[nodiscard]] double resistance(double state) const;
  /// The state of this resistance, which is between both ends.
  [[nodiscard]] double state_of(double resistance) const;
  /// d state / dt for a voltage from p to n, 1/s.
  [[nodiscard]] double rate(double voltage, double state) const;

 private:
  std::string card_;
  const model::DeviceModel* model_ = nullptr;
  std::vector<double> derived_;
  double on_ = 0.0, off_ = 0.0, set_threshold_ = 0.0, reset_threshold_ = 0.0;
  memristor_models::Operations operations_;
  device::UseList uses_;
};

/// How one cell's column is joined: none is an open switch.
struct ColumnDrive {
  std::size_t cell = 0;
  double voltage = 0.0;  ///< V
};

struct RowPulse {
  std::vector<ColumnDrive> columns;
  double row_voltage = 0.0;      ///< Behind the row's own branch, V.
  double row_conductance = 0.0;  ///< Of that branch, S; 0: none.
  double width = 0.0;            ///< s
};

/// What one pulse did.
struct RowResponse {
  double energy = 0.0;  ///< J, taken from the drivers
  /// First time at which the condition held, when there was one and it did.
  std::optional<double> reached;
};

class RowDynamics {
 public:
  /// `switch_resistance`: of a closed column switch, ohm.
  RowDynamics(const LogicDevice& device, double switch_resistance)
      : device_(device), switch_resistance_(switch_resistance) {}

  /// Ends the pulse when `cell` gets to `level` from either side.
  struct Target {
    std::size_t cell = 0;
    double level = 0.0;
  };
  /// Explicit midpoint rule; a step changes a state by at most half a per cent of its range and a
  /// resistance that is linear in the state by at most five.
  RowResponse apply(const RowPulse& pulse, std::vector<double>& states,
                    const std::optional<Target>& target = std::nullopt) const;
  /// Largest rate of a state at the start of a pulse, 1/s.
  [[nodiscard]] double fastest_rate(const RowPulse& pulse, const std::vector<double>& states) const;
  /// Voltage of the row wire, V.
  [[nodiscard]] double row_voltage(const RowPulse& pulse, const std::vector<double>& states) const;

 private:
  struct Slope {
    std::vector<double> rate;  ///< By driven column.
    double power = 0.0;        ///< W
  };
  [[nodiscard]] Slope slope(const RowPulse& pulse, const std::vector<double>& states) const;

  /// Of a state in one step.
  [[nodiscard]] double largest_change(double state) const;

  const LogicDevice& device_;
  double switch_resistance_;
};

}  // namespace neucasl::memristor_logic
