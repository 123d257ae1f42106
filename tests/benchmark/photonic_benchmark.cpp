#include <Eigen/SparseLU>
#include <cmath>

#include "comparison.hpp"
#include "native/simulator.hpp"
#include "neucasl/base/random.hpp"
#include "scattering/network_scattering.hpp"
#include "scattering/output_terms.hpp"
#include "scattering/photonic_solver.hpp"
#include "scattering/spectrum.hpp"
#include "tests/scattering/circuit_builder.hpp"

/// \file
/// Photonic networks: wavelength sweeps against the native circuit simulator, a mesh against a
/// general sparse solver, all against closed forms.

namespace neucasl::benchmarks {
namespace {

using scattering::CircuitBuilder;
using scattering::ScatteringSolver;
using Wave = std::complex<double>;

std::vector<double> grid(int points, double from, double to) {
  std::vector<double> values;
  for (int k = 0; k < points; ++k) values.push_back(from + (to - from) * k / (points - 1));
  return values;
}

const scattering::Settings ring = {{"radius", 5e-6},
                                   {"effective_index", 2.6},
                                   {"group_index", 4.0},
                                   {"reference_wavelength", 1550e-9},
                                   {"round_trip_loss_db", 0.02},
                                   {"power_coupling_1", 0.0225},
                                   {"power_coupling_2", 0.0225}};

/// Through and drop of the ring, from the equations of A. Yariv (2000).
std::pair<Wave, Wave> closed_form(double wavelength) {
  const double length = 2.0 * M_PI * 5e-6;
  const double index = 2.6 - (wavelength - 1550e-9) * (4.0 - 2.6) / 1550e-9;
  const double phase = 2.0 * M_PI * index * length / wavelength;
  const double t = std::sqrt(1.0 - 0.0225);
  const double a = std::pow(10.0, -0.02 / 20.0);
  const Wave round = std::polar(a, phase);
  const Wave below = 1.0 - t * t * round;
  return {(t - t * round) / below, -0.0225 * std::sqrt(a) * std::polar(1.0, phase / 2.0) / below};
}

double worst_of_ring(const plugin::PhotonicTransfer& transfer) {
  double worst = 0.0;
  for (std::size_t k = 0; k < transfer.wavelengths.size(); ++k) {
    const auto [through, drop] = closed_form(transfer.wavelengths[k]);
    worst = std::max({worst, std::abs(transfer.value[2 * k] - through),
                      std::abs(transfer.value[2 * k + 1] - drop)});
  }
  return worst;
}

/// Time of the same sweep in the native simulator, s.
double native_seconds(const circuit::Circuit& circuit, const std::vector<double>& wavelengths) {
  native_plugin::NativeSimulator native;
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  return seconds_of([&] {
    benchmark::DoNotOptimize(
        native.simulate(circuit, circuit::SweepAnalysis{"wavelength", wavelengths}, {}, context));
  });
}

/// A ring from "in" to "through" and "drop" at 2,001 wavelengths.
void sweep_ring(benchmark::State& state, CircuitBuilder& net) {
  const auto wavelengths = grid(2001, 1540e-9, 1560e-9);
  const ScatteringSolver solver;
  plugin::PhotonicTransfer result;
  for (auto _ : state) {
    Comparison one;
    one.reference = "native simulator";
    one.seconds = best_seconds(20, [&] {
      result = solver.transfer(net.circuit(), {"in"}, {"through", "drop"}, wavelengths, {});
    });
    one.reference_seconds = native_seconds(net.circuit(), wavelengths);
    one.limit_seconds = 5e-3;
    one.error = worst_of_ring(result);
    one.error_limit = 5e-12;
    record(state, one);
  }
}

/// A ring between two buses, one matrix.
void ring_sweep(benchmark::State& state) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("ring", "ring_add_drop", {"in", "through", "drop", "add"}, ring);
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  sweep_ring(state, net);
}

/// The same ring of couplers and guides: a loop of waves at each wavelength.
void coupler_ring_sweep(benchmark::State& state) {
  const double half = M_PI * 5e-6;
  const scattering::Settings guide = {{"length", half},
                                      {"effective_index", 2.6},
                                      {"group_index", 4.0},
                                      {"reference_wavelength", 1550e-9},
                                      {"propagation_loss_db", 0.01 / half}};
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("lower", "directional_coupler", {"in", "a1", "through", "a2"},
          {{"power_coupling", 0.0225}});
  net.add("up", "waveguide", {"a2", "b1"}, guide);
  net.add("upper", "directional_coupler", {"add", "b1", "drop", "b2"},
          {{"power_coupling", 0.0225}});
  net.add("down", "waveguide", {"b2", "a1"}, guide);
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  sweep_ring(state, net);
}

/// Product of the cells' 2 x 2 matrices, one input a column: the closed form of a mesh.
std::vector<Wave> mesh_matrix(int lines, const std::vector<std::vector<double>>& cells) {
  const auto n = static_cast<std::size_t>(lines);
  std::vector<Wave> u(n * n);
  for (std::size_t i = 0; i < n; ++i) u[i * n + i] = 1.0;
  const double half = std::sqrt(0.5);
  for (const auto& cell : cells) {
    const auto top = static_cast<std::size_t>(cell[1]);
    const Wave inner = std::polar(1.0, cell[2]);
    const Wave outer = std::polar(1.0, cell[3]);
    for (std::size_t j = 0; j < n; ++j) {
      const Wave a = u[top * n + j];
      const Wave b = u[(top + 1) * n + j];
      const Wave c = inner * half * (a + Wave{0, 1} * b);
      const Wave d = half * (Wave{0, 1} * a + b);
      u[top * n + j] = outer * half * (c + Wave{0, 1} * d);
      u[(top + 1) * n + j] = half * (Wave{0, 1} * c + d);
    }
  }
  return u;
}

/// (1 - S C) b = s for all inputs by a general solver, s.
double general_seconds(const circuit::Circuit& circuit, const std::vector<std::uint32_t>& inputs) {
  const auto network = scattering::extract_network(circuit);
  scattering::BiasNetwork bias(circuit, network);
  const auto start = bias.start();
  return best_seconds(2, [&] {
    const scattering::NetworkScattering scattering(circuit, network, bias, start);
    const auto n = static_cast<int>(network.ports.size());
    std::vector<Eigen::Triplet<Wave>> triplets;
    for (int p = 0; p < n; ++p) triplets.emplace_back(p, p, 1.0);
    for (std::size_t d = 0; d < network.devices.size(); ++d) {
      const auto& device = network.devices[d];
      for (std::uint32_t p = 0; p < device.ports; ++p) {
        for (std::uint32_t q = 0; q < device.ports; ++q) {
          const Wave s =
              scattering.data().matrices[scattering.layout().first(d) + p * device.ports + q];
          if (s == Wave{}) continue;
          triplets.emplace_back(static_cast<int>(device.first_port + p),
                                static_cast<int>(network.ports[device.first_port + q].partner), -s);
        }
      }
    }
    Eigen::SparseMatrix<Wave> matrix(n, n);
    matrix.setFromTriplets(triplets.begin(), triplets.end());
    Eigen::SparseLU<Eigen::SparseMatrix<Wave>> factors;
    factors.compute(matrix);
    Eigen::MatrixXcd right = Eigen::MatrixXcd::Zero(n, static_cast<int>(inputs.size()));
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      right(static_cast<int>(inputs[k]), static_cast<int>(k)) = 1.0;
    }
    const Eigen::MatrixXcd b = factors.solve(right);
    benchmark::DoNotOptimize(b.data());
  });
}

/// Transfer matrix of a rectangular mesh of interferometers.
void mesh_transfer(benchmark::State& state) {
  const auto lines = static_cast<int>(state.range(0));
  base::RandomStream random(1, "benchmark/mesh", 0);
  const auto cells =
      scattering::rectangular_cells(lines, [&] { return 2.0 * M_PI * random.uniform(); });
  CircuitBuilder net;
  scattering::add_mesh(net, lines, cells);
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  for (int line = 0; line < lines; ++line) {
    inputs.push_back("in" + std::to_string(line));
    outputs.push_back("out" + std::to_string(line));
  }
  const ScatteringSolver solver;
  plugin::PhotonicTransfer result;
  for (auto _ : state) {
    Comparison one;
    one.reference = "Eigen SparseLU";
    one.seconds =
        best_seconds(5, [&] { result = solver.transfer(net.circuit(), inputs, outputs, {}, {}); });
    const auto network = scattering::extract_network(net.circuit());
    std::vector<std::uint32_t> ports;
    for (const auto& name : inputs) {
      ports.push_back(scattering::end_of(network, network.net(name)));
    }
    one.reference_seconds = general_seconds(net.circuit(), ports);
    if (lines == 64) one.limit_seconds = 10e-3;
    const auto expected = mesh_matrix(lines, cells);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      one.error = std::max(one.error, std::abs(result.value[k] - expected[k]));
    }
    one.error_limit = 1e-12;
    record(state, one);
  }
}

/// A laser and `columns` disks on a bus from "bus<row>_0" to "bus<row>_<columns>".
void add_disk_row(CircuitBuilder& net, const std::string& row, int columns) {
  net.add("laser" + row, "laser", {"bus" + row + "_0"});
  for (int c = 0; c < columns; ++c) {
    const std::string at = row + '_' + std::to_string(c);
    const std::string next = row + '_' + std::to_string(c + 1);
    net.add("disk" + at, "microdisk", {"bus" + at, "bus" + next, "drop" + at, "drop" + next},
            {{"resonance_wavelength", 1545e-9 + 0.5e-9 * c}});
  }
  net.add("end" + row, "termination", {"bus" + row + '_' + std::to_string(columns)});
  net.add("dark" + row, "termination", {"drop" + row + '_' + std::to_string(columns)});
  net.add("lower" + row, "termination", {"drop" + row + "_0"});
}

/// Largest difference from the native simulator's wave at the end of one row, lit by a milliwatt.
double worst_of_row(const plugin::PhotonicTransfer& transfer, int columns) {
  CircuitBuilder single;
  add_disk_row(single, "0", columns);
  native_plugin::NativeSimulator native;
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  const auto expected =
      native.simulate(single.circuit(), circuit::SweepAnalysis{"wavelength", transfer.wavelengths},
                      options, context);
  const std::string end = "bus0_" + std::to_string(columns);
  const auto* re = expected.find(end + ".re", circuit::TraceKind::node);
  const auto* im = expected.find(end + ".im", circuit::TraceKind::node);
  double worst = 0.0;
  for (std::size_t k = 0; k < transfer.wavelengths.size(); ++k) {
    const Wave wave = Wave{re->real[k], im->real[k]} / std::sqrt(1e-3);
    worst = std::max(worst, std::abs(wave - transfer.value[k]));
  }
  return worst;
}

/// A thousand disks, 50 rows of 20, each row lit and observed alone, at 201 wavelengths; per
/// wavelength against the native simulator at three of them.
void thousand_disks(benchmark::State& state) {
  constexpr int rows = 50, columns = 20;
  CircuitBuilder net;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  for (int r = 0; r < rows; ++r) {
    const std::string row = std::to_string(r);
    add_disk_row(net, row, columns);
    inputs.push_back("bus" + row + "_0");
    outputs.push_back("bus" + row + '_' + std::to_string(columns));
  }
  const auto wavelengths = grid(201, 1544e-9, 1556e-9);
  const ScatteringSolver solver;
  for (auto _ : state) {
    Comparison one;
    one.reference = "native simulator, of three wavelengths";
    plugin::PhotonicTransfer result;
    one.seconds = seconds_of(
        [&] { result = solver.transfer(net.circuit(), inputs, outputs, wavelengths, {}); });
    const std::vector<double> few = {1544e-9, 1550e-9, 1556e-9};
    one.reference_seconds = native_seconds(net.circuit(), few) * 201.0 / 3.0;
    // Rows share nothing: keep the wave from the first row's input to its output.
    plugin::PhotonicTransfer first;
    first.wavelengths = result.wavelengths;
    for (std::size_t k = 0; k < wavelengths.size(); ++k) {
      first.value.push_back(result.value[k * rows * rows]);
    }
    one.error = worst_of_row(first, columns);
    one.error_limit = 1e-9;
    record(state, one);
  }
}

BENCHMARK(ring_sweep)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(coupler_ring_sweep)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(mesh_transfer)->Arg(16)->Arg(64)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(thousand_disks)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl::benchmarks

BENCHMARK_MAIN();
