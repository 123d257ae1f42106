#include "circuit_bench.hpp"
#include "neucasl/network/training.hpp"

namespace neucasl::memristor_circuits {
namespace {

class NetworkCircuit : public CircuitBench {
 protected:
  static network::Network trained() {
    const network::Dataset rows = network::load_dataset("xor", {});
    const std::size_t hidden[] = {4};
    network::Network result =
        network::multilayer_perceptron(rows.training.shape, hidden, rows.classes());
    network::TrainingOptions options;
    options.epochs = 200;
    options.batch = 4;
    options.learning_rate = 0.1;
    options.learning_rate_factor = 1.0;
    const auto history = network::train(result, rows, options);
    EXPECT_EQ(history.back().test_accuracy, 1.0);
    return result;
  }
};

TEST_F(NetworkCircuit, ExclusiveOrIsRightForAllInputs) {
  const network::Network network = trained();
  const plugin::CircuitDesign design = build("network", {}, &network);
  EXPECT_EQ(figure(design, "vectors"), 4.0);
  EXPECT_EQ(figure(design, "same_decisions"), 4.0);
  expect_good(design, 1e-3);
  const auto decision =
      std::get<std::vector<std::int64_t>>(design.tables.back().column("decision").values);
  EXPECT_EQ(decision, (std::vector<std::int64_t>{0, 0, 1, 1, 1, 1, 0, 0}));
}

/// Coarse weights miss the float network by more than the accuracy asked for.
TEST_F(NetworkCircuit, CoarseWeightsShow) {
  const network::Network network = trained();
  const plugin::CircuitDesign design =
      build("network", {{"weight_bits", "3"}, {"bits_per_cell", "1"}}, &network);
  EXPECT_NE(flow::faults_of(run(design, false), 1.0), "");
}

TEST_F(NetworkCircuit, RefusesWhatItCannotBuild) {
  const auto code = [&](const network::Network* network, const Settings& settings) {
    try {
      build("network", settings, network);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string();
  };
  EXPECT_EQ(code(nullptr, {}), "memristor.network");
  const network::Network lenet = network::lenet5();
  EXPECT_EQ(code(&lenet, {}), "memristor.network");
  const network::Network network = trained();
  EXPECT_EQ(code(&network, {{"device", "hfox_stanford_asu"}}), "memristor.network");
  EXPECT_EQ(code(&network, {{"inputs", file("three.csv", "1 0 1\n")}}), "memristor.shape");
  EXPECT_EQ(code(&network, {{"inputs", file("two.csv", "1 2\n")}}), "memristor.input");
}

}  // namespace
}  // namespace neucasl::memristor_circuits
