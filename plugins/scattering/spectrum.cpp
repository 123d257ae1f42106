#include "spectrum.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr std::size_t blocks_of_task = 32;

void require_wavelengths(const NetworkScattering& scattering, std::span<const double> values) {
  if (values.empty()) return;
  if (scattering.circuit().carriers.size() > 1) {
    throw base::Error("scattering.wavelength",
                      "the circuit has " + std::to_string(scattering.circuit().carriers.size()) +
                          " optical carriers, and one wavelength cannot stand for all",
                      "sweep a circuit with one light source");
  }
  for (const double value : values) {
    if (value > 1e-7 && value < 1e-4) continue;
    throw base::Error("scattering.wavelength",
                      "a wavelength of " + base::to_engineering({value, base::dimension::length}),
                      "give 0.1 um to 100 um");
  }
}

}  // namespace

void Spectrum::make(const Request& request, bool all) {
  const OpticalNetwork& network = scattering_.network();
  used_ = NetworkScattering::used(scattering_.data().matrices);
  std::vector<char> begins = NetworkScattering::used(scattering_.data().emitted);
  if (!request.wavelengths.empty()) {
    NetworkScattering::Work work(scattering_);
    ScatteringData data;
    for (const double wavelength : {request.wavelengths.front(), request.wavelengths.back()}) {
      scattering_.at_wavelength(wavelength, {}, work, data);
      for (std::size_t e = 0; e < used_.size(); ++e) {
        if (data.matrices[e] != Wave{}) used_[e] = 1;
      }
      for (std::size_t p = 0; p < begins.size(); ++p) {
        if (data.emitted[p] != Wave{}) begins[p] = 1;
      }
    }
  }
  if (all) {
    std::fill(used_.begin(), used_.end(), char{1});
    std::fill(begins.begin(), begins.end(), char{1});
  }
  if (!request.inputs.empty()) {
    std::fill(begins.begin(), begins.end(), char{0});
    for (const std::uint32_t port : request.inputs) begins[port] = 1;
  }
  structure_ = make_structure(network, scattering_.layout(), used_, begins);
  wanted_.assign(network.devices.size(), 0);
  for (const std::uint32_t port : structure_.order) {
    for (const std::uint32_t end : {port, network.ports[port].partner}) {
      if (network.ports[end].device != none) wanted_[network.ports[end].device] = 1;
    }
  }
  method_ = structure_.feed_forward
                ? "no wave returns to where it came from: each is computed once, in order"
                : "sparse elimination of " + std::to_string(structure_.order.size()) +
                      " waves, one pattern";
}

std::vector<Wave> Spectrum::run(const Request& request) {
  require_wavelengths(scattering_, request.wavelengths);
  const std::size_t points = std::max<std::size_t>(request.wavelengths.size(), 1);
  const std::size_t problems = std::max<std::size_t>(request.inputs.size(), 1);
  const std::size_t outputs =
      request.outputs.empty() ? scattering_.network().ports.size() : request.outputs.size();
  std::vector<Wave> result(points * problems * outputs);
  make(request, false);
  if (request.wavelengths.empty()) {
    run_single(request, result);
  } else if (!run_blocks(request, result)) {
    make(request, true);
    run_blocks(request, result);
  }
  return result;
}

/// One point, inputs in lanes.
bool Spectrum::run_single(const Request& request, std::vector<Wave>& result) {
  const ScatteringData& data = scattering_.data();
  const std::size_t ports = data.emitted.size();
  const std::size_t problems = std::max<std::size_t>(request.inputs.size(), 1);
  const std::size_t outputs = result.size() / problems;
  const std::size_t blocks = (problems + lanes - 1) / lanes;
  // Tasks of equal size, at most one for each thread, so that each factors once.
  const auto tasks =
      std::min<std::size_t>(blocks, static_cast<std::size_t>(std::max(request.threads, 1)));
  base::parallel_for(tasks, request.threads, request.cancel, [&](std::size_t task) {
    WaveSolver solver(structure_);
    solver.load(std::span<const Wave>(data.matrices));
    std::vector<WaveLanes> waves(ports);
    for (std::size_t block = task * blocks / tasks; block < (task + 1) * blocks / tasks; ++block) {
      std::fill(waves.begin(), waves.end(), WaveLanes{});
      const std::size_t count = std::min(lanes, problems - block * lanes);
      for (std::size_t lane = 0; lane < count; ++lane) {
        if (!request.inputs.empty()) {
          waves[request.inputs[block * lanes + lane]].set(lane, 1.0);
          continue;
        }
        for (std::size_t p = 0; p < ports; ++p) waves[p].set(lane, data.emitted[p]);
      }
      solver.solve(waves);
      for (std::size_t lane = 0; lane < count; ++lane) {
        Wave* out = &result[(block * lanes + lane) * outputs];
        for (std::size_t k = 0; k < outputs; ++k) {
          out[k] = waves[request.outputs.empty() ? k : request.outputs[k]].at(lane);
        }
      }
    }
  });
  return true;
}

/// Wavelengths in lanes. False when an entry differs from zero that the structure leaves out.
bool Spectrum::run_blocks(const Request& request, std::vector<Wave>& result) {
  const std::size_t points = request.wavelengths.size();
  const std::size_t problems = std::max<std::size_t>(request.inputs.size(), 1);
  const std::size_t outputs = result.size() / points / problems;
  const std::size_t ports = scattering_.network().ports.size();
  const std::size_t blocks = (points + lanes - 1) / lanes;
  const std::size_t tasks = (blocks + blocks_of_task - 1) / blocks_of_task;
  std::atomic<bool> fits{true};
  base::parallel_for(tasks, request.threads, request.cancel, [&](std::size_t task) {
    NetworkScattering::Work work(scattering_);
    WaveSolver solver(structure_);
    ScatteringData data;
    std::vector<WaveLanes> matrices(scattering_.layout().size());
    std::vector<WaveLanes> emitted(ports);
    std::vector<WaveLanes> waves(ports);
    const std::size_t end = std::min(blocks, (task + 1) * blocks_of_task);
    for (std::size_t block = task * blocks_of_task; block < end; ++block) {
      const std::size_t count = std::min(lanes, points - block * lanes);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        // Lanes without a point repeat the last one.
        if (lane < count) {
          scattering_.at_wavelength(request.wavelengths[block * lanes + lane], wanted_, work, data);
        }
        for (std::size_t e = 0; e < matrices.size(); ++e) {
          matrices[e].set(lane, data.matrices[e]);
          if (used_[e] == 0 && data.matrices[e] != Wave{}) fits = false;
        }
        for (std::size_t p = 0; p < ports; ++p) {
          emitted[p].set(lane, data.emitted[p]);
          const bool begins = request.inputs.empty() && data.emitted[p] != Wave{};
          if (begins && structure_.position[p] == none) fits = false;
        }
      }
      solver.load(std::span<const WaveLanes>(matrices));
      for (std::size_t problem = 0; problem < problems; ++problem) {
        if (request.inputs.empty()) {
          waves = emitted;
        } else {
          std::fill(waves.begin(), waves.end(), WaveLanes{});
          for (std::size_t lane = 0; lane < lanes; ++lane) {
            waves[request.inputs[problem]].set(lane, 1.0);
          }
        }
        solver.solve(waves);
        for (std::size_t lane = 0; lane < count; ++lane) {
          Wave* out = &result[((block * lanes + lane) * problems + problem) * outputs];
          for (std::size_t k = 0; k < outputs; ++k) {
            out[k] = waves[request.outputs.empty() ? k : request.outputs[k]].at(lane);
          }
        }
      }
    }
  });
  return fits;
}

}  // namespace neucasl::scattering
