#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "neucasl/plugin/host.hpp"

namespace neucasl::engines {

/// The plugins and cards of this build, and both simulators.
class Session : public testing::Test {
 protected:
  Session()
      : host_({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards_({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}),
        ngspice_(make("ngspice")),
        native_(make("native")) {
    context_.diagnostics = &diagnostics_;
    context_.models = &host_.models();
    context_.devices = &cards_;
  }

  std::unique_ptr<plugin::CircuitSimulator> make(const char* name) {
    return host_.make_circuit_simulator(host_.find(name, plugin::PluginKind::circuit_simulator));
  }

  base::DiagnosticSink diagnostics_;
  plugin::Host host_;
  device::Library cards_;
  std::unique_ptr<plugin::CircuitSimulator> ngspice_;
  std::unique_ptr<plugin::CircuitSimulator> native_;
  plugin::Context context_;
};

}  // namespace neucasl::engines
