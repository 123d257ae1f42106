#include "convolution_plan.hpp"
#include "dense_product.hpp"
#include "derivative.hpp"

namespace neucasl::workload {
namespace {

/// Adjoints of one image and group at a time. With patches P, weight W and outputs Y = W P:
/// adjoint of W += (adjoint of Y) P^T, of P = W^T (adjoint of Y).
template <class T>
class ReverseConvolution {
 public:
  explicit ReverseConvolution(ReverseNode& node)
      : node_(node),
        plan_(convolution_plan(node.view())),
        runs_(patch_runs(plan_.window)),
        depth_(index(plan_.channels * plan_.window.taps())),
        rows_(index(plan_.outputs)),
        positions_(index(plan_.window.outputs())),
        patches_(depth_, positions_),
        bias_(plan_.groups * plan_.outputs, 0.0) {}

  void run() {
    for (std::size_t n = 0; n < plan_.batch; ++n) {
      for (std::size_t g = 0; g < plan_.groups; ++g) go_back(n * plan_.groups + g, g);
    }
    if (!node_.wants(2)) return;
    std::transform(bias_.begin(), bias_.end(), numbers<T>(node_.adjoint(2)).begin(),
                   [](double sum) { return static_cast<T>(sum); });
  }

 private:
  void go_back(std::size_t block, std::size_t group) {
    const ConstMatrix<T> seed(
        numbers<T>(node_.seed()).data() + block * plan_.outputs * plan_.window.outputs(), rows_,
        positions_);
    const std::size_t image = block * plan_.channels * plan_.window.inputs();
    const std::size_t weight = group * plan_.outputs * static_cast<std::size_t>(depth_);
    if (node_.wants(1)) {
      gather_patches(plan_, runs_, numbers<T>(node_.view().value(0, "an image")).data() + image,
                     patches_.data());
      multiply_into<true>(
          seed, patches_.transpose(),
          MutableMatrix<T>(numbers<T>(node_.adjoint(1)).data() + weight, rows_, depth_));
    }
    if (node_.wants(0)) {
      const ConstMatrix<T> w(numbers<T>(node_.view().value(1, "a weight")).data() + weight, rows_,
                             depth_);
      multiply_into(w.transpose(), seed, patches_);
      scatter_patches(plan_, runs_, patches_.data(), numbers<T>(node_.adjoint(0)).data() + image);
    }
    if (!node_.wants(2)) return;
    for (Eigen::Index o = 0; o < rows_; ++o) {
      double& sum = bias_[group * plan_.outputs + static_cast<std::size_t>(o)];
      for (Eigen::Index k = 0; k < positions_; ++k) sum += static_cast<double>(seed(o, k));
    }
  }

  ReverseNode& node_;
  ConvolutionPlan plan_;
  std::vector<PatchRun> runs_;
  Eigen::Index depth_;
  Eigen::Index rows_;
  Eigen::Index positions_;
  RowMajor<T> patches_;
  std::vector<double> bias_;
};

void reverse_convolution(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) { ReverseConvolution<decltype(zero)>(node).run(); });
}

}  // namespace

std::vector<Derivative> convolution_derivatives() { return {{"Conv", reverse_convolution, 0b011}}; }

}  // namespace neucasl::workload
