#include "network_scattering.hpp"

#include <algorithm>

#include "neucasl/base/parallel.hpp"

namespace neucasl::scattering {
namespace {

constexpr std::size_t devices_of_task = 128;

}  // namespace

NetworkScattering::Work::Work(const NetworkScattering& owner) {
  models_ =
      std::vector<DeviceScattering>(owner.circuit_.models.size(), DeviceScattering(owner.circuit_));
}

NetworkScattering::NetworkScattering(const circuit::Circuit& circuit, const OpticalNetwork& network,
                                     const BiasNetwork& bias, const BiasState& state, double check,
                                     int threads)
    : circuit_(circuit), network_(network), layout_(network) {
  data_.matrices.resize(layout_.size());
  data_.emitted.resize(network.ports.size());
  first_.push_back(0);
  for (const OpticalDevice& device : network.devices) {
    const std::span<const double> own = bias.unknowns(state, device.device);
    dark_.insert(dark_.end(), own.begin(), own.end());
    first_.push_back(dark_.size());
  }
  const std::size_t devices = network.devices.size();
  const std::size_t tasks = (devices + devices_of_task - 1) / devices_of_task;
  base::parallel_for(tasks, threads, {}, [&](std::size_t task) {
    Work work(*this);
    const std::size_t end = std::min(devices, (task + 1) * devices_of_task);
    for (std::size_t d = task * devices_of_task; d < end; ++d) scatter(d, check, work);
  });
}

void NetworkScattering::scatter(std::size_t index, double check, Work& work) {
  const OpticalDevice& device = network_.devices[index];
  const circuit::Device& one = circuit_.devices[device.device];
  DeviceScattering& model = work.models_[one.model];
  model.select(device.device);
  const std::span<double> unknowns{dark_.data() + first_[index], first_[index + 1] - first_[index]};
  const std::size_t count = static_cast<std::size_t>(device.ports) * device.ports;
  const auto matrix = std::span(data_.matrices).subspan(layout_.first(index), count);
  model.scatter(one.derived, unknowns, matrix,
                std::span(data_.emitted).subspan(device.first_port, device.ports));
  if (check > 0.0) model.require_linear(one.derived, unknowns, matrix, check);
}

void NetworkScattering::at_wavelength(double wavelength, std::span<const char> wanted, Work& work,
                                      ScatteringData& data) const {
  data.matrices.resize(layout_.size());
  data.emitted.resize(network_.ports.size());
  for (std::size_t d = 0; d < network_.devices.size(); ++d) {
    if (!wanted.empty() && wanted[d] == 0) continue;
    const OpticalDevice& device = network_.devices[d];
    const circuit::Device& one = circuit_.devices[device.device];
    model::Environment environment = one.environment;
    environment.wavelength = wavelength;
    environment.swept = true;
    work.derived_.resize(one.derived.size());
    circuit_.models[one.model].model->derive(one.parameters, environment, work.derived_);
    const std::size_t count = static_cast<std::size_t>(device.ports) * device.ports;
    const auto matrix = std::span(data.matrices).subspan(layout_.first(d), count);
    const auto emitted = std::span(data.emitted).subspan(device.first_port, device.ports);
    if (std::equal(work.derived_.begin(), work.derived_.end(), one.derived.begin())) {
      std::copy_n(data_.matrices.begin() + static_cast<std::ptrdiff_t>(layout_.first(d)), count,
                  matrix.begin());
      std::copy_n(data_.emitted.begin() + device.first_port, device.ports, emitted.begin());
      continue;
    }
    DeviceScattering& model = work.models_[one.model];
    model.select(device.device);
    const std::span<const double> dark = dark_unknowns(d);
    work.unknowns_.assign(dark.begin(), dark.end());
    model.scatter(work.derived_, work.unknowns_, matrix, emitted);
  }
}

std::vector<char> NetworkScattering::used(std::span<const Wave> values) {
  std::vector<char> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[i] = values[i] != Wave{} ? 1 : 0;
  return result;
}

}  // namespace neucasl::scattering
