#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// What `quantize` works on: a trained network and data.

namespace neucasl::cli {

/// Samples with the right class of each of their scores; -1: not judged.
struct JudgedSamples {
  workload::Tensor samples;
  std::vector<std::int64_t> targets;

  [[nodiscard]] std::size_t count() const {
    return samples.type.shape.empty() ? 0 : samples.type.shape.front();
  }
};

struct QuantizeModel {
  std::unique_ptr<workload::SegmentedNetwork> network;
  workload::Workload workload;  ///< Of the same name.
  JudgedSamples calibration;
  JudgedSamples test;
  bool language = false;  ///< Judged by perplexity, otherwise by accuracy.
  std::string data;       ///< Where the samples come from.
};

/// \throws base::Error "cli.usage".
[[noreturn]] void refuse_quantize(const std::string& what, const std::string& remedy);

void add_model_options(options::options_description& description);

/// `model`: a stored network (FILE.pb), the output folder of a flow that trained one, an ONNX file,
/// the folder of an OPT checkpoint, or "lenet5" or "vgg8", which are trained here.
/// \throws base::Error "cli.usage" for another model, or options that do not fit it; as what reads
/// models and data.
QuantizeModel load_model(Session& session, const Parsed& parsed, const std::string& model,
                         plugin::Context& context);

}  // namespace neucasl::cli
