#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "finfet/finfet.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::finfet {
namespace {

const std::filesystem::path folder = NEUCASL_SOURCE_FOLDER "/devices/finfet";

struct Characterized {
  std::vector<double> parameters;
  model::Characterization result;
  std::vector<model::OperationCost> costs;
};

Characterized characterized(const std::filesystem::path& file) {
  const device::Card card = device::load_card(file);
  const auto model = make_model(card.choice("model").value);
  device::UseList uses;
  Characterized one;
  one.parameters = model::parameters_from(model->specification(), card, uses);
  one.result = model->characterize(one.parameters, {}, model::published_figures(card));
  one.costs = model->costs(one.parameters, {});
  return one;
}

std::vector<std::filesystem::path> cards() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".xml") files.push_back(entry.path());
  }
  return files;
}

TEST(FinfetCards, GiveTheirPublishedFigures) {
  ASSERT_GE(cards().size(), 4U);
  for (const auto& file : cards()) {
    SCOPED_TRACE(file.filename().string());
    int fitted = 0;
    for (const auto& one : characterized(file).result.comparisons) {
      if (std::isnan(one.published)) continue;
      // The effective current took no part in the fit.
      const double tolerance = one.quantity == "Effective current" ? 0.15 : 0.01;
      fitted += one.quantity == "Effective current" ? 0 : 1;
      EXPECT_NEAR(one.model, one.published, tolerance * one.published) << one.quantity;
      EXPECT_FALSE(one.source.empty());
    }
    EXPECT_EQ(fitted, 4);
  }
}

TEST(FinfetCards, HaveCurvesAndCosts) {
  for (const auto& file : cards()) {
    SCOPED_TRACE(file.filename().string());
    const Characterized one = characterized(file);
    ASSERT_EQ(one.result.tables.size(), 2U);
    for (const auto& table : one.result.tables) {
      table.validate();
      EXPECT_GT(table.rows(), 50U);
    }
    ASSERT_EQ(one.result.charts.size(), 2U);
    EXPECT_TRUE(one.result.charts[0].second.y_axis.logarithmic);
    ASSERT_EQ(one.costs.size(), 1U);
    // Bounds by hand: the gate's charge lies between its inversion capacitance alone and that with
    // all fringes counted twice.
    const auto& p = one.parameters;
    const double width = 2 * p[fin_height] + p[fin_thickness];
    const double supply = p[supply_voltage];
    const double channel = width * p[gate_length] * p[gate_capacitance];
    const double fringe =
        width * (2 * p[inner_fringe_capacitance] + 3 * p[outer_fringe_capacitance]);
    EXPECT_GT(one.costs[0].energy, 0.4 * channel * supply * supply);
    EXPECT_LT(one.costs[0].energy, (channel + fringe) * supply * supply);
    EXPECT_GT(one.costs[0].time, 1e-13);
    EXPECT_LT(one.costs[0].time, 1e-11);
  }
}

}  // namespace
}  // namespace neucasl::finfet
