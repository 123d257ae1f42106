#include "neucasl/model/driven_device.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models.hpp"

namespace neucasl::model {
namespace {

const RelaxingConductorModel relaxing;

std::vector<double> parameters() { return default_parameters(relaxing.specification()); }

TEST(DrivenDevice, RestSolvesStatesAndKeepsMemories) {
  DrivenDevice device(relaxing, parameters());
  const std::vector<double> terminals{0.5, 0.0};
  const std::vector<double> flow = device.rest(terminals);
  // Two conductances in series: g and g (1 + s) with s = v.
  const double expected = 0.5 * 1e-3 * 1.5 / 2.5;
  EXPECT_NEAR(flow[0], expected, 1e-15);
  EXPECT_NEAR(flow[1], -expected, 1e-15);
  EXPECT_NEAR(device.internals()[1], 0.5, 1e-12);
  EXPECT_EQ(device.internals()[2], 0.25);
}

TEST(DrivenDevice, StepResponseFollowsTheClosedForm) {
  DrivenDevice device(relaxing, parameters());
  const auto step = [](double /*time*/, std::span<double> terminals) {
    terminals[0] = 1.0;
    terminals[1] = 0.0;
  };
  const auto points = device.transient(0.0, 30e-9, 0.5e-9, step, 1e-6);
  EXPECT_EQ(points.front().time, 0.0);
  EXPECT_EQ(points.back().time, 30e-9);
  for (const auto& point : points) {
    EXPECT_NEAR(point.internals[1], -std::expm1(-point.time / 10e-9), 2e-5);
    EXPECT_NEAR(point.internals[2], 0.25 + point.time / 10e-9, 1e-9);
  }
}

TEST(DrivenDevice, TerminalCurrentHoldsTheDisplacementCurrent) {
  DrivenDevice device(relaxing, parameters());
  const auto ramp = [](double time, std::span<double> terminals) {
    terminals[0] = time / 1e-9;
    terminals[1] = 0.0;
  };
  const auto points = device.transient(0.0, 1e-9, 1e-11, ramp);
  // i = g v (1 + s) / (2 + s) + d(c v^2)/dt, the last at the middle of the step.
  const auto& last = points.back();
  const double s = last.internals[1];
  const double conduction = 1e-3 * (1.0 + s) / (2.0 + s);
  const double displacement =
      2.0 * 1e-15 * (1.0 - 0.5 * (last.time - points[points.size() - 2].time) / 1e-9) / 1e-9;
  EXPECT_NEAR(last.flow[0], conduction + displacement, 1e-9);
}

TEST(DrivenDevice, NoSolutionIsNamed) {
  DrivenDevice device(relaxing, parameters());
  const std::vector<double> terminals{std::nan(""), 0.0};
  try {
    device.rest(terminals);
    FAIL() << "a solution for NaN";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "model.convergence");
  }
}

}  // namespace
}  // namespace neucasl::model
