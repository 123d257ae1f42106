#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/program.hpp"
#include "tests/examples/figures.hpp"

// Runs every example and holds the figures of its README against what is printed.

namespace neucasl::test {
namespace {

namespace fs = std::filesystem;

/// Names of the folders in `folder` that have a file of this name, sorted.
std::vector<std::string> folders_with(const fs::path& folder, const std::string& file) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (fs::exists(entry.path() / file)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// Faults of the README of `folder`, where the file that `command` runs is called `file`.
std::vector<std::string> faults_of_example(const fs::path& folder, const std::string& file,
                                           const std::string& command = "run") {
  const ScratchFolder scratch;
  const std::string line = "neucasl " + command + ' ' + file;
  const std::string block = block_after(read(folder / "README.md"), line);
  if (block.empty()) {
    return {"README.md has no block fenced by ``` after the line '" + line + "'"};
  }
  const std::string path = (folder / fs::path(file).filename()).string();
  const Result result =
      neucasl_with_fake(command + ' ' + path + " --out " + (scratch / "out").string() + " --quiet");
  if (result.code != 0) {
    return {"exit code " + std::to_string(result.code) + ": " + result.err};
  }
  return faults_of(block, result.out);
}

const fs::path examples_folder = fs::path(NEUCASL_SOURCE_FOLDER) / "examples";

/// Networks on arrays and banks take minutes, tests/flow runs them with less of everything; figures
/// of trained networks follow the processor's vector width.
std::vector<std::string> examples() {
  std::vector<std::string> names = folders_with(examples_folder, "flow.xml");
  std::erase(names, "cptquant");
  std::erase(names, "lenet_memristor");
  std::erase(names, "lenet_photonic");
  std::erase(names, "lenet_training");
  std::erase(names, "vgg_training");
  return names;
}

TEST(Examples, AreFound) {
  EXPECT_FALSE(examples().empty()) << "no flow in " << examples_folder;
  for (const auto& entry : fs::directory_iterator(examples_folder)) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(fs::exists(entry.path() / "README.md")) << entry.path();
  }
}

class ExampleTest : public testing::TestWithParam<std::string> {};

TEST_P(ExampleTest, PrintsTheFiguresOfItsReadme) {
  const std::string flow = "examples/" + GetParam() + "/flow.xml";
  for (const std::string& fault : faults_of_example(examples_folder / GetParam(), flow)) {
    ADD_FAILURE() << flow << ": " << fault;
  }
}

class CampaignExampleTest : public testing::TestWithParam<std::string> {};

TEST_P(CampaignExampleTest, PrintsTheFiguresOfItsReadme) {
  const std::string file = "examples/" + GetParam() + "/campaign.xml";
  for (const std::string& fault :
       faults_of_example(examples_folder / GetParam(), file, "reliability")) {
    ADD_FAILURE() << file << ": " << fault;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CampaignExampleTest,
                         testing::ValuesIn(folders_with(examples_folder, "campaign.xml")),
                         [](const testing::TestParamInfo<std::string>& info) {
                           return info.param;
                         });

INSTANTIATE_TEST_SUITE_P(All, ExampleTest, testing::ValuesIn(examples()),
                         [](const testing::TestParamInfo<std::string>& info) {
                           std::string name = info.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(Figures, ABlockIsThatBehindTheCommand) {
  const std::string readme =
      "# X\n\n```\nother  1\n```\n\n    neucasl run x/flow.xml --out out\n\nText.\n\n```\nLabel  1 "
      "V\n"
      "More  2\n```\n\n```\nlast  3\n```\n";
  EXPECT_EQ(block_after(readme, "neucasl run x/flow.xml"), "Label  1 V\nMore  2\n");
  EXPECT_EQ(block_after(readme, "neucasl run y/flow.xml"), "");
  EXPECT_EQ(block_after("neucasl run x\n```\nLabel  1 V\n", "neucasl run x"), "");
}

struct Comparison {
  std::string written;
  std::string printed;
  bool right;
};
void PrintTo(const Comparison& one, std::ostream* out) {
  *out << one.written << " | " << one.printed;
}

TEST(Figures, NumbersUnitsAndWordsAreCompared) {
  const Comparison cases[] = {
      {"a  1.000 V\n", "a  1.004 V\n", true},
      {"a  1.000 V\n", "a  1.006 V\n", false},
      {"a  999.9 nJ\n", "a  1.000 uJ\n", true},
      {"a  1 uJ\n", "a  1 uW\n", false},
      {"a  1 uJ\n", "a  1\n", false},
      {"a  1 uJ\n", "b  1 uJ\n", false},
      {"a  42\n", "a  43\n", false},
      {"a  50 %\n", "a  0.5\n", true},
      {"a  50 %\n", "a  51 %\n", false},
      {"a  50 %  95 %: 40 % to 60 %\n", "a  50 %      95 %: 40 % to 60 %\n", true},
      {"a  50 %  95 %: 40 % to 60 %\n", "a  50 %  95 %: 40 % to 62 %\n", false},
      {"a  50 %  95 %: 40 % to 60 %\n", "a  50 %\n", false},
      {"a  yes\n", "a  no\n", false},
      // Zero beside figures of the same dimension.
      {"a  0 V\n", "a  1.5 uV\nb  2 V\n", true},
      {"a  0 V\n", "a  15 uV\nb  2 V\n", false},
      {"a  0\n", "a  1e-9\n", false},
      // Noise of solvers is a bound.
      {"worst difference  1e-13\n", "worst difference  1e-15\n", true},
      {"worst difference  1e-9\n", "worst difference  1.9e-9\n", true},
      {"worst difference  1e-9\n", "worst difference  3e-9\n", false},
      {"worst difference  0.5\n", "worst difference  0.4\n", false},
      {"ratio  1e-9\n", "ratio  1e-10\n", false},
      // Labels that come twice.
      {"a  1\na  2\n", "a  1\na  2\n", true},
      {"a  1\na  1\n", "a  1\na  2\n", false},
      // All lines of a block are figures.
      {"", "a  1\n", false},
      {"a  1\nReport: out\n", "a  1\n", false},
      {"a  1\n", "a  1\nb  2\n", true},
  };
  for (const Comparison& one : cases) {
    EXPECT_EQ(faults_of(one.written, one.printed).empty(), one.right)
        << testing::PrintToString(one);
  }
}

#if !defined(NEUCASL_STATIC)

/// Examples of which all but one are wrong, in the way that their names say.
TEST(ExampleFixture, AWrongReadmeIsAFault) {
  const fs::path fixture = fs::path(NEUCASL_TEST_DATA) / "examples" / "fixture";
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"failing_flow", "exit code 1"},
      {"no_block", "no block fenced"},
      {"right", ""},
      {"wrong_figure", "'600 mV' where '500 mV' was printed"},
      {"wrong_label", "was not printed"},
      {"wrong_unit", "the unit of '500 mA'"}};
  std::vector<std::string> names;
  for (const auto& [name, part] : expected) {
    names.push_back(name);
    const std::vector<std::string> faults = faults_of_example(fixture / name, name + "/flow.xml");
    if (part.empty()) {
      EXPECT_TRUE(faults.empty()) << name << ": " << faults.front();
      continue;
    }
    ASSERT_EQ(faults.size(), 1U) << name;
    EXPECT_NE(faults.front().find(part), std::string::npos) << name << ": " << faults.front();
  }
  EXPECT_EQ(folders_with(fixture, "flow.xml"), names);
}

#endif

}  // namespace
}  // namespace neucasl::test
