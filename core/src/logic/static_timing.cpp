#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "netlist_loads.hpp"
#include "neucasl/logic/timing.hpp"

namespace neucasl::logic {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();
constexpr std::size_t no_such_net = static_cast<std::size_t>(-1);

/// The latest edge of one direction of a net.
struct NetEdge {
  double arrival = never;
  double transition = 0.0;
  std::size_t cause = no_such_net;  ///< Net whose edge of direction `cause_rising` leads here.
  bool cause_rising = false;
};

class StaticTiming {
 public:
  StaticTiming(const CellNetlist& netlist, const CellLibrary& library, const TimingOptions& options)
      : netlist_(netlist),
        library_(library),
        options_(with_defaults(options, library)),
        loads_(net_loads(netlist, library, options_)),
        edges_(2 * netlist.nets.size()) {}

  TimingReport run() {
    require_arcs(netlist_, library_);
    for (const CellNetlist::Port& input : netlist_.inputs) {
      for (const bool rising : {false, true}) {
        edge(input.net, rising) = {0.0, options_.input_transition, no_such_net, false};
      }
    }
    for (const CellNetlist::Instance& instance : netlist_.instances) propagate(instance);
    return report();
  }

 private:
  NetEdge& edge(std::size_t net, bool rising) { return edges_[2 * net + (rising ? 1 : 0)]; }

  void propagate(const CellNetlist::Instance& instance) {
    const Cell& cell = library_.cells[instance.cell];
    for (const TimingArc& arc : cell.arcs) {
      for (const bool from_rising : {false, true}) {
        // A flip-flop does nothing when its clock falls.
        if (cell.flip_flop && !from_rising) continue;
        for (const bool rising : {false, true}) {
          const bool alike = rising == from_rising;
          if (arc.sense == TimingArc::Sense::positive && !alike) continue;
          if (arc.sense == TimingArc::Sense::negative && alike) continue;
          follow(arc, instance, from_rising, rising);
        }
      }
    }
  }

  void follow(const TimingArc& arc, const CellNetlist::Instance& instance, bool from_rising,
              bool rising) {
    const NetEdge& from = edge(instance.inputs[arc.input], from_rising);
    if (from.arrival == never) return;
    const double load = loads_[instance.output];
    const double delay = (rising ? arc.rise_delay : arc.fall_delay).at(from.transition, load);
    const double transition =
        (rising ? arc.rise_transition : arc.fall_transition).at(from.transition, load);
    NetEdge& to = edge(instance.output, rising);
    to.transition = std::max(to.transition, transition);
    if (from.arrival + delay <= to.arrival) return;
    to.arrival = from.arrival + delay;
    to.cause = instance.inputs[arc.input];
    to.cause_rising = from_rising;
  }

  void end_at(std::size_t net, TimingReport& report, std::size_t& last, bool& last_rising) {
    for (const bool rising : {false, true}) {
      const double arrival = edge(net, rising).arrival;
      if (arrival == never || (last != no_such_net && arrival <= report.delay)) continue;
      report.delay = arrival;
      last = net;
      last_rising = rising;
    }
  }

  TimingReport report() {
    TimingReport report;
    std::size_t last = no_such_net;
    bool last_rising = false;
    for (const CellNetlist::Port& output : netlist_.outputs) {
      end_at(output.net, report, last, last_rising);
    }
    for (const CellNetlist::Instance& instance : netlist_.instances) {
      const Cell& cell = library_.cells[instance.cell];
      report.leakage_power += cell.leakage_power;
      report.area += cell.area;
      for (std::size_t i = 0; cell.flip_flop && i < cell.inputs.size(); ++i) {
        if (!cell.inputs[i].clock) end_at(instance.inputs[i], report, last, last_rising);
      }
    }
    trace(report, last, last_rising);
    const auto or_nan = [](double arrival) { return arrival == never ? std::nan("") : arrival; };
    for (std::size_t net = 0; net < netlist_.nets.size(); ++net) {
      report.arrival_fall.push_back(or_nan(edge(net, false).arrival));
      report.arrival_rise.push_back(or_nan(edge(net, true).arrival));
    }
    return report;
  }

  void trace(TimingReport& report, std::size_t net, bool rising) {
    while (net != no_such_net) {
      const NetEdge& at = edge(net, rising);
      report.critical.push_back({net, rising, at.arrival, at.transition, loads_[net]});
      net = at.cause;
      rising = at.cause_rising;
    }
    std::reverse(report.critical.begin(), report.critical.end());
  }

  const CellNetlist& netlist_;
  const CellLibrary& library_;
  TimingOptions options_;
  std::vector<double> loads_;
  std::vector<NetEdge> edges_;  ///< Falling and rising of each net.
};

}  // namespace

TimingReport static_timing(const CellNetlist& netlist, const CellLibrary& library,
                           const TimingOptions& options) {
  return StaticTiming(netlist, library, options).run();
}

}  // namespace neucasl::logic
