#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>

#include <chrono>
#include <thread>

#include "tests/cli/program.hpp"

extern char** environ;

namespace neucasl::test {
namespace {

namespace fs = std::filesystem;

const std::string example =
    std::string(NEUCASL_SOURCE_FOLDER) + "/examples/finfet_variation/campaign.xml";

/// Result files of a short campaign on some pool.
struct Files {
  std::string log;
  std::string results;
  std::string report;
  bool operator==(const Files&) const = default;
};
Files files_of(const fs::path& folder) {
  return {read(folder / "samples.log"), read(folder / "results.json"),
          read(folder / "report.html")};
}

std::string arguments_of(const fs::path& out, const std::string& more) {
  return "reliability " + example + " --samples 60 --quiet --out " + out.string() + ' ' + more;
}

TEST(ReliabilityTool, ThreadsAndWorkersGiveTheSameBytes) {
  const ScratchFolder folder;
  ASSERT_EQ(neucasl(arguments_of(folder / "one", "--jobs 1")).code, 0);
  const Files expected = files_of(folder / "one");
  EXPECT_FALSE(expected.log.empty());
  for (const char* pool : {"--jobs 2", "--workers 1", "--workers 2", "--workers 4"}) {
    const Result result = neucasl(arguments_of(folder / "other", pool));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(files_of(folder / "other") == expected) << pool;
    fs::remove_all(folder / "other");
  }
}

TEST(ReliabilityTool, PrintsJsonWithTheYield) {
  const ScratchFolder folder;
  const Result result = neucasl(arguments_of(folder / "out", "--format json"));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, read(folder / "out" / "results.json"));
  for (const char* key :
       {"\"yield\": ", "\"yield_low\": ", "\"yield_high\": ", "\"samples\": 60",
        "\"failed_simulations\": 0", "\"effective_samples\": 60", "\"fall_delay.mean\": "}) {
    EXPECT_NE(result.out.find(key), std::string::npos) << key;
  }
  const std::string html = read(folder / "out" / "report.html");
  EXPECT_NE(html.find("Yield and its interval"), std::string::npos);
  EXPECT_NE(html.find("pull_up"), std::string::npos);
}

TEST(ReliabilityTool, ASampleReplayedAloneIsThatOfTheCampaign) {
  const ScratchFolder folder;
  ASSERT_EQ(neucasl(arguments_of(folder / "out", "")).code, 0);
  const Result result = neucasl(arguments_of(folder / "alone", "--sample 37 --format json"));
  ASSERT_EQ(result.code, 0) << result.err;
  std::istringstream table(read(folder / "out" / "samples.csv"));
  std::string row;
  while (std::getline(table, row) && !row.starts_with("37,")) {
  }
  ASSERT_TRUE(row.starts_with("37,"));
  // The last two columns are the outputs.
  const std::size_t last = row.rfind(',');
  const std::size_t first = row.rfind(',', last - 1);
  EXPECT_NE(result.out.find("\"fall_delay\": " + row.substr(first + 1, last - first - 1) + ','),
            std::string::npos)
      << row << '\n'
      << result.out;
  EXPECT_NE(result.out.find("\"rise_delay\": " + row.substr(last + 1) + '}'), std::string::npos);
  for (const char* file : {"netlist.ncir", "netlist_1_tran.cir", "varied.csv",
                           "waveforms_1_tran.csv", "results.json"}) {
    EXPECT_TRUE(fs::exists(folder / "alone" / "sample-37" / file)) << file;
  }
}

/// Starts the tool and kills it after some time. \return whether it was still at work.
bool killed_after(const fs::path& out, std::chrono::milliseconds time) {
  std::string program = std::string(NEUCASL_BINARY_FOLDER) + "/bin/neucasl";
  std::string campaign = example, folder = out.string();
  std::string words[] = {program, "reliability", campaign,  "--out",  folder, "--samples",
                         "60",    "--resume",    "--quiet", "--jobs", "2"};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
  pid_t child = -1;
  EXPECT_EQ(::posix_spawn(&child, program.c_str(), &actions, nullptr, pointers.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  std::this_thread::sleep_for(time);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST(ReliabilityTool, KilledAtAnyMomentItGoesOnToTheSameBytes) {
  const ScratchFolder folder;
  ASSERT_EQ(neucasl(arguments_of(folder / "whole", "--jobs 2")).code, 0);
  int kills = 0;
  for (const int time : {0, 20, 60, 90, 110, 130}) {
    kills += killed_after(folder / "killed", std::chrono::milliseconds(time)) ? 1 : 0;
  }
  EXPECT_GT(kills, 0);
  const Result result = neucasl(arguments_of(folder / "killed", "--resume"));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(files_of(folder / "killed") == files_of(folder / "whole"));
}

TEST(ReliabilityTool, ADiskThatFillsUpKeepsTheLogUsable) {
  const ScratchFolder folder;
  ASSERT_EQ(neucasl(arguments_of(folder / "whole", "")).code, 0);
  // Blocks of 1 kB: room for some of the log.
  const Result full = neucasl(arguments_of(folder / "full", "--jobs 1"), "ulimit -f 2;");
  EXPECT_EQ(full.code, 2);
  EXPECT_NE(full.err.find("[base.file]"), std::string::npos) << full.err;
  const Result resumed = neucasl(arguments_of(folder / "full", "--resume"));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_TRUE(files_of(folder / "full") == files_of(folder / "whole"));
}

TEST(ReliabilityTool, BadUseIsTold) {
  const ScratchFolder folder;
  const auto fault = [&](const std::string& arguments) {
    const Result result = neucasl(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    return result.err;
  };
  const std::string out = " --out " + (folder / "out").string();
  EXPECT_NE(fault("reliability " + example).find("--out"), std::string::npos);
  EXPECT_NE(fault("reliability " + example + out + " --workers 0").find("--workers"),
            std::string::npos);
  EXPECT_NE(fault("reliability " + example + out + " --samples 0").find("--samples"),
            std::string::npos);
  const auto with = [&](const std::string& before, const std::string& after) {
    std::string text = read(example);
    const std::size_t at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    text.replace(at, before.size(), after);
    fs::copy_file(fs::path(example).parent_path() / "inverter.ncir", folder / "inverter.ncir",
                  fs::copy_options::overwrite_existing);
    return fault("reliability " + folder.file("c.xml", text) + out);
  };
  EXPECT_NE(with("kind=\"circuit\"", "kind=\"circus\"").find("campaign.model"), std::string::npos);
  EXPECT_NE(with("sigma=\"25 mV\"", "sigma=\"-25 mV\"").find("c.xml:8"), std::string::npos);
  EXPECT_NE(with("threshold_voltage", "threshold_voltag").find("threshold_voltage"),
            std::string::npos);
  EXPECT_NE(with("output=\"fall_delay\"", "output=\"fall\"").find("campaign.output"),
            std::string::npos);
  EXPECT_NE(with("most=\"11 ps\"", "most=\"11 V\"").find("campaign.good"), std::string::npos);
  EXPECT_NE(with("v(out) val=0.35 fall=1", "v(outt) val=0.35 fall=1").find("without variation"),
            std::string::npos);
}

#if defined(NEUCASL_TEST_MPIRUN)

TEST(ReliabilityRanks, GiveTheBytesOfThreads) {
  const ScratchFolder folder;
  ASSERT_EQ(neucasl(arguments_of(folder / "one", "--jobs 1")).code, 0);
  const std::string job =
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 " NEUCASL_TEST_MPIRUN
      " --oversubscribe --mca mpi_yield_when_idle 1 -np ";
  for (const char* ranks : {"2", "3"}) {
    const fs::path out = folder / ranks;
    const std::string line = job + ranks + ' ' + NEUCASL_BINARY_FOLDER + "/bin/neucasl-mpi " +
                             arguments_of(out, "") + " >" + (folder / "text").string() + " 2>&1";
    EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 0) << read(folder / "text");
    EXPECT_TRUE(files_of(out) == files_of(folder / "one")) << ranks;
  }
  // A fault is told once, and all ranks end.
  const std::string line = job + "2 " + NEUCASL_BINARY_FOLDER + "/bin/neucasl-mpi " +
                           arguments_of(folder / "2", "") + " >" + (folder / "text").string() +
                           " 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 2);
  const std::string text = read(folder / "text");
  EXPECT_NE(text.find("campaign.log"), std::string::npos) << text;
  EXPECT_EQ(text.find("campaign.log"), text.rfind("campaign.log")) << text;
}

#endif

}  // namespace
}  // namespace neucasl::test
