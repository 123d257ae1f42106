#include "calibration_run.hpp"

#include <algorithm>

#include "neucasl/plugin/weight_storage.hpp"

namespace neucasl::cptquant_plugin {
namespace {

workload::StagedOptions staged_options(const plugin::ParameterSet& parameters,
                                       const plugin::Context& context) {
  workload::StagedOptions options;
  options.batch = static_cast<std::size_t>(parameters.integer("batch"));
  options.memory = static_cast<std::size_t>(parameters.integer("memory")) << 20U;
  options.threads = context.threads;
  options.cancel = context.cancel;
  return options;
}

}  // namespace

CalibrationRun::CalibrationRun(const plugin::PrecisionRequest& request,
                               const plugin::ParameterSet& parameters, plugin::Context& context,
                               std::string what)
    : request_(request),
      context_(context),
      what_(std::move(what)),
      network_(request.network, staged_options(parameters, context)) {
  plugin::check(request);
  samples_ = network_.batches(request.samples);
}

void CalibrationRun::walk(const workload::WeightChanges& changes, const Visitor& visit) {
  workload::Batches values;
  const workload::Batches* inputs = &samples_;
  for (std::size_t segment = 0; segment < network_.segments(); ++segment) {
    for (const workload::Stage& stage : network_.stages(segment)) {
      visit(stage, *inputs);
      const bool last =
          segment + 1 == network_.segments() && stage.index + 1 == network_.stages(segment).size();
      if (last) return;
      values = network_.run(stage, *inputs, changes);
      inputs = &values;
    }
  }
}

double CalibrationRun::loss(const workload::Stage& stage, const workload::Batches& inputs,
                            const workload::WeightChanges& changes) {
  return network_.score(stage, inputs, request_.targets, changes).mean_loss();
}

double CalibrationRun::own_loss() {
  if (!own_loss_) own_loss_ = loss(network_.stages(0).front(), samples_);
  return *own_loss_;
}

std::size_t CalibrationRun::draws() const {
  return request_.storage == nullptr ? 1 : request_.storage->draws();
}

std::span<const float> CalibrationRun::weight(std::size_t layer) {
  const workload::PlacedLayer placed = network_.place(layer);
  const workload::TensorId id = placed.graph.nodes[placed.node].inputs[1];
  // Only weights in double precision need a copy.
  if (const auto* own = std::get_if<std::vector<float>>(&placed.graph.tensors[id].value->values)) {
    return *own;
  }
  if (held_layer_ != layer) {
    held_weight_ = network_.weight(layer);
    held_layer_ = layer;
  }
  return held_weight_;
}

std::vector<float> CalibrationRun::stored(std::size_t layer, std::size_t choice, std::size_t draw) {
  precision::QuantiserForm form = request_.form;
  form.bits = request_.bits.at(choice);
  return plugin::stored_weight(network_, layer, weight(layer), form, request_.storage, draw);
}

workload::WeightChanges CalibrationRun::stored(const std::vector<std::size_t>& choices,
                                               std::size_t draw) {
  workload::WeightChanges changes;
  for (std::size_t layer = 0; layer < choices.size(); ++layer) {
    changes[layer] = stored(layer, choices[layer], draw);
  }
  return changes;
}

double CalibrationRun::mean_over_draws(std::size_t layer, std::size_t choice,
                                       const std::function<double(std::vector<float>)>& body) {
  double sum = 0.0;
  for (std::size_t draw = 0; draw < draws(); ++draw) sum += body(stored(layer, choice, draw));
  return sum / static_cast<double>(draws());
}

void CalibrationRun::step(std::size_t total) {
  context_.cancel.throw_if_requested();
  ++steps_;
  if (context_.progress) context_.progress(what_, steps_, total);
}

plugin::PrecisionScores CalibrationRun::empty_scores(const std::string& method,
                                                     const std::string& variant,
                                                     bool depends_on_bits) const {
  plugin::PrecisionScores scores;
  scores.depends_on_bits = depends_on_bits;
  if (!depends_on_bits && request_.storage != nullptr) {
    scores.warnings.push_back("variant '" + variant + "' of method '" + method +
                              "' does not know what is read of stored weights: its scores are "
                              "those without errors of devices");
  }
  scores.method = method;
  scores.variant = variant;
  scores.bits = request_.bits;
  scores.values.assign(layers() * choices(), 0.0);
  scores.calibration_hash = plugin::calibration_hash(request_.samples, request_.targets);
  return scores;
}

void CalibrationRun::set_row(plugin::PrecisionScores& scores, std::size_t layer, double value) {
  const std::size_t choices = scores.bits.size();
  std::fill_n(scores.values.begin() + static_cast<std::ptrdiff_t>(layer * choices), choices, value);
}

std::string variant_of(const plugin::PrecisionRequest& request,
                       const std::vector<std::string>& known) {
  if (request.variant.empty()) return known.front();
  if (std::find(known.begin(), known.end(), request.variant) != known.end()) return request.variant;
  throw base::Error("precision.variant", "the method has no variant '" + request.variant + "'",
                    base::suggest(request.variant, known));
}

}  // namespace neucasl::cptquant_plugin
