#pragma once

#include <memory>
#include <string>
#include <vector>

#include "elements.hpp"
#include "neucasl/model/driven_device.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "series_model.hpp"

/// \file
/// A cell of a crossbar: a memory alone (1R), with an access transistor (1T1R) or with a selector
/// (1S1R) in series, between a row and a column wire. What one calculates about it comes from the
/// same device models that an engine evaluates.

namespace neucasl::memristor_circuits {

enum class CellKind { memory, transistor, selector };

struct CellRequest {
  CellKind kind = CellKind::memory;
  std::string device;         ///< Memory card: of a device model, or of a linear conductance.
  std::string access;         ///< Card of the transistor or selector.
  double fins = 1.0;          ///< Of the transistor, where its model has any.
  double gate_voltage = 0.0;  ///< V, of the transistor when the cell is selected.
  double read_voltage = 0.0;  ///< V; 0: the selector's pulse_voltage, else the memory's.
  base::Location device_where;
  base::Location access_where;
};

/// From the parameters cell, device, transistor, selector, fins, gate_voltage and read_voltage.
CellRequest cell_request(const plugin::ParameterSet& parameters);

class Cell {
 public:
  /// \throws base::Error "memristor.cell" for cards that do not make a cell, "memristor.selector"
  /// when the selector comes to rest in neither state or does not tell the memory's ends apart.
  Cell(const CellRequest& request, plugin::Context& context, device::UseList& uses);

  [[nodiscard]] CellKind kind() const { return request_.kind; }
  [[nodiscard]] const CellRequest& request() const { return request_; }
  [[nodiscard]] double read_voltage() const { return request_.read_voltage; }  ///< V
  /// Current is proportional to voltage between the wires.
  [[nodiscard]] bool linear() const { return linear_; }
  /// Only the ends of the memory's range are stored: the selector is on or off.
  [[nodiscard]] bool binary() const { return request_.kind == CellKind::selector; }

  /// A: current from row to column wire at these voltages, the memory in `state`.
  [[nodiscard]] double current(double state, double row_voltage, double column_voltage) const;
  /// S: current over voltage at the read voltage.
  [[nodiscard]] double conductance(double state) const;
  /// S, of the memory's ends.
  [[nodiscard]] double lowest() const { return lowest_; }
  [[nodiscard]] double highest() const { return highest_; }
  /// The state whose conductance this is; between lowest() and highest().
  [[nodiscard]] double state_of(double conductance) const;
  /// The memory's parameter that holds its state: "initial_state", or "conductance" (S).
  [[nodiscard]] const std::string& state_parameter() const { return state_parameter_; }
  [[nodiscard]] base::Dimension state_dimension() const;

  /// The cell's model with the memory in `state`; terminals row, column and, with a transistor,
  /// gate and bulk.
  [[nodiscard]] model::DrivenDevice driven(double state) const;
  /// Terminal voltages of `driven` for a selected cell.
  [[nodiscard]] std::vector<double> terminals(double row_voltage, double column_voltage) const;
  [[nodiscard]] const model::DeviceModel& memory_model() const { return *memory_; }
  /// Of the memory, SI, in the order of its specification.
  [[nodiscard]] const std::vector<double>& memory_parameters() const { return memory_numbers_; }
  /// Where the memory's state is among the internals of `driven`; none for a linear conductance.
  [[nodiscard]] std::size_t state_internal() const;
  /// Name of that internal in the memory's model.
  [[nodiscard]] const std::string& state_name() const {
    return memory_->specification().internals[state_internal() - (series_ ? 1 : 0)].name;
  }

  /// Adds the module "cell": ports row, column; row_in before a row segment, column_out behind a
  /// column segment, gate of a transistor. Parameters: `state`, row_segment_resistance,
  /// column_segment_resistance. Instances: memory, access, row_segment, column_segment.
  ir::ModuleId add(ir::Design& design, Elements& elements, bool row_segment,
                   bool column_segment) const;
  /// Devices of one cell, without wires.
  [[nodiscard]] std::size_t devices() const { return request_.kind == CellKind::memory ? 1 : 2; }

 private:
  void take_memory(plugin::Context& context, device::UseList& uses);
  void take_access(plugin::Context& context, device::UseList& uses);
  void find_range();
  /// Parameters that the cell's transistor is declared with.
  [[nodiscard]] std::vector<std::pair<std::string, base::Quantity>> transistor_size() const;
  [[nodiscard]] std::vector<double> settled_internals(double state) const;
  [[nodiscard]] double memory_conductance(double state) const;

  CellRequest request_;
  std::unique_ptr<LinearConductance> ohmic_;
  std::unique_ptr<SeriesModel> series_;
  const model::DeviceModel* memory_ = nullptr;
  const model::DeviceModel* access_ = nullptr;
  const model::DeviceModel* whole_ = nullptr;
  std::vector<double> memory_numbers_;
  std::vector<double> access_numbers_;
  std::string state_parameter_;
  std::size_t state_index_ = 0;
  double state_low_ = 0.0;   ///< State of the lowest conductance.
  double state_high_ = 1.0;  ///< State of the highest.
  double lowest_ = 0.0;
  double highest_ = 0.0;
  bool linear_ = false;
  bool has_fins_ = false;
  std::vector<double> rest_low_, rest_high_;  ///< Internals of a selected cell with a selector.
};

}  // namespace neucasl::memristor_circuits
