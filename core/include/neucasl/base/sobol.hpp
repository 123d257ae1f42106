#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// Scrambled Sobol points.

namespace neucasl::base {

/// Both keep a digital net: 2^m points have one in each 2^m-th of every axis.
enum class Scrambling {
  /// A random lower triangular matrix over the binary digits and a random shift of them (J.
  /// Matousek, J. Complexity 14:527, 1998).
  linear,
  /// Each digit is changed at random for each value of those before it (A. Owen, J. Complexity
  /// 14:466, 1998), the changes being hashes of these digits; 32 digits, random ones below.
  nested,
};

/// Sobol's sequence in [0, 1)^d, with the direction numbers of S. Joe and F. Kuo (SIAM J. Sci.
/// Comput. 30:2635, 2008), scrambled. Point k is a function of the arguments and k.
class NEUCASL_EXPORT SobolSequence {
 public:
  static constexpr std::size_t most_dimensions = 3667;

  /// `purpose` as of a RandomStream.
  /// \throws base::Error "base.sobol" for no dimension or more than most_dimensions.
  SobolSequence(std::size_t dimensions, std::uint64_t seed, std::string_view purpose,
                Scrambling scrambling);
  SobolSequence(SobolSequence&&) noexcept;
  SobolSequence& operator=(SobolSequence&&) noexcept;
  ~SobolSequence();

  /// Writes the next point, d numbers; of nested scrambling none is 0.
  void next(std::span<double> point);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace neucasl::base
