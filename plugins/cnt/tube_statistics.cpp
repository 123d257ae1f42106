#include "tube_statistics.hpp"

#include <cmath>

namespace neucasl::cnt {

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

}  // namespace neucasl::cnt
