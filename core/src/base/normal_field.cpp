#include "neucasl/base/normal_field.hpp"

#include <cstddef>

#include "neucasl/base/lanes.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

using Words [[gnu::vector_size(4 * lanes)]] = std::uint32_t;

struct Product {
  Words high;
  Words low;
};

using HalfLongs [[gnu::vector_size(4 * lanes)]] = std::uint64_t;

/// Products of the even words with the factor, in 64 bits.
HalfLongs multiply_even(HalfLongs a, std::uint32_t factor) {
#if defined(__AVX2__) && !defined(__clang__)
  // GCC 12 makes three multiplications of a 64-bit product.
  const HalfLongs wide = HalfLongs{} + std::uint64_t{factor};
  return (HalfLongs)__builtin_ia32_pmuludq256((IntegerLanes)a, (IntegerLanes)wide);
#else
  return (a & 0xFFFFFFFFULL) * std::uint64_t{factor};
#endif
}

Product multiply(Words a, std::uint32_t factor) {
  const HalfLongs even = multiply_even((HalfLongs)a, factor);
  const HalfLongs odd = multiply_even((HalfLongs)a >> 32, factor);
  return {(Words)((even >> 32) | (odd & 0xFFFFFFFF00000000ULL)),
          (Words)((even & 0xFFFFFFFFULL) | (odd << 32))};
}

/// Philox4x32-10 of `lanes` counters.
void philox(std::array<Words, 4>& counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const Product even = multiply(counter[0], 0xD2511F53U);
    const Product odd = multiply(counter[2], 0xCD9E8D57U);
    counter = {odd.high ^ counter[1] ^ key[0], odd.low, even.high ^ counter[3] ^ key[1], even.low};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
}

Lanes uniform(Words bits) {
  // Halves keep every bit of a word in a float until the sum: small numbers have a fine grid.
  const Lanes high = __builtin_convertvector((IntegerLanes)(bits >> 16), Lanes);
  const Lanes low = __builtin_convertvector((IntegerLanes)(bits & 0xFFFFU), Lanes);
  return high * 0x1p-16F + (low + 0.5F) * 0x1p-32F;
}

/// ln u for normal u > 0: Cephes logf.
Lanes logarithm(Lanes u) {
  IntegerLanes bits = (IntegerLanes)u;
  IntegerLanes exponent = (bits >> 23) - 126;
  Lanes x = (Lanes)((bits & 0x007FFFFF) | 0x3F000000);  // [1/2, 1)
  const IntegerLanes small = x < 0.707106781186547524F;
  exponent += small;  // a true lane is -1
  x = x - 1.0F + (Lanes)((IntegerLanes)x & small);
  const Lanes e = __builtin_convertvector(exponent, Lanes);
  Lanes y = x * 7.0376836292E-2F - 1.1514610310E-1F;
  for (const float c : {1.1676998740E-1F, -1.2420140846E-1F, 1.4249322787E-1F, -1.6668057665E-1F,
                        2.0000714765E-1F, -2.4999993993E-1F, 3.3333331174E-1F}) {
    y = y * x + c;
  }
  const Lanes square = x * x;
  y = y * x * square - 2.12194440E-4F * e - 0.5F * square;
  return x + y + 0.693359375F * e;
}

struct Turn {
  Lanes sine;
  Lanes cosine;
};

/// sin and cos of 2 pi u, u in [0, 1]: Cephes sinf and cosf in the eighth of a turn around the
/// nearest quarter.
Turn turn(Lanes u) {
  constexpr float quarter = 1.57079632679489662F;
  const IntegerLanes q = __builtin_convertvector(u * 4.0F + 0.5F, IntegerLanes);
  const Lanes x = (u * 4.0F - __builtin_convertvector(q, Lanes)) * quarter;
  const Lanes z = x * x;
  const Lanes s = ((-1.9515295891E-4F * z + 8.3321608736E-3F) * z - 1.6666654611E-1F) * z * x + x;
  const Lanes c =
      ((2.443315711809948E-5F * z - 1.388731625493765E-3F) * z + 4.166664568298827E-2F) * z * z -
      0.5F * z + 1.0F;
  const IntegerLanes odd = -(q & 1);
  const IntegerLanes sine_sign = (q & 2) << 30;
  const IntegerLanes cosine_sign = ((q + 1) & 2) << 30;
  const IntegerLanes si = (IntegerLanes)s;
  const IntegerLanes ci = (IntegerLanes)c;
  return {(Lanes)(((ci & odd) | (si & ~odd)) ^ sine_sign),
          (Lanes)(((si & odd) | (ci & ~odd)) ^ cosine_sign)};
}

void normals(Words a, Words b, float* out) {
  const Lanes radius = square_root(-2.0F * logarithm(uniform(a)));
  const Turn angle = turn(uniform(b));
  const Lanes first = radius * angle.cosine;
  const Lanes second = radius * angle.sine;
  store_lanes(first, out);
  store_lanes(second, out + lanes);
}

}  // namespace

NormalField::NormalField(std::uint64_t seed, std::string_view purpose)
    : key_(stream_key(seed, purpose)) {}

void NormalField::fill(std::uint64_t row, std::uint64_t first_block, std::size_t blocks,
                       float* out) const {
  static_assert(block == 4 * lanes);
  constexpr Words index = {0, 1, 2, 3, 4, 5, 6, 7};
  for (std::size_t b = 0; b < blocks; ++b, out += block) {
    const std::uint64_t first = (first_block + b) * lanes;
    const Words zero = index - index;
    std::array<Words, 4> counter = {
        index + static_cast<std::uint32_t>(first), zero + static_cast<std::uint32_t>(first >> 32),
        zero + static_cast<std::uint32_t>(row), zero + static_cast<std::uint32_t>(row >> 32)};
    philox(counter, key_);
    normals(counter[0], counter[1], out);
    normals(counter[2], counter[3], out + 2 * lanes);
  }
}

}  // namespace neucasl::base
