#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "menu.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/precision/allocation.hpp"

namespace neucasl::precision {
namespace {

/// Bits of the layers so far, as a chain through `Search::steps_`.
struct Partial {
  double cost = 0.0;
  double score = 0.0;
  std::size_t step = 0;  ///< The last layer's choice; 0 before the first layer.
};

struct Step {
  std::size_t before = 0;
  std::size_t choice = 0;  ///< Place in the menu.
};

/// Keeps the partial allocations that no other is better than in both numbers, by rising cost.
void prune(std::vector<Partial>& partials) {
  std::stable_sort(partials.begin(), partials.end(), [](const Partial& a, const Partial& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.score < b.score;
  });
  std::size_t kept = 0;
  double best = std::numeric_limits<double>::infinity();
  for (const Partial& partial : partials) {
    if (partial.score >= best) continue;
    best = partial.score;
    partials[kept++] = partial;
  }
  partials.resize(kept);
}

/// The layers by rising sensitivity, in groups of equal ones.
class Search {
 public:
  Search(std::span<const LayerOptions> layers, std::size_t choices, double budget,
         const BudgetOptions& options)
      : layers_(layers), choices_(choices), budget_(budget), options_(options) {
    // A sum of rounded costs may exceed the budget by their rounding alone.
    limit_ = budget * (1.0 + 1e-12);
    order_.resize(layers.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (options.monotone) {
      std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        return layers[a].sensitivity < layers[b].sensitivity;
      });
    }
  }

  /// Nothing when no allocation keeps the budget.
  [[nodiscard]] std::vector<Partial> run() {
    states_.assign(choices_ * choices_, {});
    states_[0].push_back({});
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const bool new_group = k == 0 || !options_.monotone ||
                             layers_[order_[k]].sensitivity > layers_[order_[k - 1]].sensitivity;
      if (new_group) close_group();
      add(layers_[order_[k]]);
    }
    std::vector<Partial> all;
    for (const auto& state : states_) all.insert(all.end(), state.begin(), state.end());
    prune(all);
    return all;
  }

  [[nodiscard]] std::vector<std::size_t> choices_of(const Partial& partial) const {
    std::vector<std::size_t> result(order_.size());
    std::size_t step = partial.step;
    for (std::size_t k = order_.size(); k-- > 0; step = steps_[step].before) {
      result[order_[k]] = steps_[step].choice;
    }
    return result;
  }
  [[nodiscard]] bool exact() const { return exact_; }

 private:
  /// State: the least choice that the group allows, and the largest choice in it so far.
  std::vector<Partial>& state(std::size_t least, std::size_t largest) {
    return states_[least * choices_ + largest];
  }

  /// The next group starts where the largest choice so far ends; without order, anywhere.
  void close_group() {
    std::vector<std::vector<Partial>> next(choices_ * choices_);
    for (std::size_t least = 0; least < choices_; ++least) {
      for (std::size_t largest = 0; largest < choices_; ++largest) {
        const std::vector<Partial>& from = state(least, largest);
        const std::size_t start = options_.monotone ? largest : 0;
        std::vector<Partial>& to = next[start * choices_ + start];
        to.insert(to.end(), from.begin(), from.end());
      }
    }
    states_ = std::move(next);
  }

  void add(const LayerOptions& layer) {
    pending_.clear();
    std::vector<std::vector<Partial>> next(choices_ * choices_);
    for (std::size_t least = 0; least < choices_; ++least) {
      for (std::size_t largest = least; largest < choices_; ++largest) {
        for (std::size_t choice = least; choice < choices_; ++choice) {
          extend(state(least, largest), layer, choice,
                 next[least * choices_ + std::max(largest, choice)]);
        }
      }
    }
    states_ = std::move(next);
    std::size_t total = 0;
    for (std::vector<Partial>& partials : states_) {
      prune(partials);
      total += partials.size();
    }
    if (total > options_.most_partial) coarsen();
    for (std::vector<Partial>& partials : states_) record(partials);
  }

  void extend(const std::vector<Partial>& from, const LayerOptions& layer, std::size_t choice,
              std::vector<Partial>& to) {
    for (const Partial& partial : from) {
      const double cost = partial.cost + layer.cost[choice];
      if (cost > limit_) continue;
      pending_.push_back({partial.step, choice});
      to.push_back({cost, partial.score + layer.score[choice], pending_.size() - 1});
    }
  }

  /// Costs on a grid of the budget, rounded up: what keeps the budget there keeps it exactly.
  void coarsen() {
    exact_ = false;
    const double grid = budget_ / static_cast<double>(options_.most_partial);
    for (std::vector<Partial>& partials : states_) {
      for (Partial& partial : partials) {
        partial.cost = std::min(std::ceil(partial.cost / grid) * grid, limit_);
      }
      prune(partials);
    }
  }

  /// Gives the partial allocations that were kept their places in the chain.
  void record(std::vector<Partial>& partials) {
    for (Partial& partial : partials) {
      steps_.push_back(pending_[partial.step]);
      partial.step = steps_.size() - 1;
    }
  }

  std::span<const LayerOptions> layers_;
  std::size_t choices_;
  double budget_;
  double limit_;
  BudgetOptions options_;
  std::vector<std::size_t> order_;
  std::vector<std::vector<Partial>> states_;
  std::vector<Step> steps_{Step{}};
  std::vector<Step> pending_;
  bool exact_ = true;
};

void check_layers(std::span<const LayerOptions> layers, std::size_t choices) {
  for (const LayerOptions& layer : layers) {
    if (layer.score.size() != choices || layer.cost.size() != choices) {
      throw base::Error("precision.cost",
                        "layer '" + layer.layer + "' has " + std::to_string(layer.score.size()) +
                            " scores and " + std::to_string(layer.cost.size()) + " costs",
                        "give " + std::to_string(choices) + ", one for each entry of the menu");
    }
    for (const double score : layer.score) {
      if (std::isfinite(score) && std::isfinite(layer.sensitivity)) continue;
      throw base::Error("precision.score", "a score of layer '" + layer.layer + "' is not finite",
                        "give a number for each entry of the menu");
    }
    for (const double cost : layer.cost) {
      if (std::isfinite(cost) && cost >= 0.0) continue;
      throw base::Error("precision.cost",
                        "a cost of layer '" + layer.layer + "' is " + std::to_string(cost),
                        "give numbers that are not negative");
    }
  }
}

/// By place in the menu, the cheapest allocation that the order allows.
std::vector<std::size_t> cheapest(std::span<const LayerOptions> layers, std::size_t choices,
                                  const BudgetOptions& options) {
  std::vector<LayerOptions> by_cost(layers.begin(), layers.end());
  double most = 0.0;
  for (LayerOptions& layer : by_cost) {
    layer.score = layer.cost;
    most += *std::max_element(layer.cost.begin(), layer.cost.end());
  }
  Search search(by_cost, choices, most, options);
  return search.choices_of(search.run().front());
}

Allocation allocation_of(std::span<const LayerOptions> layers, std::span<const int> menu,
                         const std::vector<std::size_t>& choices, bool exact) {
  Allocation allocation;
  allocation.exact = exact;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    allocation.bits.push_back(menu[choices[k]]);
    allocation.score += layers[k].score[choices[k]];
    allocation.cost += layers[k].cost[choices[k]];
  }
  return allocation;
}

}  // namespace

Allocation allocate_under_budget(std::span<const LayerOptions> layers, std::span<const int> menu,
                                 double budget, const BudgetOptions& options) {
  check_menu(menu);
  check_layers(layers, menu.size());
  if (!std::isfinite(budget) || budget <= 0.0) {
    throw base::Error("precision.budget", "the budget is " + base::shortest(budget),
                      "give a positive number");
  }
  Search search(layers, menu.size(), budget, options);
  const std::vector<Partial> found = search.run();
  if (!found.empty()) {
    return allocation_of(layers, menu, search.choices_of(found.back()), search.exact());
  }
  // Rounded costs may miss what just keeps the budget.
  const Allocation least =
      allocation_of(layers, menu, cheapest(layers, menu.size(), options), false);
  if (least.cost <= budget) return least;
  throw base::Error("precision.budget", "no allocation costs at most " + base::shortest(budget),
                    "give at least " + base::shortest(least.cost));
}

}  // namespace neucasl::precision
