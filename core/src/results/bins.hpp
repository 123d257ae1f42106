#pragma once

#include <cstddef>
#include <vector>

/// \file
/// Equal bins of samples.

namespace neucasl::results {

/// Bin i holds the samples from edges[i] up to edges[i + 1]; the last bin holds its upper edge too.
struct Bins {
  std::vector<double> edges;
  std::vector<std::size_t> counts;
};

/// Width by Freedman and Diaconis (Z. Wahrscheinlichkeit 57:453, 1981), or Sturges' rule when the
/// middle half is one point; rounded up to 1, 2 or 5 times a power of ten with edges at its
/// multiples. On a logarithmic axis bins are equal in the logarithm. Samples must be drawable and
/// at least one.
Bins bin_samples(std::vector<double> samples, bool logarithmic);

}  // namespace neucasl::results
