#include "neucasl/exploration/sobol.hpp"

#include <array>
#include <bit>
#include <boost/random/sobol.hpp>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::exploration {
namespace {

constexpr unsigned digits = 53;  ///< That a double between 0 and 1 holds.

/// Digits are numbered from the most significant one.
class Scrambling {
 public:
  Scrambling(std::uint64_t seed, std::size_t dimension)
      : random_(seed, "exploration/sobol", dimension) {
    for (unsigned digit = 0; digit < digits; ++digit) {
      // Digits above this one count at random, its own always, those below never.
      const std::uint64_t above = digit == 0 ? 0 : ~std::uint64_t{0} << (digits - digit);
      const std::uint64_t own = std::uint64_t{1} << (digits - 1 - digit);
      rows_[digit] = (random_digits() & above & mask) | own;
    }
    shift_ = random_digits() & mask;
  }

  [[nodiscard]] double operator()(std::uint64_t value) const {
    value >>= 64 - digits;
    std::uint64_t result = 0;
    for (const std::uint64_t row : rows_) {
      result = result << 1 | static_cast<std::uint64_t>(std::popcount(row & value) & 1);
    }
    return static_cast<double>(result ^ shift_) * 0x1p-53;
  }

 private:
  static constexpr std::uint64_t mask = (std::uint64_t{1} << digits) - 1;

  std::uint64_t random_digits() {
    const std::uint64_t high = random_.next_u32();
    return high << 32 | random_.next_u32();
  }

  base::RandomStream random_;
  std::array<std::uint64_t, digits> rows_{};
  std::uint64_t shift_ = 0;
};

}  // namespace

std::vector<std::vector<double>> scrambled_sobol(std::size_t count, std::size_t dimensions,
                                                 std::uint64_t seed) {
  constexpr std::size_t most = 1000;
  if (dimensions == 0 || dimensions > most) {
    throw base::Error("exploration.search",
                      "Sobol points in " + std::to_string(dimensions) + " dimensions",
                      "give 1 to " + std::to_string(most));
  }
  std::vector<Scrambling> scramblings;
  scramblings.reserve(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) scramblings.emplace_back(seed, d);
  boost::random::sobol sequence(dimensions);
  std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      // The engine leaves the origin out, without which the points are no net.
      points[k][d] = scramblings[d](k == 0 ? 0 : sequence());
    }
  }
  return points;
}

}  // namespace neucasl::exploration
