#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nonlinear_array.hpp"

/// \file
/// One family of parallel wires: Kirchhoff's current law along each, and its solution.
///
/// A *field* has one number for each crossing, [crossing along the wire][wire], wires padded to
/// whole packs of eight: sweeps along the wires run over all wires at once. On an ideal wire all
/// crossings hold the same voltage.

namespace neucasl::array_plugin {

using Field = std::vector<double>;

/// A wire and a crossing along it.
struct WirePlace {
  std::size_t wire = 0;
  std::size_t crossing = 0;
};

class WireLines {
 public:
  WireLines(const ArrayWires& wires, std::size_t count, std::size_t crossings);

  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] std::size_t size() const { return stride_ * crossings_; }
  [[nodiscard]] std::size_t at(std::size_t wire, std::size_t crossing) const {
    return crossing * stride_ + wire;
  }
  [[nodiscard]] bool ideal() const { return ideal_; }

  /// Elimination of T + diag(excess), T the wires with their ends. Pivots are sums of conductances
  /// in series and in parallel, free of cancellation. False where a pivot is not positive: at
  /// `fault`.
  bool factor(const Field& excess, WirePlace& fault);
  /// x = (T + diag(excess))^-1 b.
  void solve(const Field& b, Field& x) const;
  /// balance = current from the cells' nodes into wires and sources, T x - (sources).
  void balance(const Field& x, std::span<const double> source_voltage, Field& balance) const;
  /// Adds the current out of each source, `cell_current` being what cells take from the wires.
  void add_source_currents(const Field& x, const Field& cell_current,
                           std::span<const double> source_voltage,
                           std::span<double> source_current) const;
  /// W in segments and end resistances.
  [[nodiscard]] double power(const Field& x, std::span<const double> source_voltage) const;
  /// Whether an end of the wire is joined to a source.
  [[nodiscard]] bool driven(std::size_t wire) const {
    return first_[wire].source != WireEnd::open || last_[wire].source != WireEnd::open;
  }

 private:
  [[nodiscard]] double held_current(std::size_t wire, bool at_last, const Field& x,
                                    const Field& cell_current,
                                    std::span<const double> source_voltage) const;

  std::size_t wires_, crossings_, stride_;
  bool ideal_;
  std::vector<WireEnd> first_, last_;
  Field first_conductance_, last_conductance_;  // of each wire
  Field segment_;  // conductance between a crossing and the one before; one more crossing, 0
  Field pivot_;    // reciprocal
};

}  // namespace neucasl::array_plugin
