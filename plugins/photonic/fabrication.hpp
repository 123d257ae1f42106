#pragma once

#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// How made photonic devices differ, and how they age.
///
/// Parameters of a device that has a resonance, a loss, couplers or a power:
///   shift of the resonance = width_sensitivity dw + thickness_sensitivity dt,
///     dw and dt normal with `width_sigma` and `thickness_sigma`;
///   loss, couplings and power lognormal with `loss_variation`, `coupling_variation`,
///     `power_variation` (sigmas of the logarithm; a quality goes against its loss);
///   with growth = (t / (ageing_time exp(E/k (1/T - 1/ageing_temperature))))^ageing_exponent:
///     resonance + ageing_shift growth, loss (1 + ageing_loss growth),
///     power exp(-ageing_power growth), threshold current exp(ageing_threshold growth).
/// All are zero by default: nothing varies and nothing ages.

namespace neucasl::photonic {

/// width_sigma, thickness_sigma, their sensitivities, loss_variation, coupling_variation,
/// ageing_shift, ageing_loss, the law of ageing, and as the last two of all parameters
/// ambient_sensitivity and ambient_reference.
void add_resonator_fabrication(std::vector<model::Parameter>& parameters);
/// loss_variation, ageing_loss and the law of ageing.
void add_loss_fabrication(std::vector<model::Parameter>& parameters);
/// power_variation, ageing_power and the law of ageing.
void add_emitter_fabrication(std::vector<model::Parameter>& parameters);
/// ageing_threshold; after add_emitter_fabrication.
void add_threshold_ageing(std::vector<model::Parameter>& parameters);
/// coupling_variation.
void add_coupling_fabrication(std::vector<model::Parameter>& parameters);

/// Shift of a resonator's resonance by the ambient temperature: ambient_sensitivity (T -
/// ambient_reference); `parameters` as add_resonator_fabrication ended them.
double ambient_shift(std::span<const double> parameters, const model::Environment& environment);

/// By the names of the parameters that the model has.
std::vector<model::ParameterSpread> fabrication_spreads(const model::Specification& specification,
                                                        std::span<const double> parameters);
void age_fabricated(const model::Specification& specification, std::span<double> parameters,
                    const model::Stress& stress);

/// A model whose specification has these parameters.
template <class Base>
class Fabricated : public Base {
 public:
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override {
    return fabrication_spreads(this->specification(), parameters);
  }
  void age(std::span<double> parameters, const model::Stress& stress) const override {
    age_fabricated(this->specification(), parameters, stress);
  }
};

}  // namespace neucasl::photonic
