#pragma once

#include <gtest/gtest.h>

#include <string>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::test {

/// The code of the error that `act` throws; empty when it throws none.
template <class Act>
std::string code_of(const Act& act) {
  try {
    static_cast<void>(act());
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.diagnostic().remedy.empty()) << error.what();
    return error.diagnostic().code;
  }
  return {};
}

}  // namespace neucasl::test
