#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <regex>
#include <thread>

#include "../cli/program.hpp"

namespace neucasl::test {
namespace {

/// The example with one epoch and few samples: every stage for real, in seconds.
const std::string quick = std::string(NEUCASL_SOURCE_FOLDER) +
                          "/examples/lenet_memristor/flow.xml --set network.epochs=1 "
                          "--set network.training_images=20000 --set reliability.samples=4 "
                          "--set reliability.images=200 --set accuracy.images=500";

double number(const std::string& json, const std::string& key) {
  std::smatch match;
  const std::regex pattern('"' + key + "\": ([-+0-9.e]+)");
  if (!std::regex_search(json, match, pattern)) {
    ADD_FAILURE() << "no " << key << " in " << json;
    return -1.0;
  }
  return std::stod(match[1]);
}

TEST(FlowRun, AllStagesTwiceTheSameWhateverTheThreadsAndCachedAfterwards) {
  const ScratchFolder folder;
  const std::string one = (folder / "one").string();
  const std::string two = (folder / "two").string();
  const Result first = neucasl("run " + quick + " --jobs 1 --format json --out " + one);
  ASSERT_EQ(first.code, 0) << first.err;
  const Result second = neucasl("run " + quick + " --jobs 2 --format json --out " + two);
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(first.out, second.out);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(one)) {
    if (!entry.is_regular_file()) continue;
    const auto relative = std::filesystem::relative(entry.path(), one);
    EXPECT_EQ(read(entry.path()), read(std::filesystem::path(two) / relative)) << relative;
    ++files;
  }
  EXPECT_GT(files, 30);

  EXPECT_GT(number(first.out, "float"), 0.75);
  EXPECT_GT(number(first.out, "analog"), 0.6);
  EXPECT_LE(number(first.out, "analog_low"), number(first.out, "analog"));
  EXPECT_GE(number(first.out, "analog_high"), number(first.out, "analog"));
  EXPECT_EQ(number(first.out, "arrays"), 42);
  EXPECT_LE(number(first.out, "max_relative_error"), 1e-6);
  EXPECT_GT(number(first.out, "energy_per_inference_J"), 0.0);
  EXPECT_GT(number(first.out, "latency_s"), 0.0);
  EXPECT_GT(number(first.out, "area_m2"), 0.0);
  EXPECT_LE(number(first.out, "yield_low"), number(first.out, "yield"));

  const Result again = neucasl("run " + quick + " --format json --out " + one);
  EXPECT_EQ(again.out, first.out);
  EXPECT_EQ(again.err.find("done"), std::string::npos) << again.err;
  // Another number of samples concerns the reliability stage alone.
  const Result more =
      neucasl("run " + quick + " --set reliability.samples=5 --format json --out " + one);
  EXPECT_NE(more.err.find("accuracy: cached"), std::string::npos) << more.err;
  EXPECT_NE(more.err.find("reliability: done"), std::string::npos) << more.err;
}

TEST(FlowRun, StoredWeightsTakeThePlaceOfTraining) {
  const ScratchFolder folder;
  const std::string trained = (folder / "trained").string();
  const std::string reused = (folder / "reused").string();
  const std::string reduced =
      std::string(NEUCASL_SOURCE_FOLDER) +
      "/examples/lenet_memristor/flow.xml --set network.epochs=1 "
      "--set network.training_images=2000 --set reliability.samples=1 --set reliability.images=10 "
      "--set accuracy.images=100 --format json ";
  const Result first = neucasl("run " + reduced + "--out " + trained);
  ASSERT_EQ(first.code, 0) << first.err;
  const Result second = neucasl("run " + reduced + "--set network.weights=" + trained +
                                "/stages/network/network.pb --out " + reused);
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(first.out, second.out);
}

TEST(FlowRun, AnInterruptLeavesNoSummaryAndTheNextRunGoesOn) {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const std::string program = std::string(NEUCASL_BINARY_FOLDER) + "/bin/neucasl";
  const std::string flow =
      std::string(NEUCASL_SOURCE_FOLDER) + "/examples/lenet_memristor/flow.xml";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::freopen("/dev/null", "w", stderr);
    ::execl(program.c_str(), "neucasl", "run", flow.c_str(), "--set", "network.epochs=1000",
            "--out", out.c_str(), nullptr);
    ::_exit(99);
  }
  for (int i = 0; i < 600 && !std::filesystem::exists(out + "/stages/network/started"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_FALSE(std::filesystem::exists(out + "/report.html"));
  EXPECT_FALSE(std::filesystem::exists(out + "/results.json"));
  EXPECT_FALSE(std::filesystem::exists(out + "/stages/network/key"));
}

TEST(FlowRun, AFailedCheckLeavesNoSummaryOfAnEarlierRun) {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const std::string reduced =
      std::string(NEUCASL_SOURCE_FOLDER) +
      "/examples/lenet_memristor/flow.xml --set network.epochs=1 "
      "--set network.training_images=2000 --set reliability.samples=1 --set reliability.images=10 "
      "--set accuracy.images=100 --out " +
      out;
  ASSERT_EQ(neucasl("run " + reduced).code, 0);
  ASSERT_TRUE(std::filesystem::exists(out + "/report.html"));
  const Result failed = neucasl("run " + reduced + " --set circuit_check.limit=0");
  EXPECT_EQ(failed.code, 1);
  EXPECT_NE(failed.err.find("[flow.circuit-check]"), std::string::npos) << failed.err;
  EXPECT_FALSE(std::filesystem::exists(out + "/report.html"));
  EXPECT_FALSE(std::filesystem::exists(out + "/results.json"));
  EXPECT_TRUE(std::filesystem::exists(out + "/stages/network/key"));
}

}  // namespace
}  // namespace neucasl::test
