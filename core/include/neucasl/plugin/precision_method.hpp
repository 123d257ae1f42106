#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "neucasl/plugin/weight_storage.hpp"
#include "neucasl/precision/quantiser.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// Methods that find how many bits the weights of each matrix layer need.
///
/// A *menu* is a rising list of weight bits. A *score* s_l(b) is the harm that b bits in the
/// weights of layer l do by the measure of a method, larger being worse; some do not depend on b
/// and only order the layers. A method that *searches* gives the bits of all layers under a budget
/// itself. Both rest on a *calibration set*: samples of the network with their targets.

namespace neucasl::plugin {

/// Network, samples and targets must outlive it.
struct PrecisionRequest {
  const workload::SegmentedNetwork& network;
  const workload::Tensor& samples;  ///< As the first segment takes them.
  /// Right class of each score of the network, in order: one for each sample, or samples x tokens;
  /// -1: not judged.
  const std::vector<std::int64_t>& targets;
  std::vector<int> bits;  ///< Menu.
  std::string variant{};  ///< Empty: the default.
  /// How weights are rounded; its number of bits is not read.
  precision::QuantiserForm form{};
  /// Where weights are stored when not as rounded numbers: scores that depend on bits and searches
  /// then are means over its draws. It must outlive the request.
  const WeightStorage* storage = nullptr;
};

struct PrecisionScores {
  std::string method;
  std::string variant;
  std::vector<int> bits;        ///< Menu.
  std::vector<double> values;   ///< matrix layers x menu, row-major.
  bool depends_on_bits = true;  ///< False: each row holds one number.
  std::string calibration_hash;
  std::vector<std::string> warnings;

  [[nodiscard]] std::size_t layers() const {
    return bits.empty() ? 0 : values.size() / bits.size();
  }
  [[nodiscard]] double at(std::size_t layer, std::size_t choice) const {
    return values[layer * bits.size() + choice];
  }
};

struct PrecisionBudget {
  std::vector<double> costs;  ///< matrix layers x menu, row-major; they add up over the layers.
  double limit = 0.0;
};

struct PrecisionChoice {
  std::string method;
  std::string variant;
  std::vector<std::size_t> choices;  ///< For each matrix layer its place in the menu.
  double loss = 0.0;                 ///< On the calibration set, mean over its targets, nats.
  std::size_t runs = 0;              ///< Bit assignments tried.
  std::string calibration_hash;
  std::vector<std::string> warnings;
};

class NEUCASL_EXPORT PrecisionMethod {
 public:
  PrecisionMethod() = default;
  PrecisionMethod(const PrecisionMethod&) = delete;
  PrecisionMethod& operator=(const PrecisionMethod&) = delete;
  virtual ~PrecisionMethod();

  /// True: `choose` may be called, otherwise `scores`.
  [[nodiscard]] virtual bool searches() const { return false; }
  /// \throws base::Error "precision.variant" with the nearest name; "precision.menu" and
  /// "precision.targets" as `check`; what the method says of calibration sets that are too small.
  [[nodiscard]] virtual PrecisionScores scores(const PrecisionRequest& request,
                                               const ParameterSet& parameters, Context& context);
  /// \throws base::Error as `scores`; "precision.budget" when no assignment keeps the limit, with
  /// the smallest cost that there is.
  [[nodiscard]] virtual PrecisionChoice choose(const PrecisionRequest& request,
                                               const PrecisionBudget& budget,
                                               const ParameterSet& parameters, Context& context);
};

/// \throws base::Error "precision.menu" for a menu that is empty, not rising or out of
/// [precision::least_bits, precision::most_bits]; "precision.layers" for a network without matrix
/// layers; "precision.targets" for a calibration set without samples or targets, or targets that
/// are no multiple of the samples.
NEUCASL_EXPORT void check(const PrecisionRequest& request);

/// \throws base::Error "precision.budget" for costs that are negative, not finite or not layers x
/// menu, or a limit below the smallest sum of costs, which it names.
NEUCASL_EXPORT void check(const PrecisionBudget& budget, const PrecisionRequest& request);

/// SHA-256 over types, shapes and values of samples and targets.
NEUCASL_EXPORT std::string calibration_hash(const workload::Tensor& samples,
                                            const std::vector<std::int64_t>& targets);

}  // namespace neucasl::plugin
