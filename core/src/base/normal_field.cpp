#include "neucasl/base/normal_field.hpp"

#include <cstddef>

#include "neucasl/base/lanes.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

using Words [[gnu::vector_size(4 * lanes)]] = std::uint32_t;

using Longs [[gnu::vector_size(4 * lanes)]] = std::uint64_t;

constexpr std::uint64_t lower_half = 0xFFFFFFFF;

/// Eight words as the lower halves of longs; what the upper halves hold does not matter.
struct SplitWords {
  Longs even;
  Longs odd;
};

/// Products of the lower halves with the factor, in 64 bits.
Longs multiply(Longs a, std::uint32_t factor) {
#if defined(__AVX2__) && !defined(__clang__)
  // GCC 12 makes three multiplications of a 64-bit product.
  const Longs wide = Longs{} + std::uint64_t{factor};
  return (Longs)__builtin_ia32_pmuludq256((IntegerLanes)a, (IntegerLanes)wide);
#else
  return (a & lower_half) * std::uint64_t{factor};
#endif
}

using Counter = std::array<SplitWords, 4>;
using RoundKeys = std::array<std::array<Longs, 2>, 10>;

RoundKeys round_keys(std::array<std::uint32_t, 2> key) {
  RoundKeys result;
  for (std::array<Longs, 2>& round : result) {
    round = {Longs{} + key[0], Longs{} + key[1]};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return result;
}

/// Philox4x32-10 of `lanes` counters.
void philox(Counter& counter, const RoundKeys& keys) {
#pragma GCC unroll 10
  for (const std::array<Longs, 2>& key : keys) {
    const SplitWords a = {multiply(counter[0].even, 0xD2511F53U),
                          multiply(counter[0].odd, 0xD2511F53U)};
    const SplitWords b = {multiply(counter[2].even, 0xCD9E8D57U),
                          multiply(counter[2].odd, 0xCD9E8D57U)};
    counter[0] = {(b.even >> 32) ^ (counter[1].even ^ key[0]),
                  (b.odd >> 32) ^ (counter[1].odd ^ key[0])};
    counter[2] = {(a.even >> 32) ^ (counter[3].even ^ key[1]),
                  (a.odd >> 32) ^ (counter[3].odd ^ key[1])};
    counter[1] = b;
    counter[3] = a;
  }
}

Counter first_counter(std::uint64_t row, std::uint64_t block) {
  const auto all = [](std::uint64_t word) {
    const Longs same = Longs{} + (word & lower_half);
    return SplitWords{same, same};
  };
  const std::uint64_t first = block * lanes;
  constexpr Longs index = {0, 2, 4, 6};
  const SplitWords low = all(first);
  return {SplitWords{low.even + index, low.odd + index + 1}, all(first >> 32), all(row),
          all(row >> 32)};
}

Words join(const SplitWords& words) {
  return (Words)((words.even & lower_half) | (words.odd << 32));
}

Lanes uniform(Words bits) {
  // Halves keep every bit of a word in a float until the sum: small numbers have a fine grid.
  const Lanes high = __builtin_convertvector((IntegerLanes)(bits >> 16), Lanes);
  const Lanes low = __builtin_convertvector((IntegerLanes)(bits & 0xFFFFU), Lanes);
  return high * 0x1p-16F + (low * 0x1p-32F + 0x1p-33F);
}

/// Two vectors side by side: the chain of one polynomial leaves the processor waiting.
struct Pair {
  Lanes a;
  Lanes b;
};

Pair operator+(Pair x, Pair y) { return {x.a + y.a, x.b + y.b}; }
Pair operator-(Pair x, Pair y) { return {x.a - y.a, x.b - y.b}; }
Pair operator*(Pair x, Pair y) { return {x.a * y.a, x.b * y.b}; }
Pair operator+(Pair x, float y) { return {x.a + y, x.b + y}; }
Pair operator-(Pair x, float y) { return {x.a - y, x.b - y}; }
Pair operator*(float x, Pair y) { return {x * y.a, x * y.b}; }

/// u = (1 + fraction) 2^exponent, fraction from sqrt(1/2) - 1 to sqrt(2) - 1; for normal u > 0.
struct Split {
  Lanes fraction;
  Lanes exponent;
};

Split split(Lanes u) {
  const IntegerLanes bits = (IntegerLanes)u;
  const Lanes x = (Lanes)((bits & 0x007FFFFF) | 0x3F000000);  // [1/2, 1)
  const IntegerLanes small = x < 0.707106781186547524F;       // a true lane is -1
  return {x - 1.0F + (Lanes)((IntegerLanes)x & small),
          __builtin_convertvector((bits >> 23) - 126 + small, Lanes)};
}

/// ln u: Cephes logf.
Pair logarithm(Pair u) {
  const Split a = split(u.a);
  const Split b = split(u.b);
  const Pair x = {a.fraction, b.fraction};
  const Pair e = {a.exponent, b.exponent};
  Pair y = 7.0376836292E-2F * x - 1.1514610310E-1F;
#pragma GCC unroll 8
  for (const float c : {1.1676998740E-1F, -1.2420140846E-1F, 1.4249322787E-1F, -1.6668057665E-1F,
                        2.0000714765E-1F, -2.4999993993E-1F, 3.3333331174E-1F}) {
    y = y * x + c;
  }
  const Pair square = x * x;
  y = y * x * square - 2.12194440E-4F * e - 0.5F * square;
  return x + y + 0.693359375F * e;
}

/// An angle as the nearest quarter of a turn, its number modulo 4 in the lowest bits, and the rest
/// in radians.
struct Angle {
  IntegerLanes quarter;
  Lanes rest;
};

/// 2 pi (n + 1/2) 2^-32. A word is as good with a sign, and half a step is below the rounding.
Angle angle(Words bits) {
  constexpr float shift = 0x1.8p23F;
  const Lanes quarters = __builtin_convertvector((IntegerLanes)bits, Lanes) * 0x1p-30F;
  const Lanes shifted = quarters + shift;
  return {(IntegerLanes)shifted, (quarters - (shifted - shift)) * 1.57079632679489662F};
}

/// Sine and cosine of up to an eighth of a turn: Cephes sinf and cosf.
Pair sine(Pair x) {
  const Pair z = x * x;
  return ((-1.9515295891E-4F * z + 8.3321608736E-3F) * z - 1.6666654611E-1F) * z * x + x;
}
Pair cosine(Pair x) {
  const Pair z = x * x;
  return ((2.443315711809948E-5F * z - 1.388731625493765E-3F) * z + 4.166664568298827E-2F) * z * z -
         0.5F * z + 1.0F;
}

/// radius cos and radius sin of the whole angle.
void store_turned(IntegerLanes quarter, Lanes sine, Lanes cosine, Lanes radius, float* out) {
  const IntegerLanes odd = -(quarter & 1);
  const IntegerLanes s = (IntegerLanes)sine;
  const IntegerLanes c = (IntegerLanes)cosine;
  const IntegerLanes turned_cosine = ((s & odd) | (c & ~odd)) ^ (((quarter + 1) & 2) << 30);
  const IntegerLanes turned_sine = ((c & odd) | (s & ~odd)) ^ ((quarter & 2) << 30);
  store_lanes(radius * (Lanes)turned_cosine, out);
  store_lanes(radius * (Lanes)turned_sine, out + lanes);
}

/// A block of numbers from four vectors of words.
void normals(const Words* words, float* out) {
  const Pair square = -2.0F * logarithm({uniform(words[0]), uniform(words[2])});
  const Pair radius = {square_root(square.a), square_root(square.b)};
  const Angle a = angle(words[1]);
  const Angle b = angle(words[3]);
  const Pair s = sine({a.rest, b.rest});
  const Pair c = cosine({a.rest, b.rest});
  store_turned(a.quarter, s.a, c.a, radius.a, out);
  store_turned(b.quarter, s.b, c.b, radius.b, out + 2 * lanes);
}

}  // namespace

NormalField::NormalField(std::uint64_t seed, std::string_view purpose)
    : key_(stream_key(seed, purpose)) {}

void NormalField::fill_rows(std::uint64_t first_row, std::size_t rows, std::uint64_t first_block,
                            std::size_t blocks, float* out) const {
  static_assert(block == 4 * lanes);
  const RoundKeys keys = round_keys(key_);
  // Words first, then numbers: each loop is short enough for the processor to overlap its rounds.
  constexpr std::size_t batch = 8;
  std::array<Words, 4 * batch> words;
  std::uint64_t row = first_row;
  std::size_t b = 0;
  for (std::size_t left = rows * blocks; left > 0;) {
    const std::size_t count = left < batch ? left : batch;
    for (std::size_t i = 0; i < count; ++i) {
      Counter counter = first_counter(row, first_block + b);
      philox(counter, keys);
      for (std::size_t w = 0; w < 4; ++w) words[4 * i + w] = join(counter[w]);
      if (++b == blocks) {
        b = 0;
        ++row;
      }
    }
    for (std::size_t i = 0; i < count; ++i, out += block) normals(words.data() + 4 * i, out);
    left -= count;
  }
}

}  // namespace neucasl::base
