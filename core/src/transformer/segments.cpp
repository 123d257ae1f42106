#include "segments.hpp"

#include <cmath>
#include <limits>

namespace neucasl::transformer {
namespace {

using Id = workload::TensorId;
using workload::ElementType;
using workload::Tensor;
using workload::TensorShape;

std::int64_t whole(std::size_t size) { return static_cast<std::int64_t>(size); }

/// Names of a block's parts in a checkpoint, without ".weight" and ".bias".
struct BlockNames {
  std::string query;
  std::string key;
  std::string value;
  std::string output;
  std::string attention_norm;
  std::string first;
  std::string second;
  std::string feed_forward_norm;
};

BlockNames block_names(Family family, std::size_t layer) {
  if (family == Family::opt) {
    const std::string block = "model.decoder.layers." + std::to_string(layer) + '.';
    return {block + "self_attn.q_proj",
            block + "self_attn.k_proj",
            block + "self_attn.v_proj",
            block + "self_attn.out_proj",
            block + "self_attn_layer_norm",
            block + "fc1",
            block + "fc2",
            block + "final_layer_norm"};
  }
  const std::string block = "bert.encoder.layer." + std::to_string(layer) + '.';
  return {block + "attention.self.query",
          block + "attention.self.key",
          block + "attention.self.value",
          block + "attention.output.dense",
          block + "attention.output.LayerNorm",
          block + "intermediate.dense",
          block + "output.dense",
          block + "output.LayerNorm"};
}

/// Adds the nodes of one segment.
class Drafting {
 public:
  Drafting(SegmentDraft& draft, const TransformerConfig& config, const SegmentSize& size)
      : draft_(draft), config_(config), size_(size) {}

  Id embedding() {
    const Id tokens = draft_.input("tokens", {ElementType::int64, {size_.samples, size_.sequence}});
    return config_.family == Family::opt ? opt_embedding(tokens) : bert_embedding(tokens);
  }

  Id block(std::size_t layer) {
    const BlockNames names = block_names(config_.family, layer);
    const Id input = rows("input.rows", hidden_input());
    const Id attended =
        residual(names.attention_norm, input, [&](Id from) { return attention(names, from); });
    const Id result = residual(names.feed_forward_norm, attended,
                               [&](Id from) { return feed_forward(names, from); });
    return samples("output", result, config_.width);
  }

  Id head() {
    const Id input = hidden_input();
    if (config_.family == Family::opt) return opt_head(input);
    return config_.head == Head::language ? masked_language_head(input) : pooled_head(input);
  }

 private:
  Id hidden_input() {
    return draft_.input("hidden",
                        {ElementType::float32, {size_.samples, size_.sequence, config_.width}});
  }
  /// Samples and tokens one after the other, as the matrix of a projection.
  Id rows(const std::string& name, Id input) {
    return draft_.reshape(name, input, {-1, whole(config_.width)});
  }
  Id samples(const std::string& name, Id input, std::size_t width) {
    return draft_.reshape(name, input, {whole(size_.samples), whole(size_.sequence), whole(width)});
  }
  Id normalise(const std::string& name, Id input, std::size_t width) {
    return draft_.normalise(name, input, width, config_.epsilon);
  }
  Id project(const std::string& name, Id input, std::size_t depth, std::size_t outputs, bool bias,
             std::size_t positions) {
    return draft_.project(
        {name, name + ".weight", bias ? name + ".bias" : std::string(), depth, outputs, positions},
        input);
  }
  Id project(const std::string& name, Id input, std::size_t depth, std::size_t outputs) {
    return project(name, input, depth, outputs, config_.biases, size_.sequence);
  }

  Id token_embedding(Id table, Id tokens) {
    return draft_.apply("Gather", "token_embedding", {table, tokens},
                        {{"from_end", std::int64_t{0}}});
  }

  Id positions(const std::string& table) {
    std::vector<std::int64_t> indices(size_.sequence);
    for (std::size_t k = 0; k < indices.size(); ++k) {
      indices[k] = whole(k + config_.position_offset());
    }
    const Id wanted = draft_.constant("positions", Tensor({size_.sequence}, std::move(indices)));
    const Id stored =
        draft_.weight(table, {config_.positions + config_.position_offset(), config_.width});
    return draft_.apply("Gather", "position_embedding", {stored, wanted});
  }

  Id opt_embedding(Id tokens) {
    const Id table =
        draft_.weight(token_table(Family::opt), {config_.vocabulary, config_.embedding});
    Id embedded = token_embedding(table, tokens);
    if (config_.embedding != config_.width) {
      embedded = draft_.reshape("token_embedding.rows", embedded, {-1, whole(config_.embedding)});
      embedded = project("model.decoder.project_in", embedded, config_.embedding, config_.width,
                         false, size_.sequence);
      embedded = samples("token_embedding.projected", embedded, config_.width);
    }
    const Id position = positions("model.decoder.embed_positions.weight");
    return draft_.apply("Add", "embedding", {embedded, position});
  }

  Id bert_embedding(Id tokens) {
    const Id table = draft_.weight(token_table(Family::bert), {config_.vocabulary, config_.width});
    const Id token = token_embedding(table, tokens);
    const Id types = draft_.weight("bert.embeddings.token_type_embeddings.weight",
                                   {config_.token_types, config_.width});
    const Id first = draft_.constant("first", Tensor(TensorShape{}, std::vector<std::int64_t>{0}));
    const Id type = draft_.apply("Gather", "type_embedding", {types, first});
    const Id both = draft_.apply("Add", "embedding.typed", {token, type});
    const Id position = positions("bert.embeddings.position_embeddings.weight");
    const Id all = draft_.apply("Add", "embedding.placed", {both, position});
    return normalise("bert.embeddings.LayerNorm", all, config_.width);
  }

  /// body(input) + input, with the normalisation before or behind.
  template <class Body>
  Id residual(const std::string& norm, Id input, const Body& body) {
    const bool before = config_.normalise_before;
    const Id change = body(before ? normalise(norm, input, config_.width) : input);
    const Id sum = draft_.apply("Add", norm + (before ? ".residual" : ".input"), {change, input});
    return before ? sum : normalise(norm, sum, config_.width);
  }

  /// softmax(Q K^T / sqrt(d) + mask) V of each head (A. Vaswani et al., NIPS 2017).
  Id attention(const BlockNames& names, Id input) {
    const std::size_t head = config_.width / config_.heads;
    const auto projected = [&](const std::string& name) {
      return project(name, input, config_.width, config_.width);
    };
    const auto split = [&](const std::string& name, Id from, std::vector<std::int64_t> order) {
      const Id parts = draft_.reshape(
          name + ".heads", from,
          {whole(size_.samples), whole(size_.sequence), whole(config_.heads), whole(head)});
      return draft_.apply("Transpose", name + ".by_head", {parts}, {{"perm", std::move(order)}});
    };
    const Id scale = draft_.scalar("1/sqrt(d)", 1.0 / std::sqrt(static_cast<double>(head)));
    const Id query = draft_.apply("Mul", names.query + ".scaled", {projected(names.query), scale});
    const Id keys = split(names.key, projected(names.key), {0, 2, 3, 1});
    const Id values = split(names.value, projected(names.value), {0, 2, 1, 3});
    Id scores =
        draft_.apply("MatMul", "attention.scores", {split(names.query, query, {0, 2, 1, 3}), keys});
    if (config_.family == Family::opt) {
      scores = draft_.apply("Add", "attention.masked", {scores, causal_mask()});
    }
    const Id shares =
        draft_.apply("Softmax", "attention.shares", {scores}, {{"axis", std::int64_t{-1}}});
    const Id context = draft_.apply("MatMul", "attention.context", {shares, values});
    const Id by_token = draft_.apply("Transpose", "attention.by_token", {context},
                                     {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
    return project(names.output, rows("attention.rows", by_token), config_.width, config_.width);
  }

  /// The lowest number instead of minus infinity, so that sums and differences stay numbers.
  Id causal_mask() {
    const std::size_t n = size_.sequence;
    std::vector<float> mask(n * n, 0.0F);
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = row + 1; column < n; ++column) {
        mask[row * n + column] = std::numeric_limits<float>::lowest();
      }
    }
    return draft_.constant("causal_mask", Tensor({n, n}, std::move(mask)));
  }

  Id feed_forward(const BlockNames& names, Id input) {
    const Id first = project(names.first, input, config_.width, config_.hidden);
    const Id active = draft_.activate(config_.activation, names.first + ".activation", first);
    return project(names.second, active, config_.hidden, config_.width);
  }

  Id opt_head(Id input) {
    Id from = rows("input.rows", input);
    if (config_.normalise_before && config_.final_normalisation) {
      from = normalise("model.decoder.final_layer_norm", from, config_.width);
    }
    if (config_.embedding != config_.width) {
      from = project("model.decoder.project_out", from, config_.width, config_.embedding, false,
                     size_.sequence);
    }
    const std::string table = config_.tied ? token_table(Family::opt) : output_table(Family::opt);
    const Id scores = draft_.project(
        {"lm_head", table, "", config_.embedding, config_.vocabulary, size_.sequence}, from);
    return samples("scores", scores, config_.vocabulary);
  }

  Id masked_language_head(Id input) {
    const std::string transform = "cls.predictions.transform.";
    Id from = project(transform + "dense", rows("input.rows", input), config_.width, config_.width,
                      true, size_.sequence);
    from = draft_.activate(config_.activation, transform + "activation", from);
    from = normalise(transform + "LayerNorm", from, config_.width);
    const std::string table = config_.tied ? token_table(Family::bert) : output_table(Family::bert);
    const Id scores = draft_.project({"cls.predictions.decoder", table, "cls.predictions.bias",
                                      config_.width, config_.vocabulary, size_.sequence},
                                     from);
    return samples("scores", scores, config_.vocabulary);
  }

  Id pooled_head(Id input) {
    const Id first = draft_.constant("first", Tensor(TensorShape{}, std::vector<std::int64_t>{0}));
    const Id token =
        draft_.apply("Gather", "first_token", {input, first}, {{"axis", std::int64_t{1}}});
    const Id pooled = project("bert.pooler.dense", token, config_.width, config_.width, true, 1);
    const Id active = draft_.apply("Tanh", "bert.pooler.activation", {pooled});
    if (config_.head == Head::pooler) return active;
    return project("classifier", active, config_.width, config_.classes, true, 1);
  }

  SegmentDraft& draft_;
  const TransformerConfig& config_;
  SegmentSize size_;
};

}  // namespace

std::string token_table(Family family) {
  return family == Family::opt ? "model.decoder.embed_tokens.weight"
                               : "bert.embeddings.word_embeddings.weight";
}

std::string output_table(Family family) {
  return family == Family::opt ? "lm_head.weight" : "cls.predictions.decoder.weight";
}

std::size_t segment_count(const TransformerConfig& config) {
  return config.layers + (config.head == Head::none ? 1 : 2);
}

std::string segment_title(const TransformerConfig& config, std::size_t index) {
  if (index == 0) return "embedding";
  return index > config.layers ? "head" : "block " + std::to_string(index - 1);
}

workload::TensorId draft_segment(SegmentDraft& draft, const TransformerConfig& config,
                                 std::size_t index, const SegmentSize& size) {
  Drafting drafting(draft, config, size);
  if (index == 0) return drafting.embedding();
  return index > config.layers ? drafting.head() : drafting.block(index - 1);
}

}  // namespace neucasl::transformer
