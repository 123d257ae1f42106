#include "neucasl/exploration/pareto.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::exploration {
namespace {

/// On a coarse lattice, so that ties and equal points are common.
std::vector<Objectives> lattice_points(std::size_t count, std::size_t objectives,
                                       std::uint32_t steps, std::uint64_t sample) {
  base::RandomStream random(7, "test/pareto", sample);
  std::vector<Objectives> points(count, Objectives(objectives));
  for (Objectives& point : points) {
    for (double& value : point) value = random.below(steps);
  }
  return points;
}

/// By the definition.
std::vector<std::size_t> front_by_pairs(const std::vector<Objectives>& points) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool dominated = false;
    for (const Objectives& other : points) {
      bool nowhere_worse = true;
      bool somewhere_better = false;
      for (std::size_t k = 0; k < other.size(); ++k) {
        nowhere_worse = nowhere_worse && other[k] <= points[i][k];
        somewhere_better = somewhere_better || other[k] < points[i][k];
      }
      dominated = dominated || (nowhere_worse && somewhere_better);
    }
    if (!dominated) front.push_back(i);
  }
  return front;
}

TEST(ParetoFront, IsThatOfTheDefinition) {
  for (std::size_t objectives = 1; objectives <= 5; ++objectives) {
    for (std::uint64_t sample = 0; sample < 20; ++sample) {
      const auto points = lattice_points(60, objectives, sample % 2 == 0 ? 5 : 1000, sample);
      EXPECT_EQ(pareto_front(points), front_by_pairs(points)) << objectives << ' ' << sample;
    }
  }
}

TEST(ParetoFront, KeepsEqualPointsTogether) {
  EXPECT_EQ(pareto_front({{1, 2}, {2, 1}, {1, 2}, {2, 2}}), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_TRUE(pareto_front({}).empty());
}

TEST(ParetoFront, RefusesWhatIsNoNumber) {
  EXPECT_THROW(static_cast<void>(pareto_front({{1.0, std::nan("")}})), base::Error);
}

TEST(CrowdingDistance, AddsSharesOfTheRanges) {
  const auto distance = crowding_distances({{0, 10}, {1, 4}, {3, 2}, {4, 0}});
  EXPECT_TRUE(std::isinf(distance[0]));
  EXPECT_TRUE(std::isinf(distance[3]));
  EXPECT_DOUBLE_EQ(distance[1], 3.0 / 4.0 + 8.0 / 10.0);
  EXPECT_DOUBLE_EQ(distance[2], 3.0 / 4.0 + 4.0 / 10.0);
}

/// Union of boxes by inclusion and exclusion.
double volume_by_subsets(const std::vector<Objectives>& points, const Objectives& reference) {
  double sum = 0.0;
  for (std::uint32_t subset = 1; subset < (1U << points.size()); ++subset) {
    Objectives corner(reference.size(), -1e300);
    int members = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if ((subset >> i & 1U) == 0) continue;
      ++members;
      for (std::size_t k = 0; k < corner.size(); ++k) corner[k] = std::max(corner[k], points[i][k]);
    }
    double box = 1.0;
    for (std::size_t k = 0; k < corner.size(); ++k) {
      box *= std::max(0.0, reference[k] - corner[k]);
    }
    sum += members % 2 == 1 ? box : -box;
  }
  return sum;
}

TEST(Hypervolume, IsTheUnionOfBoxes) {
  for (std::size_t objectives = 1; objectives <= 5; ++objectives) {
    for (std::uint64_t sample = 0; sample < 10; ++sample) {
      const auto points = lattice_points(9, objectives, 8, 100 + sample);
      // Some points lie beyond the reference.
      const Objectives reference(objectives, 6.0);
      EXPECT_NEAR(hypervolume(points, reference), volume_by_subsets(points, reference), 1e-9)
          << objectives << ' ' << sample;
    }
  }
}

/// Points of a quarter circle dominate what is outside of it: 1 - (1 - pi / 4) at the reference.
TEST(Hypervolume, OfAManyPointFrontTendsToTheArea) {
  std::vector<Objectives> points;
  constexpr int count = 20000;
  for (int k = 0; k <= count; ++k) {
    const double angle = 0.5 * std::numbers::pi * k / count;
    points.push_back({1.0 - std::cos(angle), 1.0 - std::sin(angle)});
  }
  EXPECT_NEAR(hypervolume(points, {1.0, 1.0}), std::numbers::pi / 4.0, 1e-4);
}

TEST(Hypervolume, OfNothingIsZero) {
  EXPECT_EQ(hypervolume({}, {1.0, 1.0}), 0.0);
  EXPECT_EQ(hypervolume({{1.0, 0.0}}, {1.0, 1.0}), 0.0);
}

}  // namespace
}  // namespace neucasl::exploration
