#include "analyses.hpp"
#include "circuit_checks.hpp"
#include "rest_solver.hpp"
#include "traces.hpp"

namespace neucasl::native_plugin {

circuit::Result run(const Job& job, const circuit::OperatingPointAnalysis& /*analysis*/) {
  System system(job.circuit, job.options);
  require_paths_to_ground(system);
  RestSolver solver(system, job.options.tolerances, job.context.cancel);
  std::vector<double> x = system.first_guess();
  solver.solve(system.at_rest(), x);
  circuit::Result result = make_result(system, "op", "", {});
  append(system, 0.0, x, result);
  result.iterations = solver.iterations();
  result.method = "native: modified nodal analysis, " + solver.path();
  return result;
}

namespace {

/// Sweeps a copy of a circuit.
class Sweep {
 public:
  Sweep(const Job& job, const circuit::SweepAnalysis& analysis)
      : job_(job),
        analysis_(analysis),
        circuit_(with_first_value(job.circuit, analysis)),
        system_(circuit_, job.options),
        solver_(system_, job.options.tolerances, job.context.cancel) {}

  circuit::Result run() {
    require_paths_to_ground(system_);
    circuit::Result result =
        make_result(system_, "dc", analysis_.target, job_.circuit.dimension_of(analysis_.target));
    reserve(analysis_.values.size(), false, result);
    std::vector<double> x = system_.first_guess();
    for (std::size_t k = 0; k < analysis_.values.size(); ++k) {
      circuit_.set(analysis_.target, analysis_.values[k]);
      system_.reload();
      solve(k, x);
      append(system_, analysis_.values[k], x, result);
      if (job_.context.progress) job_.context.progress("sweep", k + 1, analysis_.values.size());
    }
    result.iterations = solver_.iterations();
    result.method = "native: modified nodal analysis, Newton from point to point";
    return result;
  }

 private:
  static circuit::Circuit with_first_value(const circuit::Circuit& circuit,
                                           const circuit::SweepAnalysis& analysis) {
    if (analysis.values.empty()) {
      throw base::Error("native.analysis", "the sweep of '" + analysis.target + "' has no points",
                        "give at least one value");
    }
    circuit::Circuit copy = circuit;
    copy.set(analysis.target, analysis.values.front());
    return copy;
  }
  /// From the point before, else from the start.
  void solve(std::size_t k, std::vector<double>& x) {
    if (k > 0) {
      try {
        return solver_.solve(system_.at_rest(), x);
      } catch (const base::Error& error) {
        if (error.diagnostic().code == "native.singular") throw;
      }
    }
    x = system_.first_guess();
    solver_.solve(system_.at_rest(), x);
  }

  const Job& job_;
  const circuit::SweepAnalysis& analysis_;
  circuit::Circuit circuit_;
  System system_;
  RestSolver solver_;
};

}  // namespace

circuit::Result run(const Job& job, const circuit::SweepAnalysis& analysis) {
  return Sweep(job, analysis).run();
}

}  // namespace neucasl::native_plugin
