#pragma once

#include "linear_part.hpp"

namespace neucasl::photonic {

/// A partly reflecting plane.
struct Mirror {
  static constexpr int ports = 2;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class MirrorModel final : public LinearModel<Mirror> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
