#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "deck.hpp"
#include "worker_process.hpp"

/// \file
/// One circuit on one worker, from the deck to the checked result.

namespace neucasl::ngspice_plugin {

struct Solution;

/// Why the code model cannot be used, once a worker has said so. Thread-safe.
class BridgeRefusal {
 public:
  [[nodiscard]] std::optional<std::string> reason() const;
  /// True for the first one, which is to be reported.
  bool refuse(const std::string& reason);

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> reason_;
};

class Simulation {
 public:
  Simulation(WorkerProcess& worker, BridgeRefusal& refusal, const WorkerOptions& options,
             const plugin::Context& context)
      : worker_(worker), refusal_(refusal), options_(options), context_(context) {}

  /// \throws base::Error "ngspice.<rule>", see README.md.
  circuit::Result run(const circuit::Circuit& circuit, const circuit::Analysis& analysis,
                      const plugin::SimulationOptions& options);

 private:
  struct Answer;

  DeviceForm form_for(const circuit::Circuit& circuit, const plugin::SimulationOptions& options);
  circuit::Result run_as(DeviceForm form, const circuit::Circuit& circuit,
                         const circuit::Analysis& analysis, const circuit::Tolerances& tolerances);
  circuit::Result sweep_point_by_point(DeviceForm form, const circuit::Circuit& circuit,
                                       const circuit::SweepAnalysis& sweep,
                                       const circuit::Tolerances& tolerances);
  std::vector<NoiseCurrent> noise_currents(DeviceForm form, const circuit::Circuit& circuit,
                                           const circuit::Tolerances& tolerances);
  Answer ask(const circuit::Circuit& circuit, const DeckTask& task);
  [[nodiscard]] std::string method(const std::string& version, DeviceForm form,
                                   const circuit::Circuit& circuit,
                                   const circuit::Analysis& analysis) const;

  WorkerProcess& worker_;
  BridgeRefusal& refusal_;
  const WorkerOptions& options_;
  const plugin::Context& context_;
};

}  // namespace neucasl::ngspice_plugin
