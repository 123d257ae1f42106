#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/text.hpp"

/// \file
/// Words and numbers of analyses and measurements.

namespace neucasl::circuit {

/// Words between white space. "v(a, b)" is one word, its inner spaces dropped; with `equals`, each
/// "=" is a word of its own.
std::vector<std::string> split_words(std::string_view text, bool equals = false);

using base::lower_case;

/// A number as analysis.hpp describes; without `dimension`, any.
/// \throws base::Error of the given code.
double read_number(std::string_view text, const std::optional<base::Dimension>& dimension,
                   const std::string& code, const base::Location& where);

}  // namespace neucasl::circuit
