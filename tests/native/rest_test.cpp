#include <gtest/gtest.h>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::ControlledKind;
using circuit::PassiveKind;
using model::Symbol;

TEST(NativeRest, Divider) {
  Bench bench;
  bench.voltage("v1", "in", "0", 3.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.passive(PassiveKind::conductance, "g2", "out", "0", 0.5e-3);
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_EQ(result.analysis, "op");
  EXPECT_TRUE(result.axis.empty());
  EXPECT_NEAR(v(result, "out")[0], 2.0, 1e-15);
  // Through the source from p to n: the source delivers.
  EXPECT_NEAR(i(result, "v1")[0], -1e-3, 1e-18);
}

}  // namespace
}  // namespace neucasl::native_test
