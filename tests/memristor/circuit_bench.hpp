#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/base/file.hpp"
#include "neucasl/flow/circuit_run.hpp"
#include "neucasl/plugin/host.hpp"
#include "tests/scratch_folder.hpp"

/// \file
/// Builds and runs the circuits of the front end with the plugins and cards of this build.

namespace neucasl::memristor_circuits {

using Settings = std::vector<std::pair<std::string, std::string>>;

class CircuitBench : public testing::Test {
 protected:
  CircuitBench()
      : host_({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards_({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}),
        ngspice_(make("ngspice")),
        native_(make("native")) {
    context_.diagnostics = &diagnostics_;
    context_.models = &host_.models();
    context_.devices = &cards_;
    context_.seed = 1;
  }

  std::unique_ptr<plugin::CircuitSimulator> make(const char* name) {
    return host_.make_circuit_simulator(host_.find(name, plugin::PluginKind::circuit_simulator));
  }

  plugin::CircuitDesign build(const std::string& circuit, const Settings& settings,
                              const network::Network* network = nullptr) {
    const plugin::Manifest& manifest = host_.find("memristor", plugin::PluginKind::front_end);
    std::vector<plugin::ParameterSet::Given> given;
    for (const auto& [name, text] : settings) given.push_back({name, text, {"test", 1, 1}});
    const plugin::ParameterSet parameters(manifest.circuit(circuit).parameters, given, circuit,
                                          {"test", 1, 1});
    const auto front_end = host_.make_front_end(manifest);
    return front_end->build_circuit({circuit, parameters, network, native_.get()}, context_);
  }

  flow::CircuitRun run(const plugin::CircuitDesign& design, bool with_ngspice = true) {
    std::vector<std::pair<std::string, plugin::CircuitSimulator*>> engines;
    if (with_ngspice) engines.emplace_back("ngspice", ngspice_.get());
    engines.emplace_back("native", native_.get());
    return flow::run_circuit(design, engines, {}, context_);
  }

  /// Every expectation is met, and both engines agree within `limit`.
  void expect_good(const plugin::CircuitDesign& design, double limit) {
    const flow::CircuitRun result = run(design);
    EXPECT_FALSE(design.expectations.empty());
    EXPECT_EQ(flow::faults_of(result, limit), "");
    RecordProperty("worst_difference", std::to_string(result.worst_difference));
  }

  /// The diagnostic of a circuit that cannot be built.
  base::Diagnostic refusal(const std::string& circuit, const Settings& settings) {
    try {
      build(circuit, settings);
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }

  /// A file of the test's own.
  std::string file(const std::string& name, const std::string& text) {
    return scratch_.file(name, text);
  }

  static double figure(const plugin::CircuitDesign& design, const std::string& key) {
    for (const results::Figure& figure : design.figures) {
      if (figure.key == key) return figure.value;
    }
    ADD_FAILURE() << "no figure " << key;
    return 0.0;
  }

  base::DiagnosticSink diagnostics_;
  plugin::Host host_;
  device::Library cards_;
  std::unique_ptr<plugin::CircuitSimulator> ngspice_;
  std::unique_ptr<plugin::CircuitSimulator> native_;
  plugin::Context context_;
  test::ScratchFolder scratch_;
};

}  // namespace neucasl::memristor_circuits
