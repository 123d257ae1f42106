#include <algorithm>
#include <cmath>
#include <map>

#include "neucasl/mapping/spiking_network.hpp"
#include "spiking_elements.hpp"

namespace neucasl::mapping {
namespace {

namespace dim = base::dimension;

[[noreturn]] void refuse(const std::string& code, const std::string& what,
                         const std::string& remedy, const base::Location& where) {
  throw base::Error(code, what, remedy, where);
}

/// The parameters of one instance array, its own or its primitive's defaults.
class ElementReader {
 public:
  ElementReader(const ir::Design& design, const ir::Module& top, const ir::InstanceArray& array)
      : design_(design), top_(top), array_(array), master_(design.module(array.master)) {}

  [[nodiscard]] std::string_view element() const { return master_.attribute("element"); }
  [[nodiscard]] const ir::InstanceArray& array() const { return array_; }
  [[nodiscard]] const ir::Module& master() const { return master_; }
  [[nodiscard]] base::Location where() const { return design_.location(array_.where); }
  [[nodiscard]] std::size_t copies() const {
    return static_cast<std::size_t>(array_.rows) * array_.columns;
  }

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    refuse("spiking.network", "'" + array_.name + "' " + what, remedy, where());
  }
  [[noreturn]] void fail_parameter(const std::string& name, const std::string& what,
                                   const std::string& remedy) const {
    const ir::Parameter* given = find(name);
    refuse("spiking.parameter", "'" + array_.name + "': '" + name + "' " + what, remedy,
           given ? design_.location(given->where) : where());
  }

  /// Every parameter of the primitive is one that its element has.
  void allow(const std::vector<std::string>& known) const {
    for (const ir::Parameter& parameter : master_.parameters) {
      if (std::find(known.begin(), known.end(), parameter.name) != known.end()) continue;
      refuse("spiking.parameter",
             "element '" + std::string(element()) + "' has no parameter '" + parameter.name + "'",
             base::suggest(parameter.name, known), design_.location(parameter.where));
    }
  }

  [[nodiscard]] const ir::Parameter* find(std::string_view name) const {
    for (const ir::Parameter& parameter : array_.parameters) {
      if (parameter.name == name) return &parameter;
    }
    return master_.find_parameter(name);
  }
  [[nodiscard]] const ir::ValueTable* table(std::string_view name) const {
    const ir::Parameter* parameter = find(name);
    const auto* id = parameter ? std::get_if<ir::TableId>(&parameter->value) : nullptr;
    return id ? &top_.tables[id->index] : nullptr;
  }

  /// One value for all copies.
  [[nodiscard]] double number(const std::string& name, const base::Dimension& dimension,
                              std::optional<double> otherwise = {}) const {
    const ir::Parameter* parameter = find(name);
    if (!parameter) {
      if (otherwise) return *otherwise;
      fail_parameter(name, "is missing", "give it in '" + base::unit_symbol(dimension) + "'");
    }
    if (const auto* whole = std::get_if<std::int64_t>(&parameter->value);
        whole && dimension.dimensionless()) {
      return static_cast<double>(*whole);
    }
    const auto* quantity = std::get_if<base::Quantity>(&parameter->value);
    if (quantity && quantity->dimension == dimension) return quantity->value;
    fail_parameter(name, table(name) ? "is a table" : "is no quantity of the right dimension",
                   "give one quantity in '" + base::unit_symbol(dimension) + "'");
  }

  /// A value for each copy, from a table or the same for all.
  [[nodiscard]] std::vector<double> numbers(const std::string& name,
                                            const base::Dimension& dimension,
                                            std::optional<double> otherwise = {}) const {
    constexpr std::size_t most = std::size_t{1} << 32U;
    if (copies() > most) {
      refuse("spiking.size", "'" + array_.name + "' has " + std::to_string(copies()) + " copies",
             "give at most 2^32; sparse projections take addresses", where());
    }
    if (const ir::ValueTable* values = table(name)) {
      if (values->dimension != dimension) {
        fail_parameter(name, "is a table in '" + base::unit_symbol(values->dimension) + "'",
                       "give it in '" + base::unit_symbol(dimension) + "'");
      }
      if (values->values.size() != copies()) {
        refuse("spiking.size",
               "'" + array_.name + "': table '" + values->name + "' has " +
                   std::to_string(values->values.size()) + " values for " +
                   std::to_string(copies()) + " copies",
               "give one value for each", design_.location(values->where));
      }
      return values->values;
    }
    return std::vector<double>(copies(), number(name, dimension, otherwise));
  }

  [[nodiscard]] bool flag(const std::string& name) const {
    const ir::Parameter* parameter = find(name);
    if (!parameter) return false;
    if (const auto* value = std::get_if<bool>(&parameter->value)) return *value;
    fail_parameter(name, "is neither true nor false", "write true or false");
  }
  [[nodiscard]] std::int64_t whole(const std::string& name, std::int64_t otherwise) const {
    const ir::Parameter* parameter = find(name);
    if (!parameter) return otherwise;
    if (const auto* value = std::get_if<std::int64_t>(&parameter->value)) return *value;
    fail_parameter(name, "is no whole number", "write one");
  }

  [[nodiscard]] const ir::PinMap& pin(const std::string& port) const {
    for (const ir::PinMap& one : array_.pins) {
      if (one.port < master_.ports.size() && master_.port_net(one.port).name == port) {
        if (top_.nets[one.net.index].discipline == ir::Discipline::spike) return one;
      }
    }
    fail("has no port '" + port + "' on a spike net", "connect it");
  }
  void require_map(const ir::PinMap& pin, std::int64_t row, std::int64_t column) const {
    if (pin.base == 0 && pin.row_stride == row && pin.column_stride == column) return;
    fail("joins net '" + top_.nets[pin.net.index].name + "' from bit " + std::to_string(pin.base) +
             " on in steps of " + std::to_string(pin.row_stride) + " a row and " +
             std::to_string(pin.column_stride) + " a column",
         "join it from bit 0 on in steps of " + std::to_string(row) + " and " +
             std::to_string(column));
  }
  [[nodiscard]] const std::string& net_name(const ir::PinMap& pin) const {
    return top_.nets[pin.net.index].name;
  }

 private:
  const ir::Design& design_;
  const ir::Module& top_;
  const ir::InstanceArray& array_;
  const ir::Module& master_;
};

NeuronPopulation read_neurons(const ElementReader& reader, bool adaptive) {
  std::vector<std::string> known{"capacitance",     "leak_conductance", "rest_potential",
                                 "reset_potential", "refractory_time",  "synaptic_time",
                                 "threshold",       "bias_current",     "initial_potential"};
  NeuronPopulation population;
  population.kind = adaptive ? NeuronKind::adaptive : NeuronKind::leaky;
  if (adaptive) {
    known.insert(known.end(), {"adaptation_time", "adaptation_step"});
    population.adaptation_time = reader.number("adaptation_time", dim::time);
    population.adaptation_step = reader.number("adaptation_step", dim::current);
  }
  reader.allow(known);
  population.capacitance = reader.number("capacitance", dim::capacitance);
  population.leak_conductance = reader.number("leak_conductance", dim::conductance);
  population.rest_potential = reader.number("rest_potential", dim::voltage, 0.0);
  population.reset_potential = reader.number("reset_potential", dim::voltage, 0.0);
  population.refractory_time = reader.number("refractory_time", dim::time, 0.0);
  population.synaptic_time = reader.number("synaptic_time", dim::time, 0.0);
  population.threshold = reader.numbers("threshold", dim::voltage);
  population.bias_current = reader.numbers("bias_current", dim::current, 0.0);
  population.initial_potential =
      reader.numbers("initial_potential", dim::voltage, population.rest_potential);
  return population;
}

NeuronPopulation read_list(const ElementReader& reader) {
  reader.allow({"time", "period", "repetitions"});
  NeuronPopulation population;
  population.kind = NeuronKind::spike_list;
  const double period = reader.number("period", dim::time, 0.0);
  const std::int64_t repetitions = reader.whole("repetitions", 1);
  constexpr std::size_t most = std::size_t{1} << 27U;
  if (reader.copies() > most) {
    reader.fail("lists " + std::to_string(reader.copies()) + " spikes", "list at most 2^27 in all");
  }
  if (repetitions < 1 ||
      static_cast<std::size_t>(repetitions) > most / std::max<std::size_t>(reader.copies(), 1)) {
    reader.fail_parameter("repetitions", "is " + std::to_string(repetitions),
                          "give a number from 1 on, for at most 2^27 spikes in all");
  }
  population.spike_times.resize(reader.array().rows);
  const std::vector<double> times = reader.numbers("time", dim::time);
  if (repetitions > 1 && !(period > 0.0)) {
    reader.fail_parameter("period", "is not positive", "repetitions need a period");
  }
  for (std::size_t copy = 0; copy < times.size(); ++copy) {
    if (times[copy] < 0.0) continue;
    std::vector<double>& list = population.spike_times[copy / reader.array().columns];
    for (std::int64_t k = 0; k < repetitions; ++k) {
      list.push_back(times[copy] + static_cast<double>(k) * period);
    }
  }
  for (auto& list : population.spike_times) std::sort(list.begin(), list.end());
  return population;
}

std::optional<NeuronPopulation> read_population(const ElementReader& reader) {
  NeuronPopulation population;
  const std::string_view element = reader.element();
  if (element == spiking::leaky || element == spiking::adaptive) {
    population = read_neurons(reader, element == spiking::adaptive);
  } else if (element == spiking::poisson) {
    reader.allow({"rate"});
    population.kind = NeuronKind::poisson_source;
    population.rate = reader.numbers("rate", dim::frequency);
  } else if (element == spiking::event) {
    population = read_list(reader);
  } else {
    return std::nullopt;
  }
  if (population.kind != NeuronKind::spike_list && reader.array().columns != 1) {
    reader.fail("has " + std::to_string(reader.array().columns) + " columns",
                "a population is one column");
  }
  population.name = reader.array().name;
  population.size = reader.array().rows;
  population.where = reader.where();
  return population;
}

class NetworkReader {
 public:
  NetworkReader(const ir::Design& design, const device::Library* devices, device::UseList& uses)
      : design_(design), devices_(devices), uses_(uses) {}

  SpikingNetwork read() {
    if (!design_.top.valid() ||
        design_.module(design_.top).attribute("role") != spiking::network_role) {
      refuse("spiking.network", "the top of design '" + design_.name + "' is not a spiking network",
             "give it the attribute role: \"spiking_network\"", {});
    }
    const ir::Module& top = design_.module(design_.top);
    network_.name = top.name;
    if (!top.instances.empty()) {
      refuse("spiking.network",
             "the network holds the single instance '" + top.instances.front().name + "'",
             "write populations and projections as instance arrays",
             design_.location(top.instances.front().where));
    }
    std::vector<ElementReader> rest;
    for (const ir::InstanceArray& array : top.arrays) {
      const ElementReader reader(design_, top, array);
      if (std::optional<NeuronPopulation> population = read_population(reader)) {
        join(reader, *population);
        network_.populations.push_back(std::move(*population));
      } else {
        rest.push_back(reader);
      }
    }
    for (const ElementReader& reader : rest) read_projection(reader);
    check_spiking_network(network_);
    return std::move(network_);
  }

 private:
  using Nets = std::map<ir::NetId, std::size_t>;

  void join(const ElementReader& reader, const NeuronPopulation& population) {
    const auto take = [&](const char* port, Nets& nets) {
      const ir::PinMap& pin = reader.pin(port);
      reader.require_map(pin, 1, 0);
      if (!nets.emplace(pin.net, network_.populations.size()).second) {
        reader.fail("shares net '" + reader.net_name(pin) + "' with another population",
                    "give each population its own net");
      }
    };
    take("output", outputs_);
    if (population.is_neuron()) take("input", inputs_);
  }

  [[nodiscard]] static std::size_t end_of(const ElementReader& reader, const ir::PinMap& pin,
                                          const Nets& nets) {
    const auto found = nets.find(pin.net);
    if (found != nets.end()) return found->second;
    refuse("spiking.population",
           "projection '" + reader.array().name + "' joins net '" + reader.net_name(pin) +
               "', which belongs to no population",
           "join the output of a population to pre and the input of one to post", reader.where());
  }

  void read_projection(const ElementReader& reader) {
    const bool memristive = reader.element() == spiking::memristive_synapse;
    if (!memristive && reader.element() != spiking::charge_synapse) {
      const std::vector<std::string> known{
          std::string(spiking::leaky),          std::string(spiking::adaptive),
          std::string(spiking::poisson),        std::string(spiking::event),
          std::string(spiking::charge_synapse), std::string(spiking::memristive_synapse)};
      reader.fail("is of element '" + std::string(reader.element()) + "'",
                  base::suggest(reader.element(), known));
    }
    SynapseProjection projection;
    projection.name = reader.array().name;
    projection.where = reader.where();
    projection.rows = reader.array().rows;
    projection.columns = reader.array().columns;
    read_addresses(reader, projection);
    const ir::PinMap& pre = reader.pin("pre");
    const ir::PinMap& post = reader.pin("post");
    reader.require_map(pre, 1, 0);
    reader.require_map(post, 0, projection.address.empty() ? 1 : 0);
    projection.source = end_of(reader, pre, outputs_);
    projection.target = end_of(reader, post, inputs_);
    projection.weight = memristive ? reader.numbers("conductance", dim::conductance)
                                   : reader.numbers("charge", dim::charge);
    projection.delay = reader.table("delay")
                           ? reader.numbers("delay", dim::time)
                           : std::vector<double>{reader.number("delay", dim::time)};
    if (memristive) {
      projection.memristive = read_memristive(reader);
    } else {
      reader.allow({"charge", "delay", "address"});
    }
    network_.projections.push_back(std::move(projection));
  }

  static void read_addresses(const ElementReader& reader, SynapseProjection& projection) {
    if (!reader.table("address")) return;
    constexpr double most = 4294967294.0;
    for (const double value : reader.numbers("address", dim::none)) {
      if (!(value >= 0.0 && value <= most) || value != std::floor(value)) {
        reader.fail_parameter("address", "holds " + base::shortest(value),
                              "addresses are whole numbers from 0 on");
      }
      projection.address.push_back(static_cast<std::uint32_t>(value));
    }
  }

  MemristiveSynapse read_memristive(const ElementReader& reader) {
    reader.allow({"conductance", "delay", "address", "read_voltage", "read_time", "polarity",
                  "reference_conductance", "levels", "programming_noise", "read_noise", "drift",
                  "age", "potentiation_time", "depression_time", "potentiation_pulses",
                  "depression_pulses"});
    const std::string card(reader.master().attribute("device"));
    if (card.empty() || !devices_) {
      reader.fail("names no device card", "give the primitive the attribute device");
    }
    MemristiveSynapse synapse;
    synapse.device = read_synapse_device(devices_->load(card, reader.where()), uses_);
    synapse.read_voltage = reader.number("read_voltage", dim::voltage);
    synapse.read_time = reader.number("read_time", dim::time);
    synapse.polarity = reader.number("polarity", dim::none, 1.0);
    synapse.reference_conductance = reader.number("reference_conductance", dim::conductance, 0.0);
    synapse.levels = reader.whole("levels", 0);
    synapse.programming_noise = reader.flag("programming_noise");
    synapse.read_noise = reader.flag("read_noise");
    synapse.drift = reader.flag("drift");
    synapse.age = reader.number("age", dim::time, 0.0);
    if (reader.find("potentiation_pulses") || reader.find("depression_pulses")) {
      synapse.plasticity = Plasticity{reader.number("potentiation_time", dim::time),
                                      reader.number("depression_time", dim::time),
                                      reader.number("potentiation_pulses", dim::none, 0.0),
                                      reader.number("depression_pulses", dim::none, 0.0)};
    }
    return synapse;
  }

  const ir::Design& design_;
  const device::Library* devices_;
  device::UseList& uses_;
  SpikingNetwork network_;
  Nets outputs_, inputs_;
};

}  // namespace

SpikingNetwork read_spiking_network(const ir::Design& design, const device::Library* devices,
                                    device::UseList& uses) {
  return NetworkReader(design, devices, uses).read();
}

}  // namespace neucasl::mapping
