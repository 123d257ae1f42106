#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "neucasl/transformer/weights.hpp"

/// \file
/// Weights in safetensors files (https://huggingface.co/docs/safetensors): eight bytes with the
/// length of a JSON header, the header with type, shape and place of each tensor, the values.
///
/// Files are mapped, and what was read is given back to the system, so that a network may be
/// larger than memory. They must not change while they are in use.

namespace neucasl::io {

/// Of one file, or of a folder with `model.safetensors` or, in several files,
/// `model.safetensors.index.json`. Values may be F32, F16, BF16 and F64; other types may stand in a
/// file but not be read as weights.
/// \throws base::Error with file and tensor: "base.file"; "safetensors.file" for a folder without
/// weights or a file that ends inside its header; "safetensors.header" for a header that claims
/// more than the file or 100 MB, or is no JSON of that form; "safetensors.type" for an unknown
/// type; "safetensors.range" for values that lie outside the file, backwards or not at whole
/// numbers, or sizes that overflow; "safetensors.size" when the range has not the length of the
/// shape; "safetensors.overlap" for two tensors that share bytes; "safetensors.gap" for bytes
/// of no tensor; "safetensors.index" for an index that names a path, a file without the tensor, or
/// leaves a tensor of its files out.
NEUCASL_EXPORT std::unique_ptr<transformer::Weights> read_safetensors(
    const std::filesystem::path& path);

/// Form of the values in a file.
enum class StoredNumber { float32, float16, bfloat16, float64 };

/// Tensors with float32 values, in the order of their names.
/// \throws base::Error "base.file"; "weights.value" for one that is not finite in that form;
/// "weights.type" for a tensor without float32 values.
NEUCASL_EXPORT void write_safetensors(const std::filesystem::path& file,
                                      const std::map<std::string, workload::Tensor>& tensors,
                                      StoredNumber form = StoredNumber::float32);

}  // namespace neucasl::io
