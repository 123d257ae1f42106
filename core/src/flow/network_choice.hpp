#pragma once

#include "neucasl/network/training.hpp"
#include "stage.hpp"

/// \file
/// The parameters of stages that make a network, and what they say.

namespace neucasl::flow {

/// "topology", "hidden" and "dataset".
std::vector<plugin::ParameterSpec> network_parameters();

/// "training_images", "epochs", "batch", "learning_rate" and "learning_rate_factor".
std::vector<plugin::ParameterSpec> descent_parameters();

/// What these say, with the seed, threads and listeners of the run.
network::TrainingOptions descent_options(const plugin::ParameterSet& parameters,
                                         const Workspace& workspace);

/// Of `images` the first `count`; all when it is 0.
void keep_first(network::LabelledImages& images, std::size_t count);

/// \throws base::Error "flow.network" for sizes that are none.
network::Network untrained_network(const plugin::ParameterSet& parameters,
                                   const network::Dataset& dataset);

}  // namespace neucasl::flow
