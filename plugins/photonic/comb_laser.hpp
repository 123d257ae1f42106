#pragma once

#include "fabrication.hpp"
#include "laser.hpp"

namespace neucasl::photonic {

/// A source of many lines: its copy on each carrier emits when the carrier is one of its lines.
struct CombLaser : Laser {
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
};

class CombLaserModel final : public Fabricated<model::EquationModel<CombLaser>> {
 public:
  [[nodiscard]] std::vector<double> emitted_wavelengths(
      std::span<const double> parameters) const override;
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
