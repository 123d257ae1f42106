#pragma once

/// \file
/// How many tubes a transistor has, and how often it fails.
///
/// Each place for a tube is empty, holds a metallic tube or a semiconducting one, independently of
/// the others: the counts are binomial (P. Zarkesh-Ha, A. A. M. Shahi, IEEE Trans. Electron Devices
/// 58(2):530, 2011). A transistor without a tube is open; one with a metallic tube is shorted.

namespace neucasl::cnt {

struct TubeStatistics {
  double empty = 0.0;     ///< Probability that a place is empty.
  double metallic = 0.0;  ///< Probability that a place holds a metallic tube.
};

/// After growth and removal: `missing` places stay empty, `metallic_fraction` of the grown tubes is
/// metallic, of which `removal` is removed, with `loss` of the semiconducting ones.
TubeStatistics tube_statistics(double missing, double metallic_fraction, double removal,
                               double loss);

/// All `places` empty.
double open_probability(const TubeStatistics& statistics, int places);
/// At least one metallic tube.
double short_probability(const TubeStatistics& statistics, int places);
/// Of `stacked` transistors in series, whose tubes are independent of each other, any is open or
/// all are shorted. Sum of both, an upper bound that is close while both are small.
double stack_failure_probability(const TubeStatistics& statistics, int places, int stacked);

}  // namespace neucasl::cnt
