#include "neucasl/base/diagnostics.hpp"
#include "neucasl/workload/transformer_plan.hpp"
#include "topologies.hpp"
#include "workload_draft.hpp"

namespace neucasl::workload {
namespace {

constexpr std::size_t usual_sequence = 128;

/// Tokens computed now and kept from before.
struct Span {
  std::size_t computed = 0;
  std::size_t cached = 0;
  [[nodiscard]] std::size_t all() const { return computed + cached; }
};

Span span_of(const TransformerPlan& plan, const TopologyOptions& options) {
  const Span span{options.sequence.value_or(usual_sequence), options.cached};
  if (span.computed == 0 || (!plan.decoder && span.cached > 0)) {
    throw base::Error("workload.options",
                      plan.name + " is to compute " + std::to_string(span.computed) +
                          " tokens with " + std::to_string(span.cached) + " kept",
                      "give at least 1 token, and kept ones to a decoder only");
  }
  if (span.computed > plan.positions || span.cached > plan.positions - span.computed) {
    throw base::Error("workload.options",
                      plan.name + " has " + std::to_string(plan.positions) + " positions, not " +
                          std::to_string(span.computed) + " + " + std::to_string(span.cached),
                      "give at most " + std::to_string(plan.positions) + " tokens");
  }
  return span;
}

void lookup(WorkloadDraft& draft, const std::string& name, std::size_t width, std::size_t table) {
  Operation operation;
  operation.name = name;
  operation.kind = OperationKind::lookup;
  operation.inputs = {workload_input};
  operation.input_elements = draft.shape(workload_input).size();
  operation.other_parameters = table;
  draft.append(std::move(operation), {draft.shape(workload_input).height, 1, width});
}

/// heads x (rows x depth) (depth x columns), both from the sample.
void dynamic_product(WorkloadDraft& draft, const std::string& name,
                     const std::vector<OperationId>& inputs, const MatrixProduct& product) {
  Operation operation;
  operation.name = name;
  operation.kind = OperationKind::matrix;
  operation.inputs = inputs;
  operation.product = product;
  operation.input_elements = product.count * product.depth * (product.positions + product.outputs);
  draft.append(std::move(operation), {product.positions, product.count, product.outputs});
}

void attention(WorkloadDraft& draft, const std::string& name, const TransformerPlan& plan,
               const Span& span) {
  const OperationId input = draft.last();
  const auto projected = [&](const char* part) {
    draft.continue_from(input);
    draft.projection(name + part, plan.width, plan.biases);
    return draft.last();
  };
  const OperationId query = projected("_query");
  const OperationId key = projected("_key");
  const OperationId value = projected("_value");
  const std::size_t head = plan.width / plan.heads;
  dynamic_product(draft, name + "_scores", {query, key},
                  {plan.heads, span.computed, head, span.all(), false});
  Operation softmax;
  softmax.name = name + "_softmax";
  softmax.kind = OperationKind::softmax;
  softmax.inputs = {draft.last()};
  softmax.input_elements = draft.shape().size();
  const network::Shape scores = draft.shape();
  draft.append(std::move(softmax), scores);
  dynamic_product(draft, name + "_context", {draft.last(), value},
                  {plan.heads, span.computed, span.all(), head, false});
  // The heads' outputs side by side are the input of the projection.
  Operation output;
  output.name = name + "_output";
  output.kind = OperationKind::matrix;
  output.inputs = {draft.last()};
  output.product = {1, span.computed, plan.width, plan.width, true};
  output.input_elements = draft.shape().size();
  output.other_parameters = plan.biases ? plan.width : 0;
  draft.append(std::move(output), {span.computed, 1, plan.width});
}

void feed_forward(WorkloadDraft& draft, const std::string& name, const TransformerPlan& plan) {
  draft.projection(name + "_fc1", plan.hidden, plan.biases);
  draft.activation(name + "_activation");
  draft.projection(name + "_fc2", plan.width, plan.biases);
}

void layer(WorkloadDraft& draft, const std::string& name, const TransformerPlan& plan,
           const Span& span) {
  const auto residual = [&](const std::string& part, const auto& body) {
    const OperationId input = draft.last();
    if (plan.normalise_before) draft.normalisation(part + "_norm", 2 * plan.width);
    body();
    draft.add(part + "_add", {draft.last(), input});
    if (!plan.normalise_before) draft.normalisation(part + "_norm", 2 * plan.width);
  };
  residual(name + "_attention", [&] { attention(draft, name + "_attention", plan, span); });
  residual(name + "_mlp", [&] { feed_forward(draft, name + "_mlp", plan); });
}

/// Token table, where no language head counts it as its weight.
std::size_t table_of_tokens(const TransformerPlan& plan) {
  const bool counted = plan.tied && plan.head == TransformerHead::language;
  return counted ? 0 : plan.tokens * plan.embedding;
}

void embed(WorkloadDraft& draft, const TransformerPlan& plan) {
  lookup(draft, "token_embedding", plan.embedding, table_of_tokens(plan));
  if (plan.embedding != plan.width) draft.projection("project_in", plan.width, false);
  std::vector<OperationId> parts{draft.last()};
  lookup(draft, "position_embedding", plan.width,
         (plan.positions + plan.spare_positions) * plan.width);
  parts.push_back(draft.last());
  if (plan.token_types > 0) {
    lookup(draft, "segment_embedding", plan.width, plan.token_types * plan.width);
    parts.push_back(draft.last());
  }
  draft.add("embedding_add", parts);
  if (!plan.decoder) draft.normalisation("embedding_norm", 2 * plan.width);
}

void language_head(WorkloadDraft& draft, const TransformerPlan& plan) {
  if (plan.decoder) {
    if (plan.final_normalisation) draft.normalisation("final_norm", 2 * plan.width);
    if (plan.embedding != plan.width) draft.projection("project_out", plan.embedding, false);
  } else {
    draft.projection("head_transform", plan.width, true);
    draft.activation("head_activation");
    draft.normalisation("head_norm", 2 * plan.width);
  }
  draft.projection("output_projection", plan.tokens, !plan.decoder);
}

/// The pooler reads the first token alone.
void pooled_head(WorkloadDraft& draft, const TransformerPlan& plan) {
  Operation pooler;
  pooler.name = "pooler";
  pooler.kind = OperationKind::matrix;
  pooler.inputs = {draft.last()};
  pooler.product = {1, 1, plan.width, plan.width, true};
  pooler.input_elements = plan.width;
  pooler.other_parameters = plan.width;
  draft.append(std::move(pooler), {1, 1, plan.width});
  draft.activation("pooler_tanh");
  if (plan.head == TransformerHead::classification) {
    draft.projection("classifier", plan.classes, true);
  }
}

Workload bert_base(const TopologyOptions& options) {
  TransformerPlan plan;
  plan.name = "bert_base";
  plan.decoder = false;
  plan.layers = plan.heads = 12;
  plan.width = plan.embedding = 768;
  plan.hidden = 3072;
  plan.tokens = 30522;
  plan.positions = 512;
  plan.token_types = 2;
  plan.head = TransformerHead::pooler;
  return to_workload(plan, options);
}

TransformerPlan opt_plan(const char* name, std::size_t layers, std::size_t heads,
                         std::size_t width) {
  TransformerPlan plan;
  plan.name = name;
  plan.layers = layers;
  plan.heads = heads;
  plan.width = plan.embedding = width;
  plan.hidden = 4 * width;
  plan.tokens = 50272;
  plan.positions = 2048;
  plan.spare_positions = 2;
  plan.normalise_before = plan.final_normalisation = true;
  return plan;
}

Workload opt_125m(const TopologyOptions& options) {
  return to_workload(opt_plan("opt_125m", 12, 12, 768), options);
}

Workload opt_350m(const TopologyOptions& options) {
  TransformerPlan plan = opt_plan("opt_350m", 24, 16, 1024);
  plan.embedding = 512;
  plan.normalise_before = plan.final_normalisation = false;
  return to_workload(plan, options);
}

Workload opt_1_3b(const TopologyOptions& options) {
  return to_workload(opt_plan("opt_1.3b", 24, 32, 2048), options);
}

Workload opt_2_7b(const TopologyOptions& options) {
  return to_workload(opt_plan("opt_2.7b", 32, 32, 2560), options);
}

}  // namespace

Workload to_workload(const TransformerPlan& plan, const TopologyOptions& options) {
  const Span span = span_of(plan, options);
  WorkloadDraft draft(plan.name, {span.computed, 1, 1});
  embed(draft, plan);
  for (std::size_t k = 0; k < plan.layers; ++k) {
    layer(draft, "layer" + std::to_string(k + 1), plan, span);
  }
  if (plan.head == TransformerHead::language) {
    language_head(draft, plan);
  } else if (plan.head != TransformerHead::none) {
    pooled_head(draft, plan);
  }
  return draft.finish();
}

const std::vector<Topology>& transformer_topologies() {
  static const std::vector<Topology> all{{"bert_base", true, false, bert_base},
                                         {"opt_125m", true, true, opt_125m},
                                         {"opt_350m", true, true, opt_350m},
                                         {"opt_1.3b", true, true, opt_1_3b},
                                         {"opt_2.7b", true, true, opt_2_7b}};
  return all;
}

}  // namespace neucasl::workload
