#pragma once

#include <complex>
#include <string>
#include <vector>

#include "../junction_tuning.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/ir/builder.hpp"

/// \file
/// A disk whose junction moves its resonance, as a card describes it: its response in closed form,
/// and the trimming that puts the resonance on a carrier at a given voltage.

namespace neucasl::photonic {

/// Amplitudes from port to port at rest.
struct DiskResponse {
  std::complex<double> bus_1;  ///< input to through
  std::complex<double> bus_2;  ///< add to drop
  std::complex<double> drop;   ///< input to drop, add to through
};

class TunedDisk {
 public:
  /// `model` is "microdisk_switch" or "microdisk_modulator" (which has no second bus).
  /// \throws base::Error "photonic.card" when the card names another model; what the card throws.
  TunedDisk(const device::Library& cards, const std::string& card_id, const std::string& model,
            device::UseList& uses, const base::Location& where = {});

  /// Of a disk made for `own` (m) and trimmed by `shift` (m), for the carrier `carrier` (m) with
  /// `junction` (V) across the junction, at ambient temperature.
  [[nodiscard]] DiskResponse response(double carrier, double own, double shift,
                                      double junction) const;
  /// Shift, m, at which a disk made for `carrier` has the detuning (w - w0) tau = `detuning` at
  /// `junction` (V); 0: on resonance.
  [[nodiscard]] double trim(double carrier, double junction, double detuning = 0.0) const;
  /// (w - w0) tau of a disk made for `carrier` and trimmed by `shift`, with `junction` (V).
  [[nodiscard]] double detuning(double carrier, double shift, double junction) const;
  /// The junction voltage of such a disk at that detuning, V.
  [[nodiscard]] double voltage_of(double carrier, double shift, double detuning) const;

  [[nodiscard]] const std::string& card() const { return card_; }
  [[nodiscard]] const std::string& model() const { return model_; }
  [[nodiscard]] double wavelength() const { return resonator_.wavelength; }
  [[nodiscard]] double free_spectral_range() const { return resonator_.free_spectral_range; }
  /// Full width at half of the peak, m.
  [[nodiscard]] double width() const;
  [[nodiscard]] double shift_per_volt() const { return shift_per_volt_; }  ///< m/V
  [[nodiscard]] double capacitance() const { return capacitance_; }        ///< F
  [[nodiscard]] double series_resistance() const { return series_; }       ///< ohm
  [[nodiscard]] double leakage_resistance() const { return leakage_; }     ///< ohm
  /// Of the amplitude, s.
  [[nodiscard]] double lifetime() const;
  /// Names that an instance must declare, and their values.
  [[nodiscard]] static std::vector<std::string> declared() {
    return {"resonance_wavelength", "resonance_shift"};
  }
  [[nodiscard]] static ir::ModuleBuilder::Parameters parameters(double own, double shift);

 private:
  [[nodiscard]] Resonator made_for(double carrier, double own, double shift) const;

  std::string card_;
  std::string model_;
  ResonatorParameters resonator_;
  double shift_per_volt_ = 0.0;
  double loss_per_volt_ = 0.0;
  double capacitance_ = 0.0;
  double series_ = 0.0;
  double leakage_ = 0.0;
};

}  // namespace neucasl::photonic
