#include "neucasl/plugin/abi.hpp"
#include "simulator.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("spiking", "0.1.0");
  d.make_circuit_simulator = []() -> neucasl::plugin::CircuitSimulator* {
    return new neucasl::spiking_plugin::SpikingSimulator();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(spiking, descriptor)
