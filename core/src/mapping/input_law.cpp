#include "input_law.hpp"

#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::mapping {

std::vector<float> sinh_law(int bits, double a) {
  if (a == 0.0) return {};
  const int top = (1 << bits) - 1;
  std::vector<float> law;
  law.reserve(static_cast<std::size_t>(top) + 1);
  for (int code = 0; code <= top; ++code) {
    law.push_back(static_cast<float>(top * std::sinh(a * code / top) / std::sinh(a)));
  }
  return law;
}

void check_noise(const std::string& what, double value) {
  if (value >= 0.0 && std::isfinite(value)) return;
  throw base::Error("mapping.noise", "the " + what + " is " + base::shortest(value),
                    "give a finite number >= 0");
}

}  // namespace neucasl::mapping
