#pragma once

#include "fabrication.hpp"
#include "linear_part.hpp"

namespace neucasl::photonic {

/// A straight waveguide without reflection.
struct Waveguide {
  static constexpr int ports = 2;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class WaveguideModel final : public Fabricated<LinearModel<Waveguide>> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
