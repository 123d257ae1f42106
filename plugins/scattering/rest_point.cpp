#include "rest_point.hpp"

#include <algorithm>
#include <cmath>

#include "spectrum.hpp"

namespace neucasl::scattering {
namespace {

constexpr int rest_round_limit = 200;
constexpr double settled = 1e-13;           // change of the waves, of the largest
constexpr double rest_linear_check = 0.03;  // sqrt(W), about a milliwatt
constexpr double same_bias = 1e-12;         // V or K, difference that is rounding

}  // namespace

RestPoint::RestPoint(const circuit::Circuit& circuit)
    : circuit_(circuit), network_(extract_network(circuit)), bias_(circuit, network_) {
  require_closed(network_);
}

void RestPoint::make_matrices() {
  const double check = scattering_ ? 0.0 : rest_linear_check;
  dark_ = state_;
  scattering_ = std::make_unique<NetworkScattering>(circuit_, network_, bias_, state_, check);
  absorbs_.assign(network_.devices.size(), 0);
  const ScatteringData& data = scattering_->data();
  for (std::size_t d = 0; d < network_.devices.size(); ++d) {
    const OpticalDevice& device = network_.devices[d];
    const Wave reflected = data.matrices[scattering_->layout().first(d)];
    const bool dark = data.emitted[device.first_port] == Wave{};
    absorbs_[d] = device.ports == 1 && reflected == Wave{} && dark ? 1 : 0;
  }
}

bool RestPoint::moves_bias() {
  for (std::size_t p = 0; p < incoming_.size(); ++p) {
    incoming_[p] = outgoing_[network_.ports[p].partner];
  }
  const std::vector<double> before = state_.node;
  bias_.solve(incoming_, state_);
  for (std::size_t d = 0; d < network_.devices.size(); ++d) {
    const OpticalDevice& device = network_.devices[d];
    if (absorbs_[d] != 0) continue;
    for (const BiasTerminal& terminal : device.bias) {
      const double change = std::abs(state_.node[terminal.node] - before[terminal.node]);
      if (change > same_bias * (1.0 + std::abs(before[terminal.node]))) return true;
    }
  }
  return false;
}

void RestPoint::solve() {
  incoming_.assign(network_.ports.size(), Wave{});
  state_ = bias_.start();
  bias_.solve(incoming_, state_);
  make_matrices();
  for (int round = 0; round < rest_round_limit; ++round) {
    Spectrum spectrum(*scattering_);
    const std::vector<Wave> before = std::move(outgoing_);
    outgoing_ = spectrum.run({});
    method_ = spectrum.method();
    double change = before.empty() ? 1.0 : 0.0;
    double size = 0.0;
    for (std::size_t p = 0; p < before.size(); ++p) {
      change = std::max(change, std::abs(outgoing_[p] - before[p]));
      size = std::max(size, std::abs(outgoing_[p]));
    }
    if (change <= settled * size || !moves_bias()) return;
    feedback_ = true;
    make_matrices();
  }
  throw base::Error("scattering.feedback",
                    "light changes the bias of the devices that it passes, and the rounds between "
                    "the two do not settle",
                    "simulate it with 'native', which solves both together");
}

void RestPoint::solve(const RestPoint& base, std::vector<Wave> outgoing) {
  absorbs_ = base.absorbs_;
  incoming_.assign(network_.ports.size(), Wave{});
  outgoing_ = std::move(outgoing);
  state_ = base.dark_;
  if (!moves_bias()) return;
  outgoing_.clear();
  solve();
}

}  // namespace neucasl::scattering
