#include "neucasl/logic/technology_mapping.hpp"

#include "load_bounding.hpp"
#include "netlist_building.hpp"
#include "netlist_loads.hpp"
#include "neucasl/logic/timing.hpp"

namespace neucasl::logic {
namespace {

using Goal = MappingOptions::Goal;

/// The best netlist so far, by the goal and then the other one.
class BestNetlist {
 public:
  BestNetlist(const CellLibrary& library, const TimingOptions& timing, Goal goal)
      : library_(library), timing_(timing), goal_(goal) {}

  void offer(const CellNetlist& netlist) {
    const TimingReport report = static_timing(netlist, library_, timing_);
    const std::pair figures = goal_ == Goal::delay ? std::pair(report.delay, report.area)
                                                   : std::pair(report.area, report.delay);
    if (known_ && figures_ <= figures) return;
    known_ = true;
    figures_ = figures;
    netlist_ = netlist;
  }
  CellNetlist take() { return std::move(netlist_); }

 private:
  const CellLibrary& library_;
  TimingOptions timing_;
  Goal goal_;
  bool known_ = false;
  std::pair<double, double> figures_;
  CellNetlist netlist_;
};

std::vector<Literal> roots_of(const NetworkGraphOfAnds& graph) {
  std::vector<Literal> roots = graph.outputs;
  roots.insert(roots.end(), graph.next_states.begin(), graph.next_states.end());
  return roots;
}

}  // namespace

CellNetlist map_to_cells(const Network& network, const CellLibrary& library,
                         const MappingOptions& options) {
  const MappingCells cells(library, network);
  const CellMatcher matcher(cells);
  const NetworkGraphOfAnds graph = to_and_inverter_graph(network);
  const CutSet cuts(graph.graph, matcher.most_inputs(),
                    [&](std::uint64_t table) { return matcher.usable(table); });
  TimingOptions timing;
  timing.input_transition = options.input_transition;
  timing.output_load = options.output_load;
  timing = with_defaults(timing, library);
  const std::vector<Literal> roots = roots_of(graph);
  BestNetlist best(library, timing, options.goal);
  // The usual delays of covering know no loads: several netlists are made and measured.
  for (const Goal covered_for : {Goal::delay, Goal::area}) {
    Covering covering(graph.graph, cuts, matcher, cells, roots);
    covering.run(covered_for);
    const CellNetlist covered = build_netlist(network, graph, covering, cells);
    for (const double share : {1.0, 0.5}) {
      CellNetlist netlist = covered;
      bound_loads(netlist, cells, timing, share);
      best.offer(netlist);
      if (options.goal == Goal::area) continue;
      enlarge_critical_cells(netlist, cells, timing);
      best.offer(netlist);
    }
  }
  return best.take();
}

}  // namespace neucasl::logic
