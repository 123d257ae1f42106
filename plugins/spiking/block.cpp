#include "block.hpp"

#include <cmath>

namespace neucasl::spiking_plugin {
namespace {

constexpr std::size_t least_box_size = 4;
constexpr std::size_t first_box_size = 32;
constexpr std::size_t largest_boxes = std::size_t{1} << 23;  // events of all boxes
constexpr double resolution = 0x1p-52;
constexpr std::uint32_t no_probe = 0xffffffffU;

std::size_t box_size_for(std::size_t neurons) {
  return std::clamp(largest_boxes / std::max<std::size_t>(neurons, 1), least_box_size,
                    first_box_size);
}

}  // namespace

/// What belongs to one neuron while it is at work.
struct Block::Neuron {
  std::size_t local;
  std::size_t population;
  std::size_t index;  // in its population
  NeuronState& state;
  const NeuronModel& model;
  bool learns;
  double quiet = 0.0;
};

Block::Block(const LoweredNetwork& network, std::size_t begin, std::size_t end, double day,
             const plugin::SpikingOptions& options, plugin::SpikingResult& result)
    : network_(network),
      options_(options),
      begin_(begin),
      end_(end),
      table_(network, begin, end),
      calendar_(day, std::min(network.longest_delay, options.duration)),
      states_(end - begin),
      quiet_until_(end - begin, 0.0),
      spike_count_(network.size(), 0),
      sources_(end - begin),
      history_(end - begin),
      probe_of_(end - begin, no_probe),
      box_size_(box_size_for(end - begin)),
      boxes_(box_size_ * (end - begin)),
      fill_(end - begin, 0) {
  for (std::size_t p = 0; p < network.models.size(); ++p) {
    add_part(p, std::max(begin, network.first[p]), std::min(end, network.first[p + 1]));
  }
  for (std::size_t k = 0; k < options.probes.size(); ++k) {
    const std::size_t neuron =
        network.first[options.probes[k].population] + options.probes[k].index;
    if (neuron < begin || neuron >= end) continue;
    probe_of_[neuron - begin] = static_cast<std::uint32_t>(probes_.size());
    probes_.push_back({0, &result.potential[k]});
  }
}

void Block::add_part(std::size_t population, std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  const mapping::NeuronPopulation& members = network_.network.populations[population];
  const NeuronModel& model = network_.models[population];
  const Part part{population, begin - begin_, end - begin_, begin - network_.first[population]};
  for (std::size_t local = part.begin; local < part.end; ++local) {
    const std::size_t index = part.index + local - part.begin;
    if (!members.is_neuron()) {
      if (members.kind == mapping::NeuronKind::poisson_source) {
        sources_[local].rate = members.rate[index];
        sources_[local].stream.emplace(network_.seed, "spiking/poisson/" + members.name, index);
      }
      quiet_until_[local] = next_of_source(part, local);
      continue;
    }
    NeuronState& state = states_[local];
    state.potential = members.initial_potential[index];
    state.threshold = members.threshold[index];
    state.level =
        model.membrane_rate > 0.0
            ? members.rest_potential + members.bias_current[index] / members.leak_conductance
            : members.bias_current[index] * model.inverse_capacitance;
  }
  parts_.push_back(part);
}

double Block::next_of_source(const Part& part, std::size_t local) {
  const mapping::NeuronPopulation& members = network_.network.populations[part.population];
  Source& source = sources_[local];
  if (members.kind == mapping::NeuronKind::spike_list) {
    const std::vector<double>& times = members.spike_times[part.index + local - part.begin];
    return source.next < times.size() ? times[source.next++] : never;
  }
  if (source.rate == 0.0) return never;
  return quiet_until_[local] - std::log(source.stream->uniform()) / source.rate;
}

void Block::record(std::size_t local, double time) {
  options_.cancel.throw_if_requested();
  spikes_.push_back({time, static_cast<std::uint32_t>(begin_ + local)});
  if (options_.max_spikes > 0 && spikes_.size() > options_.max_spikes) {
    throw base::Error("spiking.spikes",
                      "more than " + std::to_string(options_.max_spikes) + " spikes by " +
                          base::shortest(time) + " s",
                      "simulate a shorter time, or allow more");
  }
}

void Block::run_source(const Part& part, std::size_t local, double end) {
  while (quiet_until_[local] < end) {
    record(local, quiet_until_[local]);
    quiet_until_[local] = next_of_source(part, local);
  }
}

void Block::run_day(std::uint64_t day, double end) {
  arrivals_.clear();
  std::vector<Delivery>& deliveries = calendar_.open(day);
  for (const Delivery& delivery : deliveries) {
    if (delivery.arrival >= end) break;  // the last day may be shorter
    deal(delivery);
  }
  deliveries.clear();
  for (const Part& part : parts_) settle(part, end, true);
  if (overflowed_ && 2 * boxes_.size() <= largest_boxes) {
    box_size_ *= 2;
    boxes_.assign(box_size_ * states_.size(), {});
  }
  overflowed_ = false;
}

void Block::deal(const Delivery& delivery) {
  options_.cancel.throw_if_requested();
  const Segment& segment = table_.segment(delivery.segment);
  const auto arrival = static_cast<std::uint32_t>(arrivals_.size());
  const bool plastic = segment.devices && segment.devices->plastic();
  arrivals_.push_back({delivery.arrival, plastic ? segment.devices : nullptr, segment.jump});
  events_ += segment.end - segment.begin;
  if (!segment.devices || plastic) {
    deal_slots(segment, arrival, [](const Slot& slot) { return slot.payload; });
    return;
  }
  const MemristorSynapses::Read read(*segment.devices, delivery.arrival, delivery.ordinal);
  deal_slots(segment, arrival, [&](const Slot& slot) {
    return std::bit_cast<std::uint32_t>(
        static_cast<float>(read.charge(slot.payload) * segment.jump));
  });
}

template <class Payload>
void Block::deal_slots(const Segment& segment, std::uint32_t arrival, const Payload& payload) {
  const Slot* const slots = table_.slots();
  // Targets are at random: fetch where the charges go before they get there.
  constexpr std::uint32_t ahead = 16;
  for (std::uint32_t k = segment.begin; k < segment.end; ++k) {
    if (k + ahead < segment.end) {
      const std::uint32_t target = slots[k + ahead].target;
      __builtin_prefetch(&boxes_[target * box_size_ + fill_[target]], 1);
    }
    drop(slots[k].target, {arrival, payload(slots[k])});
  }
}

inline void Block::drop(std::uint32_t target, const Event& event) {
  std::uint32_t& fill = fill_[target];
  if (fill == box_size_) empty_boxes(arrivals_[event.arrival].time);
  boxes_[target * box_size_ + fill++] = event;
}

void Block::empty_boxes(double end) {
  overflowed_ = true;
  for (const Part& part : parts_) settle(part, end, false);
}

void Block::settle(const Part& part, double end, bool all) {
  if (!network_.network.populations[part.population].is_neuron()) {
    if (!all) return;
    for (std::size_t local = part.begin; local < part.end; ++local) run_source(part, local, end);
    return;
  }
  // A neuron is run in less time than its memory takes to come from the outer cache.
  constexpr std::size_t ahead = 4;
  for (std::size_t local = part.begin; local < part.end; ++local) {
    if (local + ahead < part.end && fill_[local + ahead] > 0) {
      __builtin_prefetch(&states_[local + ahead], 1);
      __builtin_prefetch(&boxes_[(local + ahead) * box_size_]);
    }
    if (fill_[local] > 0 || (all && quiet_until_[local] < end)) run_neuron(part, local, end);
  }
}

void Block::run_neuron(const Part& part, std::size_t local, double end) {
  Neuron neuron{local,
                part.population,
                part.index + local - part.begin,
                states_[local],
                network_.models[part.population],
                network_.learns[part.population] != 0};
  const Event* const box = boxes_.data() + local * box_size_;
  const std::uint32_t count = fill_[local];
  for (std::uint32_t k = 0; k < count; ++k) receive(neuron, box[k]);
  fill_[local] = 0;
  fire_until(neuron, end, false);
  sample_until(neuron, end);
  quiet_until_[local] = neuron.quiet;
  if (std::isfinite(neuron.state.potential)) return;
  throw base::Error("spiking.diverged",
                    "the potential of '" + network_.network.populations[part.population].name +
                        "' " + std::to_string(neuron.index) + " is no longer finite at " +
                        base::shortest(neuron.state.time) + " s",
                    "its input is out of proportion");
}

inline void Block::receive(Neuron& neuron, const Event& event) {
  const Arrival& arrival = arrivals_[event.arrival];
  NeuronState& state = neuron.state;
  if (arrival.time > state.time) {
    fire_until(neuron, arrival.time, true);
    sample_until(neuron, arrival.time);
    advance(state, neuron.model, arrival.time);
  }
  const double charge =
      arrival.plastic ? arrival.jump * arrival.plastic->arrive(event.payload, neuron.index,
                                                               arrival.time, history_[neuron.local])
                      : static_cast<double>(std::bit_cast<float>(event.payload));
  if (neuron.model.synaptic_rate > 0.0) {
    state.current += charge;
  } else if (!state.held()) {
    state.potential += charge;
  }
  state.crossing = -1.0;
}

inline void Block::fire_until(Neuron& neuron, double limit, bool including) {
  NeuronState& state = neuron.state;
  for (;;) {
    if (state.held()) {
      neuron.quiet = state.release;
      if (state.release >= limit) return;
      sample_until(neuron, state.release);
      decay_currents(state, neuron.model, state.release);
    }
    if (state.potential >= state.threshold) {
      neuron.quiet = state.time;
      // More charges may arrive at this instant.
      if (state.time >= limit) return;
      fire(neuron, state.time);
      continue;
    }
    if (state.crossing < 0.0) {
      neuron.quiet = earliest_crossing(state, neuron.model);
      if (neuron.quiet > limit && neuron.quiet < never) return;
      state.crossing = neuron.quiet < never ? exact_crossing(state, neuron.model) : never;
    }
    neuron.quiet = state.crossing;
    if (including ? state.crossing > limit : state.crossing >= limit) return;
    check_progress(neuron);
    fire(neuron, state.crossing);
  }
}

void Block::check_progress(const Neuron& neuron) const {
  const double last = neuron.state.release - neuron.model.refractory_time;
  const double interval = neuron.state.crossing - last;
  if (interval > options_.duration * resolution) return;
  throw base::Error("spiking.diverged",
                    "'" + network_.network.populations[neuron.population].name + "' " +
                        std::to_string(neuron.index) + " spikes at " + base::shortest(last) +
                        " s and again " + base::shortest(interval) +
                        " s later, at once for this duration",
                    "give it a refractory time, or less input");
}

void Block::fire(Neuron& neuron, double time) {
  sample_until(neuron, time);
  NeuronState& state = neuron.state;
  decay_currents(state, neuron.model, time);
  state.potential = neuron.model.reset;
  state.adaptation += neuron.model.adaptation_step;
  state.release = time + neuron.model.refractory_time;
  state.crossing = -1.0;
  record(neuron.local, time);
  if (neuron.learns) history_[neuron.local].push_back(time);
}

inline void Block::sample_until(const Neuron& neuron, double time) {
  const std::uint32_t index = probe_of_[neuron.local];
  if (index == no_probe) return;
  Probe& probe = probes_[index];
  for (; probe.next < probe.potential->size(); ++probe.next) {
    const double at = static_cast<double>(probe.next) * options_.sample_interval;
    if (at >= time) return;
    NeuronState copy = neuron.state;
    advance(copy, neuron.model, at);
    (*probe.potential)[probe.next] = copy.potential;
  }
}

void Block::send(std::uint64_t day, const std::vector<plugin::Spike>& spikes) {
  for (const plugin::Spike& spike : spikes) {
    const std::uint32_t ordinal = spike_count_[spike.neuron]++;
    const std::uint32_t last = table_.first_segment(spike.neuron + 1);
    for (std::uint32_t s = table_.first_segment(spike.neuron); s < last; ++s) {
      const double arrival = spike.time + table_.segment(s).delay;
      if (arrival < options_.duration) calendar_.add(day, {arrival, s, ordinal});
    }
  }
}

double Block::next_time(std::uint64_t day) {
  double time = never;
  if (const std::uint64_t next = calendar_.next_day(day); next != Calendar::none) {
    time = calendar_.begin_of(next);
  }
  for (const double quiet : quiet_until_) time = std::min(time, quiet);
  return time;
}

void Block::finish(double end) {
  for (const Part& part : parts_) {
    if (!network_.network.populations[part.population].is_neuron()) continue;
    for (std::size_t local = part.begin; local < part.end; ++local) {
      sample_until(
          {local, part.population, 0, states_[local], network_.models[part.population], false},
          end);
    }
  }
  for (std::size_t k = 0; k < network_.devices.size(); ++k) {
    MemristorSynapses* const devices = network_.devices[k].get();
    if (!devices || !devices->plastic()) continue;
    const mapping::SynapseProjection& projection = network_.network.projections[k];
    const std::size_t first = network_.first[projection.target];
    for (std::size_t copy = 0; copy < projection.weight.size(); ++copy) {
      const std::size_t target = first + projection.target_of(copy);
      if (projection.weight[copy] == 0.0 || target < begin_ || target >= end_) continue;
      devices->catch_up(copy, history_[target - begin_]);
    }
  }
}

std::size_t Block::bytes() const {
  std::size_t sum =
      table_.bytes() + calendar_.bytes() + states_.capacity() * sizeof(NeuronState) +
      boxes_.capacity() * sizeof(Event) + fill_.capacity() * sizeof(std::uint32_t) +
      quiet_until_.capacity() * sizeof(double) + spike_count_.capacity() * sizeof(std::uint32_t) +
      sources_.capacity() * sizeof(Source) + history_.capacity() * sizeof(std::vector<double>) +
      probe_of_.capacity() * sizeof(std::uint32_t) + arrivals_.capacity() * sizeof(Arrival);
  for (const auto& one : history_) sum += one.capacity() * sizeof(double);
  return sum;
}

}  // namespace neucasl::spiking_plugin
