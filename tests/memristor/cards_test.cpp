// The cards of the family: their numbers belong to their models, and the published figures are met.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <set>

#include "memristor/models/library.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::memristor_models {
namespace {

const std::string folder = std::string(NEUCASL_SOURCE_FOLDER) + "/devices/memristor/";

class Cards : public testing::TestWithParam<const char*> {};

TEST_P(Cards, GiveADeviceThatCanBeCharacterised) {
  const device::Card card = device::load_card(folder + GetParam() + ".xml");
  const std::unique_ptr<model::DeviceModel> model(make_model(card.choice("model").value));
  ASSERT_NE(model, nullptr);
  device::UseList uses;
  const std::vector<double> parameters = model::parameters_from(model->specification(), card, uses);
  EXPECT_GT(uses.uses().size(), 8U);
  const auto published = model::published_figures(card);
  const model::Characterization c = model->characterize(parameters, {}, published);
  EXPECT_EQ(c.comparisons.size(), published.size());
  EXPECT_GE(c.charts.size(), 2U);
  for (const auto& [name, chart] : c.charts) {
    EXPECT_FALSE(chart.series.empty()) << name;
    for (const results::LineSeries& series : chart.series) {
      EXPECT_EQ(series.x.size(), series.y.size());
      for (const double y : series.y) EXPECT_TRUE(std::isfinite(y)) << name;
    }
    EXPECT_FALSE(chart.series.front().x.empty()) << name;
  }
  for (const results::Table& table : c.tables) {
    EXPECT_NO_THROW(table.validate());
    EXPECT_GT(table.rows(), 0U) << table.name;
    if (table.name != "write_verify") continue;
    EXPECT_EQ(table.rows(), 8U);
    for (const std::string& word :
         std::get<std::vector<std::string>>(table.column("within_tolerance").values)) {
      EXPECT_EQ(word, "yes");
    }
  }
  for (const auto& comparison : c.comparisons) {
    const bool bound = comparison.source.find("upper bound") != std::string::npos;
    if (bound) {
      EXPECT_LE(comparison.model, comparison.published) << comparison.quantity;
      EXPECT_GT(comparison.model, 0.01 * comparison.published) << comparison.quantity;
    } else {
      EXPECT_NEAR(comparison.model / comparison.published, 1.0, 0.01) << comparison.quantity;
    }
  }
  for (const model::OperationCost& cost : model->costs(parameters, {})) {
    EXPECT_GT(cost.energy, 0.0) << cost.operation;
    EXPECT_GT(cost.time, 0.0) << cost.operation;
  }
}

TEST_P(Cards, SampledDevicesDifferAndAreRepeatable) {
  const device::Card card = device::load_card(folder + GetParam() + ".xml");
  const std::unique_ptr<model::DeviceModel> model(make_model(card.choice("model").value));
  device::UseList uses;
  const std::vector<double> nominal = model::parameters_from(model->specification(), card, uses);
  std::set<std::vector<double>> different;
  for (std::uint64_t k = 0; k < 20; ++k) {
    base::RandomStream first(1, "device", k);
    base::RandomStream again(1, "device", k);
    const auto p = model::sample_parameters(*model, card, nominal, first);
    EXPECT_EQ(p, model::sample_parameters(*model, card, nominal, again));
    std::vector<double> derived(model->derived_size());
    EXPECT_NO_THROW(model->derive(p, {}, derived));
    different.insert(p);
  }
  const bool ideal = std::string(GetParam()) == "hp_tio2_2008";  // no spread is published
  EXPECT_EQ(different.size(), ideal ? 1U : 20U);
}

INSTANTIATE_TEST_SUITE_P(All, Cards,
                         testing::Values("hp_tio2_2008", "vteam_kvatinsky2015", "hfox_stanford_pku",
                                         "hfox_stanford_asu", "gst_pcm_ibm", "nbo2_selector",
                                         "vo2_selector"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace neucasl::memristor_models
