#pragma once

#include "linear_part.hpp"

namespace neucasl::photonic {

/// Y junction of one guide into two.
struct Splitter {
  static constexpr int ports = 3;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class SplitterModel final : public LinearModel<Splitter> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
