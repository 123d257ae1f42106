#pragma once

namespace neucasl::audit {

/// Half a unit of the last digit that a value is written with, as a share of it; at least 1e-9,
/// the rounding of sums. 0 for 0.
double stated_tolerance(double value);

}  // namespace neucasl::audit
