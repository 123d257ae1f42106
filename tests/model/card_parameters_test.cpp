#include "neucasl/model/card_parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models.hpp"

namespace neucasl::model {
namespace {

const RelaxingConductorModel relaxing;

device::Card card_with(const std::string& numbers) {
  return device::parse_card(
      "<card id=\"c\" family=\"test\" title=\"t\">\n"
      "<citation key=\"k\">source</citation>\n" +
          numbers + "</card>",
      "c.xml");
}

std::string number(const std::string& name, const std::string& value, const std::string& unit,
                   const std::string& inside = "") {
  return "<number name=\"" + name + "\" value=\"" + value + "\" unit=\"" + unit +
         "\" kind=\"measured\" source=\"k\" place=\"p\">" + inside + "</number>\n";
}

std::string fault(const std::string& numbers, std::uint32_t& line) {
  device::UseList uses;
  try {
    parameters_from(relaxing.specification(), card_with(numbers), uses);
  } catch (const base::Error& error) {
    line = error.diagnostic().where.line;
    return error.diagnostic().code;
  }
  return "none";
}

TEST(CardParameters, CardStandsOverDefaults) {
  device::UseList uses;
  const auto card =
      card_with(number("time_constant", "25", "ns") + number("published_delay", "3", "ns"));
  const auto parameters = parameters_from(relaxing.specification(), card, uses);
  EXPECT_DOUBLE_EQ(parameters[0], 1e-3);
  EXPECT_DOUBLE_EQ(parameters[1], 25e-9);
  ASSERT_EQ(uses.uses().size(), 1U);
  EXPECT_EQ(uses.uses()[0].name, "time_constant");
  const auto published = published_figures(card);
  ASSERT_EQ(published.size(), 1U);
  EXPECT_EQ(published[0].name, "delay");
  EXPECT_DOUBLE_EQ(published[0].value, 3e-9);
}

TEST(CardParameters, FaultsAreNamedWithTheLine) {
  std::uint32_t line = 0;
  EXPECT_EQ(fault(number("time_constnt", "25", "ns"), line), "model.parameter");
  EXPECT_EQ(line, 3U);
  EXPECT_EQ(fault(number("time_constant", "25", "V"), line), "model.unit");
  EXPECT_EQ(fault(number("time_constant", "25", "ms"), line), "model.range");
  EXPECT_EQ(fault(number("time_constant", "0.1", "ns"), line), "none")
      << "ends belong to the range";
}

TEST(CardParameters, SamplesHaveTheStatedSpread) {
  const auto card = card_with(
      number("conductance", "1", "mS", "<spread distribution=\"lognormal\" sigma=\"0.1\"/>") +
      number("time_constant", "50", "ns", "<spread distribution=\"normal\" sigma=\"5\"/>"));
  device::UseList uses;
  const auto nominal = parameters_from(relaxing.specification(), card, uses);
  constexpr int samples = 4000;
  double log_sum = 0.0, log_square = 0.0, sum = 0.0, square = 0.0, own = 0.0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(7, "variation/test", static_cast<std::uint64_t>(k));
    const auto made = sample_parameters(relaxing, card, nominal, random);
    const double z = std::log(made[0] / 1e-3);
    log_sum += z;
    log_square += z * z;
    sum += made[1];
    square += made[1] * made[1];
    own += std::pow(made[2] / nominal[2] - 1.0, 2);
  }
  EXPECT_NEAR(log_sum / samples, 0.0, 0.1 * 4.0 / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(log_square / samples), 0.1, 0.005);
  const double mean = sum / samples;
  EXPECT_NEAR(mean, 50e-9, 5e-9 * 4.0 / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(square / samples - mean * mean), 5e-9, 0.25e-9);
  EXPECT_NEAR(std::sqrt(own / samples), 0.01, 0.0005);
}

TEST(CardParameters, DevicesMadeTogetherShareTheProcess) {
  const auto card =
      card_with(number("conductance", "1", "mS",
                       "<spread distribution=\"lognormal\" sigma=\"0.1\" scope=\"process\"/>") +
                number("time_constant", "50", "ns",
                       "<spread distribution=\"uniform\" low=\"40\" high=\"60\"/>"));
  device::UseList uses;
  const auto nominal = parameters_from(relaxing.specification(), card, uses);
  const auto made = [&](std::uint64_t device, std::uint64_t sample) {
    base::RandomStream random(7, "device/" + std::to_string(device), sample);
    base::RandomStream process(7, "process", sample);
    return sample_parameters(relaxing, card, nominal, random, process);
  };
  EXPECT_EQ(made(1, 0)[0], made(2, 0)[0]);
  EXPECT_NE(made(1, 0)[0], made(1, 1)[0]);
  EXPECT_NE(made(1, 0)[1], made(2, 0)[1]);
  for (std::uint64_t k = 0; k < 100; ++k) {
    EXPECT_GE(made(1, k)[1], 40e-9);
    EXPECT_LE(made(1, k)[1], 60e-9);
  }
}

}  // namespace
}  // namespace neucasl::model
