#pragma once

#include <complex>
#include <functional>
#include <vector>

#include "add_drop.hpp"
#include "channel_plan.hpp"
#include "guide_section.hpp"

/// \file
/// Add-drop resonators one behind the other between two buses, exact at every wavelength.
///
/// Light enters bus 1 at resonator 0 and leaves it behind the last; what resonators take returns on
/// bus 2 and leaves at resonator 0. Resonator k belongs to channel k. A resonator also sends light
/// of bus 2 back to bus 1, so that two neighbours make a cavity. With R the drop amplitude and T
/// the through amplitude of all that is behind, one resonator in front of it gives
///
///   R' = D + T2 R T1 / (1 - D R),     T' = T T1 / (1 - D R),
///
/// T1, T2, D its own amplitudes; a section of guide with the transfer g gives R' = g^2 R, T' = g T.
/// These are the cascade formulas of scattering matrices (D. M. Pozar, Microwave Engineering, 4th
/// ed., Wiley 2012, chapter 4).
///
/// The *share* of a channel is (drop power - through power) / input power: what two photodiodes
/// that subtract see of it.

namespace neucasl::photonic {

/// Amplitudes at a wavelength (m) of the resonator of a channel (m), by its tuning, in the unit
/// that its kind has: a shift (m) or a voltage (V).
using ResonatorResponse =
    std::function<AddDropResponse(double wavelength, double channel, double tuning)>;

struct BankOutputs {
  std::complex<double> through;
  std::complex<double> drop;

  [[nodiscard]] double share() const { return std::norm(drop) - std::norm(through); }
};

class ResonatorBank {
 public:
  ResonatorBank(ChannelPlan plan, ResonatorResponse response, GuideSection guide);

  [[nodiscard]] int channels() const { return plan_.channels(); }
  [[nodiscard]] const ChannelPlan& plan() const { return plan_; }
  /// Amplitudes for one at the input; one tuning for each resonator.
  [[nodiscard]] BankOutputs outputs(double wavelength, const std::vector<double>& tunings) const;
  /// Share of each channel.
  [[nodiscard]] std::vector<double> shares(const std::vector<double>& tunings) const;
  /// Share of a channel if its resonator stood alone.
  [[nodiscard]] double share_alone(int channel, double tuning) const;

 private:
  ChannelPlan plan_;
  ResonatorResponse response_;
  GuideSection guide_;
};

}  // namespace neucasl::photonic
