#include "circuit_session.hpp"
#include "tests/scratch_folder.hpp"

/// \file
/// Parameters and files that no circuit can be made from.

namespace neucasl::cells {
namespace {

struct Refused {
  std::string circuit;
  Settings settings;
  std::string code;
  std::string what;  ///< Part of the message.
};
void PrintTo(const Refused& one, std::ostream* out) {
  *out << one.circuit;
  for (const auto& [name, value] : one.settings) *out << ' ' << name << '=' << value;
}

class RefusalTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusalTest, NamesWhatIsWrongAndWhatWouldBeRight) {
  CircuitSession session;
  const Refused& one = GetParam();
  const base::Diagnostic diagnostic = session.refusal("finfet", one.circuit, one.settings);
  EXPECT_EQ(diagnostic.code, one.code) << diagnostic.message;
  EXPECT_NE(diagnostic.message.find(one.what), std::string::npos) << diagnostic.message;
  EXPECT_FALSE(diagnostic.remedy.empty());
  if (one.code == "cells.value") {
    EXPECT_EQ(diagnostic.where.file, "settings");
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusalTest,
    testing::Values(
        Refused{"ring_oscillator", {{"stages", "8"}}, "cells.value", "one of two states"},
        Refused{"lif_neuron", {{"input_current", "10 nA"}}, "cells.value", "stays silent"},
        Refused{"lif_neuron", {{"leak_current", "1 mA"}}, "cells.range", "1 mA"},
        Refused{"adaptive_neuron",
                {{"adaptation_decay_current", "10 uA"}},
                "cells.value",
                "does not adapt"},
        Refused{"adaptive_neuron", {{"spikes", "6"}}, "cells.value", "settle after"},
        Refused{"winner_take_all", {{"bias_current", "1 mA"}}, "cells.range", "1 mA"},
        Refused{"sense_amplifier", {{"common_mode", "0.05 V"}}, "cells.value", "linear range"},
        Refused{"sense_amplifier", {{"decision_time", "1 ns"}}, "cells.value", "no useful"},
        Refused{"sense_amplifier",
                {{"least_difference", "1 mV"}, {"decades", "4"}},
                "cells.value",
                "largest difference"},
        Refused{"r2r_dac", {{"code_time", "10 ps"}}, "cells.value", "settle"},
        Refused{"sar_adc", {{"reference_voltage", "0.6 V"}}, "cells.value", "half the supply"},
        Refused{"sar_adc", {{"input", "0.4 V"}}, "cells.value", "not below the reference"},
        Refused{"sar_adc", {{"input", "0.0876 V"}}, "cells.value", "boundary of a code"},
        Refused{"sar_adc", {{"phase_time", "5 ps"}}, "cells.value", "phase"},
        Refused{"current_synapse_array", {{"unit_current", "1 mA"}}, "cells.range", "unit"}));

base::Diagnostic refused_file(const std::string& parameter, const std::string& text) {
  CircuitSession session;
  const test::ScratchFolder folder;
  const std::string path = folder.file("bad.csv", text);
  const base::Diagnostic diagnostic = session.refusal(
      "cnt", "current_synapse_array", {{"rows", "2"}, {"columns", "3"}, {parameter, path}});
  EXPECT_EQ(diagnostic.code, "cells.numbers");
  EXPECT_EQ(diagnostic.where.file, path);
  EXPECT_FALSE(diagnostic.remedy.empty());
  return diagnostic;
}

TEST(WeightFile, WordThatIsNoNumber) {
  const base::Diagnostic diagnostic = refused_file("weights", "1, 2, 3\n-1, x7, 0\n");
  EXPECT_EQ(diagnostic.where.line, 2U);
  EXPECT_EQ(diagnostic.where.column, 5U);
  EXPECT_NE(diagnostic.message.find("x7"), std::string::npos);
}

TEST(WeightFile, NumberOutOfRange) {
  const base::Diagnostic diagnostic = refused_file("weights", "1, 2, 3\n-1, 0, 99\n");
  EXPECT_EQ(diagnostic.where.line, 2U);
  EXPECT_EQ(diagnostic.where.column, 8U);
}

TEST(WeightFile, RowOfAnotherLength) {
  EXPECT_EQ(refused_file("weights", "1, 2, 3\n# comment\n1, 2\n").where.line, 3U);
}

TEST(WeightFile, AnotherSizeThanTheArray) {
  EXPECT_NE(refused_file("weights", "1, 2\n3, 1\n").message.find("2 rows of 3"), std::string::npos);
}

TEST(WeightFile, WithoutANumber) { refused_file("weights", "# nothing\n\n"); }

TEST(InputFile, VectorOfAnotherLength) { refused_file("inputs", "1 0 1\n"); }

}  // namespace
}  // namespace neucasl::cells
