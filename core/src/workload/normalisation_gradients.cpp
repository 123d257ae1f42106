#include <algorithm>
#include <cmath>

#include "axis_plans.hpp"
#include "derivative.hpp"

namespace neucasl::workload {
namespace {

/// Writes sums to the adjoint of an input, whose type may differ from the others'.
void set_adjoint(ReverseNode& node, std::size_t input, const std::vector<double>& sums) {
  if (!node.wants(input)) return;
  with_floating(node.adjoint(input), [&](auto zero) {
    using T = decltype(zero);
    std::transform(sums.begin(), sums.end(), numbers<T>(node.adjoint(input)).begin(),
                   [](double sum) { return static_cast<T>(sum); });
  });
}

/// y = (x - m) s / sqrt(v + epsilon) + b with given m and v of each channel.
void reverse_batch(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = view.shape(0);
  const std::size_t channels = shape[1];
  const std::size_t inner = extent(shape, 2, shape.size());
  const double epsilon = view.real("epsilon", 1e-5);
  const std::vector<double> scale = doubles_of(view, 1, channels, 1.0);
  const std::vector<double> mean = doubles_of(view, 3, channels, 0.0);
  const std::vector<double> variance = doubles_of(view, 4, channels, 1.0);
  std::vector<double> sums(channels, 0.0);      // of the seed
  std::vector<double> products(channels, 0.0);  // of the seed times (x - m)
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(view.value(0, "an image"));
    const std::vector<T>& g = numbers<T>(node.seed());
    T* to = node.wants(0) ? numbers<T>(node.adjoint(0)).data() : nullptr;
    for (std::size_t row = 0; row < shape[0] * channels; ++row) {
      const std::size_t c = row % channels;
      const auto factor = static_cast<T>(scale[c] / std::sqrt(variance[c] + epsilon));
      for (std::size_t k = row * inner; k < (row + 1) * inner; ++k) {
        sums[c] += static_cast<double>(g[k]);
        products[c] += static_cast<double>(g[k]) * (static_cast<double>(x[k]) - mean[c]);
        if (to != nullptr) to[k] = g[k] * factor;
      }
    }
  });
  set_adjoint(node, 2, sums);
  std::vector<double> of_scale(channels);
  std::vector<double> of_mean(channels);
  std::vector<double> of_variance(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const double inverse = 1.0 / std::sqrt(variance[c] + epsilon);
    of_scale[c] = products[c] * inverse;
    of_mean[c] = -sums[c] * scale[c] * inverse;
    of_variance[c] = -0.5 * products[c] * scale[c] * inverse * inverse * inverse;
  }
  set_adjoint(node, 1, of_scale);
  set_adjoint(node, 3, of_mean);
  set_adjoint(node, 4, of_variance);
}

/// One row of a normalisation by its own moments. With z = (x - mean) / deviation and h = g scale:
/// adjoint of x = (h - mean(h) - z mean(h z)) / deviation.
/// `parameter(k)`: which scale element k has.
template <class T, class Parameter>
void reverse_row(const T* x, const T* g, std::size_t count, double epsilon,
                 const std::vector<double>& scale, const Parameter& parameter, T* to,
                 std::vector<double>& of_scale, std::vector<double>& of_shift) {
  const Moments moments = moments_of(x, count, epsilon);
  const auto z = [&](std::size_t k) {
    return (static_cast<double>(x[k]) - moments.mean) * moments.inverse;
  };
  double sum = 0.0;
  double product = 0.0;
  for (std::size_t k = 0; k < count; ++k) {
    const auto seed = static_cast<double>(g[k]);
    const double scaled = seed * scale[parameter(k)];
    of_scale[parameter(k)] += seed * z(k);
    of_shift[parameter(k)] += seed;
    sum += scaled;
    product += scaled * z(k);
  }
  if (to == nullptr) return;
  sum /= static_cast<double>(count);
  product /= static_cast<double>(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double scaled = static_cast<double>(g[k]) * scale[parameter(k)];
    to[k] = static_cast<T>((scaled - sum - z(k) * product) * moments.inverse);
  }
}

void reverse_layer(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = view.shape(0);
  const std::size_t axis = view.axis(view.integer("axis", -1), shape.size());
  const std::size_t inner = extent(shape, axis, shape.size());
  const std::vector<double> scale = doubles_of(view, 1, inner, 1.0);
  std::vector<double> of_scale(inner, 0.0);
  std::vector<double> of_shift(inner, 0.0);
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const T* x = numbers<T>(view.value(0, "a tensor")).data();
    const T* g = numbers<T>(node.seed()).data();
    T* to = node.wants(0) ? numbers<T>(node.adjoint(0)).data() : nullptr;
    for (std::size_t row = 0; row < extent(shape, 0, axis); ++row) {
      reverse_row(
          x + row * inner, g + row * inner, inner, view.real("epsilon", 1e-5), scale,
          [](std::size_t k) { return k; }, to == nullptr ? nullptr : to + row * inner, of_scale,
          of_shift);
    }
  });
  set_adjoint(node, 1, of_scale);
  set_adjoint(node, 2, of_shift);
}

void reverse_instance(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = view.shape(0);
  const std::size_t inner = extent(shape, 2, shape.size());
  const std::vector<double> scale = doubles_of(view, 1, shape[1], 1.0);
  std::vector<double> of_scale(shape[1], 0.0);
  std::vector<double> of_shift(shape[1], 0.0);
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const T* x = numbers<T>(view.value(0, "an image")).data();
    const T* g = numbers<T>(node.seed()).data();
    T* to = node.wants(0) ? numbers<T>(node.adjoint(0)).data() : nullptr;
    for (std::size_t row = 0; row < shape[0] * shape[1]; ++row) {
      reverse_row(
          x + row * inner, g + row * inner, inner, view.real("epsilon", 1e-5), scale,
          [&](std::size_t) { return row % shape[1]; }, to == nullptr ? nullptr : to + row * inner,
          of_scale, of_shift);
    }
  });
  set_adjoint(node, 1, of_scale);
  set_adjoint(node, 2, of_shift);
}

/// y_i = x_i u_i^-beta with u_i = bias + alpha / size sum_j x_j^2 over the channels around i:
/// adjoint of x_j = g_j u_j^-beta - 2 alpha beta / size x_j sum over those i of g_i x_i
/// u_i^(-beta-1).
void reverse_local_response(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = view.shape(0);
  const std::int64_t size = view.integer("size", 1);
  const double alpha = view.real("alpha", 1e-4) / static_cast<double>(size);
  const double beta = view.real("beta", 0.75);
  const double bias = view.real("bias", 1.0);
  const std::size_t inner = extent(shape, 2, shape.size());
  const auto channels = static_cast<std::int64_t>(shape[1]);
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(view.value(0, "an image"));
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for (std::size_t at = 0; at < shape[0] * inner; ++at) {
      const std::size_t first = at / inner * shape[1] * inner + at % inner;
      const auto place = [&](std::int64_t c) {
        return first + static_cast<std::size_t>(c) * inner;
      };
      for (std::int64_t c = 0; c < channels; ++c) {
        const std::int64_t begin = std::max<std::int64_t>(0, c - (size - 1) / 2);
        const std::int64_t end = std::min(channels - 1, c + size / 2);
        double squares = 0.0;
        for (std::int64_t j = begin; j <= end; ++j) {
          squares += static_cast<double>(x[place(j)]) * static_cast<double>(x[place(j)]);
        }
        const double base = bias + alpha * squares;
        const auto seed = static_cast<double>(g[place(c)]);
        to[place(c)] += static_cast<T>(seed * std::pow(base, -beta));
        const double common = 2.0 * alpha * beta * seed * static_cast<double>(x[place(c)]) *
                              std::pow(base, -beta - 1.0);
        for (std::int64_t j = begin; j <= end; ++j) {
          to[place(j)] -= static_cast<T>(common * static_cast<double>(x[place(j)]));
        }
      }
    }
  });
}

/// Softmax: y (g - sum g y); its logarithm: g - exp(y) sum g.
template <bool logarithm>
void reverse_softmax(ReverseNode& node) {
  const SoftmaxBlocks blocks = softmax_blocks(node.view());
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& y = numbers<T>(node.value());
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for (std::size_t block = 0; block < blocks.outer * blocks.inner; ++block) {
      const std::size_t first = blocks.first(block);
      double sum = 0.0;
      for (std::size_t k = 0; k < blocks.count; ++k) {
        const std::size_t at = first + k * blocks.inner;
        sum += static_cast<double>(g[at]) * (logarithm ? 1.0 : static_cast<double>(y[at]));
      }
      for (std::size_t k = 0; k < blocks.count; ++k) {
        const std::size_t at = first + k * blocks.inner;
        const auto value = static_cast<double>(y[at]);
        const auto seed = static_cast<double>(g[at]);
        to[at] = static_cast<T>(logarithm ? seed - std::exp(value) * sum : value * (seed - sum));
      }
    }
  });
}

}  // namespace

std::vector<Derivative> normalisation_derivatives() {
  return {{"BatchNormalization", reverse_batch, reads_all},
          {"LayerNormalization", reverse_layer, reads_all},
          {"InstanceNormalization", reverse_instance, reads_all},
          {"LRN", reverse_local_response, reads_all},
          {"Softmax", reverse_softmax<false>, reads_none, reads_all},
          {"LogSoftmax", reverse_softmax<true>, reads_none, reads_all}};
}

}  // namespace neucasl::workload
