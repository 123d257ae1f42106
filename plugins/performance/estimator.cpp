#include "estimator.hpp"

#include <algorithm>

#include "cost_fold.hpp"
#include "neucasl/mapping/chip.hpp"
#include "report_parts.hpp"

namespace neucasl::performance_plugin {
namespace {

using mapping::LayerView;
using mapping::TileView;

/// Energy of the cells of one layer for one inference.
double read_energy(const ir::Design& design, const LayerView& layer) {
  double per_position = 0.0;  // V^2 T sum_i a_i sum_j G_ij
  const double longest = layer.pulse_time * ((1 << layer.dac_bits) - 1);
  for (const TileView& tile : layer.tiles) {
    const std::vector<double>& conductance = mapping::conductances(design, tile);
    for (std::size_t i = 0; i < tile.rows; ++i) {
      double row = 0.0;
      for (std::size_t j = 0; j < tile.columns; ++j) row += conductance[i * tile.columns + j];
      per_position +=
          layer.read_voltage * layer.read_voltage * longest * tile.row_activity[i] * row;
    }
  }
  return per_position * static_cast<double>(layer.positions) * layer.input_cycles;
}

/// Columns or pairs of them that the busiest converter of a layer reads for one input: those held
/// for it, one where nothing holds them.
double lines_per_converter(const ir::Design& design, const LayerView& layer) {
  double most = 1.0;
  for (const ir::Instance& instance : design.module(layer.module).instances) {
    for (const ir::InstanceArray& array : design.module(instance.master).arrays) {
      if (design.module(array.master).attribute("component") == "sample_and_hold") {
        most = std::max(most, static_cast<double>(array.columns));
      }
    }
  }
  return most;
}

class Estimation {
 public:
  Estimation(const ir::Design& design, const plugin::Context& context)
      : design_(design), chip_(mapping::read_chip(design)), context_(context) {}

  plugin::Estimate run() {
    CostFold fold(design_, *context_.devices, result_.uses);
    costs_ = fold.run();
    add_arrays();
    add_latency(fold);
    return finish();
  }

 private:
  std::string chip_card(std::string_view attribute) const {
    return std::string(design_.module(design_.top).attribute(attribute));
  }

  /// m^2 of one cell that is built.
  double cell_area(const device::Card& device) {
    const device::Card periphery = context_.devices->load(chip_card("periphery"));
    const double feature = periphery.si("feature_size", base::dimension::length, result_.uses);
    return device.si("cell_footprint", base::dimension::none, result_.uses) * feature * feature;
  }

  /// m^2 of one array: as the description of the chip says, or of its cells.
  double array_area(const TileView& tile, const device::Card& device) {
    const std::string description(design_.module(design_.top).attribute("architecture"));
    if (!chip_card("periphery").empty()) {
      return static_cast<double>(tile.array_rows * tile.array_columns) * cell_area(device);
    }
    if (units_.empty()) {
      units_ = read_units(architecture::load_architecture(description, context_.devices->folders()),
                          result_.uses);
    }
    return find_unit(units_, architecture::ComponentKind::array)->area;
  }

  void add_arrays() {
    const device::Card device = context_.devices->load(chip_card("device"));
    static_cast<void>(device.si("read_voltage", base::dimension::voltage, result_.uses));
    static_cast<void>(device.si("conductance_min", base::dimension::conductance, result_.uses));
    static_cast<void>(device.si("conductance_max", base::dimension::conductance, result_.uses));
    for (const LayerView& layer : chip_.layers) {
      Cost cost;
      cost.energy = read_energy(design_, layer);
      cost.operations = static_cast<double>(layer.positions) * layer.input_cycles *
                        static_cast<double>(layer.tiles.size());
      cost.copies = static_cast<double>(layer.tiles.size());
      for (const TileView& tile : layer.tiles) {
        cost.area += array_area(tile, device);
      }
      costs_[layer.name]["array"] += cost;
    }
  }

  void add_latency(CostFold& fold) {
    const std::string card = chip_card("periphery");
    double digital = 0.0;
    for (const char* component :
         {"sample_and_hold", "shift_add", "output_register", "accumulator", "activation_unit"}) {
      digital += fold.time_of(card, component);
    }
    for (const LayerView& layer : chip_.layers) {
      const double read = layer.longest_pulse();
      const double convert =
          lines_per_converter(design_, layer) * fold.time_of(card, "adc", layer.adc_bits);
      const double activations = static_cast<double>(layer.positions) * layer.input_cycles;
      const double pipelined =
          (activations - 1.0) * std::max(read, convert) + read + convert + digital;
      // The layer's one adder and one activation unit may be the bottleneck.
      double shared = 0.0;
      for (const char* unit : {"accumulator", "activation_unit"}) {
        shared = std::max(shared, costs_[layer.name][unit].operations * fold.time_of(card, unit));
      }
      layer_time_.push_back(std::max(pipelined, shared));
    }
    buffer_time_ = costs_["chip"]["buffer"].operations * fold.time_of(card, "buffer");
  }

  plugin::Estimate finish() {
    Totals totals;
    for (const auto& [part, components] : costs_) {
      for (const auto& [component, cost] : components) totals.cost += cost;
    }
    totals.latency = buffer_time_;
    for (const double time : layer_time_) {
      totals.latency += time;
      totals.longest_layer = std::max(totals.longest_layer, time);
    }
    totals.longest_layer = std::max(totals.longest_layer, buffer_time_);
    for (const LayerView& layer : chip_.layers) {
      totals.operations += 2.0 * static_cast<double>(layer.positions * layer.depth * layer.outputs);
    }
    totals.buffer_time = buffer_time_;
    add_figures(chip_, totals, result_);
    add_tables(chip_, costs_, layer_time_, totals, result_);
    add_section(chip_, costs_, totals, result_);
    return std::move(result_);
  }

  const ir::Design& design_;
  mapping::ChipView chip_;
  const plugin::Context& context_;
  CostTable costs_;
  std::vector<Unit> units_;  ///< Of a described chip.
  std::vector<double> layer_time_;
  double buffer_time_ = 0.0;
  plugin::Estimate result_;
};

}  // namespace

plugin::Estimate PerformanceEstimator::estimate(const ir::Design& chip,
                                                const plugin::ParameterSet& /*parameters*/,
                                                plugin::Context& context) {
  return Estimation(chip, context).run();
}

}  // namespace neucasl::performance_plugin
