#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/campaign/campaign.hpp"

namespace neucasl::campaign {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::size_t output_named(const Limit& limit, const std::vector<Output>& outputs) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].name == limit.output) return i;
    known.push_back(outputs[i].name);
  }
  throw base::Error("campaign.output", "the model has no output '" + limit.output + "'",
                    base::suggest(limit.output, known), limit.where);
}

double value_of(const base::Quantity& quantity, const Output& output, const Limit& limit) {
  if (quantity.dimension == output.dimension) return quantity.value;
  const std::string unit = base::unit_symbol(output.dimension);
  throw base::Error(
      "campaign.good",
      "'" + base::to_string(quantity) + "' is no bound of output '" + output.name + "'",
      unit.empty() ? "give a number without a unit" : "give it in " + unit, limit.where);
}

double scale_of(double bound, const Output& output, const Limit& limit) {
  if (limit.scale) {
    const double scale = value_of(*limit.scale, output, limit);
    if (scale > 0.0) return scale;
    throw base::Error("campaign.good", "the scale of output '" + output.name + "' is not positive",
                      "give the size of a margin that matters", limit.where);
  }
  if (bound != 0.0) return std::abs(bound);
  throw base::Error("campaign.good", "the bound 0 of output '" + output.name + "' has no scale",
                    "add scale=, the size of a margin that matters", limit.where);
}

Limits::Bound bound_of(const Limit& limit, const std::vector<Output>& outputs) {
  Limits::Bound bound{output_named(limit, outputs), limit.output, -infinity, infinity, 1.0, 1.0,
                      limit.missing_is_bad};
  const Output& output = outputs[bound.output];
  if (!limit.least && !limit.most) {
    throw base::Error("campaign.good", "output '" + output.name + "' has no bound",
                      "add least= or most=", limit.where);
  }
  if (limit.least) {
    bound.least = value_of(*limit.least, output, limit);
    bound.scale_least = scale_of(bound.least, output, limit);
  }
  if (limit.most) {
    bound.most = value_of(*limit.most, output, limit);
    bound.scale_most = scale_of(bound.most, output, limit);
  }
  if (bound.least > bound.most) {
    throw base::Error("campaign.good",
                      "no value of output '" + output.name + "' is good: least is above most",
                      "exchange them", limit.where);
  }
  return bound;
}

}  // namespace

Limits::Limits(const std::vector<Limit>& limits, const std::vector<Output>& outputs)
    : may_miss_(outputs.size(), 0) {
  for (const Output& output : outputs) names_.push_back(output.name);
  for (const Limit& limit : limits) {
    bounds_.push_back(bound_of(limit, outputs));
    if (limit.missing_is_bad) may_miss_[bounds_.back().output] = 1;
  }
}

const std::string* Limits::missing(std::span<const double> outputs) const {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (std::isnan(outputs[i]) && may_miss_[i] == 0) return &names_[i];
  }
  return nullptr;
}

double Limits::margin(std::span<const double> outputs) const {
  if (missing(outputs) != nullptr) return not_a_number;
  double least = infinity;
  for (const Bound& bound : bounds_) {
    const double value = outputs[bound.output];
    if (std::isnan(value)) return -infinity;
    // An infinite value at an infinite bound is good.
    if (bound.least > -infinity) least = std::min(least, (value - bound.least) / bound.scale_least);
    if (bound.most < infinity) least = std::min(least, (bound.most - value) / bound.scale_most);
  }
  return least;
}

}  // namespace neucasl::campaign
