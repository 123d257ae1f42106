#include "neucasl/plugin/precision_method.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "neucasl/base/hash.hpp"
#include "neucasl/precision/precision_map.hpp"

namespace neucasl::plugin {
namespace {

using base::Error;

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void check_menu(const std::vector<int>& bits) {
  const bool in_range = std::all_of(bits.begin(), bits.end(), [](int one) {
    return one >= precision::least_bits && one <= precision::most_bits;
  });
  const bool rising =
      std::adjacent_find(bits.begin(), bits.end(), std::greater_equal<>()) == bits.end();
  if (!bits.empty() && in_range && rising) return;
  std::string text;
  for (const int one : bits) text += (text.empty() ? "" : ", ") + std::to_string(one);
  throw Error("precision.menu", "'" + text + "' is no menu of bits",
              "give rising whole numbers from " + std::to_string(precision::least_bits) + " to " +
                  std::to_string(precision::most_bits));
}

}  // namespace

PrecisionMethod::~PrecisionMethod() = default;

PrecisionScores PrecisionMethod::scores(const PrecisionRequest& /*request*/,
                                        const ParameterSet& /*parameters*/, Context& /*context*/) {
  throw Error("precision.unsupported", "this precision method gives no scores",
              "give a budget, under which it searches");
}

PrecisionChoice PrecisionMethod::choose(const PrecisionRequest& /*request*/,
                                        const PrecisionBudget& /*budget*/,
                                        const ParameterSet& /*parameters*/, Context& /*context*/) {
  throw Error("precision.unsupported", "this precision method does not search",
              "ask for its scores and allocate bits by them");
}

void check(const PrecisionRequest& request) {
  check_menu(request.bits);
  if (request.network.matrix_layers().empty()) {
    throw Error("precision.layers", "network '" + request.network.name() + "' has no matrix layer",
                "give a network with weights in convolutions or matrix products");
  }
  const std::size_t samples =
      request.samples.type.shape.empty() ? 0 : request.samples.type.shape.front();
  const std::size_t targets = request.targets.size();
  if (samples > 0 && targets > 0 && targets % samples == 0) return;
  throw Error("precision.targets",
              "the calibration set has " + std::to_string(samples) + " samples and " +
                  std::to_string(targets) + " targets",
              "give at least one sample, and a target for each of its scores");
}

void check(const PrecisionBudget& budget, const PrecisionRequest& request) {
  const std::size_t choices = request.bits.size();
  const std::size_t layers = request.network.matrix_layers().size();
  const bool sound = std::all_of(budget.costs.begin(), budget.costs.end(),
                                 [](double cost) { return std::isfinite(cost) && cost >= 0.0; });
  if (budget.costs.size() != layers * choices || !sound) {
    throw Error("precision.budget",
                "there are " + std::to_string(budget.costs.size()) + " costs for " +
                    std::to_string(layers) + " layers and a menu of " + std::to_string(choices),
                "give a finite cost of at least 0 for each layer and place in the menu");
  }
  double least = 0.0;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const auto row = budget.costs.begin() + static_cast<std::ptrdiff_t>(layer * choices);
    least += *std::min_element(row, row + static_cast<std::ptrdiff_t>(choices));
  }
  if (least <= budget.limit) return;
  throw Error("precision.budget",
              "no assignment of bits costs as little as " + base::shortest(budget.limit),
              "the smallest cost is " + base::shortest(least));
}

std::string calibration_hash(const workload::Tensor& samples,
                             const std::vector<std::int64_t>& targets) {
  base::Sha256 hash;
  hash.update(std::string(workload::to_string(samples.type.type)) + " " +
              workload::to_string(samples.type.shape));
  std::visit([&](const auto& values) { hash.update(bytes_of(values)); }, samples.values);
  hash.update(bytes_of(targets));
  return hash.hex();
}

}  // namespace neucasl::plugin
