#include <algorithm>
#include <cmath>

#include "load_bounding.hpp"
#include "netlist_loads.hpp"

namespace neucasl::logic {
namespace {

constexpr std::size_t no_instance = static_cast<std::size_t>(-1);

/// A stronger cell for an instance of the critical path.
struct Enlargement {
  std::size_t instance = 0;
  std::size_t cell = 0;
  double gain = 0.0;  ///< s, without what changes further down the path
};

class CriticalPathSizing {
 public:
  CriticalPathSizing(CellNetlist& netlist, const MappingCells& cells, const TimingOptions& options)
      : netlist_(netlist), cells_(cells), options_(options), drivers_(netlist.nets.size()) {
    std::ranges::fill(drivers_, no_instance);
    for (std::size_t i = 0; i < netlist.instances.size(); ++i) {
      drivers_[netlist.instances[i].output] = i;
    }
  }

  void run() {
    constexpr int most_rounds = 40;
    TimingReport report = timing();
    for (int round = 0; round < most_rounds; ++round) {
      std::vector<Enlargement> all = enlargements(report);
      if (all.empty()) return;
      // All at once, or where they are in each other's way the best alone.
      std::ranges::sort(all, std::greater<>(), &Enlargement::gain);
      if (!improves(all, report) && !improves(std::span(all).first(1), report)) return;
    }
  }

 private:
  [[nodiscard]] TimingReport timing() const {
    return static_timing(netlist_, cells_.library(), options_);
  }
  [[nodiscard]] const Cell& cell(std::size_t c) const { return cells_.library().cells[c]; }

  bool improves(std::span<const Enlargement> changes, TimingReport& report) {
    const std::vector<CellNetlist::Instance> before = netlist_.instances;
    std::vector<double> loads = net_loads(netlist_, cells_.library(), options_);
    for (const Enlargement& change : changes) apply(change, loads);
    TimingReport after = timing();
    if (after.delay < report.delay) {
      report = std::move(after);
      return true;
    }
    netlist_.instances = before;
    return false;
  }

  /// Unless a driver's load then becomes too large.
  void apply(const Enlargement& change, std::vector<double>& loads) {
    CellNetlist::Instance& instance = netlist_.instances[change.instance];
    if (!drivable(instance, change.cell, loads)) return;
    for (std::size_t k = 0; k < instance.inputs.size(); ++k) {
      loads[instance.inputs[k]] += added(instance.cell, change.cell, k);
    }
    instance.cell = change.cell;
  }
  [[nodiscard]] double added(std::size_t old_cell, std::size_t new_cell, std::size_t input) const {
    return cell(new_cell).inputs[input].capacitance - cell(old_cell).inputs[input].capacitance;
  }
  [[nodiscard]] bool drivable(const CellNetlist::Instance& instance, std::size_t new_cell,
                              const std::vector<double>& loads) const {
    for (std::size_t k = 0; k < instance.inputs.size(); ++k) {
      const std::size_t driver = drivers_[instance.inputs[k]];
      if (driver == no_instance) continue;
      // A net may enter several inputs.
      double load = loads[instance.inputs[k]];
      for (std::size_t j = 0; j < instance.inputs.size(); ++j) {
        if (instance.inputs[j] == instance.inputs[k]) load += added(instance.cell, new_cell, j);
      }
      if (load > cells_.largest_load(netlist_.instances[driver].cell)) return false;
    }
    return true;
  }

  /// s. Of the arc that leads from one step of the path to the next.
  [[nodiscard]] double step_delay(std::size_t c, const CellNetlist::Instance& instance,
                                  const PathStep& from, const PathStep& to, double load) const {
    double slowest = 0.0;
    for (const TimingArc& arc : cell(c).arcs) {
      if (instance.inputs[arc.input] != from.net) continue;
      const auto sense =
          from.rising == to.rising ? TimingArc::Sense::positive : TimingArc::Sense::negative;
      if (arc.sense != TimingArc::Sense::either && arc.sense != sense) continue;
      slowest = std::max(slowest,
                         (to.rising ? arc.rise_delay : arc.fall_delay).at(from.transition, load));
    }
    return slowest;
  }

  [[nodiscard]] std::vector<Enlargement> enlargements(const TimingReport& report) const {
    std::vector<Enlargement> all;
    const std::vector<double> loads = net_loads(netlist_, cells_.library(), options_);
    for (std::size_t s = 1; s < report.critical.size(); ++s) {
      const std::size_t i = drivers_[report.critical[s].net];
      if (i == no_instance || cell(netlist_.instances[i].cell).flip_flop) continue;
      Enlargement best{i, netlist_.instances[i].cell, 0.0};
      for (const std::size_t c : cells_.variants(netlist_.instances[i].cell)) {
        if (cells_.largest_load(c) < loads[netlist_.instances[i].output]) continue;
        const double gain = gain_of(report.critical, s, c);
        if (gain > best.gain && drivable(netlist_.instances[i], c, loads)) {
          best.cell = c;
          best.gain = gain;
        }
      }
      if (best.gain > 0.0) all.push_back(best);
    }
    return all;
  }

  [[nodiscard]] double gain_of(const std::vector<PathStep>& path, std::size_t s,
                               std::size_t c) const {
    const std::size_t i = drivers_[path[s].net];
    const CellNetlist::Instance& instance = netlist_.instances[i];
    double gain = step_delay(instance.cell, instance, path[s - 1], path[s], path[s].load) -
                  step_delay(c, instance, path[s - 1], path[s], path[s].load);
    const std::size_t driver = drivers_[path[s - 1].net];
    if (s < 2 || driver == no_instance) return gain;
    double more = 0.0;
    for (std::size_t k = 0; k < instance.inputs.size(); ++k) {
      if (instance.inputs[k] == path[s - 1].net) more += added(instance.cell, c, k);
    }
    const CellNetlist::Instance& before = netlist_.instances[driver];
    const double load = path[s - 1].load;
    gain -= step_delay(before.cell, before, path[s - 2], path[s - 1], load + more) -
            step_delay(before.cell, before, path[s - 2], path[s - 1], load);
    return gain;
  }

  CellNetlist& netlist_;
  const MappingCells& cells_;
  TimingOptions options_;
  std::vector<std::size_t> drivers_;  ///< Instance by net.
};

}  // namespace

void enlarge_critical_cells(CellNetlist& netlist, const MappingCells& cells,
                            const TimingOptions& options) {
  CriticalPathSizing(netlist, cells, options).run();
}

}  // namespace neucasl::logic
