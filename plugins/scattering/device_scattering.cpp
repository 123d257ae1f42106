#include "device_scattering.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr int most_steps = 200;
constexpr double wave_scale = 1e-3;     // sqrt(W)
constexpr double settled_step = 1e-12;  // of a settled unknown, of its scale
constexpr double linear_limit = 1e-9;   // of the waves
constexpr double stalled_step = 1e-9;   // steps below this that no longer shrink are rounding

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
  const std::uint32_t index = circuit_.devices[device].model;
  eliminations_.resize(circuit_.models.size());
  if (!eliminations_[index]) {
    eliminations_[index].emplace(n_, place_, 2 * optical_.size(), held_);
  }
  elimination_ = &*eliminations_[index];
  const std::size_t m = place_.size();
  flow_.resize(n_);
  storage_.resize(n_);
  flow_jacobian_.resize(n_ * n_);
  storage_jacobian_.resize(n_ * n_);
  right_.resize(m);
  columns_.resize(m);
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
  if (!elimination_->factor(flow_jacobian_)) refuse("leaves its waves undetermined");
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
    if (std::all_of(right_.begin(), right_.end(), [](double r) { return r == 0.0; })) return;
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
    if (worst <= settled_step) return;
    if (step > 2 && worst <= stalled_step && worst >= before) return;
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
  constexpr std::size_t together = sizeof(DeviceElimination::Columns) / sizeof(double);
  for (std::size_t first = 0; first < ports; first += together) {
    const std::size_t count = std::min(together, ports - first);
    for (std::size_t i = 0; i < m; ++i) {
      DeviceElimination::Columns right{};
      const double* row = &flow_jacobian_[place_[i] * n_];
      for (std::size_t k = 0; k < count && held_[i] == 0; ++k) right[k] = -row[optical_[first + k]];
      columns_[i] = right;
    }
    for (std::size_t k = 0; k < count; ++k) columns_[2 * (first + k)][k] += 1.0;
    elimination_->solve(columns_);
    for (std::size_t p = 0; p < ports; ++p) {
      for (std::size_t k = 0; k < count; ++k) {
        const Wave wave{columns_[2 * p][k], columns_[2 * p + 1][k]};
        matrix[p * ports + first + k] = wave;
        if (!std::isfinite(wave.real()) || !std::isfinite(wave.imag())) {
          refuse("has a scattering matrix that is not finite");
        }
      }
    }
  }
  for (std::size_t p = 0; p < ports; ++p) {
    emitted[p] = {unknowns[optical_[p]], unknowns[optical_[p] + 1]};
  }
}

/// Waves that the linear equations give for `in`, then what the equations themselves say there.
bool DeviceScattering::looks_linear(std::span<const double> derived,
                                    std::span<const double> unknowns, std::span<const Wave> in,
                                    std::span<const Wave> matrix) {
  const std::size_t m = place_.size();
  const std::size_t ports = optical_.size();
  for (std::size_t i = 0; i < m; ++i) {
    right_[i] = 0.0;
    for (std::size_t q = 0; q < ports && held_[i] == 0; ++q) {
      const double* row = &flow_jacobian_[place_[i] * n_ + optical_[q]];
      right_[i] -= row[0] * in[q].real() + row[1] * in[q].imag();
    }
    if (i < 2 * ports) right_[i] += i % 2 == 0 ? in[i / 2].real() : in[i / 2].imag();
  }
  solve(right_);
  trial_.assign(unknowns.begin(), unknowns.end());
  double size = 0.0;
  for (const Wave& wave : in) size = std::max(size, std::abs(wave));
  for (std::size_t p = 0; p < ports; ++p) {
    Wave out{};
    for (std::size_t q = 0; q < ports; ++q) out += matrix[p * ports + q] * in[q];
    if (std::abs(out - Wave{right_[2 * p], right_[2 * p + 1]}) > linear_limit * size) return false;
  }
  for (std::size_t i = 0; i < m; ++i) trial_[place_[i]] += right_[i];
  for (std::size_t p = 0; p < ports; ++p) {
    trial_[optical_[p]] += in[p].real();
    trial_[optical_[p] + 1] += in[p].imag();
  }
  model_->evaluate(derived, trial_, {flow_, storage_, {}, {}});
  for (std::size_t i = 0; i < m; ++i) {
    if (held_[i] != 0) continue;
    double rest = flow_[place_[i]];
    if (i < 2 * ports) {
      const Wave a = in[i / 2];
      rest += trial_[place_[i]] - 2.0 * (i % 2 == 0 ? a.real() : a.imag());
    }
    if (!(std::abs(rest) * elimination_->row_scale(i) <= linear_limit * size)) return false;
  }
  return true;
}

void DeviceScattering::require_linear(std::span<const double> derived, std::span<double> unknowns,
                                      std::span<const Wave> matrix, double amplitude) {
  const std::size_t ports = optical_.size();
  std::vector<Wave> in(ports);
  for (std::size_t p = 0; p < ports; ++p) {
    in[p] = std::polar(amplitude / (1.0 + static_cast<double>(p)), 0.7 + static_cast<double>(p));
  }
  if (looks_linear(derived, unknowns, in, matrix)) return;
  // An unknown that the waves do not depend on may follow them as it likes.
  std::vector<double> lit(unknowns.begin(), unknowns.end());
  settle(derived, in, lit);
  for (std::size_t p = 0; p < ports; ++p) {
    const Wave emitted{unknowns[optical_[p]], unknowns[optical_[p] + 1]};
    Wave expected = emitted + in[p];  // V = a + b
    double size = std::abs(emitted) + std::abs(in[p]);
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
