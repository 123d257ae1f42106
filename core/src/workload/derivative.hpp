#pragma once

#include <cstdint>

#include "operator.hpp"

/// \file
/// Derivatives of operators, for reverse accumulation.
///
/// The *adjoint* of a tensor t is the derivative of one number L with respect to each of its
/// elements. A *rule* makes the adjoints of a node's inputs from those of its outputs. Where an
/// operator has a kink (Relu at 0, the larger of two equals) the rule gives one of the slopes
/// beside it. Adjoints are float64 for float64 tensors and float32 for all other floating ones,
/// whose rounding behind each operator counts as the identity.

namespace neucasl::workload {

/// Type of the adjoint of a floating tensor.
TensorType adjoint_type(const TensorType& of);

/// An output of a node on the way back.
struct ReverseOutput {
  const Tensor* seed = nullptr;      ///< Its adjoint; nothing when zero.
  const Tensor* value = nullptr;     ///< Where the rule reads it.
  const TensorType* type = nullptr;  ///< Nothing when the output is left out.
};

/// Adds an adjoint to another one of the same tensor.
void add_to(const Tensor& part, Tensor& sum);

/// A node on the way back.
class ReverseNode {
 public:
  /// `wanted`: for each input, whether its adjoint is asked for.
  ReverseNode(const NodeView& view, std::vector<ReverseOutput> outputs,
              const std::vector<bool>& wanted);

  [[nodiscard]] const NodeView& view() const { return view_; }
  [[nodiscard]] const ReverseOutput& output(std::size_t k) const { return outputs_[k]; }
  /// Of output 0, which most rules have alone.
  [[nodiscard]] const Tensor& seed() const { return *outputs_[0].seed; }
  [[nodiscard]] const Tensor& value() const { return *outputs_[0].value; }
  [[nodiscard]] bool wants(std::size_t input) const {
    return input < adjoints_.size() && wanted_[input];
  }
  /// Zeros at first; only of wanted inputs.
  [[nodiscard]] Tensor& adjoint(std::size_t input) { return adjoints_[input]; }

 private:
  const NodeView& view_;
  std::vector<ReverseOutput> outputs_;
  const std::vector<bool>& wanted_;
  std::vector<Tensor> adjoints_;
};

/// Which values a rule reads: bit k for input or output k.
using ReadMask = std::uint32_t;
inline constexpr ReadMask reads_none = 0;
inline constexpr ReadMask reads_all = ~ReadMask{0};

struct Derivative {
  const char* name;  ///< Of the operator.
  void (*rule)(ReverseNode& node);
  ReadMask inputs = reads_none;
  ReadMask outputs = reads_none;
  bool all_outputs = false;  ///< False: of output 0 alone.
};

/// Nothing for an operator without a rule.
const Derivative* find_derivative(const std::string& name);

// The families.
std::vector<Derivative> elementwise_derivatives();
std::vector<Derivative> unary_derivatives();
std::vector<Derivative> matrix_derivatives();
std::vector<Derivative> convolution_derivatives();
std::vector<Derivative> pooling_derivatives();
std::vector<Derivative> normalisation_derivatives();
std::vector<Derivative> reduction_derivatives();
std::vector<Derivative> reshaping_derivatives();
std::vector<Derivative> selection_derivatives();

/// Adds contributions of `shape` to a tensor that was stretched to it, sums in double.
template <class T>
void add_stretched(const std::vector<T>& contributions, const TensorShape& shape, Tensor& to) {
  std::vector<T>& sums = numbers<T>(to);
  if (sums.size() == contributions.size()) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += contributions[k];
    return;
  }
  std::vector<double> exact(sums.size(), 0.0);
  for_each_element<1>(shape, {stretched(to.type.shape, shape)}, {0},
                      [&](std::size_t position, const auto& offsets) {
                        exact[static_cast<std::size_t>(offsets[0])] +=
                            static_cast<double>(contributions[position]);
                      });
  for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += static_cast<T>(exact[k]);
}

}  // namespace neucasl::workload
