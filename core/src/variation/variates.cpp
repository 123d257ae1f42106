#include "variates.hpp"

#include <cmath>

namespace neucasl::variation {

std::uint64_t below(std::uint64_t bound, base::RandomStream& random) {
  if (bound <= 0xffffffffU) return random.below(static_cast<std::uint32_t>(bound));
  const std::uint64_t limit = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t high = random.next_u32();
    const std::uint64_t word = (high << 32) | random.next_u32();
    if (word >= limit) return word % bound;
  }
}

double gamma_variate(double shape, base::RandomStream& random) {
  if (shape < 1.0) {
    // Gamma(a) = Gamma(a + 1) U^(1/a).
    const double larger = gamma_variate(shape + 1.0, random);
    return larger * std::pow(random.uniform(), 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double z = random.normal();
    const double root = 1.0 + c * z;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (std::log(random.uniform()) < 0.5 * z * z + d - d * v + d * std::log(v)) return d * v;
  }
}

std::uint64_t poisson_variate(double mean, base::RandomStream& random) {
  constexpr double direct = 10.0;
  std::uint64_t count = 0;
  while (mean > direct) {
    // The time of event m among those of rate 1; what is left is Poisson again, or, when it comes
    // after the end, the events before it are binomial.
    const double m = std::floor(0.875 * mean);
    const double time = gamma_variate(m, random);
    if (time > mean) {
      const double share = mean / time;
      for (std::uint64_t k = 1; k < static_cast<std::uint64_t>(m); ++k) {
        if (random.uniform() < share) ++count;
      }
      return count;
    }
    count += static_cast<std::uint64_t>(m);
    mean -= time;
  }
  const double end = std::exp(-mean);
  for (double product = random.uniform(); product > end; product *= random.uniform()) ++count;
  return count;
}

}  // namespace neucasl::variation
