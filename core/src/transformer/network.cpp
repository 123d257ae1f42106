#include "neucasl/transformer/network.hpp"

#include <set>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/workload/transformer_plan.hpp"
#include "segments.hpp"

namespace neucasl::transformer {
namespace {

/// Compares what is stored with what the configuration asks for.
class WeightCheck {
 public:
  WeightCheck(const TransformerConfig& config, const Weights& weights)
      : config_(config), weights_(weights), names_(weights.names()) {}

  void run() {
    for (const WeightShape& wanted : weight_shapes(config_)) check_one(wanted);
    for (const std::string& name : names_) {
      if (!wanted_.contains(name) && !known_beside(name)) refuse_extra(name);
    }
    const std::string table = output_table(config_.family);
    if (config_.head == Head::language && config_.tied)
      check_copy(table, token_table(config_.family));
    if (config_.family == Family::bert && config_.head == Head::language) {
      check_copy("cls.predictions.decoder.bias", "cls.predictions.bias");
    }
  }

 private:
  [[noreturn]] void fail(const char* code, const std::string& name, const std::string& what,
                         const std::string& remedy) const {
    throw base::Error(code, "the tensor '" + name + "' " + what, remedy,
                      {weights_.file_of(name), 0, 0});
  }

  void check_one(const WeightShape& wanted) {
    wanted_.insert(wanted.name);
    const workload::TensorType* found = weights_.find(wanted.name);
    if (found == nullptr) {
      // A checkpoint has hundreds of names: one is told.
      const std::string nearest = base::nearest_name(wanted.name, names_);
      throw base::Error("weights.missing", "the tensor '" + wanted.name + "' is missing",
                        "the configuration asks for one of " + workload::to_string(wanted.shape) +
                            (nearest.empty() ? std::string()
                                             : "; the nearest that is there is '" + nearest + '\''),
                        {names_.empty() ? std::string() : weights_.file_of(names_.front()), 0, 0});
    }
    if (found->shape != wanted.shape) {
      fail("weights.shape", wanted.name, "is " + workload::to_string(found->shape),
           "the configuration asks for " + workload::to_string(wanted.shape));
    }
    if (!workload::is_floating(found->type)) {
      fail("weights.type", wanted.name,
           "has elements of " + std::string(workload::to_string(found->type)),
           "store floating numbers");
    }
  }

  /// Tensors that published checkpoints have beside those of this network.
  [[nodiscard]] bool known_beside(const std::string& name) const {
    const bool language = config_.head == Head::language;
    if (language && config_.tied && name == output_table(config_.family)) return true;
    if (config_.family == Family::opt) return false;
    if (name == "bert.embeddings.position_ids") return true;
    if (!language) return false;
    static const std::set<std::string> known{
        "cls.predictions.decoder.bias", "cls.seq_relationship.weight", "cls.seq_relationship.bias",
        "bert.pooler.dense.weight", "bert.pooler.dense.bias"};
    return known.contains(name);
  }

  [[noreturn]] void refuse_extra(const std::string& name) const {
    fail("weights.extra", name, "belongs to no part of the network",
         "correct config.json (" + std::to_string(config_.layers) +
             " blocks) or leave the tensor out");
  }

  void check_copy(const std::string& copy, const std::string& original) const {
    if (weights_.find(copy) == nullptr || wanted_.contains(copy)) return;
    if (weights_.same(copy, original)) return;
    fail("weights.tied", copy, "differs from '" + original + "'",
         "set tie_word_embeddings to false in config.json when the two are trained apart");
  }

  const TransformerConfig& config_;
  const Weights& weights_;
  std::vector<std::string> names_;
  std::set<std::string> wanted_;
};

std::vector<workload::MatrixLayer> layers_of(const TransformerConfig& config,
                                             std::size_t sequence) {
  std::vector<workload::MatrixLayer> layers;
  for (std::size_t index = 0; index < segment_count(config); ++index) {
    SegmentDraft draft(segment_title(config, index), nullptr);
    draft_segment(draft, config, index, {1, sequence});
    for (workload::MatrixLayer layer : draft.layers()) {
      layer.segment = index;
      layers.push_back(std::move(layer));
    }
  }
  return layers;
}

workload::TransformerHead plan_head(Head head) {
  switch (head) {
    case Head::none:
      return workload::TransformerHead::none;
    case Head::language:
      return workload::TransformerHead::language;
    case Head::pooler:
      return workload::TransformerHead::pooler;
    case Head::classification:
      break;
  }
  return workload::TransformerHead::classification;
}

}  // namespace

TransformerNetwork::TransformerNetwork(TransformerConfig config,
                                       std::shared_ptr<const Weights> weights, std::size_t sequence)
    : config_(std::move(config)), weights_(std::move(weights)), sequence_(sequence) {
  config_.check();
  if (sequence_ == 0 || sequence_ > config_.positions) {
    throw base::Error("transformer.sequence",
                      config_.name + " has " + std::to_string(config_.positions) +
                          " positions, and samples of " + std::to_string(sequence_) +
                          " tokens are asked for",
                      "give 1 to " + std::to_string(config_.positions) + " tokens");
  }
  WeightCheck(config_, *weights_).run();
  layers_ = layers_of(config_, sequence_);
}

TransformerNetwork::~TransformerNetwork() = default;

std::size_t TransformerNetwork::segments() const { return segment_count(config_); }

workload::OperatorGraph TransformerNetwork::segment(std::size_t index, std::size_t samples) const {
  if (index >= segments() || samples == 0) {
    throw base::Error(
        "transformer.segment",
        "segment " + std::to_string(index) + " is asked for, for " + std::to_string(samples) +
            " samples",
        "give a segment below " + std::to_string(segments()) + " and at least one sample");
  }
  SegmentDraft draft(config_.name + ' ' + segment_title(config_, index), weights_.get());
  const workload::TensorId output = draft_segment(draft, config_, index, {samples, sequence_});
  return draft.finish(output);
}

workload::Workload to_workload(const TransformerConfig& config, std::size_t sequence,
                               std::size_t cached) {
  config.check();
  workload::TransformerPlan plan;
  plan.name = config.name;
  plan.decoder = config.family == Family::opt;
  plan.layers = config.layers;
  plan.heads = config.heads;
  plan.width = config.width;
  plan.hidden = config.hidden;
  plan.tokens = config.vocabulary;
  plan.positions = config.positions;
  plan.spare_positions = config.position_offset();
  plan.embedding = config.embedding;
  plan.token_types = config.token_types;
  plan.normalise_before = config.normalise_before;
  plan.final_normalisation = config.normalise_before && config.final_normalisation;
  plan.biases = config.biases;
  plan.tied = config.tied;
  plan.head = plan_head(config.head);
  plan.classes = config.classes;
  workload::TopologyOptions options;
  options.sequence = sequence;
  options.cached = cached;
  return workload::to_workload(plan, options);
}

}  // namespace neucasl::transformer
