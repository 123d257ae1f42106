#include <gtest/gtest.h>

#include "../cli/program.hpp"

// A study of precision methods on a network that is hardly trained: tables, claims, resumption.

namespace neucasl::test {
namespace {

class PrecisionStudyRun : public ::testing::Test {
 protected:
  Result run(const std::string& more, const std::string& out = "out") {
    write(folder_ / "flow.xml",
          "<flow name=\"study\" seed=\"3\">\n  <stage name=\"study\" kind=\"precision-study\" "
          "training_images=\"640\" epochs=\"1\" draws=\"2\" calibration=\"32\" "
          "test_samples=\"100\" steps=\"4\" menu=\"3, 8\" tolerance=\"0.1\" " +
              more + "/>\n</flow>\n");
    return neucasl("run " + (folder_ / "flow.xml").string() + " --quiet --out " +
                   (folder_ / out).string());
  }
  [[nodiscard]] std::string table(const std::string& name, const std::string& out = "out") const {
    return read(folder_ / out / "tables" / (name + ".csv"));
  }

  ScratchFolder folder_;
};

TEST_F(PrecisionStudyRun, ComparesMethodsAndTheirClaimsAndGoesOn) {
  const std::string methods = "methods=\"tdmpq, uniform\"";
  const Result result = run(methods);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("Compression by tdmpq fisher-dq"), std::string::npos) << result.out;
  EXPECT_NE(table("study_methods").find("uniform same-bits,2,"), std::string::npos);
  EXPECT_NE(table("study_layers").find("\nconv1,150,"), std::string::npos);
  EXPECT_NE(table("study_claims").find("up to 4"), std::string::npos);
  const std::string draws = table("study_draws");
  // The log of another run without its last draw.
  const std::filesystem::path log = folder_ / "out" / "stages" / "study" / "draws.log";
  const std::string text = read(log);
  const std::size_t last = text.rfind('\n', text.size() - 2);
  std::filesystem::remove_all(folder_ / "out" / "tables");
  for (const auto& entry : std::filesystem::directory_iterator(log.parent_path())) {
    if (entry.path() != log) std::filesystem::remove_all(entry.path());
  }
  write(log, text.substr(0, last + 1));
  ASSERT_EQ(run(methods).code, 0);
  EXPECT_EQ(table("study_draws"), draws);
  EXPECT_EQ(read(log), text);
}

TEST_F(PrecisionStudyRun, ScoresAndJudgesOnChipsOfADevice) {
  const std::string device =
      "methods=\"tdmpq\" device=\"gst_pcm_array\" chips=\"2\" cap_effective_bits=\"yes\"";
  ASSERT_EQ(run(device).code, 0);
  const std::string methods = table("study_methods");
  EXPECT_NE(methods.find("gain_by_scoring_the_device"), std::string::npos) << methods;
  ASSERT_EQ(run(device + " time=\"1000000 s\"", "late").code, 0);
  EXPECT_NE(table("study_layers", "late"), table("study_layers"));
}

TEST_F(PrecisionStudyRun, RefusesWhatItDoesNotKnow) {
  const auto refused = [&](const std::string& more, const char* code) {
    const Result result = run(more);
    EXPECT_EQ(result.code, 2) << more;
    EXPECT_NE(result.err.find(code), std::string::npos) << result.err;
  };
  refused("methods=\"tdmqp\"", "[plugin.method]");
  refused("methods=\" , \"", "[flow.study]");
  refused("model=\"nowhere\"", "[flow.study]");
  refused("device=\"gst_pcm\"", "[device.unknown]");
  refused("architectures=\"hfox\"", "[architecture.unknown]");
}

}  // namespace
}  // namespace neucasl::test
