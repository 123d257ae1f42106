#include "neucasl/base/random.hpp"

#include <cmath>
#include <numbers>

namespace neucasl::base {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multiplier_0 = 0xD2511F53U;
  constexpr std::uint64_t multiplier_1 = 0xCD9E8D57U;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = multiplier_0 * counter[0];
    const std::uint64_t product_1 = multiplier_1 * counter[2];
    counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product_1),
               static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product_0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

std::uint64_t hash_name(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

std::array<std::uint32_t, 2> stream_key(std::uint64_t seed, std::string_view purpose) {
  // The seed passes through the bijection so that neighbouring seeds share no key bits.
  const std::uint64_t name = hash_name(purpose);
  const auto mixed =
      philox4x32({static_cast<std::uint32_t>(name), static_cast<std::uint32_t>(name >> 32), 0, 0},
                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return {mixed[0], mixed[1]};
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t sample)
    : key_(stream_key(seed, purpose)), sample_(sample) {}

std::uint32_t RandomStream::next_u32() {
  if (used_ == 4) {
    buffer_ =
        philox4x32({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32),
                    static_cast<std::uint32_t>(sample_), static_cast<std::uint32_t>(sample_ >> 32)},
                   key_);
    ++block_;
    used_ = 0;
  }
  return buffer_[static_cast<std::size_t>(used_++)];
}

double RandomStream::uniform() {
  const std::uint64_t high = next_u32() >> 5;
  const std::uint64_t low = next_u32() >> 6;
  return (static_cast<double>((high << 26) | low) + 0.5) * 0x1p-53;
}

std::uint32_t RandomStream::below(std::uint32_t bound) {
  // Rejection of the incomplete last interval keeps every value equally likely.
  const std::uint32_t limit = static_cast<std::uint32_t>(-bound) % bound;
  for (;;) {
    const std::uint64_t product = static_cast<std::uint64_t>(next_u32()) * bound;
    if (static_cast<std::uint32_t>(product) >= limit) {
      return static_cast<std::uint32_t>(product >> 32);
    }
  }
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace neucasl::base
