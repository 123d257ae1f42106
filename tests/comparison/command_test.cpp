#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "tests/cli/program.hpp"
#include "tests/examples/figures.hpp"

namespace neucasl::comparison {
namespace {

const std::string text =
    "<comparison id='c' title='t' baseline='isaac_ce'>\n"
    "<citation key='s'>a source</citation>\n"
    "<network name='lenet5'/>\n"
    "<phase name='inference'/>\n"
    "<architecture name='isaac_ce'/>\n"
    "<architecture name='puma' chips='fewest'/>\n"
    "<claim of='tops_per_watt' architecture='puma' baseline='isaac_ce' phase='inference' "
    "ratio='1.3' source='s' place='p'/>\n"
    "<sensitivity of='tops_per_watt' architecture='puma' network='lenet5' phase='inference' "
    "by='20 %'/>\n"
    "</comparison>\n";

TEST(CompareCommand, PrintsAndWritesTables) {
  const test::ScratchFolder folder;
  const std::string file = folder.file("compare.xml", text);
  const test::Result json =
      test::neucasl("compare " + file + " --format json --out " + (folder / "out").string());
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(json.out, test::read(folder / "out" / "results.json"));
  for (const char* key : {"\"outcomes\": [{\"network\": \"lenet5\"", "\"ratio_tops_per_watt\"",
                          "\"claimed\": 1.3", "\"assumed_effect\"", "\"ratio_at_high\""}) {
    EXPECT_NE(json.out.find(key), std::string::npos) << key;
  }
  for (const char* name :
       {"comparison.csv", "mean_ratios.csv", "claims.csv", "sensitivity_1.csv", "report.html"}) {
    EXPECT_FALSE(test::read(folder / "out" / name).empty()) << name;
  }
  const test::Result plain = test::neucasl("compare " + file + " --jobs 1");
  EXPECT_EQ(plain.code, 0);
  EXPECT_NE(plain.out.find("% of the squared effects of the quantities moved"), std::string::npos);
}

TEST(CompareCommand, ExamplePrintsTheFiguresOfItsReadme) {
  const std::string folder = NEUCASL_SOURCE_FOLDER "/examples/comparison";
  const test::Result result = test::neucasl("compare " + folder + "/compare.xml");
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string block =
      test::block_after(test::read(folder + "/README.md"), "neucasl compare examples/comparison");
  EXPECT_NE(block, "");
  for (const std::string& fault : test::faults_of(block, result.out)) ADD_FAILURE() << fault;
}

/// Ratios, claims, and losses of accuracy from a kept run of the flow beside it.
TEST(CompareCommand, LiteconIsThatOfItsReadme) {
  const std::string folder = NEUCASL_SOURCE_FOLDER "/examples/litecon";
  const test::Result result = test::neucasl("compare " + folder + "/compare.xml");
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string readme = test::read(folder + "/README.md");
  for (const char* before : {"neucasl compare examples/litecon", "LiteCON's predecessor",
                             "--out examples/litecon/accuracy"}) {
    const std::string block = test::block_after(readme, before);
    EXPECT_NE(block, "") << before;
    for (const std::string& fault : test::faults_of(block, result.out)) ADD_FAILURE() << fault;
  }
}

TEST(CompareCommand, NamesFaultsAndLeaves) {
  const test::ScratchFolder folder;
  const std::tuple<const char*, const char*, const char*> faults[] = {
      {"<network name='lenet5'/>", "<network name='lenet9'/>", "[comparison.name]"},
      {"<phase name='inference'/>", "<phase name='inference'/><phase name='x'/>", "[cli.phase]"},
      {"claim of='tops_per_watt'", "claim of='tops'", "[comparison.figure]"},
      {"name='puma'", "name='pumma'", "[architecture.unknown]"}};
  for (const auto& [from, to, says] : faults) {
    std::string changed = text;
    changed.replace(changed.find(from), std::string(from).size(), to);
    const test::Result result = test::neucasl("compare " + folder.file("compare.xml", changed));
    EXPECT_EQ(result.code, 2) << to;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace neucasl::comparison
