#include <gtest/gtest.h>

#include "tests/cli/program.hpp"

namespace neucasl::sampling {
namespace {

TEST(ValidateCommand, PrintsARowForEachMethod) {
  const std::string arguments =
      "reliability validate --seeds 4 --problem two-sided-4-d2 --quiet --format json";
  const test::Result result = test::neucasl(arguments);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(
      result.out.starts_with("[{\"problem\": \"two-sided-4-d2\", \"method\": \"auto\", "
                             "\"exact\": 6.33424836662"))
      << result.out;
  EXPECT_NE(result.out.find("\"method\": \"mean-shift\""), std::string::npos);
  EXPECT_NE(result.out.find("\"inside_rate\": null"), std::string::npos);
  EXPECT_NE(result.out.find("\"silent_errors\": 0"), std::string::npos);
  EXPECT_EQ(test::neucasl(arguments + " --jobs 1").out, result.out);
  const test::Result text =
      test::neucasl("reliability validate --seeds 2 --problem lognormal --method form --quiet");
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.out.find("0 of 2"), std::string::npos) << text.out;
}

TEST(ValidateCommand, RefusesUnknownNames) {
  for (const char* bad : {"--problem nothing", "--method nothing", "--seeds 0", "--confidence 2",
                          "--method control-variate"}) {
    const test::Result result = test::neucasl(std::string("reliability validate ") + bad);
    EXPECT_EQ(result.code, 2) << bad;
    EXPECT_NE(result.err.find("error: "), std::string::npos) << bad;
  }
}

}  // namespace
}  // namespace neucasl::sampling
