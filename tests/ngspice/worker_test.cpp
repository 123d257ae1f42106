#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "plugins/ngspice/worker_process.hpp"
#include "plugins/ngspice/worker_protocol.hpp"
#include "worker.pb.h"
#include "worker_options.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

/// Talks to the worker past the simulator's own checks.
class WorkerTest : public testing::Test {
 protected:
  WorkerTest() : process_(test_worker()) { context_.diagnostics = &diagnostics_; }

  message::Reply run(const std::vector<std::string>& deck,
                     const std::vector<std::string>& wanted = {"n1"}) {
    message::Request request;
    request.set_run_id("run-" + std::to_string(++runs_));
    request.set_analysis(analysis_);
    request.set_cpu_seconds(10.0);
    request.set_linear(true);
    request.set_last(std::nan(""));
    request.add_command("op");
    std::string text = ".options gminsteps=0 srcsteps=0\n";
    for (const std::string& line : deck) text += line + '\n';
    request.set_deck(text);
    for (const std::string& name : wanted) request.add_wanted(name);
    return process_.run(request, context_);
  }
  /// A failed run must leave nothing that the next could return.
  void expect_right(double voltage) {
    const auto reply = run({"v0 n1 0 " + std::to_string(voltage), "r1 n1 0 1000"});
    ASSERT_EQ(reply.rule(), message::RULE_PASSED) << reply.detail();
    ASSERT_EQ(reply.run_size(), 1);
    EXPECT_DOUBLE_EQ(unpack<double>(reply.run(0).values()).at(0), voltage);
  }

  base::DiagnosticSink diagnostics_;
  plugin::Context context_;
  WorkerProcess process_;
  message::Analysis analysis_ = message::ANALYSIS_OPERATING_POINT;
  int runs_ = 0;
};

TEST_F(WorkerTest, APassedRunHasVersionAndMemory) {
  const auto reply = run({"v0 n1 0 1", "r1 n1 0 1000"}, {"n1", "v0#branch"});
  ASSERT_EQ(reply.rule(), message::RULE_PASSED) << reply.detail();
  ASSERT_EQ(reply.run_size(), 1);
  EXPECT_EQ(unpack<double>(reply.run(0).values()).size(), 2u);
  EXPECT_FALSE(reply.version().empty());
  EXPECT_GT(reply.resident_bytes(), 0u);
}

TEST_F(WorkerTest, AnUnknownAnalysisIsRefused) {
  analysis_ = message::ANALYSIS_UNSPECIFIED;
  EXPECT_EQ(run({"v0 n1 0 1"}).rule(), message::RULE_REQUEST);
}

TEST_F(WorkerTest, AMissingVectorIsNoticed) {
  expect_right(1.0);
  EXPECT_EQ(run({"v0 n1 0 1", "r1 n1 0 1"}, {"n1", "n2"}).rule(), message::RULE_MISSING_VECTOR);
  expect_right(2.0);
}

TEST_F(WorkerTest, ABadElementDoesNotReturnTheCircuitBefore) {
  expect_right(1.0);
  const auto reply = run({"v0 n1 0 2", "q1 n1 0 n2 nosuchmodel"});
  EXPECT_EQ(reply.rule(), message::RULE_MESSAGE);
  EXPECT_FALSE(reply.detail().empty());
  EXPECT_EQ(reply.run_size(), 0);
  expect_right(3.0);
}

TEST_F(WorkerTest, AFloatingNodeIsNotHelpedToASolution) {
  const auto reply = run({"i0 0 n1 1", "c1 n1 0 1e-12"});
  EXPECT_EQ(reply.rule(), message::RULE_MESSAGE);
  expect_right(1.0);
}

TEST_F(WorkerTest, ARequestToQuitIsAFailedRun) {
  const auto reply = run({"v0 n1 0 1", "r1 n1 0 1", ".control", "quit", ".endc"});
  EXPECT_EQ(reply.rule(), message::RULE_EXIT) << reply.detail();
  EXPECT_EQ(process_.process_id(), -1);
  expect_right(1.0);
  EXPECT_TRUE(diagnostics_.all().empty());
}

TEST_F(WorkerTest, MessagesAreBounded) {
  std::vector<std::string> deck = {"v0 n1 0 1", "r1 n1 0 1", ".control"};
  for (int k = 0; k < 3000; ++k) deck.push_back("echo " + std::string(100, 'x'));
  deck.emplace_back(".endc");
  const auto reply = run(deck);
  EXPECT_LE(reply.ByteSizeLong(), 200'000u);
}

}  // namespace
}  // namespace neucasl::ngspice_plugin
