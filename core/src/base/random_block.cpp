#include "neucasl/base/random_block.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/random.hpp"
#include "philox_lanes.hpp"

namespace neucasl::base {
namespace {

using Doubles [[gnu::vector_size(sizeof(Longs))]] = double;

/// Numbers made in one step: a counter gives two.
constexpr std::size_t step_numbers = 2 * half_lanes * halves_together;

/// Whole numbers below 2^52.
inline Doubles to_doubles(Longs whole) {
  constexpr double shift = 0x1p52;
  constexpr std::uint64_t shift_bits = 0x4330000000000000;
  return (Doubles)(whole | shift_bits) - shift;
}

/// As `RandomStream::uniform` of two words.
inline Doubles uniform_of(Longs first, Longs second) {
  const Longs high = (first & lower_half) >> 5;
  const Longs low = (second & lower_half) >> 6;
  return (to_doubles(high) * 0x1p26 + to_doubles(low) + 0.5) * 0x1p-53;
}

inline Doubles root(Doubles x) {
#if defined(__AVX__) && !defined(__clang__)
  return __builtin_ia32_sqrtpd256(x);
#else
  for (std::size_t i = 0; i < half_lanes; ++i) x[i] = std::sqrt(x[i]);
  return x;
#endif
}

/// Sum of c_k x^k.
template <std::size_t count>
inline Doubles series(Doubles x, const double (&c)[count]) {
  Doubles sum = c[count - 1] - Doubles{};
  for (std::size_t k = count - 1; k-- > 0;) sum = sum * x + c[k];
  return sum;
}

/// ln u of u in [2^-54, 1].
inline Doubles logarithm(Doubles u) {
  // u = m 2^k with m from sqrt(1/2) to sqrt(2); ln m = 2 atanh((m - 1) / (m + 1)).
  constexpr std::uint64_t root_bits = 0x3FE6A09E667F3BCD;
  constexpr std::uint64_t shift = 64;  // keeps exponents positive
  const Longs bits = (Longs)u;
  const Longs exponent = (bits - root_bits + (shift << 52)) >> 52;
  const Doubles m = (Doubles)(bits - ((exponent - shift) << 52));
  const Doubles k = to_doubles(exponent) - static_cast<double>(shift);
  const Doubles s = (m - 1.0) / (m + 1.0);
  const Doubles p = series(s * s, {2.0, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13,
                                   2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21});
  return k * 0.693147180559945309417 + s * p;
}

struct Turn {
  Doubles cosine;
  Doubles sine;
};

/// Of 2 pi v, v in (0, 1].
inline Turn turn_of(Doubles v) {
  constexpr double shift = 0x1.8p52;
  const Doubles shifted = v * 4.0 + shift;
  const Longs quadrant = (Longs)shifted;
  const Doubles x = (v * 4.0 - (shifted - shift)) * 1.57079632679489661923;
  const Doubles z = x * x;
  const Doubles sine = x * series(z, {1.0, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880,
                                      -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000});
  const Doubles cosine =
      series(z, {1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
                 -1.0 / 87178291200, 1.0 / 20922789888000});
  const Longs odd = Longs{} - (quadrant & 1);  // all bits
  const Longs of_cosine = ((Longs)sine & odd) | ((Longs)cosine & ~odd);
  const Longs of_sine = ((Longs)cosine & odd) | ((Longs)sine & ~odd);
  return {(Doubles)(of_cosine ^ (((quadrant + 1) & 2) << 62)),
          (Doubles)(of_sine ^ ((quadrant & 2) << 62))};
}

/// Numbers a0 b0 a1 b1 ... of two vectors.
inline void store_pairs(Doubles a, Doubles b, double* out) {
  for (std::size_t i = 0; i < half_lanes; ++i) {
    out[2 * i] = a[i];
    out[2 * i + 1] = b[i];
  }
}

/// Calls numbers(words of counters, room for twice as many numbers) for all of the stream.
template <class Numbers>
void fill_stream(std::uint64_t seed, std::string_view purpose, std::uint64_t sample,
                 std::span<double> out, const Numbers& numbers) {
  const RoundKeys keys = round_keys(stream_key(seed, purpose));
  std::array<HalfCounter, halves_together> counters;
  std::array<double, step_numbers> last;
  for (std::size_t done = 0; done < out.size(); done += step_numbers) {
    for (std::size_t i = 0; i < halves_together; ++i) {
      counters[i] = half_counter(sample, done / 2 + i * half_lanes, 1);
    }
    philox(counters.data(), keys);
    const bool whole = out.size() - done >= step_numbers;
    double* const to = whole ? out.data() + done : last.data();
    for (std::size_t i = 0; i < halves_together; ++i) {
      numbers(counters[i], to + 2 * half_lanes * i);
    }
    if (!whole) std::copy_n(last.begin(), out.size() - done, out.data() + done);
  }
}

}  // namespace

void first_uniforms(std::uint64_t seed, std::string_view purpose, std::uint64_t sample,
                    std::span<double> out) {
  fill_stream(seed, purpose, sample, out, [](const HalfCounter& words, double* to) {
    store_pairs(uniform_of(words[0], words[1]), uniform_of(words[2], words[3]), to);
  });
}

void first_normals(std::uint64_t seed, std::string_view purpose, std::uint64_t sample,
                   std::span<double> out) {
  // Box and Muller's transform as in RandomStream::normal.
  fill_stream(seed, purpose, sample, out, [](const HalfCounter& words, double* to) {
    const Doubles radius = root(-2.0 * logarithm(uniform_of(words[0], words[1])));
    const Turn turn = turn_of(uniform_of(words[2], words[3]));
    store_pairs(radius * turn.cosine, radius * turn.sine, to);
  });
}

}  // namespace neucasl::base
