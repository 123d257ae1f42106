#pragma once

#include <array>

#include "operator.hpp"

/// \file
/// Windows of convolutions and poolings over one to three spatial dimensions.

namespace neucasl::workload {

/// A window that moves along one dimension.
struct WindowAxis {
  std::size_t input = 1;
  std::size_t output = 1;
  std::size_t kernel = 1;
  std::size_t stride = 1;
  std::size_t dilation = 1;
  std::size_t begin = 0;  ///< Padding before the input.
  std::size_t end = 0;    ///< Padding behind it.

  /// Place in the input of tap `tap` at output `position`; negative or beyond it in the padding.
  [[nodiscard]] std::ptrdiff_t place(std::size_t position, std::size_t tap) const {
    return static_cast<std::ptrdiff_t>(position * stride + tap * dilation) -
           static_cast<std::ptrdiff_t>(begin);
  }
  [[nodiscard]] bool inside(std::ptrdiff_t at) const {
    return at >= 0 && at < static_cast<std::ptrdiff_t>(input);
  }
};

/// Always three dimensions: the missing ones come first and have size 1.
struct SlidingWindow {
  std::array<WindowAxis, 3> axes;

  [[nodiscard]] std::size_t inputs() const { return axes[0].input * axes[1].input * axes[2].input; }
  [[nodiscard]] std::size_t outputs() const {
    return axes[0].output * axes[1].output * axes[2].output;
  }
  [[nodiscard]] std::size_t taps() const {
    return axes[0].kernel * axes[1].kernel * axes[2].kernel;
  }
  /// batch x channels x outputs, with the dimensions that `input` has.
  [[nodiscard]] TensorShape output_shape(const TensorShape& input, std::size_t channels) const;
};

/// Strides, dilations, padding and rounding from the attributes of `node`, whose input 0 is batch x
/// channels x one to three dimensions; `kernel` is the size of the window along each.
/// \throws base::Error "onnx.shape", "onnx.attribute".
SlidingWindow sliding_window(const NodeView& node, const std::vector<std::size_t>& kernel);

/// The attribute "kernel_shape", or `otherwise` where it is left out. \throws as above.
std::vector<std::size_t> kernel_shape(const NodeView& node,
                                      const std::vector<std::size_t>& otherwise);

/// Calls body(position, (z, y, x)) for each output position.
template <class Body>
void for_each_position(const SlidingWindow& window, const Body& body) {
  std::size_t position = 0;
  for (std::size_t z = 0; z < window.axes[0].output; ++z) {
    for (std::size_t y = 0; y < window.axes[1].output; ++y) {
      for (std::size_t x = 0; x < window.axes[2].output; ++x) {
        body(position++, std::array<std::size_t, 3>{z, y, x});
      }
    }
  }
}

/// Calls body(tap, offset, where) for each tap of the window at an output position: `where` is its
/// place along each dimension; the offset in the input is -1 for a tap in the padding.
template <class Body>
void for_each_tap(const SlidingWindow& window, const std::array<std::size_t, 3>& at,
                  const Body& body) {
  const auto& [first, second, third] = window.axes;
  std::size_t tap = 0;
  for (std::size_t i = 0; i < first.kernel; ++i) {
    const std::ptrdiff_t z = first.place(at[0], i);
    for (std::size_t j = 0; j < second.kernel; ++j) {
      const std::ptrdiff_t y = second.place(at[1], j);
      const bool row = first.inside(z) && second.inside(y);
      const std::ptrdiff_t base = (z * static_cast<std::ptrdiff_t>(second.input) + y) *
                                  static_cast<std::ptrdiff_t>(third.input);
      for (std::size_t k = 0; k < third.kernel; ++k) {
        const std::ptrdiff_t x = third.place(at[2], k);
        body(tap++, row && third.inside(x) ? base + x : std::ptrdiff_t{-1},
             std::array<std::ptrdiff_t, 3>{z, y, x});
      }
    }
  }
}

}  // namespace neucasl::workload
