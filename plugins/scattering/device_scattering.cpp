#include "device_scattering.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr int most_steps = 200;
constexpr double wave_scale = 1e-3;    // sqrt(W)
constexpr double step_limit = 1e-12;   // of a settled unknown, of its scale
constexpr double linear_limit = 1e-9;  // of the waves
constexpr double stall_limit = 1e-9;   // steps below this that no longer shrink are rounding

}  // namespace

DeviceScattering::DeviceScattering(const circuit::Circuit& circuit) : circuit_(circuit) {}

void DeviceScattering::select(std::size_t device) {
  device_ = device;
  const model::DeviceModel* model = circuit_.models[circuit_.devices[device].model].model;
  if (model == model_) return;
  model_ = model;
  const model::Specification& specification = model->specification();
  n_ = specification.unknowns();
  optical_.clear();
  place_.clear();
  held_.clear();
  std::size_t unknown = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::optical) {
      optical_.push_back(unknown);
      place_.push_back(unknown);
      place_.push_back(unknown + 1);
    }
    unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
  }
  held_.assign(place_.size(), 0);
  for (const model::Internal& internal : specification.internals) {
    place_.push_back(unknown++);
    held_.push_back(internal.kind == model::InternalKind::memory ? 1 : 0);
  }
  const std::size_t m = place_.size();
  flow_.resize(n_);
  storage_.resize(n_);
  flow_jacobian_.resize(n_ * n_);
  storage_jacobian_.resize(n_ * n_);
  lu_.resize(m * m);
  row_scale_.resize(m);
  right_.resize(m);
  solution_.resize(m);
  pivot_.resize(m);
}

void DeviceScattering::refuse(const std::string& what) const {
  const circuit::Device& device = circuit_.devices[device_];
  throw base::Error("scattering.device", "'" + device.name + "' " + what,
                    "check its parameters and its bias", device.where);
}

void DeviceScattering::evaluate(std::span<const double> derived, std::span<const double> unknowns) {
  model_->evaluate(derived, unknowns, {flow_, storage_, flow_jacobian_, storage_jacobian_});
}

void DeviceScattering::factor() {
  const std::size_t m = place_.size();
  const std::size_t waves = 2 * optical_.size();
  for (std::size_t i = 0; i < m; ++i) {
    double* row = &lu_[i * m];
    double largest = 0.0;
    for (std::size_t j = 0; j < m; ++j) {
      row[j] = held_[i] != 0 ? (i == j ? 1.0 : 0.0) : flow_jacobian_[place_[i] * n_ + place_[j]];
      if (i == j && i < waves) row[j] += 1.0;
      largest = std::max(largest, std::abs(row[j]));
    }
    if (!(largest > 0.0) || !std::isfinite(largest)) {
      refuse("gives no equation for its unknown " + std::to_string(place_[i] + 1));
    }
    row_scale_[i] = 1.0 / largest;
    for (std::size_t j = 0; j < m; ++j) row[j] *= row_scale_[i];
    pivot_[i] = i;
  }
  for (std::size_t k = 0; k < m; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < m; ++i) {
      if (std::abs(lu_[pivot_[i] * m + k]) > std::abs(lu_[pivot_[best] * m + k])) best = i;
    }
    std::swap(pivot_[k], pivot_[best]);
    const double* top = &lu_[pivot_[k] * m];
    if (!(std::abs(top[k]) > 0.0)) refuse("leaves its waves undetermined");
    for (std::size_t i = k + 1; i < m; ++i) {
      double* row = &lu_[pivot_[i] * m];
      if (row[k] == 0.0) continue;
      const double factor = row[k] / top[k];
      row[k] = factor;
      for (std::size_t j = k + 1; j < m; ++j) row[j] -= factor * top[j];
    }
  }
}

void DeviceScattering::solve(std::span<double> right) {
  const std::size_t m = place_.size();
  std::vector<double>& y = solution_;
  for (std::size_t k = 0; k < m; ++k) {
    double sum = right[pivot_[k]] * row_scale_[pivot_[k]];
    const double* row = &lu_[pivot_[k] * m];
    for (std::size_t j = 0; j < k; ++j) sum -= row[j] * y[j];
    y[k] = sum;
  }
  for (std::size_t k = m; k-- > 0;) {
    const double* row = &lu_[pivot_[k] * m];
    double sum = y[k];
    for (std::size_t j = k + 1; j < m; ++j) sum -= row[j] * y[j];
    y[k] = sum / row[k];
  }
  std::copy(y.begin(), y.end(), right.begin());
}

void DeviceScattering::settle(std::span<const double> derived, std::span<const Wave> incoming,
                              std::span<double> unknowns) {
  const std::size_t m = place_.size();
  const auto& internals = model_->specification().internals;
  const std::size_t waves = 2 * optical_.size();
  double before = 0.0;
  for (int step = 0; step < most_steps; ++step) {
    evaluate(derived, unknowns);
    for (std::size_t i = 0; i < m; ++i) {
      right_[i] = held_[i] != 0 ? 0.0 : -flow_[place_[i]];
      if (i < waves) {
        const Wave a = incoming[i / 2];
        right_[i] += 2.0 * (i % 2 == 0 ? a.real() : a.imag()) - unknowns[place_[i]];
      }
      if (!std::isfinite(right_[i])) refuse("has equations that are not finite");
    }
    factor();
    solve(right_);
    double worst = 0.0;
    for (std::size_t i = 0; i < m; ++i) {
      double move = right_[i];
      double& value = unknowns[place_[i]];
      double scale = wave_scale;
      if (i >= waves) {
        const model::Internal& internal = internals[i - waves];
        scale = internal.scale;
        move = std::clamp(move, internal.low - internal.high, internal.high - internal.low);
      }
      worst = std::max(worst, std::abs(right_[i]) / (scale + std::abs(value)));
      value += move;
    }
    if (worst <= step_limit) return;
    if (step > 2 && worst <= stall_limit && worst >= before) return;
    before = worst;
  }
  refuse("has no operating point: Newton's method stalls");
}

void DeviceScattering::scatter(std::span<const double> derived, std::span<double> unknowns,
                               std::span<Wave> matrix, std::span<Wave> emitted) {
  const std::size_t m = place_.size();
  const std::size_t ports = optical_.size();
  dark_.assign(ports, Wave{});
  settle(derived, dark_, unknowns);  // leaves the factors of its last, negligible step
  for (std::size_t q = 0; q < ports; ++q) {
    const std::size_t column = optical_[q];
    for (std::size_t i = 0; i < m; ++i) {
      right_[i] = held_[i] != 0 ? 0.0 : -flow_jacobian_[place_[i] * n_ + column];
    }
    right_[2 * q] += 1.0;
    solve(right_);
    for (std::size_t p = 0; p < ports; ++p) {
      matrix[p * ports + q] = {right_[2 * p], right_[2 * p + 1]};
      if (!std::isfinite(right_[2 * p]) || !std::isfinite(right_[2 * p + 1])) {
        refuse("has a scattering matrix that is not finite");
      }
    }
  }
  for (std::size_t p = 0; p < ports; ++p) {
    emitted[p] = {unknowns[optical_[p]], unknowns[optical_[p] + 1]};
  }
}

void DeviceScattering::require_linear(std::span<const double> derived, std::span<double> unknowns,
                                      double amplitude) {
  const std::size_t ports = optical_.size();
  std::vector<Wave> matrix(ports * ports);
  std::vector<Wave> emitted(ports);
  scatter(derived, unknowns, matrix, emitted);
  std::vector<Wave> in(ports);
  for (std::size_t p = 0; p < ports; ++p) {
    in[p] = std::polar(amplitude / (1.0 + static_cast<double>(p)), 0.7 + static_cast<double>(p));
  }
  std::vector<double> lit(unknowns.begin(), unknowns.end());
  settle(derived, in, lit);
  for (std::size_t p = 0; p < ports; ++p) {
    Wave expected = emitted[p] + in[p];  // V = a + b
    double size = std::abs(emitted[p]) + std::abs(in[p]);
    for (std::size_t q = 0; q < ports; ++q) {
      expected += matrix[p * ports + q] * in[q];
      size += std::abs(matrix[p * ports + q] * in[q]);
    }
    const Wave found{lit[optical_[p]], lit[optical_[p] + 1]};
    if (std::abs(found - expected) <= linear_limit * size) continue;
    const circuit::Device& device = circuit_.devices[device_];
    throw base::Error("scattering.nonlinear",
                      "the light out of '" + device.name +
                          "' does not follow the light into it linearly, so that it has no "
                          "scattering matrix",
                      "simulate it with 'native' or 'ngspice'", device.where);
  }
}

void DeviceScattering::slope_of_flow(std::span<const double> derived,
                                     std::span<const double> unknowns,
                                     std::span<const double> flow_change, std::span<Wave> slope) {
  evaluate(derived, unknowns);
  factor();
  for (std::size_t i = 0; i < place_.size(); ++i) {
    right_[i] = held_[i] != 0 ? 0.0 : -flow_change[place_[i]];
  }
  solve(right_);
  for (std::size_t p = 0; p < optical_.size(); ++p) {
    slope[p] = {right_[2 * p], right_[2 * p + 1]};
  }
}

void DeviceScattering::slope_of_bias(std::span<const double> derived,
                                     std::span<const double> unknowns, std::size_t unknown,
                                     std::span<Wave> slope) {
  evaluate(derived, unknowns);
  std::vector<double> change(n_);
  for (std::size_t i = 0; i < n_; ++i) change[i] = flow_jacobian_[i * n_ + unknown];
  slope_of_flow(derived, unknowns, change, slope);
}

void DeviceScattering::condense(std::span<const std::uint32_t> terminals, std::span<double> current,
                                std::span<double> slope) {
  const std::size_t count = terminals.size();
  for (std::size_t i = 0; i < count; ++i) current[i] = flow_[terminals[i]];
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t i = 0; i < place_.size(); ++i) {
      right_[i] = held_[i] != 0 ? 0.0 : -flow_jacobian_[place_[i] * n_ + terminals[j]];
    }
    solve(right_);
    for (std::size_t i = 0; i < count; ++i) {
      const double* row = &flow_jacobian_[terminals[i] * n_];
      double sum = row[terminals[j]];
      for (std::size_t k = 0; k < place_.size(); ++k) sum += row[place_[k]] * right_[k];
      slope[i * count + j] = sum;
    }
  }
}

void DeviceScattering::current_change(std::span<const double> derived,
                                      std::span<const double> unknowns,
                                      std::span<const std::uint32_t> terminals,
                                      std::span<const double> flow_change,
                                      std::span<double> change) {
  evaluate(derived, unknowns);
  factor();
  for (std::size_t i = 0; i < place_.size(); ++i) {
    right_[i] = held_[i] != 0 ? 0.0 : -flow_change[place_[i]];
  }
  solve(right_);
  for (std::size_t t = 0; t < terminals.size(); ++t) {
    const double* row = &flow_jacobian_[terminals[t] * n_];
    double sum = flow_change[terminals[t]];
    for (std::size_t k = 0; k < place_.size(); ++k) sum += row[place_[k]] * right_[k];
    change[t] = sum;
  }
}

}  // namespace neucasl::scattering
