#include "neucasl/link/budget.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "neucasl/link/paths.hpp"
#include "refusal.hpp"

namespace neucasl::link {
namespace {

using test::code_of;

/// Losses of Lightening-Transformer's device list.
ElementLosses lightening() {
  ElementLosses losses;
  losses.splitter = 0.1;
  losses.modulator = 1.2;
  losses.multiplexer = 0.93;
  losses.phase_shifter = 0.33;
  losses.coupler = 0.33;
  return losses;
}

TEST(Budget, LaserOfALighteningCore) {
  const CorePath path = dot_product_crossbar(lightening(), 12, 12);
  EXPECT_NEAR(path.loss_db(), 4.22, 1e-12);
  EXPECT_EQ(path.fan_out, 144.0);
  Budget budget;
  budget.insertion_loss_db = path.loss_db();
  budget.fan_out = path.fan_out;
  budget.sensitivity = watts_of_dbm(-25.0);
  budget.bits = 4;
  budget.wall_plug_efficiency = 0.2;
  // Eight cores draw 770.0917416019183 mW in the authors' simulator.
  EXPECT_NEAR(8.0 * budget.electrical_power() / 0.7700917416019183, 1.0, 1e-12);
}

TEST(Budget, LaserThatSimPhonyLogsWithoutTheFanOut) {
  ElementLosses losses = lightening();
  losses.source = 2.0;
  const CorePath path = dot_product_crossbar(losses, 12, 12);
  EXPECT_NEAR(path.loss_db(), 6.22, 1e-12);
  Budget budget{path.loss_db(), 1.0, watts_of_dbm(-25.0), 4.0, 10.0, 0.2};
  EXPECT_NEAR(budget.electrical_power() / 1.1771924757285903e-3, 1.0, 1e-12);
  budget.fan_out = path.fan_out;
  EXPECT_NEAR(budget.electrical_power() / 169.5157165e-3, 1.0, 1e-9);
}

TEST(Budget, EachTermByItself) {
  const Budget bare{0.0, 1.0, 1e-6, 0.0, std::nullopt, 1.0};
  EXPECT_DOUBLE_EQ(bare.optical_power(), 1e-6);
  Budget one = bare;
  one.insertion_loss_db = 10.0;
  EXPECT_NEAR(one.optical_power(), 1e-5, 1e-18);
  one = bare;
  one.bits = 3.0;
  EXPECT_DOUBLE_EQ(one.optical_power(), 8e-6);
  one = bare;
  one.extinction_ratio_db = 10.0 * std::log10(2.0);
  EXPECT_NEAR(one.optical_power(), 2e-6, 1e-18);
  one = bare;
  one.wall_plug_efficiency = 0.25;
  EXPECT_DOUBLE_EQ(one.optical_power(), 1e-6);
  EXPECT_DOUBLE_EQ(one.electrical_power(), 4e-6);
}

TEST(Budget, MarginIsZeroAtTheNeededPower) {
  const Budget budget{3.18, 15.0, watts_of_dbm(-25.0), 0.0, std::nullopt, 1.0};
  EXPECT_NEAR(margin_db(budget, budget.optical_power()), 0.0, 1e-12);
  EXPECT_NEAR(margin_db(budget, 10.0 * budget.optical_power()), 10.0, 1e-12);
  // CrossLight's form: P - S - loss - 10 log10 N.
  EXPECT_NEAR(margin_db(budget, 1e-3), 25.0 - 3.18 - 10.0 * std::log10(15.0), 1e-12);
  EXPECT_NEAR(dbm_of_watts(watts_of_dbm(-17.3)), -17.3, 1e-12);
}

TEST(Budget, RefusesWhatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Budget good{1.0, 2.0, 1e-6, 4.0, 10.0, 0.2};
  EXPECT_EQ(code_of([&] { return good.optical_power(); }), "");
  for (const auto& spoil :
       {+[](Budget&b, double) { b.insertion_loss_db = -0.1; },
        +[](Budget&b, double) { b.fan_out = 0.5; }, +[](Budget&b, double) { b.sensitivity = 0; },
        +[](Budget&b, double) { b.bits = -1; },
        +[](Budget&b, double) { b.extinction_ratio_db = 0.0; },
        +[](Budget&b, double) { b.wall_plug_efficiency = 0; },
        +[](Budget&b, double) { b.wall_plug_efficiency = 1.1; },
        +[](Budget&b, double n) { b.insertion_loss_db = n; },
        +[](Budget&b, double n) { b.fan_out = n; },
        +[](Budget&b, double n) { b.sensitivity = n; }}) {
    Budget bad = good;
    spoil(bad, nan);
    EXPECT_EQ(code_of([&] { return bad.optical_power(); }), "link.budget");
  }
  EXPECT_EQ(code_of([] { return insertion_loss_db({{"x", -1.0, 1.0}}); }), "link.loss");
  EXPECT_EQ(code_of([] { return insertion_loss_db({{"x", 1.0, -1.0}}); }), "link.loss");
  EXPECT_EQ(code_of([&] { return insertion_loss_db({{"x", nan, 1.0}}); }), "link.loss");
}

TEST(Paths, CountWhatLightPasses) {
  ElementLosses losses;
  losses.splitter = 0.13;
  losses.ring_through = 0.02;
  losses.ring_drop = 1.22;
  losses.ring_modulation = 0.72;
  losses.interferometer = 0.99;
  losses.waveguide = 100.0;
  EXPECT_NEAR(serial_rings(losses, 15, 1e-3).loss_db(), 0.72 + 14 * 0.02 + 0.1, 1e-12);
  const CorePath bank = broadcast_and_weight(losses, 9, 6, 2e-3);
  EXPECT_NEAR(bank.loss_db(), 0.72 + 16 * 0.02 + 3 * 0.13 + 1.22 + 0.2, 1e-12);
  EXPECT_EQ(bank.fan_out, 6.0);
  const auto mesh = [&](std::size_t n, Mesh arrangement, bool any) {
    return interferometer_mesh(losses, n, arrangement, any).loss_db();
  };
  EXPECT_NEAR(mesh(8, Mesh::rectangular, false), 3 * 0.13 + 8 * 0.99, 1e-12);
  EXPECT_NEAR(mesh(8, Mesh::triangular, false), 3 * 0.13 + 13 * 0.99, 1e-12);
  EXPECT_NEAR(mesh(8, Mesh::rectangular, true), 3 * 0.13 + 17 * 0.99, 1e-12);
  EXPECT_EQ(interferometer_mesh(losses, 8, Mesh::rectangular, true).fan_out, 8.0);
}

TEST(Paths, SplittersOfATree) {
  const std::size_t levels[] = {0, 1, 2, 2, 3, 3, 3, 3, 4};
  for (std::size_t ends = 1; ends <= 9; ++ends) EXPECT_EQ(splitter_levels(ends), levels[ends - 1]);
  EXPECT_EQ(splitter_levels(1024), 10U);
  EXPECT_EQ(splitter_levels(1025), 11U);
}

TEST(Paths, RefuseEmptyCores) {
  const ElementLosses losses;
  EXPECT_EQ(code_of([&] { return serial_rings(losses, 0, 0.0); }), "link.core");
  EXPECT_EQ(code_of([&] { return broadcast_and_weight(losses, 4, 0, 0.0); }), "link.core");
  EXPECT_EQ(code_of([&] { return interferometer_mesh(losses, 1, Mesh::triangular, false); }),
            "link.core");
  EXPECT_EQ(code_of([&] { return dot_product_crossbar(losses, 0, 4); }), "link.core");
  EXPECT_EQ(code_of([&] { return serial_rings(losses, 3, -1.0).loss_db(); }), "link.loss");
}

}  // namespace
}  // namespace neucasl::link
