#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "neucasl/io/checkpoint.hpp"

/// \file
/// Checkpoints of any size whose weights are a hole in the file: zeros that take no room.

namespace neucasl::test {

/// A decoder of the sizes of S. Zhang et al., arXiv:2205.01068, table 1.
inline transformer::TransformerConfig opt_config(std::size_t layers, std::size_t heads,
                                                 std::size_t width) {
  transformer::TransformerConfig config;
  config.vocabulary = 50272;
  config.width = config.embedding = width;
  config.layers = layers;
  config.heads = heads;
  config.hidden = 4 * width;
  config.positions = 2048;
  return config;
}

/// The 350M of that table.
inline transformer::TransformerConfig opt_350m_config() {
  transformer::TransformerConfig config = opt_config(24, 16, 1024);
  config.embedding = 512;
  config.normalise_before = false;
  return config;
}

/// J. Devlin et al., NAACL 2019.
inline transformer::TransformerConfig bert_base_config() {
  transformer::TransformerConfig config;
  config.family = transformer::Family::bert;
  config.vocabulary = 30522;
  config.width = config.embedding = 768;
  config.layers = config.heads = 12;
  config.hidden = 3072;
  config.positions = 512;
  config.token_types = 2;
  config.normalise_before = config.final_normalisation = false;
  config.activation = transformer::Activation::gelu;
  config.epsilon = 1e-12;
  config.head = transformer::Head::pooler;
  return config;
}

/// float16 weights, all zero; \return bytes of the weights.
inline std::size_t write_sparse_checkpoint(const std::filesystem::path& folder,
                                           const transformer::TransformerConfig& config) {
  io::write_config(folder, config);
  std::string header;
  std::size_t end = 0;
  for (const transformer::WeightShape& one : transformer::weight_shapes(config)) {
    header += (header.empty() ? "{\"" : ",\"") + one.name + R"(":{"dtype":"F16","shape":[)";
    std::size_t elements = 1;
    for (const std::size_t size : one.shape) {
      header += std::to_string(size) + ',';
      elements *= size;
    }
    header.back() = ']';
    header += R"(,"data_offsets":[)" + std::to_string(end) + ',';
    end += 2 * elements;
    header += std::to_string(end) + "]}";
  }
  header += '}';
  const std::uint64_t length = header.size();
  const std::filesystem::path file = folder / "model.safetensors";
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(&length), sizeof length);
  stream << header;
  stream.close();
  std::filesystem::resize_file(file, sizeof length + header.size() + end);
  return end;
}

/// Runs one segment after the other, each held only while it runs.
inline workload::Tensor run_segments(const workload::SegmentedNetwork& network,
                                     workload::Tensor values, std::size_t samples) {
  for (std::size_t k = 0; k < network.segments(); ++k) {
    values = workload::run(network.segment(k, samples), {values}).at(0);
  }
  return values;
}

}  // namespace neucasl::test
