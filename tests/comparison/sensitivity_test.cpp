#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neucasl/base/file.hpp"
#include "neucasl/comparison/comparison.hpp"
#include "tests/architecture/parts.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::comparison {
namespace {

namespace parts = architecture::test;
using parts::changed;

const char* const adc_time = "chip/tile/group/adc/time";
const char* const adc_energy = "chip/tile/group/adc/energy";
const char* const shift_time = "chip/tile/group/shift_and_add/time";

/// Two architectures with a conversion of 2 ns and an addition of 1 ns, one after the other.
class SensitivityTest : public testing::Test {
 protected:
  static std::string description(const std::string& id) {
    std::string text = changed(parts::description(), "id='small'", "id='" + id + "'");
    return parts::with_places(std::move(text));
  }
  /// Gives a number of the converter or the adder other attributes.
  static std::string with(std::string text, const std::string& kind, const std::string& number,
                          const std::string& attributes) {
    const std::size_t component = text.find("<component kind='" + kind + "'");
    const std::size_t begin = text.find("<number name='" + number + "'", component);
    const std::size_t end = text.find("/>", begin) + 2;
    const char* const close = attributes.ends_with('>') ? "</number>" : "/>";
    return text.replace(begin, end - begin, "<number name='" + number + "' " + attributes + close);
  }

  SensitivityResult run(const std::string& own, const std::string& other,
                        const std::string& attributes = "of='throughput_ops' by='10 %'") const {
    static_cast<void>(folder_.file("own.xml", own));
    static_cast<void>(folder_.file("other.xml", other));
    std::filesystem::create_directories(folder_ / "cards");
    base::write_file(folder_ / "cards" / "converter.xml",
                     "<card id='converter' family='periphery' title='t'><citation key='c'>c"
                     "</citation><number name='step_energy' value='4' unit='pJ' kind='assumed' "
                     "source='c' place='table 1'/></card>");
    const std::string file =
        folder_.file("compare.xml",
                     "<comparison id='c' title='t' baseline='other'>\n<network name='one'/>\n"
                     "<phase name='inference'/>\n<architecture name='own.xml'/>\n"
                     "<architecture name='other.xml'/>\n<sensitivity architecture='own' "
                     "network='one' phase='inference' " +
                         attributes + "/>\n</comparison>\n");
    const Comparison comparison =
        parse_comparison(base::read_file(file), file, {folder_ / "cards"});
    return compare(comparison, estimate, {}).sensitivities.at(0);
  }

  static std::vector<results::Figure> estimate(const architecture::Architecture& architecture,
                                               const Network& /*network*/, const Phase& /*phase*/) {
    const auto at = [&](const char* path) { return number_at(architecture, path).value.value; };
    std::vector<results::Figure> figures(4);
    figures[0].key = "throughput_ops";
    figures[0].value = 1.0 / (at(adc_time) + at(shift_time));
    figures[1].key = "tops_per_watt";
    figures[1].value = 1.0 / at(adc_energy);
    figures[2].key = "tops_per_mm2";
    figures[2].value = 1.0;
    figures[3].key = "margin";
    figures[3].value = at(adc_time) - 1.9e-9;
    return figures;
  }

  static const Move* find(const SensitivityResult& result, const std::string& architecture,
                          const std::string& path) {
    for (const Move& move : result.moves) {
      if (move.architecture == architecture && move.path == path) return &move;
    }
    return nullptr;
  }

  neucasl::test::ScratchFolder folder_;
};

TEST_F(SensitivityTest, SingleNumbersMoveAlone) {
  const SensitivityResult result = run(description("own"), description("other"));
  const Move* move = find(result, "own", adc_time);
  ASSERT_NE(move, nullptr);
  EXPECT_TRUE(move->together.empty());
  EXPECT_DOUBLE_EQ(*move->ratio_at_high, 3.0 / 3.2);
  EXPECT_NE(find(result, "own", shift_time), nullptr);
}

TEST_F(SensitivityTest, LinkedNumbersMoveTogether) {
  std::string own = description("own");
  own = with(own, "adc", "time",
             "value='2' unit='ns' kind='assumed' source='s' place='a' link='clock'");
  own = with(own, "shift_and_add", "time",
             "value='1' unit='ns' kind='assumed' source='s' place='b' link='clock'");
  const SensitivityResult result = run(own, description("other"));
  const Move* move = find(result, "own", adc_time);
  ASSERT_NE(move, nullptr);
  EXPECT_EQ(move->together, std::vector<std::string>{std::string("own: ") + shift_time});
  EXPECT_DOUBLE_EQ(*move->ratio_at_high, 1.0 / 1.1);
  EXPECT_DOUBLE_EQ(*move->ratio_at_low, 1.0 / 0.9);
  EXPECT_EQ(find(result, "own", shift_time), nullptr);
  const results::Table table = sensitivity_table(result, 0);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(table.column("numbers").values)[0], 2);
}

TEST_F(SensitivityTest, OpposedLinksMoveOppositely) {
  std::string own = description("own");
  own = with(own, "adc", "time",
             "value='2' unit='ns' kind='assumed' source='s' place='a' link='parts'");
  own = with(own, "shift_and_add", "time",
             "value='1' unit='ns' kind='assumed' source='s' place='b' link='parts^-1'");
  const SensitivityResult result = run(own, description("other"));
  EXPECT_DOUBLE_EQ(*find(result, "own", adc_time)->ratio_at_high, 3.0 / (2.2 + 1.0 / 1.1));
}

TEST_F(SensitivityTest, AStatementIsOneQuantity) {
  std::string own = description("own");
  for (const char* kind : {"adc", "shift_and_add"}) {
    own = with(own, kind, "time", "value='1' unit='ns' kind='assumed' source='s' place='clock'");
  }
  const SensitivityResult result = run(own, description("other"));
  EXPECT_EQ(find(result, "own", adc_time)->together.size(), 1U);
  EXPECT_DOUBLE_EQ(*find(result, "own", adc_time)->ratio_at_high, 3.0 / 2.2);
}

/// What both take from one card moves in both, and leaves their ratio as it is.
TEST_F(SensitivityTest, ACardMovesBothArchitectures) {
  const char* const card = "card='converter' number='step_energy'";
  const std::string own = with(description("own"), "adc", "energy", card);
  const SensitivityResult both =
      run(own, with(description("other"), "adc", "energy", card), "of='tops_per_watt' by='10 %'");
  EXPECT_DOUBLE_EQ(*both.ratio, 1.0);
  EXPECT_TRUE(both.moves.empty() || both.moves[0].reason != "") << both.moves[0].path;
  const SensitivityResult one = run(own, description("other"), "of='tops_per_watt' by='10 %'");
  ASSERT_NE(find(one, "own", adc_energy), nullptr);
  EXPECT_DOUBLE_EQ(*find(one, "own", adc_energy)->ratio_at_high, 2.0 / 4.4);
}

TEST_F(SensitivityTest, ALognormalSpreadMovesByItsFactor) {
  const std::string own = with(description("own"), "adc", "energy",
                               "value='2' unit='pJ' kind='assumed' source='s' place='x'><spread "
                               "distribution='lognormal' sigma='1.2'/>");
  const SensitivityResult result = run(own, description("other"), "of='tops_per_watt' by='10 %'");
  const Move* move = find(result, "own", adc_energy);
  ASSERT_NE(move, nullptr);
  EXPECT_NEAR(move->high.value, 2e-12 * std::exp(1.2), 1e-24);
  EXPECT_NEAR(move->low.value, 2e-12 * std::exp(-1.2), 1e-24);
  EXPECT_NEAR(*move->ratio_at_low, std::exp(1.2), 1e-12);
}

/// At 1.8 ns the figure is negative: no ratio, and a reason.
TEST_F(SensitivityTest, WhatHasNoRatioSaysSo) {
  const SensitivityResult result =
      run(description("own"), description("other"), "of='margin' by='10 %'");
  ASSERT_TRUE(result.ratio.has_value());
  const Move* move = find(result, "own", adc_time);
  ASSERT_NE(move, nullptr);
  EXPECT_FALSE(move->ratio_at_low.has_value());
  EXPECT_TRUE(move->ratio_at_high.has_value());
  EXPECT_NE(move->reason.find("not above 0"), std::string::npos);
  EXPECT_TRUE(std::isfinite(result.assumed_effect));
  // And none at all without room between the figures.
  const std::string quick = with(description("own"), "adc", "time",
                                 "value='1.5' unit='ns' kind='assumed' source='s' place='x'");
  EXPECT_FALSE(run(quick, description("other"), "of='margin' by='10 %'").ratio.has_value());
}

}  // namespace
}  // namespace neucasl::comparison
