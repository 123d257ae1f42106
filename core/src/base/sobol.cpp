#include "neucasl/base/sobol.hpp"

#include <array>
#include <bit>
#include <boost/random/sobol.hpp>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

constexpr unsigned digits = 53;         ///< That a double between 0 and 1 holds.
constexpr unsigned nested_digits = 32;  ///< Enough for 2^32 points.

/// The finaliser of D. Stafford's variant 13 of MurmurHash3: a bijection that mixes every bit.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

double nested_scrambling(std::uint64_t value, std::uint64_t key) {
  const std::uint64_t given = value >> (64 - nested_digits);
  std::uint64_t result = 0;
  for (unsigned digit = 0; digit < nested_digits; ++digit) {
    // The digits before this one, below a one that tells how many they are.
    const std::uint64_t before = given >> (nested_digits - digit) | std::uint64_t{1} << digit;
    const std::uint64_t own = given >> (nested_digits - 1 - digit) & 1U;
    result = result << 1 | (own ^ mixed(before ^ key) >> 63);
  }
  constexpr unsigned rest = digits - 1 - nested_digits;
  const std::uint64_t below = mixed(given ^ mixed(key)) >> (64 - rest);
  return (static_cast<double>(result << rest | below) + 0.5) * 0x1p-52;
}

}  // namespace

class SobolSequence::State {
  /// Digits are numbered from the most significant one.
  class LinearScrambling {
   public:
    explicit LinearScrambling(RandomStream random) {
      const auto random_digits = [&random] {
        const std::uint64_t high = random.next_u32();
        return high << 32 | random.next_u32();
      };
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

    std::array<std::uint64_t, digits> rows_{};
    std::uint64_t shift_ = 0;
  };

 public:
  State(std::size_t dimensions, std::uint64_t seed, std::string_view purpose, Scrambling scrambling)
      : sequence_(dimensions) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      RandomStream random(seed, purpose, d);
      if (scrambling == Scrambling::linear) {
        linear_.emplace_back(random);
      } else {
        const std::uint64_t high = random.next_u32();
        keys_.push_back(high << 32 | random.next_u32());
      }
    }
  }

  void next(std::span<double> point) {
    for (std::size_t d = 0; d < point.size(); ++d) {
      // The engine leaves the origin out, without which the points are no net.
      const std::uint64_t value = first_ ? 0 : sequence_();
      point[d] = keys_.empty() ? linear_[d](value) : nested_scrambling(value, keys_[d]);
    }
    first_ = false;
  }

 private:
  boost::random::sobol sequence_;
  std::vector<LinearScrambling> linear_;  ///< One of the two is empty.
  std::vector<std::uint64_t> keys_;
  bool first_ = true;
};

SobolSequence::SobolSequence(std::size_t dimensions, std::uint64_t seed, std::string_view purpose,
                             Scrambling scrambling) {
  if (dimensions == 0 || dimensions > most_dimensions) {
    throw Error("base.sobol", "Sobol points in " + std::to_string(dimensions) + " dimensions",
                "give 1 to " + std::to_string(most_dimensions));
  }
  state_ = std::make_unique<State>(dimensions, seed, purpose, scrambling);
}

SobolSequence::SobolSequence(SobolSequence&&) noexcept = default;
SobolSequence& SobolSequence::operator=(SobolSequence&&) noexcept = default;
SobolSequence::~SobolSequence() = default;

void SobolSequence::next(std::span<double> point) { state_->next(point); }

}  // namespace neucasl::base
