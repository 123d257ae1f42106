#pragma once

#include "fabrication.hpp"
#include "linear_part.hpp"

namespace neucasl::photonic {

/// A ring between two buses.
struct RingAddDrop {
  static constexpr int ports = 4;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class RingAddDropModel final : public Fabricated<LinearModel<RingAddDrop>> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
