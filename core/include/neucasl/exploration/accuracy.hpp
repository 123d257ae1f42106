#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/base/statistics.hpp"

/// \file
/// Accuracy of a network at the points of a space.
///
/// By *inference*, test images run through the functional model of the arrays or weight banks that
/// a point has; by *formula*, a figure of the space stands in for it, and inference at a sample of
/// the points tells how well both agree. Points that differ only in what no result depends on share
/// one inference.

namespace neucasl::exploration {

enum class AccuracyMethod { formula, inference };
NEUCASL_EXPORT std::string_view to_string(AccuracyMethod method);

/// A parameter of a circuit with weight banks: a word, or a formula over parameters of the space
/// and numbers of the architecture.
struct BankParameter {
  std::string name;
  std::string formula;  ///< Empty: `word`.
  std::string word;
  base::Location where;
};

/// What a space says of it.
struct Accuracy {
  AccuracyMethod method = AccuracyMethod::formula;
  std::string estimate;    ///< Figure that stands in for it; may be empty with inference.
  std::size_t sample = 0;  ///< Points of inference beside the formula.
  std::string dataset = "fashion-mnist";
  std::size_t images = 500;              ///< Of the test images, the first ones.
  std::size_t calibration_images = 128;  ///< Training images that set converters' ranges.
  std::string weights;  ///< File of a trained network; empty: trained as the numbers below say.
  std::size_t epochs = 4;
  std::size_t batch = 64;
  double learning_rate = 0.05;
  double learning_rate_factor = 0.7;  ///< After each epoch.
  std::uint64_t seed = 1;             ///< Of training, programming errors and noise.
  double time = 0.0;                  ///< s since the cells were programmed.
  double converter_noise = 0.0;       ///< Root mean square, in converter steps.
  bool wires = true;                  ///< Arrays: with the resistances of their wires.
  std::string bank = "weight_bank";   ///< Photonic cores: circuit whose weight banks these are.
  bool tuned_together = true;         ///< Resonators are calibrated beside each other.
  std::vector<BankParameter> bank_parameters;
  base::Location where;
};

struct MeasuredAccuracy {
  std::size_t right = 0;
  std::size_t images = 0;

  [[nodiscard]] double value() const {
    return static_cast<double>(right) / static_cast<double>(images);
  }
  /// 95 % interval of Clopper and Pearson over the images.
  [[nodiscard]] base::Interval interval() const {
    return base::clopper_pearson(right, images, 0.95);
  }
};

/// Value of a bank parameter at a point, as text with its unit.
struct BankSetting {
  std::string name;
  std::string text;
  base::Location where;
};

/// Inference on the arrays or banks of an architecture. Called by several threads at once.
class NEUCASL_EXPORT AccuracySource {
 public:
  AccuracySource() = default;
  AccuracySource(const AccuracySource&) = delete;
  AccuracySource& operator=(const AccuracySource&) = delete;
  virtual ~AccuracySource();

  /// Network, images, seed and all else that is the same at all points.
  [[nodiscard]] virtual std::string source_key() const = 0;
  /// What the accuracy depends on at a point: equal for points that share it.
  /// \throws base::Error when the functional model has no such arrays or banks.
  [[nodiscard]] virtual std::string key(const architecture::Architecture& architecture,
                                        const std::vector<BankSetting>& bank) const = 0;
  /// \throws base::Error as `key`, or when a network does not fit them.
  [[nodiscard]] virtual MeasuredAccuracy measure(const architecture::Architecture& architecture,
                                                 const std::vector<BankSetting>& bank) const = 0;
  /// What was run, one sentence.
  [[nodiscard]] virtual std::string method() const = 0;
};

/// Spearman's rank correlation, equal values sharing their mean rank (C. Spearman, Am. J. Psychol.
/// 15:72, 1904; M. Kendall, Biometrika 33:239, 1945). Nothing for fewer than three pairs, or when
/// all values of one side are equal. Both have the same length and no NaN.
NEUCASL_EXPORT std::optional<double> rank_correlation(std::span<const double> x,
                                                      std::span<const double> y);

}  // namespace neucasl::exploration
