#pragma once

#include <complex>
#include <string>
#include <vector>

#include "../optics.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/ir/builder.hpp"

/// \file
/// A piece of waveguide of a card between two devices of a circuit.

namespace neucasl::photonic {

class GuideSection {
 public:
  /// No guide at all.
  GuideSection() = default;
  /// `length` in m; 0: no guide.
  /// \throws base::Error "photonic.card" when the card is of another model; what the card throws.
  GuideSection(const device::Library& cards, const std::string& card_id, double length,
               device::UseList& uses, const base::Location& where = {});

  [[nodiscard]] bool exists() const { return length_ > 0.0; }
  /// Amplitude behind the section over that before it.
  [[nodiscard]] std::complex<double> transfer(double wavelength) const;
  /// A primitive "guide" whose instances have the ports port_1 and port_2 and the section's length.
  [[nodiscard]] ir::ModuleId add_to(ir::Design& design) const;
  [[nodiscard]] ir::ModuleBuilder::Parameters parameters() const;

 private:
  std::string card_;
  double length_ = 0.0;
  std::vector<double> values_;
};

}  // namespace neucasl::photonic
