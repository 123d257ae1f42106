#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/campaign/engine.hpp"
#include "tests/campaign/synthetic_model.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::campaign {
namespace {

using test::ScratchFolder;
using test::SyntheticModel;

const std::string program = NEUCASL_TEST_CAMPAIGN_WORKER;

Campaign campaign_of_workers() {
  return parse_campaign(
      "<campaign name=\"s\" samples=\"203\"><model kind=\"synthetic\"/>"
      "<good output=\"sum\" most=\"1 V\"/></campaign>",
      "s.xml");
}

struct WorkerRun {
  Outcome outcome;
  std::string log;
  std::vector<base::Diagnostic> warnings;
};

WorkerRun run_workers(std::size_t workers, const std::vector<std::string>& arguments,
                      bool take_part = false) {
  const SyntheticModel model;
  const Campaign campaign = campaign_of_workers();
  const ScratchFolder folder;
  base::DiagnosticSink sink;
  const auto transport = process_transport(program, arguments, workers);
  RemotePoolOptions options;
  options.sink = &sink;
  options.take_part = take_part;
  const auto pool = remote_pool(model, campaign.seed, *transport, options);
  WorkerRun result;
  result.outcome = run(campaign, model, *pool, {folder / "log", false, {}, {}});
  result.log = base::read_file(folder / "log");
  result.warnings = sink.all();
  return result;
}

std::string log_of_threads() {
  const SyntheticModel model;
  const Campaign campaign = campaign_of_workers();
  const ScratchFolder folder;
  const auto pool = thread_pool(model, campaign.seed, 1, {});
  static_cast<void>(run(campaign, model, *pool, {folder / "log", false, {}, {}}));
  return base::read_file(folder / "log");
}

TEST(CampaignWorkers, GiveTheBytesOfThreads) {
  const std::string expected = log_of_threads();
  for (const std::size_t workers : {1U, 2U, 4U}) {
    const WorkerRun result = run_workers(workers, {});
    EXPECT_EQ(result.log, expected) << workers;
    EXPECT_TRUE(result.warnings.empty());
  }
  EXPECT_EQ(run_workers(1, {}, true).log, expected);
}

TEST(CampaignWorkers, OneThatEndsCostsARetryAndAWarning) {
  const ScratchFolder folder;
  const WorkerRun result = run_workers(2, {"once", (folder / "ended").string()});
  EXPECT_EQ(result.log, log_of_threads());
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].code, "campaign.worker");
  EXPECT_NE(result.warnings[0].message.find("code 4"), std::string::npos);
}

TEST(CampaignWorkers, ASampleThatEndsEveryWorkerIsAFailedSimulation) {
  const WorkerRun result = run_workers(2, {"deadly", "50"});
  EXPECT_EQ(result.outcome.yield.failed, 1U);
  ASSERT_EQ(result.outcome.failures.size(), 1U);
  EXPECT_EQ(result.outcome.failures.begin()->first, 50U);
  // The unit twice, the sample alone once.
  EXPECT_EQ(result.warnings.size(), 3U);
  EXPECT_EQ(run_workers(4, {"deadly", "50"}).log, result.log);
}

std::string fault_of(const std::vector<std::string>& arguments, const std::string& path = program) {
  const SyntheticModel model;
  const Campaign campaign = campaign_of_workers();
  try {
    const auto transport = process_transport(path, arguments, 2);
    const auto pool = remote_pool(model, campaign.seed, *transport, {});
    static_cast<void>(run(campaign, model, *pool, {}));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "campaign.worker");
    return error.what();
  }
  return "no error";
}

TEST(CampaignWorkers, ThoseThatCannotWorkAreTold) {
  EXPECT_NE(fault_of({"refuse"}).find("no such card"), std::string::npos);
  EXPECT_NE(fault_of({"seed", "2"}).find("another model or seed"), std::string::npos);
  EXPECT_NE(fault_of({}, "/bin/false").find("before it could work"), std::string::npos);
  EXPECT_NE(fault_of({}, "/no/such/program").find("cannot be started"), std::string::npos);
}

TEST(CampaignWorkers, CancelEndsThem) {
  const SyntheticModel model;
  const Campaign campaign = campaign_of_workers();
  RemotePoolOptions options;
  const auto transport = process_transport(program, {}, 2);
  const auto pool = remote_pool(model, campaign.seed, *transport, options);
  options.cancel.request();
  EXPECT_THROW(static_cast<void>(run(campaign, model, *pool, {})), base::Cancelled);
}

}  // namespace
}  // namespace neucasl::campaign
