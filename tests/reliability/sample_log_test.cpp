#include "reliability/sample_log.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/diagnostics.hpp"
#include "tests/cli/program.hpp"

namespace neucasl::reliability_plugin {
namespace {

class SampleLogTest : public testing::Test {
 protected:
  void fill(int count) {
    SampleLog log(file_, "campaign");
    for (int i = 0; i < count; ++i) log.append(static_cast<std::uint64_t>(i), 0.1 * i);
  }
  std::map<std::uint64_t, double> known() const { return SampleLog(file_, "campaign").known(); }
  std::string failure(const std::string& key = "campaign") const {
    try {
      const SampleLog log(file_, key);
    } catch (const base::Error& error) {
      return base::to_string(error.diagnostic());
    }
    return {};
  }

  test::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "samples.log";
};

TEST_F(SampleLogTest, KeepsValuesToTheLastBit) {
  fill(20);
  const auto values = known();
  ASSERT_EQ(values.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(values.at(static_cast<std::uint64_t>(i)), 0.1 * i);
}

TEST_F(SampleLogTest, CutAnywhereItKeepsWhatIsWhole) {
  fill(5);
  const std::string whole = test::read(file_);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    test::write(file_, whole.substr(0, length));
    const auto values = known();
    for (const auto& [sample, value] : values) {
      EXPECT_EQ(value, 0.1 * static_cast<double>(sample)) << length;
    }
    // Every line before the cut counts.
    const auto lines =
        std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n');
    EXPECT_EQ(values.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(lines - 1, 0)));
  }
}

TEST_F(SampleLogTest, DamageInTheMiddleIsNamedByItsLine) {
  fill(5);
  std::string text = test::read(file_);
  const std::size_t third = text.find("\n1 ") + 3;
  text[third] = text[third] == '9' ? '8' : '9';
  test::write(file_, text);
  EXPECT_NE(failure().find("samples.log:3:1"), std::string::npos) << failure();
  EXPECT_NE(failure().find("[reliability.log]"), std::string::npos);
  EXPECT_EQ(test::read(file_), text);
}

TEST_F(SampleLogTest, ALogOfAnotherCampaignIsRefusedAndLeftAlone) {
  fill(3);
  const std::string text = test::read(file_);
  EXPECT_NE(failure("other").find("another campaign"), std::string::npos);
  EXPECT_EQ(test::read(file_), text);
}

TEST_F(SampleLogTest, FinishPutsSamplesInOrder) {
  {
    SampleLog log(file_, "campaign");
    for (const std::uint64_t sample : {2U, 0U, 1U}) log.append(sample, 0.5);
    log.finish();
  }
  const std::string text = test::read(file_);
  EXPECT_LT(text.find("\n0 "), text.find("\n1 "));
  EXPECT_LT(text.find("\n1 "), text.find("\n2 "));
}

}  // namespace
}  // namespace neucasl::reliability_plugin
