#pragma once

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// Checks that every device model must pass, over the whole declared range.

namespace neucasl::test {

struct Evaluated {
  std::vector<double> flow, storage, flow_jacobian, storage_jacobian;
};

inline Evaluated evaluate(const model::DeviceModel& model, std::span<const double> derived,
                          std::span<const double> unknowns, bool jacobian = false) {
  const std::size_t n = unknowns.size();
  Evaluated result{std::vector<double>(n), std::vector<double>(n), {}, {}};
  if (jacobian) {
    result.flow_jacobian.resize(n * n);
    result.storage_jacobian.resize(n * n);
  }
  model.evaluate(derived, unknowns,
                 {result.flow, result.storage, result.flow_jacobian, result.storage_jacobian});
  return result;
}

inline std::vector<double> derived_of(const model::DeviceModel& model,
                                      std::span<const double> parameters,
                                      const model::Environment& environment = {}) {
  std::vector<double> derived(model.derived_size());
  model.derive(parameters, environment, derived);
  return derived;
}

inline double between(double low, double high, base::RandomStream& random) {
  return low + (high - low) * random.uniform();
}

/// Even over the range, or over its logarithm where it spans more than two decades.
inline std::vector<double> random_parameters(const model::Specification& specification,
                                             base::RandomStream& random) {
  std::vector<double> values;
  for (const model::Parameter& one : specification.parameters) {
    const bool decades = one.low > 0.0 && one.high > 100.0 * one.low;
    const double value = decades ? std::exp(between(std::log(one.low), std::log(one.high), random))
                                 : between(one.low, one.high, random);
    values.push_back(base::scaled(value, base::parse_unit(one.unit)).value);
  }
  return values;
}

inline std::vector<double> random_unknowns(const model::Specification& specification,
                                           base::RandomStream& random) {
  std::vector<double> values;
  for (const model::Terminal& one : specification.terminals) {
    values.push_back(between(-one.limit, one.limit, random));
  }
  for (const model::Internal& one : specification.internals) {
    values.push_back(between(one.low, one.high, random));
  }
  return values;
}

inline void expect_derivative(double exact, double above, double below, double step,
                              double row_scale, const std::string& what) {
  const double difference = (above - below) / (2.0 * step);
  // Rounding of the values, over the step.
  const double rounding = 1e-14 * (std::abs(above) + std::abs(below)) / step;
  EXPECT_NEAR(exact, difference, 1e-4 * std::abs(exact) + 1e-7 * row_scale + rounding) << what;
}

/// Exact Jacobians against central differences at one point.
inline void expect_jacobians(const model::DeviceModel& model, std::span<const double> derived,
                             const std::vector<double>& x, double step = 1e-6) {
  const std::size_t n = x.size();
  const Evaluated at = evaluate(model, derived, x, true);
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> moved = x;
    moved[j] = x[j] + step;
    const Evaluated above = evaluate(model, derived, moved);
    moved[j] = x[j] - step;
    const Evaluated below = evaluate(model, derived, moved);
    for (std::size_t i = 0; i < n; ++i) {
      double flow_scale = 0.0;
      double storage_scale = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        flow_scale = std::max(flow_scale, std::abs(at.flow_jacobian[i * n + k]));
        storage_scale = std::max(storage_scale, std::abs(at.storage_jacobian[i * n + k]));
      }
      const std::string where = "row " + std::to_string(i) + ", column " + std::to_string(j);
      expect_derivative(at.flow_jacobian[i * n + j], above.flow[i], below.flow[i], step, flow_scale,
                        "flow, " + where);
      expect_derivative(at.storage_jacobian[i * n + j], above.storage[i], below.storage[i], step,
                        storage_scale, "storage, " + where);
    }
  }
}

/// The formulas give the numbers of the compiled equations, with their derivatives.
inline void expect_symbolic(const model::DeviceModel& model, std::span<const double> derived,
                            const std::vector<double>& x) {
  const std::size_t n = x.size();
  const model::SymbolicForm form = model.symbolic(derived);
  const Evaluated at = evaluate(model, derived, x, true);
  ASSERT_EQ(form.flow.size(), n);
  ASSERT_EQ(form.storage.size(), n);
  std::vector<double> gradient(n);
  const auto near = [](double a, double b, double scale) {
    return std::abs(a - b) <= 1e-9 * (std::abs(b) + scale) + 1e-300;
  };
  for (std::size_t i = 0; i < n; ++i) {
    double scale = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
      scale = std::max(scale, std::abs(at.flow_jacobian[i * n + k]));
    }
    EXPECT_TRUE(near(model::evaluate(form.flow[i], x, gradient), at.flow[i], 1e-3 * scale)) << i;
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_TRUE(near(gradient[k], at.flow_jacobian[i * n + k], scale)) << i << ' ' << k;
    }
    EXPECT_TRUE(near(model::evaluate(form.storage[i], x), at.storage[i], 0.0)) << i;
  }
}

/// Finite values and derivatives.
inline void expect_finite(const model::DeviceModel& model, std::span<const double> derived,
                          const std::vector<double>& x) {
  const Evaluated at = evaluate(model, derived, x, true);
  for (const auto* values : {&at.flow, &at.storage, &at.flow_jacobian, &at.storage_jacobian}) {
    for (const double value : *values) ASSERT_TRUE(std::isfinite(value));
  }
}

/// What flows into all nodes together is nothing, and so is their charge. With `inner_nodes` the
/// internal unknowns are nodes whose equation is Kirchhoff's.
inline void expect_conservation(const model::DeviceModel& model, std::span<const double> derived,
                                const std::vector<double>& x, bool inner_nodes) {
  const Evaluated at = evaluate(model, derived, x);
  const std::size_t nodes = inner_nodes ? x.size() : model.specification().terminal_unknowns();
  double flow = 0.0, charge = 0.0, largest_flow = 0.0, largest_charge = 0.0;
  for (std::size_t i = 0; i < nodes; ++i) {
    flow += at.flow[i];
    charge += at.storage[i];
    largest_flow = std::max(largest_flow, std::abs(at.flow[i]));
    largest_charge = std::max(largest_charge, std::abs(at.storage[i]));
  }
  EXPECT_LE(std::abs(flow), 1e-12 * largest_flow);
  EXPECT_LE(std::abs(charge), 1e-12 * largest_charge);
}

/// All of the above at random parameters, temperatures and unknowns. `settle` makes parameters that
/// contradict each other agree.
inline void expect_sound(const model::DeviceModel& model, int samples,
                         const std::function<void(std::vector<double>&)>& settle = {},
                         bool inner_nodes = true) {
  const model::Specification& specification = model.specification();
  EXPECT_EQ(model::faults(specification), std::vector<std::string>{});
  for (int k = 0; k < samples; ++k) {
    SCOPED_TRACE("sample " + std::to_string(k));
    base::RandomStream random(7, specification.name, static_cast<std::uint64_t>(k));
    std::vector<double> parameters = random_parameters(specification, random);
    if (settle) settle(parameters);
    model::Environment environment;
    environment.temperature = between(230.0, 400.0, random);
    const std::vector<double> derived = derived_of(model, parameters, environment);
    const std::vector<double> x = random_unknowns(specification, random);
    expect_finite(model, derived, x);
    expect_jacobians(model, derived, x);
    if (k % 10 == 0) expect_symbolic(model, derived, x);
    expect_conservation(model, derived, x, inner_nodes);
    if (testing::Test::HasFailure()) return;
  }
}

/// Damped Newton steps for the internal unknowns, from their first guess. False: none found.
inline bool solve_at_rest(const model::DeviceModel& model, std::span<const double> derived,
                          std::vector<double>& x) {
  const std::size_t terminals = model.specification().terminal_unknowns();
  const std::size_t n = x.size();
  const auto m = static_cast<Eigen::Index>(n - terminals);
  model.initial_internals(derived, std::span(x).subspan(terminals));
  const auto residual = [&](const Evaluated& at) {
    return Eigen::Map<const Eigen::VectorXd>(at.flow.data() + terminals, m).eval();
  };
  for (int step = 0; step < 200; ++step) {
    const Evaluated at = evaluate(model, derived, x, true);
    Eigen::MatrixXd jacobian(m, m);
    for (Eigen::Index i = 0; i < m; ++i) {
      for (Eigen::Index j = 0; j < m; ++j) {
        jacobian(i, j) = at.flow_jacobian[(terminals + static_cast<std::size_t>(i)) * n +
                                          terminals + static_cast<std::size_t>(j)];
      }
    }
    const Eigen::VectorXd before = residual(at);
    const Eigen::VectorXd move = jacobian.partialPivLu().solve(before);
    if (move.lpNorm<Eigen::Infinity>() < 1e-9) return true;
    std::vector<double> tried = x;
    for (double share = 1.0; share > 1e-6; share *= 0.5) {
      for (Eigen::Index i = 0; i < m; ++i) {
        const std::size_t at_row = terminals + static_cast<std::size_t>(i);
        tried[at_row] = x[at_row] - share * move[i];
      }
      if (residual(evaluate(model, derived, tried)).norm() < before.norm()) break;
    }
    x = tried;
  }
  return false;
}

/// At random parameters and terminals the internal unknowns are found, within their ranges.
inline void expect_solvable(const model::DeviceModel& model, int samples,
                            const std::function<void(std::vector<double>&)>& settle = {}) {
  const model::Specification& specification = model.specification();
  const std::size_t terminals = specification.terminal_unknowns();
  for (int k = 0; k < samples; ++k) {
    SCOPED_TRACE("sample " + std::to_string(k));
    base::RandomStream random(8, specification.name, static_cast<std::uint64_t>(k));
    std::vector<double> parameters = random_parameters(specification, random);
    if (settle) settle(parameters);
    std::vector<double> x = random_unknowns(specification, random);
    EXPECT_TRUE(solve_at_rest(model, derived_of(model, parameters), x));
    for (std::size_t i = 0; i < specification.internals.size(); ++i) {
      EXPECT_GE(x[terminals + i], specification.internals[i].low);
      EXPECT_LE(x[terminals + i], specification.internals[i].high);
    }
  }
}

}  // namespace neucasl::test
