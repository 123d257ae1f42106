#pragma once

#include "channel_tuning.hpp"
#include "matrix_file.hpp"

namespace neucasl::photonic {

/// Weights, row by row channels of one bank, that each resonator alone can express.
/// \throws base::Error "photonic.weight" with the place of the first that it cannot, and the range.
void require_expressible(const TunedChannels& channels, const MatrixFile& weights,
                         double full_scale);

}  // namespace neucasl::photonic
