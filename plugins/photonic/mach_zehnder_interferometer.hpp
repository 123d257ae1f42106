#pragma once

#include "linear_part.hpp"

namespace neucasl::photonic {

/// Two couplers, an inner and an outer phase: a rotation of two modes, the cell of a mesh.
struct MachZehnderInterferometer {
  static constexpr int ports = 4;
  static model::Specification specification();
  static ScatteringMatrix<double, ports> matrix(std::span<const double> parameters,
                                                const model::Environment& environment);
};

class MachZehnderInterferometerModel final : public LinearModel<MachZehnderInterferometer> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
