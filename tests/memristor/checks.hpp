#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// Random points over the whole declared range of a model, and what must hold at each.

namespace neucasl::memristor_models {

struct RandomPoint {
  std::vector<double> parameters;
  std::vector<double> derived;
  std::vector<double> unknowns;
};

/// Parameters of one value in the unit of the specification, in SI.
inline double in_si(double value, const model::Parameter& p) {
  return base::scaled(value, base::parse_unit(p.unit)).value;
}

inline double draw(const model::Parameter& p, base::RandomStream& random) {
  static const std::set<std::string> choices{"window", "current_law"};
  if (choices.contains(p.name)) {
    return static_cast<double>(random.below(static_cast<std::uint32_t>(p.high) + 1));
  }
  const double u = random.uniform();
  const bool decades = p.low > 0.0 && p.high / p.low > 100.0;
  const bool negative_decades = p.high < 0.0 && p.low / p.high > 100.0;
  if (decades || negative_decades) return p.low * std::pow(p.high / p.low, u);
  return p.low + u * (p.high - p.low);
}

/// A device with parameters that do not contradict each other, and unknowns in their ranges.
inline RandomPoint random_point(const model::DeviceModel& model, base::RandomStream& random) {
  const model::Specification& s = model.specification();
  RandomPoint point;
  point.derived.resize(model.derived_size());
  for (int attempt = 0;; ++attempt) {
    point.parameters.clear();
    for (const model::Parameter& p : s.parameters) {
      point.parameters.push_back(in_si(draw(p, random), p));
    }
    try {
      model.derive(point.parameters, {}, point.derived);
      break;
    } catch (const base::Error& error) {
      if (attempt == 1000 || error.diagnostic().code != "model.parameters") throw;
    }
  }
  for (const model::Terminal& terminal : s.terminals) {
    point.unknowns.push_back(terminal.limit * (2.0 * random.uniform() - 1.0));
  }
  for (const model::Internal& internal : s.internals) {
    point.unknowns.push_back(internal.low + (internal.high - internal.low) * random.uniform());
  }
  return point;
}

struct Values {
  std::vector<double> flow, storage, flow_jacobian, storage_jacobian;
};

inline Values evaluate(const model::DeviceModel& model, const RandomPoint& point) {
  const std::size_t n = point.unknowns.size();
  Values v{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n * n),
           std::vector<double>(n * n)};
  model.evaluate(point.derived, point.unknowns,
                 {v.flow, v.storage, v.flow_jacobian, v.storage_jacobian});
  return v;
}

inline double scale_of(const model::Specification& s, std::size_t unknown) {
  return unknown < s.terminals.size() ? s.terminals[unknown].limit
                                      : s.internals[unknown - s.terminals.size()].scale;
}

}  // namespace neucasl::memristor_models
