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
  // The upper conductor carries g (v - inner); inner obeys Kirchhoff's law with its own charge
  // c inner; the charge c v^2 sits across both, its current that of the step's middle.
  const auto& last = points.back();
  const auto& before = points[points.size() - 2];
  const double step = last.time - before.time;
  const double inner = last.internals[0];
  const double charging = 1e-15 * (inner - before.internals[0]) / step;
  EXPECT_NEAR(1e-3 * (1.0 - inner), 1e-3 * (1.0 + last.internals[1]) * inner + charging, 1e-9);
  EXPECT_GT(charging, 1e-7);
  const double displacement = 2.0 * 1e-15 * (1.0 - 0.5 * step / 1e-9) / 1e-9;
  EXPECT_NEAR(last.flow[0], 1e-3 * (1.0 - inner) + displacement, 1e-9);
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
