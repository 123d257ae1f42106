#include <gtest/gtest.h>

#include "program.hpp"

namespace neucasl::test {
namespace {

/// The README shows the commands as they are given in the source folder.
const std::string from_source = std::string("cd ") + NEUCASL_SOURCE_FOLDER + " &&";

/// Indented commands "neucasl audit ..." of a README, each with the fenced block behind it.
std::vector<std::pair<std::string, std::string>> shown_audits(const std::string& readme) {
  std::vector<std::pair<std::string, std::string>> audits;
  const std::string command = "\n    neucasl ", fence = "\n```\n";
  for (std::size_t at = readme.find(command); at != std::string::npos;
       at = readme.find(command, at + 1)) {
    const std::size_t begin = at + command.size();
    const std::size_t end = readme.find('\n', begin);
    const std::size_t open = readme.find(fence, end);
    const std::size_t next = readme.find(command, end);
    if (open == std::string::npos || open > next) continue;
    const std::size_t text = open + fence.size();
    audits.emplace_back(readme.substr(begin, end - begin),
                        readme.substr(text, readme.find("\n```", text) + 1 - text));
  }
  return audits;
}

TEST(Audit, PrintsWhatItsReadmeShows) {
  const auto audits =
      shown_audits(read(std::string(NEUCASL_SOURCE_FOLDER) + "/examples/audit/README.md"));
  EXPECT_GE(audits.size(), 6U);
  for (const auto& [command, block] : audits) {
    const Result result = neucasl(command, from_source);
    EXPECT_EQ(result.out, block) << command << '\n' << result.err;
    EXPECT_EQ(result.code, block.find("\n0 of ") != std::string::npos ? 0 : 1) << command;
  }
}

TEST(Audit, WritesJson) {
  const Result result = neucasl("audit examples/audit/crosslight.xml --format json", from_source);
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_NE(result.out.find("\"all_follow\": false"), std::string::npos) << result.out;
  EXPECT_NE(
      result.out.find("\"claim\": \"resolution\", \"relation\": \"at_least\", \"stated\": 16,"),
      std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("\"quantity\": \"printed_bits\", \"value\": 5.67"), std::string::npos);
  EXPECT_NE(result.out.find("\"where\": \"examples/audit/crosslight.xml:"), std::string::npos);
}

TEST(Audit, TakesOtherNumbers) {
  const std::string command = "audit examples/audit/deap_cnn.xml --set kernel=3 --set depth=";
  const Result fits = neucasl(command + "113", from_source);
  EXPECT_EQ(fits.code, 0) << fits.out;
  EXPECT_NE(fits.out.find("1017"), std::string::npos) << fits.out;
  const Result wide = neucasl(command + "114", from_source);
  EXPECT_EQ(wide.code, 1) << wide.out;
  EXPECT_NE(wide.out.find("nearest   depth = 113"), std::string::npos) << wide.out;
}

TEST(Audit, TakesTheNameOfADescription) {
  const Result named = neucasl("audit crosslight");
  EXPECT_EQ(named.code, 1) << named.err;
  EXPECT_NE(named.out.find("nearest   arm_channels = 1"), std::string::npos) << named.out;
  const Result unknown = neucasl("audit crosslit");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("crosslight"), std::string::npos) << unknown.err;
}

TEST(Audit, RefusesBadInput) {
  const ScratchFolder folder;
  const std::string file = (folder / "x.xml").string();
  write(file,
        "<audit id=\"x\" title=\"X\">\n<part name=\"a\" count=\"b\" power=\"1 [W]\"/></audit>");
  const Result unknown = neucasl("audit " + file);
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("x.xml:2:"), std::string::npos) << unknown.err;
  EXPECT_EQ(neucasl("audit " + file + ".missing").code, 2);
  const Result name = neucasl("audit examples/audit/deap_cnn.xml --set kernle=3", from_source);
  EXPECT_EQ(name.code, 2);
  EXPECT_NE(name.err.find("'kernel'"), std::string::npos) << name.err;
}

}  // namespace
}  // namespace neucasl::test
