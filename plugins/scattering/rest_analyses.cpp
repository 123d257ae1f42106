#include "rest_analyses.hpp"

#include <algorithm>
#include <atomic>

#include "spectrum.hpp"
#include "traces.hpp"

namespace neucasl::scattering {
namespace {

constexpr std::size_t points_of_task = 32;

circuit::Result sweep_wavelength(const circuit::Circuit& circuit,
                                 const circuit::SweepAnalysis& analysis,
                                 const plugin::Context& context) {
  const std::size_t points = analysis.values.size();
  circuit::Circuit first = circuit;
  first.set(analysis.target, analysis.values.front());
  RestPoint base(first);
  base.solve();
  Spectrum spectrum(base.scattering());
  Spectrum::Request request;
  request.wavelengths = analysis.values;
  request.threads = context.threads;
  request.cancel = context.cancel;
  const std::vector<Wave> waves = spectrum.run(request);
  circuit::Result result = make_result(circuit, base.bias(), "dc", analysis.target,
                                       circuit.dimension_of(analysis.target), points);
  result.axis = analysis.values;
  const std::size_t ports = base.network().ports.size();
  std::vector<std::size_t> iterations(points);
  const std::size_t tasks = (points + points_of_task - 1) / points_of_task;
  base::parallel_for(tasks, context.threads, context.cancel, [&](std::size_t task) {
    circuit::Circuit own = first;
    RestPoint point(own);
    const std::size_t end = std::min(points, (task + 1) * points_of_task);
    for (std::size_t k = task * points_of_task; k < end; ++k) {
      own.set(analysis.target, analysis.values[k]);
      const auto begin = waves.begin() + static_cast<std::ptrdiff_t>(k * ports);
      point.solve(base, {begin, begin + static_cast<std::ptrdiff_t>(ports)});
      store(own, point, k, result);
      iterations[k] = point.state().iterations;
    }
  });
  for (const std::size_t count : iterations) result.iterations += count;
  result.method = "scattering matrices: " + spectrum.method();
  return result;
}

}  // namespace

circuit::Result run(const circuit::Circuit& circuit,
                    const circuit::OperatingPointAnalysis& /*analysis*/,
                    const plugin::Context& /*context*/) {
  RestPoint point(circuit);
  point.solve();
  circuit::Result result = make_result(circuit, point.bias(), "op", "", {}, 1);
  store(circuit, point, 0, result);
  result.iterations = point.state().iterations;
  result.method = "scattering matrices: " + point.method();
  return result;
}

circuit::Result run(const circuit::Circuit& circuit, const circuit::SweepAnalysis& analysis,
                    const plugin::Context& context) {
  if (analysis.values.empty()) {
    throw base::Error("scattering.analysis", "the sweep of '" + analysis.target + "' has no points",
                      "give at least one value");
  }
  if (analysis.target == "wavelength") return sweep_wavelength(circuit, analysis, context);
  const std::size_t points = analysis.values.size();
  circuit::Circuit first = circuit;
  first.set(analysis.target, analysis.values.front());
  const RestPoint base(first);
  circuit::Result result = make_result(circuit, base.bias(), "dc", analysis.target,
                                       circuit.dimension_of(analysis.target), points);
  result.axis = analysis.values;
  std::vector<std::size_t> iterations(points);
  std::vector<std::string> method(points);
  base::parallel_for(points, context.threads, context.cancel, [&](std::size_t k) {
    circuit::Circuit own = first;
    own.set(analysis.target, analysis.values[k]);
    RestPoint point(own);
    point.solve();
    store(own, point, k, result);
    iterations[k] = point.state().iterations;
    method[k] = point.method();
  });
  for (const std::size_t count : iterations) result.iterations += count;
  result.method = "scattering matrices: " + method.front();
  return result;
}

}  // namespace neucasl::scattering
