#include "system_report.hpp"

namespace neucasl::performance_plugin {
namespace {

constexpr double tera = 1e12;
constexpr double square_millimetre = 1e-6;

class Figures {
 public:
  explicit Figures(plugin::Estimate& estimate) : estimate_(estimate) {}

  results::Figure& add(const std::string& key, const std::string& label, double value,
                       const base::Dimension& dimension, const std::string& method) {
    results::Figure figure;
    figure.key = key;
    figure.label = label;
    figure.value = value;
    figure.dimension = dimension;
    figure.method = method;
    figure.plugin = "performance";
    estimate_.figures.push_back(std::move(figure));
    return estimate_.figures.back();
  }

 private:
  plugin::Estimate& estimate_;
};

void add_costs(const SystemCost& cost, Figures& figures, const std::vector<std::string>& sources) {
  namespace dim = base::dimension;
  const std::string sample = cost.training ? "training with one sample" : "one inference";
  figures
      .add(
          "energy_J", "Energy of " + sample, cost.energy(), dim::energy,
          "Events of each component, from the schedule, times the energy of one event, and leakage "
          "during the interval")
      .sources = sources;
  figures.add("energy_dynamic_J", "Energy of " + sample + " without leakage", cost.dynamic_energy(),
              dim::energy, "Events of each component times the energy of one event");
  figures
      .add("latency_s", "Latency of " + sample, cost.latency, dim::time,
           "Operations one after the other, each as long as its slowest component takes")
      .sources = sources;
  figures.add(
      "interval_s", cost.training ? "Mean interval between samples" : "Interval between inferences",
      cost.interval, dim::time,
      cost.training ? "Time of a batch over its samples"
                    : "The longest operation when layers are pipelined, otherwise the latency");
  figures.add("throughput_per_s", cost.training ? "Samples per second" : "Inferences per second",
              1.0 / cost.interval, {}, "One over the interval");
  figures
      .add("area_m2", "Area of all chips", cost.area, dim::area,
           "Sum over all components, without wiring between them")
      .sources = sources;
  figures.add("leakage_W", "Leakage power", cost.leakage, dim::power, "Sum over all components");
  figures.add("average_power_W", "Average power", cost.energy() / cost.interval, dim::power,
              "Energy over the interval");
  figures.add("peak_power_W", "Power with every component at work", cost.peak_power, dim::power,
              "Energy over time of one event, and leakage, summed over all components");
}

void add_rates(const SystemCost& cost, double operations, double buffer_bytes, Figures& figures) {
  const double rate = operations / cost.interval;
  const double peak = operations_per_multiply_accumulate * cost.peak_rate;
  const std::string convention = "; one multiply-accumulate is two operations";
  figures.add("throughput_ops", "Operations per second", rate, {},
              "Operations over the interval" + convention);
  figures.add("tops_per_watt", "10^12 operations per joule (TOPS/W)",
              operations / cost.energy() / tera, {},
              "Operations over energy with leakage" + convention);
  figures.add("tops_per_mm2", "10^12 operations per second and mm^2 (TOPS/mm^2)",
              rate / tera / (cost.area / square_millimetre), {},
              "Operations per second over the area of all chips" + convention);
  figures.add("peak_ops", "Peak operations per second", peak, {},
              "All " + cost.parts + " at work without pause, each with all its rows and columns" +
                  convention);
  figures.add("peak_tops_per_watt", "Peak TOPS/W", peak / cost.peak_power / tera, {},
              "Peak operations per second over the power with every component at work");
  figures.add("peak_tops_per_mm2", "Peak TOPS/mm^2", peak / tera / (cost.area / square_millimetre),
              {}, "Peak operations per second over the area");
  figures
      .add("compute_utilisation", "Share of the peak throughput reached", rate / peak, {},
           "Operations per second over the peak")
      .as_percent = true;
  figures.add("operational_intensity", "Operations per byte of the buffers",
              operations / buffer_bytes, {}, "Operations over bytes read and written in buffers");
}

void add_arrays_figures(const SystemCost& cost, Figures& figures) {
  const architecture::ArrayPlan& plan = cost.placement.plan;
  double arrays = 0.0;
  double cells = 0.0;
  for (const architecture::OperationPlacement& placed : cost.placement.operations) {
    const double own = static_cast<double>(placed.arrays) * static_cast<double>(placed.copies);
    arrays += own;
    cells += own * cost.operations[placed.operation].column_share;
  }
  figures.add("arrays_used", "Arrays or cores in use",
              static_cast<double>(cost.placement.arrays_used), {},
              "Placement of weights, with duplicates; of the fullest round or operation");
  figures.add("arrays_available", "Arrays or cores on all chips",
              static_cast<double>(plan.available), {}, "Counts of the architecture");
  if (!cost.training) {
    figures.add("programming_rounds", "Times that arrays are programmed in an inference",
                cost.placement.rounds > 1 ? static_cast<double>(cost.placement.rounds) : 0.0, {},
                "0 when all weights fit");
  }
  figures
      .add("array_utilisation", "Share of cells or multipliers in use that have weights",
           arrays > 0.0 ? cells / arrays : 0.0, {},
           "Cells or multipliers with weights over all of the arrays or cores in use")
      .as_percent = true;
}

}  // namespace

void add_system_figures(const SystemCost& cost, const workload::Workload& workload,
                        plugin::Estimate& result) {
  Figures figures(result);
  double buffer_bytes = 0.0;
  for (const OperationCost& layer : cost.operations) buffer_bytes += layer.demand.buffer_bits / 8.0;
  const double multiply_accumulates = workload.multiply_accumulates();
  add_costs(cost, figures, result.uses.lines());
  add_rates(cost, operations_per_multiply_accumulate * multiply_accumulates, buffer_bytes, figures);
  if (cost.parts != "units") add_arrays_figures(cost, figures);
  figures.add("multiply_accumulates",
              cost.training ? "Multiply-accumulates of one sample"
                            : "Multiply-accumulates of one inference",
              multiply_accumulates, {}, "Counted in the workload");
  figures.add("operations_per_multiply_accumulate", "Operations of one multiply-accumulate",
              operations_per_multiply_accumulate, {}, "Convention of all figures here");
  figures
      .add("assumed_share", "Assumed numbers, share by count", result.uses.assumed_share(), {},
           "Numbers of kind 'assumed' among those that the estimate used: a count, not weighted by "
           "their effect")
      .as_percent = true;
}

void add_system_section(const SystemCost& cost, const workload::Workload& workload,
                        const architecture::Architecture& architecture, plugin::Estimate& result) {
  results::ReportSection& section = result.section;
  section.title = "System performance: " + workload.name + " on " + architecture.id;
  section.items.emplace_back(results::Paragraph{
      "One inference costs " + base::to_engineering({cost.energy(), base::dimension::energy}) +
      ", of which " + base::to_engineering({cost.leakage_energy(), base::dimension::energy}) +
      " is leakage, and takes " + base::to_engineering({cost.latency, base::dimension::time}) +
      ". One multiply-accumulate counts as two operations."});
  for (const results::Table& table : result.tables) {
    if (table.rows() > 0) section.items.emplace_back(results::ShownTable{table});
  }
}

}  // namespace neucasl::performance_plugin
