#include "training_report.hpp"

#include <algorithm>

namespace neucasl::performance_plugin {
namespace {

namespace dim = base::dimension;
using workload::TrainingPhase;

constexpr double bits_of_byte = 8.0;

void append_figure(plugin::Estimate& estimate, const std::string& key, const std::string& label,
                   double value, const base::Dimension& dimension, const std::string& method) {
  results::Figure figure;
  figure.key = key;
  figure.label = label;
  figure.value = value;
  figure.dimension = dimension;
  figure.method = method;
  figure.plugin = "performance";
  estimate.figures.push_back(std::move(figure));
}

double size_in_bytes(double bits) { return bits / bits_of_byte; }

void add_times(const TrainingCost& training, plugin::Estimate& result) {
  const double layers = static_cast<double>(training.training.layers);
  const double batch = static_cast<double>(training.batch);
  append_figure(result, "batch", "Samples of a batch", batch, {},
                "Between two updates of the weights");
  append_figure(result, "batch_time_s", "Time of a batch", training.batch_time, dim::time,
                training.cycle > 0.0
                    ? "(2 L + B) cycles of the pipeline and one update, L. Song et al., HPCA 2017"
                    : "B times the latency of one sample without update, and the updates");
  append_figure(result, "update_time_s", "Time of an update of the weights", training.update_time,
                dim::time,
                training.cycle > 0.0 ? "The longest layer, all at the same time"
                                     : "All layers, one after the other");
  append_figure(result, "training_layers", "Layers with weights on the longest way", layers, {},
                "L of the pipeline");
  if (training.cycle == 0.0) return;
  append_figure(result, "pipeline_cycle_s", "Cycle of the pipeline", training.cycle, dim::time,
                "The longest stage: a layer with what follows it, forward or backward, or a "
                "gradient");
  append_figure(
      result, "pipeline_cycles_per_batch", "Cycles of a batch", 2.0 * layers + batch + 1.0, {},
      "2 L + B + 1 with that of the update, however long it takes, L. Song et al., HPCA 2017");
}

struct Writing {
  double energy = 0.0;
  double time = 0.0;  ///< An update's share of a sample.
  double cells = 0.0;
};

Writing writing_of(const TrainingCost& training) {
  Writing sum;
  for (const OperationCost& cost : training.cost.operations) {
    const bool update =
        training.training.steps[cost.operation].phase == TrainingPhase::weight_update;
    sum.energy += cost.programming_energy;
    const double time = cost.programming_time - cost.setting_time;
    sum.time += time / (update ? static_cast<double>(training.batch) : 1.0);
    sum.cells += cost.demand.cells_written;
  }
  return sum;
}

void add_writes(const TrainingCost& training, const plugin::SystemRequest& request,
                plugin::Estimate& result) {
  const Writing writing = writing_of(training);
  const bool photonic = training.cost.parts == "units";
  append_figure(result, "cells_written",
                photonic ? "Cells of weight memories written for one sample"
                         : "Array cells written for one sample",
                writing.cells, {},
                photonic ? "The sample's share of an update of the weights"
                         : "Inputs held for gradients, and the sample's share of an update of "
                           "weights, transposes and copies");
  append_figure(result, "write_energy_J", "Energy of writing cells for one sample", writing.energy,
                dim::energy, "Cells written times write_energy");
  append_figure(result, "write_time_s", "Time of writing cells for one sample", writing.time,
                dim::time,
                photonic ? "Words one after the other, memories of a layer at the same time"
                         : "Rows one after the other, arrays of a layer at the same time");
  if (training.endurance == 0.0) return;
  const double writes = std::max(training.weight_writes, training.input_writes);
  const double samples = training.endurance / writes;
  append_figure(result, "writes_per_cell", "Writes of the busiest cells for one sample", writes, {},
                "1/B for weights, 1 for inputs held for gradients");
  append_figure(result, "endurance_writes", "Writes that a cell bears", training.endurance, {},
                "Number 'endurance' of the array or weight memory");
  append_figure(result, "samples_to_failure", "Samples until the busiest cells wear out", samples,
                {},
                "Endurance, which differs by decades between cells, over writes for one sample");
  append_figure(result, "time_to_failure_s", "Time of training until they wear out",
                samples * training.cost.interval, dim::time, "Samples times their mean interval");
  if (request.epoch_samples == 0) return;
  const double epoch = static_cast<double>(request.epoch_samples);
  append_figure(result, "epochs_to_failure", "Epochs until the busiest cells wear out",
                samples / epoch, {}, "Samples until then over those of an epoch");
  append_figure(result, "endurance_share_of_epoch", "Endurance that an epoch consumes",
                epoch / samples, {}, "Samples of an epoch over those until cells wear out");
  result.figures.back().as_percent = true;
}

results::Table by_training_phase(const TrainingCost& training) {
  constexpr std::size_t phases = workload::training_phase_count;
  std::vector<double> operations(phases, 0.0), energy(phases, 0.0), leakage(phases, 0.0),
      latency(phases, 0.0), cells(phases, 0.0), write_energy(phases, 0.0), write_time(phases, 0.0),
      weights_set(phases, 0.0), setting_time(phases, 0.0);
  const SystemCost& total = training.cost;
  for (const OperationCost& cost : total.operations) {
    const auto p = static_cast<std::size_t>(training.training.steps[cost.operation].phase);
    const workload::Operation& operation = training.training.workload.operations[cost.operation];
    operations[p] += operations_per_multiply_accumulate * operation.product.multiply_accumulates();
    energy[p] += cost.dynamic_energy();
    leakage[p] += total.leakage_energy_of(cost);
    latency[p] += cost.time();
    cells[p] += cost.demand.cells_written;
    write_energy[p] += cost.programming_energy;
    write_time[p] += cost.programming_time - cost.setting_time;
    weights_set[p] += cost.demand.weights_set;
    setting_time[p] += cost.setting_time;
  }
  std::vector<std::string> names;
  for (std::size_t p = 0; p < phases; ++p) {
    names.emplace_back(to_string(static_cast<TrainingPhase>(p)));
  }
  results::Table table{"by_training_phase",
                       "Training by phase; energies of one sample, times of a whole update",
                       {}};
  table.add("phase", names)
      .add("operations", operations)
      .add("energy", energy, dim::energy)
      .add("leakage_energy", leakage, dim::energy)
      .add("latency", latency, dim::time)
      .add("cells_written", cells)
      .add("write_energy", write_energy, dim::energy)
      .add("write_time", write_time, dim::time);
  if (total.parts == "units") {
    table.add("weights_set", weights_set).add("setting_time", setting_time, dim::time);
  }
  return table;
}

results::Table endurance_table(const TrainingCost& training, const plugin::SystemRequest& request) {
  std::vector<std::string> names;
  std::vector<double> cells, writes, samples, share;
  const auto add = [&](const char* name, double number, double per_sample) {
    if (number == 0.0) return;
    names.emplace_back(name);
    cells.push_back(number);
    writes.push_back(per_sample);
    samples.push_back(training.endurance / per_sample);
    share.push_back(static_cast<double>(request.epoch_samples) * per_sample / training.endurance);
  };
  add(training.cost.parts == "units" ? "weights" : "weights and transposes",
      training.weight_writes > 0.0 ? training.weight_cells : 0.0, training.weight_writes);
  add("inputs held for gradients", training.input_cells, training.input_writes);
  results::Table table{"endurance", "Wear of array cells; an epoch of 0 samples wears nothing", {}};
  table.add("cells_for", names)
      .add("cells", cells)
      .add("writes_per_cell", writes)
      .add("samples_to_failure", samples)
      .add("share_of_epoch", share);
  return table;
}

}  // namespace

void add_storage_figures(const Storage& storage, plugin::Estimate& result) {
  append_figure(result, "kept_bytes", "Bytes kept between operations",
                size_in_bytes(storage.needed_bits), {}, "At the fullest moment");
  append_figure(result, "buffer_capacity_bytes", "Bytes that the buffers hold",
                size_in_bytes(storage.capacity_bits), {}, "Sum over all buffers");
  append_figure(result, "off_chip_bytes", "Bytes kept off the chip",
                size_in_bytes(storage.off_chip_bits), {}, "Values that the buffers do not hold");
}

results::Table storage_table(const Storage& storage) {
  std::vector<std::string> names, places;
  std::vector<double> bytes, copies;
  for (const KeptValue& value : storage.values) {
    if (value.size() == 0.0) continue;
    names.push_back(value.name);
    bytes.push_back(size_in_bytes(value.bits));
    copies.push_back(value.copies);
    places.emplace_back(to_string(value.place));
  }
  results::Table table{"storage", "What is kept between operations, and where", {}};
  table.add("value", names).add("bytes", bytes).add("copies", copies).add("place", places);
  return table;
}

void add_training_figures(const TrainingCost& training, const plugin::SystemRequest& request,
                          plugin::Estimate& result) {
  add_times(training, result);
  append_figure(result, "activation_storage_bytes", "Bytes of activations kept for the way back",
                size_in_bytes(training.activation_bits), {},
                "Outputs of operations, min(B, 2 (L - l) + 1) times when layers are pipelined");
  append_figure(
      result, "error_storage_bytes", "Bytes of errors", size_in_bytes(training.error_bits), {},
      "Twice each in a pipeline, otherwise those that are still read at the fullest moment");
  append_figure(result, "gradient_storage_bytes", "Bytes of sums of gradients",
                size_in_bytes(training.gradient_bits), {}, "Parameters times partial_sum_bits");
  add_writes(training, request, result);
}

void add_training_tables(const TrainingCost& training, const plugin::SystemRequest& request,
                         plugin::Estimate& result) {
  result.tables.push_back(by_training_phase(training));
  result.tables.push_back(endurance_table(training, request));
}

void add_training_section(const TrainingCost& training, const plugin::SystemRequest& request,
                          plugin::Estimate& result) {
  results::ReportSection& section = result.section;
  section.title = "Training: " + request.workload.name + " on " + request.architecture.id;
  section.items.emplace_back(results::Paragraph{
      "Training with one sample, in batches of " + std::to_string(training.batch) + ", costs " +
      base::to_engineering({training.cost.energy(), dim::energy}) + ", of which " +
      base::to_engineering({writing_of(training).energy, dim::energy}) +
      " go into writing cells; a batch takes " +
      base::to_engineering({training.batch_time, dim::time}) +
      ". One multiply-accumulate counts as two operations."});
  for (const results::Table& table : result.tables) {
    if (table.rows() > 0) section.items.emplace_back(results::ShownTable{table});
  }
}

}  // namespace neucasl::performance_plugin
