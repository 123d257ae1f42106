#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/architecture/architecture.hpp"

/// \file
/// Which numbers the parts of a description have, and what they may be.

namespace neucasl::architecture {

/// whole: 1, 2, 3, ...; finite: of either sign.
enum class Range { positive, not_negative, whole, finite };

struct NumberRule {
  std::string name;
  base::Dimension dimension;
  Range range = Range::not_negative;
  bool required = false;
};

std::vector<NumberRule> rules_of(ComponentKind kind);
std::vector<NumberRule> rules_of(LevelKind kind);
std::vector<NumberRule> rules_of_architecture();

/// False for what is always on: lasers, passive optics and control.
bool has_events(ComponentKind kind);

/// \throws base::Error "architecture.number", "architecture.count", "architecture.converter".
void check_numbers(const device::Card& card, const std::vector<NumberRule>& rules,
                   const std::string& owner);

/// A count that the rules have checked; `missing` when the card does not state it.
std::size_t whole_number(const device::Card& card, std::string_view name, std::size_t missing);

}  // namespace neucasl::architecture
