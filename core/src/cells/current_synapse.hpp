#pragma once

#include <map>

#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"
#include "weight_matrix.hpp"

/// \file
/// The cells of an array of switched current sources and their currents.
///
/// A cell of weight w > 0 is a p transistor of w units that mirrors the unit current into its
/// column, behind a p switch that its row closes; a cell of weight w < 0 mirrors it with n
/// transistors out of the column. The references are of one unit, with a switch that is closed and
/// a shifted drain, so that the current of a column is the sum of weights times inputs times the
/// unit current (P. R. Gray, P. J. Hurst, S. H. Lewis, R. G. Meyer, Analysis and Design of Analog
/// Integrated Circuits, 2001, section 4.2, on mirrors).

namespace neucasl::cells {

/// Weights of the cells of a column, added up by sign and by whether their row is active.
struct ColumnSum {
  int positive = 0, negative = 0;          ///< Of active rows; magnitudes.
  int positive_off = 0, negative_off = 0;  ///< Of the others.

  [[nodiscard]] int net() const { return positive - negative; }
};
ColumnSum column_sum(const WholeMatrix& weights, std::size_t column, const WholeMatrix& inputs,
                     std::size_t vector);

/// Currents of cells from those of their two transistors in series.
class SynapseLaw {
 public:
  /// References carry `unit` (A) at a drain voltage of `hold` (V).
  /// \throws base::Error "cells.range" when the transistors cannot carry it.
  SynapseLaw(const CircuitTask& task, double unit, double hold);

  /// Into the column at a voltage of it, A.
  double column_current(const ColumnSum& sum, double column);
  /// Charge that all cells of a column take from the ground to `level`, over that voltage, F.
  double column_capacitance(const ColumnSum& sum, double level);

  [[nodiscard]] double source_bias() const { return source_bias_; }  ///< V
  [[nodiscard]] double sink_bias() const { return sink_bias_; }      ///< V

 private:
  /// Of cells of weight 1 and -1 at a voltage of the column, A.
  struct Unit {
    double source_on = 0.0, source_off = 0.0, sink_on = 0.0, sink_off = 0.0;
  };
  const Unit& unit_at(double column);
  double source_current(bool on, double column);
  double sink_current(bool on, double column);

  double supply_;
  TransistorLaw n_, p_;
  double source_bias_ = 0.0, sink_bias_ = 0.0;
  std::map<double, Unit> units_;  ///< By voltage: columns ask for the same ones.
};

/// Nets "source_bias" and "sink_bias": references that carry `unit` (A), each line with a capacitor
/// (F) to its rail. Ideal sources shift the drains of the references to `hold` (V), so that columns
/// at that voltage have no error by output conductance.
void add_references(Sheet& sheet, const SynapseLaw& law, double unit, double hold,
                    double capacitance);
/// A cell between nets row ("ROW", "ROW_bar") and column; nothing for weight 0.
void add_synapse(Sheet& sheet, const std::string& name, int weight, const std::string& row,
                 const std::string& column);

}  // namespace neucasl::cells
