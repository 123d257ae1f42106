#pragma once

#include "fabrication.hpp"
#include "linear_part.hpp"

namespace neucasl::photonic {

/// A circular arc of waveguide without reflection.
struct WaveguideBend {
  static constexpr int ports = 2;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class WaveguideBendModel final : public Fabricated<LinearModel<WaveguideBend>> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
