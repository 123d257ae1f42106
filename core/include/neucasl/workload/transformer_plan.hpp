#pragma once

#include <cstddef>
#include <string>

#include "neucasl/workload/topologies.hpp"

/// \file
/// Transformers by their sizes: what the published ones of `named` and those of checkpoints share.

namespace neucasl::workload {

/// What follows the last block.
enum class TransformerHead {
  none,
  language,       ///< Scores of all tokens at each position; an encoder transforms before.
  pooler,         ///< A projection of the first token.
  classification  ///< The pooler and a projection to classes.
};

struct TransformerPlan {
  std::string name;
  bool decoder = true;
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t width = 0;
  std::size_t hidden = 0;  ///< Of the feed-forward part.
  std::size_t tokens = 0;  ///< Entries of the vocabulary.
  std::size_t positions = 0;
  /// Rows of the position table beyond `positions` that are never read by a token.
  std::size_t spare_positions = 0;
  std::size_t embedding = 0;         ///< Width of the token table.
  std::size_t token_types = 0;       ///< Encoders: rows of the table of types.
  bool normalise_before = false;     ///< In front of attention and feed-forward part.
  bool final_normalisation = false;  ///< Decoders: behind the last block.
  bool biases = true;                ///< Of attention and feed-forward part.
  bool tied = true;                  ///< The token table is the language head's weight.
  TransformerHead head = TransformerHead::language;
  std::size_t classes = 0;
};

/// Options: `sequence`, and for decoders `cached`.
/// \throws base::Error "workload.options" for more tokens than positions, no token, or kept tokens
/// of an encoder.
NEUCASL_EXPORT Workload to_workload(const TransformerPlan& plan, const TopologyOptions& options);

}  // namespace neucasl::workload
