#include "neucasl/plugin/precision_audit.hpp"

#include "neucasl/base/statistics.hpp"

namespace neucasl::plugin {

std::vector<double> rank_correlations(const PrecisionScores& scores,
                                      const PrecisionScores& measured) {
  if (scores.bits != measured.bits || scores.values.size() != measured.values.size()) {
    throw base::Error("precision.audit",
                      "the scores of '" + scores.method + "' and '" + measured.method +
                          "' are of other layers or another menu",
                      "compute both for the same network and menu");
  }
  std::vector<double> result;
  result.reserve(scores.bits.size());
  for (std::size_t choice = 0; choice < scores.bits.size(); ++choice) {
    std::vector<double> of_method;
    std::vector<double> of_measurement;
    of_method.reserve(scores.layers());
    of_measurement.reserve(scores.layers());
    for (std::size_t layer = 0; layer < scores.layers(); ++layer) {
      of_method.push_back(scores.at(layer, choice));
      of_measurement.push_back(measured.at(layer, choice));
    }
    result.push_back(base::rank_correlation(of_method, of_measurement));
  }
  return result;
}

}  // namespace neucasl::plugin
