#include "derivative.hpp"

#include <map>

#include "neucasl/workload/reverse_pass.hpp"

namespace neucasl::workload {
namespace {

std::map<std::string, Derivative> make_derivatives() {
  std::map<std::string, Derivative> all;
  for (const auto& family :
       {elementwise_derivatives(), unary_derivatives(), matrix_derivatives(),
        convolution_derivatives(), pooling_derivatives(), normalisation_derivatives(),
        reduction_derivatives(), reshaping_derivatives(), selection_derivatives()}) {
    for (const Derivative& one : family) all.emplace(one.name, one);
  }
  return all;
}

const std::map<std::string, Derivative>& derivatives() {
  static const std::map<std::string, Derivative> all = make_derivatives();
  return all;
}

}  // namespace

const Derivative* find_derivative(const std::string& name) {
  const auto found = derivatives().find(name);
  return found == derivatives().end() ? nullptr : &found->second;
}

std::vector<std::string> differentiable_operators() {
  std::vector<std::string> names;
  names.reserve(derivatives().size());
  for (const auto& entry : derivatives()) names.push_back(entry.first);
  return names;
}

TensorType adjoint_type(const TensorType& of) {
  return {of.type == ElementType::float64 ? ElementType::float64 : ElementType::float32, of.shape};
}

void add_to(const Tensor& part, Tensor& sum) {
  with_floating(part, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& from = numbers<T>(part);
    std::vector<T>& to = numbers<T>(sum);
    for (std::size_t k = 0; k < to.size(); ++k) to[k] += from[k];
  });
}

ReverseNode::ReverseNode(const NodeView& view, std::vector<ReverseOutput> outputs,
                         const std::vector<bool>& wanted)
    : view_(view), outputs_(std::move(outputs)), wanted_(wanted), adjoints_(view.inputs()) {
  for (std::size_t k = 0; k < adjoints_.size(); ++k) {
    if (wanted[k]) adjoints_[k] = Tensor(adjoint_type(view.type(k)));
  }
}

}  // namespace neucasl::workload
