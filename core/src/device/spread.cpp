#include <cmath>
#include <limits>

#include "neucasl/device/card.hpp"

namespace neucasl::device {

variation::Distribution Spread::about(double nominal, const base::Location& where) const {
  using variation::Distribution;
  if (table) return deviation ? table->shifted(nominal) : *table;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double from = low.value_or(-infinity);
  const double to = high.value_or(infinity);
  if (distribution == "uniform") return Distribution::uniform(from, to, where);
  const bool bounded = low || high;
  if (distribution == "lognormal") {
    return bounded ? Distribution::truncated_lognormal(nominal, sigma, from, to, where)
                   : Distribution::lognormal(nominal, sigma, where);
  }
  if (relative && nominal == 0.0) {
    throw base::Error("variation.distribution", "a sigma is relative to a value of 0",
                      "give the sigma itself", where);
  }
  const double width = relative ? std::abs(nominal) * sigma : sigma;
  return bounded ? Distribution::truncated_normal(nominal, width, from, to, where)
                 : Distribution::normal(nominal, width, where);
}

double Spread::sampled(double nominal, double u) const {
  if (!low && !high && !table) {
    if (distribution == "lognormal") return nominal * std::exp(sigma * u);
    return relative ? nominal * (1.0 + sigma * u) : nominal + sigma * u;
  }
  return about(nominal).from_normal(u);
}

}  // namespace neucasl::device
