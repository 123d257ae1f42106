#pragma once

#include <optional>
#include <string>
#include <string_view>

/// \file
/// Decimal numbers in units that are powers of ten, without a rounding between text and SI value.

namespace neucasl::logic {

/// The shortest text t for which `parse_scaled(t, exponent)` is this finite value.
std::string print_scaled(double value, int exponent);

/// The double nearest to the text's number times 10^exponent; none when it is no finite number.
std::optional<double> parse_scaled(std::string_view text, int exponent);

}  // namespace neucasl::logic
