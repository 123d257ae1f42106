#pragma once

#include <memory>
#include <string_view>

#include "equations.hpp"

/// \file
/// The device models `cntfet_n` and `cntfet_p`.

namespace neucasl::cnt {

template <int Polarity>
class CntfetModel final : public model::EquationModel<Equations<Polarity>> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// The tubes of one device: the places, then what each holds, as in variation/tubes.hpp;
  /// the diameter becomes the mean of the semiconducting tubes that are there.
  void sample_variation(std::span<double> parameters, base::RandomStream& random) const override;
  /// None for a device without semiconducting tubes.
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  /// \throws base::Error "model.parameters" for a device without semiconducting tubes.
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

extern template class CntfetModel<1>;
extern template class CntfetModel<-1>;

/// Null for a name that this plugin does not have.
std::unique_ptr<model::DeviceModel> make_model(std::string_view name);

}  // namespace neucasl::cnt
