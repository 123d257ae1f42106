#include "neucasl/comparison/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "performance/estimator.hpp"
#include "tests/architecture/parts.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::comparison {
namespace {

namespace parts = architecture::test;
using parts::changed;

/// "fast": the small architecture with twice as fast converters; "small" is the baseline.
std::string comparison_text() {
  return "<comparison id='c' title='t' baseline='small'>\n"
         "<citation key='s'>a source</citation>\n"
         "<network name='one'/>\n"
         "<network name='two'/>\n"
         "<phase name='inference'/>\n"
         "<architecture name='small.xml'/>\n"
         "<architecture name='fast.xml'/>\n"
         "<claim of='throughput_ops' architecture='fast' baseline='small' phase='inference' "
         "ratio='4' source='s' place='abstract'/>\n"
         "<claim of='energy_J' architecture='fast' baseline='small' network='one' "
         "phase='inference' ratio='0.5' source='s' place='abstract'/>\n"
         "<accuracy_loss architecture='fast' network='one' cause='noise' value='0.01' "
         "kind='assumed' source='s' place='p'/>\n"
         "<accuracy_loss architecture='fast' network='one' cause='converters' value='0.5 %' "
         "kind='assumed' source='s' place='p'/>\n"
         "<variation architecture='fast' number='chip/tile/group/adc/time' by='50 %'/>\n"
         "<sensitivity of='throughput_ops' architecture='fast' network='two' phase='inference' "
         "by='10 %'/>\n"
         "</comparison>\n";
}

class ComparisonTest : public testing::Test {
 protected:
  ComparisonTest() {
    write("small", parts::description());
    write("fast", changed(parts::description(), converter("2"), converter("1")));
  }

  static std::string converter(const std::string& nanoseconds) {
    return parts::component("adc", "2", "2", nanoseconds, parts::number("bits", "6", "1"));
  }
  void write(const std::string& id, const std::string& description) const {
    static_cast<void>(folder_.file(
        id + ".xml", parts::with_places(changed(description, "id='small'", "id='" + id + "'"))));
  }
  Comparison parse(const std::string& text = comparison_text()) const {
    const std::string file = folder_.file("compare.xml", text);
    return parse_comparison(base::read_file(file), file, {});
  }

  static workload::Workload workload_of(const std::string& network) {
    return network == "one" ? parts::workload_of({parts::matrix("a", 1, 12, 7, 3)})
                            : parts::workload_of({parts::matrix("a", 1, 5, 30, 4)});
  }
  static std::vector<results::Figure> estimate(const architecture::Architecture& architecture,
                                               const Network& network, const Phase& phase) {
    if (phase.name != "inference") throw base::Error("test.phase", "no such phase", "");
    performance_plugin::PerformanceEstimator estimator;
    plugin::Context context;
    const workload::Workload workload = workload_of(network.name);
    return estimator.estimate_inference(architecture, workload, {}, context).figures;
  }
  static ComparisonResult run(const Comparison& comparison, int threads = 1) {
    Options options;
    options.threads = threads;
    return compare(comparison, estimate, options);
  }
  static double value_of(const Comparison& comparison, const std::string& architecture,
                         const std::string& network, const std::string& figure) {
    for (const Entrant& one : comparison.entrants) {
      if (one.architecture.id != architecture) continue;
      for (const results::Figure& known :
           estimate(one.architecture, {network, {}}, {"inference", 1, {}})) {
        if (known.key == figure) return known.value;
      }
    }
    throw std::logic_error("no figure " + figure);
  }

  neucasl::test::ScratchFolder folder_;
};

const std::vector<double>& numbers(const results::Table& table, const std::string& column) {
  return std::get<std::vector<double>>(table.column(column).values);
}
const std::vector<std::string>& texts(const results::Table& table, const std::string& column) {
  return std::get<std::vector<std::string>>(table.column(column).values);
}

TEST_F(ComparisonTest, RatiosAreOfTheEstimates) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  const results::Table table = comparison_table(comparison, result);
  ASSERT_EQ(table.rows(), 4U);
  EXPECT_EQ(texts(table, "architecture"),
            (std::vector<std::string>{"small", "fast", "small", "fast"}));
  for (const std::string_view figure : compared_figures) {
    const std::vector<double>& ratios = numbers(table, "ratio_" + std::string(figure));
    EXPECT_EQ(ratios[0], 1.0);
    EXPECT_EQ(ratios[2], 1.0);
    for (const std::size_t row : {1U, 3U}) {
      const std::string network = texts(table, "network")[row];
      EXPECT_DOUBLE_EQ(ratios[row],
                       value_of(comparison, "fast", network, std::string(figure)) /
                           value_of(comparison, "small", network, std::string(figure)));
    }
  }
  EXPECT_GT(numbers(table, "ratio_throughput_ops")[3], 1.2);
  const results::Table means = mean_ratios_table(comparison, result);
  const std::vector<double>& ratios = numbers(table, "ratio_throughput_ops");
  EXPECT_DOUBLE_EQ(numbers(means, "ratio_throughput_ops")[1], std::sqrt(ratios[1] * ratios[3]));
}

TEST_F(ComparisonTest, ClaimsStandBesideOurRatios) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  const results::Table claims = claims_table(result);
  ASSERT_EQ(claims.rows(), 2U);
  const results::Table means = mean_ratios_table(comparison, result);
  EXPECT_EQ(numbers(claims, "claimed"), (std::vector<double>{4.0, 0.5}));
  EXPECT_EQ(numbers(claims, "ours")[0], numbers(means, "ratio_throughput_ops")[1]);
  EXPECT_DOUBLE_EQ(numbers(claims, "ours")[1],
                   value_of(comparison, "fast", "one", "energy_J") /
                       value_of(comparison, "small", "one", "energy_J"));
  EXPECT_DOUBLE_EQ(numbers(claims, "ours_over_claimed")[0], numbers(claims, "ours")[0] / 4.0);
  EXPECT_EQ(texts(claims, "source")[0], "a source");
  EXPECT_EQ(texts(claims, "network"), (std::vector<std::string>{"mean", "one"}));
}

TEST_F(ComparisonTest, LossOfAccuracyIsWhatSourcesState) {
  const Comparison comparison = parse();
  const results::Table table = comparison_table(comparison, run(comparison));
  const std::vector<double>& losses = numbers(table, "accuracy_loss");
  EXPECT_DOUBLE_EQ(losses[1], 0.015);
  EXPECT_TRUE(std::isnan(losses[0]));
  EXPECT_TRUE(std::isnan(losses[3]));
  std::string text = comparison_text();
  for (int k = 0; k < 2; ++k) {
    const std::size_t begin = text.find("<accuracy_loss");
    text.erase(begin, text.find("/>", begin) + 2 - begin);
  }
  const Comparison without = parse(text);
  EXPECT_THROW(static_cast<void>(comparison_table(without, run(without)).column("accuracy_loss")),
               base::Error);
}

TEST_F(ComparisonTest, MovesGiveTheRatiosOfChangedArchitectures) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  ASSERT_EQ(result.sensitivities.size(), 1U);
  const SensitivityResult& one = result.sensitivities[0];
  ASSERT_TRUE(one.ratio.has_value());
  const double own = value_of(comparison, "fast", "two", "throughput_ops");
  const double other = value_of(comparison, "small", "two", "throughput_ops");
  EXPECT_DOUBLE_EQ(*one.ratio, own / other);
  std::size_t checked = 0;
  for (const Move& move : one.moves) {
    architecture::Architecture moved =
        comparison.entrants[move.architecture == "fast" ? 1 : 0].architecture;
    if (!move.ratio_at_high) continue;
    set_number(moved, move.path, move.high, {device::Kind::assumed, {"k", "", "c"}, "p"});
    finish_changes(moved);
    for (const results::Figure& figure : estimate(moved, {"two", {}}, {"inference", 1, {}})) {
      if (figure.key != "throughput_ops") continue;
      EXPECT_DOUBLE_EQ(*move.ratio_at_high,
                       move.architecture == "fast" ? figure.value / other : own / figure.value)
          << move.path;
      ++checked;
    }
  }
  EXPECT_GT(checked, 4U);
}

TEST_F(ComparisonTest, NumbersMoveByWhatIsStated) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  std::size_t found = 0;
  for (const Move& move : result.sensitivities[0].moves) {
    if (move.path == "chip/tile/group/adc/time") {
      const double share = move.architecture == "fast" ? 0.5 : 0.1;
      EXPECT_DOUBLE_EQ(move.high.value, (1.0 + share) * move.value.value);
      EXPECT_DOUBLE_EQ(move.low.value, (1.0 - share) * move.value.value);
      ++found;
    }
    if (move.path == "chip/tile/group/adc/count") {
      // A count of 2 moves to the next whole numbers.
      EXPECT_EQ(move.low.value, 1.0);
      EXPECT_EQ(move.high.value, 3.0);
      ++found;
    }
  }
  EXPECT_EQ(found, 4U);
}

TEST_F(ComparisonTest, MovesAreOfTheWantedKinds) {
  const auto moves_with = [&](const std::string& attributes) {
    const Comparison comparison = parse(changed(comparison_text(), "by='10 %'", attributes));
    return run(comparison).sensitivities[0].moves;
  };
  for (const Move& move : moves_with("by='10 %' counts='no'")) {
    EXPECT_EQ(move.path.find("count"), std::string::npos) << move.path;
    EXPECT_EQ(move.path.find("bits"), std::string::npos) << move.path;
  }
  EXPECT_FALSE(moves_with("by='10 %' counts='no' kinds='derived assumed'").empty());
  EXPECT_TRUE(moves_with("by='10 %' kinds='measured fitted'").empty());
  EXPECT_THROW(static_cast<void>(moves_with("by='10 %' kinds='guessed'")), base::Error);
  EXPECT_THROW(static_cast<void>(moves_with("by='10 %' counts='maybe'")), base::Error);
}

TEST_F(ComparisonTest, TheLargestEffectComesFirst) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  const SensitivityResult& one = result.sensitivities[0];
  for (std::size_t k = 1; k < one.moves.size(); ++k) {
    EXPECT_GE(one.moves[k - 1].effect(*one.ratio), one.moves[k].effect(*one.ratio));
  }
  // The ratio hangs on the converters and their number; energies do not enter.
  EXPECT_GT(one.moves[0].effect(*one.ratio), 0.1);
  for (const Move& move : one.moves) EXPECT_EQ(move.path.find("energy"), std::string::npos);
  EXPECT_GT(one.without_effect, 50U);
  // All numbers of the small architecture are assumed.
  EXPECT_DOUBLE_EQ(one.assumed_effect, 1.0);
}

TEST_F(ComparisonTest, MovesBeyondWhatIsPossibleAreRecorded) {
  const Comparison comparison = parse();
  const ComparisonResult result = run(comparison);
  std::size_t refused = 0;
  for (const Move& move : result.sensitivities[0].moves) {
    if (move.ratio_at_low && move.ratio_at_high) continue;
    ++refused;
    EXPECT_FALSE(move.reason.empty()) << move.path;
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(ComparisonTest, TakesTheFewestChipsThatHold) {
  std::string text = changed(comparison_text(), "'small.xml'/>", "'small.xml' chips='fewest'/>");
  text = changed(text, "'fast.xml'/>", "'fast.xml' chips='5'/>");
  Comparison comparison = parse(text);
  comparison.networks = {{"large", {}}};
  comparison.claims.clear();
  comparison.sensitivities.clear();
  const auto large = [](const architecture::Architecture& architecture, const Network& /*network*/,
                        const Phase& /*phase*/) {
    performance_plugin::PerformanceEstimator estimator;
    plugin::Context context;
    // 10 x 3 arrays, of which a chip has 12.
    const workload::Workload workload = parts::workload_of({parts::matrix("a", 1, 2, 40, 12)});
    return estimator.estimate_inference(architecture, workload, {}, context).figures;
  };
  const ComparisonResult result = compare(comparison, large, {});
  EXPECT_EQ(result.outcomes[0].chips, 3U);
  EXPECT_FALSE(result.outcomes[0].figures.empty());
  EXPECT_TRUE(result.outcomes[0].reason.empty());
  EXPECT_EQ(result.outcomes[1].chips, 5U);
  comparison.entrants[0].chips = Chips::described;
  const ComparisonResult one = compare(comparison, large, {});
  EXPECT_TRUE(one.outcomes[0].figures.empty());
  EXPECT_NE(one.outcomes[0].reason.find("needs 30 arrays"), std::string::npos)
      << one.outcomes[0].reason;
  const results::Table table = comparison_table(comparison, one);
  EXPECT_TRUE(std::isnan(numbers(table, "ratio_throughput_ops")[1]));
}

TEST_F(ComparisonTest, DoesNotDependOnThreads) {
  const Comparison comparison = parse();
  const auto text = [&](int threads) {
    const ComparisonResult result = run(comparison, threads);
    return results::render_html(comparison_report(comparison, result)) +
           results::to_csv(sensitivity_table(result.sensitivities[0], 0));
  };
  EXPECT_EQ(text(1), text(3));
}

TEST_F(ComparisonTest, ReportHasTornadoAndClaims) {
  const Comparison comparison = parse();
  const std::string html = results::render_html(comparison_report(comparison, run(comparison)));
  for (const char* part :
       {"input high", "fast: chip/tile/group/adc/count *", "a source", "Accuracy", "converters"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
}

struct Fault {
  const char* from;
  const char* to;
  const char* code;
  const char* says;
  unsigned line;
};

void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.to; }

const Fault faults[] = {
    {"baseline='small'>", "baseline='smal'>", "comparison.name", "did you mean 'small'", 1},
    {"<network name='one'/>", "<network name='two'/>", "comparison.name", "twice", 4},
    {"<network name='one'/>", "<net name='one'/>", "comparison.xml", "network", 3},
    {"'fast.xml'/>", "'small.xml'/>", "comparison.name", "twice", 7},
    {"'fast.xml'/>", "'fast.xml' chips='0'/>", "comparison.number", "1 to 10^9", 7},
    {"'fast.xml'/>", "'fastest'/>", "architecture.unknown", "fastest", 7},
    {"<phase name='inference'/>", "", "comparison.empty", "<phase>", 1},
    {"ratio='4'", "ratio='nan'", "base.quantity", "nan", 8},
    {"ratio='4'", "ratio='0'", "comparison.number", "not above 0", 8},
    {"architecture='fast' baseline", "architecture='faster' baseline", "comparison.name",
     "did you mean 'fast'", 8},
    {"ratio='4' source='s'", "ratio='4' source='x'", "device.source", "'x'", 8},
    {"network='one' cause='noise'", "network='three' cause='noise'", "comparison.name", "three",
     10},
    {"kind='assumed'", "kind='guessed'", "device.kind", "guessed", 10},
    {"group/adc/time", "group/adc/tim", "architecture.path", "adc/time", 12},
    {"by='50 %'", "by='100 %'", "comparison.number", "reaches 0", 12},
    {"of='throughput_ops' architecture='fast' network",
     "of='throughput_ops' architecture='small' network", "comparison.name", "itself", 13},
};

class ComparisonFault : public ComparisonTest, public testing::WithParamInterface<Fault> {};

TEST_P(ComparisonFault, IsNamedWithItsPlace) {
  const Fault& fault = GetParam();
  try {
    static_cast<void>(parse(changed(comparison_text(), fault.from, fault.to)));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, fault.code) << error.what();
    EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos) << error.what();
    EXPECT_EQ(error.diagnostic().where.line, fault.line) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Each, ComparisonFault, testing::ValuesIn(faults));

TEST_F(ComparisonTest, AFigureThatNobodyGivesIsRefused) {
  for (const auto& [from, line] :
       {std::pair{"<claim of='energy_J'", 9U}, {"<sensitivity of='throughput_ops'", 13U}}) {
    std::string to = from;
    to.insert(to.size() - 3, "x");
    const Comparison comparison = parse(changed(comparison_text(), from, to));
    try {
      static_cast<void>(run(comparison));
      FAIL() << "not refused: " << to;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "comparison.figure");
      EXPECT_EQ(error.diagnostic().where.line, line);
    }
  }
}

}  // namespace
}  // namespace neucasl::comparison
