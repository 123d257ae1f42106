#include "derivative.hpp"
#include "pooling_plan.hpp"

namespace neucasl::workload {
namespace {

/// Images of all samples and channels.
std::size_t images_of(const NodeView& view) { return view.shape(0)[0] * view.shape(0)[1]; }

void reverse_max_pool(ReverseNode& node) {
  const SlidingWindow window = pooling_window(node.view());
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const T* input = numbers<T>(node.view().value(0, "an image")).data();
    const std::vector<T>& g = numbers<T>(node.seed());
    T* to = numbers<T>(node.adjoint(0)).data();
    for (std::size_t n = 0; n < images_of(node.view()); ++n) {
      const std::size_t image = n * window.inputs();
      for_each_position(window, [&](std::size_t position, const auto& at) {
        const LargestTap<T> largest = largest_tap(node.view(), window, at, input + image);
        to[image + static_cast<std::size_t>(largest.offset)] += g[n * window.outputs() + position];
      });
    }
  });
}

void reverse_average_pool(ReverseNode& node) {
  const SlidingWindow window = pooling_window(node.view());
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for_each_position(window, [&](std::size_t position, const auto& at) {
      const auto share =
          static_cast<T>(1.0 / static_cast<double>(averaged_elements(node.view(), window, at)));
      for_each_tap(window, at, [&](std::size_t, std::ptrdiff_t offset, const auto&) {
        if (offset < 0) return;
        for (std::size_t n = 0; n < images_of(node.view()); ++n) {
          to[n * window.inputs() + static_cast<std::size_t>(offset)] +=
              share * g[n * window.outputs() + position];
        }
      });
    });
  });
}

void reverse_global_average(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    const std::size_t size = to.size() / g.size();
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = g[k / size] / static_cast<T>(size);
  });
}

void reverse_global_max(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.view().value(0, "an image"));
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    const std::size_t size = to.size() / g.size();
    for (std::size_t n = 0; n < g.size(); ++n) {
      std::size_t most = n * size;
      for (std::size_t k = most; k < (n + 1) * size; ++k) {
        if (x[k] > x[most]) most = k;
      }
      to[most] = g[n];
    }
  });
}

}  // namespace

std::vector<Derivative> pooling_derivatives() {
  return {{"MaxPool", reverse_max_pool, reads_all},
          {"AveragePool", reverse_average_pool},
          {"GlobalAveragePool", reverse_global_average},
          {"GlobalMaxPool", reverse_global_max, reads_all}};
}

}  // namespace neucasl::workload
