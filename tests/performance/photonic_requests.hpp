#pragma once

#include <gtest/gtest.h>

#include "neucasl/workload/topologies.hpp"
#include "tests/architecture/photonic_parts.hpp"
#include "tests/performance/estimate_view.hpp"

/// \file
/// What tests of photonic estimates share.

namespace neucasl::performance_plugin::test {

namespace parts = architecture::test;

inline architecture::Architecture bundled(const std::string& id) {
  return architecture::load_architecture(id, {NEUCASL_SOURCE_FOLDER "/devices"});
}

inline workload::Workload one_product(std::size_t positions, std::size_t depth,
                                      std::size_t outputs) {
  return parts::workload_of({parts::matrix("a", 1, positions, depth, outputs)});
}

inline base::Diagnostic refusal_of(const std::string& text, const workload::Workload& workload) {
  try {
    static_cast<void>(EstimateView(parts::parse(text), workload));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

}  // namespace neucasl::performance_plugin::test
