#include "load_bounding.hpp"

#include <algorithm>
#include <limits>

#include "netlist_building.hpp"
#include "netlist_loads.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::logic {
namespace {

class LoadBounder {
 public:
  LoadBounder(CellNetlist& netlist, const MappingCells& cells, const TimingOptions& options,
              double share)
      : netlist_(netlist),
        cells_(cells),
        options_(options),
        share_(share),
        sinks_(sinks_of(netlist)),
        tails_(netlist.nets.size(), 0.0) {
    for (const std::string& net : netlist.nets) static_cast<void>(names_.take(net));
    find_buffer();
  }

  void run() {
    // From the outputs: the loads of an instance are final when its turn comes.
    for (std::size_t i = netlist_.instances.size(); i-- > 0;) {
      bound(i);
      set_tails(i);
    }
    order_instances(netlist_, cells_.library());
  }

 private:
  [[nodiscard]] const Cell& cell(std::size_t c) const { return cells_.library().cells[c]; }
  [[nodiscard]] double capacitance(const NetSink& sink) const {
    return capacitance_of(sink, netlist_, cells_.library(), options_.output_load);
  }
  [[nodiscard]] double load(std::size_t net) const {
    double sum = options_.wire_capacitance;
    for (const NetSink& sink : sinks_[net]) sum += capacitance(sink);
    return sum;
  }
  [[nodiscard]] double strongest(std::size_t c) const {
    double largest = 0.0;
    for (const std::size_t v : cells_.variants(c)) {
      largest = std::max(largest, cells_.largest_load(v));
    }
    return largest;
  }
  /// The smallest variant that drives the load with `share` to spare, or else at all.
  [[nodiscard]] std::optional<std::size_t> variant_for(std::size_t c, double farad) const {
    for (const double share : {share_, 1.0}) {
      for (const std::size_t v : cells_.variants(c)) {
        if (share * cells_.largest_load(v) >= farad) return v;
      }
    }
    return std::nullopt;
  }

  /// s after the sink, with usual delays.
  [[nodiscard]] double tail(const NetSink& sink) const {
    if (sink.port) return 0.0;
    const CellNetlist::Instance& instance = netlist_.instances[sink.index];
    if (cell(instance.cell).flip_flop) return 0.0;
    return tails_[instance.output] + cells_.usual_delay(instance.cell, sink.input);
  }
  void set_tails(std::size_t instance) {
    double& longest = tails_[netlist_.instances[instance].output];
    for (const NetSink& sink : sinks_[netlist_.instances[instance].output]) {
      longest = std::max(longest, tail(sink));
    }
  }

  void find_buffer() {
    paired_ = !cells_.buffer().has_value();
    buffer_ = paired_ ? cells_.inverter() : *cells_.buffer();
  }

  void bound(std::size_t i) {
    const std::size_t c = netlist_.instances[i].cell;
    const std::size_t net = netlist_.instances[i].output;
    // A flip-flop's data input is a load that has been dealt with already.
    const bool fixed = cell(c).flip_flop;
    const double limit = share_ * (fixed ? cells_.largest_load(c) : strongest(c));
    if (load(net) > limit) {
      const bool single = is_inverter(cell(c)) || is_buffer(cell(c));
      if (single) {
        duplicate(i, limit);
      } else {
        buffer(net, limit, limit / share_);
      }
    }
    const double rest = load(net);
    if (fixed) {
      if (rest > cells_.largest_load(c)) too_large(net, cells_.largest_load(c));
      return;
    }
    const auto variant = variant_for(c, rest);
    if (!variant) too_large(net, strongest(c));
    netlist_.instances[i].cell = *variant;
  }

  std::size_t add_net(std::size_t like) {
    netlist_.nets.push_back(names_.make(netlist_.nets[like] + "_b"));
    sinks_.emplace_back();
    tails_.push_back(0.0);
    return netlist_.nets.size() - 1;
  }
  void connect(const NetSink& sink, std::size_t net) {
    if (sink.port) {
      netlist_.outputs[sink.index].net = net;
    } else {
      netlist_.instances[sink.index].inputs[sink.input] = net;
    }
    sinks_[net].push_back(sink);
  }

  /// The most critical sinks stay with the instance.
  void duplicate(std::size_t i, double limit) {
    const std::size_t net = netlist_.instances[i].output;
    const std::size_t first_copy = netlist_.instances.size();
    std::vector<NetSink> waiting = std::move(sinks_[net]);
    sinks_[net].clear();
    sort_by_tail(waiting);
    std::size_t target = net;
    double sum = options_.wire_capacitance;
    for (const NetSink& sink : waiting) {
      const double own = capacitance(sink);
      if (!sinks_[target].empty() && sum + own > limit) {
        target = copy_of(i);
        sum = options_.wire_capacitance;
      }
      connect(sink, target);
      sum += own;
    }
    for (std::size_t k = first_copy; k < netlist_.instances.size(); ++k) finish(k);
  }
  std::size_t copy_of(std::size_t i) {
    const std::size_t net = add_net(netlist_.instances[i].output);
    CellNetlist::Instance copy = netlist_.instances[i];
    copy.output = net;
    netlist_.instances.push_back(copy);
    const std::size_t index = netlist_.instances.size() - 1;
    sinks_[copy.inputs[0]].push_back({false, index, 0});
    return net;
  }
  /// The strength of a new instance.
  void finish(std::size_t i) {
    const std::size_t net = netlist_.instances[i].output;
    const auto variant = variant_for(netlist_.instances[i].cell, load(net));
    if (!variant) too_large(net, strongest(netlist_.instances[i].cell));
    netlist_.instances[i].cell = *variant;
    set_tails(i);
  }

  void sort_by_tail(std::vector<NetSink>& sinks) const {
    std::ranges::stable_sort(sinks, std::greater<>(),
                             [&](const NetSink& sink) { return tail(sink); });
  }

  /// Buffers take the least critical sinks until the load is at most `limit`, or at most `most`
  /// when more cannot be done.
  void buffer(std::size_t net, double limit, double most) {
    sort_by_tail(sinks_[net]);
    double rest = load(net);
    while (rest > limit) {
      std::vector<NetSink> group = take_group(net);
      double sum = 0.0;
      for (const NetSink& sink : group) sum += capacitance(sink);
      if (sum <= buffer_capacitance(sum)) {
        sinks_[net].insert(sinks_[net].end(), group.begin(), group.end());
        if (rest <= most) return;
        too_large(net, std::max(most, strongest(buffer_)));
      }
      insert_buffer(net, group);
      rest = load(net);
    }
  }

  /// F. Of the input of a buffer for these sinks; infinite when there is none.
  [[nodiscard]] double buffer_capacitance(double sinks) const {
    double own = sinks;
    for (int stage = 0; stage < (paired_ ? 2 : 1); ++stage) {
      const auto variant = variant_for(buffer_, own + options_.wire_capacitance);
      if (!variant) return std::numeric_limits<double>::infinity();
      own = cell(*variant).inputs[0].capacitance;
    }
    return own;
  }

  /// From the end of the list as many sinks as a buffer can drive; the largest one when those are
  /// too few to win anything.
  std::vector<NetSink> take_group(std::size_t net) {
    std::vector<NetSink>& sinks = sinks_[net];
    const double limit = share_ * strongest(buffer_) - options_.wire_capacitance;
    std::vector<NetSink> group;
    double sum = 0.0;
    while (!sinks.empty() && (group.empty() || sum + capacitance(sinks.back()) <= limit)) {
      sum += capacitance(sinks.back());
      group.push_back(sinks.back());
      sinks.pop_back();
    }
    if (group.size() == 1 && !sinks.empty()) {
      const auto largest = std::ranges::max_element(
          sinks, {}, [&](const NetSink& sink) { return capacitance(sink); });
      if (capacitance(*largest) > sum) std::swap(*largest, group.front());
    }
    return group;
  }

  void insert_buffer(std::size_t net, const std::vector<NetSink>& group) {
    std::size_t from = net;
    if (paired_) from = add_buffer_cell(net);
    const std::size_t to = add_buffer_cell(from);
    for (const NetSink& sink : group) connect(sink, to);
    const std::size_t last = netlist_.instances.size() - 1;
    finish(last);
    if (paired_) finish(last - 1);
    sort_by_tail(sinks_[net]);
  }
  /// \return Its output net.
  std::size_t add_buffer_cell(std::size_t from) {
    const std::size_t net = add_net(from);
    netlist_.instances.push_back({{}, buffer_, {from}, net, {}});
    sinks_[from].push_back({false, netlist_.instances.size() - 1, 0});
    return net;
  }

  [[noreturn]] void too_large(std::size_t net, double largest) const {
    const auto text = [](double farad) {
      return base::to_engineering({farad, base::dimension::capacitance});
    };
    throw base::Error(
        "mapping.fanout",
        "net '" + netlist_.nets[net] + "' has a load of " + text(load(net)) +
            "; no cell of library " + cells_.library().name + " for it drives more" + " than " +
            text(largest),
        "give each output at most " + text(largest) + ", or use a library with stronger cells");
  }

  CellNetlist& netlist_;
  const MappingCells& cells_;
  TimingOptions options_;
  double share_;
  std::vector<std::vector<NetSink>> sinks_;
  std::vector<double> tails_;  ///< s by net, longest way to an end.
  FreshNames names_;
  std::size_t buffer_ = 0;
  bool paired_ = false;  ///< Two inverters make a buffer.
};

}  // namespace

void bound_loads(CellNetlist& netlist, const MappingCells& cells, const TimingOptions& options,
                 double share) {
  LoadBounder(netlist, cells, options, share).run();
}

}  // namespace neucasl::logic
