#include "engine.hpp"

#include <algorithm>
#include <barrier>
#include <cmath>
#include <exception>
#include <set>
#include <system_error>
#include <thread>

#include "block.hpp"

namespace neucasl::spiking_plugin {
namespace {

/// Days of the calendar between the shortest and the longest delay.
constexpr double most_days = 1 << 20;
/// Shortest delays, and spikes of a Poisson source, in a simulation: beyond, rounding of its times
/// is no longer small beside them.
constexpr double most_steps = 0x1p40;
/// Days of a simulation at least, so that it tells how far it is.
constexpr double least_days = 64.0;

void check_rates(const mapping::SpikingNetwork& network, double duration) {
  for (const mapping::NeuronPopulation& population : network.populations) {
    for (const double rate : population.rate) {
      if (rate * duration <= most_steps) continue;
      throw base::Error("spiking.parameter",
                        "population '" + population.name + "' has rate " + base::shortest(rate) +
                            " 1/s for " + base::shortest(duration) +
                            " s, more than 2^40 spikes of a source",
                        "lower the rate, or simulate a shorter time", population.where);
    }
  }
}

void check_probes(const mapping::SpikingNetwork& network, const plugin::SpikingOptions& options) {
  const auto refuse = [](const plugin::NeuronRef& probe, const std::string& what,
                         const std::string& remedy) {
    throw base::Error("spiking.options",
                      "neuron " + std::to_string(probe.index) + " of population " +
                          std::to_string(probe.population) + what,
                      remedy);
  };
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (const plugin::NeuronRef& probe : options.probes) {
    if (probe.population >= network.populations.size() ||
        !network.populations[probe.population].is_neuron() ||
        probe.index >= network.populations[probe.population].size) {
      refuse(probe, " is not there", "probe neurons of the network; sources have no potential");
    }
    if (!seen.emplace(probe.population, probe.index).second) {
      refuse(probe, " is probed twice", "name each neuron once");
    }
  }
}

void check_options(const mapping::SpikingNetwork& network, const plugin::SpikingOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    throw base::Error("spiking.options", what, remedy);
  };
  if (!(options.duration > 0.0) || !std::isfinite(options.duration)) {
    refuse("the duration is " + base::shortest(options.duration) + " s", "give a positive time");
  }
  if (options.threads < 1) {
    refuse("there are " + std::to_string(options.threads) + " threads", "give at least one");
  }
  check_rates(network, options.duration);
  check_probes(network, options);
  constexpr double most_samples = 1e8;
  if (!options.probes.empty() && !(options.duration / options.sample_interval >= 0.0 &&
                                   options.duration / options.sample_interval <= most_samples)) {
    refuse("the sample interval is " + base::shortest(options.sample_interval) + " s",
           "give a positive one, for at most 1e8 samples");
  }
}

/// Length of a day, a little less than the shortest delay.
double day_for(const LoweredNetwork& network, double duration) {
  constexpr double share = 1.0 - 0x1p-40;
  const double day = share * std::min(network.shortest_delay, duration / least_days);
  if (duration / day > most_steps) {
    throw base::Error("spiking.delay",
                      "the shortest delay, " + base::shortest(network.shortest_delay) +
                          " s, is less than 2^-40 of the simulated time, " +
                          base::shortest(duration) + " s",
                      "make it longer, or simulate a shorter time");
  }
  const double longest = std::min(network.longest_delay, duration);
  if (longest / day > most_days) {
    throw base::Error("spiking.delay",
                      "the longest delay, " + base::shortest(longest) +
                          " s within the simulated time, is more than 2^20 times the shortest, " +
                          base::shortest(network.shortest_delay) + " s",
                      "make the shortest longer");
  }
  return day;
}

void prepare_samples(const plugin::SpikingOptions& options, plugin::SpikingResult& result) {
  if (options.probes.empty()) return;
  for (std::size_t k = 0;; ++k) {
    const double time = static_cast<double>(k) * options.sample_interval;
    if (time >= options.duration) break;
    result.sample_time.push_back(time);
  }
  result.potential.assign(options.probes.size(), std::vector<double>(result.sample_time.size()));
}

/// The days of a simulation, each thread with its block, in step.
class Run {
 public:
  Run(const LoweredNetwork& network, const plugin::SpikingOptions& options,
      plugin::SpikingResult& result)
      : options_(options),
        result_(result),
        day_(day_for(network, options.duration)),
        clock_(day_, 0.0) {
    const std::size_t size = network.size();
    const std::size_t count =
        std::min<std::size_t>(static_cast<std::size_t>(options.threads), size);
    for (std::size_t b = 0; b < count; ++b) {
      blocks_.push_back(std::make_unique<Block>(network, b * size / count, (b + 1) * size / count,
                                                day_, options, result));
    }
    faults_.resize(count);
    next_.resize(count);
  }

  void run() {
    std::barrier<> together(static_cast<std::ptrdiff_t>(blocks_.size()));
    std::vector<std::thread> threads;
    start(threads, together);
    run_block(0, together);
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& fault : faults_) {
      if (fault) std::rethrow_exception(fault);
    }
    for (const auto& block : blocks_) {
      block->finish(options_.duration);
      result_.synaptic_events += block->events();
      result_.bytes += block->bytes();
    }
  }

 private:
  void start(std::vector<std::thread>& threads, std::barrier<>& together) {
    threads.reserve(blocks_.size());
    for (std::size_t b = 1; b < blocks_.size(); ++b) {
      try {
        threads.emplace_back([this, b, &together] { run_block(b, together); });
      } catch (const std::system_error& error) {
        // Those that started wait at the barrier: they end on the fault, without the others.
        faults_[0] = std::make_exception_ptr(
            base::Error("spiking.options",
                        "thread " + std::to_string(b) + " cannot be started: " + error.what(),
                        "take fewer threads"));
        for (; b < blocks_.size(); ++b) together.arrive_and_drop();
      }
    }
  }

  /// What throws is kept, since the other threads wait at the barrier.
  template <class Work>
  void guarded(std::size_t b, const Work& work) {
    if (faults_[b]) return;
    try {
      work();
    } catch (...) {
      faults_[b] = std::current_exception();
    }
  }

  void run_block(std::size_t b, std::barrier<>& together) {
    Block& block = *blocks_[b];
    std::uint64_t day = 0;
    while (clock_.begin_of(day) < options_.duration) {
      guarded(b,
              [&] { block.run_day(day, std::min(clock_.begin_of(day + 1), options_.duration)); });
      together.arrive_and_wait();
      if (b == 0) guarded(0, [&] { collect(day); });
      together.arrive_and_wait();
      guarded(b, [&] {
        block.send(day, today_);
        next_[b] = block.next_time(day);
      });
      together.arrive_and_wait();
      if (std::any_of(faults_.begin(), faults_.end(), [](const auto& f) { return f != nullptr; })) {
        return;
      }
      const double next = *std::min_element(next_.begin(), next_.end());
      if (next >= options_.duration) return;
      day = std::max(day + 1, clock_.day_of(next));
      // Nobody may write faults or times while another still reads them.
      together.arrive_and_wait();
    }
  }

  /// How far the simulation is.
  void tell(std::uint64_t day) {
    constexpr std::size_t parts = 1000;
    const double share = clock_.begin_of(day + 1) / options_.duration;
    const auto done = static_cast<std::size_t>(std::min(share, 1.0) * parts);
    if (!options_.progress || done == told_) return;
    told_ = done;
    options_.progress("thousandths of the simulated time", done, parts);
  }

  /// The day's spikes of all blocks, in order.
  void collect(std::uint64_t day) {
    options_.cancel.throw_if_requested();
    today_.clear();
    for (const auto& block : blocks_) {
      today_.insert(today_.end(), block->spikes().begin(), block->spikes().end());
      block->spikes().clear();
    }
    std::sort(today_.begin(), today_.end(), [](const plugin::Spike& a, const plugin::Spike& b) {
      return a.time != b.time ? a.time < b.time : a.neuron < b.neuron;
    });
    result_.spikes.insert(result_.spikes.end(), today_.begin(), today_.end());
    tell(day);
    if (options_.max_spikes > 0 && result_.spikes.size() > options_.max_spikes) {
      throw base::Error("spiking.spikes",
                        "more than " + std::to_string(options_.max_spikes) + " spikes by " +
                            base::shortest(result_.spikes.back().time) + " s",
                        "simulate a shorter time, or allow more");
    }
  }

  const plugin::SpikingOptions& options_;
  plugin::SpikingResult& result_;
  double day_;
  Calendar clock_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<std::exception_ptr> faults_;
  std::vector<double> next_;
  std::vector<plugin::Spike> today_;
  std::size_t told_ = 0;
};

}  // namespace

plugin::SpikingResult EventDrivenSolver::run(const mapping::SpikingNetwork& network,
                                             const plugin::SpikingOptions& options) const {
  mapping::check_spiking_network(network);
  check_options(network, options);
  const LoweredNetwork lowered(network, options.seed);
  plugin::SpikingResult result;
  result.first = lowered.first;
  prepare_samples(options, result);
  Run(lowered, options, result).run();
  for (const auto& devices : lowered.devices) {
    result.conductance.emplace_back();
    if (!devices) continue;
    result.conductance.back() = devices->conductances();
    result.bytes += devices->bytes();
  }
  return result;
}

std::string EventDrivenSolver::method() const {
  return "event-driven, exact between events (R. Brette, Neural Computation 18:2004, 2006; "
         "19:2604, 2007), calendar queue of days shorter than the shortest delay";
}

}  // namespace neucasl::spiking_plugin
