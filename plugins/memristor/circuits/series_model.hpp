#pragma once

#include "neucasl/model/device_model.hpp"

/// \file
/// Memory models that only calculations of this plugin use: a linear conductance, and a memory in
/// series with the device that gives access to it.

namespace neucasl::memristor_circuits {

/// Terminals p, n; parameter conductance (S).
class LinearConductance final : public model::DeviceModel {
 public:
  LinearConductance();
  [[nodiscard]] const model::Specification& specification() const override {
    return specification_;
  }
  [[nodiscard]] std::size_t derived_size() const override { return 1; }
  void derive(std::span<const double> parameters, const model::Environment& environment,
              std::span<double> derived) const override;
  void evaluate(std::span<const double> derived, std::span<const double> unknowns,
                const model::Evaluation& out) const override;
  [[nodiscard]] model::SymbolicForm symbolic(std::span<const double> derived) const override;
  void initial_internals(std::span<const double> derived,
                         std::span<double> internals) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;

 private:
  model::Specification specification_;
};

/// A memory between the terminal `row` and an inner node, and an access device between the inner
/// node and the terminal `column`: a selector (two terminals), or a transistor (drain, gate,
/// source, bulk), whose gate and bulk are then the terminals 2 and 3.
///
/// Parameters: those of the memory, then those of the access device. Internals: the inner node,
/// then those of the memory, then those of the access device. For model::DrivenDevice alone: it has
/// no symbolic form.
class SeriesModel final : public model::DeviceModel {
 public:
  /// \throws base::Error "memristor.cell" when the access device has neither 2 nor 4 terminals.
  SeriesModel(const model::DeviceModel& memory, std::size_t memory_parameters,
              const model::DeviceModel& access);

  [[nodiscard]] const model::Specification& specification() const override {
    return specification_;
  }
  [[nodiscard]] std::size_t derived_size() const override {
    return memory_.derived_size() + access_.derived_size();
  }
  void derive(std::span<const double> parameters, const model::Environment& environment,
              std::span<double> derived) const override;
  void evaluate(std::span<const double> derived, std::span<const double> unknowns,
                const model::Evaluation& out) const override;
  [[nodiscard]] model::SymbolicForm symbolic(std::span<const double> derived) const override;
  void initial_internals(std::span<const double> derived,
                         std::span<double> internals) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;

 private:
  void add_part(const model::DeviceModel& part, std::span<const double> derived,
                const std::vector<std::size_t>& place, std::span<const double> unknowns,
                const model::Evaluation& out) const;

  const model::DeviceModel& memory_;
  std::size_t memory_parameters_;
  const model::DeviceModel& access_;
  model::Specification specification_;
  std::vector<std::size_t> memory_place_;  ///< Unknown of the whole for each of the part's.
  std::vector<std::size_t> access_place_;
};

}  // namespace neucasl::memristor_circuits
