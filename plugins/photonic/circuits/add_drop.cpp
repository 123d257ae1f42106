#include "add_drop.hpp"

#include <cmath>
#include <memory>
#include <numbers>

#include "../fabrication.hpp"
#include "../models.hpp"
#include "../ring.hpp"
#include "../ring_add_drop.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::photonic {
namespace {

using Number = std::complex<double>;

Number number_of(const model::Complex<double>& value) { return {value.re, value.im}; }

RingGeometry geometry_of(const std::vector<double>& parameters) {
  ParameterReader reader(parameters);
  return read_ring(reader);
}

}  // namespace

AddDropResonator::AddDropResonator(const device::Library& cards, const std::string& card_id,
                                   device::UseList& uses, const base::Location& where)
    : card_(card_id) {
  const device::Card card = cards.load(card_id, where);
  model_ = card.choice("model").value;
  if (!is_disk() && model_ != "ring_add_drop" && model_ != "ring_add_drop_thermal") {
    throw base::Error(
        "photonic.resonator",
        "card '" + card_id + "' is a " + model_ + ", not a resonator between two buses",
        "name a card of a microdisk, ring_add_drop or ring_add_drop_thermal", where);
  }
  const std::unique_ptr<model::DeviceModel> device(make_model(model_));
  specification_ = device->specification();
  nominal_ = model::parameters_from(specification_, card, uses);
}

double AddDropResonator::ring_shift(double channel) const {
  const RingGeometry ring = geometry_of(nominal_);
  const double phase = ring.phase_at(channel);
  const double order = std::round(phase / (2.0 * std::numbers::pi));
  return (2.0 * std::numbers::pi * order - phase) / ring.phase_per_shift(channel);
}

std::vector<double> AddDropResonator::values(double channel, double shift) const {
  std::vector<double> result = nominal_;
  for (const auto& [name, value] : parameters(channel, shift)) {
    result[model::parameter_index(specification_, name)] = std::get<base::Quantity>(value).value;
  }
  return result;
}

ir::ModuleBuilder::Parameters AddDropResonator::parameters(double channel, double shift) const {
  const auto length = [](double value) { return base::Quantity{value, base::dimension::length}; };
  if (is_disk()) {
    return {{"resonance_wavelength", length(channel)}, {"resonance_shift", length(shift)}};
  }
  return {{"resonance_shift", length(ring_shift(channel) + shift)}};
}

std::vector<std::string> AddDropResonator::parameter_names() const {
  if (is_disk()) return {"resonance_wavelength", "resonance_shift"};
  return {"resonance_shift"};
}

AddDropResponse AddDropResonator::response(double at, double channel, double shift) const {
  const std::vector<double> own = values(channel, shift);
  if (is_disk()) {
    ParameterReader reader(own);
    ResonatorParameters disk = read_resonator(reader, true);
    disk.shift += ambient_shift(own, {});
    const Resonator r = make_resonator(disk, at);
    // At rest u = j (m1 input + m2 add) / (1 - j (w - w0) tau).
    const Number mode = 1.0 / Number(1.0, -r.detuning);
    return {1.0 - r.coupling_1 * r.coupling_1 * mode, 1.0 - r.coupling_2 * r.coupling_2 * mode,
            -r.coupling_1 * r.coupling_2 * mode};
  }
  model::Environment environment;
  environment.wavelength = at;
  // The thermal ring has the plain ring's parameters first.
  const auto s = RingAddDrop::matrix(own, environment);
  return {number_of(s[1][0]), number_of(s[2][3]), number_of(s[2][0])};
}

double AddDropResonator::free_spectral_range(double wavelength) const {
  if (!is_disk()) return ring_free_spectral_range(geometry_of(nominal_), wavelength);
  ParameterReader reader(nominal_);
  return read_resonator(reader, true).free_spectral_range;
}

double AddDropResonator::width(double wavelength) const {
  if (is_disk()) {
    ParameterReader reader(nominal_);
    const ResonatorParameters disk = read_resonator(reader, true);
    return wavelength * (1.0 / disk.intrinsic_quality + 1.0 / disk.coupling_quality_1 +
                         1.0 / disk.coupling_quality_2);
  }
  const RingGeometry ring = geometry_of(nominal_);
  const RingCouplers couplers = make_couplers(
      nominal_[model::parameter_index(specification_, "power_coupling_1")],
      nominal_[model::parameter_index(specification_, "power_coupling_2")], ring.round_trip);
  return ring_width(ring, couplers, wavelength);
}

}  // namespace neucasl::photonic
