// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "comparison.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/plugin/host.hpp"
#include "ngspice/deck.hpp"
#include "ngspice/driver.hpp"
#include "worker.pb.h"

/// \file
/// Circuit simulation: compiled device models against their behavioural form in ngspice; the worker
/// process against libngspice in this process; a wavelength sweep in ngspice and natively.

namespace neucasl {
namespace {

namespace fs = std::filesystem;

/// Plugins of this build, loaded once.
struct Bench {
  Bench()
      : host({fs::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}),
        cards({fs::path(NEUCASL_SOURCE_FOLDER) / "devices"}) {
    context.diagnostics = &diagnostics;
    context.models = &host.models();
    context.devices = &cards;
  }
  std::unique_ptr<plugin::CircuitSimulator> simulator(const char* name) {
    return host.make_circuit_simulator(host.find(name, plugin::PluginKind::circuit_simulator));
  }
  base::DiagnosticSink diagnostics{
      [](const base::Diagnostic& d) { std::fprintf(stderr, "%s\n", base::to_string(d).c_str()); }};
  plugin::Host host;
  device::Library cards;
  plugin::Context context;
};

Bench& bench() {
  static Bench one;
  return one;
}

using benchmarks::seconds_of;

std::uint32_t add_node(circuit::Circuit& circuit, const std::string& name,
                       circuit::NodeKind kind = circuit::NodeKind::electrical) {
  circuit.nodes.push_back({name, kind, 1.0, {}, 0.0});
  return static_cast<std::uint32_t>(circuit.nodes.size() - 1);
}

/// A device on given terminal nodes, its internal unknowns on nodes of their own.
void add_device(circuit::Circuit& circuit, const std::string& name,
                std::vector<std::uint32_t> terminals, std::vector<double> parameters) {
  const model::Specification& specification = circuit.models.back().model->specification();
  circuit::Device device;
  device.name = name;
  device.model = static_cast<std::uint32_t>(circuit.models.size() - 1);
  device.parameters = std::move(parameters);
  device.nodes = std::move(terminals);
  for (const model::Internal& internal : specification.internals) {
    const auto node = add_node(circuit, name + '.' + internal.name, circuit::NodeKind::internal);
    circuit.nodes.back().scale = internal.scale;
    circuit.nodes.back().internal = internal.kind;
    device.nodes.push_back(node);
  }
  circuit.devices.push_back(std::move(device));
  circuit.refresh(circuit.devices.size() - 1);
}

/// `count` VTEAM memristors of slightly different resistance, side by side on a sine of one period.
circuit::Circuit memristors(int count, double period) {
  circuit::Circuit circuit;
  circuit.name = "memristors";
  add_node(circuit, "0");
  const auto drive = add_node(circuit, "drive");
  const model::FoundModel found = bench().host.models().find("vteam");
  circuit.models.push_back({found.model, found.origin});
  device::UseList uses;
  const model::Specification& specification = found.model->specification();
  const std::vector<double> nominal =
      model::parameters_from(specification, bench().cards.load("vteam_kvatinsky2015"), uses);
  const std::size_t resistance = model::parameter_index(specification, "on_resistance");
  for (int k = 0; k < count; ++k) {
    std::vector<double> parameters = nominal;
    parameters[resistance] *= 1.0 + 0.1 * k / count;
    add_device(circuit, "cell" + std::to_string(k), {drive, 0}, parameters);
  }
  circuit::Source source;
  source.name = "drive";
  source.p = drive;
  source.waveform.kind = circuit::Waveform::Kind::sine;
  source.waveform.values = {0.0, 1.0, 1.0 / period, 0.0, 0.0, 0.0};
  circuit.sources.push_back(source);
  return circuit;
}

double worst_difference(const circuit::Result& a, const circuit::Result& b) {
  double worst = 0.0;
  for (const circuit::Trace& trace : a.traces) {
    if (trace.kind != circuit::TraceKind::branch) continue;
    const circuit::Trace* other = b.find(trace.name, trace.kind);
    double peak = 0.0;
    for (const double value : trace.real) peak = std::max(peak, std::abs(value));
    worst = std::max(worst, std::abs(trace.real.back() - other->real.back()) / peak);
  }
  return worst;
}

/// The same memristors over 200 steps: as compiled models, and as sources with formulas.
void memristors_in_ngspice(benchmark::State& state) {
  constexpr double period = 20e-9;
  const circuit::Circuit circuit = memristors(static_cast<int>(state.range(0)), period);
  circuit::TransientAnalysis transient;
  transient.stop = period;
  transient.largest_step = period / 200;
  const auto ngspice = bench().simulator("ngspice");
  const auto native = bench().simulator("native");
  plugin::SimulationOptions options;
  options.tolerances.relative = 1e-4;
  const auto run = [&](plugin::CircuitSimulator& simulator, const char* form) {
    options.device_form = form;
    return simulator.simulate(circuit, transient, options, bench().context);
  };
  double compiled = 0.0;
  circuit::Result first;
  for (auto _ : state) compiled = seconds_of([&] { first = run(*ngspice, "compiled"); });
  circuit::Result second;
  const double behavioural = seconds_of([&] { second = run(*ngspice, "behavioural"); });
  circuit::Result third;
  const double by_native = seconds_of([&] { third = run(*native, "compiled"); });
  benchmarks::Comparison one;
  one.reference = "ngspice, formulas";
  one.seconds = compiled;
  one.reference_seconds = behavioural;
  one.error = worst_difference(first, second);
  state.counters["points"] = static_cast<double>(first.axis.size());
  state.counters["behavioural_points"] = static_cast<double>(second.axis.size());
  state.counters["native_seconds"] = by_native;
  state.counters["difference_native"] = worst_difference(first, third);
  benchmarks::record(state, one);
}
BENCHMARK(memristors_in_ngspice)->Arg(400)->Iterations(1)->Unit(benchmark::kMillisecond);

/// An array of n x n cells with wires, driven rows and sensed columns.
circuit::Circuit resistive_array(std::uint32_t n) {
  circuit::Circuit circuit;
  circuit.name = "array";
  add_node(circuit, "0");
  std::vector<std::uint32_t> row(n * n);
  std::vector<std::uint32_t> column(n * n);
  for (auto& node : row) node = add_node(circuit, "r" + std::to_string(circuit.nodes.size()));
  for (auto& node : column) node = add_node(circuit, "c" + std::to_string(circuit.nodes.size()));
  const auto passive = [&](std::uint32_t p, std::uint32_t q, double ohm) {
    circuit.passives.push_back({"x" + std::to_string(circuit.passives.size()),
                                circuit::PassiveKind::resistor, p, q, ohm, std::nullopt});
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    circuit::Source drive;
    drive.name = "drive" + std::to_string(i);
    drive.p = row[i * n];
    drive.rest = 0.1 * (1 + i % 5);
    circuit.sources.push_back(drive);
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::uint32_t k = i * n + j;
      passive(row[k], column[k], 1e4 * (1 + (7 * i + 13 * j) % 10));
      if (j + 1 < n) passive(row[k], row[k + 1], 2.0);
      passive(column[k], i + 1 < n ? column[k + n] : 0, 2.0);
    }
  }
  return circuit;
}

/// Operating points of an 8 x 8 array: through the worker process, and by libngspice here.
void worker_process(benchmark::State& state) {
  constexpr int circuits = 500;
  const circuit::Circuit circuit = resistive_array(8);
  const circuit::Analysis analysis = circuit::OperatingPointAnalysis{};
  const plugin::SimulationOptions options;
  const auto ngspice = bench().simulator("ngspice");
  (void)ngspice->simulate(circuit, analysis, options, bench().context);

  ngspice_plugin::Driver driver([](const ngspice::worker::Reply&) { std::_Exit(1); });
  const auto here = [&](int k) {
    ngspice::worker::Request request;
    request.set_run_id("here-" + std::to_string(k));
    (void)ngspice_plugin::write_deck(circuit, {analysis, options.tolerances, {}, {}, 0, 0},
                                     request);
    if (driver.run(request).rule() != ngspice::worker::RULE_PASSED) state.SkipWithError("failed");
  };
  here(-1);
  double by_worker = 0.0;
  double by_driver = 0.0;
  for (auto _ : state) {
    // Alternating, so that both see the same machine.
    for (int round = 0; round < 4; ++round) {
      by_worker += seconds_of([&] {
        for (int k = 0; k < circuits; ++k) {
          benchmark::DoNotOptimize(ngspice->simulate(circuit, analysis, options, bench().context));
        }
      });
      by_driver += seconds_of([&] {
        for (int k = 0; k < circuits; ++k) here(round * circuits + k);
      });
    }
  }
  benchmarks::Comparison one;
  one.reference = "libngspice in this process";
  one.seconds = by_worker / (4 * circuits);
  one.reference_seconds = by_driver / (4 * circuits);
  benchmarks::record(state, one);
}
BENCHMARK(worker_process)->Iterations(1)->Unit(benchmark::kMillisecond);

/// One add-drop ring over 2,001 wavelengths.
void ring_sweep_native(benchmark::State& state) {
  circuit::Circuit circuit;
  circuit.name = "ring";
  circuit.carriers = {1.55e-6};
  add_node(circuit, "0");
  const model::FoundModel found = bench().host.models().find("ring_add_drop");
  circuit.models.push_back({found.model, found.origin});
  std::vector<std::uint32_t> terminals;
  for (const char* port : {"input", "through", "add", "drop"}) {
    for (const char* part : {"re", "im"}) {
      const std::string name = std::string(port) + '.' + part;
      const bool real = part[0] == 'r';
      const auto node =
          add_node(circuit, name,
                   real ? circuit::NodeKind::optical_real : circuit::NodeKind::optical_imaginary);
      terminals.push_back(node);
      std::uint32_t end = 0;
      if (name == "input.re") {
        end = add_node(circuit, "source");
        circuit::Source source;
        source.name = "laser";
        source.p = end;
        source.rest = 2.0;
        circuit.sources.push_back(source);
      }
      circuit.passives.push_back(
          {"match_" + name, circuit::PassiveKind::resistor, end, node, 1.0, std::nullopt});
    }
  }
  add_device(circuit, "ring", terminals, model::default_parameters(found.model->specification()));
  circuit::SweepAnalysis sweep{"wavelength", {}};
  for (int k = 0; k <= 2000; ++k) sweep.values.push_back(1.54e-6 + 10e-12 * k);
  const auto ngspice = bench().simulator("ngspice");
  const auto native = bench().simulator("native");
  double by_ngspice = 0.0;
  double by_native = 0.0;
  circuit::Result a;
  circuit::Result b;
  for (auto _ : state) {
    by_native = seconds_of([&] { b = native->simulate(circuit, sweep, {}, bench().context); });
  }
  by_ngspice = seconds_of([&] { a = ngspice->simulate(circuit, sweep, {}, bench().context); });
  double worst = 0.0;
  for (const circuit::Trace& trace : b.traces) {
    const circuit::Trace* other = a.find(trace.name, trace.kind);
    for (std::size_t k = 0; k < trace.real.size(); ++k) {
      worst = std::max(worst, std::abs(trace.real[k] - other->real[k]));
    }
  }
  benchmarks::Comparison one;
  one.reference = "ngspice";
  one.seconds = by_native;
  one.reference_seconds = by_ngspice;
  one.error = worst;
  benchmarks::record(state, one);
}
BENCHMARK(ring_sweep_native)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
