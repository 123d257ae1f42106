#include "neucasl/variation/distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>

#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/base/random.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::variation {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Lower tail in extended precision, independent of the library's.
long double tail(long double u) { return 0.5L * std::erfc(-u / std::sqrt(2.0L)); }

/// The u whose lower tail is p < 1/2, by bisection.
long double tail_inverse(long double p) {
  long double low = -40.0L;
  long double high = 1.0L;
  for (int k = 0; k < 200; ++k) {
    const long double middle = 0.5L * (low + high);
    (tail(middle) < p ? low : high) = middle;
  }
  return 0.5L * (low + high);
}

std::string code_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "none";
}

TEST(NormalDistribution, IsAccurateInBothTails) {
  for (double u = -37.0; u <= 8.0; u += 0.37) {
    const auto exact = static_cast<double>(tail(u));
    EXPECT_NEAR(base::normal_cumulative(u) / exact, 1.0, 3e-13) << u;
    if (u > 0.0) continue;
    EXPECT_NEAR(base::normal_quantile(exact), u, 1e-13 * std::max(1.0, -u)) << u;
  }
  // Known values.
  EXPECT_NEAR(base::normal_cumulative(-8.0) / 6.220960574271785e-16, 1.0, 1e-13);
  EXPECT_NEAR(base::normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_EQ(base::normal_quantile(0.0), -infinity);
  EXPECT_EQ(base::normal_quantile(1.0), infinity);
  EXPECT_TRUE(std::isnan(base::normal_quantile(1.5)));
  EXPECT_NEAR(base::normal_interval(7.0, 8.0) / static_cast<double>(tail(-7.0L) - tail(-8.0L)), 1.0,
              1e-13);
}

TEST(Distribution, NormalAndLognormalAreExact) {
  const Distribution normal = Distribution::normal(2.0, 0.5);
  const Distribution lognormal = Distribution::lognormal(3.0, 0.2);
  for (const double u : {-8.0, -1.5, 0.0, 3.0, 8.0}) {
    EXPECT_EQ(normal.from_normal(u), 2.0 + 0.5 * u);
    EXPECT_DOUBLE_EQ(lognormal.from_normal(u), 3.0 * std::exp(0.2 * u));
  }
  EXPECT_DOUBLE_EQ(lognormal.mean(), 3.0 * std::exp(0.02));
  EXPECT_NEAR(lognormal.standard_deviation(), lognormal.mean() * std::sqrt(std::exp(0.04) - 1.0),
              1e-14);
}

// F(x) = (Phi(z) - Phi(a)) / (Phi(b) - Phi(a)) solved in extended precision, from the nearer side.
TEST(Distribution, TruncatedNormalIsAccurateInBothTails) {
  struct Case {
    double low, high;
  };
  for (const Case& one : {Case{-1.0, 2.0}, Case{-infinity, 5.0}, Case{-6.0, infinity},
                          Case{3.0, 7.0}, Case{-9.0, -4.0}}) {
    const Distribution cut = Distribution::truncated_normal(0.0, 1.0, one.low, one.high);
    const long double below_low = std::isinf(one.low) ? 0.0L : tail(one.low);
    const long double above_high = std::isinf(one.high) ? 0.0L : tail(-one.high);
    const long double share =
        one.low > 0.0 ? tail(-one.low) - above_high : 1.0L - below_low - above_high;
    for (const double u : {-8.0, -5.0, -2.0, -0.3, 0.4, 1.0, 4.0, 8.0}) {
      const long double below = tail(u) * share + below_low;
      const long double above = tail(-u) * share + above_high;
      const long double exact = below < above ? tail_inverse(below) : -tail_inverse(above);
      EXPECT_NEAR(cut.from_normal(u), static_cast<double>(exact),
                  1e-12 * std::max(1e-2, std::abs(static_cast<double>(exact))))
          << one.low << ' ' << one.high << ' ' << u;
    }
  }
}

TEST(Distribution, UniformAndWeibullAreAccurateInBothTails) {
  const Distribution uniform = Distribution::uniform(0.0, 1.0);
  const Distribution weibull = Distribution::weibull(2.0, 1.5);
  for (const double u : {-8.0, -3.0, -0.1, 0.2, 3.0, 8.0}) {
    const long double p = tail(u);
    const long double q = tail(-u);
    const long double unit = u <= 0.0 ? p : 1.0L - q;
    EXPECT_NEAR(uniform.from_normal(u) / static_cast<double>(unit), 1.0, 1e-12);
    const long double hazard = u <= 0.0 ? -std::log1p(-p) : -std::log(q);
    const auto exact = static_cast<double>(2.0L * std::pow(hazard, 1.0L / 1.5L));
    EXPECT_NEAR(weibull.from_normal(u) / exact, 1.0, 1e-12);
  }
  EXPECT_NEAR(weibull.mean(), 2.0 * std::tgamma(1.0 + 1.0 / 1.5), 1e-14);
}

// Means and deviations against the draws: 5 sigma of the mean of 200,000, a chance of 6e-7 each.
TEST(Distribution, MomentsAreThoseOfTheDraws) {
  const std::vector<Distribution> all = {
      Distribution::truncated_normal(1.0, 2.0, 0.0, 1.5),
      Distribution::truncated_lognormal(1.0, 0.5, 0.5, 3.0),
      Distribution::truncated_lognormal(1.0, 0.5, -1.0, infinity),
      Distribution::uniform(-1.0, 3.0),
      Distribution::weibull(2.0, 3.0),
      Distribution::discrete({1.0, 4.0, 2.0}, {0.2, 0.3, 0.5}),
      Distribution::empirical({1.0, 5.0, 2.0, 2.5, 1.0}),
      Distribution::empirical({1.0, 5.0, 2.0}, {0.5, 0.25, 0.25}).shifted(10.0),
  };
  for (const Distribution& one : all) {
    base::RandomStream random(7, "moments");
    constexpr int samples = 200000;
    double sum = 0.0;
    double squares = 0.0;
    for (int k = 0; k < samples; ++k) {
      const double x = one.from_normal(random.normal()) - one.mean();
      sum += x;
      squares += x * x;
    }
    const double sigma = one.standard_deviation();
    EXPECT_NEAR(sum / samples, 0.0, 5.0 * sigma / std::sqrt(samples)) << one.text();
    EXPECT_NEAR(std::sqrt(squares / samples) / sigma, 1.0, 0.01) << one.text();
  }
}

TEST(Distribution, GrowsWithU) {
  const std::vector<Distribution> all = {
      Distribution::truncated_normal(0.0, 1.0, -2.0, 1.0), Distribution::weibull(1.0, 0.7),
      Distribution::discrete({3.0, 1.0, 2.0}), Distribution::empirical({3.0, 1.0, 2.0, 2.0, 9.0}),
      Distribution::truncated_lognormal(1.0, 1.0, 0.1, 2.0)};
  for (const Distribution& one : all) {
    double last = -infinity;
    for (double u = -8.0; u <= 8.0; u += 0.01) {
      const double x = one.from_normal(u);
      EXPECT_GE(x, last) << one.text() << " at " << u;
      last = x;
    }
  }
}

TEST(Distribution, AnEmpiricalTableGoesThroughItsValues) {
  // Each value lies at the middle of its share: 1/8, 3/8, 5/8, 7/8.
  const Distribution table = Distribution::empirical({4.0, 1.0, 3.0, 2.0});
  for (int k = 0; k < 4; ++k) {
    const double u = base::normal_quantile(0.125 + 0.25 * k);
    EXPECT_NEAR(table.from_normal(u), 1.0 + k, 1e-14);
  }
  EXPECT_NEAR(table.from_normal(0.0), 2.5, 1e-14);
  EXPECT_EQ(table.from_normal(-8.0), 1.0);
  EXPECT_EQ(table.from_normal(8.0), 4.0);
  EXPECT_NEAR(table.mean(), 2.5, 1e-15);
  const Distribution steps = Distribution::discrete({1.0, 2.0}, {0.25, 0.75});
  EXPECT_EQ(steps.from_normal(base::normal_quantile(0.2499)), 1.0);
  EXPECT_EQ(steps.from_normal(base::normal_quantile(0.2501)), 2.0);
}

TEST(Distribution, RefusesWhatIsNone) {
  const std::string refused = "variation.distribution";
  EXPECT_EQ(code_of([] { (void)Distribution::normal(0.0, -1.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::normal(NAN, 1.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::lognormal(0.0, 1.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::truncated_normal(0.0, 1.0, 2.0, 1.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::truncated_normal(0.0, 1.0, 60.0, 70.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::truncated_normal(0.0, 0.0, 1.0, 2.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::truncated_lognormal(1.0, 0.1, -2.0, -1.0); }),
            refused);
  EXPECT_EQ(code_of([] { (void)Distribution::uniform(1.0, 1.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::weibull(1.0, 0.0); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::discrete({}); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::discrete({1.0, 2.0}, {0.5, 0.6}); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::discrete({1.0, 2.0}, {1.5, -0.5}); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::discrete({1.0, 2.0}, {1.0}); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::empirical({1.0}); }), refused);
  EXPECT_EQ(code_of([] { (void)Distribution::empirical({1.0, INFINITY}); }), refused);
}

TEST(Distribution, ReadsMeasurements) {
  const Distribution table =
      parse_empirical("# a wafer\nvth,share\n 20, 0.25\r\n\n30,0.75\n", "w.csv", 1e-3);
  EXPECT_EQ(table.from_normal(-8.0), 0.020);
  EXPECT_EQ(table.from_normal(8.0), 0.030);
  const test::ScratchFolder folder;
  std::ofstream(folder.path() / "m.csv") << "1\n3\n";
  EXPECT_EQ(read_empirical(folder.path() / "m.csv").mean(), 2.0);
  EXPECT_EQ(code_of([&] { (void)read_empirical(folder.path() / "none.csv"); }), "base.file");
}

TEST(Distribution, ABadTableIsNamedWithItsLine) {
  struct Case {
    const char* text;
    std::uint32_t line;
    const char* message;
  };
  for (const Case& one :
       {Case{"1\nnan\n", 2, "is not a measured value"},
        Case{"1\n2\nx\n", 3, "is not a measured value"}, Case{"value\n1\n", 2, "1 value"},
        Case{"", 0, "0 values"}, Case{"1,0.5\n2,0.6\n", 2, "add up to 1.1"},
        Case{"1,0.5\n2\n", 2, "some lines have a weight"},
        Case{"1\n2,0.5\n", 2, "some lines have a weight"},
        Case{"1,0.5\n2,-0.5\n", 2, "is not a weight"},
        Case{"1,0.5\n2,nan\n", 2, "is not a weight"}}) {
    try {
      (void)parse_empirical(one.text, "w.csv");
      ADD_FAILURE() << one.text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "variation.table");
      EXPECT_EQ(error.diagnostic().where.file, "w.csv");
      EXPECT_EQ(error.diagnostic().where.line, one.line) << one.text;
      EXPECT_NE(error.diagnostic().message.find(one.message), std::string::npos)
          << error.diagnostic().message;
    }
  }
}

}  // namespace
}  // namespace neucasl::variation
