#include "neucasl/quantisation/study.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::quantisation {
namespace {

TEST(StudyRecord, ComesBackAsItWas) {
  DrawOutcome outcome;
  outcome.metric = 0.1 + 0.2;
  outcome.sensitivity = {1e-300, -0.25, 3.0};
  outcome.methods.push_back({"tdmpq", "fisher-dq", {2, 8, 4}, 0.75, 0.5, -1e-9, 0.125});
  MethodOutcome nothing;
  nothing.method = "uniform";
  outcome.methods.push_back(nothing);
  const DrawOutcome back = draw_from_record(to_record(outcome));
  EXPECT_EQ(back.metric, outcome.metric);
  EXPECT_EQ(back.sensitivity, outcome.sensitivity);
  ASSERT_EQ(back.methods.size(), 2U);
  EXPECT_EQ(back.methods[0].variant, "fisher-dq");
  EXPECT_EQ(back.methods[0].bits, (std::vector<int>{2, 8, 4}));
  EXPECT_EQ(back.methods[0].regret, -1e-9);
  EXPECT_EQ(back.methods[0].rescoring_gain, 0.125);
  EXPECT_EQ(back.methods[1].variant, "");
  EXPECT_TRUE(back.methods[1].bits.empty());
  EXPECT_TRUE(std::isnan(back.methods[1].rank_correlation));
}

TEST(StudyRecord, RefusesAnotherText) {
  for (const char* text : {"", "0.5 3 1 2", "0.5 x", "0.5 1 1 1 tdmpq loss 1e9", "0.5 -1"}) {
    try {
      static_cast<void>(draw_from_record(text));
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "quantisation.log") << text;
    }
  }
}

TEST(PositionTest, FindsOuterLayersThatAreMoreSensitive) {
  // Ten layers: 30 % are the first three and the last three.
  const std::vector<std::vector<double>> outer{{9, 8, 7, 1, 2, 3, 0, 6, 5, 4},
                                               {5, 9, 8, 0, 1, 3, 2, 4, 7, 6}};
  const PositionTest found = position_test(outer, 0.3, 1);
  EXPECT_EQ(found.outer, 6U);
  EXPECT_NEAR(found.outer_mean, 7.5, 1e-12);
  EXPECT_NEAR(found.inner_mean, 2.5, 1e-12);
  // One division of 210 reaches that.
  EXPECT_NEAR(found.p_value, 1.0 / 210.0, 2e-3);
  std::vector<std::vector<double>> inner = outer;
  for (auto& draw : inner) {
    for (double& value : draw) value = -value;
  }
  EXPECT_NEAR(position_test(inner, 0.3, 1).p_value, 1.0, 1e-3);
  EXPECT_EQ(position_test({{1, 2}}, 0.3, 1).outer, 0U);
  EXPECT_EQ(position_test({}, 0.3, 1).p_value, 1.0);
}

}  // namespace
}  // namespace neucasl::quantisation
