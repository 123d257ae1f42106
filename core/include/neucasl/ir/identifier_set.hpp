#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "neucasl/base/export.hpp"

/// \file
/// Identifiers for names that come from elsewhere.

namespace neucasl::ir {

/// Gives each name its own identifier (`is_identifier`): other characters turn into '_', and a
/// number is added where identifiers would coincide.
class NEUCASL_EXPORT IdentifierSet {
 public:
  std::string add(std::string_view name);

 private:
  std::unordered_set<std::string> taken_;
  std::size_t number_ = 0;
};

}  // namespace neucasl::ir
