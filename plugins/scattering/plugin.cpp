#include "neucasl/plugin/abi.hpp"
#include "simulator.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("scattering", "0.1.0");
  d.make_circuit_simulator = []() -> neucasl::plugin::CircuitSimulator* {
    return new neucasl::scattering::ScatteringSimulator();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(scattering, descriptor)
