#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "neucasl/exploration/pareto.hpp"

/// \file
/// NSGA-II: K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, "A fast and elitist multiobjective
/// genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6:182-197, 2002.
///
/// An *individual* has genes in [0, 1]. Parents win a tournament of two by rank, then by crowding
/// distance. Offspring are made by simulated binary crossover and polynomial mutation (bounded
/// forms of the authors' implementation). An infeasible individual ranks behind every feasible one,
/// and among themselves the smaller violation wins (section VI of the paper).

namespace neucasl::exploration {

struct Nsga2Settings {
  std::size_t population = 100;  ///< Even, at least 4.
  std::size_t generations = 100;
  double crossover_probability = 0.9;
  double crossover_index = 15.0;      ///< eta_c: the larger, the nearer are children to parents.
  double mutation_probability = 0.0;  ///< Of a gene; 0: one over the number of genes.
  double mutation_index = 20.0;       ///< eta_m
  std::uint64_t seed = 1;
};

struct Fitness {
  Objectives objectives;   ///< Not read when the violation is above 0.
  double violation = 0.0;  ///< 0 when feasible.
};

struct Individual {
  std::vector<double> genes;
  Fitness fitness;
};

/// Values of a whole generation, in order.
using EvaluateGenes =
    std::function<std::vector<Fitness>(const std::vector<std::vector<double>>& genes)>;

/// The last population. Random numbers depend on seed and generation alone.
/// \throws base::Error "exploration.search" for settings out of range; what `evaluate` throws.
NEUCASL_EXPORT std::vector<Individual> nsga2(const Nsga2Settings& settings, std::size_t genes,
                                             const EvaluateGenes& evaluate);

/// Ranks from 0, the front, on: fast non-dominated sort with constrained domination.
NEUCASL_EXPORT std::vector<std::size_t> ranks_of(const std::vector<Individual>& individuals);

}  // namespace neucasl::exploration
