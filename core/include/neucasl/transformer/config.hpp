#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// What a transformer network is, apart from its weights, and the weights that it needs.
///
/// OPT: S. Zhang et al., arXiv:2205.01068; BERT: J. Devlin et al., NAACL 2019; names of the fields
/// and tensors are those of the checkpoints that Hugging Face's transformers library stores.

namespace neucasl::transformer {

enum class Family {
  opt,  ///< Decoder: causal attention, scores of the next token.
  bert  ///< Encoder.
};
/// "opt", "bert".
NEUCASL_EXPORT std::string_view to_string(Family family);

enum class Activation {
  relu,
  gelu  ///< x Phi(x), exact.
};

/// What follows the last block.
enum class Head {
  none,           ///< The block's output: samples x tokens x width.
  language,       ///< OPT: scores of the next token; BERT: of the masked one ("cls.predictions").
  pooler,         ///< BERT: tanh of a projection of the first token: samples x width.
  classification  ///< BERT: the pooler, then a projection: samples x classes.
};

/// Names in brackets: fields of config.json.
struct TransformerConfig {
  Family family = Family::opt;
  std::string name = "opt";
  std::size_t vocabulary = 0;   ///< Tokens (vocab_size).
  std::size_t width = 0;        ///< Of the values between blocks (hidden_size).
  std::size_t layers = 0;       ///< Blocks (num_hidden_layers).
  std::size_t heads = 0;        ///< num_attention_heads.
  std::size_t hidden = 0;       ///< Of the feed-forward part (ffn_dim; BERT: intermediate_size).
  std::size_t positions = 0;    ///< Most tokens of a sample (max_position_embeddings).
  std::size_t embedding = 0;    ///< Width of the token table (OPT: word_embed_proj_dim).
  std::size_t token_types = 0;  ///< BERT: rows of the table of types (type_vocab_size).
  std::size_t classes = 0;      ///< Head::classification: rows of the classifier.
  /// OPT: normalise before attention and feed-forward part, not behind (do_layer_norm_before).
  bool normalise_before = true;
  /// OPT with normalise_before: normalise behind the last block (not _remove_final_layer_norm).
  bool final_normalisation = true;
  bool biases = true;                        ///< OPT: projections have biases (enable_bias).
  bool tied = true;                          ///< Output table = token table (tie_word_embeddings).
  Activation activation = Activation::relu;  ///< activation_function; BERT: hidden_act.
  double epsilon = 1e-5;                     ///< Of layer normalisation (BERT: layer_norm_eps).
  double spread = 0.02;  ///< Standard deviation of initial weights (init_std, initializer_range).
  Head head = Head::language;

  /// Rows of the position table in front of the first token's: OPT 2, BERT 0.
  [[nodiscard]] std::size_t position_offset() const { return family == Family::opt ? 2 : 0; }

  /// \throws base::Error "transformer.config" for a size of 0 or above workload::most_elements,
  /// heads that do not divide the width, a head that the family does not have, an epsilon that is
  /// not above 0.
  NEUCASL_EXPORT void check() const;
};

/// A weight of a network.
struct WeightShape {
  std::string name;  ///< "model.decoder.layers.3.fc1.weight"
  workload::TensorShape shape;
};

/// All weights of the network, in the order of execution; a tied output table is not listed.
/// \throws base::Error as TransformerConfig::check.
NEUCASL_EXPORT std::vector<WeightShape> weight_shapes(const TransformerConfig& config);

}  // namespace neucasl::transformer
