#pragma once

#include <map>
#include <string>

#include "mapped_file.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// What a safetensors file says of its tensors.

namespace neucasl::io {

struct StoredTensor {
  workload::TensorType type;
  std::size_t offset = 0;  ///< In the file.
  std::size_t bytes = 0;
};

/// \throws base::Error as read_safetensors.
std::map<std::string, StoredTensor> read_safetensors_header(const MappedFile& file);

}  // namespace neucasl::io
