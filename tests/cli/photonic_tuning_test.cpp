#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "program.hpp"

namespace neucasl::test {
namespace {

const std::string rings =
    std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/photonic/heated_rings.ncir";

TEST(PhotonicTuning, PrintsHeatersAndWhatTheyReach) {
  const ScratchFolder folder;
  const std::string csv = (folder / "coupling.csv").string();
  const std::string targets =
      " --target 'ring_0=1.5 nm' --target 'ring_1=1.4 nm' --target 'heat_2=20 K' "
      "--target 'ring_3=1.5 nm'";
  const Result result = neucasl("photonic tune " + rings + targets + " --coupling-csv " + csv);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("drive_2"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("1.5 nm"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("tuned alone"), std::string::npos) << result.out;
  EXPECT_TRUE(base::read_file(csv).starts_with("net,heater_0,heater_1,heater_2,heater_3\nheat_0,"));
  const Result json = neucasl("photonic tune " + rings + targets + " --format json");
  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_NE(json.out.find("\"blind_largest_miss\""), std::string::npos) << json.out;
}

TEST(PhotonicTuning, RefusesWhatCannotBe) {
  const Result cold = neucasl("photonic tune " + rings +
                              " --target heat_0=20K --target heat_1=1K --target heat_2=20K "
                              "--target heat_3=20K");
  EXPECT_EQ(cold.code, 2);
  EXPECT_NE(cold.err.find("scattering.tuning"), std::string::npos) << cold.err;
  EXPECT_NE(cold.err.find("'heater_1'"), std::string::npos) << cold.err;
  const Result nearest = neucasl("photonic tune " + rings +
                                 " --nearest --target heat_0=20K --target heat_1=1K "
                                 "--target heat_2=20K --target heat_3=20K");
  EXPECT_EQ(nearest.code, 0) << nearest.err;
  for (const std::string& wrong :
       {std::string("--target heat_0"), std::string("--target heat_7=1K"),
        std::string("--target heat_0=1V"), std::string("--target heat_0=1K --solver native")}) {
    const Result result = neucasl("photonic tune " + rings + ' ' + wrong);
    EXPECT_EQ(result.code, 2) << wrong;
    EXPECT_FALSE(result.err.empty()) << wrong;
  }
}

}  // namespace
}  // namespace neucasl::test
