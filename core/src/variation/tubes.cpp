#include "neucasl/variation/tubes.hpp"

#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"
#include "variates.hpp"

namespace neucasl::variation {

TubeStatistics tube_statistics(double missing, double metallic_fraction, double removal,
                               double loss) {
  const double grown = 1.0 - missing;
  const double removed = metallic_fraction * removal + (1.0 - metallic_fraction) * loss;
  return {missing + grown * removed, grown * metallic_fraction * (1.0 - removal)};
}

double open_probability(const TubeStatistics& statistics, int places) {
  return std::pow(statistics.empty, places);
}

double short_probability(const TubeStatistics& statistics, int places) {
  return -std::expm1(places * std::log1p(-statistics.metallic));
}

double stack_failure_probability(const TubeStatistics& statistics, int places, int stacked) {
  return -std::expm1(stacked * std::log1p(-open_probability(statistics, places))) +
         std::pow(short_probability(statistics, places), stacked);
}

double open_probability_poisson(const TubeStatistics& statistics, double mean) {
  return std::exp(-mean * (1.0 - statistics.empty));
}

double short_probability_poisson(const TubeStatistics& statistics, double mean) {
  return -std::expm1(-mean * statistics.metallic);
}

TubeCounts draw_tubes(const TubeStatistics& statistics, int places, base::RandomStream& random) {
  TubeCounts counts;
  for (int i = 0; i < places; ++i) {
    const double draw = random.uniform();
    if (draw < statistics.metallic) {
      ++counts.metallic;
    } else if (draw < 1.0 - statistics.empty) {
      ++counts.semiconducting;
    }
  }
  return counts;
}

int draw_places(double mean, double variation, base::RandomStream& random) {
  if (!(mean >= 0.0 && mean <= 1e6) || !(variation >= 0.0 && variation <= 2.0)) {
    throw base::Error("variation.tubes",
                      "a mean of " + base::shortest(mean) +
                          " places for tubes with a variation of the distance of " +
                          base::shortest(variation),
                      "give a mean from 0 to 1e6 and a variation from 0 to 2");
  }
  if (variation == 0.0) return static_cast<int>(std::lround(mean));
  const double shape = 1.0 / (variation * variation);
  // In mean distances. The edge falls into a distance with the probability of its length, at a
  // uniform place: a Gamma law of one more in shape.
  double at = random.uniform() * gamma_variate(shape + 1.0, random) / shape;
  int places = 0;
  while (at < mean) {
    ++places;
    at += gamma_variate(shape, random) / shape;
  }
  return places;
}

}  // namespace neucasl::variation
