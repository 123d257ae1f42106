#pragma once

#include <limits>

#include "sliding_window.hpp"

/// \file
/// Windows of poolings.

namespace neucasl::workload {

/// Each of its places touches the input, unless a dilation steps over it.
/// \throws base::Error "onnx.shape", "onnx.attribute".
SlidingWindow pooling_window(const NodeView& node);

[[noreturn]] void fail_empty_window(const NodeView& node);

/// Elements that the mean at an output position is taken of.
/// \throws base::Error "onnx.value" for none.
std::size_t averaged_elements(const NodeView& node, const SlidingWindow& window,
                              const std::array<std::size_t, 3>& at);

template <class T>
struct LargestTap {
  T value = std::numeric_limits<T>::lowest();
  std::ptrdiff_t offset = -1;  ///< In the image.
  std::array<std::ptrdiff_t, 3> where{};
};

/// The first of equals; a value that is no number is passed on.
/// \throws base::Error "onnx.value" for a window in the padding.
template <class T>
LargestTap<T> largest_tap(const NodeView& node, const SlidingWindow& window,
                          const std::array<std::size_t, 3>& at, const T* image) {
  LargestTap<T> largest;
  for_each_tap(window, at, [&](std::size_t, std::ptrdiff_t offset, const auto& where) {
    if (offset < 0) return;
    const T value = image[offset];
    if (largest.offset >= 0 && !(value > largest.value) && !not_a_number(value)) return;
    largest = {value, offset, where};
  });
  if (largest.offset < 0) fail_empty_window(node);
  return largest;
}

}  // namespace neucasl::workload
