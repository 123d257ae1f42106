#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// Many circuits on several threads.

namespace neucasl::native_plugin {

/// Makes circuits in order, one at a time; simulates them on threads; hands outcomes over in order,
/// one at a time. Waits rather than let outcomes pile up behind a slow one.
class Campaign {
 public:
  using Make = std::function<circuit::Circuit(std::size_t k)>;
  using Take = std::function<void(std::size_t k, plugin::SimulationOutcome)>;
  using Simulate = std::function<circuit::Result(const circuit::Circuit&, plugin::Context&)>;

  Campaign(std::size_t count, const Make& make, const Take& take, plugin::Context& context)
      : count_(count), make_(make), take_(take), context_(context) {}

  /// \throws what `make` (other than base::Error) and `take` throw; base::Cancelled.
  void run(const Simulate& simulate);

 private:
  void work(const Simulate& simulate);
  /// Makes the next circuit; false when there is none.
  bool next(std::size_t& k, circuit::Circuit& circuit, plugin::SimulationOutcome& outcome);
  void hand_over(std::size_t k, plugin::SimulationOutcome outcome);
  void stop();

  std::size_t count_;
  const Make& make_;
  const Take& take_;
  plugin::Context& context_;

  std::mutex make_mutex_;
  std::size_t made_ = 0;
  std::mutex take_mutex_;
  std::condition_variable taken_changed_;
  std::size_t taken_ = 0;
  bool stopped_ = false;
  std::map<std::size_t, plugin::SimulationOutcome> waiting_;
};

}  // namespace neucasl::native_plugin
