#include <cmath>

#include "neucasl/mapping/spiking_network.hpp"

namespace neucasl::mapping {
namespace {

/// Closer time constants than this lose too many digits in the closed form of the potential.
constexpr double least_ratio_distance = 1e-3;

class PopulationCheck {
 public:
  explicit PopulationCheck(const NeuronPopulation& population) : population_(population) {}

  void run() const {
    if (population_.size == 0) size("has no member", "give at least one row");
    switch (population_.kind) {
      case NeuronKind::leaky:
      case NeuronKind::adaptive:
        neuron();
        break;
      case NeuronKind::poisson_source:
        rates();
        break;
      case NeuronKind::spike_list:
        times();
        break;
    }
  }

 private:
  [[noreturn]] void fail(const std::string& code, const std::string& what,
                         const std::string& remedy) const {
    throw base::Error(code, "population '" + population_.name + "' " + what, remedy,
                      population_.where);
  }
  [[noreturn]] void parameter(const std::string& what, const std::string& remedy) const {
    fail("spiking.parameter", what, remedy);
  }
  [[noreturn]] void size(const std::string& what, const std::string& remedy) const {
    fail("spiking.size", what, remedy);
  }

  void positive(const char* name, double value) const {
    if (value > 0.0 && std::isfinite(value)) return;
    parameter("has " + std::string(name) + " " + base::shortest(value), "give a positive number");
  }
  void not_negative(const char* name, double value) const {
    if (value >= 0.0 && std::isfinite(value)) return;
    parameter("has " + std::string(name) + " " + base::shortest(value), "give zero or more");
  }
  void finite(const char* name, double value) const {
    if (std::isfinite(value)) return;
    parameter("has " + std::string(name) + " " + base::shortest(value), "give a finite number");
  }
  void each_finite(const char* name, const std::vector<double>& values) const {
    if (values.size() != population_.size) {
      size("has " + std::to_string(values.size()) + " values of " + name + " for " +
               std::to_string(population_.size) + " members",
           "give one for each member");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isfinite(values[i])) continue;
      parameter("has " + std::string(name) + " " + base::shortest(values[i]) + " at member " +
                    std::to_string(i),
                "give finite numbers");
    }
  }

  void neuron() const {
    positive("capacitance", population_.capacitance);
    not_negative("leak_conductance", population_.leak_conductance);
    not_negative("refractory_time", population_.refractory_time);
    not_negative("synaptic_time", population_.synaptic_time);
    finite("rest_potential", population_.rest_potential);
    finite("reset_potential", population_.reset_potential);
    each_finite("threshold", population_.threshold);
    each_finite("bias_current", population_.bias_current);
    each_finite("initial_potential", population_.initial_potential);
    if (population_.kind == NeuronKind::adaptive) {
      positive("adaptation_time", population_.adaptation_time);
      finite("adaptation_step", population_.adaptation_step);
    }
    for (std::size_t i = 0; i < population_.size; ++i) {
      if (population_.threshold[i] > population_.reset_potential) continue;
      parameter("has threshold " + base::shortest(population_.threshold[i]) + " V at member " +
                    std::to_string(i) + ", not above the reset potential " +
                    base::shortest(population_.reset_potential) + " V",
                "a neuron that is reset must lie below its threshold");
    }
    distinct("synaptic_time", population_.synaptic_time);
    distinct("adaptation_time", population_.adaptation_time);
  }

  void distinct(const char* name, double value) const {
    if (population_.leak_conductance == 0.0 || value == 0.0) return;
    const double membrane = population_.capacitance / population_.leak_conductance;
    if (std::abs(value / membrane - 1.0) >= least_ratio_distance) return;
    parameter("has " + std::string(name) + " " + base::shortest(value) +
                  " s, within a thousandth of its membrane's time constant",
              "the closed form of the potential needs distinct time constants; change one by a "
              "thousandth or more");
  }

  void rates() const {
    each_finite("rate", population_.rate);
    for (const double rate : population_.rate) not_negative("rate", rate);
  }

  void times() const {
    if (population_.spike_times.size() != population_.size) {
      size("lists spikes of " + std::to_string(population_.spike_times.size()) + " members of " +
               std::to_string(population_.size),
           "give one list for each member");
    }
    for (std::size_t i = 0; i < population_.size; ++i) {
      double before = 0.0;
      for (const double time : population_.spike_times[i]) {
        if (!(time >= before) || !std::isfinite(time)) {
          parameter("lists a spike of member " + std::to_string(i) + " at " + base::shortest(time) +
                        " s after one at " + base::shortest(before) + " s",
                    "give times from 0 on, in order");
        }
        before = time;
      }
    }
  }

  const NeuronPopulation& population_;
};

class ProjectionCheck {
 public:
  ProjectionCheck(const SpikingNetwork& network, const SynapseProjection& projection)
      : network_(network), projection_(projection) {}

  void run() const {
    const std::size_t populations = network_.populations.size();
    if (projection_.source >= populations || projection_.target >= populations) {
      fail("spiking.population", "names a population that is not there",
           "there are " + std::to_string(populations));
    }
    const NeuronPopulation& source = network_.populations[projection_.source];
    const NeuronPopulation& target = network_.populations[projection_.target];
    if (!target.is_neuron()) {
      fail("spiking.network", "ends at '" + target.name + "', which is no neuron",
           "spike sources take no input");
    }
    sizes(source, target);
    for (std::size_t copy = 0; copy < projection_.weight.size(); ++copy) {
      check_copy(source, target, copy);
    }
    if (projection_.memristive) memristive();
  }

 private:
  [[noreturn]] void fail(const std::string& code, const std::string& what,
                         const std::string& remedy) const {
    throw base::Error(code, "projection '" + projection_.name + "' " + what, remedy,
                      projection_.where);
  }

  void sizes(const NeuronPopulation& source, const NeuronPopulation& target) const {
    const std::size_t copies = projection_.rows * projection_.columns;
    const bool addressed = !projection_.address.empty();
    if (copies == 0 || projection_.rows != source.size ||
        (!addressed && projection_.columns != target.size)) {
      fail("spiking.size",
           "is " + std::to_string(projection_.rows) + " x " + std::to_string(projection_.columns) +
               " from '" + source.name + "' of " + std::to_string(source.size) + " to '" +
               target.name + "' of " + std::to_string(target.size),
           addressed ? "give one row for each member of the source"
                     : "give one row for each member of the source and one column for each of "
                       "the target");
    }
    if (projection_.weight.size() != copies ||
        (addressed && projection_.address.size() != copies) ||
        (projection_.delay.size() != 1 && projection_.delay.size() != copies)) {
      fail("spiking.size", "has tables that do not fit its " + std::to_string(copies) + " synapses",
           "give one value for each");
    }
  }

  void check_copy(const NeuronPopulation& source, const NeuronPopulation& target,
                  std::size_t copy) const {
    const double weight = projection_.weight[copy];
    if (weight == 0.0) return;
    const std::uint32_t to = projection_.target_of(copy);
    const auto synapse = [&] {
      return " from '" + source.name + "' " + std::to_string(copy / projection_.columns) + " to '" +
             target.name + "' " + std::to_string(to);
    };
    if (to >= target.size) {
      fail("spiking.size", "has a synapse" + synapse() + " of " + std::to_string(target.size),
           "addresses count from 0 to the size of the target");
    }
    if (!std::isfinite(weight) || !std::isfinite(static_cast<float>(weight))) {
      fail("spiking.weight", "has weight " + base::shortest(weight) + synapse(),
           "give finite weights");
    }
    const double delay = projection_.delay_of(copy);
    if (!(delay > 0.0) || !std::isfinite(delay)) {
      fail("spiking.delay", "has delay " + base::shortest(delay) + " s" + synapse(),
           "give a positive delay");
    }
    if (!projection_.memristive) return;
    const SynapseDevice& device = projection_.memristive->device;
    if (weight < device.conductance_min || weight > device.conductance_max) {
      fail("spiking.weight", "has conductance " + base::shortest(weight) + " S" + synapse(),
           "device '" + device.card + "' takes " + base::shortest(device.conductance_min) + " to " +
               base::shortest(device.conductance_max) + " S; 0 is no synapse");
    }
  }

  void memristive() const {
    const MemristiveSynapse& synapse = *projection_.memristive;
    const auto parameter = [&](const std::string& what, const std::string& remedy) {
      fail("spiking.parameter", what, remedy);
    };
    const auto positive = [&](const char* name, double value) {
      if (value > 0.0 && std::isfinite(value)) return;
      parameter("has " + std::string(name) + " " + base::shortest(value), "give a positive number");
    };
    positive("read_voltage", synapse.read_voltage);
    positive("read_time", synapse.read_time);
    if (synapse.polarity != 1.0 && synapse.polarity != -1.0) {
      parameter("has polarity " + base::shortest(synapse.polarity), "give 1 or -1");
    }
    if (!(synapse.reference_conductance >= 0.0) || !std::isfinite(synapse.reference_conductance) ||
        !(synapse.age >= 0.0) || !std::isfinite(synapse.age)) {
      parameter("has a negative reference_conductance or age", "give zero or more");
    }
    if (synapse.levels < 0 || synapse.levels == 1) {
      parameter("has " + std::to_string(synapse.levels) + " levels",
                "give at least 2, or 0 for any conductance");
    }
    const auto needs = [&](bool wanted, bool has, const char* what) {
      if (!wanted || has) return;
      parameter("asks for " + std::string(what) + ", of which card '" + synapse.device.card +
                    "' says nothing",
                "take another device, or leave it out");
    };
    needs(synapse.programming_noise, synapse.device.programming_sigma.has_value(),
          "programming noise");
    needs(synapse.read_noise, synapse.device.read_noise.has_value(), "read noise");
    needs(synapse.drift, synapse.device.drift.has_value(), "drift");
    needs(synapse.plasticity.has_value(), synapse.device.update.has_value(), "plasticity");
    if (!synapse.plasticity) return;
    if (synapse.drift || synapse.read_noise) {
      parameter("is plastic and asks for drift or read noise",
                "both count from the last update, which is not modelled; leave them out");
    }
    positive("potentiation_time", synapse.plasticity->potentiation_time);
    positive("depression_time", synapse.plasticity->depression_time);
    for (const double pulses :
         {synapse.plasticity->potentiation_pulses, synapse.plasticity->depression_pulses}) {
      if (pulses >= 0.0 && std::isfinite(pulses)) continue;
      parameter("has " + base::shortest(pulses) + " pulses of plasticity", "give zero or more");
    }
  }

  const SpikingNetwork& network_;
  const SynapseProjection& projection_;
};

}  // namespace

std::size_t SpikingNetwork::find_population(std::string_view population_name) const {
  std::vector<std::string> known;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    if (populations[p].name == population_name) return p;
    known.push_back(populations[p].name);
  }
  throw base::Error("spiking.population",
                    "the network has no population '" + std::string(population_name) + "'",
                    base::suggest(population_name, known));
}

std::size_t SpikingNetwork::synapses() const {
  std::size_t count = 0;
  for (const SynapseProjection& projection : projections) {
    for (const double weight : projection.weight) count += weight != 0.0 ? 1 : 0;
  }
  return count;
}

void check_spiking_network(const SpikingNetwork& network) {
  if (network.populations.empty()) {
    throw base::Error("spiking.network", "the network has no population", "give at least one");
  }
  for (const NeuronPopulation& population : network.populations) PopulationCheck(population).run();
  for (const SynapseProjection& projection : network.projections) {
    ProjectionCheck(network, projection).run();
  }
}

}  // namespace neucasl::mapping
