#include "weight_range.hpp"

#include "neucasl/base/quantity.hpp"

namespace neucasl::photonic {

void require_expressible(const TunedChannels& channels, const MatrixFile& weights,
                         double full_scale) {
  for (std::size_t i = 0; i < weights.places.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    const Eigen::Index columns = weights.values.cols();
    const double weight = weights.values(at / columns, at % columns);
    const int channel = static_cast<int>(i) % channels.count;
    const double low = channels.lowest(channel) / full_scale;
    const double high = channels.highest(channel) / full_scale;
    if (weight >= low && weight <= high) continue;
    throw base::Error("photonic.weight",
                      "weight " + base::shortest(weight) + " of channel " +
                          std::to_string(channel) + " is out of the resonator's range",
                      "give " + base::to_engineering({low, {}}, 4) + " to " +
                          base::to_engineering({high, {}}, 4) + ", or lower 'full_scale' from " +
                          base::shortest(full_scale),
                      weights.places[i]);
  }
}

}  // namespace neucasl::photonic
