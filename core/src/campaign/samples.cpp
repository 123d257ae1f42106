#include "samples.hpp"

#include <cmath>

namespace neucasl::campaign {

void add_sample(const SampleOutcome& sample, const Limits& limits, std::size_t outputs,
                Outcome& outcome) {
  const std::uint64_t number = outcome.samples++;
  std::string failure = sample.failure;
  if (failure.empty()) {
    if (const std::string* missing = limits.missing(sample.outputs)) {
      failure = "campaign.output: '" + *missing + "' has no value";
    }
  }
  if (failure.empty()) {
    outcome.outputs.insert(outcome.outputs.end(), sample.outputs.begin(), sample.outputs.end());
    outcome.margins.push_back(limits.margin(sample.outputs));
    return;
  }
  outcome.outputs.insert(outcome.outputs.end(), outputs, std::nan(""));
  outcome.margins.push_back(std::nan(""));
  outcome.failures[number] = std::move(failure);
}

void require_result(const Outcome& outcome, const Campaign& campaign) {
  if (outcome.failures.size() < outcome.samples) return;
  throw base::Error("campaign.no-result",
                    "all " + std::to_string(outcome.samples) +
                        " simulations failed: " + outcome.failures.begin()->second,
                    "mend the model or what varies; 'neucasl reliability --sample K' shows one of "
                    "them",
                    campaign.where);
}

}  // namespace neucasl::campaign
