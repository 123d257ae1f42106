#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/precision/precision_map.hpp"

/// \file
/// What the layers of transformers are called: by our published networks ("layer3_mlp_fc1"), as
/// modules of Hugging Face models ("model.decoder.layers.2.fc1"), and as tensors of GGUF files
/// ("blk.2.ffn_up.weight").
///
/// Sources: modules of OPT, LLaMA and BERT in transformers 4 (modeling_opt.py, modeling_llama.py,
/// modeling_bert.py); tensor names in gguf-py/gguf/constants.py of llama.cpp.

namespace neucasl::precision {

/// Full module paths that a layer may have, the likeliest first; the name itself is among them.
NEUCASL_EXPORT std::vector<std::string> module_names(const std::string& layer);

/// Nothing for a layer that is no projection of a transformer.
NEUCASL_EXPORT std::optional<std::string> gguf_tensor(const std::string& layer);

/// The map with the network's own names for layers that it calls otherwise.
NEUCASL_EXPORT PrecisionMap with_names_of(PrecisionMap map, const NetworkLayers& network);

}  // namespace neucasl::precision
