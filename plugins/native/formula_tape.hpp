#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/model/symbol.hpp"

/// \file
/// Formulas made ready for repeated evaluation: a list of operations without allocation.

namespace neucasl::native_plugin {

/// Several formulas over the same unknowns; shared parts are computed once.
class FormulaTape {
 public:
  explicit FormulaTape(std::span<const model::Symbol> formulas);

  /// Numbers that `evaluate` needs as work space.
  [[nodiscard]] std::size_t work_size() const { return 2 * steps_.size(); }
  /// \param values   one for each formula
  /// \param gradient row-major, formulas x unknowns; empty when not wanted. Of a `select`, the
  /// branch
  ///                 that is taken counts.
  void evaluate(std::span<const double> unknowns, std::span<double> values,
                std::span<double> gradient, std::span<double> work) const;

 private:
  struct Step {
    model::Operation operation = model::Operation::constant;
    double value = 0.0;                       // of a constant, exponent of a power
    std::uint32_t index = 0;                  // of an unknown
    std::array<std::uint32_t, 3> operands{};  // earlier steps
  };
  static double forward(const Step& step, const double* value, std::span<const double> unknowns);
  static void backward(const Step& step, double result, double adjoint, const double* value,
                       double* adjoints);

  std::vector<Step> steps_;
  std::vector<std::uint32_t> outputs_;
};

}  // namespace neucasl::native_plugin
