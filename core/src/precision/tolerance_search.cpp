#include "neucasl/precision/tolerance_search.hpp"

#include <cmath>
#include <map>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::precision {
namespace {

class BudgetDescent {
 public:
  BudgetDescent(const ToleranceSearch& search,
                const std::function<std::optional<std::vector<int>>(double)>& allocate,
                const std::function<bool(const std::vector<int>&)>& holds)
      : search_(search), allocate_(allocate), holds_(holds) {}

  std::optional<TolerableBits> run() {
    if (!tolerable(search_.steps)) return std::nullopt;
    std::size_t fails = 0;  // below it nothing is known; step 0 itself is tried at the end
    std::size_t holds = search_.steps;
    while (holds > fails + 1) {
      const std::size_t middle = fails + (holds - fails) / 2;
      (tolerable(middle) ? holds : fails) = middle;
    }
    std::size_t missed = 0;
    for (std::size_t k = holds; k-- > 0 && missed < search_.patience;) {
      if (tolerable(k)) {
        holds = k;
        missed = 0;
      } else {
        ++missed;
      }
    }
    return TolerableBits{*allocate_(budget(holds)), budget(holds), judged_.size()};
  }

 private:
  [[nodiscard]] double budget(std::size_t step) const {
    const double share = static_cast<double>(step) / static_cast<double>(search_.steps);
    return search_.least_budget + share * (search_.most_budget - search_.least_budget);
  }
  bool tolerable(std::size_t step) {
    const auto bits = allocate_(budget(step));
    if (!bits) return false;
    const auto known = judged_.find(*bits);
    if (known != judged_.end()) return known->second;
    return judged_.emplace(*bits, holds_(*bits)).first->second;
  }

  const ToleranceSearch& search_;
  const std::function<std::optional<std::vector<int>>(double)>& allocate_;
  const std::function<bool(const std::vector<int>&)>& holds_;
  std::map<std::vector<int>, bool> judged_;
};

}  // namespace

std::optional<TolerableBits> cheapest_tolerable(
    const ToleranceSearch& search,
    const std::function<std::optional<std::vector<int>>(double budget)>& allocate,
    const std::function<bool(const std::vector<int>& bits)>& holds) {
  if (!std::isfinite(search.least_budget) || !std::isfinite(search.most_budget) ||
      search.least_budget > search.most_budget || search.steps == 0) {
    throw base::Error("precision.budget",
                      "budgets from " + base::shortest(search.least_budget) + " to " +
                          base::shortest(search.most_budget) + " in " +
                          std::to_string(search.steps) + " steps",
                      "give two rising finite numbers and at least one step");
  }
  return BudgetDescent(search, allocate, holds).run();
}

}  // namespace neucasl::precision
