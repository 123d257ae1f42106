#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "tests/cli/program.hpp"
#include "tests/examples/figures.hpp"

namespace neucasl::exploration {
namespace {

/// LeNet-5 on ISAAC with 600 Sobol points.
const std::string small_space =
    "<space id='s' title='t' architecture='isaac_ce' network='lenet5'>\n"
    "<parameter name='rows' number='chip/tile/in_situ_unit/array/rows' values='16 64 256' "
    "unit='1'/>\n"
    "<parameter name='tiles' number='chip/tile/count' from='1' to='168' step='1' unit='1'/>\n"
    "<objective of='energy_J' goal='minimise'/>\n"
    "<objective of='latency_s' goal='minimise'/>\n"
    "<search method='sobol' points='600'/>\n"
    "</space>\n";

std::string all_of(const std::filesystem::path& folder) {
  std::string text;
  for (const char* name :
       {"points.csv", "front.csv", "points.log", "results.json", "report.html"}) {
    text += test::read(folder / name);
  }
  return text;
}

TEST(ExploreCommand, WritesPointsFrontAndReport) {
  const test::ScratchFolder folder;
  const std::string space = folder.file("space.xml", small_space);
  const test::Result result =
      test::neucasl("explore " + space + " --format json --out " + (folder / "out").string());
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out, test::read(folder / "out" / "results.json"));
  EXPECT_NE(result.out.find("\"units\": {\"energy_J\": \"J\", \"latency_s\": \"s\"}"),
            std::string::npos);
  EXPECT_NE(result.out.find("architecture.capacity"), std::string::npos);
  EXPECT_TRUE(test::read(folder / "out" / "points.csv")
                  .starts_with("point,rows,tiles,energy_J (J),latency_s (s),feasible,on_front"));
  EXPECT_NE(test::read(folder / "out" / "report.html").find("<svg"), std::string::npos);
  const test::Result text = test::neucasl("explore " + space);
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.out.find("Points on the front"), std::string::npos);
}

TEST(ExploreCommand, KilledItGoesOnToTheSameBytes) {
  const test::ScratchFolder folder;
  const std::string space = folder.file("space.xml", small_space);
  const std::string whole = (folder / "whole").string();
  const std::string killed = (folder / "killed").string();
  ASSERT_EQ(test::neucasl("explore " + space + " --jobs 1 --out " + whole).code, 0);
  // Whenever the kill comes, also before or behind all of it.
  for (const char* seconds : {"0.03", "0.1", "0.2"}) {
    const std::string line = std::string("timeout -s KILL ") + seconds + ' ' +
                             NEUCASL_BINARY_FOLDER + "/bin/neucasl explore " + space +
                             " --jobs 2 --out " + killed + " >/dev/null 2>&1";
    static_cast<void>(std::system(line.c_str()));
  }
  ASSERT_EQ(test::neucasl("explore " + space + " --jobs 2 --out " + killed).code, 0);
  EXPECT_EQ(all_of(killed), all_of(whole));
}

TEST(ExploreCommand, InterruptedItSaysSo) {
  const test::ScratchFolder folder;
  std::string text = small_space;
  const std::string search = "<search method='sobol' points='600'/>";
  text.replace(text.find(search), search.size(),
               "<parameter name='area' number='chip/tile/edram/area' from='1' to='9' unit='um^2'/>"
               "<search method='nsga2' generations='1000000'/>");
  const std::string space = folder.file("space.xml", text);
  const std::string line = std::string("timeout -s INT 1.5 ") + NEUCASL_BINARY_FOLDER +
                           "/bin/neucasl explore " + space + " --out " + (folder / "out").string() +
                           " >" + (folder / "out.txt").string() + " 2>" +
                           (folder / "err.txt").string();
  static_cast<void>(std::system(line.c_str()));
  EXPECT_NE(test::read(folder / "err.txt").find("interrupted; evaluated points are kept"),
            std::string::npos)
      << test::read(folder / "err.txt");
}

TEST(ExploreCommand, ExamplePrintsTheFiguresOfItsReadme) {
  const std::string folder = NEUCASL_SOURCE_FOLDER "/examples/exploration";
  const test::Result result = test::neucasl("explore " + folder + "/space.xml");
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string block =
      test::block_after(test::read(folder + "/README.md"), "neucasl explore examples/exploration");
  EXPECT_NE(block, "");
  for (const std::string& fault : test::faults_of(block, result.out)) ADD_FAILURE() << fault;
}

TEST(ExploreCommand, NamesFaultsAndLeaves) {
  const test::ScratchFolder folder;
  const auto explore = [&](const std::string& from, const std::string& to) {
    std::string text = small_space;
    text.replace(text.find(from), from.size(), to);
    return test::neucasl("explore " + folder.file("space.xml", text));
  };
  const std::tuple<const char*, const char*, const char*> faults[] = {
      {"chip/tile/count", "chip/tiles/count", "[architecture.path]"},
      {"to='168'", "to='0'", "[exploration.parameter]"},
      {"of='energy_J'", "of='energy'", "[exploration.objective]"},
      {"network='lenet5'", "network='lenet6'", "[workload.name]"},
      {"network='lenet5'", "network='lenet5' phase='trainin'", "[cli.phase]"},
      {"network='lenet5'", "network='lenet5' estimator='performace'", "did you mean"}};
  for (const auto& [from, to, says] : faults) {
    const test::Result result = explore(from, to);
    EXPECT_EQ(result.code, 2) << to;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
  }
  EXPECT_NE(explore("to='168'", "to='0'").err.find("space.xml:3:"), std::string::npos);
  EXPECT_EQ(test::neucasl("explore " + (folder / "none.xml").string()).code, 2);
}

TEST(ExploreCommand, WithoutAFeasiblePointEndsWithOne) {
  const test::ScratchFolder folder;
  std::string text = small_space;
  text.replace(text.find("to='168'"), 8, "to='2'");
  text.replace(text.find("16 64 256"), 9, "8 16");
  const test::Result result = test::neucasl("explore " + folder.file("space.xml", text));
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.out.find("architecture.capacity"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace neucasl::exploration
