#include "neucasl/plugin/abi.hpp"
#include "simulator.hpp"

namespace {

constexpr neucasl::plugin::Descriptor make() {
  auto result = neucasl::plugin::make_descriptor("ngspice", "0.1.0");
  result.make_circuit_simulator = []() -> neucasl::plugin::CircuitSimulator* {
    return new neucasl::ngspice_plugin::NgspiceSimulator;
  };
  return result;
}

constexpr neucasl::plugin::Descriptor descriptor = make();

}  // namespace

NEUCASL_PLUGIN(ngspice, descriptor)
