#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>

#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// The circuits of a campaign, given out to threads and collected in order.

namespace neucasl::ngspice_plugin {

class Batch {
 public:
  using Make = std::function<circuit::Circuit(std::size_t)>;
  using Take = std::function<void(std::size_t, plugin::SimulationOutcome)>;
  using Solve = std::function<circuit::Result(std::size_t thread, const circuit::Circuit&)>;

  Batch(std::size_t count, std::size_t threads, const Make& make, const Take& take,
        const base::CancelFlag& cancel);

  /// \throws what `make` and `take` throw (the first), base::Cancelled, and what `solve` throws
  /// that is no base::Error.
  void run(const Solve& solve);

 private:
  void work(std::size_t thread, const Solve& solve);
  bool next(std::size_t& k, std::optional<circuit::Circuit>& circuit);
  void deliver(std::size_t k, plugin::SimulationOutcome outcome);
  void stop(std::exception_ptr reason);

  const std::size_t count_;
  const std::size_t threads_;
  const Make& make_;
  const Take& take_;
  const base::CancelFlag& cancel_;

  std::mutex mutex_;
  std::condition_variable delivered_;
  std::size_t given_ = 0;
  std::size_t taken_ = 0;
  std::map<std::size_t, plugin::SimulationOutcome> waiting_;
  std::exception_ptr failure_;
};

}  // namespace neucasl::ngspice_plugin
