#include "neucasl/workload/segmented_network.hpp"

namespace neucasl::workload {

SegmentedNetwork::~SegmentedNetwork() = default;

}  // namespace neucasl::workload
