#pragma once

#include <span>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// Variation, noise and checks that models of the family share.

namespace neucasl::memristor_models {

/// Value of a parameter times (1 + sigma z), held inside the declared range. `sigma` is relative.
void vary_normal(const model::Specification& specification, std::size_t index, double sigma,
                 std::span<double> parameters, base::RandomStream& random);
/// Value of a parameter times exp(sigma z), held inside the declared range.
void vary_lognormal(const model::Specification& specification, std::size_t index, double sigma,
                    std::span<double> parameters, base::RandomStream& random);
/// Normal, sigma relative to the nominal value.
inline device::Spread relative_normal(double sigma) { return {"normal", sigma, true}; }
/// Holds a parameter inside its declared range.
void hold_in_range(const model::Specification& specification, std::size_t index,
                   std::span<double> parameters);

/// Thermal noise 4 k T G between the first two unknowns, G = dI/dV at the bias point, the memories
/// held (Nyquist, Phys. Rev. 32:110, 1928; near equilibrium). `flicker` in A^2.
std::vector<model::NoiseSource> conductance_noise(const model::DeviceModel& model,
                                                  std::span<const double> derived,
                                                  std::span<const double> unknowns,
                                                  double temperature, double flicker = 0.0);

/// \throws base::Error "model.parameters" unless low < high.
void require_below(const model::Specification& specification, std::size_t low, std::size_t high,
                   std::span<const double> parameters);
/// A parameter that chooses among variants 0, 1, ..., most.
/// \throws base::Error "model.parameters" unless it is a whole number in that range.
double require_choice(const model::Specification& specification, std::size_t index, int most,
                      std::span<const double> parameters);

}  // namespace neucasl::memristor_models
