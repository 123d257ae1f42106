#pragma once

namespace neucasl::mapping {

class WeightBank;

/// \throws base::Error "mapping.bank" for no channel or a receiver out of range.
void check_bank(const WeightBank& bank);

}  // namespace neucasl::mapping
