#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/plugin/context.hpp"
#include "neucasl/workload/segmented_network.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// A trained network with data to find its bits and to judge them.

namespace neucasl::quantisation {

/// Samples with the right class of each of their scores; -1: not judged.
struct JudgedSamples {
  workload::Tensor samples;
  std::vector<std::int64_t> targets;

  [[nodiscard]] std::size_t count() const {
    return samples.type.shape.empty() ? 0 : samples.type.shape.front();
  }
};

struct Model {
  std::unique_ptr<workload::SegmentedNetwork> network;
  workload::Workload workload;  ///< Of the same name.
  JudgedSamples calibration;
  JudgedSamples test;
  bool language = false;  ///< Judged by perplexity, otherwise by accuracy.
  std::string data;       ///< Where the samples come from.
};

/// What makes a model.
struct ModelSource {
  /// A stored network (FILE.pb), the output folder of a flow that trained one, an ONNX file, the
  /// folder of an OPT checkpoint, or "lenet5" or "vgg8", which are trained.
  std::string model;
  std::string dataset = "fashion-mnist";
  std::vector<std::filesystem::path> dataset_folders;
  std::string images;             ///< IDX file in place of the data set; with `labels`.
  std::string labels;             ///<
  std::size_t calibration = 512;  ///< Samples, drawn from the training set by the seed.
  /// First samples of the test set, default all; windows of a text, default 64.
  std::optional<std::size_t> test_samples;
  std::string text;          ///< File; for language models.
  std::size_t sequence = 0;  ///< Tokens of a window; 0: as many as the model takes.
  std::size_t epochs = 8;    ///< Of networks that are trained.
  std::optional<std::size_t> training_images;  ///< First images that it is trained on.
  std::optional<double> learning_rate;         ///< Of its first epoch; default: 0.05, vgg8 0.02.
  std::string save_network;                    ///< File for a network that is trained.
};

/// \throws base::Error "quantisation.model" for another model, or what does not fit it; as what
/// reads models and data.
NEUCASL_EXPORT Model load_model(const ModelSource& source, const plugin::Context& context);

}  // namespace neucasl::quantisation
