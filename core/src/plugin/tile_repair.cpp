#include "neucasl/plugin/tile_repair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::plugin {
namespace {

constexpr double forbidden = std::numeric_limits<double>::infinity();

/// Digits of weights on places, one by one.
class Placement {
 public:
  Placement(const RepairProblem& problem, const RepairOptions& options)
      : problem_(problem), options_(options), places_(2 * (problem.pairs + options.spare_pairs)) {}

  [[nodiscard]] CellState state(std::size_t row_place, std::size_t column_place) const {
    return problem_.state[row_place * places_ + column_place];
  }

  /// Targets of the two cells at a place.
  [[nodiscard]] PairTarget target(std::size_t row, std::size_t pair, std::size_t row_place,
                                  std::size_t pair_place, bool swapped) const {
    const double* const wanted = problem_.target.data() + (row * problem_.pairs + pair) * 2;
    PairTarget result = {{wanted[swapped ? 1 : 0], wanted[swapped ? 0 : 1]}};
    if (!options_.compensate) return result;
    const double digit = result.cell[0] - result.cell[1];
    for (const std::size_t sound : {std::size_t{0}, std::size_t{1}}) {
      const CellState other = state(row_place, 2 * pair_place + 1 - sound);
      if (state(row_place, 2 * pair_place + sound) != CellState::sound ||
          other == CellState::sound) {
        continue;
      }
      const double ideal = stuck_value(other) + (sound == 0 ? digit : -digit);
      result.cell[sound] = std::clamp(ideal, problem_.conductance_min, problem_.conductance_max);
    }
    return result;
  }

  /// Squared error of a digit by the stuck cells at its place, times its significance squared.
  [[nodiscard]] double harm(std::size_t row, std::size_t pair, std::size_t row_place,
                            std::size_t pair_place, bool swapped) const {
    const CellState first = state(row_place, 2 * pair_place);
    const CellState second = state(row_place, 2 * pair_place + 1);
    if (first == CellState::sound && second == CellState::sound) return 0.0;
    const double* const wanted = problem_.target.data() + (row * problem_.pairs + pair) * 2;
    const PairTarget to = target(row, pair, row_place, pair_place, swapped);
    const double digit = swapped ? wanted[1] - wanted[0] : wanted[0] - wanted[1];
    const double got = (first == CellState::sound ? to.cell[0] : stuck_value(first)) -
                       (second == CellState::sound ? to.cell[1] : stuck_value(second));
    const double error = problem_.significance[pair] * (got - digit);
    return error * error;
  }

  /// Pairs of a row of places with stuck cells.
  [[nodiscard]] bool any_stuck(std::size_t row_place, std::size_t pair_place) const {
    return state(row_place, 2 * pair_place) != CellState::sound ||
           state(row_place, 2 * pair_place + 1) != CellState::sound;
  }

 private:
  [[nodiscard]] double stuck_value(CellState state) const {
    return state == CellState::stuck_on ? problem_.conductance_max : problem_.conductance_min;
  }

  const RepairProblem& problem_;
  const RepairOptions& options_;
  std::size_t places_;
};

void check(const RepairProblem& problem, const RepairOptions& options) {
  const std::size_t cells = problem.rows * problem.pairs * 2;
  const std::size_t built =
      (problem.rows + options.spare_rows) * (problem.pairs + options.spare_pairs) * 2;
  if (cells == 0 || problem.target.size() != cells ||
      problem.significance.size() != problem.pairs || problem.state.size() != built) {
    throw base::Error("reliability.repair",
                      "targets, significances and states of cells do not fit " +
                          std::to_string(problem.rows) + " rows of " +
                          std::to_string(problem.pairs) + " pairs and the spare lines",
                      "give rows x 2 pairs targets and a state for every cell that is built");
  }
  if (problem.conductance_min < problem.conductance_max) return;
  throw base::Error("reliability.repair", "the window of conductances is empty",
                    "give a conductance_min below conductance_max");
}

/// Improves an arrangement step by step.
class Repairer {
 public:
  Repairer(const RepairProblem& problem, const RepairOptions& options)
      : problem_(problem), options_(options), placement_(problem, options) {}

  [[nodiscard]] Arrangement run() const {
    Arrangement best = unchanged_arrangement(problem_);
    if (!options_.any()) return best;
    double least = harm(problem_, options_, best);
    while (least > 0.0) {
      Arrangement next = best;
      if (options_.remap_rows || options_.spare_rows > 0) place_rows(next);
      if (options_.remap_pairs || options_.spare_pairs > 0 || options_.swap) place_pairs(next);
      const double reached = harm(problem_, options_, next);
      if (!(reached < least)) break;
      best = std::move(next);
      least = reached;
    }
    return best;
  }

 private:
  void place_rows(Arrangement& at) const {
    const std::size_t places = problem_.rows + options_.spare_rows;
    std::vector<double> cost(problem_.rows * places, 0.0);
    for (std::size_t place = 0; place < places; ++place) {
      for (std::size_t pair = 0; pair < problem_.pairs; ++pair) {
        if (!placement_.any_stuck(place, at.pair[pair])) continue;
        for (std::size_t row = 0; row < problem_.rows; ++row) {
          cost[row * places + place] +=
              placement_.harm(row, pair, place, at.pair[pair], at.swapped[pair] != 0);
        }
      }
    }
    if (!options_.remap_rows) forbid_moves(problem_.rows, places, cost);
    at.row = least_assignment(cost, problem_.rows, places);
  }

  void place_pairs(Arrangement& at) const {
    const std::size_t places = problem_.pairs + options_.spare_pairs;
    std::vector<double> cost(problem_.pairs * places, 0.0);
    std::vector<double> swapped(cost.size(), 0.0);
    for (std::size_t row = 0; row < problem_.rows; ++row) {
      for (std::size_t place = 0; place < places; ++place) {
        if (!placement_.any_stuck(at.row[row], place)) continue;
        for (std::size_t pair = 0; pair < problem_.pairs; ++pair) {
          cost[pair * places + place] += placement_.harm(row, pair, at.row[row], place, false);
          if (!options_.swap) continue;
          swapped[pair * places + place] += placement_.harm(row, pair, at.row[row], place, true);
        }
      }
    }
    std::vector<std::uint8_t> turned(cost.size(), 0);
    for (std::size_t k = 0; options_.swap && k < cost.size(); ++k) {
      if (swapped[k] >= cost[k]) continue;
      cost[k] = swapped[k];
      turned[k] = 1;
    }
    if (!options_.remap_pairs) forbid_moves(problem_.pairs, places, cost);
    at.pair = least_assignment(cost, problem_.pairs, places);
    for (std::size_t pair = 0; pair < problem_.pairs; ++pair) {
      at.swapped[pair] = turned[pair * places + at.pair[pair]];
    }
  }

  /// All but a thing's own place and the spare ones.
  static void forbid_moves(std::size_t count, std::size_t places, std::vector<double>& cost) {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t place = 0; place < count; ++place) {
        if (place != i) cost[i * places + place] = forbidden;
      }
    }
  }

  const RepairProblem& problem_;
  const RepairOptions& options_;
  Placement placement_;
};

}  // namespace

Arrangement unchanged_arrangement(const RepairProblem& problem) {
  Arrangement result;
  result.row.resize(problem.rows);
  result.pair.resize(problem.pairs);
  std::iota(result.row.begin(), result.row.end(), 0U);
  std::iota(result.pair.begin(), result.pair.end(), 0U);
  result.swapped.assign(problem.pairs, 0);
  return result;
}

Arrangement repair(const RepairProblem& problem, const RepairOptions& options) {
  check(problem, options);
  return Repairer(problem, options).run();
}

double harm(const RepairProblem& problem, const RepairOptions& options,
            const Arrangement& arrangement) {
  check(problem, options);
  const Placement placement(problem, options);
  double sum = 0.0;
  for (std::size_t row = 0; row < problem.rows; ++row) {
    for (std::size_t pair = 0; pair < problem.pairs; ++pair) {
      sum += placement.harm(row, pair, arrangement.row[row], arrangement.pair[pair],
                            arrangement.swapped[pair] != 0);
    }
  }
  return sum;
}

PairTarget placed_target(const RepairProblem& problem, const RepairOptions& options,
                         const Arrangement& arrangement, std::size_t row, std::size_t pair) {
  return Placement(problem, options)
      .target(row, pair, arrangement.row[row], arrangement.pair[pair],
              arrangement.swapped[pair] != 0);
}

std::vector<std::uint32_t> least_assignment(std::span<const double> cost, std::size_t count,
                                            std::size_t places) {
  constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();
  std::vector<double> price_of_thing(count, 0.0);
  std::vector<double> price(places + 1, 0.0);
  std::vector<std::size_t> owner(places + 1, nobody);  // the last one begins each path
  std::vector<std::size_t> before(places + 1);
  for (std::size_t thing = 0; thing < count; ++thing) {
    std::vector<double> distance(places, forbidden);
    std::vector<bool> visited(places + 1, false);
    std::size_t at = places;
    owner[places] = thing;
    do {
      visited[at] = true;
      const std::size_t from = owner[at];
      double step = forbidden;
      std::size_t next = places;
      for (std::size_t p = 0; p < places; ++p) {
        if (visited[p]) continue;
        const double reduced = cost[from * places + p] - price_of_thing[from] - price[p];
        if (reduced < distance[p]) {
          distance[p] = reduced;
          before[p] = at;
        }
        if (distance[p] < step) {
          step = distance[p];
          next = p;
        }
      }
      if (next == places) {
        throw base::Error("reliability.repair", "no assignment is allowed",
                          "leave each thing a place");
      }
      for (std::size_t p = 0; p <= places; ++p) {
        if (visited[p]) {
          price_of_thing[owner[p]] += step;
          price[p] -= step;
        } else if (p < places) {
          distance[p] -= step;
        }
      }
      at = next;
    } while (owner[at] != nobody);
    for (; at != places; at = before[at]) owner[at] = owner[before[at]];
  }
  std::vector<std::uint32_t> result(count);
  for (std::size_t p = 0; p < places; ++p) {
    if (owner[p] != nobody) result[owner[p]] = static_cast<std::uint32_t>(p);
  }
  return result;
}

}  // namespace neucasl::plugin
