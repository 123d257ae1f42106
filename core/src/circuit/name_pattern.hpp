#pragma once

#include <string_view>

namespace neucasl::circuit {

/// Whether a name fits one of the patterns, which stand apart by blanks: '*' stands for any text,
/// '?' for one character.
bool fits_pattern(std::string_view patterns, std::string_view name);

}  // namespace neucasl::circuit
