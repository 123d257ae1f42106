#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "neucasl/base/statistics.hpp"
#include "neucasl/quantisation/search.hpp"

/// \file
/// How far methods compress a model, and how well their scores order its layers.
///
/// A *draw* is a model with one calibration set (and, where it is trained for it, one training).
/// The *cheapest map* of a method on a draw is the one of the fewest average bits whose metric is
/// within a tolerance of that of the float network, weights and inputs rounded; or weights as read
/// from a device, in the mean over its chips.

namespace neucasl::quantisation {

struct StudyOptions {
  /// Accuracy that may be lost, a share of the samples; or the share by which perplexity may rise.
  double tolerance = 0.005;
  std::size_t steps = 32;    ///< Average bits that are tried, evenly spaced over the menu.
  double common_bits = 4.0;  ///< Average bits at which regrets are compared.
  /// Chips that maps are judged on where `task.storage` is what scores feel: metrics are means over
  /// them.
  const plugin::WeightStorage* judged = nullptr;
};

struct MethodOutcome {
  std::string method;
  std::string variant;
  std::vector<int> bits;  ///< Of the cheapest map; empty when no map is within the tolerance.
  double metric = 0.0;    ///< Of that map, on the test set.
  /// Mean over the menu of the rank correlations with `measured`; not a number for methods that
  /// search.
  double rank_correlation = std::numeric_limits<double>::quiet_NaN();
  /// Loss on the calibration set of the method's bits at `common_bits`, less that of the bits that
  /// measured scores give, nats, weights rounded.
  double regret = 0.0;
  /// Metric on the judged chips of the method's bits at `common_bits`, less that of the bits that
  /// its scores of rounded weights give, where these are others; 0 where they are the same, not a
  /// number without a storage.
  double rescoring_gain = std::numeric_limits<double>::quiet_NaN();
};

struct DrawOutcome {
  double metric = 0.0;              ///< Of the float network, on the test set.
  std::vector<double> sensitivity;  ///< Of each layer: measured rise of the loss at the least bits.
  std::vector<MethodOutcome> methods;
};

/// A method with a variant; empty: the default.
struct StudiedMethod {
  const NamedMethod& method;
  std::string variant;
};

/// `task.budget` and `task.linear` are of average bits; `measured` is the reference.
/// \throws base::Error as the methods.
NEUCASL_EXPORT DrawOutcome study_draw(const Task& task, const std::vector<StudiedMethod>& methods,
                                      const NamedMethod& measured, const StudyOptions& options);

/// One line of text and back, for logs. \throws base::Error "quantisation.log" for another text.
NEUCASL_EXPORT std::string to_record(const DrawOutcome& outcome);
NEUCASL_EXPORT DrawOutcome draw_from_record(const std::string& record);

/// Whether the first and last layers are the more sensitive ones.
struct PositionTest {
  std::size_t outer = 0;    ///< Layers in the first and last share, together.
  double outer_mean = 0.0;  ///< Of the ranks of sensitivity, 1 the least, over layers and draws.
  double inner_mean = 0.0;  ///<
  double p_value = 1.0;     ///< One-sided, by permutation of the layers' mean ranks.
};
/// `sensitivity`: draws x layers; `share` of the layers, rounded to nearest and at least one, are
/// first and as many last. Layers without an inner one: nothing is tested, p is 1.
NEUCASL_EXPORT PositionTest position_test(const std::vector<std::vector<double>>& sensitivity,
                                          double share, std::uint64_t seed);

}  // namespace neucasl::quantisation
