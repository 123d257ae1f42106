#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/architecture/changes.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Architectures compared over networks and phases.
///
/// An *entrant* is an architecture. A *case* is a network in a *phase*, inference or training. The
/// *ratio* of a figure is an entrant's value over the *baseline*'s, both from the same estimator; a
/// mean ratio is the geometric mean over networks (P. Fleming and J. Wallace, Commun. ACM 29:218,
/// 1986). A *claim* is a ratio that a source states. A *sensitivity* moves the quantities of both
/// architectures one at a time and tells what the ratio becomes.

namespace neucasl::comparison {

struct Phase {
  std::string name;
  std::size_t batch = 1;  ///< Samples between two updates, of training.
  base::Location where;
};

struct Network {
  std::string name;
  base::Location where;
};

enum class Chips {
  described,  ///< As many as the description says.
  stated,
  fewest  ///< The smallest number on which a network fits.
};

struct Entrant {
  architecture::Architecture architecture;
  Chips chips = Chips::described;
  std::size_t count = 0;  ///< Chips, when stated.
  base::Location where;
};

struct Claim {
  std::string figure;
  std::string architecture;
  std::string baseline;
  std::string network;  ///< Empty: the mean over networks.
  std::string phase;
  double ratio = 0.0;
  device::Citation source;
  std::string place;
  base::Location where;
};

enum class LossOrigin {
  cited,  ///< A source states it.
  flow    ///< A run of a flow found it.
};
/// "cited", "flow".
NEUCASL_EXPORT std::string_view to_string(LossOrigin origin);

/// Accuracy that a network loses on an architecture, by cause.
struct AccuracyLoss {
  LossOrigin origin = LossOrigin::cited;
  std::string architecture;
  std::string network;
  std::string cause;
  double value = 0.0;  ///< A share, 0.01 for one point.
  device::Kind kind = device::Kind::assumed;
  device::Citation source;
  std::string place;
};

/// By how much a number is moved in place of what the sensitivity says.
struct Variation {
  std::string architecture;
  std::string path;
  double share = 0.0;
  base::Location where;
};

struct Sensitivity {
  std::string figure;
  std::string architecture;
  std::string baseline;
  std::string network;
  std::string phase;
  double share = 0.0;  ///< Of a number, up and down, where neither its spread nor a variation says.
  bool counts = true;  ///< Whole numbers are moved, too.
  std::vector<device::Kind> kinds;  ///< Of the numbers that are moved; empty: all.
  base::Location where;
};

struct Comparison {
  std::string id;
  std::string title;
  std::string estimator = "performance";
  std::string baseline;
  std::vector<Network> networks;
  std::vector<Phase> phases;
  std::vector<Entrant> entrants;
  std::vector<Claim> claims;
  std::vector<AccuracyLoss> losses;
  std::vector<Variation> variations;
  std::vector<Sensitivity> sensitivities;
  base::Location where;
};

/// Reads a comparison and its architectures; a relative file is looked for beside it first.
/// \throws base::Error "comparison.xml", "comparison.name" (of no entrant, network or phase, with
/// the nearest; or twice), "comparison.number" (not above 0, not finite), "comparison.empty",
/// "comparison.results" (of a flow: none, or of another network),
/// "architecture.path", "device.source", "device.kind"; as load_architecture; with file and line.
NEUCASL_EXPORT Comparison parse_comparison(std::string_view xml, const std::string& file,
                                           const std::vector<std::filesystem::path>& folders);

/// Figures of a network in a phase on an architecture. Called by several threads at once. A
/// base::Error means that there are none, and is recorded; "architecture.capacity" says that more
/// chips would do.
using Estimate = std::function<std::vector<results::Figure>(
    const architecture::Architecture& architecture, const Network& network, const Phase& phase)>;

/// One entrant in one case.
struct Outcome {
  std::size_t entrant = 0;
  std::size_t network = 0;
  std::size_t phase = 0;
  std::size_t chips = 0;
  std::vector<results::Figure> figures;  ///< Empty when there are none.
  std::string reason;                    ///< Why not.

  [[nodiscard]] NEUCASL_EXPORT const results::Figure* find(std::string_view figure) const;
};

struct ClaimResult {
  Claim claim;
  std::optional<double> ratio;  ///< Nothing when an estimate is missing, or is not above 0.
};

/// One quantity, moved down and up: a number, and those that are the same quantity by
/// neucasl/architecture/links.hpp, of the other architecture too when both take it from one card.
struct Move {
  std::string architecture;
  std::string path;                   ///< Of the first number.
  std::vector<std::string> together;  ///< "ARCHITECTURE: PATH" of the others.
  base::Quantity value, low, high;
  device::Kind kind = device::Kind::assumed;
  std::optional<double> ratio_at_low, ratio_at_high;  ///< Nothing when there is no estimate.
  std::string reason;                                 ///< Why not.

  /// Largest change of the logarithm of the ratio, from `ratio`.
  [[nodiscard]] NEUCASL_EXPORT double effect(double ratio) const;
};

struct SensitivityResult {
  Sensitivity sensitivity;
  std::optional<double> ratio;  ///< Nothing moved; nothing when an estimate is missing.
  std::vector<Move> moves;      ///< The largest effect first; those without any are left out.
  std::size_t without_effect = 0;
  double assumed_effect = 0.0;  ///< Assumed numbers' share of the sum of squared effects.
};

struct ComparisonResult {
  std::vector<Outcome> outcomes;  ///< Networks, phases, entrants: the last change fastest.
  std::vector<ClaimResult> claims;
  std::vector<SensitivityResult> sensitivities;

  [[nodiscard]] NEUCASL_EXPORT const Outcome* find(const Comparison& comparison,
                                                   std::string_view architecture,
                                                   std::string_view network,
                                                   std::string_view phase) const;
};

struct Options {
  int threads = 1;  ///< Results do not depend on it.
  base::CancelFlag cancel;
  base::ProgressListener progress;
};

/// \throws base::Error "comparison.figure" for one that the estimator does not give, with the
/// nearest; base::Cancelled.
NEUCASL_EXPORT ComparisonResult compare(const Comparison& comparison, const Estimate& estimate,
                                        const Options& options);

/// Figures whose ratios are given: operations per second, per joule, and per second and mm^2.
inline constexpr std::string_view compared_figures[] = {"throughput_ops", "tops_per_watt",
                                                        "tops_per_mm2"};

/// "comparison": a row for each outcome, with ratios to the baseline; NaN where there is none.
NEUCASL_EXPORT results::Table comparison_table(const Comparison& comparison,
                                               const ComparisonResult& result);
/// "mean_ratios": of each entrant in each phase.
NEUCASL_EXPORT results::Table mean_ratios_table(const Comparison& comparison,
                                                const ComparisonResult& result);
/// "claims": what sources state beside our ratios.
NEUCASL_EXPORT results::Table claims_table(const ComparisonResult& result);
/// "accuracy_loss": by cause, each with the source or the flow that it is from.
NEUCASL_EXPORT results::Table losses_table(const Comparison& comparison);
/// "sensitivity_1", ...: moves of one sensitivity; `numbers` that state the quantity, `moved_with`
/// those beside the first.
NEUCASL_EXPORT results::Table sensitivity_table(const SensitivityResult& result, std::size_t index);
NEUCASL_EXPORT results::Report comparison_report(const Comparison& comparison,
                                                 const ComparisonResult& result);

}  // namespace neucasl::comparison
