#pragma once

#include <functional>
#include <memory>

namespace neucasl::ngspice::worker {
class Request;
class Reply;
}  // namespace neucasl::ngspice::worker

/// \file
/// What talks to libngspice. The worker process is this and a sandbox; a benchmark may use it
/// without the process.

namespace neucasl::ngspice_plugin {

/// libngspice keeps its state in global variables: one object for each process.
class Driver {
 public:
  /// `leaving` gets the reply when ngspice asks to end the process, and must not return.
  explicit Driver(std::function<void(const ngspice::worker::Reply&)> leaving);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Simulates; the reply says which rule the run breaks, if one.
  const ngspice::worker::Reply& run(const ngspice::worker::Request& request);

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace neucasl::ngspice_plugin
