#pragma once

#include <optional>
#include <vector>

#include "calendar.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/plugin/spiking_solver.hpp"
#include "synapse_table.hpp"

/// \file
/// A range of neurons and sources that one thread simulates, day by day.
///
/// Within a day, which is shorter than every delay, neurons do not influence each other: each goes
/// through its own events in order of time, whatever the others do. A day's arrivals are first
/// dealt to *boxes*, one for each neuron, in order; then each neuron empties its box. When a box is
/// full, all are emptied up to the present arrival. What a neuron does depends on its events alone,
/// not on days, boxes or threads.

namespace neucasl::spiking_plugin {

class Block {
 public:
  /// Neurons [begin, end) of the network.
  Block(const LoweredNetwork& network, std::size_t begin, std::size_t end, double day,
        const plugin::SpikingOptions& options, plugin::SpikingResult& result);

  /// What happens in [begin of the day, `end`).
  void run_day(std::uint64_t day, double end);
  /// Spikes of that day, by neuron.
  [[nodiscard]] std::vector<plugin::Spike>& spikes() { return spikes_; }
  /// Takes the day's spikes of all blocks, by time, on their way to the synapses here.
  void send(std::uint64_t day, const std::vector<plugin::Spike>& spikes);
  /// A time before which nothing happens here, s.
  [[nodiscard]] double next_time(std::uint64_t day);
  /// What is due at the end of the simulation, `end`: the last samples, and potentiation by the
  /// spikes since the last arrivals.
  void finish(double end);

  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::size_t bytes() const;

 private:
  /// Members of one population.
  struct Part {
    std::size_t population = 0;
    std::size_t begin = 0;  // in the block
    std::size_t end = 0;
    std::size_t index = 0;  // of its first member in the population
  };
  struct Event {
    std::uint32_t arrival = 0;
    std::uint32_t payload = 0;
  };
  struct Arrival {
    double time = 0.0;
    MemristorSynapses* plastic = nullptr;
    double jump = 0.0;
  };
  struct Probe {
    std::size_t next = 0;
    std::vector<double>* potential = nullptr;
  };
  struct Source {
    std::optional<base::RandomStream> stream;
    double rate = 0.0;
    std::size_t next = 0;  // in a list
  };
  struct Neuron;

  void add_part(std::size_t population, std::size_t begin, std::size_t end);
  void deal(const Delivery& delivery);
  template <class Payload>
  void deal_slots(const Segment& segment, std::uint32_t arrival, const Payload& payload);
  void drop(std::uint32_t target, const Event& event);
  void empty_boxes(double end);
  void settle(const Part& part, double end, bool all);
  void run_neuron(const Part& part, std::size_t local, double end);
  void receive(Neuron& neuron, const Event& event);
  void fire_until(Neuron& neuron, double limit, bool including);
  void fire(Neuron& neuron, double time);
  /// \throws base::Error "spiking.diverged" when the next spike comes at the time of the last.
  void check_progress(const Neuron& neuron) const;
  void sample_until(const Neuron& neuron, double time);
  void run_source(const Part& part, std::size_t local, double end);
  [[nodiscard]] double next_of_source(const Part& part, std::size_t local);
  void record(std::size_t local, double time);

  const LoweredNetwork& network_;
  const plugin::SpikingOptions& options_;
  std::size_t begin_, end_;
  SynapseTable table_;
  Calendar calendar_;
  std::vector<Part> parts_;
  std::vector<NeuronState> states_;
  std::vector<double> quiet_until_;         // No spike before, without further input.
  std::vector<std::uint32_t> spike_count_;  // Of all neurons of the network.
  std::vector<Source> sources_;
  std::vector<std::vector<double>> history_;  // Spikes of neurons that learn.
  std::vector<Probe> probes_;
  std::vector<std::uint32_t> probe_of_;

  std::size_t box_size_;
  std::vector<Event> boxes_;
  std::vector<std::uint32_t> fill_;
  std::vector<Arrival> arrivals_;
  bool overflowed_ = false;

  std::vector<plugin::Spike> spikes_;
  std::uint64_t events_ = 0;
};

}  // namespace neucasl::spiking_plugin
