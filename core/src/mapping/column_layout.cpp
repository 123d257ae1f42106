#include "column_layout.hpp"

#include <algorithm>

namespace neucasl::mapping {

using base::lanes;

ColumnLayout::ColumnLayout(std::size_t outputs, std::size_t slices)
    : outputs_(outputs), slices_(slices), full_groups_(outputs / lanes) {
  const std::size_t rest = outputs % lanes;
  packed_ = rest > 0 && rest * slices <= most_width * lanes;
  for (std::size_t group = 0; group < full_groups_ + (rest > 0 ? 1 : 0); ++group) append(group);
}

std::size_t ColumnLayout::group_vectors(std::size_t group) const {
  if (!packed(group)) return slices_;
  return (outputs_ % lanes * slices_ + lanes - 1) / lanes;
}

void ColumnLayout::append(std::size_t group) {
  const std::size_t count = group_vectors(group);
  const std::size_t first_output = group * lanes;
  for (std::size_t done = 0; done < count;) {
    // A packed group is added up in one piece.
    if (panels_.empty() || panels_.back().width == most_width ||
        (packed(group) && panels_.back().width + count > most_width)) {
      panels_.push_back({vectors_, 0, {}});
    }
    Panel& panel = panels_.back();
    const std::size_t part = std::min(most_width - panel.width, count - done);
    panel.parts.push_back({panel.width, part, first_output,
                           std::min(lanes, outputs_ - first_output), done == 0, packed(group)});
    panel.width += part;
    panel_of_.insert(panel_of_.end(), part, panels_.size() - 1);
    vectors_ += part;
    done += part;
  }
}

ColumnLayout::Column ColumnLayout::column(std::size_t output, std::size_t slice) const {
  const std::size_t group = output / lanes;
  const std::size_t first = group * slices_;  // all groups before are full
  if (!packed(group)) return {first + slice, output % lanes};
  const std::size_t flat = slice * (outputs_ % lanes) + output % lanes;
  return {first + flat / lanes, flat % lanes};
}

std::size_t ColumnLayout::place(std::size_t rows, std::size_t output, std::size_t slice) const {
  const Column at = column(output, slice);
  const Panel& panel = panels_[panel_of_[at.vector]];
  return (panel.first_vector * rows + at.vector - panel.first_vector) * lanes + at.lane;
}

std::size_t ColumnLayout::stride(std::size_t output, std::size_t slice) const {
  return panels_[panel_of_[column(output, slice).vector]].width * lanes;
}

std::vector<float> ColumnLayout::spread(const Panel& panel,
                                        const std::vector<float>& by_slice) const {
  std::vector<float> result(panel.width * lanes, 0.0F);
  for (const Part& part : panel.parts) {
    for (std::size_t n = 0; n < part.outputs; ++n) {
      for (std::size_t slice = 0; slice < slices_; ++slice) {
        const Column at = column(part.first_output + n, slice);
        if (panel_of_[at.vector] != panel_of_[panel.first_vector]) continue;
        result[(at.vector - panel.first_vector) * lanes + at.lane] = by_slice[slice];
      }
    }
  }
  return result;
}

}  // namespace neucasl::mapping
