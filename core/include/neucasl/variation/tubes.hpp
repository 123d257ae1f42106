#pragma once

#include "neucasl/base/random.hpp"

/// \file
/// How many tubes a carbon-nanotube transistor has, and how often it fails.
///
/// Tubes grow at *places*. Each place is empty, holds a metallic tube or a semiconducting one,
/// independently of the others, so the counts are binomial (P. Zarkesh-Ha, A. A. M. Shahi, IEEE
/// Trans. Electron Devices 58(2):530, 2011). A transistor without a tube is open; one with a
/// metallic tube is shorted. The places themselves may vary in number with the distance from one to
/// the next (J. Zhang et al., IEEE Trans. Nanotechnology 8(1):2, 2009).

namespace neucasl::variation {

struct TubeStatistics {
  double empty = 0.0;     ///< Probability that a place is empty.
  double metallic = 0.0;  ///< Probability that a place holds a metallic tube.
};

/// After growth and removal: `missing` places stay empty, `metallic_fraction` of the grown tubes is
/// metallic, of which `removal` is removed, with `loss` of the semiconducting ones.
NEUCASL_EXPORT TubeStatistics tube_statistics(double missing, double metallic_fraction,
                                              double removal, double loss);

/// All `places` empty.
NEUCASL_EXPORT double open_probability(const TubeStatistics& statistics, int places);
/// At least one metallic tube.
NEUCASL_EXPORT double short_probability(const TubeStatistics& statistics, int places);
/// Of `stacked` transistors in series, whose tubes are independent of each other, any is open or
/// all are shorted. Sum of both, an upper bound that is close while both are small.
NEUCASL_EXPORT double stack_failure_probability(const TubeStatistics& statistics, int places,
                                                int stacked);

/// The same when the count of places is Poisson with this mean: exp(-mean (1 - empty)), 1 -
/// exp(-mean metallic).
NEUCASL_EXPORT double open_probability_poisson(const TubeStatistics& statistics, double mean);
NEUCASL_EXPORT double short_probability_poisson(const TubeStatistics& statistics, double mean);

struct TubeCounts {
  int semiconducting = 0;
  int metallic = 0;
};
/// What `places` hold in one made transistor: one uniform number for each.
NEUCASL_EXPORT TubeCounts draw_tubes(const TubeStatistics& statistics, int places,
                                     base::RandomStream& random);

/// Count of places in a width of `mean` average distances, when the distances from place to place
/// are independent, Gamma distributed, with the coefficient of variation `variation`: 0 the mean
/// (rounded), 1 a Poisson count. The renewal process is stationary, so the mean count is `mean`
/// (D. R. Cox, Renewal Theory, Methuen 1962, section 2.2).
/// \throws base::Error "variation.tubes" for a mean below 0 or a variation outside 0 to 2.
NEUCASL_EXPORT int draw_places(double mean, double variation, base::RandomStream& random);

}  // namespace neucasl::variation
