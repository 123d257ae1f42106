#include "neucasl/link/bank.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <numbers>
#include <sstream>

#include "refusal.hpp"

namespace neucasl::link {
namespace {

using test::code_of;

TEST(PrintedCrosstalk, ResolutionTableOfCrossLight) {
  std::ifstream file(std::string(NEUCASL_TEST_DATA) + "/link/reference/crosslight_resolution.csv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    double quality = 0, channels = 0, spacing = 0, noise = 0, ratio = 0, bits = 0;
    char comma = 0;
    cells >> quality >> comma >> channels >> comma >> spacing >> comma >> noise >> comma >> ratio >>
        comma >> bits;
    ASSERT_TRUE(cells) << line;
    const double found = printed_crosstalk(
        channel_grid(1550e-9, spacing * 1e-9, static_cast<std::size_t>(channels)), quality);
    // The file has eight digits.
    EXPECT_NEAR(found / noise, 1.0, 1e-7) << line;
    EXPECT_NEAR(1.0 / found / ratio, 1.0, 1e-7) << line;
    EXPECT_NEAR(resolution_bits(found), bits, 1e-6) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 30);
}

TEST(PrintedCrosstalk, OneChannelHasNone) {
  EXPECT_EQ(printed_crosstalk({1550e-9}, 8000.0), 0.0);
  EXPECT_TRUE(std::isinf(resolution_bits(0.0)));
}

/// Power at the drop port of ring i by products of complex amplitudes, T and D of an add-drop ring.
double by_amplitudes(const SeriesBank& bank, const std::vector<double>& grid, std::size_t i,
                     std::size_t j) {
  using complex = std::complex<double>;
  complex left = 1.0;
  for (std::size_t k = 0;; ++k) {
    const double finesse = bank.free_spectral_range * bank.quality / grid[k];
    // pi sqrt(x) / (1 - x) = finesse by bisection.
    double low = 0.0, high = 1.0;
    for (int step = 0; step < 200; ++step) {
      const double x = 0.5 * (low + high);
      (std::numbers::pi * std::sqrt(x) / (1.0 - x) < finesse ? low : high) = x;
    }
    const double x = low;
    // Round trip a by bisection on the peak of the drop port, which grows with it.
    low = x;
    high = 1.0;
    const auto peak = [&](double a) { return std::pow((1 - x / a) / (1 - x), 2) * a; };
    for (int step = 0; step < 200; ++step) {
      const double a = 0.5 * (low + high);
      (peak(a) < std::pow(10.0, -bank.drop_loss_db / 10.0) ? low : high) = a;
    }
    const double a = high, t = std::sqrt(x / a);
    const double phase = 2.0 * std::numbers::pi * (grid[j] - grid[k]) / bank.free_spectral_range;
    const complex turn = std::polar(1.0, phase);
    const complex through = (t - t * a * turn) / (1.0 - t * t * a * turn);
    const complex drop =
        -(1.0 - t * t) * std::sqrt(a) * std::polar(1.0, phase / 2.0) / (1.0 - t * t * a * turn);
    if (k == i) return std::norm(left * drop);
    left *= through;
  }
}

TEST(SeriesBank, AgreesWithComplexAmplitudes) {
  for (const double loss : {0.0, 1.22}) {
    const SeriesBank bank{8000.0, 18e-9, loss};
    const std::vector<double> grid = channel_grid(1550e-9, 1.2e-9, 15);
    const std::vector<double> powers = bank.collected(grid);
    for (std::size_t i = 0; i < grid.size(); ++i) {
      for (std::size_t j = 0; j < grid.size(); ++j) {
        EXPECT_NEAR(powers[i * grid.size() + j], by_amplitudes(bank, grid, i, j), 1e-9);
      }
    }
  }
}

TEST(SeriesBank, HasTheQualityAndLossItWasGiven) {
  const double half = 1550e-9 / (2.0 * 8000.0);
  const SeriesBank bank{8000.0, 18e-9, 1.22};
  EXPECT_NEAR(bank.collected({1550e-9})[0], std::pow(10.0, -0.122), 1e-12);
  // At half the width of Q, to the second order of 1 / finesse.
  const double side = bank.collected({1550e-9, 1550e-9 + half})[1];
  EXPECT_NEAR(side / std::pow(10.0, -0.122), 0.5, 1e-3);
}

TEST(SeriesBank, LosesNoPowerWithoutLoss) {
  const SeriesBank bank{5000.0, 18e-9, 0.0};
  const std::vector<double> grid = channel_grid(1550e-9, 0.9e-9, 20);
  const std::vector<double> powers = bank.collected(grid);
  for (std::size_t j = 0; j < grid.size(); ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) sum += powers[i * grid.size() + j];
    // A channel's own ring leaves nothing.
    EXPECT_NEAR(sum, 1.0, 1e-12);
  }
}

TEST(SeriesBank, FarFromTheNextOrderTheLorentziansOfTheRingsBehindHold) {
  const std::vector<double> grid = channel_grid(1550e-9, 4e-9, 3);
  const SeriesBank bank{8000.0, 1800e-9, 0.0};
  // The rings in front have taken their channels, so the first ring has all of the crosstalk.
  const double d = grid[0] / 16000.0;
  double sum = 0.0;
  for (const double distance : {4e-9, 8e-9}) sum += d * d / (distance * distance + d * d);
  EXPECT_NEAR(bank.crosstalk(grid) / sum, 1.0, 1e-3);
}

TEST(SeriesBank, TheNextOrderAddsCrosstalk) {
  const std::vector<double> grid = channel_grid(1550e-9, 1.2e-9, 15);
  const SeriesBank bank{8000.0, 18e-9, 0.0};
  EXPECT_GT(bank.crosstalk(grid), printed_crosstalk(grid, 8000.0));
  EXPECT_NEAR(resolution_bits(bank.crosstalk(grid)), 5.57, 0.01);
}

TEST(Channels, WithinTheFreeSpectralRange) {
  EXPECT_EQ(channels_within(18e-9, 1.2e-9), 15U);
  EXPECT_EQ(channels_within(18e-9, 1.3e-9), 13U);
  EXPECT_EQ(channels_within(18e-9, 18e-9), 1U);
  EXPECT_EQ(channels_within(18e-9, 19e-9), 0U);
  for (std::size_t n = 1; n < 200; ++n) {
    EXPECT_EQ(channels_within(18e-9, 18e-9 / static_cast<double>(n)), n);
  }
}

TEST(Channels, RefuseWhatCannotBe) {
  const SeriesBank good{8000.0, 18e-9, 0.0};
  const std::vector<double> grid = channel_grid(1550e-9, 1e-9, 3);
  EXPECT_EQ(code_of([&] { return good.collected({}); }), "link.channels");
  EXPECT_EQ(code_of([&] { return good.collected({-1.0}); }), "link.channels");
  EXPECT_EQ(code_of([&] { return SeriesBank{0.0, 18e-9, 0.0}.collected(grid); }), "link.channels");
  EXPECT_EQ(code_of([&] { return SeriesBank{8e3, 0.0, 0.0}.collected(grid); }), "link.channels");
  EXPECT_EQ(code_of([&] { return SeriesBank{8e3, 18e-9, -1.0}.collected(grid); }), "link.channels");
  EXPECT_EQ(code_of([&] { return printed_crosstalk(grid, std::nan("")); }), "link.channels");
  EXPECT_EQ(code_of([] { return channels_within(18e-9, 0.0); }), "link.channels");
}

}  // namespace
}  // namespace neucasl::link
