#include <gtest/gtest.h>

#include <Eigen/SparseLU>
#include <cmath>

#include "circuit_builder.hpp"
#include "neucasl/base/random.hpp"
#include "rest_point.hpp"
#include "spectrum.hpp"
#include "wave_solver.hpp"

namespace neucasl::scattering {
namespace {

/// (1 - S C) b = s by Eigen's general sparse solver.
std::vector<Wave> solve_directly(const NetworkScattering& scattering,
                                 const std::vector<Wave>& sources, bool transposed) {
  const OpticalNetwork& network = scattering.network();
  const auto n = static_cast<int>(network.ports.size());
  std::vector<Eigen::Triplet<Wave>> triplets;
  for (int p = 0; p < n; ++p) triplets.emplace_back(p, p, 1.0);
  for (std::size_t d = 0; d < network.devices.size(); ++d) {
    const OpticalDevice& device = network.devices[d];
    for (std::uint32_t p = 0; p < device.ports; ++p) {
      for (std::uint32_t q = 0; q < device.ports; ++q) {
        const Wave s =
            scattering.data().matrices[scattering.layout().first(d) + p * device.ports + q];
        auto row = static_cast<int>(device.first_port + p);
        auto column = static_cast<int>(network.ports[device.first_port + q].partner);
        if (transposed) std::swap(row, column);
        triplets.emplace_back(row, column, -s);
      }
    }
  }
  Eigen::SparseMatrix<Wave> matrix(n, n);
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  Eigen::SparseLU<Eigen::SparseMatrix<Wave>> factors;
  factors.compute(matrix);
  EXPECT_EQ(factors.info(), Eigen::Success);
  const Eigen::VectorXcd b = factors.solve(Eigen::Map<const Eigen::VectorXcd>(sources.data(), n));
  return {b.begin(), b.end()};
}

/// Random guides, couplers and mirrors, each port joined to another one.
void add_random(CircuitBuilder& net, std::uint64_t sample, int devices) {
  base::RandomStream random(11, "test/network", sample);
  std::vector<std::string> open;
  int count = 0;
  const auto port = [&] {
    // Half of the ports join one that is open, the others begin a net.
    if (open.empty() || random.uniform() < 0.5) {
      open.push_back("n" + std::to_string(count++));
      return open.back();
    }
    const auto k = random.below(static_cast<std::uint32_t>(open.size()));
    std::string name = open[k];
    open.erase(open.begin() + k);
    return name;
  };
  for (int d = 0; d < devices; ++d) {
    const std::string name = "d" + std::to_string(d);
    const double kind = random.uniform();
    std::vector<std::string> nets;
    const std::size_t ports = kind < 0.4 ? 4 : 2;
    for (std::size_t p = 0; p < ports; ++p) nets.push_back(port());
    if (kind < 0.4) {
      net.add(name, "directional_coupler", nets, {{"power_coupling", random.uniform()}});
    } else if (kind < 0.6) {
      net.add(name, "mirror", nets, {{"reflection", random.uniform()}});
    } else {
      net.add(name, "waveguide", nets,
              {{"length", 1e-4 * random.uniform()}, {"propagation_loss_db", 2e4}});
    }
  }
  bool first = true;
  for (const std::string& name : open) {
    net.add(name, first ? "laser" : "termination", {name});
    first = false;
  }
}

TEST(WaveNetwork, RandomNetworksAsAGeneralSolver) {
  int loops = 0;
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    CircuitBuilder net;
    add_random(net, sample, 3 + static_cast<int>(sample));
    RestPoint point(net.circuit());
    point.solve();
    loops += point.method().find("sparse") != std::string::npos ? 1 : 0;
    const auto& emitted = point.scattering().data().emitted;
    const auto expected = solve_directly(point.scattering(), emitted, false);
    double worst = 0.0;
    double size = 0.0;
    for (std::size_t p = 0; p < expected.size(); ++p) {
      worst = std::max(worst, std::abs(point.outgoing()[p] - expected[p]));
      size = std::max(size, std::abs(expected[p]));
    }
    EXPECT_LE(worst, 1e-12 * size) << "sample " << sample;
    // Transposed, with all waves.
    const std::vector<char> begins(emitted.size(), 1);
    const WaveStructure structure =
        make_structure(point.network(), point.scattering().layout(),
                       NetworkScattering::used(point.scattering().data().matrices), begins);
    WaveSolver solver(structure);
    solver.load(std::span<const Wave>(point.scattering().data().matrices));
    std::vector<WaveLanes> waves(emitted.size());
    std::vector<Wave> right(emitted.size());
    for (std::size_t p = 0; p < right.size(); ++p) {
      right[p] = {std::cos(1.0 + static_cast<double>(p)), std::sin(2.0 * static_cast<double>(p))};
      for (std::size_t lane = 0; lane < lanes; ++lane) waves[p].set(lane, right[p]);
    }
    solver.solve_transposed(waves);
    const auto adjoint = solve_directly(point.scattering(), right, true);
    for (std::size_t p = 0; p < right.size(); ++p) {
      EXPECT_LE(std::abs(waves[p].at(3) - adjoint[p]), 1e-10) << "sample " << sample;
    }
  }
  EXPECT_GT(loops, 5);
  EXPECT_LT(loops, 40);
}

TEST(WaveNetwork, LanesOfWavelengthsAsSinglePoints) {
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("mirror", "mirror", {"in", "a"}, {{"reflection", 0.4}});
  net.add("guide", "waveguide", {"a", "b"}, {{"length", 30e-6}});
  net.add("end", "mirror", {"b", "out"}, {{"reflection", 0.4}});
  net.add("dark", "termination", {"out"});
  const OpticalNetwork network = extract_network(net.circuit());
  const BiasNetwork bias(net.circuit(), network);
  NetworkScattering scattering(net.circuit(), network, bias, bias.start());
  Spectrum::Request request;
  for (int k = 0; k < 9; ++k) request.wavelengths.push_back(1.55e-6 + 1e-9 * k);
  Spectrum spectrum(scattering);
  const auto waves = spectrum.run(request);
  for (std::size_t k = 0; k < request.wavelengths.size(); ++k) {
    circuit::Circuit one = net.circuit();
    one.set_wavelength(request.wavelengths[k]);
    RestPoint point(one);
    point.solve();
    for (std::size_t p = 0; p < point.outgoing().size(); ++p) {
      EXPECT_LE(std::abs(point.outgoing()[p] - waves[k * point.outgoing().size() + p]), 1e-15);
    }
  }
}

TEST(WaveNetwork, OpenNetsArePorts) {
  CircuitBuilder net;
  net.add("guide", "waveguide", {"left", "right"}, {{"propagation_loss_db", 0.0}});
  const OpticalNetwork network = extract_network(net.circuit());
  ASSERT_EQ(network.ports.size(), 4u);
  EXPECT_TRUE(network.nets[0].open);
  EXPECT_EQ(network.ports[network.nets[0].second].device, none);
  EXPECT_EQ(network.ports[network.ports[0].partner].partner, 0u);
  EXPECT_THROW(require_closed(network), base::Error);
  EXPECT_THROW((void)network.net("rigth"), base::Error);
}

}  // namespace
}  // namespace neucasl::scattering
