#include "neucasl/io/checkpoint.hpp"

#include <algorithm>
#include <cstdio>

#include "json_object.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/transformer/names.hpp"

namespace neucasl::io {
namespace {

using transformer::Activation;
using transformer::Family;
using transformer::Head;
using transformer::TransformerConfig;
namespace fs = std::filesystem;

JsonFields config_fields(const fs::path& folder) {
  const fs::path file = folder / "config.json";
  return JsonFields::parse(base::read_file(file), "checkpoint.config", file.string());
}

Family family_of(const JsonFields& fields) {
  const std::string type = fields.text("model_type");
  if (type == "opt") return Family::opt;
  if (type == "bert") return Family::bert;
  fields.fail("the network is of the type '" + type + '\'', "give one of the type opt or bert");
}

/// The field, or what a network without it has.
bool truth_or(const JsonFields& fields, const char* name, bool otherwise) {
  return fields.has(name) ? fields.truth(name) : otherwise;
}
double number_or(const JsonFields& fields, const char* name, double otherwise) {
  return fields.has(name) ? fields.number(name) : otherwise;
}

void require_text(const JsonFields& fields, const char* name, const char* only) {
  if (!fields.has(name) || fields.text(name) == only) return;
  fields.fail(std::string("the field '") + name + "' is '" + fields.text(name) + '\'',
              std::string("only '") + only + "' is supported");
}

Activation activation_of(const JsonFields& fields, const char* name) {
  const std::string text = fields.text(name);
  if (text == "relu") return Activation::relu;
  if (text == "gelu") return Activation::gelu;
  fields.fail(std::string("the field '") + name + "' is '" + text + '\'',
              "relu and gelu are supported");
}

/// What both families have under the same names.
TransformerConfig common_config(const JsonFields& fields) {
  TransformerConfig config;
  config.vocabulary = fields.count("vocab_size");
  config.width = config.embedding = fields.count("hidden_size");
  config.layers = fields.count("num_hidden_layers");
  config.heads = fields.count("num_attention_heads");
  config.positions = fields.count("max_position_embeddings");
  config.tied = truth_or(fields, "tie_word_embeddings", true);
  return config;
}

TransformerConfig opt_config(const JsonFields& fields) {
  if (!truth_or(fields, "layer_norm_elementwise_affine", true)) {
    fields.fail("layer normalisation has no scale and shift", "store them: 1 and 0");
  }
  TransformerConfig config = common_config(fields);
  config.family = Family::opt;
  config.hidden = fields.count("ffn_dim");
  if (fields.has("word_embed_proj_dim")) config.embedding = fields.count("word_embed_proj_dim");
  config.normalise_before = truth_or(fields, "do_layer_norm_before", true);
  config.final_normalisation = !truth_or(fields, "_remove_final_layer_norm", false);
  config.biases = truth_or(fields, "enable_bias", true);
  config.activation = fields.has("activation_function")
                          ? activation_of(fields, "activation_function")
                          : Activation::relu;
  config.spread = number_or(fields, "init_std", config.spread);
  return config;
}

Head bert_head(const transformer::Weights& weights) {
  if (weights.find("classifier.weight") != nullptr) return Head::classification;
  if (weights.find("cls.predictions.transform.dense.weight") != nullptr) return Head::language;
  return weights.find("bert.pooler.dense.weight") != nullptr ? Head::pooler : Head::none;
}

TransformerConfig bert_config(const JsonFields& fields, const transformer::Weights& weights) {
  require_text(fields, "position_embedding_type", "absolute");
  if (truth_or(fields, "is_decoder", false)) {
    fields.fail("the network is a decoder", "give an encoder: is_decoder false");
  }
  TransformerConfig config = common_config(fields);
  config.family = Family::bert;
  config.normalise_before = false;
  config.final_normalisation = false;
  config.hidden = fields.count("intermediate_size");
  config.token_types = fields.has("type_vocab_size") ? fields.count("type_vocab_size") : 2;
  config.activation =
      fields.has("hidden_act") ? activation_of(fields, "hidden_act") : Activation::gelu;
  config.epsilon = number_or(fields, "layer_norm_eps", 1e-12);
  config.spread = number_or(fields, "initializer_range", config.spread);
  config.head = bert_head(weights);
  const workload::TensorType* classifier = weights.find("classifier.weight");
  if (classifier != nullptr && !classifier->shape.empty()) config.classes = classifier->shape[0];
  return config;
}

/// "opt-125m" of "models/opt-125m/".
std::string name_of_folder(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

TransformerConfig config_from(const JsonFields& fields, const transformer::Weights& weights,
                              const std::string& name) {
  TransformerConfig config =
      family_of(fields) == Family::opt ? opt_config(fields) : bert_config(fields, weights);
  config.name = name;
  try {
    config.check();
  } catch (const base::Error& error) {
    fields.fail(error.diagnostic().message, error.diagnostic().remedy);
  }
  return config;
}

struct NamedCheckpoint {
  TransformerConfig config;
  std::shared_ptr<const transformer::Weights> weights;
};

NamedCheckpoint open_checkpoint(const fs::path& folder) {
  const JsonFields fields = config_fields(folder);
  NamedCheckpoint checkpoint;
  checkpoint.weights = transformer::with_usual_names(family_of(fields), read_safetensors(folder));
  checkpoint.config = config_from(fields, *checkpoint.weights, name_of_folder(folder));
  return checkpoint;
}

/// "name": value lines of a JSON object.
class JsonLines {
 public:
  void text(const char* name, std::string_view value) { add(name, quoted_json(value)); }
  void count(const char* name, std::size_t value) { add(name, std::to_string(value)); }
  void truth(const char* name, bool value) { add(name, value ? "true" : "false"); }
  void number(const char* name, double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    add(name, digits);
  }
  [[nodiscard]] std::string finish() const { return "{\n" + lines_ + "\n}\n"; }

 private:
  void add(const char* name, const std::string& value) {
    lines_ += (lines_.empty() ? "  " : ",\n  ") + quoted_json(name) + ": " + value;
  }
  std::string lines_;
};

const char* to_text(Activation activation) {
  return activation == Activation::relu ? "relu" : "gelu";
}

std::string config_text(const TransformerConfig& config) {
  JsonLines lines;
  lines.text("model_type", to_string(config.family));
  lines.count("vocab_size", config.vocabulary);
  lines.count("hidden_size", config.width);
  lines.count("num_hidden_layers", config.layers);
  lines.count("num_attention_heads", config.heads);
  lines.count("max_position_embeddings", config.positions);
  lines.truth("tie_word_embeddings", config.tied);
  if (config.family == Family::opt) {
    lines.count("ffn_dim", config.hidden);
    lines.count("word_embed_proj_dim", config.embedding);
    lines.truth("do_layer_norm_before", config.normalise_before);
    lines.truth("_remove_final_layer_norm", !config.final_normalisation);
    lines.truth("enable_bias", config.biases);
    lines.text("activation_function", to_text(config.activation));
    lines.number("init_std", config.spread);
  } else {
    lines.count("intermediate_size", config.hidden);
    lines.count("type_vocab_size", config.token_types);
    lines.text("hidden_act", to_text(config.activation));
    lines.number("layer_norm_eps", config.epsilon);
    lines.number("initializer_range", config.spread);
  }
  return lines.finish();
}

}  // namespace

bool is_checkpoint(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "config.json", ignored);
}

std::unique_ptr<transformer::TransformerNetwork> read_checkpoint(const fs::path& folder,
                                                                 std::size_t sequence) {
  NamedCheckpoint checkpoint = open_checkpoint(folder);
  if (sequence == 0) {
    sequence = std::min(transformer::usual_sequence, checkpoint.config.positions);
  }
  return std::make_unique<transformer::TransformerNetwork>(std::move(checkpoint.config),
                                                           std::move(checkpoint.weights), sequence);
}

void write_config(const fs::path& folder, const TransformerConfig& config) {
  config.check();
  base::write_file(folder / "config.json", config_text(config));
}

void write_checkpoint(const fs::path& folder, const TransformerConfig& config,
                      const std::map<std::string, workload::Tensor>& weights, StoredNumber form) {
  write_config(folder, config);
  write_safetensors(folder / "model.safetensors", weights, form);
}

}  // namespace neucasl::io
