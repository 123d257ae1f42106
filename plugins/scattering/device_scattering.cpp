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
constexpr double probe = 0.03125;       // sqrt(W), a power of two
constexpr double rounding = 1e-14;      // of the waves, what kept factors may leave
constexpr int most_refused = 3;         // times that kept factors are tried in vain
constexpr std::size_t pack = sizeof(DeviceElimination::Columns) / sizeof(double);

/// Waves of different size and phase into the ports.
Wave mixed_wave(double amplitude, std::size_t port) {
  return std::polar(amplitude / (1.0 + static_cast<double>(port)), 0.7 + static_cast<double>(port));
}

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
  works_.resize(circuit_.models.size());
  if (!works_[index]) {
    works_[index] = ModelWork{DeviceElimination(n_, place_, 2 * optical_.size(), held_), 0};
  }
  work_ = &*works_[index];
  elimination_ = &work_->elimination;
  const std::size_t m = place_.size();
  flow_.resize(n_);
  storage_.resize(n_);
  flow_jacobian_.resize(n_ * n_);
  storage_jacobian_.resize(n_ * n_);
  right_.resize(m);
  dark_.assign(optical_.size(), Wave{});
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

void DeviceScattering::set_right(std::span<const double> unknowns, std::span<const Wave> incoming) {
  for (std::size_t i = 0; i < right_.size(); ++i) {
    right_[i] = held_[i] != 0 ? 0.0 : -flow_[place_[i]];
  }
  for (std::size_t p = 0; p < optical_.size(); ++p) {
    right_[2 * p] += 2.0 * incoming[p].real() - unknowns[optical_[p]];
    right_[2 * p + 1] += 2.0 * incoming[p].imag() - unknowns[optical_[p] + 1];
  }
}

void DeviceScattering::evaluate_rest(std::span<const double> derived,
                                     std::span<const double> unknowns,
                                     std::span<const Wave> incoming) {
  model_->evaluate(derived, unknowns, {flow_, storage_, {}, {}});
  set_right(unknowns, incoming);
}

void DeviceScattering::settle(std::span<const double> derived, std::span<const Wave> incoming,
                              std::span<double> unknowns) {
  const std::size_t m = place_.size();
  const auto& internals = model_->specification().internals;
  const std::size_t waves = 2 * optical_.size();
  double before = 0.0;
  for (int step = 0; step < most_steps; ++step) {
    evaluate(derived, unknowns);
    set_right(unknowns, incoming);
    if (!std::all_of(right_.begin(), right_.end(), [](double r) { return std::isfinite(r); })) {
      refuse("has equations that are not finite");
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
  kept_ = scatter_by_kept_factors(derived, unknowns, matrix, emitted);
  if (kept_) return;
  const std::size_t m = place_.size();
  const std::size_t ports = optical_.size();
  settle(derived, dark_, unknowns);  // leaves the factors of its last, negligible step
  columns_.resize(m);
  for (std::size_t first = 0; first < ports; first += pack) {
    const std::size_t count = std::min(pack, ports - first);
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

/// A step of Newton's method with the factors at hand for a wave into each port; the steps for all
/// of these waves together are then tried in the equations.
bool DeviceScattering::scatter_by_kept_factors(std::span<const double> derived,
                                               std::span<const double> unknowns,
                                               std::span<Wave> matrix, std::span<Wave> emitted) {
  if (!elimination_->factored() || work_->refused >= most_refused) return false;
  const std::size_t m = place_.size();
  const std::size_t ports = optical_.size();
  ++work_->refused;
  evaluate_rest(derived, unknowns, dark_);
  if (!std::all_of(right_.begin(), right_.end(), [](double r) { return r == 0.0; })) return false;
  columns_.assign((ports + pack - 1) / pack * m, DeviceElimination::Columns{});
  trial_.assign(unknowns.begin(), unknowns.end());
  incoming_.assign(ports, Wave{});
  for (std::size_t q = 0; q < ports; ++q) {
    double& lit = trial_[optical_[q]];
    incoming_[q] = probe;
    lit += probe;
    evaluate_rest(derived, trial_, incoming_);
    DeviceElimination::Columns* column = &columns_[q / pack * m];
    for (std::size_t i = 0; i < m; ++i) column[i][q % pack] = right_[i];
    lit = unknowns[optical_[q]];
    incoming_[q] = Wave{};
  }
  for (std::size_t first = 0; first < columns_.size(); first += m) {
    elimination_->solve(std::span(columns_).subspan(first, m));
  }
  if (!columns_obey(derived, unknowns)) return false;
  for (std::size_t p = 0; p < ports; ++p) {
    for (std::size_t q = 0; q < ports; ++q) {
      const DeviceElimination::Columns* column = &columns_[q / pack * m + 2 * p];
      matrix[p * ports + q] = {column[0][q % pack] / probe, column[1][q % pack] / probe};
    }
    emitted[p] = {unknowns[optical_[p]], unknowns[optical_[p] + 1]};
  }
  work_->refused = 0;
  return true;
}

bool DeviceScattering::columns_obey(std::span<const double> derived,
                                    std::span<const double> unknowns) {
  const std::size_t m = place_.size();
  std::copy(unknowns.begin(), unknowns.end(), trial_.begin());
  DeviceElimination::Columns share{};
  for (std::size_t q = 0; q < optical_.size(); ++q) {
    const double amplitude = 1.0 / (1.0 + static_cast<double>(q));
    incoming_[q] = amplitude * probe;
    trial_[optical_[q]] += amplitude * probe;
    share[q % pack] = amplitude;
    if ((q + 1) % pack != 0 && q + 1 != optical_.size()) continue;
    const DeviceElimination::Columns* column = &columns_[q / pack * m];
    for (std::size_t i = 0; i < m; ++i) {
      const DeviceElimination::Columns part = share * column[i];
      trial_[place_[i]] += part[0] + part[1] + part[2] + part[3];
    }
    share = DeviceElimination::Columns{};
  }
  evaluate_rest(derived, trial_, incoming_);
  for (std::size_t i = 0; i < m; ++i) {
    if (!(std::abs(right_[i]) * elimination_->row_scale(i) <= rounding * probe)) return false;
  }
  return true;
}

void DeviceScattering::set_step(std::span<const double> derived, std::span<const double> unknowns,
                                std::span<const Wave> in) {
  const std::size_t ports = optical_.size();
  if (kept_) {
    trial_.assign(unknowns.begin(), unknowns.end());
    for (std::size_t p = 0; p < ports; ++p) {
      trial_[optical_[p]] += in[p].real();
      trial_[optical_[p] + 1] += in[p].imag();
    }
    evaluate_rest(derived, trial_, in);
    return;
  }
  for (std::size_t i = 0; i < place_.size(); ++i) {
    right_[i] = 0.0;
    for (std::size_t q = 0; q < ports && held_[i] == 0; ++q) {
      const double* row = &flow_jacobian_[place_[i] * n_ + optical_[q]];
      right_[i] -= row[0] * in[q].real() + row[1] * in[q].imag();
    }
    if (i < 2 * ports) right_[i] += i % 2 == 0 ? in[i / 2].real() : in[i / 2].imag();
  }
}

/// Waves that the linear equations give for `in`, then what the equations themselves say there.
bool DeviceScattering::looks_linear(std::span<const double> derived,
                                    std::span<const double> unknowns, std::span<const Wave> in,
                                    std::span<const Wave> matrix) {
  const std::size_t m = place_.size();
  const std::size_t ports = optical_.size();
  set_step(derived, unknowns, in);
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
  evaluate_rest(derived, trial_, in);
  for (std::size_t i = 0; i < m; ++i) {
    if (!(std::abs(right_[i]) * elimination_->row_scale(i) <= linear_limit * size)) return false;
  }
  return true;
}

void DeviceScattering::require_linear(std::span<const double> derived, std::span<double> unknowns,
                                      std::span<const Wave> matrix, double amplitude) {
  const std::size_t ports = optical_.size();
  incoming_.resize(ports);
  for (std::size_t p = 0; p < ports; ++p) incoming_[p] = mixed_wave(amplitude, p);
  const std::vector<Wave>& in = incoming_;
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
