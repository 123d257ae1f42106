#pragma once

#include "neucasl/model/device_model.hpp"

/// \file
/// A device seen through matched ports: its optical terminals are driven by given incoming waves.
///
/// With V held at its ports a lossless device may have no unique solution (a line of half a
/// wavelength), with incoming waves it always has. The terminal unknowns of a port become the real
/// and imaginary part of the incoming wave a, its flow stays I = a - b.

namespace neucasl::photonic {

class MatchedPorts final : public model::DeviceModel {
 public:
  /// `inner` must outlive this object.
  explicit MatchedPorts(const model::DeviceModel& inner);

  [[nodiscard]] const model::Specification& specification() const override {
    return inner_.specification();
  }
  [[nodiscard]] std::size_t derived_size() const override { return inner_.derived_size(); }
  void derive(std::span<const double> parameters, const model::Environment& environment,
              std::span<double> derived) const override {
    inner_.derive(parameters, environment, derived);
  }
  void evaluate(std::span<const double> derived, std::span<const double> unknowns,
                const model::Evaluation& out) const override;
  [[nodiscard]] model::SymbolicForm symbolic(std::span<const double> derived) const override;
  void initial_internals(std::span<const double> derived,
                         std::span<double> internals) const override {
    inner_.initial_internals(derived, internals);
  }
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override {
    return inner_.characterize(parameters, environment, published);
  }

 private:
  struct Pair {
    std::size_t terminal = 0;  ///< Unknown V.
    std::size_t outgoing = 0;  ///< Unknown e = 2 b.
  };
  const model::DeviceModel& inner_;
  std::vector<Pair> pairs_;
  /// Unknowns of ports without a pair: I = V - 2 b with b independent of a. The inner device gets a
  /// for V, so that I = a - b is the mean of its flow and a.
  std::vector<std::size_t> explicit_;
};

}  // namespace neucasl::photonic
