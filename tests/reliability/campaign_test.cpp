#include <gtest/gtest.h>

#include <cmath>

#include "array/line_solver.hpp"
#include "neucasl/base/statistics.hpp"
#include "neucasl/plugin/host.hpp"
#include "reliability/estimator.hpp"
#include "tests/cli/program.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::reliability_plugin {
namespace {

device::Card device_card(const std::string& sigma, const std::string& stuck_on,
                         const std::string& stuck_off, const std::string& more = {}) {
  namespace mt = mapping::test;
  return mt::card("cell", "memristor",
                  mt::number("conductance_min", "9.5367431640625e-07", "S") +
                      mt::number("conductance_max", "3.814697265625e-06", "S") +
                      mt::number("read_voltage", "0.99609375", "V") +
                      mt::number("stuck_on_probability", stuck_on, "1") +
                      mt::number("stuck_off_probability", stuck_off, "1") + more +
                      "<polynomial name=\"programming_sigma\" unit=\"uS\" scale=\"1\" "
                      "scale_unit=\"uS\" kind=\"assumed\" source=\"s\" place=\"p\"><coefficient "
                      "order=\"0\" value=\"" +
                      sigma + "\"/></polynomial>");
}

class CampaignTest : public testing::Test {
 protected:
  CampaignTest()
      : network_(mapping::test::network()),
        chip_(mapping::test::build_chip(network_, precision::uniform(network_, 8, 8),
                                        mapping::test::architecture(32, 64))),
        images_(mapping::test::images(network_, 50)) {
    // What the float network says is right by definition, so its accuracy is 1.
    const std::vector<float> scores = network::run(network_, images_, 50, {});
    for (std::size_t i = 0; i < 50; ++i) {
      const auto first = scores.begin() + static_cast<std::ptrdiff_t>(7 * i);
      labels_.push_back(static_cast<unsigned char>(std::max_element(first, first + 7) - first));
    }
  }

  using Given = std::vector<plugin::ParameterSet::Given>;

  plugin::Estimate run(const device::Card& card, int samples, int threads,
                       const std::string& log = "log", const Given& more = {}) {
    const plugin::Manifest manifest = plugin::read_manifest(std::string(NEUCASL_SOURCE_FOLDER) +
                                                            "/plugins/reliability/manifest.xml");
    Given given = {{"samples", std::to_string(samples), {}},
                   {"images", "50", {}},
                   {"accuracy_loss_limit", "0.1", {}},
                   {"solver_tolerance", "1e-6", {}}};
    given.insert(given.end(), more.begin(), more.end());
    plugin::Context context;
    context.diagnostics = &sink_;
    context.threads = threads;
    context.seed = 5;
    const array_plugin::LineSolver solver;
    std::filesystem::create_directories(folder_ / log);
    return MonteCarloEstimator().run(
        {chip_, network_, card, images_, labels_, solver, folder_ / log, "key"},
        plugin::ParameterSet(manifest.parameters, given, "test", {}), context);
  }

  /// The one log in a folder.
  std::filesystem::path log_in(const std::string& folder) const {
    return std::filesystem::directory_iterator(folder_ / folder)->path();
  }

  static std::vector<double> accuracies(const plugin::Estimate& estimate) {
    return std::get<std::vector<double>>(estimate.tables.at(0).column("accuracy").values);
  }
  static const results::Figure& yield(const plugin::Estimate& estimate) {
    return estimate.figures.at(1);
  }

  test::ScratchFolder folder_;
  base::DiagnosticSink sink_;
  network::Network network_;
  ir::Design chip_;
  std::vector<float> images_;
  std::vector<unsigned char> labels_;
};

TEST_F(CampaignTest, WithoutVariationEveryChipIsTheSameAndGood) {
  const plugin::Estimate e = run(device_card("0", "0", "0"), 10, 1);
  for (const double a : accuracies(e)) EXPECT_EQ(a, accuracies(e).front());
  EXPECT_GT(accuracies(e).front(), 0.9);
  EXPECT_EQ(yield(e).key, "yield");
  EXPECT_EQ(yield(e).value, 1.0);
  EXPECT_EQ(yield(e).low, base::clopper_pearson(10, 10, 0.95).low);
}

TEST_F(CampaignTest, GrossVariationAndFaultsRuinTheChips) {
  EXPECT_EQ(yield(run(device_card("5", "0", "0"), 20, 1, "a")).value, 0.0);
  EXPECT_LT(base::mean(accuracies(run(device_card("0", "0.5", "0"), 20, 1, "b"))), 0.7);
}

TEST_F(CampaignTest, TheSameForAnyThreadsAndAfterBeingCutOff) {
  const device::Card card = device_card("0.3", "0.01", "0.01");
  const std::vector<double> reference = accuracies(run(card, 12, 1, "one"));
  EXPECT_GT(base::standard_deviation(reference), 0.0);
  EXPECT_EQ(accuracies(run(card, 12, 2, "two")), reference);
  EXPECT_EQ(test::read(log_in("one")), test::read(log_in("two")));
  // A log that ends in the middle of a line, as after a kill.
  const std::filesystem::path log = log_in("one");
  const std::string text = test::read(log);
  test::write(log, text.substr(0, text.size() / 2));
  EXPECT_EQ(accuracies(run(card, 12, 2, "one")), reference);
  EXPECT_EQ(test::read(log), text);
  // More samples go on with those that are there.
  const std::vector<double> more = accuracies(run(card, 15, 1, "one"));
  EXPECT_EQ(std::vector<double>(more.begin(), more.begin() + 12), reference);
  EXPECT_EQ(accuracies(run(card, 6, 1, "one")),
            std::vector<double>(reference.begin(), reference.begin() + 6));
}

TEST_F(CampaignTest, PerturbedMatricesThatAreTooFarOffGiveWayToExactOnes) {
  const device::Card card = device_card("0.3", "0.01", "0.01");
  const auto method = [](const plugin::Estimate& e) { return yield(e).method; };
  const plugin::Estimate perturbed = run(card, 6, 1, "perturbed");
  EXPECT_NE(method(perturbed).find("perturbed from the exact ones"), std::string::npos);
  EXPECT_TRUE(sink_.all().empty());
  const plugin::Estimate strict = run(card, 6, 2, "strict", {{"matrix_error_limit", "0", {}}});
  ASSERT_EQ(sink_.all().size(), 1U);
  EXPECT_EQ(sink_.all().front().code, "reliability.matrices");
  EXPECT_NE(method(strict).find("by exact solves, since"), std::string::npos);
  const plugin::Estimate exact = run(card, 6, 1, "exact", {{"matrices", "exact", {}}});
  EXPECT_EQ(accuracies(strict), accuracies(exact));
  // The logs of the two methods are not mixed.
  EXPECT_EQ(log_in("strict").filename(), log_in("exact").filename());
  EXPECT_NE(log_in("strict").filename(), log_in("perturbed").filename());
}

TEST_F(CampaignTest, MeasuresAreComparedOnTheSameChips) {
  const device::Card card = device_card("0.05", "0.03", "0.05");
  const plugin::Estimate e = run(card, 30, 2, "log",
                                 {{"spare_pairs", "2", {}},
                                  {"remap", "rows", {}},
                                  {"swap", "true", {}},
                                  {"compensate", "true", {}},
                                  {"verify_attempts", "5", {}},
                                  {"verify_tolerance", "0.05 uS", {}},
                                  {"pulse_energy", "1 pJ", {}}});
  const results::Table& table = e.tables.at(1);
  EXPECT_EQ(table.name, "yield_by_measure");
  const auto column = [&](const char* name) {
    return std::get<std::vector<double>>(table.column(name).values);
  };
  EXPECT_EQ(std::get<std::vector<std::string>>(table.column("measure").values),
            (std::vector<std::string>{"none", "spare pairs", "remap", "swap", "compensate",
                                      "write-verify", "all"}));
  const std::vector<double> mean = column("mean_accuracy");
  EXPECT_GT(mean.back(), mean.front() + 0.02);
  EXPECT_GE(column("yield").back(), column("yield").front());
  EXPECT_EQ(accuracies(e), accuracies(run(card, 30, 1, "again",
                                          {{"spare_pairs", "2", {}},
                                           {"remap", "rows", {}},
                                           {"swap", "true", {}},
                                           {"compensate", "true", {}},
                                           {"verify_attempts", "5", {}},
                                           {"verify_tolerance", "0.05 uS", {}}})));
  // Chips without measures are those of a campaign that knows none.
  EXPECT_EQ(
      std::get<std::vector<double>>(e.tables.at(0).column("accuracy_without_measures").values),
      accuracies(run(card, 30, 1, "plain")));
  // P(error > sigma) = 0.3173; p + p^2 + p^3 + p^4 more attempts of a sound cell.
  EXPECT_NEAR(column("pulses_per_cell").at(5), 1.0 + 0.92 * 0.4602, 0.02);
  EXPECT_EQ(column("pulses_per_cell").front(), 1.0);
  EXPECT_GT(column("spare_cells_per_cell").at(1), 0.0);
  EXPECT_EQ(column("spare_cells_per_cell").at(2), 0.0);
  EXPECT_GT(column("programming_energy").back(), column("programming_energy").front());
}

/// Exponents of 0.06 with a spread of 0.01.
std::string drift_numbers() {
  namespace mt = mapping::test;
  std::string text = mt::number("drift_reference_time", "20", "s");
  for (const char* name : {"mean", "sigma"}) {
    const std::string value = std::string(name) == "mean" ? "0.06" : "0.01";
    const std::string prefix = std::string("drift_") + name;
    text += mt::number(prefix + "_slope", "0", "1") + mt::number(prefix + "_offset", value, "1") +
            mt::number(prefix + "_low", value, "1") + mt::number(prefix + "_high", value, "1");
  }
  return text;
}

TEST_F(CampaignTest, AccuracyAgainstTimeWithAndWithoutCompensation) {
  const device::Card card = device_card("0.05", "0", "0", drift_numbers());
  const plugin::Estimate e =
      run(card, 10, 2, "log", {{"ages", "10 s, 1 h, 3 a", {}}, {"drift_compensation", "true", {}}});
  const results::Table& table = e.tables.at(2);
  EXPECT_EQ(table.name, "yield_by_age");
  const auto mean = std::get<std::vector<double>>(table.column("mean_accuracy").values);
  ASSERT_EQ(mean.size(), 6U);   // without and with, at three ages
  EXPECT_EQ(mean[0], mean[1]);  // before the reference time nothing is lost
  EXPECT_LT(mean[4], mean[0]);
  EXPECT_GT(mean[5], mean[4]);
  // At an age the chips are those of a campaign at that time.
  const plugin::Estimate late = run(card, 10, 1, "late", {{"time", "3 a", {}}});
  EXPECT_NEAR(mean[4], base::mean(accuracies(late)), 1e-12);
  const auto code = [&](const std::string& ages) {
    return mapping::test::failure([&] {
             static_cast<void>(run(card, 1, 1, "bad", {{"ages", ages, {}}}));
           })
        .code;
  };
  EXPECT_EQ(code("1 h, 1 min"), "reliability.ages");
  EXPECT_EQ(code("1 V"), "reliability.ages");
  EXPECT_EQ(code("0 s"), "reliability.ages");
}

TEST_F(CampaignTest, MeasuresWithoutSenseAreRefused) {
  const device::Card card = device_card("0.3", "0", "0");
  const auto code = [&](const Given& given) {
    return mapping::test::failure([&] { static_cast<void>(run(card, 1, 1, "log", given)); }).code;
  };
  EXPECT_EQ(code({{"verify_attempts", "3", {}}}), "reliability.repair");
  EXPECT_EQ(code({{"drift_compensation", "true", {}}}), "reliability.repair");
  EXPECT_EQ(code({{"time", "1 h", {}}}), "device.drift");
}

TEST_F(CampaignTest, SpreadOfProgrammedCellsIsThatOfTheCard) {
  device::UseList uses;
  const plugin::ProgrammingModel model =
      plugin::read_programming_model(device_card("0.1", "0.02", "0.05"), uses);
  const mapping::ChipView view = mapping::read_chip(chip_);
  const mapping::TileMatrices targets = mapping::ideal_matrices(chip_, view);
  double n = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  double on = 0.0;
  double off = 0.0;
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    const auto programmed = plugin::program_chip(chip_, view, model, 1, sample);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      for (std::size_t k = 0; k < targets[t].size(); ++k) {
        n += 1.0;
        if (programmed[t][k] == model.conductance_max) {
          on += 1.0;
        } else if (programmed[t][k] == model.conductance_min) {
          off += 1.0;
        } else {
          const double z = (programmed[t][k] - targets[t][k]) / 0.1e-6;
          sum += z;
          squares += z * z;
        }
      }
    }
  }
  const double varied = n - on - off;
  EXPECT_GT(n, 5000.0);
  EXPECT_NEAR(on / n, 0.02, 5.0 * std::sqrt(0.02 / n));
  EXPECT_NEAR(off / n, 0.05, 5.0 * std::sqrt(0.05 / n));
  EXPECT_NEAR(sum / varied, 0.0, 5.0 / std::sqrt(varied));
  EXPECT_NEAR(squares / varied, 1.0, 5.0 * std::sqrt(2.0 / varied));
}

}  // namespace
}  // namespace neucasl::reliability_plugin
