#include "neucasl/device/card.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "network.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::photonic {
namespace {

std::vector<std::filesystem::path> cards() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(NEUCASL_SOURCE_FOLDER) +
                                                               "/devices/photonic")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class PhotonicCard : public testing::TestWithParam<std::filesystem::path> {};

/// How far a model may be from a published figure, relative.
double tolerance_of(const std::string& card, const std::string& quantity) {
  // The ring between resonances loses only what its drop port takes; the published 0.02 dB holds
  // the couplers' own loss too.
  if (card == "ring_crosslight" && quantity == "through_loss_db") return 1.0;
  return 0.01;
}

TEST_P(PhotonicCard, GivesTheFiguresThatItsSourcePublishes) {
  const device::Card card = device::load_card(GetParam());
  EXPECT_EQ(card.family, "photonic");
  const std::unique_ptr<model::DeviceModel> model(make_model(card.choice("model").value));
  ASSERT_NE(model, nullptr);
  device::UseList uses;
  const auto parameters = model::parameters_from(model->specification(), card, uses);
  const auto published = model::published_figures(card);
  const auto result = model->characterize(parameters, {}, published);
  for (const results::Table& table : result.tables) EXPECT_NO_THROW(table.validate());
  EXPECT_FALSE(result.comparisons.empty());
  for (const model::PublishedFigure& figure : published) {
    int found = 0;
    for (const auto& comparison : result.comparisons) {
      if (comparison.quantity != figure.name) continue;
      ++found;
      EXPECT_EQ(comparison.published, figure.value);
      EXPECT_NEAR(comparison.model, comparison.published,
                  tolerance_of(card.id, figure.name) * std::abs(comparison.published))
          << figure.name;
    }
    EXPECT_EQ(found, 1) << figure.name;
  }
  for (const model::OperationCost& cost : model->costs(parameters, {})) {
    // Discharging costs the driver nothing.
    if (cost.operation != "fall") {
      EXPECT_GT(cost.energy, 0.0) << cost.operation;
    }
    EXPECT_GE(cost.energy, 0.0) << cost.operation;
    EXPECT_GT(cost.time, 0.0) << cost.operation;
  }
}

INSTANTIATE_TEST_SUITE_P(Photonic, PhotonicCard, testing::ValuesIn(cards()),
                         [](const auto& test) { return test.param.stem().string(); });

TEST(PhotonicCards, AreSixAtLeast) { EXPECT_GE(cards().size(), 6u); }

}  // namespace
}  // namespace neucasl::photonic
