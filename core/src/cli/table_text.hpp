#pragma once

#include <string>
#include <vector>

#include "neucasl/results/table.hpp"

/// \file
/// Result tables on the terminal and as JSON.

namespace neucasl::cli {

/// The names of the columns and the first `most` rows, numbers with units; "-" for NaN.
std::vector<std::vector<std::string>> text_rows(const results::Table& table, std::size_t most);
/// A list of objects in SI units; NaN is null.
std::string rows_as_json(const results::Table& table);
/// Units of the columns that have one, as an object.
std::string units_as_json(const results::Table& table);

}  // namespace neucasl::cli
