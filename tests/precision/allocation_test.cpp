#include "neucasl/precision/allocation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::precision {
namespace {

using Bits = std::vector<int>;

base::Diagnostic refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

std::vector<double> random_values(base::RandomStream& stream, std::size_t count, bool repeated) {
  std::vector<double> values;
  for (std::size_t k = 0; k < count; ++k) {
    values.push_back(repeated ? static_cast<double>(stream.below(4)) : stream.normal());
  }
  return values;
}

/// No layer has fewer bits than one of a lower sensitivity.
bool monotone(const std::vector<double>& sensitivity, const Bits& bits) {
  for (std::size_t a = 0; a < bits.size(); ++a) {
    for (std::size_t b = 0; b < bits.size(); ++b) {
      if (sensitivity[a] > sensitivity[b] && bits[a] < bits[b]) return false;
    }
  }
  return true;
}

TEST(AllocateByRank, DividesInThree) {
  const std::vector<double> sensitivity{0.1, 9, 0.2, 5, 4, 3, 8, 0.3, 2, 7};
  const Bits menu{3, 5, 9};
  EXPECT_EQ(allocate_by_rank(sensitivity, menu), (Bits{3, 9, 3, 5, 5, 5, 9, 3, 5, 9}));
  EXPECT_EQ(allocate_by_rank(sensitivity, Bits{4}), Bits(10, 4));
  EXPECT_EQ(allocate_by_rank(std::vector<double>{}, menu), Bits{});
  EXPECT_EQ(allocate_by_rank(sensitivity, menu, 1.0, 0.0), Bits(10, 9));
  EXPECT_EQ(allocate_by_rank(std::vector<double>{1, 1, 1}, menu), (Bits{9, 5, 3}));
}

TEST(AllocateByRank, IsMonotone) {
  for (std::uint64_t sample = 0; sample < 200; ++sample) {
    base::RandomStream stream(7, "rank", sample);
    const auto values = random_values(stream, 1 + stream.below(20), sample % 2 == 0);
    EXPECT_TRUE(monotone(values, allocate_by_rank(values, Bits{2, 3, 4, 8}))) << sample;
  }
}

double spread(const std::vector<double>& values, const Bits& bits) {
  double total = 0.0;
  for (int b = 0; b <= 16; ++b) {
    std::vector<double> members;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (bits[k] == b) members.push_back(values[k]);
    }
    const double mean =
        std::accumulate(members.begin(), members.end(), 0.0) / static_cast<double>(members.size());
    for (const double value : members) total += (value - mean) * (value - mean);
  }
  return total;
}

/// Of all labellings, clusters of intervals or not.
double least_spread(const std::vector<double>& values, const Bits& menu) {
  double least = std::numeric_limits<double>::infinity();
  Bits bits(values.size());
  const auto fill = [&](auto&& self, std::size_t layer) -> void {
    if (layer == values.size()) {
      least = std::min(least, spread(values, bits));
      return;
    }
    for (const int b : menu) {
      bits[layer] = b;
      self(self, layer + 1);
    }
  };
  fill(fill, 0);
  return least;
}

TEST(AllocateByClusters, IsTheBestDivisionOfAll) {
  const Bits menu{2, 4, 8};
  for (std::uint64_t sample = 0; sample < 60; ++sample) {
    base::RandomStream stream(11, "clusters", sample);
    const auto values = random_values(stream, 3 + stream.below(5), false);
    const Bits bits = allocate_by_clusters(values, menu);
    EXPECT_NEAR(spread(values, bits), least_spread(values, menu), 1e-12) << sample;
    EXPECT_TRUE(monotone(values, bits)) << sample;
  }
}

TEST(AllocateByClusters, KeepsEqualsTogetherAndFewValuesHigh) {
  EXPECT_EQ(allocate_by_clusters(std::vector<double>{1, 1, 1}, Bits{2, 4, 8}), (Bits{8, 8, 8}));
  EXPECT_EQ(allocate_by_clusters(std::vector<double>{1, 2, 1, 2}, Bits{2, 4, 8}),
            (Bits{4, 8, 4, 8}));
  EXPECT_EQ(allocate_by_clusters(std::vector<double>{}, Bits{2}), Bits{});
  // Far from zero, where squares would cancel.
  EXPECT_EQ(allocate_by_clusters(std::vector<double>{1e9, 1e9 + 1, 1e9 + 10, 1e9 + 11}, Bits{3, 5}),
            (Bits{3, 3, 5, 5}));
}

std::vector<LayerOptions> random_layers(base::RandomStream& stream, std::size_t count,
                                        std::size_t choices, bool whole_costs) {
  std::vector<LayerOptions> layers;
  for (std::size_t k = 0; k < count; ++k) {
    LayerOptions layer{"layer" + std::to_string(k), std::floor(4.0 * stream.uniform()), {}, {}};
    double cost = 0.0;
    for (std::size_t c = 0; c < choices; ++c) {
      cost += whole_costs ? static_cast<double>(stream.below(5)) : stream.uniform();
      layer.cost.push_back(cost);
      layer.score.push_back(stream.normal() - static_cast<double>(c));
    }
    layers.push_back(layer);
  }
  return layers;
}

/// Every allocation; the least score under the budget, infinite when there is none.
double least_score(const std::vector<LayerOptions>& layers, const Bits& menu, double budget,
                   bool in_order) {
  std::vector<double> sensitivity;
  for (const LayerOptions& layer : layers) sensitivity.push_back(layer.sensitivity);
  double least = std::numeric_limits<double>::infinity();
  Bits bits(layers.size());
  const auto fill = [&](auto&& self, std::size_t k, double score, double cost) -> void {
    if (cost > budget) return;
    if (k == layers.size()) {
      if (!in_order || monotone(sensitivity, bits)) least = std::min(least, score);
      return;
    }
    for (std::size_t c = 0; c < menu.size(); ++c) {
      bits[k] = menu[c];
      self(self, k + 1, score + layers[k].score[c], cost + layers[k].cost[c]);
    }
  };
  fill(fill, 0, 0.0, 0.0);
  return least;
}

TEST(AllocateUnderBudget, FindsTheBestOfAll) {
  const Bits menu{2, 3, 5, 8};
  std::size_t feasible = 0;
  for (std::uint64_t sample = 0; sample < 300; ++sample) {
    base::RandomStream stream(13, "budget", sample);
    const bool in_order = sample % 2 == 0;
    const auto layers = random_layers(stream, 1 + stream.below(6), menu.size(), sample % 3 == 0);
    const double budget = 0.1 + 2.0 * static_cast<double>(layers.size()) * stream.uniform();
    const double least = least_score(layers, menu, budget, in_order);
    BudgetOptions options;
    options.monotone = in_order;
    if (std::isinf(least)) {
      EXPECT_EQ(refusal([&] { allocate_under_budget(layers, menu, budget, options); }).code,
                "precision.budget");
      continue;
    }
    ++feasible;
    const Allocation found = allocate_under_budget(layers, menu, budget, options);
    EXPECT_NEAR(found.score, least, 1e-12) << sample;
    EXPECT_LE(found.cost, budget * (1.0 + 1e-12)) << sample;
    EXPECT_TRUE(found.exact);
  }
  EXPECT_GT(feasible, 150U);
}

TEST(AllocateUnderBudget, IsMonotoneAndNeverWorseWithMore) {
  const Bits menu{2, 4, 6, 8};
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    base::RandomStream stream(17, "growth", sample);
    const auto layers = random_layers(stream, 30, menu.size(), true);
    std::vector<double> sensitivity;
    double most = 0.0;
    for (const LayerOptions& layer : layers) {
      sensitivity.push_back(layer.sensitivity);
      most += layer.cost.back();
    }
    double before = std::numeric_limits<double>::infinity();
    for (const double share : {0.6, 0.8, 1.0}) {
      const Allocation found = allocate_under_budget(layers, menu, share * most);
      EXPECT_TRUE(monotone(sensitivity, found.bits));
      EXPECT_LE(found.score, before);
      before = found.score;
    }
  }
}

TEST(AllocateUnderBudget, TakesTheCheapestOfEquals) {
  const std::vector<LayerOptions> layers{{"a", 1.0, {3, 1, 1}, {1, 2, 5}}};
  EXPECT_EQ(allocate_under_budget(layers, Bits{2, 4, 8}, 9).bits, Bits{4});
}

TEST(AllocateUnderBudget, KeepsTheBudgetWhenCostsAreRounded) {
  base::RandomStream stream(19, "rounded");
  const Bits menu{2, 3, 4, 6, 8};
  const auto layers = random_layers(stream, 60, menu.size(), false);
  BudgetOptions few;
  few.most_partial = 2000;
  const double budget = 120.0;
  const Allocation rounded = allocate_under_budget(layers, menu, budget, few);
  const Allocation best = allocate_under_budget(layers, menu, budget);
  EXPECT_FALSE(rounded.exact);
  EXPECT_LE(rounded.cost, budget);
  EXPECT_NEAR(rounded.score, best.score, 0.02 * std::abs(best.score));
}

TEST(AllocateUnderBudget, NamesTheSmallestBudget) {
  const std::vector<LayerOptions> layers{{"a", 1.0, {3, 1}, {7, 9}}, {"b", 2.0, {3, 1}, {6, 4}}};
  const base::Diagnostic refused = refusal([&] {
    allocate_under_budget(layers, Bits{2, 4}, 10.5);
  });
  EXPECT_EQ(refused.code, "precision.budget");
  EXPECT_NE(refused.remedy.find("at least 11"), std::string::npos) << refused.remedy;
  EXPECT_EQ(allocate_under_budget(layers, Bits{2, 4}, 11).bits, (Bits{2, 4}));
}

TEST(Allocation, RefusesWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Bits menu{2, 4};
  EXPECT_EQ(refusal([&] {
              allocate_by_rank(std::vector<double>{1, nan}, menu);
            }).code,
            "precision.score");
  EXPECT_EQ(refusal([&] { allocate_by_rank(std::vector<double>{1}, menu, 0.7, 0.4); }).code,
            "precision.share");
  EXPECT_EQ(refusal([&] {
              allocate_by_clusters(std::vector<double>{1}, Bits{4, 4});
            }).code,
            "precision.menu");
  EXPECT_EQ(refusal([&] { allocate_by_clusters(std::vector<double>{1}, Bits{1}); }).code,
            "precision.menu");
  const auto budget = [&](const LayerOptions& layer, double limit) {
    return refusal([&] { allocate_under_budget(std::vector{layer}, menu, limit); }).code;
  };
  EXPECT_EQ(budget({"a", 1, {1, 2}, {1}}, 5), "precision.cost");
  EXPECT_EQ(budget({"a", 1, {1, 2}, {1, -1}}, 5), "precision.cost");
  EXPECT_EQ(budget({"a", 1, {1, nan}, {1, 1}}, 5), "precision.score");
  EXPECT_EQ(budget({"a", 1, {1, 2}, {1, 1}}, nan), "precision.budget");
}

TEST(Budget, IsRead) {
  EXPECT_EQ(parse_budget("arrays<=22").kind, BudgetKind::arrays);
  EXPECT_EQ(parse_budget("arrays<=22").limit, 22.0);
  EXPECT_DOUBLE_EQ(parse_budget("energy <= 1.2 uJ").limit, 1.2e-6);
  EXPECT_DOUBLE_EQ(parse_budget(" area<=3 mm^2 ").limit, 3e-6);
  EXPECT_EQ(to_string(BudgetKind::area), "area");
  EXPECT_EQ(to_string(BudgetKind::average_bits), "average_bits");
  for (const char* wrong : {"arrays=22", "array<=22", "energy<=3", "energy<=3 s", "bits<=0",
                            "bits<=-1", "bits<=", "area<=nan mm^2"}) {
    EXPECT_EQ(refusal([&] { parse_budget(wrong); }).code, "precision.budget") << wrong;
  }
}

}  // namespace
}  // namespace neucasl::precision
