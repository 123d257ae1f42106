#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "neucasl/audit/audit.hpp"

/// \file
/// Reads what an audit found.

namespace neucasl::audit {

inline double value_of(const Audit& audit, const std::string& name) {
  for (const Recomputed& one : audit.recomputed) {
    if (one.name == name) return one.value.value;
  }
  ADD_FAILURE() << "nothing recomputed is called " << name;
  return std::nan("");
}

inline const Finding& finding(const Audit& audit, const std::string& claim) {
  for (const Finding& one : audit.findings) {
    if (one.claim == claim) return one;
  }
  throw std::out_of_range(claim);
}

inline std::set<std::string> not_following(const Audit& audit) {
  std::set<std::string> names;
  for (const Finding& one : audit.findings) {
    if (!one.follows) names.insert(one.claim);
  }
  return names;
}

}  // namespace neucasl::audit
