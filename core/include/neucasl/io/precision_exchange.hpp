#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/precision/precision_map.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Precision maps from and for other tools.
///
/// Read: `quantize_config.json` of GPTQModel with its `dynamic` rules, and the
/// `quantization_config` of a Hugging Face config.json, or that object by itself, of the methods
/// gptq, awq and compressed-tensors; ONNX models with QuantizeLinear and DequantizeLinear. Modules
/// that stay in floating point get 16 bits, symmetric, and so do activations where only weights are
/// quantised.
///
/// Matching is that of the tools: GPTQModel tries its rules in the order of the file and takes the
/// first whose regular expression matches from the begin of a module's name; compressed-tensors
/// takes exact names before expressions ("re:...") before classes; AWQ leaves out modules whose
/// name contains a given text. A layer is tried under all names of `precision::module_names`.
/// Sources: GPTQModel, README, "Dynamic quantization", and quantization/config.py (dynamic_get);
/// compressed-tensors, quantization/quant_args.py and utils/match.py; AutoAWQ,
/// models/_config.py; ONNX operators QuantizeLinear and DequantizeLinear.
///
/// Expressions are ECMAScript's, matched in polynomial time, without back references and
/// look-behind.

namespace neucasl::io {

struct ImportedPrecision {
  precision::PrecisionMap map;
  std::vector<std::string> unmatched;  ///< Rules of the file that no layer fits.
};

/// \throws base::Error "io.precision-import" with line and column for what is not such a file, a
/// method or a strategy that a map cannot hold (numbers of floating type, blocks), an expression
/// that is no ECMAScript or too costly, or a file that quantises no layer of the network;
/// "precision.bits".
NEUCASL_EXPORT ImportedPrecision import_precision(std::string_view text, const std::string& file,
                                                  const precision::NetworkLayers& network);

/// The map of a model whose layers Conv, Gemm and MatMul read a DequantizeLinear; its layers are
/// those of `workload::to_workload`. Layers without one get 16 bits.
/// \throws base::Error "io.precision-import" when no layer has one; as `workload::to_workload`.
NEUCASL_EXPORT ImportedPrecision import_precision(const workload::OperatorGraph& graph);

/// Rules for `llama-quantize --tensor-type-file`.
struct LlamaTensorTypes {
  std::string file;          ///< A line "^blk\.0\.attn_q\.weight$=q4_k" for each layer.
  std::string default_type;  ///< For the tensors without a line: "Q4_K".
};
/// The smallest of q2_k, q3_k, q4_k, q5_k, q6_k, q8_0, f16 with at least the bits of the layer.
/// These types have groups and scales of their own, so granularity, zero points and activations of
/// the map are left out. The default is that of the fallback, or else the most frequent type.
/// Each line fits one tensor, so the order of lines does not matter.
/// \throws base::Error "io.precision-export" for a layer that GGUF has no name for.
NEUCASL_EXPORT LlamaTensorTypes to_llama_tensor_types(const precision::PrecisionMap& map);

/// `quantize_config.json` of GPTQModel: the most frequent form, or that of the fallback, and a rule
/// in `dynamic` for each other layer. Bits become the smallest of 2, 3, 4, 8 with at least as many;
/// above 8 the layer is left in floating point. One scale for a tensor becomes one for a channel
/// (group_size -1); other sizes become the largest of 16, 32, ..., 1024 up to them, or 16.
/// Activations are left out.
/// \throws base::Error "io.precision-export" for a map without layers and fallback.
NEUCASL_EXPORT std::string to_gptqmodel(const precision::PrecisionMap& map);

}  // namespace neucasl::io
