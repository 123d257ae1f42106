#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"
#include "neucasl/mapping/synapse_device.hpp"

/// \file
/// Spiking networks in a design, as simulators of spikes read them.
///
/// Nouns. A *population* is a set of like neurons or spike sources. A *projection* is a set of
/// synapses from one population to another. A synapse passes each spike of its source, after a
/// *delay*, as a *charge* into its target.
///
/// Neuron (adaptation only of kind adaptive, w = 0 otherwise):
///   C dV/dt = -g (V - E) - w + I_s + I_b       g >= 0; g = 0 integrates without leak
///   t_s dI_s/dt = -I_s                         a charge q adds q / t_s to I_s; t_s = 0: q / C to V
///   t_w dw/dt = -w                             a spike adds the adaptation step to w
/// A spike is the instant at which V reaches the threshold from below; then V is held at the reset
/// potential for the refractory time, while I_s and w go on (R. Brette, Neural Computation 18:2004,
/// 2006; J. Benda, A. V. M. Herz, Neural Computation 15:2523, 2003). With t_s = 0 a charge that
/// arrives within the refractory time is lost.
/// At one instant: first spikes that the potential reaches by itself, then charges, in order of
/// source and target, then spikes that these charges set off.
///
/// Convention. The top module has the attribute role = "spiking_network". Its instance arrays are
/// - populations: N x 1 copies of a primitive whose attribute `element` is
///   "leaky_integrate_and_fire" or "adaptive_integrate_and_fire" (ports input and output) or
///   "poisson_spike_source" (port output); port p of copy i joins bit i of a net of its own,
///   discipline spike;
/// - spike lists: N x K copies of a primitive "spike_event" (port output), each of which sends one
///   spike at its `time`, or `repetitions` of them a `period` apart; a negative time is none; copy
///   (i, k) joins bit i of the list's net;
/// - projections: R x M copies of a primitive "charge_synapse" or "memristive_synapse" (ports pre
///   and post). Copy (i, j) joins bit i of the source's net and bit j of the target's; or, when its
///   parameter `address` is a table, bit 0 of the target's, and `address` is the target's index
///   (address-event routing), so that sparse networks need no dense table.
///   A weight (`charge` or `conductance`) of zero is no synapse.
/// Parameters are given by the array or by the primitive's defaults; those that may differ from
/// copy to copy may be value tables.

namespace neucasl::mapping {

enum class NeuronKind : std::uint8_t { leaky, adaptive, poisson_source, spike_list };

struct NeuronPopulation {
  std::string name;
  NeuronKind kind = NeuronKind::leaky;
  std::size_t size = 0;

  double capacitance = 0.0;               ///< C, F
  double leak_conductance = 0.0;          ///< g, S
  double rest_potential = 0.0;            ///< E, V
  double reset_potential = 0.0;           ///< V
  double refractory_time = 0.0;           ///< s
  double synaptic_time = 0.0;             ///< t_s, s
  double adaptation_time = 0.0;           ///< t_w, s
  double adaptation_step = 0.0;           ///< A
  std::vector<double> threshold;          ///< V, by neuron
  std::vector<double> bias_current;       ///< I_b, A, by neuron
  std::vector<double> initial_potential;  ///< V, by neuron

  std::vector<double> rate;                      ///< 1/s, by Poisson source
  std::vector<std::vector<double>> spike_times;  ///< s, by source of a list; ascending
  base::Location where;

  [[nodiscard]] bool is_neuron() const {
    return kind == NeuronKind::leaky || kind == NeuronKind::adaptive;
  }
};

/// Pair-based spike-timing-dependent plasticity, all pairs of arrivals at the synapse and spikes of
/// its target: an arrival adds 1 to the source trace x and a spike 1 to the target trace y, which
/// decay exponentially; a spike potentiates by n = potentiation_pulses x, an arrival depresses by
/// n = depression_pulses y, and is read thereafter (A. Morrison, M. Diesmann, W. Gerstner, Biol.
/// Cybern. 98:459, 2008).
struct Plasticity {
  double potentiation_time = 0.0;  ///< decay of x, s
  double depression_time = 0.0;    ///< decay of y, s
  double potentiation_pulses = 0.0;
  double depression_pulses = 0.0;
};

/// An event reads the device with a voltage pulse: q = polarity V_read t_read (G - G_reference).
struct MemristiveSynapse {
  SynapseDevice device;
  double read_voltage = 0.0;           ///< V
  double read_time = 0.0;              ///< s
  double polarity = 1.0;               ///< +1 excites, -1 inhibits.
  double reference_conductance = 0.0;  ///< S
  std::int64_t levels = 0;             ///< Equidistant programmable levels; 0: any conductance.
  bool programming_noise = false;
  bool read_noise = false;
  bool drift = false;
  double age = 0.0;  ///< Time from programming to the begin of the simulation, s.
  std::optional<Plasticity> plasticity;
};

struct SynapseProjection {
  std::string name;
  std::size_t source = 0;  ///< population
  std::size_t target = 0;  ///< population
  std::size_t rows = 0;    ///< Size of the source.
  std::size_t columns = 0;
  std::vector<double> weight;  ///< rows x columns; C, or S of memristive synapses; 0: no synapse
  std::vector<double> delay;   ///< s; one, or rows x columns
  std::vector<std::uint32_t> address;  ///< Target by copy, rows x columns; empty: the column.
  std::optional<MemristiveSynapse> memristive;
  base::Location where;

  [[nodiscard]] std::uint32_t target_of(std::size_t copy) const {
    return address.empty() ? static_cast<std::uint32_t>(copy % columns) : address[copy];
  }
  [[nodiscard]] double delay_of(std::size_t copy) const {
    return delay.size() == 1 ? delay[0] : delay[copy];
  }
};

struct NEUCASL_EXPORT SpikingNetwork {
  std::string name;
  std::vector<NeuronPopulation> populations;
  std::vector<SynapseProjection> projections;

  /// \throws base::Error "spiking.population" with the nearest name.
  [[nodiscard]] std::size_t find_population(std::string_view population_name) const;
  /// Copies with a weight.
  [[nodiscard]] std::size_t synapses() const;
};

/// \throws base::Error "spiking.parameter" (a value out of its range, time constants that are
/// closer than a thousandth, plasticity of a device without an update law, ...), "spiking.size"
/// (mismatched sizes), "spiking.weight" (not finite, or outside the device's window; names source
/// and target), "spiking.delay" (not positive), "spiking.population" (an index that no population
/// has).
NEUCASL_EXPORT void check_spiking_network(const SpikingNetwork& network);

/// A design with the network as its top, by the convention above.
/// \throws as check_spiking_network.
NEUCASL_EXPORT ir::Design spiking_design(const SpikingNetwork& network);

/// Reads and checks. `devices` are the cards that memristive synapses name; may be null when there
/// are none.
/// \throws base::Error "spiking.network" for what the convention does not know; as
/// check_spiking_network; as read_synapse_device.
NEUCASL_EXPORT SpikingNetwork read_spiking_network(const ir::Design& design,
                                                   const device::Library* devices,
                                                   device::UseList& uses);

}  // namespace neucasl::mapping
