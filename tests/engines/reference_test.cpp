#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "neucasl/base/file.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/spice_parser.hpp"
#include "session.hpp"

namespace neucasl::engines {
namespace {

namespace fs = std::filesystem;
using Complex = std::complex<double>;

const fs::path source{NEUCASL_SOURCE_FOLDER};

class References : public Session {
 protected:
  circuit::Circuit netlist(const std::string& file) {
    return circuit::lower(ir::flatten(io::read_design(source / "netlists" / file)), host_.models(),
                          cards_);
  }
  circuit::Result run(plugin::CircuitSimulator& simulator, const circuit::Circuit& circuit,
                      const circuit::Analysis& analysis) {
    plugin::SimulationOptions options;
    options.tolerances = circuit::Tolerances::tight();
    return simulator.simulate(circuit, analysis, options, context_);
  }
};

/// Rows of numbers separated by commas or blanks; lines that do not begin with one are left out.
std::vector<std::vector<double>> numbers(const std::string& file) {
  std::ifstream stream(source / "tests" / file);
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(stream, line);) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream words(line);
    std::vector<double> row;
    for (double value = 0.0; words >> value;) row.push_back(value);
    if (!row.empty()) rows.push_back(row);
  }
  EXPECT_FALSE(rows.empty()) << file;
  return rows;
}

/// The field of an optical net at point k.
Complex field(const circuit::Result& result, const std::string& net, std::size_t k = 0) {
  const circuit::Trace* real = result.find(net + ".re", circuit::TraceKind::node);
  const circuit::Trace* imaginary = result.find(net + ".im", circuit::TraceKind::node);
  if (!real || !imaginary) {
    ADD_FAILURE() << "no optical net " << net;
    return {};
  }
  return {real->real.at(k), imaginary->real.at(k)};
}

TEST_F(References, CrossbarDeckHasTheRecordedSolution) {
  const fs::path folder = source / "tests" / "engines" / "reference";
  const std::string text = base::read_file(folder / "xbar16.cir");
  const circuit::Circuit circuit = circuit::lower(
      ir::flatten(ir::parse_spice(text, "xbar16.cir").design), host_.models(), cards_);
  for (auto* simulator : {ngspice_.get(), native_.get()}) {
    const auto result = run(*simulator, circuit, circuit::OperatingPointAnalysis{});
    SCOPED_TRACE(result.method);
    std::ifstream recorded(folder / "xbar16.ngspice39.3.txt");
    std::size_t values = 0;
    const auto expect = [&](const std::string& name, circuit::TraceKind kind, double value) {
      const circuit::Trace* trace = result.find(name, kind);
      ASSERT_TRUE(trace) << name;
      EXPECT_NEAR(trace->real.at(0), value, 1e-9 * std::abs(value) + 1e-18) << name;
      ++values;
    };
    for (std::string line; std::getline(recorded, line);) {
      std::istringstream words(line);
      std::string place;
      double first = 0.0;
      double second = 0.0;
      words >> place >> first;
      if (words >> second) {
        expect("r" + place, circuit::TraceKind::node, first);
        expect("c" + place, circuit::TraceKind::node, second);
      } else {
        expect("vs" + place, circuit::TraceKind::branch, first);
      }
    }
    EXPECT_EQ(values, 528U);
  }
}

/// Largest distance from the reference over all points.
void expect_within(double worst, double limit, const circuit::Result& result, const char* what) {
  std::printf("%-14s %-60s %.1e\n", what, result.method.substr(0, 60).c_str(), worst);
  EXPECT_LE(worst, limit) << what << ", " << result.method;
}

TEST_F(References, RingHasTheRecordedSpectrum) {
  const circuit::Circuit circuit = netlist("photonic/ring_add_drop.ncir");
  const auto rows = numbers("photonic/reference/ring_adddrop.csv");
  circuit::SweepAnalysis sweep{"wavelength", {}};
  for (const auto& row : rows) sweep.values.push_back(row[0] * 1e-9);
  for (auto* simulator : {native_.get(), ngspice_.get()}) {
    const auto result = run(*simulator, circuit, sweep);
    double on_resonance = 0.0;
    double elsewhere = 0.0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      // The laser of the netlist has 1 mW.
      const double unit = std::sqrt(1e-3);
      const double error =
          std::max(std::abs(field(result, "through", k) / unit - Complex(rows[k][1], rows[k][2])),
                   std::abs(field(result, "drop", k) / unit - Complex(rows[k][3], rows[k][4])));
      double& worst = rows[k][6] > 0.05 ? on_resonance : elsewhere;
      worst = std::max(worst, error);
    }
    const bool native = simulator == native_.get();
    expect_within(elsewhere, native ? 1e-12 : 1e-9, result, "ring");
    // One rounding of the wavelength is 4e-14 of a phase of 331 rad, times the finesse of 125.
    expect_within(on_resonance, native ? 5e-12 : 1e-9, result, "on resonance");
  }
}

TEST_F(References, FabryPerotHasTheRecordedSpectrum) {
  const circuit::Circuit circuit = netlist("photonic/fabry_perot.ncir");
  const auto rows = numbers("photonic/reference/fp.s2p");
  constexpr double light = 299792458.0;  // m/s
  circuit::SweepAnalysis sweep{"wavelength", {}};
  std::vector<std::vector<double>> points;
  for (const auto& row : rows) {
    if (row.size() == 9) points.push_back(row);
  }
  std::sort(points.begin(), points.end());
  for (const auto& row : points) sweep.values.push_back(light / row[0]);
  for (auto* simulator : {native_.get(), ngspice_.get()}) {
    const auto result = run(*simulator, circuit, sweep);
    double worst = 0.0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const double unit = std::sqrt(1e-3);
      // V at the source is the emitted plus the reflected wave.
      const Complex reflected = field(result, "input", k) / unit - 1.0;
      const Complex transmitted = field(result, "output", k) / unit;
      worst = std::max({worst, std::abs(reflected - Complex(points[k][1], points[k][2])),
                        std::abs(transmitted - Complex(points[k][3], points[k][4]))});
    }
    expect_within(worst, simulator == native_.get() ? 1e-12 : 1e-9, result, "Fabry-Perot");
  }
}

TEST_F(References, MeshIsTheRecordedMatrix) {
  const auto rows = numbers("photonic/reference/mzi8_U.csv");
  std::vector<std::vector<double>> matrix;
  for (const auto& row : rows) {
    if (row.size() == 16) matrix.push_back(row);
  }
  ASSERT_EQ(matrix.size(), 8U);
  for (auto* simulator : {native_.get(), ngspice_.get()}) {
    double worst = 0.0;
    circuit::Result result;
    for (std::size_t column = 0; column < 8; ++column) {
      circuit::Circuit circuit = netlist("photonic/mzi_mesh_8x8.ncir");
      for (std::size_t j = 0; j < 8; ++j) {
        circuit.set("source_" + std::to_string(j) + ".power", j == column ? 1e-3 : 0.0);
      }
      result = run(*simulator, circuit, circuit::OperatingPointAnalysis{});
      for (std::size_t i = 0; i < 8; ++i) {
        const Complex output = field(result, "output_" + std::to_string(i)) / std::sqrt(1e-3);
        worst =
            std::max(worst, std::abs(output - Complex(matrix[i][column], matrix[i][column + 8])));
      }
    }
    expect_within(worst, simulator == native_.get() ? 1e-12 : 1e-9, result, "mesh");
  }
}

TEST_F(References, LinkOfLaserDiskTransistorDetectorAndMemristorIsOneTransient) {
  const circuit::Circuit circuit = netlist("photonic/disk_link.ncir");
  circuit::TransientAnalysis transient;
  transient.stop = 60e-9;
  transient.largest_step = 20e-12;
  // Tight tolerances would ask ngspice for displacement currents below their rounding.
  const auto a = ngspice_->simulate(circuit, transient, {}, context_);
  const auto b = native_->simulate(circuit, transient, {}, context_);
  const auto extremes = [](const circuit::Result& result, const char* node) {
    const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
    if (!trace) {
      ADD_FAILURE() << "no node " << node;
      return std::pair(0.0, 0.0);
    }
    const auto [low, high] = std::minmax_element(trace->real.begin(), trace->real.end());
    return std::pair(*low, *high);
  };
  for (const char* node : {"drive", "received", "cell", "modulated.re", "modulated.im",
                           "memory.state", "disk.junction"}) {
    const auto [low, high] = extremes(a, node);
    const auto [native_low, native_high] = extremes(b, node);
    const double scale = std::max(std::abs(native_low), std::abs(native_high));
    EXPECT_NEAR(low, native_low, 1e-4 * scale) << node;
    EXPECT_NEAR(high, native_high, 1e-4 * scale) << node;
  }
  // Light on and off at the detector, and a memristor that it sets.
  EXPECT_GT(extremes(b, "received").second, 20.0 * extremes(b, "received").first);
  EXPECT_LT(extremes(b, "memory.state").first, 0.5);
  EXPECT_DOUBLE_EQ(extremes(b, "memory.state").second, 1.0);
}

}  // namespace
}  // namespace neucasl::engines
