#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "cnt/cntfet.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::cnt {
namespace {

const std::filesystem::path folder = NEUCASL_SOURCE_FOLDER "/devices/cnt";

TEST(CntCards, Characterise) {
  int cards = 0;
  int fitted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++cards;
    const device::Card card = device::load_card(entry.path());
    const auto model = make_model(card.choice("model").value);
    ASSERT_NE(model, nullptr);
    device::UseList uses;
    const auto parameters = model::parameters_from(model->specification(), card, uses);
    const auto result = model->characterize(parameters, {}, model::published_figures(card));
    for (const auto& table : result.tables) table.validate();
    ASSERT_GE(result.charts.size(), 2U);
    EXPECT_EQ(result.charts.size() > 2, parameters[missing_probability] > 0.0);
    for (const auto& one : result.comparisons) {
      EXPECT_TRUE(std::isfinite(one.model)) << one.quantity;
      if (one.quantity == "On current") {
        EXPECT_GT(one.model / parameters[tubes], 1e-6);
        EXPECT_LT(one.model / parameters[tubes], 40e-6);
        if (!std::isnan(one.published)) {
          EXPECT_NEAR(one.model, one.published, 0.05 * one.published);
          ++fitted;
        }
      }
      // The equations give a swing close to the limit; a measured one above it is explained.
      if (one.quantity.starts_with("Subthreshold") && one.published > 1.1 * one.model) {
        EXPECT_FALSE(one.note.empty());
      }
    }
    const auto costs = model->costs(parameters, {});
    ASSERT_EQ(costs.size(), 1U);
    EXPECT_GT(costs[0].time, 1e-13);
    EXPECT_LT(costs[0].time, 1e-11);
    EXPECT_GT(costs[0].energy / parameters[tubes], 1e-19);
    EXPECT_LT(costs[0].energy / parameters[tubes], 1e-17);
  }
  EXPECT_GE(cards, 3);
  EXPECT_GE(fitted, 1);
}

}  // namespace
}  // namespace neucasl::cnt
