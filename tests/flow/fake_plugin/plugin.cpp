// A front end whose faults are ordered by parameters, and a simulator that is 5 % wrong.
#include "neucasl/plugin/host.hpp"
#include "tests/flow/fakes.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("fake", "1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* { return new neucasl::test::FakeFrontEnd; };
  d.make_circuit_simulator = []() -> neucasl::plugin::CircuitSimulator* {
    return new neucasl::test::FakeSimulator(1.05);
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(fake, descriptor)
