#include "tuned_disk.hpp"

#include <cmath>

#include "../circuits/card_values.hpp"

namespace neucasl::photonic {

TunedDisk::TunedDisk(const device::Library& cards, const std::string& card_id,
                     const std::string& model, device::UseList& uses, const base::Location& where)
    : card_(card_id), model_(model) {
  const CardValues value(cards, card_id, model, uses, where);
  ParameterReader reader(value.values());
  resonator_ = read_resonator(reader, model == "microdisk_switch");
  shift_per_volt_ = value["shift_per_volt"];
  loss_per_volt_ = value["loss_per_volt"];
  capacitance_ = value["junction_capacitance"];
  series_ = value["series_resistance"];
  leakage_ = value["leakage_resistance"];
}

Resonator TunedDisk::made_for(double carrier, double own, double shift) const {
  ResonatorParameters made = resonator_;
  made.wavelength = own;
  made.shift = shift;
  return make_resonator(made, carrier);
}

DiskResponse TunedDisk::response(double carrier, double own, double shift, double junction) const {
  const Resonator r = made_for(carrier, own, shift);
  const double detuning = r.detuning + r.per_shift * shift_per_volt_ * junction;
  const double decay = 1.0 - r.intrinsic + r.intrinsic * std::exp(loss_per_volt_ * junction);
  const std::complex<double> line = 1.0 / std::complex<double>(decay, -detuning);
  return {1.0 - r.coupling_1 * r.coupling_1 * line, 1.0 - r.coupling_2 * r.coupling_2 * line,
          -r.coupling_1 * r.coupling_2 * line};
}

double TunedDisk::trim(double carrier, double junction, double detuning) const {
  // The shift by voltage is linear in the frequency, that by trimming in the wavelength.
  double shift = -shift_per_volt_ * junction;
  for (int i = 0; i < 20; ++i) {
    const Resonator r = made_for(carrier, carrier, shift);
    shift -= (r.detuning + r.per_shift * shift_per_volt_ * junction - detuning) / r.per_shift;
  }
  return shift;
}

double TunedDisk::detuning(double carrier, double shift, double junction) const {
  const Resonator r = made_for(carrier, carrier, shift);
  return r.detuning + r.per_shift * shift_per_volt_ * junction;
}

double TunedDisk::voltage_of(double carrier, double shift, double detuning) const {
  const Resonator r = made_for(carrier, carrier, shift);
  return (detuning - r.detuning) / (r.per_shift * shift_per_volt_);
}

double TunedDisk::width() const {
  // Full width: the detuning goes from -1 to 1.
  return 2.0 / made_for(resonator_.wavelength, resonator_.wavelength, 0.0).per_shift;
}

double TunedDisk::lifetime() const {
  return 1.0 / made_for(resonator_.wavelength, resonator_.wavelength, 0.0).inverse_lifetime;
}

ir::ModuleBuilder::Parameters TunedDisk::parameters(double own, double shift) {
  return {{"resonance_wavelength", base::Quantity{own, base::dimension::length}},
          {"resonance_shift", base::Quantity{shift, base::dimension::length}}};
}

}  // namespace neucasl::photonic
