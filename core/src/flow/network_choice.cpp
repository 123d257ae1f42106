#include "network_choice.hpp"

#include <charconv>

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// "8,4" as sizes.
std::vector<std::size_t> hidden_sizes(const plugin::ParameterSet& parameters) {
  const std::string& text = parameters.text("hidden");
  constexpr std::size_t largest = 4096;
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::size_t size = 0;
    const auto [rest, code] = std::from_chars(text.data() + at, text.data() + end, size);
    if (code != std::errc{} || rest != text.data() + end || size == 0 || size > largest) {
      throw base::Error("flow.network", "'" + text + "' is no list of layer sizes",
                        "write whole numbers from 1 to " + std::to_string(largest) +
                            " apart by commas, such as 8,4",
                        parameters.where("hidden"));
    }
    sizes.push_back(size);
    at = end + 1;
  }
  return sizes;
}

}  // namespace

network::Network untrained_network(const plugin::ParameterSet& parameters,
                                   const network::Dataset& dataset) {
  const std::string& topology = parameters.text("topology");
  if (topology == "lenet5") return network::lenet5();
  if (topology == "vgg8") return network::vgg8(dataset.training.shape, dataset.classes());
  return network::multilayer_perceptron(dataset.training.shape, hidden_sizes(parameters),
                                        dataset.classes());
}

std::vector<plugin::ParameterSpec> network_parameters() {
  return {
      {"topology",
       ParameterType::text,
       "",
       "lenet5",
       {},
       {},
       {"lenet5", "vgg8", "multilayer-perceptron"},
       "network",
       false},
      {"hidden",
       ParameterType::text,
       "",
       "8",
       {},
       {},
       {},
       "sizes of the hidden layers of a multilayer perceptron, apart by commas",
       false},
      {"dataset",
       ParameterType::text,
       "",
       "fashion-mnist",
       {},
       {},
       network::known_datasets(),
       "data set",
       false},
  };
}

std::vector<plugin::ParameterSpec> descent_parameters() {
  return {
      whole_parameter("training_images", "0", 0, 1e7, "the first so many; 0: all"),
      {"epochs",
       ParameterType::integer,
       "",
       "8",
       1,
       1000,
       {},
       "passes over the training images",
       false},
      {"batch", ParameterType::integer, "", "64", 1, 65536, {}, "images a step", false},
      {"learning_rate", ParameterType::quantity, "1", "0.05", 1e-9, 10, {}, "step size", false},
      {"learning_rate_factor",
       ParameterType::quantity,
       "1",
       "0.7",
       1e-9,
       1,
       {},
       "factor of the step size after each epoch",
       false},
  };
}

void keep_first(network::LabelledImages& images, std::size_t count) {
  if (count == 0 || count >= images.count()) return;
  images.labels.resize(count);
  images.pixels.resize(count * images.shape.size());
}

network::TrainingOptions descent_options(const plugin::ParameterSet& parameters,
                                         const Workspace& workspace) {
  network::TrainingOptions options;
  options.epochs = static_cast<std::size_t>(parameters.integer("epochs"));
  options.batch = static_cast<std::size_t>(parameters.integer("batch"));
  options.learning_rate = parameters.si("learning_rate");
  options.learning_rate_factor = parameters.si("learning_rate_factor");
  options.seed = workspace.seed;
  options.threads = workspace.options.threads;
  options.cancel = workspace.options.cancel;
  options.progress = workspace.options.progress;
  return options;
}

}  // namespace neucasl::flow
