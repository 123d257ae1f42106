#pragma once

#include <string>

#include "neucasl/variation/distribution.hpp"

/// \file
/// What a distribution is inside.

namespace neucasl::variation {

/// A standard normal number as its two tail probabilities, below + above = 1.
struct Tails {
  double below = 0.5;
  double above = 0.5;
};

struct Distribution::Law {
  Law() = default;
  Law(const Law&) = delete;
  Law& operator=(const Law&) = delete;
  virtual ~Law() = default;
  [[nodiscard]] virtual double from_normal(double u) const = 0;
  [[nodiscard]] virtual double mean() const = 0;
  [[nodiscard]] virtual double variance() const = 0;
  [[nodiscard]] virtual std::string text() const = 0;
};

Tails tails_of(double u);

/// How far given weights may add up to something else than 1.
inline constexpr double weight_tolerance = 1e-6;

/// \throws base::Error "variation.distribution".
[[noreturn]] void refuse_distribution(const std::string& message, const std::string& remedy,
                                      const base::Location& where);

/// Laws of values with probabilities. \throws base::Error "variation.distribution".
std::shared_ptr<const Distribution::Law> discrete_law(std::vector<double> values,
                                                      std::vector<double> weights,
                                                      const base::Location& where);
std::shared_ptr<const Distribution::Law> empirical_law(std::vector<double> values,
                                                       std::vector<double> weights,
                                                       const base::Location& where);

}  // namespace neucasl::variation
