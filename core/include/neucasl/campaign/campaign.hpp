#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/campaign/sample_model.hpp"

/// \file
/// Campaign files.
///
///   <campaign name="..." seed="1" samples="2000" [interval_width="0.02"] [confidence="0.95"]
///             [method="monte-carlo"]>
///     <model kind="circuit" plugin="finfet" circuit="ring_oscillator" .../>
///     <vary .../>
///     <good output="period" most="20 ps"/>
///   </campaign>

namespace neucasl::campaign {

/// Bounds of an output of a good sample; both ends are good.
struct Limit {
  std::string output;
  std::optional<base::Quantity> least;
  std::optional<base::Quantity> most;
  /// What margins are divided by; default: the magnitude of the bound.
  std::optional<base::Quantity> scale;
  /// An output without a value makes a sample bad, instead of a failed simulation.
  bool missing_is_bad = false;
  base::Location where;
};

/// Limits of a model's outputs, checked: the margin of a sample is the least over its limits of the
/// distance to the bound over the scale; it is good when that is not negative.
class NEUCASL_EXPORT Limits {
 public:
  /// \throws base::Error "campaign.output" (with the nearest name), "campaign.good" (no bound, a
  /// bound of another dimension, bounds that exclude each other, a bound of 0 without a scale).
  Limits(const std::vector<Limit>& limits, const std::vector<Output>& outputs);

  /// NaN when an output that must have a value has none; then `missing` names it.
  [[nodiscard]] double margin(std::span<const double> outputs) const;
  /// The first output that must have a value and has none; nullptr when there is none.
  [[nodiscard]] const std::string* missing(std::span<const double> outputs) const;

  struct Bound {
    std::size_t output = 0;
    std::string name;
    double least = 0.0;  ///< -infinity: none.
    double most = 0.0;   ///< infinity: none.
    double scale_least = 1.0;
    double scale_most = 1.0;
    bool missing_is_bad = false;
  };
  [[nodiscard]] const std::vector<Bound>& bounds() const { return bounds_; }

 private:
  std::vector<Bound> bounds_;
  std::vector<std::string> names_;
  std::vector<char> may_miss_;  ///< By output.
};

struct Campaign {
  std::string name;
  std::uint64_t seed = 1;
  std::uint64_t samples = 0;    ///< With an interval width: the most.
  double interval_width = 0.0;  ///< 0: all samples are drawn.
  double confidence = 0.95;
  std::string method = "monte-carlo";
  std::vector<base::XmlAttribute> method_options;  ///< Attributes of <method>.
  base::XmlElement model;
  base::XmlElement root;  ///< For models: <vary> and its like.
  std::vector<Limit> limits;
  base::Location where;
};

/// \throws base::Error "base.xml", "campaign.xml" (numbers out of range), "base.quantity", each
/// with file and line.
NEUCASL_EXPORT Campaign parse_campaign(std::string_view xml, const std::string& file);

}  // namespace neucasl::campaign
