#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bank_tuning.hpp"
#include "convolution_parts.hpp"
#include "memory_errors.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Banks of convolution units as the functional model of inference takes them: what a network's
/// accuracy rests on, and what a simulated unit is compared with.
///
/// Each set of targets is tuned to conductances, which are rounded to the levels of the memory,
/// programmed with errors and drift; every resonance is off by a normal error; the row is evaluated
/// in closed form. An input of 1 is the transmission `input_scale` of its modulator.

namespace neucasl::photonic {

/// Imperfections that a bank has.
struct BankFlaws {
  bool crosstalk = true;  ///< Only where weights are tuned alone.
  bool levels = true;
  bool programming = true;
  bool drift = true;
  bool resonance = true;

  /// One of them, or all.
  static BankFlaws of(plugin::BankImperfection imperfection);
};

/// How the disks of a bank and their memory came out.
struct BankSetting {
  std::vector<double> conductances;  ///< S
  std::vector<double> errors;        ///< m, of the resonances
};

class ConvolutionBank final : public mapping::WeightBank {
 public:
  /// \throws base::Error as `MemoryErrors`.
  ConvolutionBank(const std::shared_ptr<const ConvolutionParts>& parts,
                  const plugin::ParameterSet& parameters, bool calibrated,
                  const plugin::Context& context, device::UseList& uses);
  ConvolutionBank(const ConvolutionBank&) = delete;  // tuned channels point to the row
  ConvolutionBank& operator=(const ConvolutionBank&) = delete;

  /// The same bank with these imperfections.
  [[nodiscard]] std::shared_ptr<const ConvolutionBank> with(const BankFlaws& flaws) const;
  /// False: its flaws do nothing with these parameters.
  [[nodiscard]] bool imperfect() const;

  [[nodiscard]] std::size_t channels() const override {
    return static_cast<std::size_t>(row_.channels());
  }
  [[nodiscard]] mapping::BankReceiver receiver() const override { return receiver_; }
  [[nodiscard]] mapping::RealisedWeights realise(std::span<const double> targets,
                                                 std::uint64_t number) const override;
  [[nodiscard]] BankSetting set(std::span<const double> targets, std::uint64_t number) const;
  /// The weights of a setting.
  [[nodiscard]] mapping::RealisedWeights realised(const BankSetting& setting) const;

 private:
  struct Numbers {
    mapping::BankReceiver receiver;
    BankTuning tuning;
    MemoryErrors memory;
    int memory_bits = 0;
    double resonance_error = 0.0;  ///< m
    std::uint64_t seed = 1;
  };
  ConvolutionBank(std::shared_ptr<const ConvolutionParts> parts, Numbers numbers,
                  const BankFlaws& flaws);

  std::shared_ptr<const ConvolutionParts> parts_;
  Numbers numbers_;
  mapping::BankReceiver receiver_;
  BankFlaws flaws_;
  ResonatorBank row_;
  TunedChannels tuned_;
};

/// \throws base::Error as `ConvolutionParts` and `ConvolutionBank`; "photonic.weight" and
/// "photonic.calibration" when targets are realised.
plugin::BankModel build_convolution_bank(const plugin::BankRequest& request,
                                         plugin::Context& context);

}  // namespace neucasl::photonic
