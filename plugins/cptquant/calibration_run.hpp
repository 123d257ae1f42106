#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/plugin/precision_method.hpp"
#include "neucasl/workload/staged_network.hpp"

/// \file
/// What the methods share: the network on its calibration set, with other weights.

namespace neucasl::cptquant_plugin {

using Visitor = std::function<void(const workload::Stage& stage, const workload::Batches& inputs)>;

class CalibrationRun {
 public:
  /// Samples go in batches of the parameter "batch". `what` is for progress.
  /// \throws base::Error as `plugin::check`.
  CalibrationRun(const plugin::PrecisionRequest& request, const plugin::ParameterSet& parameters,
                 plugin::Context& context, std::string what);

  [[nodiscard]] workload::StagedNetwork& network() { return network_; }
  [[nodiscard]] const workload::Batches& samples() const { return samples_; }
  [[nodiscard]] const plugin::PrecisionRequest& request() const { return request_; }
  [[nodiscard]] std::size_t layers() const { return request_.network.matrix_layers().size(); }
  [[nodiscard]] std::size_t samples_in_all() const { return request_.samples.type.shape.front(); }
  [[nodiscard]] std::size_t choices() const { return request_.bits.size(); }

  /// Calls `visit` for each stage in order, with its input when these weights are changed.
  void walk(const workload::WeightChanges& changes, const Visitor& visit);
  /// Mean loss from a stage on, nats.
  [[nodiscard]] double loss(const workload::Stage& stage, const workload::Batches& inputs,
                            const workload::WeightChanges& changes = {});
  /// Mean loss of the network as it is.
  [[nodiscard]] double own_loss();
  /// Of the storage of weights; 1 when they are rounded numbers.
  [[nodiscard]] std::size_t draws() const;
  /// The weight of a layer stored with the bits at a place of the menu.
  [[nodiscard]] std::vector<float> stored(std::size_t layer, std::size_t choice, std::size_t draw);
  /// Of all layers at their places.
  [[nodiscard]] workload::WeightChanges stored(const std::vector<std::size_t>& choices,
                                               std::size_t draw);
  /// Mean of body(stored weight) over the draws.
  [[nodiscard]] double mean_over_draws(std::size_t layer, std::size_t choice,
                                       const std::function<double(std::vector<float>)>& body);
  /// The weight of a layer, until another segment is run.
  [[nodiscard]] std::span<const float> weight(std::size_t layer);
  /// One more of `total` pieces of work is done. \throws base::Cancelled.
  void step(std::size_t total);

  /// With method, variant, menu, hash, and a zero for each value; warns of a storage that scores
  /// without bits do not know.
  [[nodiscard]] plugin::PrecisionScores empty_scores(const std::string& method,
                                                     const std::string& variant,
                                                     bool depends_on_bits = true) const;
  /// Sets the one number of a layer for all places of the menu.
  static void set_row(plugin::PrecisionScores& scores, std::size_t layer, double value);

 private:
  const plugin::PrecisionRequest& request_;
  plugin::Context& context_;
  std::string what_;
  std::size_t steps_ = 0;
  workload::StagedNetwork network_;
  workload::Batches samples_;
  std::optional<double> own_loss_;
  std::optional<std::size_t> held_layer_;
  std::vector<float> held_weight_;
};

/// The variant that is asked for, or the first of the known ones.
/// \throws base::Error "precision.variant" with the nearest name.
std::string variant_of(const plugin::PrecisionRequest& request,
                       const std::vector<std::string>& known);

}  // namespace neucasl::cptquant_plugin
