#pragma once

#include <memory>
#include <string_view>

#include "equations.hpp"

/// \file
/// The device models `finfet_n` and `finfet_p`.

namespace neucasl::finfet {

template <int Polarity>
class FinfetModel final : public model::EquationModel<Equations<Polarity>> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// The threshold of one device: sigma = mismatch_coefficient / sqrt(W L) (M. Pelgrom et al.,
  /// IEEE J. Solid-State Circuits 24(5):1433, 1989).
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override;
  /// The threshold after use: bias instability and hot carriers.
  void age(std::span<double> parameters, const model::Stress& stress) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

extern template class FinfetModel<1>;
extern template class FinfetModel<-1>;

/// Null for a name that this plugin does not have.
std::unique_ptr<model::DeviceModel> make_model(std::string_view name);

}  // namespace neucasl::finfet
