#include "neucasl/exploration/nsga2.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::exploration {
namespace {

/// E. Zitzler, K. Deb and L. Thiele, Evol. Comput. 8:173, 2000: 30 variables, f2 = g h(f1, g).
/// On the front g = 1.
struct Benchmark {
  const char* name;
  double (*front)(double f1);
  double (*second)(double f1, double g);
  /// Mean distance to the front of real-coded NSGA-II, table II of its paper.
  double published_distance;
};

void PrintTo(const Benchmark& benchmark, std::ostream* stream) { *stream << benchmark.name; }

const Benchmark benchmarks[] = {
    {"zdt1", [](double f1) { return 1.0 - std::sqrt(f1); },
     [](double f1, double g) { return g * (1.0 - std::sqrt(f1 / g)); }, 0.033482},
    {"zdt2", [](double f1) { return 1.0 - f1 * f1; },
     [](double f1, double g) { return g * (1.0 - (f1 / g) * (f1 / g)); }, 0.072391},
    {"zdt3",
     [](double f1) { return 1.0 - std::sqrt(f1) - f1 * std::sin(10.0 * std::numbers::pi * f1); },
     [](double f1, double g) {
       return g * (1.0 - std::sqrt(f1 / g) - f1 / g * std::sin(10.0 * std::numbers::pi * f1));
     },
     0.114500}};

constexpr std::size_t variables = 30;

EvaluateGenes evaluation_of(const Benchmark& benchmark) {
  return [&benchmark](const std::vector<std::vector<double>>& genes) {
    std::vector<Fitness> result;
    for (const std::vector<double>& x : genes) {
      const double g = 1.0 + 9.0 * std::accumulate(x.begin() + 1, x.end(), 0.0) / (variables - 1);
      result.push_back({{x[0], benchmark.second(x[0], g)}, 0.0});
    }
    return result;
  };
}

std::vector<Objectives> objectives_of(const std::vector<Individual>& population) {
  std::vector<Objectives> result;
  for (const Individual& one : population) result.push_back(one.fitness.objectives);
  return result;
}

class Zdt : public testing::TestWithParam<Benchmark> {
 protected:
  static std::vector<Individual> run(std::uint64_t seed) {
    Nsga2Settings settings;
    settings.generations = 250;
    settings.crossover_index = 20.0;
    settings.seed = seed;
    return nsga2(settings, variables, evaluation_of(GetParam()));
  }
};

TEST_P(Zdt, ComesToTheFrontOfTheFormula) {
  // Setting of the paper: 100 individuals, 250 generations.
  for (const std::uint64_t seed : {1U, 2U}) {
    const std::vector<Objectives> found = objectives_of(run(seed));
    double sum = 0.0;
    for (const Objectives& one : found) {
      const double above = one[1] - GetParam().front(one[0]);
      EXPECT_GE(above, -1e-12) << seed << ' ' << one[0];
      EXPECT_LE(above, 0.05) << seed << ' ' << one[0];
      sum += above;
    }
    // The distance is no more than what f2 lies above the front.
    EXPECT_LT(sum / static_cast<double>(found.size()), GetParam().published_distance / 2.0) << seed;
    // What a fine front of the formula dominates, and the found one.
    std::vector<Objectives> exact;
    for (int k = 0; k <= 5000; ++k) exact.push_back({k / 5000.0, GetParam().front(k / 5000.0)});
    const Objectives reference{1.1, 1.1};
    EXPECT_GT(hypervolume(found, reference), 0.985 * hypervolume(exact, reference)) << seed;
    EXPECT_LT(hypervolume(found, reference), hypervolume(exact, reference)) << seed;
  }
}

TEST_P(Zdt, IsTheSameForTheSameSeed) {
  const std::vector<Objectives> first = objectives_of(run(5));
  EXPECT_EQ(first, objectives_of(run(5)));
  EXPECT_NE(first, objectives_of(run(6)));
}

INSTANTIATE_TEST_SUITE_P(Zitzler, Zdt, testing::ValuesIn(benchmarks),
                         [](const auto& info) { return std::string(info.param.name); });

/// Minimise x and y with x + y >= 1: the front is the line of equality.
TEST(Nsga2, ObservesConstraints) {
  Nsga2Settings settings;
  settings.population = 40;
  settings.generations = 100;
  const auto population = nsga2(settings, 2, [](const std::vector<std::vector<double>>& genes) {
    std::vector<Fitness> result;
    for (const std::vector<double>& x : genes) {
      result.push_back({{x[0], x[1]}, std::max(0.0, 1.0 - x[0] - x[1])});
    }
    return result;
  });
  double sum = 0.0;
  for (const Individual& one : population) {
    EXPECT_EQ(one.fitness.violation, 0.0);
    EXPECT_NEAR(one.genes[0] + one.genes[1], 1.0, 0.1);
    sum += one.genes[0] + one.genes[1] - 1.0;
  }
  EXPECT_LT(sum / static_cast<double>(population.size()), 0.02);
}

TEST(Nsga2, RanksFeasibleBeforeLessInfeasible) {
  const auto of = [](Objectives objectives, double violation) {
    return Individual{{0.5}, {std::move(objectives), violation}};
  };
  EXPECT_EQ(ranks_of({of({1, 4}, 0), of({2, 5}, 0), of({4, 1}, 0), of({0, 0}, 1), of({0, 0}, 3),
                      of({3, 6}, 0)}),
            (std::vector<std::size_t>{0, 1, 0, 3, 4, 2}));
}

TEST(Nsga2, RefusesSettingsOutOfRange) {
  const auto refused = [](const Nsga2Settings& settings, std::size_t genes) {
    try {
      static_cast<void>(nsga2(settings, genes, evaluation_of(benchmarks[0])));
    } catch (const base::Error& error) {
      return error.diagnostic().code == "exploration.search";
    }
    return false;
  };
  Nsga2Settings odd;
  odd.population = 7;
  EXPECT_TRUE(refused(odd, 30));
  Nsga2Settings probability;
  probability.crossover_probability = 1.5;
  EXPECT_TRUE(refused(probability, 30));
  Nsga2Settings index;
  index.mutation_index = std::nan("");
  EXPECT_TRUE(refused(index, 30));
  EXPECT_TRUE(refused({}, 0));
}

}  // namespace
}  // namespace neucasl::exploration
