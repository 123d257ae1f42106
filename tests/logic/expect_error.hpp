#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Refusals: what must be said, and where.

namespace neucasl::logic::test {

/// `call` throws a base::Error of this code at this line of "file" (0: whole file); message and
/// remedy together contain all of `parts`.
template <class Call>
void expect_error(const std::string& code, std::uint32_t line,
                  const std::vector<std::string>& parts, const Call& call) {
  try {
    call();
    ADD_FAILURE() << "no error " << code;
  } catch (const base::Error& error) {
    const base::Diagnostic& d = error.diagnostic();
    EXPECT_EQ(d.code, code) << to_string(d);
    EXPECT_EQ(d.where.line, line) << to_string(d);
    EXPECT_EQ(d.where.file, "file") << to_string(d);
    EXPECT_FALSE(d.remedy.empty()) << to_string(d);
    for (const std::string& part : parts) {
      EXPECT_NE((d.message + "; " + d.remedy).find(part), std::string::npos)
          << to_string(d) << "\nlacks: " << part;
    }
  }
}

}  // namespace neucasl::logic::test
