#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/mapping/analog_training.hpp"
#include "stage.hpp"

/// \file
/// A network trained twice from the same weights on the same batches: on an analog engine and in
/// float. Behind the stages of kind analog-training and photonic-training.

namespace neucasl::flow {

/// Those of a network, of the descent, and training_images, test_images, momentum, input_bits,
/// adc_bits, adc_full_scale, halvings and converter_noise.
std::vector<plugin::ParameterSpec> training_parameters();

/// What the parameters say about products.
mapping::ProductReading reading_of(const plugin::ParameterSet& parameters);

using EngineMaker =
    std::function<std::unique_ptr<mapping::AnalogTraining>(const network::Network& network)>;

struct TrainingComparison {
  network::Network network;  ///< With the weights of the engine.
  std::vector<network::EpochSummary> analog;
  std::vector<network::EpochSummary> floating;
  mapping::TrainingEvents events;
  std::size_t training_images = 0;
  std::size_t test_images = 0;
};

/// Where a training keeps its state, and all that it depends on but the parameters.
struct TrainingPlace {
  std::filesystem::path folder;
  std::string source_key;
};

/// After each epoch the state is kept in the folder, and a run that was stopped goes on from it.
/// \throws base::Error as `network::train`, the maker and `TrainingCheckpoint`.
TrainingComparison compare_training(Workspace& workspace, const plugin::ParameterSet& parameters,
                                    const TrainingPlace& place, const EngineMaker& make);

/// Accuracies, their difference, the reads, a table and a chart by epoch. `method` is what the
/// engine models.
results::Findings to_findings(const TrainingComparison& comparison, const std::string& method,
                              const std::string& owner, const device::UseList& uses);

/// A stage that makes the network that an engine trained.
class TrainingStage : public Stage {
 public:
  explicit TrainingStage(plugin::ParameterSet parameters) : parameters_(std::move(parameters)) {}
  std::vector<InputFile> inputs(Workspace& workspace) override;
  void store(const Workspace& workspace, const std::filesystem::path& folder) override;
  void load(Workspace& workspace, const std::filesystem::path& folder) override;

 protected:
  [[nodiscard]] const plugin::ParameterSet& parameters() const { return parameters_; }

 private:
  plugin::ParameterSet parameters_;
};

}  // namespace neucasl::flow
