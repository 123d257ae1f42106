#include <algorithm>

#include "neucasl/ir/builder.hpp"
#include "neucasl/mapping/spiking_network.hpp"
#include "spiking_elements.hpp"

namespace neucasl::mapping {
namespace {

using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;

namespace dim = base::dimension;

struct NamedQuantity {
  const char* name;
  Quantity value;
};

std::uint32_t count_of(std::size_t size) { return static_cast<std::uint32_t>(size); }

/// Writes primitives, then arrays of them into the top.
class SpikingWriter {
 public:
  explicit SpikingWriter(const SpikingNetwork& network) : network_(network) {
    design_.name = network.name;
  }

  ir::Design write() {
    for (const NeuronPopulation& population : network_.populations) {
      masters_.push_back(population_master(population));
    }
    for (const SynapseProjection& projection : network_.projections) {
      masters_.push_back(projection_master(projection));
    }
    ModuleBuilder top(design_, network_.name);
    top.attribute("role", std::string(spiking::network_role));
    std::size_t master = 0;
    for (const NeuronPopulation& population : network_.populations) {
      add_population(top, population, masters_[master++]);
    }
    for (const SynapseProjection& projection : network_.projections) {
      add_projection(top, projection, masters_[master++]);
    }
    design_.top = top.id();
    return std::move(design_);
  }

 private:
  ir::ModuleId population_master(const NeuronPopulation& population) {
    ModuleBuilder master(design_, population.name + "_element", true);
    switch (population.kind) {
      case NeuronKind::leaky:
      case NeuronKind::adaptive:
        neuron_parameters(master, population);
        break;
      case NeuronKind::poisson_source:
        master.attribute("element", std::string(spiking::poisson));
        master.parameter("rate", Quantity{population.rate.front(), dim::frequency});
        break;
      case NeuronKind::spike_list:
        master.attribute("element", std::string(spiking::event));
        master.parameter("time", Quantity{-1.0, dim::time});
        break;
    }
    if (population.is_neuron()) master.port("input", Discipline::spike, Direction::input);
    master.port("output", Discipline::spike, Direction::output);
    return master.id();
  }

  static void neuron_parameters(ModuleBuilder& master, const NeuronPopulation& population) {
    const bool adaptive = population.kind == NeuronKind::adaptive;
    master.attribute("element", std::string(adaptive ? spiking::adaptive : spiking::leaky));
    const auto set = [&](const NamedQuantity& one) { master.parameter(one.name, one.value); };
    set({"capacitance", {population.capacitance, dim::capacitance}});
    set({"leak_conductance", {population.leak_conductance, dim::conductance}});
    set({"rest_potential", {population.rest_potential, dim::voltage}});
    set({"reset_potential", {population.reset_potential, dim::voltage}});
    set({"refractory_time", {population.refractory_time, dim::time}});
    set({"synaptic_time", {population.synaptic_time, dim::time}});
    set({"threshold", {population.threshold.front(), dim::voltage}});
    set({"bias_current", {population.bias_current.front(), dim::current}});
    set({"initial_potential", {population.initial_potential.front(), dim::voltage}});
    if (!adaptive) return;
    set({"adaptation_time", {population.adaptation_time, dim::time}});
    set({"adaptation_step", {population.adaptation_step, dim::current}});
  }

  ir::ModuleId projection_master(const SynapseProjection& projection) {
    ModuleBuilder master(design_, projection.name + "_element", true);
    if (projection.memristive) {
      memristive_parameters(master, *projection.memristive);
    } else {
      master.attribute("element", std::string(spiking::charge_synapse));
      master.parameter("charge", Quantity{0.0, dim::charge});
    }
    master.parameter("delay", Quantity{projection.delay.front(), dim::time});
    if (!projection.address.empty()) master.parameter("address", std::int64_t{0});
    master.port("pre", Discipline::spike, Direction::input);
    master.port("post", Discipline::spike, Direction::output);
    return master.id();
  }

  static void memristive_parameters(ModuleBuilder& master, const MemristiveSynapse& synapse) {
    master.attribute("element", std::string(spiking::memristive_synapse));
    master.attribute("device", synapse.device.card);
    const auto set = [&](const NamedQuantity& one) { master.parameter(one.name, one.value); };
    set({"conductance", {0.0, dim::conductance}});
    set({"read_voltage", {synapse.read_voltage, dim::voltage}});
    set({"read_time", {synapse.read_time, dim::time}});
    set({"polarity", {synapse.polarity, dim::none}});
    set({"reference_conductance", {synapse.reference_conductance, dim::conductance}});
    set({"age", {synapse.age, dim::time}});
    master.parameter("levels", synapse.levels);
    master.parameter("programming_noise", synapse.programming_noise);
    master.parameter("read_noise", synapse.read_noise);
    master.parameter("drift", synapse.drift);
    if (!synapse.plasticity) return;
    set({"potentiation_time", {synapse.plasticity->potentiation_time, dim::time}});
    set({"depression_time", {synapse.plasticity->depression_time, dim::time}});
    set({"potentiation_pulses", {synapse.plasticity->potentiation_pulses, dim::none}});
    set({"depression_pulses", {synapse.plasticity->depression_pulses, dim::none}});
  }

  void add_population(ModuleBuilder& top, const NeuronPopulation& population, ir::ModuleId master) {
    const std::uint32_t size = count_of(population.size);
    const ir::NetRef output = top.net(population.name + "_output", Discipline::spike, size);
    outputs_.push_back(output);
    inputs_.emplace_back();
    ModuleBuilder::Parameters parameters;
    const auto table = [&](const char* name, const std::vector<double>& values,
                           const base::Dimension& dimension) {
      if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) {
        return;
      }
      parameters.emplace_back(name,
                              top.table(population.name + "_" + name, size, 1, dimension, values));
    };
    if (population.kind == NeuronKind::spike_list) {
      add_list(top, population, master, output);
      return;
    }
    std::vector<ModuleBuilder::Pin> pins{{"output", output, 1, 0}};
    if (population.is_neuron()) {
      inputs_.back() = top.net(population.name + "_input", Discipline::spike, size);
      pins.push_back({"input", inputs_.back(), 1, 0});
      table("threshold", population.threshold, dim::voltage);
      table("bias_current", population.bias_current, dim::current);
      table("initial_potential", population.initial_potential, dim::voltage);
    } else {
      table("rate", population.rate, dim::frequency);
    }
    top.array(population.name, master, size, 1, pins, parameters);
  }

  static void add_list(ModuleBuilder& top, const NeuronPopulation& population, ir::ModuleId master,
                       const ir::NetRef& output) {
    std::size_t longest = 1;
    for (const auto& times : population.spike_times) longest = std::max(longest, times.size());
    std::vector<double> values(population.size * longest, -1.0);
    for (std::size_t i = 0; i < population.size; ++i) {
      std::copy(population.spike_times[i].begin(), population.spike_times[i].end(),
                values.begin() + static_cast<std::ptrdiff_t>(i * longest));
    }
    const std::uint32_t size = count_of(population.size);
    const ir::TableId time =
        top.table(population.name + "_time", size, count_of(longest), dim::time, std::move(values));
    top.array(population.name, master, size, count_of(longest), {{"output", output, 1, 0}},
              {{"time", time}});
  }

  void add_projection(ModuleBuilder& top, const SynapseProjection& projection,
                      ir::ModuleId master) {
    const std::uint32_t rows = count_of(projection.rows);
    const std::uint32_t columns = count_of(projection.columns);
    ModuleBuilder::Parameters parameters;
    const auto table = [&](const char* name, const base::Dimension& dimension,
                           std::vector<double> values) {
      parameters.emplace_back(name, top.table(projection.name + "_" + name, rows, columns,
                                              dimension, std::move(values)));
    };
    if (projection.memristive) {
      table("conductance", dim::conductance, projection.weight);
    } else {
      table("charge", dim::charge, projection.weight);
    }
    if (projection.delay.size() > 1) table("delay", dim::time, projection.delay);
    if (!projection.address.empty()) {
      table("address", dim::none, {projection.address.begin(), projection.address.end()});
    }
    top.array(projection.name, master, rows, columns,
              {{"pre", outputs_[projection.source], 1, 0},
               {"post", inputs_[projection.target], 0, projection.address.empty() ? 1 : 0}},
              parameters);
  }

  const SpikingNetwork& network_;
  ir::Design design_;
  std::vector<ir::ModuleId> masters_;
  std::vector<ir::NetRef> outputs_, inputs_;
};

}  // namespace

ir::Design spiking_design(const SpikingNetwork& network) {
  check_spiking_network(network);
  return SpikingWriter(network).write();
}

}  // namespace neucasl::mapping
