#pragma once

#include <string>
#include <vector>

#include "neucasl/base/xml.hpp"

/// \file
/// The attribute `link` of a number: names apart by blanks, each with a power where that is not 1.

namespace neucasl::architecture {

inline constexpr const char* link_attribute = "link";

struct LinkName {
  std::string name;
  int power = 1;
};

/// None without the attribute. \throws base::Error "architecture.link".
std::vector<LinkName> link_names(const base::XmlElement& number);

}  // namespace neucasl::architecture
