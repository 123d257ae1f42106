#include "crosstalk.hpp"

#include <algorithm>

namespace neucasl::photonic {

double largest_crosstalk(int channels, const std::function<double(int i, int j)>& taken) {
  double largest = 0.0;
  for (int i = 0; i < channels; ++i) {
    double sum = 0.0;
    for (int j = 0; j < channels; ++j) {
      if (j != i) sum += taken(i, j);
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

}  // namespace neucasl::photonic
