#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/comparison/comparison.hpp"
#include "tests/architecture/parts.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::comparison {
namespace {

const char* const in_turn =
    "step,accuracy\nfloat,0.9\nquantised weights and inputs,0.88\n+ converters,0.87\n"
    "+ wire resistance,0.8\n";
const char* const alone =
    "imperfection,accuracy\nfloat,0.9\nquantised weights and inputs,0.88\nconverters alone,0.87\n"
    "weights of the banks alone,0.85\n  crosstalk alone,0.87\n  errors of the resonances "
    "alone,0.86\nshot noise alone,0.88\nall together,0.84\n";

class AccuracyResults : public testing::Test {
 protected:
  AccuracyResults() {
    static_cast<void>(folder_.file("small.xml", architecture::test::description()));
  }

  /// As a flow writes them: several stages of a kind name their tables.
  void results(const std::string& table, const std::string& stage = "accuracy",
               const std::string& topology = "one", bool several = false) const {
    const std::filesystem::path out = folder_ / "out";
    const std::string name = several ? stage + "_accuracy_by_cause" : "accuracy_by_cause";
    base::write_file(out / "tables" / (name + ".csv"), table);
    base::write_file(out / "manifest.json",
                     "{\n \"stages\": {\n  \"" + stage +
                         "\": {\n   \"inputs\": \"\",\n   \"kind\": \"accuracy\"\n  },\n"
                         "  \"network\": {\n   \"kind\": \"network\",\n   \"parameters\": "
                         "\"epochs = 8\\ntopology = " +
                         topology + "\\nweights = \\n\"\n  }\n }\n}\n");
    base::write_file(out / "results.json", "{}");
  }

  Comparison parse(const std::string& attributes = "results='out'",
                   const std::string& more = "") const {
    const std::string file = folder_.file(
        "compare.xml",
        "<comparison id='c' title='t' baseline='small'>\n<citation key='s'>a source</citation>\n"
        "<network name='one'/>\n<phase name='inference'/>\n<architecture name='small.xml'/>\n"
        "<accuracy_loss architecture='small' network='one' " +
            attributes + "/>\n" + more + "</comparison>\n");
    return parse_comparison(base::read_file(file), file, {});
  }

  void refuses(const std::string& attributes, const std::string& says, const std::string& more = "",
               unsigned line = 6) const {
    try {
      static_cast<void>(parse(attributes, more));
      FAIL() << "not refused: " << attributes;
    } catch (const base::Error& error) {
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
      EXPECT_EQ(error.diagnostic().where.line, line) << error.what();
    }
  }

  neucasl::test::ScratchFolder folder_;
};

using Causes = std::vector<std::pair<std::string, double>>;

void expect_losses(const Comparison& comparison, const Causes& expected) {
  ASSERT_EQ(comparison.losses.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(comparison.losses[k].cause, expected[k].first);
    EXPECT_NEAR(comparison.losses[k].value, expected[k].second, 1e-12) << expected[k].first;
  }
}

TEST_F(AccuracyResults, InTurnAreDifferencesToTheRowBefore) {
  results(in_turn);
  const Comparison comparison = parse();
  expect_losses(
      comparison,
      {{"quantised weights and inputs", 0.02}, {"converters", 0.01}, {"wire resistance", 0.07}});
  const results::Table table = losses_table(comparison);
  EXPECT_EQ(std::get<std::vector<std::string>>(table.column("origin").values),
            (std::vector<std::string>{"flow", "flow", "flow"}));
  EXPECT_EQ(std::get<std::vector<std::string>>(table.column("source").values)[0],
            "flow in out, stage accuracy");
  EXPECT_NE(std::get<std::vector<std::string>>(table.column("place").values)[0].find(
                "table accuracy_by_cause.csv, SHA-256 "),
            std::string::npos);
}

TEST_F(AccuracyResults, AloneAreDifferencesToTheQuantisedNetwork) {
  results(alone, "banks", "one", true);
  const Comparison comparison = parse("results='out' stage='banks'");
  // The parts of the banks' weights stand in the place of these; all lose 0.06 together.
  expect_losses(comparison, {{"quantised weights and inputs", 0.02},
                             {"converters", 0.01},
                             {"crosstalk", 0.01},
                             {"errors of the resonances", 0.02},
                             {"shot noise", 0.0},
                             {"causes acting together", 0.0}});
}

TEST_F(AccuracyResults, StandBesideCitedOnesOfOtherNetworks) {
  results(in_turn);
  const std::string cited =
      "<network name='two'/><accuracy_loss architecture='small' network='two' cause='noise' "
      "value='1 %' kind='measured' source='s' place='p'/>\n";
  const Comparison comparison = parse("results='out'", cited);
  ASSERT_EQ(comparison.losses.size(), 4U);
  EXPECT_EQ(to_string(comparison.losses[3].origin), "cited");
}

TEST_F(AccuracyResults, ThatAreNotThereAreRefused) {
  refuses("results='out'", "no results of a flow that ended");
  results(in_turn);
  refuses("results='out' stage='acuracy'", "did you mean 'accuracy'");
  refuses("results='out' cause='noise'", "beside the results of a flow");
  refuses("stage='accuracy'", "without results");
  refuses("results='out'", "given twice",
          "<accuracy_loss architecture='small' network='one' cause='noise' value='1 %' "
          "kind='measured' source='s' place='p'/>\n",
          7);
  std::filesystem::remove(folder_ / "out" / "results.json");
  refuses("results='out'", "no results of a flow that ended");
}

TEST_F(AccuracyResults, OfAnotherNetworkAreRefused) {
  results(in_turn, "accuracy", "vgg8");
  refuses("results='out'", "are of network 'vgg8'");
}

/// Arrays and banks in one flow: the table is that of the later one.
TEST_F(AccuracyResults, OfTwoStagesInOneTableAreRefused) {
  results(in_turn);
  base::write_file(folder_ / "out" / "manifest.json",
                   "{\n  \"accuracy\": {\n   \"kind\": \"accuracy\"\n  },\n  \"light\": {\n   "
                   "\"kind\": \"photonic-accuracy\"\n  }\n}\n");
  refuses("results='out'", "several stages");
  base::write_file(folder_ / "out" / "tables" / "light_accuracy_by_cause.csv", alone);
  expect_losses(
      parse(),
      {{"quantised weights and inputs", 0.02}, {"converters", 0.01}, {"wire resistance", 0.07}});
}

TEST_F(AccuracyResults, DamagedRowsAreNamedByTheirLine) {
  const std::tuple<const char*, const char*, unsigned> faults[] = {
      {"0.87", "nan", 4},   {"0.87", "1.2", 4},       {"0.87", "-0.1", 4},
      {"0.87", "0.87x", 4}, {"+ converters,", "", 4}, {"step,accuracy", "step,share", 1},
      {"float", "fixed", 2}};
  for (const auto& [from, to, line] : faults) {
    results(architecture::test::changed(in_turn, from, to));
    try {
      static_cast<void>(parse());
      FAIL() << "not refused: " << to;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "comparison.results") << error.what();
      EXPECT_EQ(error.diagnostic().where.line, line) << error.what();
      EXPECT_TRUE(error.diagnostic().where.file.ends_with("accuracy_by_cause.csv"));
    }
  }
}

}  // namespace
}  // namespace neucasl::comparison
