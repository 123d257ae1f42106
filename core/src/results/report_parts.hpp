#pragma once

#include <string>

#include "charts.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// HTML of the parts of a report; report.cpp numbers and joins them.

namespace neucasl::results {

/// The first `most_rows` rows in a scrolling box, with a note of the rows left out.
std::string table_html(const ShownTable& shown);

/// Legend, picture and notes.
std::string drawing_html(const Drawing& drawing);

std::string preformatted_html(const Preformatted& item);

/// The summary card of a figure; it links to `anchor`, where the figure's origin is.
std::string figure_card(const Figure& figure, const std::string& anchor);

/// Where a figure comes from, as a term and description.
std::string figure_origin(const Figure& figure, const std::string& anchor);

}  // namespace neucasl::results
