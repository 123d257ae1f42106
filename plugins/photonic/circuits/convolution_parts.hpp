#pragma once

#include <optional>
#include <vector>

#include "convolution_netlist.hpp"
#include "modulator_row.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "photodiode_values.hpp"
#include "rectifier.hpp"
#include "resonator_bank.hpp"
#include "weight_memory.hpp"

/// \file
/// The parts of a convolution unit, from cards and the parameters of the circuit convolution_unit:
/// behind its netlist and behind the functional model of its banks.

namespace neucasl::photonic {

class ConvolutionParts {
 public:
  /// `where` is the place that set the number of channels.
  /// \throws base::Error "photonic.channels", "photonic.card", "photonic.memory",
  /// "photonic.activation".
  ConvolutionParts(const plugin::ParameterSet& parameters, int channels,
                   const base::Location& where, plugin::Context& context, device::UseList& uses);
  ConvolutionParts(const ConvolutionParts&) = delete;  // responses point to the memory
  ConvolutionParts& operator=(const ConvolutionParts&) = delete;

  [[nodiscard]] const ConvolutionBench& bench() const { return bench_; }
  [[nodiscard]] const ModulatorRow& modulators() const { return *modulators_; }
  [[nodiscard]] const WeightMemory& memory() const { return *memory_; }
  [[nodiscard]] const PhotodiodeValues& detector() const { return detector_; }
  [[nodiscard]] double full_scale() const { return full_scale_; }    ///< Share of a weight of 1.
  [[nodiscard]] double input_scale() const { return input_scale_; }  ///< Light of an input of 1.

  /// The weight disks, each resonance off by its error (m; empty: none). This object must outlive
  /// the result.
  [[nodiscard]] ResonatorBank bank(const std::vector<double>& errors = {}) const;
  /// The row of the weight disks tuned by conductances. `bank` must outlive the result.
  [[nodiscard]] TunedChannels weights(const ResonatorBank& bank) const;
  /// Drive voltages that make the inputs, all modulators tuned together.
  /// \throws base::Error "photonic.calibration".
  [[nodiscard]] std::vector<double> drives(const std::vector<double>& inputs) const;
  /// Sum of the products by the closed form of both rows, in products of 1.
  [[nodiscard]] double product(const ResonatorBank& bank, const std::vector<double>& conductances,
                               const std::vector<double>& drives) const;

 private:
  base::Location input_place_;
  double full_scale_ = 1.0;
  double input_scale_ = 1.0;
  PhotodiodeValues detector_;
  ConvolutionBench bench_;
  std::optional<ModulatorRow> modulators_;
  std::optional<WeightMemory> memory_;
};

/// The nearest of 2^bits equal steps from 0 to 1; as it is for 0 bits.
double quantised_input(double input, int bits);

}  // namespace neucasl::photonic
