#include <algorithm>
#include <queue>
#include <stdexcept>

#include "netlist_loads.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/logic/timing.hpp"

namespace neucasl::logic {
namespace {

constexpr std::size_t most_inputs = 64;

/// A change of a net that is to come; void when the net's serial number has moved on.
struct PendingEvent {
  double time = 0.0;
  std::uint64_t order = 0;
  std::size_t net = 0;
  std::uint64_t serial = 0;
  bool value = false;
  double transition = 0.0;
  double energy = 0.0;

  bool operator>(const PendingEvent& other) const {
    return time != other.time ? time > other.time : order > other.order;
  }
};

class EventSimulator {
 public:
  EventSimulator(const CellNetlist& netlist, const CellLibrary& library,
                 const TimingOptions& options)
      : netlist_(netlist),
        library_(library),
        options_(with_defaults(options, library)),
        loads_(net_loads(netlist, library, options_)),
        sinks_(sinks_of(netlist)) {
    if (netlist.inputs.size() > most_inputs) {
      throw std::logic_error("a pattern has at most 64 inputs");
    }
    require_arcs(netlist, library);
    for (std::vector<NetSink>& sinks : sinks_) {
      std::erase_if(sinks, [&](const NetSink& sink) {
        return !sink.port && !has_effect(cell_of(sink.index), sink.input);
      });
    }
  }

  TransitionReport run(std::uint64_t before, std::uint64_t after) {
    settle(before);
    report_ = {};
    change_inputs(before, after);
    while (!queue_.empty()) {
      const PendingEvent event = queue_.top();
      queue_.pop();
      if (event.serial == serial_[event.net]) happen(event);
    }
    return std::move(report_);
  }

 private:
  [[nodiscard]] const Cell& cell_of(std::size_t instance) const {
    return library_.cells[netlist_.instances[instance].cell];
  }

  [[nodiscard]] bool function_of(std::size_t instance) const {
    const std::vector<std::size_t>& inputs = netlist_.instances[instance].inputs;
    unsigned row = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      row |= (value_[inputs[i]] != 0 ? 1U : 0U) << i;
    }
    return cell_of(instance).function.at(row);
  }

  void settle(std::uint64_t inputs) {
    value_.assign(netlist_.nets.size(), 0);
    serial_.assign(netlist_.nets.size(), 0);
    for (std::size_t i = 0; i < netlist_.inputs.size(); ++i) {
      value_[netlist_.inputs[i].net] = ((inputs >> i) & 1U) != 0 ? 1 : 0;
    }
    for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
      const CellNetlist::Instance& instance = netlist_.instances[i];
      if (cell_of(i).flip_flop) value_[instance.output] = instance.initial.value_or(false) ? 1 : 0;
    }
    for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
      if (!cell_of(i).flip_flop) value_[netlist_.instances[i].output] = function_of(i) ? 1 : 0;
    }
    planned_ = value_;
  }

  /// One after the other; the clocks first, so that flip-flops take what was there before.
  void change_inputs(std::uint64_t before, std::uint64_t after) {
    for (const bool clocks : {true, false}) {
      for (std::size_t i = 0; i < netlist_.inputs.size(); ++i) {
        const std::size_t net = netlist_.inputs[i].net;
        if ((((before ^ after) >> i) & 1U) == 0 || is_clock(net) != clocks) continue;
        value_[net] ^= 1;
        record(net, 0.0, options_.input_transition);
        notify(net, 0.0, options_.input_transition);
      }
    }
  }

  [[nodiscard]] bool is_clock(std::size_t net) const {
    return std::ranges::any_of(sinks_[net], [&](const NetSink& sink) {
      return !sink.port && cell_of(sink.index).flip_flop;
    });
  }

  void record(std::size_t net, double time, double transition) {
    report_.events.push_back({net, value_[net] != 0, time, transition});
    for (const NetSink& sink : sinks_[net]) {
      if (!sink.port) continue;
      report_.delay = time;
      report_.last_output = sink.index;
      break;
    }
  }

  void happen(const PendingEvent& event) {
    value_[event.net] = event.value ? 1 : 0;
    report_.energy += event.energy;
    record(event.net, event.time, event.transition);
    notify(event.net, event.time, event.transition);
  }

  void notify(std::size_t net, double time, double transition) {
    for (const NetSink& sink : sinks_[net]) {
      if (sink.port) continue;
      const Cell& cell = cell_of(sink.index);
      if (!cell.flip_flop) {
        plan(sink, function_of(sink.index), time, transition);
      } else if (value_[net] != 0) {
        const CellNetlist::Instance& instance = netlist_.instances[sink.index];
        plan(sink, value_[instance.inputs[1 - sink.input]] != 0, time, transition);
      }
    }
  }

  void plan(const NetSink& cause, bool value, double time, double transition) {
    const CellNetlist::Instance& instance = netlist_.instances[cause.index];
    const std::size_t net = instance.output;
    if ((planned_[net] != 0) == value) return;
    planned_[net] = value ? 1 : 0;
    ++serial_[net];
    if ((value_[net] != 0) == value) return;  // Back before anything happened.
    const TimingArc& arc = arc_of(cause, value);
    const double load = loads_[net];
    PendingEvent event;
    event.time =
        time + std::max(0.0, (value ? arc.rise_delay : arc.fall_delay).at(transition, load));
    event.order = order_++;
    event.net = net;
    event.serial = serial_[net];
    event.value = value;
    event.transition =
        std::max(0.0, (value ? arc.rise_transition : arc.fall_transition).at(transition, load));
    event.energy = energy_of(arc, value, transition, load);
    queue_.push(event);
  }

  [[nodiscard]] double energy_of(const TimingArc& arc, bool rising, double transition,
                                 double load) const {
    const LoadTable& table = rising ? arc.rise_energy : arc.fall_energy;
    const double own = table.value.empty() ? 0.0 : table.at(transition, load);
    return own + (rising ? load * library_.voltage * library_.voltage : 0.0);
  }

  /// The arc of the input whose sense agrees with what is seen; any of the input's otherwise.
  [[nodiscard]] const TimingArc& arc_of(const NetSink& cause, bool rising) const {
    const std::size_t net = netlist_.instances[cause.index].inputs[cause.input];
    const auto wanted =
        rising == (value_[net] != 0) ? TimingArc::Sense::positive : TimingArc::Sense::negative;
    const TimingArc* found = nullptr;
    for (const TimingArc& arc : cell_of(cause.index).arcs) {
      if (arc.input != cause.input) continue;
      if (arc.sense == wanted) return arc;
      if (found == nullptr || arc.sense == TimingArc::Sense::either) found = &arc;
    }
    return *found;
  }

  const CellNetlist& netlist_;
  const CellLibrary& library_;
  TimingOptions options_;
  std::vector<double> loads_;
  std::vector<std::vector<NetSink>> sinks_;  ///< Those that a change of the net can move.
  std::vector<char> value_;                  ///< By net.
  std::vector<char> planned_;                ///< By net, after all pending events.
  std::vector<std::uint64_t> serial_;        ///< By net, of the event that is still valid.
  std::priority_queue<PendingEvent, std::vector<PendingEvent>, std::greater<>> queue_;
  std::uint64_t order_ = 0;
  TransitionReport report_;
};

}  // namespace

TransitionReport simulate_transition(const CellNetlist& netlist, const CellLibrary& library,
                                     std::uint64_t before, std::uint64_t after,
                                     const TimingOptions& options) {
  return EventSimulator(netlist, library, options).run(before, after);
}

std::pair<std::uint64_t, std::uint64_t> slowest_transition(const CellNetlist& netlist,
                                                           const CellLibrary& library,
                                                           const TimingOptions& options,
                                                           std::uint64_t tries,
                                                           std::uint64_t seed) {
  constexpr std::size_t most_exhaustive = 10;
  EventSimulator simulator(netlist, library, options);
  std::pair<std::uint64_t, std::uint64_t> slowest{0, 0};
  double longest = 0.0;
  const auto attempt = [&](std::uint64_t before, std::uint64_t after) {
    const double delay = simulator.run(before, after).delay;
    if (delay <= longest) return;
    longest = delay;
    slowest = {before, after};
  };
  const std::size_t inputs = netlist.inputs.size();
  if (inputs <= most_exhaustive) {
    for (std::uint64_t before = 0; before < (std::uint64_t{1} << inputs); ++before) {
      for (std::size_t i = 0; i < inputs; ++i) attempt(before, before ^ (std::uint64_t{1} << i));
    }
    return slowest;
  }
  base::RandomStream random(seed, "logic/slowest-transition");
  const std::uint64_t mask =
      inputs == most_inputs ? ~std::uint64_t{0} : (std::uint64_t{1} << inputs) - 1;
  for (std::uint64_t t = 0; t < tries; ++t) {
    const std::uint64_t before =
        ((std::uint64_t{random.next_u32()} << 32U) | random.next_u32()) & mask;
    attempt(before,
            before ^ (std::uint64_t{1} << random.below(static_cast<std::uint32_t>(inputs))));
  }
  return slowest;
}

}  // namespace neucasl::logic
