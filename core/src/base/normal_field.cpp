#include "neucasl/base/normal_field.hpp"

#include <cstddef>

#include "neucasl/base/random.hpp"
#include "philox_lanes.hpp"

namespace neucasl::base {
namespace {

using Words [[gnu::vector_size(4 * lanes)]] = std::uint32_t;

/// 2^32 over the golden ratio: the points (n, n factor mod 2^32) are spread over a square as evenly
/// as those of a lattice can be.
constexpr std::uint32_t angle_factor = 0x9E3779B9;

/// Counters of the even and of the odd lanes.
void place_counters(std::uint64_t row, std::uint64_t block, HalfCounter* halves) {
  halves[0] = half_counter(row, block * lanes, 2);
  halves[1] = half_counter(row, block * lanes + 1, 2);
}

Words join(Longs even, Longs odd) { return (Words)((even & lower_half) | (odd << 32)); }

/// (n + 1/2) 2^-32.
Lanes uniform(Words bits) {
  // Halves keep every bit of a word in a float until the sum: small numbers have a fine grid.
  const Lanes high = __builtin_convertvector((IntegerLanes)(bits >> 16), Lanes);
  const Lanes low = __builtin_convertvector((IntegerLanes)(bits & 0xFFFFU), Lanes);
  return high * 0x1p-16F + (low * 0x1p-32F + 0x1p-33F);
}

/// Sum of c_k x^k.
template <std::size_t count>
Lanes polynomial(Lanes x, const float (&c)[count]) {
  Lanes sum = c[count - 1] - Lanes{};
  for (std::size_t k = count - 1; k-- > 0;) sum = sum * x + c[k];
  return sum;
}

/// -2 ln u of normal u in (0, 1].
Lanes squared_radius(Lanes u) {
  // u = (1 + x) 2^exponent with 1 + x from sqrt(1/2) to sqrt(2).
  constexpr std::int32_t root = 0x3F3504F3;
  const IntegerLanes bits = (IntegerLanes)u;
  const IntegerLanes exponent = (bits - root) >> 23;
  const Lanes x = (Lanes)(bits - (exponent << 23)) - 1.0F;
  const Lanes e = __builtin_convertvector(exponent, Lanes);
  const Lanes p = polynomial(
      x, {1.00000973F, -0.666517041F, 0.498505038F, -0.406238761F, 0.37140325F, -0.251417761F});
  return x * (x * p - 2.0F) - 1.38629436F * e;
}

struct Direction {
  Lanes cosine;
  Lanes sine;
};

/// The highest bit is the sign of the cosine, the others are an angle of half a turn.
Direction direction(Words bits) {
  const Lanes f = __builtin_convertvector((IntegerLanes)(bits << 1), Lanes) * 0x1p-31F;
  const Lanes z = f * f;
  const Lanes s = f * polynomial(z, {1.57079101F, -0.64589285F, 0.0794343446F, -0.00433309529F});
  const Lanes c =
      polynomial(z, {0.999999953F, -1.23369821F, 0.253650745F, -0.0208106275F, 0.00085819062F});
  return {(Lanes)((Words)c ^ (bits & 0x80000000U)), s};
}

/// Blocks that are made together; each step is a loop of its own, short enough for the processor to
/// overlap its rounds.
constexpr std::size_t batch = 6;
static_assert(2 * batch % halves_together == 0);

/// Two vectors of numbers.
void turn(Words word, Lanes squared_radius, float* out) {
  const Lanes radius = square_root(squared_radius);
  const Direction to = direction(word * angle_factor);
  store_lanes(radius * to.cosine, out);
  store_lanes(radius * to.sine, out + lanes);
}

}  // namespace

NormalField::NormalField(std::uint64_t seed, std::string_view purpose)
    : key_(stream_key(seed, purpose)) {}

void NormalField::fill_rows(std::uint64_t first_row, std::size_t rows, std::uint64_t first_block,
                            std::size_t blocks, float* out) const {
  static_assert(block == 8 * lanes);
  const RoundKeys keys = round_keys(key_);
  std::array<HalfCounter, 2 * batch> counters = {};
  std::array<Words, 4 * batch> words;
  std::array<Lanes, 4 * batch> square;
  std::uint64_t row = first_row;
  std::size_t b = 0;
  for (std::size_t left = rows * blocks; left > 0;) {
    const std::size_t count = left < batch ? left : batch;
    for (std::size_t i = 0; i < count; ++i) {
      place_counters(row, first_block + b, counters.data() + 2 * i);
      if (++b == blocks) {
        b = 0;
        ++row;
      }
    }
    // Whole batches: what is past `count` is not used.
    for (std::size_t i = 0; i < 2 * batch; i += halves_together) philox(counters.data() + i, keys);
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t w = 0; w < 4; ++w) {
        words[4 * i + w] = join(counters[2 * i][w], counters[2 * i + 1][w]);
      }
    }
    for (std::size_t i = 0; i < 4 * count; ++i) square[i] = squared_radius(uniform(words[i]));
    for (std::size_t i = 0; i < 4 * count; ++i, out += 2 * lanes) turn(words[i], square[i], out);
    left -= count;
  }
}

}  // namespace neucasl::base
