#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/base/file.hpp"
#include "neucasl/flow/circuit_run.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Builds and runs circuits of a front end with the plugins and cards of this build.

namespace neucasl::cells {

using Settings = std::vector<std::pair<std::string, std::string>>;

class CircuitSession {
 public:
  CircuitSession()
      : host_({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards_({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}),
        ngspice_(simulator("ngspice")),
        native_(simulator("native")) {
    context_.diagnostics = &diagnostics_;
    context_.models = &host_.models();
    context_.devices = &cards_;
    context_.seed = 1;
  }

  plugin::CircuitDesign build(const std::string& technology, const std::string& circuit,
                              const Settings& settings = {}, bool with_simulator = true) {
    const plugin::Manifest& manifest = host_.find(technology, plugin::PluginKind::front_end);
    std::vector<plugin::ParameterSet::Given> given;
    for (const auto& [name, text] : settings) given.push_back({name, text, {"settings", 3, 7}});
    const plugin::ParameterSet parameters(manifest.circuit(circuit).parameters, given, circuit,
                                          {"settings", 1, 1});
    const auto front_end = host_.make_front_end(manifest);
    return front_end->build_circuit(
        {circuit, parameters, nullptr, with_simulator ? native_.get() : nullptr}, context_);
  }

  /// In ngspice, then natively; or natively alone.
  flow::CircuitRun run(const plugin::CircuitDesign& design, bool with_ngspice = true) {
    std::vector<std::pair<std::string, plugin::CircuitSimulator*>> engines;
    if (with_ngspice) engines.emplace_back("ngspice", ngspice_.get());
    engines.emplace_back("native", native_.get());
    return flow::run_circuit(design, engines, {}, context_);
  }

  /// The diagnostic of a circuit that must not be built.
  base::Diagnostic refusal(const std::string& technology, const std::string& circuit,
                           const Settings& settings) {
    try {
      build(technology, circuit, settings);
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    ADD_FAILURE() << circuit << " was built";
    return {};
  }

  static double measured(const plugin::CircuitDesign& design, const flow::CircuitRun& run,
                         const std::string& name) {
    for (std::size_t i = 0; i < design.measurements.size(); ++i) {
      if (design.measurements[i].measurement.name == name) {
        return run.engines.front().measured[i].value;
      }
    }
    ADD_FAILURE() << "no measurement " << name;
    return 0.0;
  }

 private:
  std::unique_ptr<plugin::CircuitSimulator> simulator(const char* name) {
    return host_.make_circuit_simulator(host_.find(name, plugin::PluginKind::circuit_simulator));
  }

  base::DiagnosticSink diagnostics_;
  plugin::Host host_;
  device::Library cards_;
  std::unique_ptr<plugin::CircuitSimulator> ngspice_, native_;
  plugin::Context context_;
};

}  // namespace neucasl::cells
