#include "circuits/convolution_bank.hpp"

#include <algorithm>
#include <cmath>

#include "bank_bench.hpp"
#include "circuits/rectifier.hpp"

// Banks of convolution units in the functional model: each imperfection by its own law.

namespace neucasl::photonic {
namespace {

class UnitBanks : public CircuitBench {
 protected:
  plugin::ParameterSet parameters(const GivenTexts& texts) {
    const plugin::Manifest& manifest = host_.find("photonic", plugin::PluginKind::front_end);
    std::vector<plugin::ParameterSet::Given> given = {{"full_scale", "0.65", {"test", 1, 1}},
                                                      {"bias_voltage", "1.5 V", {"test", 1, 1}}};
    for (const auto& [name, text] : texts) given.push_back({name, text, {"test", 1, 1}});
    return {manifest.circuit("convolution_unit").parameters, given, "unit", {"test", 1, 1}};
  }

  std::shared_ptr<const mapping::WeightBank> bank(
      const GivenTexts& texts, bool calibrated = true,
      plugin::BankImperfection imperfection = plugin::BankImperfection::all,
      const std::string& circuit = "convolution_unit") {
    const plugin::Manifest& manifest = host_.find("photonic", plugin::PluginKind::front_end);
    const plugin::ParameterSet set = parameters(texts);
    return host_.make_front_end(manifest)
        ->build_bank({set, calibrated, circuit, imperfection}, context_)
        .bank;
  }

  std::shared_ptr<const ConvolutionBank> unit(const GivenTexts& texts) {
    const plugin::ParameterSet set = parameters(texts);
    device::UseList uses;
    const auto parts = std::make_shared<const ConvolutionParts>(
        set, static_cast<int>(set.integer("channels")), base::Location{}, context_, uses);
    return std::make_shared<const ConvolutionBank>(parts, set, true, context_, uses);
  }
};

const std::vector<double> targets = {1.0, -1.0, 0.5, -0.5, 0.25, 0.0, -0.75, 0.8, -0.1};

double largest_error(const mapping::WeightBank& bank, std::uint64_t number = 0) {
  const std::vector<double> made = bank.realise(targets, number).weight;
  double most = 0.0;
  for (std::size_t k = 0; k < made.size(); ++k) {
    most = std::max(most, std::abs(made[k] - targets[k]));
  }
  return most;
}

TEST_F(UnitBanks, CalibratedBanksReachTheirTargets) {
  EXPECT_LT(largest_error(*bank({{"memory_bits", "0"}})), 1e-6);
  EXPECT_GT(largest_error(*bank({{"memory_bits", "0"}}, false)), 0.01);
}

TEST_F(UnitBanks, ImperfectionsStandAlone) {
  using Imperfection = plugin::BankImperfection;
  const GivenTexts texts = {
      {"memory_bits", "6"}, {"programming_error", "0.01"}, {"resonance_error", "0.005 nm"}};
  for (const Imperfection one :
       {Imperfection::memory_levels, Imperfection::memory_programming, Imperfection::resonance}) {
    const auto alone = bank(texts, true, one);
    ASSERT_TRUE(alone);
    EXPECT_GT(largest_error(*alone), 1e-3);
  }
  EXPECT_FALSE(bank(texts, true, Imperfection::crosstalk));
  EXPECT_TRUE(bank(texts, false, Imperfection::crosstalk));
  EXPECT_FALSE(bank(texts, true, Imperfection::memory_drift));
  EXPECT_FALSE(bank({{"memory_bits", "0"}}, true, Imperfection::memory_levels));
  // Levels are those of the memory whatever the bank's number, programming errors are not.
  const auto levels = bank(texts, true, Imperfection::memory_levels);
  EXPECT_EQ(levels->realise(targets, 1).weight, levels->realise(targets, 2).weight);
  const auto programmed = bank(texts, true, Imperfection::memory_programming);
  EXPECT_NE(programmed->realise(targets, 1).weight, programmed->realise(targets, 2).weight);
  EXPECT_EQ(programmed->realise(targets, 1).weight, programmed->realise(targets, 1).weight);
}

TEST_F(UnitBanks, ProgrammingErrorsHaveTheSpreadAskedFor) {
  const auto exact = unit({{"memory_bits", "0"}});
  const auto spread = unit({{"memory_bits", "0"}, {"programming_error", "0.01"}});
  const std::vector<double> middle(9, 0.1);
  const std::vector<double> wanted = exact->set(middle, 0).conductances;
  constexpr double range = 19e-3;  // S, of the default memory
  double squares = 0.0;
  constexpr int banks = 400;
  for (int n = 0; n < banks; ++n) {
    const std::vector<double> made =
        spread->set(middle, static_cast<std::uint64_t>(n)).conductances;
    for (std::size_t k = 0; k < 9; ++k) squares += std::pow((made[k] - wanted[k]) / range, 2);
  }
  EXPECT_NEAR(std::sqrt(squares / (9 * banks)), 0.01, 5.0 * 0.01 / std::sqrt(2.0 * 9 * banks));
}

TEST_F(UnitBanks, AWriteDrawsProgrammingErrorsButNoResonances) {
  const std::uint64_t written = 3 + (std::uint64_t{5} << mapping::bank_number_bits);
  const auto both = unit({{"programming_error", "0.01"}, {"resonance_error", "0.005 nm"}});
  EXPECT_EQ(both->set(targets, 3).errors, both->set(targets, written).errors);
  EXPECT_NE(both->set(targets, 3).conductances, both->set(targets, written).conductances);
}

TEST_F(UnitBanks, PhaseChangeMemoryFollowsItsPublishedStatistics) {
  const plugin::ParameterSet set =
      parameters({{"memory", "gst_pcm_ibm"}, {"read_voltage", "100 mV"}, {"memory_age", "2000 s"}});
  device::UseList uses;
  const ConductanceMemory memory("gst_pcm_ibm", 0.1, context_, uses, {});
  const MemoryErrors errors(set, memory, context_, uses);
  EXPECT_TRUE(errors.spreads());
  EXPECT_TRUE(errors.drifts());
  for (const double g : {0.2, 0.5, 0.8}) {
    const double target = g * 25e-6;
    const double sigma = (-1.1731 * g * g + 1.9650 * g + 0.2635) * 1e-6;
    EXPECT_NEAR(errors.programmed(target, 1.5), std::min(target + 1.5 * sigma, memory.highest()),
                1e-9 * target);
    const double mean = std::clamp(-0.0155 * std::log(g) + 0.0244, 0.049, 0.1);
    const double spread = std::clamp(-0.0125 * std::log(g) - 0.0059, 0.008, 0.045);
    EXPECT_NEAR(errors.drifted(target, target, -1.0),
                target * std::pow(100.0, -std::abs(mean - spread)), 1e-4 * target);
  }
  EXPECT_EQ(errors.programmed(1e-6, -1e3), memory.lowest());
  EXPECT_EQ(errors.programmed(1e-6, 1e3), memory.highest());
}

TEST_F(UnitBanks, ARectifierPassesWhatIsPositive) {
  const plugin::ParameterSet set = parameters({{"activation_diode", "diode_1n4148"}});
  device::UseList uses;
  const Rectifier rectifier(set, context_, uses);
  // The diode takes 0.2 to 0.8 V, the amplifier of gain 1000 a thousandth of it, and a little more
  // near its supply.
  for (const double input : {0.05, 0.2, 0.9}) {
    EXPECT_LT(rectifier.output(input), input - 2e-4);
    EXPECT_GT(rectifier.output(input), input - 3e-3);
  }
  for (const double input : {-0.9, -0.01}) {
    EXPECT_LE(rectifier.output(input), 0.0);
    EXPECT_GT(rectifier.output(input), -1e-4);  // leakage of nanoamperes through 10 kohm
  }
}

TEST_F(UnitBanks, WhatDoesNotFitIsRefused) {
  const auto code = [&](const auto& action) {
    try {
      action();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string();
  };
  EXPECT_EQ(code([&] { bank({{"channels", "100"}}); }), "photonic.channels");
  EXPECT_EQ(code([&] { bank({}, true, plugin::BankImperfection::all, "mzi_mesh"); }),
            "photonic.bank");
  EXPECT_EQ(code([&] { bank({})->realise(std::vector<double>(9, 1.5), 0); }), "photonic.weight");
  EXPECT_EQ(code([&] { bank({})->realise(std::vector<double>(9, std::nan("")), 0); }),
            "photonic.weight");
}

}  // namespace
}  // namespace neucasl::photonic
