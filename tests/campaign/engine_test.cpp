#include "neucasl/campaign/engine.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "neucasl/base/file.hpp"
#include "neucasl/campaign/findings.hpp"
#include "tests/campaign/synthetic_model.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::campaign {
namespace {

using test::ScratchFolder;
using test::SyntheticFaults;
using test::SyntheticModel;

/// Good: sum at most 1 V, which Phi(1) = 0.8413 of all samples are.
Campaign campaign_of(std::uint64_t samples, const std::string& limit = "most=\"1 V\"") {
  return parse_campaign("<campaign name=\"s\" samples=\"" + std::to_string(samples) +
                            "\"><model kind=\"synthetic\"/><good output=\"sum\" " + limit +
                            "/></campaign>",
                        "s.xml");
}

Outcome run_threads(const Campaign& campaign, const SampleModel& model, int threads,
                    const std::filesystem::path& log = {}, bool resume = false) {
  const auto pool = thread_pool(model, campaign.seed, threads, {});
  return run(campaign, model, *pool, {log, resume, {}, {}});
}

std::string code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "no error";
}

TEST(CampaignEngine, TheYieldIsThatOfTheModel) {
  const SyntheticModel model;
  const Outcome outcome = run_threads(campaign_of(20000), model, 2);
  EXPECT_EQ(outcome.samples, 20000U);
  // Five standard deviations: a false alarm in two million seeds.
  constexpr double exact = 0.8413447460685429;
  EXPECT_NEAR(outcome.yield.yield, exact, 5.0 * std::sqrt(exact * (1.0 - exact) / 20000.0));
  EXPECT_LT(outcome.yield.low, exact);
  EXPECT_GT(outcome.yield.high, exact);
  EXPECT_EQ(outcome.convergence.back().samples, 20000U);
  EXPECT_EQ(outcome.convergence.back().yield, outcome.yield.yield);
  EXPECT_EQ(outcome.effective_samples, 20000.0);
}

TEST(CampaignEngine, NothingDependsOnTheNumberOfThreads) {
  SyntheticFaults faults;
  faults.fail_above = 2.0;
  const SyntheticModel model(faults);
  const ScratchFolder folder;
  std::string first;
  for (const int threads : {1, 2, 4}) {
    const auto log = folder / ("log" + std::to_string(threads));
    static_cast<void>(run_threads(campaign_of(501), model, threads, log));
    const std::string bytes = base::read_file(log);
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first);
  }
}

TEST(CampaignEngine, FailedSimulationsBoundTheYieldBothWays) {
  SyntheticFaults faults;
  faults.fail_above = 1.5;
  const SyntheticModel model(faults);
  const Outcome outcome = run_threads(campaign_of(2000), model, 2);
  std::uint64_t failed = 0;
  std::vector<double> normals(2);
  for (std::uint64_t k = 0; k < 2000; ++k) {
    draw_normals(1, k, normals);
    failed += normals[0] > 1.5 ? 1 : 0;
  }
  ASSERT_GT(failed, 0U);
  EXPECT_EQ(outcome.yield.failed, failed);
  EXPECT_EQ(outcome.failures.size(), failed);
  EXPECT_EQ(outcome.failures.begin()->second.substr(0, 16), "synthetic.fault:");
  const auto& yield = outcome.yield;
  EXPECT_EQ(yield.low, base::clopper_pearson(yield.good, 2000, 0.95).low);
  EXPECT_EQ(yield.high, base::clopper_pearson(yield.good + failed, 2000, 0.95).high);
  EXPECT_EQ(outcome.effective_samples, 2000.0 - static_cast<double>(failed));
}

TEST(CampaignEngine, AValueThatIsMissingIsBadOrFailed) {
  SyntheticFaults faults;
  faults.none_below = -1.0;
  const SyntheticModel model(faults);
  const Outcome failed = run_threads(campaign_of(1000), model, 1);
  const Outcome bad = run_threads(campaign_of(1000, "most=\"1 V\" missing=\"bad\""), model, 1);
  EXPECT_GT(failed.yield.failed, 0U);
  EXPECT_EQ(bad.yield.failed, 0U);
  EXPECT_EQ(bad.yield.good, failed.yield.good);
  EXPECT_EQ(bad.effective_samples, 1000.0);
}

TEST(CampaignEngine, AnAdaptiveCampaignStopsAtItsWidth) {
  const SyntheticModel model;
  Campaign campaign = campaign_of(100000);
  campaign.interval_width = 0.05;
  const Outcome outcome = run_threads(campaign, model, 1);
  EXPECT_TRUE(outcome.reached);
  EXPECT_LE(outcome.yield.high - outcome.yield.low, 0.05);
  // 4 z^2 p (1 - p) / width^2 = 820 and at most a quarter more for the looks.
  EXPECT_GT(outcome.samples, 700U);
  EXPECT_LT(outcome.samples, 1200U);
  EXPECT_EQ(run_threads(campaign, model, 4).samples, outcome.samples);
  campaign.samples = 300;
  const Outcome short_one = run_threads(campaign, model, 1);
  EXPECT_FALSE(short_one.reached);
  EXPECT_EQ(short_one.samples, 300U);
  EXPECT_EQ(short_one.warnings.size(), 1U);
}

TEST(CampaignEngine, NoResultAtAllIsAnErrorThatKeepsTheLog) {
  SyntheticFaults faults;
  faults.fail_above = -100.0;
  const SyntheticModel model(faults);
  const ScratchFolder folder;
  EXPECT_EQ(code_of([&] { run_threads(campaign_of(20), model, 1, folder / "log"); }),
            "campaign.no-result");
  EXPECT_EQ(code_of([&] { run_threads(campaign_of(20), model, 1, folder / "log", true); }),
            "campaign.no-result");
}

TEST(CampaignLog, ACutLogGoesOnToTheSameBytes) {
  const SyntheticModel model;
  const ScratchFolder folder;
  const Outcome whole = run_threads(campaign_of(200), model, 1, folder / "whole");
  const std::string bytes = base::read_file(folder / "whole");
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{5}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
    base::write_file(folder / "cut", bytes.substr(0, cut));
    const Outcome outcome = run_threads(campaign_of(200), model, 2, folder / "cut", true);
    EXPECT_EQ(base::read_file(folder / "cut"), bytes) << cut;
    EXPECT_EQ(outcome.outputs, whole.outputs) << cut;
  }
}

TEST(CampaignLog, MoreSamplesGoOnWithFewer) {
  const SyntheticModel model;
  const ScratchFolder folder;
  static_cast<void>(run_threads(campaign_of(203), model, 1, folder / "whole"));
  static_cast<void>(run_threads(campaign_of(77), model, 1, folder / "grown"));
  static_cast<void>(run_threads(campaign_of(203), model, 1, folder / "grown", true));
  EXPECT_EQ(base::read_file(folder / "grown"), base::read_file(folder / "whole"));
  const Outcome fewer = run_threads(campaign_of(77), model, 1, folder / "grown", true);
  EXPECT_EQ(fewer.outputs, run_threads(campaign_of(77), model, 1).outputs);
}

TEST(CampaignLog, RefusesWhatIsNotItsOwn) {
  const SyntheticModel model;
  const ScratchFolder folder;
  const auto log = folder / "log";
  static_cast<void>(run_threads(campaign_of(100), model, 1, log));
  const std::string bytes = base::read_file(log);
  EXPECT_EQ(code_of([&] { run_threads(campaign_of(100), model, 1, log); }), "campaign.log");
  Campaign other = campaign_of(100);
  other.seed = 2;
  EXPECT_EQ(code_of([&] { run_threads(other, model, 1, log, true); }), "campaign.log");
  std::string damaged = bytes;
  damaged[bytes.size() / 2] = damaged[bytes.size() / 2] == '1' ? '2' : '1';
  base::write_file(log, damaged);
  EXPECT_EQ(code_of([&] { run_threads(campaign_of(100), model, 1, log, true); }), "campaign.log");
  EXPECT_EQ(base::read_file(log), damaged);
}

TEST(CampaignLog, CancelKeepsWhatIsDone) {
  const SyntheticModel model;
  const ScratchFolder folder;
  const Campaign campaign = campaign_of(400);
  base::CancelFlag cancel;
  {
    const auto pool = thread_pool(model, campaign.seed, 1, cancel);
    RunOptions options{folder / "log", false, cancel, {}};
    options.progress = [&](std::string_view, std::size_t done, std::size_t) {
      if (done >= 100) cancel.request();
    };
    EXPECT_THROW(static_cast<void>(run(campaign, model, *pool, options)), base::Cancelled);
  }
  std::istringstream lines(base::read_file(folder / "log"));
  EXPECT_EQ(std::count(std::istreambuf_iterator<char>(lines), {}, '\n'), 1 + 104 / 8);
  static_cast<void>(run_threads(campaign, model, 1, folder / "log", true));
  static_cast<void>(run_threads(campaign, model, 1, folder / "whole"));
  EXPECT_EQ(base::read_file(folder / "log"), base::read_file(folder / "whole"));
}

/// Phi(-4) of all samples fail.
Campaign rare_campaign(const std::string& method, const std::string& options = "") {
  return parse_campaign("<campaign name=\"s\" samples=\"2000\" method=\"" + method +
                            "\"><model kind=\"synthetic\"/>" + options +
                            "<good output=\"sum\" most=\"4 V\"/></campaign>",
                        "s.xml");
}

TEST(CampaignMethods, ARareFailureIsFound) {
  const SyntheticModel model;
  const ScratchFolder folder;
  const Campaign campaign = rare_campaign("auto");
  const Outcome outcome = run_threads(campaign, model, 2, folder / "log");
  constexpr double exact = 3.1671241833e-5;
  EXPECT_LT(outcome.failure_low, exact);
  EXPECT_GT(outcome.failure_high, exact);
  EXPECT_NEAR(outcome.failure_probability, exact, 0.3 * exact);
  EXPECT_EQ(outcome.yield.yield, 1.0 - outcome.failure_probability);
  EXPECT_EQ(outcome.normals.size(), 2 * outcome.samples);
  // Both inputs fail when they are large, alike.
  ASSERT_EQ(outcome.failure_shift.size(), 2U);
  EXPECT_NEAR(outcome.failure_shift[0], 4.2 / std::sqrt(2.0), 0.5);
  const results::Findings findings = findings_of(campaign, model, outcome);
  for (const results::Table& table : findings.tables) EXPECT_NO_THROW(table.validate());

  const std::string bytes = base::read_file(folder / "log");
  base::write_file(folder / "cut", bytes.substr(0, bytes.size() / 3));
  const Outcome resumed = run_threads(campaign, model, 1, folder / "cut", true);
  EXPECT_EQ(base::read_file(folder / "cut"), bytes);
  EXPECT_EQ(resumed.failure_probability, outcome.failure_probability);
}

TEST(CampaignMethods, RefuseWhatTheyCannotDo) {
  const SyntheticModel model;
  EXPECT_EQ(
      code_of([&] { run_threads(rare_campaign("auto", "<method levels=\"3\"/>"), model, 1); }),
      "campaign.method");
  EXPECT_EQ(code_of([&] {
              run_threads(rare_campaign("auto", "<method relative_width=\"-1\"/>"), model, 1);
            }),
            "campaign.method");
  EXPECT_EQ(code_of([&] { run_threads(rare_campaign("autos"), model, 1); }), "sampling.method");
  Campaign adaptive = rare_campaign("subset");
  adaptive.interval_width = 0.1;
  EXPECT_EQ(code_of([&] { run_threads(adaptive, model, 1); }), "campaign.method");
}

TEST(CampaignFindings, InputsAreRankedByTheirEffect) {
  const SyntheticModel model;
  const Campaign campaign = parse_campaign(
      "<campaign name=\"s\" samples=\"3000\"><model kind=\"synthetic\"/>"
      "<good output=\"first\" most=\"1\"/></campaign>",
      "s.xml");
  const Outcome outcome = run_threads(campaign, model, 1);
  const std::vector<InputEffect> effects = input_effects(campaign, model, outcome);
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].input, "a");
  EXPECT_NEAR(effects[0].correlation, -1.0, 1e-12);
  EXPECT_EQ(effects[0].at_low, 0.0);
  // All of Phi(-1) lies in the highest third.
  EXPECT_NEAR(effects[0].at_high, 3.0 * (1.0 - outcome.yield.yield), 1e-9);
  EXPECT_LT(std::abs(effects[1].correlation), 0.1);
  const results::Findings findings = findings_of(campaign, model, outcome);
  for (const results::Table& table : findings.tables) EXPECT_NO_THROW(table.validate());
  const std::string html = results::render_html(report_of(campaign, model, findings));
  EXPECT_NE(html.find("Distribution of First"), std::string::npos);
  EXPECT_NE(html.find("synthetic model"), std::string::npos);
}

}  // namespace
}  // namespace neucasl::campaign
