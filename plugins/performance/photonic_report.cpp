#include <cmath>

#include "neucasl/link/resolution.hpp"
#include "neucasl/plugin/context.hpp"
#include "photonic_schedule.hpp"

namespace neucasl::performance_plugin {
namespace {

void add_figure(plugin::Estimate& estimate, const std::string& key, const std::string& label,
                double value, const base::Dimension& dimension, const std::string& method,
                bool as_percent = false) {
  results::Figure figure;
  figure.key = key;
  figure.label = label;
  figure.value = value;
  figure.dimension = dimension;
  figure.method = method;
  figure.plugin = "performance";
  figure.as_percent = as_percent;
  estimate.figures.push_back(std::move(figure));
}

/// Products done over products that the units at work could do in their symbols.
double share_of_multipliers(const PhotonicCost& cost) {
  double done = 0.0;
  double possible = 0.0;
  for (const architecture::PhotonicOperation& placed : cost.placement.operations) {
    const double own = placed.symbols * static_cast<double>(placed.units);
    possible += own;
    done += own * cost.system.operations[placed.operation].column_share;
  }
  return possible > 0.0 ? done / possible : 0.0;
}

double settings_of(const PhotonicCost& cost) {
  double settings = 0.0;
  for (const architecture::PhotonicOperation& placed : cost.placement.operations) {
    if (placed.programmed) {
      settings += static_cast<double>(placed.blocks) * static_cast<double>(placed.copies);
    }
  }
  return settings;
}

void add_unit_figures(const PhotonicCost& cost, plugin::Estimate& result) {
  const architecture::PhotonicPlan& plan = cost.placement.plan;
  add_figure(result, "units_used", "Units of photonic cores in use",
             static_cast<double>(cost.placement.units_used), {},
             "Placement of blocks, with duplicates; of the largest operation when they take turns");
  add_figure(result, "units_available", "Units of photonic cores on all chips",
             static_cast<double>(plan.units), {}, "Counts of the architecture");
  add_figure(result, "cores_per_unit", "Cores that work on one block together",
             static_cast<double>(plan.cores_per_unit), {}, "Choices cores_split and tiles_split");
  add_figure(result, "settings",
             cost.system.training ? "Settings of the weights of a unit for one sample"
                                  : "Settings of the weights of a unit in an inference",
             settings_of(cost), {}, "0 when weights stay from sample to sample, or are modulated");
  add_figure(result, "setting_time_s", "Time to set the weights of a unit", plan.setting_time,
             base::dimension::time,
             "Converters loading all banks; a resonator settles while its converter drives it");
  add_figure(result, "multiplier_utilisation", "Share of the multipliers at work that are used",
             share_of_multipliers(cost), {},
             "Multiply-accumulates over those of full symbols of the units in use", true);
}

/// What the leakage of photonic cores consists of.
void add_light_figures(const SystemCost& cost, plugin::Estimate& result) {
  using Kind = architecture::ComponentKind;
  double lasers = 0.0;
  double tuning = 0.0;
  for (const Unit& unit : cost.units) {
    if (phase_of_leakage(unit) != Phase::light) continue;
    (unit.kind == Kind::laser ? lasers : tuning) += unit.copies * unit.leakage;
  }
  add_figure(result, "all_lasers_W", "Power of all lasers", lasers, base::dimension::power,
             "Copies times the power of one; a part of the leakage power");
  add_figure(result, "tuning_W", "Power that holds modulators, resonators and switches", tuning,
             base::dimension::power,
             "Leakage of modulators, weight banks and passive components; a part of the leakage "
             "power");
}

void add_link_figures(const PhotonicLink& link, plugin::Estimate& result) {
  namespace dim = base::dimension;
  add_figure(result, "insertion_loss_dB", "Loss of the optical path in dB", link.loss_db, {},
             "Sum over the table link_budget");
  add_figure(result, "laser_power_W", "Power of one laser, from the supply", link.electrical_power,
             dim::power,
             "Sensitivity, loss, ways, wavelengths, levels and extinction ratio over the wall-plug "
             "efficiency; or as stated");
  add_figure(result, "laser_optical_power_W", "Optical power of one laser", link.optical_power,
             dim::power, "Supply power times wall-plug efficiency");
  add_figure(result, "link_margin_dB", "Margin of the link in dB", link.margin_db, {},
             "Optical power over what the detector's sensitivity needs");
  add_figure(result, "detector_power_W", "Optical power of all channels on a detector",
             link.detector_power, dim::power,
             "Optical power of a line less loss, divided into its ways, times the channels");
  add_figure(result, "effective_bits", "Effective bits", link.effective_bits, {},
             "4^-b = sum over the causes of 4^-b_i");
  for (const BitsOfCause& one : link.bits) {
    add_figure(result, "bits_" + one.cause, "Bits left by " + one.cause, one.bits, {},
               one.equation);
  }
  if (!link.weight_bank_bits || !std::isfinite(*link.weight_bank_bits)) return;
  add_figure(result, "weight_bits_resolved", "Bits of a weight that its bank resolves",
             *link.weight_bank_bits, {}, "Crosstalk and resonance error together");
}

}  // namespace

void add_photonic_figures(const PhotonicCost& cost, plugin::Estimate& result) {
  add_unit_figures(cost, result);
  add_light_figures(cost.system, result);
  add_link_figures(cost.link, result);
}

namespace {

/// Of the operations on the cores.
results::Table precision_by_layer(const architecture::Architecture& architecture,
                                  const workload::Workload& workload, const PhotonicCost& cost,
                                  device::UseList& uses) {
  const PhotonicConverters converters(architecture, uses);
  std::vector<std::string> names, limits;
  std::vector<double> weight, input, output, input_converter, weight_converter, sum_converter,
      passes, power, effective;
  for (const architecture::PhotonicOperation& placed : cost.placement.operations) {
    const architecture::OperationBits& bits = cost.bits[placed.operation];
    const ConverterBits converter = converters.bits_for(bits);
    names.push_back(workload.operations[placed.operation].name);
    weight.push_back(bits.weight);
    input.push_back(bits.input);
    output.push_back(bits.output);
    input_converter.push_back(converter.input);
    weight_converter.push_back(converter.weight);
    sum_converter.push_back(converter.sum);
    passes.push_back(static_cast<double>(placed.passes));
    power.push_back(cost.link.power_for(bits.input));
    effective.push_back(link::combined_bits(
        {cost.link.analog_bits, converter.input, converter.weight, converter.sum}));
    const bool weights_limited =
        cost.link.weight_bank_bits && *cost.link.weight_bank_bits < bits.weight;
    limits.emplace_back(effective.back() < bits.input ? "inputs"
                        : weights_limited             ? "weights"
                                                      : "none");
  }
  results::Table table{"precision_by_layer", "Bits by layer, and what cores leave of them", {}};
  table.add("layer", names)
      .add("weight_bits", weight)
      .add("input_bits", input)
      .add("output_bits", output)
      .add("weight_converter_bits", weight_converter)
      .add("input_converter_bits", input_converter)
      .add("sum_converter_bits", sum_converter)
      .add("input_passes", passes)
      .add("laser_power_needed", power, base::dimension::power)
      .add("effective_bits", effective)
      .add("limited", limits);
  return table;
}

}  // namespace

void add_photonic_tables(const architecture::Architecture& architecture,
                         const workload::Workload& workload, const PhotonicCost& cost,
                         plugin::Estimate& result) {
  std::vector<std::string> elements;
  std::vector<double> losses, passes, totals;
  for (const link::Loss& one : cost.link.path) {
    elements.push_back(one.element);
    losses.push_back(one.loss_db);
    passes.push_back(one.count);
    totals.push_back(one.loss_db * one.count);
  }
  results::Table path{"link_budget", "Loss of the optical path", {}};
  path.add("element", elements)
      .add("loss_dB", losses)
      .add("passes", passes)
      .add("total_dB", totals);
  result.tables.push_back(std::move(path));
  std::vector<std::string> causes, equations;
  std::vector<double> bits;
  for (const BitsOfCause& one : cost.link.bits) {
    causes.push_back(one.cause);
    bits.push_back(one.bits);
    equations.push_back(one.equation);
  }
  results::Table effective{"effective_bits", "Effective bits by cause", {}};
  effective.add("cause", causes).add("bits", bits).add("equation", equations);
  result.tables.push_back(std::move(effective));
  result.tables.push_back(precision_by_layer(architecture, workload, cost, result.uses));
}

namespace {

void warn_of_levels(const architecture::Architecture& architecture, const PhotonicLink& link,
                    base::DiagnosticSink& sink) {
  const auto text = [](double bits) { return base::shortest(std::round(100.0 * bits) / 100.0); };
  if (link.level_bits > 0.0 && link.level_bits < link.activation_bits) {
    sink.warning("performance.resolution",
                 "the laser of '" + architecture.id + "' pays for levels of " +
                     text(link.level_bits) + " bits, activations have " +
                     text(link.activation_bits),
                 "nearest: level_bits = " + text(link.activation_bits) +
                     ", or activation_bits = " + text(link.level_bits),
                 architecture::find_component(architecture, architecture::ComponentKind::laser)
                     ->numbers.find("level_bits")
                     ->where);
  }
  if (link.effective_bits < link.activation_bits) {
    sink.warning("performance.resolution",
                 "activations of " + text(link.activation_bits) + " bits are wider than the " +
                     text(link.effective_bits) + " effective bits of a sum of '" + architecture.id +
                     "'",
                 "see the table effective_bits for what limits them",
                 architecture.numbers.find("activation_bits")->where);
  }
}

}  // namespace

void warn_of_resolution(const architecture::Architecture& architecture, const PhotonicLink& link,
                        plugin::Context& context) {
  if (context.diagnostics == nullptr) return;
  warn_of_levels(architecture, link, *context.diagnostics);
  if (!link.weight_bank_bits || link.weight_bits <= *link.weight_bank_bits) return;
  const double resolved = std::floor(*link.weight_bank_bits);
  context.diagnostics->warning(
      "performance.resolution",
      "weights of " + base::shortest(link.weight_bits) + " bits are wider than the " +
          base::shortest(std::round(100.0 * *link.weight_bank_bits) / 100.0) +
          " bits that crosstalk and resonance error leave a weight of '" + architecture.id + "'",
      resolved >= 1.0 ? "nearest: weight_bits = " + base::shortest(resolved) +
                            ", or fewer channels, or a higher quality"
                      : "give fewer channels or a higher quality",
      architecture.numbers.find("weight_bits")->where);
}

}  // namespace neucasl::performance_plugin
