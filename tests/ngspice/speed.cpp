/// \file
/// How fast: device models compiled and as formulas; circuits through a worker and in one process.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>

#include "bench.hpp"
#include "neucasl/plugin/host.hpp"
#include "plugins/ngspice/deck.hpp"
#include "plugins/ngspice/driver.hpp"
#include "plugins/ngspice/simulator.hpp"
#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Memristors, each behind a resistor on one sine.
Bench cells(model::ModelLibrary& models, int count) {
  Bench bench(&models);
  const auto input = bench.node("input");
  bench.voltage("supply", input, 0, 0.0).waveform = {circuit::Waveform::Kind::sine,
                                                     {0.0, 1.0, 1e6, 0.0, 0.0, 0.0}};
  for (int k = 0; k < count; ++k) {
    const std::string name = std::to_string(k);
    const auto top = bench.node("top" + name);
    bench.resistor("feed" + name, input, top, 100.0);
    bench.device("cell" + name, "memory", {top, 0},
                 {{"initial", 0.2 + 0.6 * k / count}, {"rate", 1e6}});
  }
  return bench;
}

/// Array of size x size conductances with wires.
Bench array(std::uint32_t size) {
  Bench bench;
  std::vector<std::uint32_t> rows, columns;
  for (std::uint32_t k = 0; k < size * size; ++k) {
    rows.push_back(bench.node("row" + std::to_string(k)));
    columns.push_back(bench.node("column" + std::to_string(k)));
  }
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string name = std::to_string(i);
    const auto drive = bench.node("drive" + name);
    bench.voltage("drive" + name, drive, 0, 0.1 * (1.0 + i % 5));
    bench.resistor("feed" + name, drive, rows[i * size], 2.0);
    bench.voltage("sense" + name, columns[(size - 1) * size + i], 0, 0.0);
    for (std::uint32_t j = 0; j < size; ++j) {
      const std::uint32_t k = i * size + j;
      bench.passive(circuit::PassiveKind::conductance, "cell" + std::to_string(k), rows[k],
                    columns[k], 1e-5 * (1.0 + (7 * i + 13 * j) % 10));
      if (j + 1 < size) bench.resistor("r" + std::to_string(k), rows[k], rows[k + 1], 2.0);
      if (i + 1 < size) bench.resistor("c" + std::to_string(k), columns[k], columns[k + size], 2.0);
    }
  }
  return bench;
}

void compare_forms(NgspiceSimulator& simulator, plugin::Context& context,
                   model::ModelLibrary& models) {
  const Bench bench = cells(models, 2000);
  circuit::TransientAnalysis transient;
  transient.stop = 1e-6;
  transient.largest_step = 5e-9;
  plugin::SimulationOptions options;
  circuit::Result compiled, formulas;
  (void)simulator.simulate(bench.circuit, transient, options, context);  // the worker starts
  const double fast =
      seconds([&] { compiled = simulator.simulate(bench.circuit, transient, options, context); });
  options.device_form = "behavioural";
  const double slow =
      seconds([&] { formulas = simulator.simulate(bench.circuit, transient, options, context); });
  const double a = compiled.find("cell7.state", circuit::TraceKind::node)->real.back();
  const double b = formulas.find("cell7.state", circuit::TraceKind::node)->real.back();
  std::printf(
      "2,000 cells: compiled %.2f s (%zu points), formulas %.2f s (%zu points), %.0f times; "
      "states %.6f and %.6f\n",
      fast, compiled.time_points, slow, formulas.time_points, slow / fast, a, b);
}

void compare_processes(NgspiceSimulator& simulator, plugin::Context& context) {
  const Bench bench = array(8);
  const circuit::Analysis rest = circuit::OperatingPointAnalysis{};
  constexpr int count = 1000;
  Driver driver([](const message::Reply&) { std::abort(); });
  const circuit::Tolerances tolerances;
  const auto here = [&] {
    for (int k = 0; k < count; ++k) {
      message::Request request;
      (void)write_deck(bench.circuit, {.analysis = rest, .tolerances = tolerances, .noise = {}},
                       request);
      request.set_run_id("run-" + std::to_string(k));
      if (driver.run(request).rule() != message::RULE_PASSED) std::abort();
    }
  };
  const auto there = [&] {
    for (int k = 0; k < count; ++k) (void)simulator.simulate(bench.circuit, rest, {}, context);
  };
  here();
  there();
  for (int round = 0; round < 3; ++round) {
    const double direct = count / seconds(here);
    const double worker = count / seconds(there);
    std::printf("8 x 8 array: %.0f circuits/s in this process, %.0f through the worker, %.0f %%\n",
                direct, worker, 100.0 * worker / direct);
  }
  for (const int threads : {1, 2}) {
    context.threads = threads;
    const double time = seconds([&] {
      simulator.simulate_batch(
          2 * count, [&](std::size_t) { return bench.circuit; }, rest, {},
          [](std::size_t, const plugin::SimulationOutcome&) {}, context);
    });
    std::printf("8 x 8 array: %.0f circuits/s in a campaign on %d workers\n", 2 * count / time,
                threads);
  }
}

int run() {
  plugin::Host host({std::filesystem::path(NEUCASL_TEST_PLUGINS)});
  base::DiagnosticSink diagnostics;
  plugin::Context context;
  context.diagnostics = &diagnostics;
  WorkerOptions options;
  options.executable = NEUCASL_TEST_WORKER;
  NgspiceSimulator simulator(options);
  compare_processes(simulator, context);
  compare_forms(simulator, context, host.models());
  return 0;
}

}  // namespace
}  // namespace neucasl::ngspice_plugin

int main() {
  try {
    return neucasl::ngspice_plugin::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
