#pragma once

#include <functional>

namespace neucasl::ngspice::worker {
class Request;
class Reply;
}  // namespace neucasl::ngspice::worker

/// \file
/// The process that holds libngspice. Usage: neucasl-ngspice-worker SOCKET ADDRESS_SPACE_BYTES
///
/// libngspice keeps global state, returns 0 from almost every failure, and may end its process. So
/// it lives here, answers requests from a socket, and the plugin replaces it when it misbehaves.

namespace neucasl::ngspice_plugin {

/// What a worker for tests does to a reply before it sends it.
using Faults =
    std::function<void(const ngspice::worker::Request& request, ngspice::worker::Reply& reply)>;

/// Serves until the host closes the socket; returns the exit code.
int run_worker(int argc, char** argv, const Faults& faults = {});

}  // namespace neucasl::ngspice_plugin
