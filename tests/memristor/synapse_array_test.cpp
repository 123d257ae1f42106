#include "circuit_bench.hpp"

namespace neucasl::memristor_circuits {
namespace {

using SynapseArray = CircuitBench;

TEST_F(SynapseArray, LinearCells) { expect_good(build("synapse_array", {}), 1e-6); }

TEST_F(SynapseArray, Neurons) {
  expect_good(build("synapse_array", {{"readout", "neuron"}}), 0.02);
}

}  // namespace
}  // namespace neucasl::memristor_circuits
