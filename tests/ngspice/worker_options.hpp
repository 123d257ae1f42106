#pragma once

#include <cstdlib>

#include "plugins/ngspice/worker_process.hpp"

/// \file
/// The worker that these tests start.

namespace neucasl::ngspice_plugin {

/// The built worker, unless NEUCASL_NGSPICE_WORKER names another.
inline WorkerOptions test_worker() {
  WorkerOptions result;
  if (std::getenv("NEUCASL_NGSPICE_WORKER") == nullptr) result.executable = NEUCASL_TEST_WORKER;
  return result;
}

}  // namespace neucasl::ngspice_plugin
