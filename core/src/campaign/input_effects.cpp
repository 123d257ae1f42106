#include <algorithm>
#include <cmath>

#include "neucasl/campaign/findings.hpp"

namespace neucasl::campaign {
namespace {

constexpr std::size_t looked_at = 20000;

/// Share of failures among the samples whose input lies in [from, to) of the order.
double failure_share(const std::vector<std::size_t>& order, const std::vector<double>& margins,
                     std::size_t from, std::size_t to) {
  std::size_t failures = 0;
  for (std::size_t i = from; i < to; ++i) failures += margins[order[i]] < 0.0 ? 1 : 0;
  return from < to ? static_cast<double>(failures) / static_cast<double>(to - from) : std::nan("");
}

InputEffect effect_of(const std::string& name, const std::vector<double>& values,
                      const std::vector<double>& margins) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return values[a] != values[b] ? values[a] < values[b] : a < b;
  });
  const std::size_t third = order.size() / 3;
  return {name, base::rank_correlation(values, margins), failure_share(order, margins, 0, third),
          failure_share(order, margins, order.size() - third, order.size())};
}

}  // namespace

std::vector<InputEffect> input_effects(const Campaign& campaign, const SampleModel& model,
                                       const Outcome& outcome) {
  const std::size_t dimension = model.dimension();
  if (dimension == 0) return {};
  std::vector<double> margins;
  std::vector<std::vector<double>> values(dimension);
  std::vector<double> normals(dimension);
  for (std::uint64_t k = 0; k < outcome.samples && margins.size() < looked_at; ++k) {
    if (std::isnan(outcome.margins[k])) continue;
    draw_normals(campaign.seed, k, normals);
    for (std::size_t i = 0; i < dimension; ++i) values[i].push_back(normals[i]);
    margins.push_back(outcome.margins[k]);
  }
  std::vector<InputEffect> effects;
  effects.reserve(dimension);
  for (std::size_t i = 0; i < dimension; ++i) {
    effects.push_back(effect_of(model.inputs()[i], values[i], margins));
  }
  const auto size_of = [](const InputEffect& one) {
    return std::isnan(one.correlation) ? -1.0 : std::abs(one.correlation);
  };
  std::stable_sort(effects.begin(), effects.end(),
                   [&](const auto& a, const auto& b) { return size_of(a) > size_of(b); });
  return effects;
}

}  // namespace neucasl::campaign
