#include <gtest/gtest.h>

#include "neucasl/campaign/campaign.hpp"

namespace neucasl::campaign {
namespace {

const std::string head = "<campaign name=\"c\" samples=\"10\">\n";
const std::string model = "<model kind=\"circuit\"/>\n";
const std::string good = "<good output=\"delay\" most=\"20 ps\"/>\n";

TEST(CampaignXml, ReadsWhatAFileSays) {
  const Campaign campaign = parse_campaign(
      "<campaign name=\"inverter\" seed=\"7\" samples=\"500\" interval_width=\"0.02\" "
      "confidence=\"0.9\">" +
          model + "<good output=\"delay\" least=\"1 ps\" most=\"20 ps\" missing=\"bad\"/>" +
          "</campaign>",
      "c.xml");
  EXPECT_EQ(campaign.name, "inverter");
  EXPECT_EQ(campaign.seed, 7U);
  EXPECT_EQ(campaign.samples, 500U);
  EXPECT_EQ(campaign.interval_width, 0.02);
  EXPECT_EQ(campaign.confidence, 0.9);
  EXPECT_EQ(campaign.method, "monte-carlo");
  ASSERT_EQ(campaign.limits.size(), 1U);
  EXPECT_EQ(campaign.limits[0].most->value, 20e-12);
  EXPECT_TRUE(campaign.limits[0].missing_is_bad);
}

struct BadFile {
  std::string xml;
  std::string code;
  std::string words;
};

TEST(CampaignXml, RefusesWithThePlace) {
  const BadFile cases[] = {
      {head + model + "</campaign>", "campaign.xml", "which samples are good"},
      {head + good + "</campaign>", "campaign.xml", "no <model>"},
      {head + model + model + good + "</campaign>", "campaign.xml", "one model"},
      {"<campaign name=\"c\" samples=\"0\">" + model + good + "</campaign>", "campaign.xml",
       "samples"},
      {"<campaign name=\"c\" samples=\"-5\">" + model + good + "</campaign>", "campaign.xml",
       "samples"},
      {"<campaign name=\"c\">" + model + good + "</campaign>", "base.xml", "samples"},
      {"<campaign name=\"c\" samples=\"9\" confidence=\"1\">" + model + good + "</campaign>",
       "campaign.xml", "confidence"},
      {"<campaign name=\"c\" samples=\"9\" interval_width=\"nan\">" + model + good + "</campaign>",
       "base.quantity", ""},
      {"<campaign name=\"c\" samples=\"9\" sample=\"9\">" + model + good + "</campaign>",
       "base.xml", "samples"},
      {head + model + "<good output=\"d\" most=\"20 pss\"/></campaign>", "base.quantity", "pss"},
      {head + model + "<good output=\"d\" most=\"1\" missing=\"no\"/></campaign>", "campaign.xml",
       "missing"},
      {head + model, "base.xml", ""},
  };
  for (const BadFile& one : cases) {
    try {
      static_cast<void>(parse_campaign(one.xml, "c.xml"));
      ADD_FAILURE() << one.xml;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, one.code) << error.what();
      EXPECT_NE(std::string(error.what()).find(one.words), std::string::npos) << error.what();
      EXPECT_EQ(error.diagnostic().where.file, "c.xml") << error.what();
      EXPECT_GT(error.diagnostic().where.line, 0U) << error.what();
    }
  }
}

const std::vector<Output> outputs{{"delay", "Delay", base::dimension::time}, {"gain", "Gain", {}}};

Limit limit(const std::string& output, std::optional<base::Quantity> least,
            std::optional<base::Quantity> most, std::optional<base::Quantity> scale = {}) {
  return {output, least, most, scale, false, {"c.xml", 3, 1}};
}

TEST(Limits, MarginIsTheLeastDistanceOverItsScale) {
  const base::Quantity ten{10e-12, base::dimension::time};
  const base::Quantity twenty{20e-12, base::dimension::time};
  const Limits limits({limit("delay", ten, twenty), limit("gain", base::Quantity{2.0, {}}, {})},
                      outputs);
  EXPECT_NEAR(limits.margin(std::vector{19e-12, 4.0}), 0.05, 1e-12);
  EXPECT_NEAR(limits.margin(std::vector{10.5e-12, 4.0}), 0.05, 1e-12);
  EXPECT_NEAR(limits.margin(std::vector{15e-12, 1.9}), -0.05, 1e-12);
  // Both ends are good.
  EXPECT_EQ(limits.margin(std::vector{20e-12, 4.0}), 0.0);
}

TEST(Limits, AMissingValueIsBadOnlyWhereTheLimitSaysSo) {
  Limit strict = limit("gain", base::Quantity{2.0, {}}, {});
  Limit lenient = strict;
  lenient.missing_is_bad = true;
  const std::vector<double> without{1e-12, std::nan("")};
  EXPECT_TRUE(std::isnan(Limits({strict}, outputs).margin(without)));
  ASSERT_NE(Limits({strict}, outputs).missing(without), nullptr);
  EXPECT_EQ(*Limits({strict}, outputs).missing(without), "gain");
  EXPECT_EQ(Limits({lenient}, outputs).margin(without), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Limits({lenient}, outputs).missing(without), nullptr);
}

TEST(Limits, RefuseWhatMakesNoSense) {
  const base::Quantity volt{1.0, base::dimension::voltage};
  const base::Quantity none{0.0, {}};
  const std::pair<Limit, std::string> cases[] = {
      {limit("delai", none, {}), "campaign.output"},
      {limit("delay", volt, {}), "campaign.good"},
      {limit("gain", {}, {}), "campaign.good"},
      {limit("gain", base::Quantity{2.0, {}}, base::Quantity{1.0, {}}), "campaign.good"},
      {limit("gain", none, {}), "campaign.good"},
      {limit("gain", none, {}, base::Quantity{-1.0, {}}), "campaign.good"}};
  for (const auto& [bad, code] : cases) {
    try {
      const Limits limits({bad}, outputs);
      ADD_FAILURE() << code;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, code) << error.what();
      EXPECT_EQ(error.diagnostic().where.line, 3U);
    }
  }
  const Limits scaled({limit("gain", none, {}, base::Quantity{0.5, {}})}, outputs);
  EXPECT_DOUBLE_EQ(scaled.margin(std::vector{0.0, 1.0}), 2.0);
}

}  // namespace
}  // namespace neucasl::campaign
