#include <gtest/gtest.h>

#include "tests/cli/program.hpp"

// Kinds of models, run by the tool.

namespace neucasl::test {
namespace {

namespace fs = std::filesystem;

/// The number behind "key": in a JSON text; NaN when there is none.
double number_in(const std::string& json, const std::string& key) {
  const std::string quoted = '"' + key + "\": ";
  const std::size_t at = json.find(quoted);
  return at == std::string::npos ? std::nan("") : std::stod(json.substr(at + quoted.size()));
}

Result run_campaign_text(const ScratchFolder& folder, const std::string& text,
                         const std::string& more = "") {
  return neucasl("reliability " + folder.file("campaign.xml", text) +
                 " --quiet --format json --out " + (folder / "out").string() + ' ' + more);
}

TEST(CampaignModels, ABankLosesTheBitsThatItsResonanceErrorCosts) {
  const auto bits = [](const std::string& error) {
    const ScratchFolder folder;
    const Result result =
        run_campaign_text(folder,
                          "<campaign name=\"bank\" samples=\"500\"><model kind=\"photonic-bank\" "
                          "resonance_error=\"" +
                              error +
                              "\"/>"
                              "<good output=\"effective_bits\" least=\"3\"/></campaign>");
    EXPECT_EQ(result.code, 0) << result.err;
    return number_in(result.out, "effective_bits.mean");
  };
  // Errors are in proportion: a tenth of the error is log2(10) more bits.
  EXPECT_NEAR(bits("0.001 nm") - bits("0.01 nm"), std::log2(10.0), 0.1);
}

TEST(CampaignModels, AnEstimateFollowsItsNumbers) {
  const ScratchFolder folder;
  const auto text = [](const std::string& number) {
    return "<campaign name=\"chip\" samples=\"64\"><model kind=\"estimate\" "
           "architecture=\"isaac_ce\" network=\"lenet5\"/><vary number=\"" +
           number +
           "\" distribution=\"lognormal\" sigma=\"0.1\"/>"
           "<good output=\"energy_J\" most=\"1 J\"/></campaign>";
  };
  const Result right = run_campaign_text(folder, text("chip/tile/in_situ_unit/adc/power"));
  ASSERT_EQ(right.code, 0) << right.err;
  EXPECT_GT(number_in(right.out, "energy_J.standard_deviation"), 0.0);
  // The area does not know the power.
  EXPECT_LT(number_in(right.out, "area_m2.standard_deviation"),
            1e-12 * number_in(right.out, "area_m2.mean"));
  const Result wrong = run_campaign_text(folder, text("chip/tile/in_situ_unit/adc/powr"));
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("architecture.path"), std::string::npos) << wrong.err;
}

TEST(CampaignModels, ChipsOfAFlowHaveTheirAccuracy) {
  const ScratchFolder folder;
  base::write_file(folder / "architecture.xml", read(fs::path(NEUCASL_SOURCE_FOLDER) / "examples" /
                                                     "lenet_memristor" / "architecture.xml"));
  base::write_file(folder / "flow.xml",
                   "<flow name=\"XOR\" seed=\"1\"><stage name=\"network\" kind=\"network\" "
                   "topology=\"multilayer-perceptron\" hidden=\"4\" dataset=\"xor\" epochs=\"200\" "
                   "batch=\"4\" learning_rate=\"0.1\" learning_rate_factor=\"1\"/>"
                   "<stage name=\"precision\" kind=\"precision\" weight_bits=\"8\" "
                   "activation_bits=\"8\"/><stage name=\"map\" kind=\"map\" plugin=\"memristor\" "
                   "architecture=\"architecture.xml\"/></flow>");
  const std::string model =
      "<campaign name=\"chips\" samples=\"20\"><model kind=\"chip-accuracy\" "
      "flow=\"flow.xml\" images=\"4\"/>";
  const std::string good = "<good output=\"accuracy\" least=\"0.75\"/></campaign>";
  const Result threads = run_campaign_text(folder, model + good);
  ASSERT_EQ(threads.code, 0) << threads.err;
  // Four rows of a truth table survive the spread of this card.
  EXPECT_EQ(number_in(threads.out, "accuracy.mean"), 1.0);
  EXPECT_EQ(number_in(threads.out, "yield"), 1.0);
  const std::string log = read(folder / "out" / "samples.log");
  fs::remove_all(folder / "out");
  ASSERT_EQ(run_campaign_text(folder, model + good, "--workers 2").code, 0);
  EXPECT_EQ(read(folder / "out" / "samples.log"), log);
  const Result varied = run_campaign_text(folder, model + "<vary parts=\"*\"/>" + good);
  EXPECT_EQ(varied.code, 2);
  EXPECT_NE(varied.err.find("campaign.model"), std::string::npos) << varied.err;
}

}  // namespace
}  // namespace neucasl::test
