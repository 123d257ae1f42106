#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "neucasl/io/safetensors.hpp"
#include "neucasl/transformer/network.hpp"
#include "neucasl/transformer/tokenizer.hpp"

/// \file
/// Checkpoints of OPT and BERT: a folder with config.json, weights as safetensors, and a
/// vocabulary.

namespace neucasl::io {

/// Whether the path is a folder with a config.json.
NEUCASL_EXPORT bool is_checkpoint(const std::filesystem::path& folder);

/// The network of a checkpoint, for samples of `sequence` tokens (0: transformer::usual_sequence,
/// or fewer when there are fewer positions), with the name of the folder. BERT's head follows from
/// the weights: a classifier, else cls.predictions, else a pooler, else none. Reads values only
/// when segments are made. \throws base::Error with the file: "base.file"; "checkpoint.config" for
/// what is no config.json, another family, a field that is missing, of another kind or out of
/// range, or a value of it that is not supported here (another activation, relative positions); as
/// read_safetensors and TransformerNetwork.
NEUCASL_EXPORT std::unique_ptr<transformer::TransformerNetwork> read_checkpoint(
    const std::filesystem::path& folder, std::size_t sequence = 0);

/// The tokenizer of a checkpoint: `vocab.json` with `merges.txt` (pairs of bytes), `vocab.txt`
/// (word pieces) or `characters.json` (one token for each character).
/// \throws base::Error with file and line: "tokenizer.file", "tokenizer.vocabulary",
/// "tokenizer.merges".
NEUCASL_EXPORT std::unique_ptr<transformer::Tokenizer> read_tokenizer(
    const std::filesystem::path& folder);

/// Writes config.json; the head is not part of it. \throws base::Error "transformer.config",
/// "base.file".
NEUCASL_EXPORT void write_config(const std::filesystem::path& folder,
                                 const transformer::TransformerConfig& config);

/// Writes config.json and model.safetensors. \throws base::Error as write_safetensors.
NEUCASL_EXPORT void write_checkpoint(const std::filesystem::path& folder,
                                     const transformer::TransformerConfig& config,
                                     const std::map<std::string, workload::Tensor>& weights,
                                     StoredNumber form = StoredNumber::float32);

/// Writes characters.json. \throws base::Error "base.file".
NEUCASL_EXPORT void write_characters(const std::filesystem::path& folder,
                                     const transformer::CharacterTokenizer& tokenizer);

}  // namespace neucasl::io
