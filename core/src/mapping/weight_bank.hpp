#pragma once

namespace neucasl::mapping {

class WeightBank;
struct BankReceiver;

/// \throws base::Error "mapping.bank" for no channel or a receiver out of range.
void check_bank(const WeightBank& bank);

/// Variance of the current by what one optical product brings without light: thermal noise and the
/// shot noise of both dark currents, A^2.
double dark_variance(const BankReceiver& receiver, bool shot, bool thermal);

/// Variance of the current by the shot noise of a line of full power, A^2; `collected` is
/// (drop + through) / input power.
double shot_variance(const BankReceiver& receiver, double collected);

}  // namespace neucasl::mapping
