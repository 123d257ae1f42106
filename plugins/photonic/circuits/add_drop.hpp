#pragma once

#include <complex>
#include <string>
#include <utility>
#include <vector>

#include "../resonator.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/ir/builder.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// One add-drop resonator of a card, ring or disk, as banks use it: its response in closed form and
/// the parameters that put its resonance on a channel.

namespace neucasl::photonic {

/// Amplitudes at one wavelength.
struct AddDropResponse {
  std::complex<double> bus_1;  ///< input to through
  std::complex<double> bus_2;  ///< add to drop
  std::complex<double> drop;   ///< input to drop, add to through
};

class AddDropResonator {
 public:
  /// \throws base::Error "photonic.resonator" when the card's model is none of microdisk,
  /// ring_add_drop, ring_add_drop_thermal; what the card throws.
  AddDropResonator(const device::Library& cards, const std::string& card_id, device::UseList& uses,
                   const base::Location& where = {});

  [[nodiscard]] const std::string& card() const { return card_; }
  /// Model that the card names.
  [[nodiscard]] const std::string& model() const { return model_; }
  [[nodiscard]] bool is_disk() const { return model_ == "microdisk"; }

  /// At wavelength `at`, of a resonator made for `channel` and shifted by `shift` (all in m), as
  /// the device models have it: coupled modes for disks, exact for rings.
  [[nodiscard]] AddDropResponse response(double at, double channel, double shift) const;
  [[nodiscard]] double free_spectral_range(double wavelength) const;
  /// Full width at half of the peak, m.
  [[nodiscard]] double width(double wavelength) const;

  /// Parameters of an instance with its resonance at `channel` + `shift`.
  [[nodiscard]] ir::ModuleBuilder::Parameters parameters(double channel, double shift) const;
  /// Names of those.
  [[nodiscard]] std::vector<std::string> parameter_names() const;

 private:
  [[nodiscard]] std::vector<double> values(double channel, double shift) const;
  /// Shift that puts the nearest resonance of the card's ring on the channel, m.
  [[nodiscard]] double ring_shift(double channel) const;

  std::string card_;
  std::string model_;
  model::Specification specification_;
  std::vector<double> nominal_;
};

}  // namespace neucasl::photonic
