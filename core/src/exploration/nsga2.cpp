#include "neucasl/exploration/nsga2.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::exploration {
namespace {

using base::RandomStream;

void check(const Nsga2Settings& settings, std::size_t genes) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    throw base::Error("exploration.search", what, remedy);
  };
  if (genes == 0) refuse("there is nothing to search", "give at least one parameter");
  if (settings.population < 4 || settings.population % 2 != 0) {
    refuse("a population of " + std::to_string(settings.population),
           "give an even number from 4 on");
  }
  const auto share = [](double p) { return p >= 0.0 && p <= 1.0; };
  if (!share(settings.crossover_probability) || !share(settings.mutation_probability)) {
    refuse("a probability is not between 0 and 1", "give 0 to 1");
  }
  const auto index = [](double eta) { return std::isfinite(eta) && eta >= 0.0; };
  if (!index(settings.crossover_index) || !index(settings.mutation_index)) {
    refuse("a distribution index is not a number from 0 on", "give about 2 to 100");
  }
}

bool better(const Fitness& a, const Fitness& b) {
  if (a.violation > 0.0 || b.violation > 0.0) return a.violation < b.violation;
  return dominates(a.objectives, b.objectives);
}

/// Spread factor of a crossover that keeps to the bounds: alpha of the parents' distance to one.
double spread_factor(double u, double distance, double span, double index) {
  const double alpha = 2.0 - std::pow(1.0 + 2.0 * distance / span, -(index + 1.0));
  const double power = 1.0 / (index + 1.0);
  return u <= 1.0 / alpha ? std::pow(u * alpha, power) : std::pow(1.0 / (2.0 - u * alpha), power);
}

void cross(std::vector<double>& first, std::vector<double>& second, const Nsga2Settings& settings,
           RandomStream& random) {
  constexpr double same = 1e-14;
  if (random.uniform() > settings.crossover_probability) return;
  for (std::size_t g = 0; g < first.size(); ++g) {
    // Each gene is crossed with probability one half.
    if (random.uniform() > 0.5 || std::abs(first[g] - second[g]) < same) continue;
    const double low = std::min(first[g], second[g]);
    const double high = std::max(first[g], second[g]);
    const double span = high - low;
    const double sum = low + high;
    const double u = random.uniform();
    const double near_low = spread_factor(u, low, span, settings.crossover_index);
    const double near_high = spread_factor(u, 1.0 - high, span, settings.crossover_index);
    double child_low = std::clamp(0.5 * (sum - near_low * span), 0.0, 1.0);
    double child_high = std::clamp(0.5 * (sum + near_high * span), 0.0, 1.0);
    if (random.uniform() <= 0.5) std::swap(child_low, child_high);
    first[g] = child_low;
    second[g] = child_high;
  }
}

void mutate(std::vector<double>& genes, double probability, double index, RandomStream& random) {
  const double power = 1.0 / (index + 1.0);
  for (double& gene : genes) {
    if (random.uniform() > probability) continue;
    const double u = random.uniform();
    double change = 0.0;
    if (u <= 0.5) {
      change = std::pow(2.0 * u + (1.0 - 2.0 * u) * std::pow(1.0 - gene, index + 1.0), power) - 1.0;
    } else {
      change =
          1.0 - std::pow(2.0 * (1.0 - u) + (2.0 * u - 1.0) * std::pow(gene, index + 1.0), power);
    }
    gene = std::clamp(gene + change, 0.0, 1.0);
  }
}

/// A population with ranks and crowding distances.
struct Ranked {
  std::vector<Individual> individuals;
  std::vector<std::size_t> rank;
  std::vector<double> distance;

  /// Rank first, then room around it.
  [[nodiscard]] bool prefers(std::size_t a, std::size_t b) const {
    return rank[a] != rank[b] ? rank[a] < rank[b] : distance[a] > distance[b];
  }
};

Ranked ranked(std::vector<Individual> individuals) {
  Ranked result{std::move(individuals), {}, {}};
  result.rank = ranks_of(result.individuals);
  result.distance.assign(result.individuals.size(), 0.0);
  const std::size_t fronts = 1 + *std::max_element(result.rank.begin(), result.rank.end());
  for (std::size_t front = 0; front < fronts; ++front) {
    std::vector<std::size_t> members;
    std::vector<Objectives> objectives;
    for (std::size_t i = 0; i < result.rank.size(); ++i) {
      if (result.rank[i] != front || result.individuals[i].fitness.violation > 0.0) continue;
      members.push_back(i);
      objectives.push_back(result.individuals[i].fitness.objectives);
    }
    const std::vector<double> distances = crowding_distances(objectives);
    for (std::size_t k = 0; k < members.size(); ++k) result.distance[members[k]] = distances[k];
  }
  return result;
}

/// The best `count`; equals in their order.
std::vector<Individual> selected(Ranked both, std::size_t count) {
  std::vector<std::size_t> order(both.individuals.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return both.prefers(a, b); });
  std::vector<Individual> result;
  result.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    result.push_back(std::move(both.individuals[order[k]]));
  }
  return result;
}

const std::vector<double>& tournament(const Ranked& population, RandomStream& random) {
  const auto size = static_cast<std::uint32_t>(population.individuals.size());
  const std::size_t a = random.below(size);
  const std::size_t b = random.below(size);
  const bool first =
      population.prefers(a, b) || (!population.prefers(b, a) && random.uniform() <= 0.5);
  return population.individuals[first ? a : b].genes;
}

std::vector<std::vector<double>> offspring(const Ranked& population, const Nsga2Settings& settings,
                                           RandomStream& random) {
  std::vector<std::vector<double>> children;
  children.reserve(settings.population);
  while (children.size() < settings.population) {
    std::vector<double> first = tournament(population, random);
    std::vector<double> second = tournament(population, random);
    const double probability = settings.mutation_probability > 0.0
                                   ? settings.mutation_probability
                                   : 1.0 / static_cast<double>(first.size());
    cross(first, second, settings, random);
    mutate(first, probability, settings.mutation_index, random);
    mutate(second, probability, settings.mutation_index, random);
    children.push_back(std::move(first));
    children.push_back(std::move(second));
  }
  return children;
}

std::vector<Individual> evaluated(std::vector<std::vector<double>> genes,
                                  const EvaluateGenes& evaluate) {
  std::vector<Fitness> fitness = evaluate(genes);
  std::vector<Individual> result;
  result.reserve(genes.size());
  for (std::size_t i = 0; i < genes.size(); ++i) {
    result.push_back({std::move(genes[i]), std::move(fitness.at(i))});
  }
  return result;
}

}  // namespace

std::vector<std::size_t> ranks_of(const std::vector<Individual>& individuals) {
  const std::size_t count = individuals.size();
  std::vector<std::vector<std::size_t>> beaten(count);
  std::vector<std::size_t> beaten_by(count, 0);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      if (better(individuals[a].fitness, individuals[b].fitness)) {
        beaten[a].push_back(b);
        ++beaten_by[b];
      } else if (better(individuals[b].fitness, individuals[a].fitness)) {
        beaten[b].push_back(a);
        ++beaten_by[a];
      }
    }
  }
  std::vector<std::size_t> rank(count, 0);
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < count; ++i) {
    if (beaten_by[i] == 0) front.push_back(i);
  }
  for (std::size_t level = 0; !front.empty(); ++level) {
    std::vector<std::size_t> next;
    for (const std::size_t member : front) {
      rank[member] = level;
      for (const std::size_t other : beaten[member]) {
        if (--beaten_by[other] == 0) next.push_back(other);
      }
    }
    front = std::move(next);
  }
  return rank;
}

std::vector<Individual> nsga2(const Nsga2Settings& settings, std::size_t genes,
                              const EvaluateGenes& evaluate) {
  check(settings, genes);
  RandomStream start(settings.seed, "exploration/nsga2");
  std::vector<std::vector<double>> first(settings.population, std::vector<double>(genes));
  for (std::vector<double>& one : first) {
    for (double& gene : one) gene = start.uniform();
  }
  Ranked population = ranked(evaluated(std::move(first), evaluate));
  for (std::size_t generation = 1; generation <= settings.generations; ++generation) {
    RandomStream random(settings.seed, "exploration/nsga2", generation);
    std::vector<Individual> both = evaluated(offspring(population, settings, random), evaluate);
    both.insert(both.begin(), population.individuals.begin(), population.individuals.end());
    population = ranked(selected(ranked(std::move(both)), settings.population));
  }
  return std::move(population.individuals);
}

}  // namespace neucasl::exploration
