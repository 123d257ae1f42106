#include <cmath>

#include "front_end_bench.hpp"

namespace neucasl::photonic {
namespace {

using FilterBank = FrontEndBench;

TEST_F(FilterBank, DisksDropTheirChannels) {
  const plugin::CircuitDesign design =
      build("filter_bank", {{"channels", "4"}, {"spectrum_points", "101"}});
  EXPECT_EQ(design.expectations.size(), 4U + 6U + 4U);
  const flow::CircuitRun run = expect_good(design, 1e-6);
  EXPECT_EQ(run.engines.front().results.front().axis.size(), 101U);
  // Quality 8,000 at 1550 nm, loss 1.22 dB of a disk alone.
  EXPECT_NEAR(figure(design.figures, "width"), 1550e-9 / 8000, 1e-13);
  EXPECT_NEAR(figure(design.figures, "largest_drop_loss_db"), 1.22, 0.05);
  EXPECT_LT(figure(design.figures, "worst_neighbour_db"), -30.0);
}

TEST_F(FilterBank, RingsDropTheirChannels) {
  const Given given = {{"channels", "3"},
                       {"resonator", "ring_crosslight"},
                       {"spacing", "1 nm"},
                       {"spectrum_points", "51"}};
  expect_good(build("filter_bank", given), 1e-6);
}

TEST_F(FilterBank, CrosstalkOfALorentzianAtADistance) {
  const plugin::CircuitDesign design =
      build("filter_bank", {{"channels", "2"}, {"spacing", "1 nm"}, {"spectrum_points", "11"}});
  // Half of the width squared over the distance squared, with both.
  const double half = 0.5 * 1550e-9 / 8000;
  const double expected = 10.0 * std::log10(half * half / (half * half + 1e-18));
  EXPECT_NEAR(figure(design.figures, "worst_neighbour_db"), expected, 0.1);
}

TEST_F(FilterBank, AllChannelsAtOnce) {
  expect_good(build("filter_bank", {{"channels", "3"}, {"light", "comb"}, {"spacing", "0.4 nm"}}),
              1e-6);
}

TEST_F(FilterBank, RefusesMoreChannelsThanTheRangeHolds) {
  const base::Diagnostic d = refused([&] {
    build("filter_bank", {{"channels", "20"}, {"spacing", "1 nm"}});
  });
  EXPECT_EQ(d.code, "photonic.channels");
  EXPECT_NE(d.remedy.find("at most 18 channels"), std::string::npos) << d.remedy;
}

TEST_F(FilterBank, RefusesChannelsThatAreNotResolved) {
  const base::Diagnostic d = refused([&] { build("filter_bank", {{"channels", "200"}}); });
  EXPECT_EQ(d.code, "photonic.channels");
  EXPECT_NE(d.remedy.find("at most 92 channels"), std::string::npos) << d.remedy;
}

TEST_F(FilterBank, RefusesACardThatIsNoFilter) {
  const base::Diagnostic d = refused([&] {
    build("filter_bank", {{"resonator", "modulator_ring"}});
  });
  EXPECT_EQ(d.code, "photonic.resonator");
}

}  // namespace
}  // namespace neucasl::photonic
