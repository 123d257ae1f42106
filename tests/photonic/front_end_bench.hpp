#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/flow/circuit_run.hpp"
#include "neucasl/flow/logic_run.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Logic and circuits of the front end with the plugins and cards of this build.

namespace neucasl::photonic {

class FrontEndBench : public testing::Test {
 protected:
  using Given = std::vector<std::pair<std::string, std::string>>;

  FrontEndBench()
      : host_({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards_({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}),
        manifest_(host_.find("photonic", plugin::PluginKind::front_end)),
        front_end_(host_.make_front_end(manifest_)),
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

  static plugin::ParameterSet checked(const std::vector<plugin::ParameterSpec>& schema,
                                      const Given& given, const std::string& owner) {
    std::vector<plugin::ParameterSet::Given> values;
    values.reserve(given.size());
    for (const auto& [name, text] : given) values.push_back({name, text, {"test", 1, 1}});
    return {schema, values, owner, {"test", 1, 1}};
  }

  /// Without a simulator: mapped and compared only.
  flow::LogicRun map(const logic::Network& network, plugin::CircuitSimulator* simulator,
                     const Given& given = {}) {
    const plugin::ParameterSet parameters = checked(*manifest_.logic, given, "logic");
    return flow::run_logic({network, parameters, *front_end_, *native_, simulator, {}}, context_);
  }

  plugin::CircuitDesign build(const std::string& circuit, const Given& given,
                              plugin::CircuitSimulator* simulator = nullptr) {
    const plugin::ParameterSet parameters =
        checked(manifest_.circuit(circuit).parameters, given, circuit);
    return front_end_->build_circuit({circuit, parameters, nullptr, simulator}, context_);
  }

  /// Every expectation is met in ngspice, and natively all is the same within `limit`.
  flow::CircuitRun expect_good(const plugin::CircuitDesign& design, double limit) {
    EXPECT_FALSE(design.expectations.empty());
    flow::CircuitRun run = flow::run_circuit(
        design, {{"ngspice", ngspice_.get()}, {"native", native_.get()}}, {}, context_);
    EXPECT_EQ(flow::faults_of(run, limit), "");
    return run;
  }

  static double figure(const std::vector<results::Figure>& figures, const std::string& key) {
    for (const results::Figure& figure : figures) {
      if (figure.key == key) return figure.value;
    }
    ADD_FAILURE() << "no figure " << key;
    return 0.0;
  }

  base::DiagnosticSink diagnostics_;
  plugin::Host host_;
  device::Library cards_;
  plugin::Manifest manifest_;
  std::unique_ptr<plugin::FrontEnd> front_end_;
  std::unique_ptr<plugin::CircuitSimulator> ngspice_;
  std::unique_ptr<plugin::CircuitSimulator> native_;
  plugin::Context context_;
};

/// The diagnostic of a refusal.
template <class Call>
base::Diagnostic refused(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

}  // namespace neucasl::photonic
