#include "neucasl/exploration/accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <set>

#include "tests/exploration/spaces.hpp"

namespace neucasl::exploration {
namespace {

using spaces::Bench;
using spaces::space_text;
using spaces::text_of;

double number(const architecture::Architecture& architecture, const char* path) {
  return number_at(architecture, path).value.value;
}

/// An accuracy by rows and bits of a cell alone; 8 rows of cells of 2 bits cannot be run.
class FakeSource final : public AccuracySource {
 public:
  std::string source_key() const override { return key_; }
  std::string key(const architecture::Architecture& architecture,
                  const std::vector<BankSetting>& bank) const override {
    std::string text =
        std::to_string(rows(architecture)) + ' ' + std::to_string(bits(architecture));
    for (const BankSetting& one : bank) text += ' ' + one.name + '=' + one.text;
    return text;
  }
  MeasuredAccuracy measure(const architecture::Architecture& architecture,
                           const std::vector<BankSetting>& bank) const override {
    {
      const std::lock_guard lock(mutex_);
      ++runs_;
      keys_.insert(key(architecture, bank));
    }
    if (rows(architecture) == 8 && bits(architecture) == 2) {
      throw base::Error("test.fit", "it does not\nfit", "");
    }
    return {static_cast<std::size_t>(100 - rows(architecture) - bits(architecture)), 100};
  }
  std::string method() const override { return "by a test."; }

  std::size_t runs() const { return runs_; }
  const std::set<std::string>& keys() const { return keys_; }
  void rename(const std::string& key) { key_ = key; }

 private:
  static int rows(const architecture::Architecture& architecture) {
    return static_cast<int>(number(architecture, "chip/tile/group/array/rows"));
  }
  static int bits(const architecture::Architecture& architecture) {
    return static_cast<int>(number(architecture, "chip/tile/group/array/bits_per_cell"));
  }
  mutable std::mutex mutex_;
  mutable std::size_t runs_ = 0;
  mutable std::set<std::string> keys_;
  std::string key_ = "weights";
};

std::string with_accuracy(const std::string& element,
                          const std::string& search = "<search method='grid'/>") {
  return architecture::test::changed(space_text(search), "<objective of='energy_J'",
                                     element + "\n<objective of='energy_J'");
}

const char* const inference =
    "<accuracy method='inference' estimate='cells'/><objective of='accuracy' goal='maximise'/>";

Exploration run(Bench& bench, const FakeSource& source, Options options = {}) {
  options.accuracy = &source;
  return bench.run(std::move(options));
}

double accuracy_of(const Space& space, const Point& point) {
  for (std::size_t k = 0; k < space.figures.size(); ++k) {
    if (space.figures[k].name == "accuracy") return point.figures.at(k).value;
  }
  throw std::logic_error("no accuracy");
}

TEST(AccuracyByInference, RunsOnceForPointsThatShareIt) {
  Bench bench(with_accuracy(inference));
  const FakeSource source;
  Options options;
  options.threads = 3;
  const Exploration found = run(bench, source, options);
  ASSERT_EQ(found.points.size(), 48U);
  // Tiles and duplication do not change it.
  EXPECT_EQ(source.runs(), source.keys().size());
  EXPECT_EQ(source.runs(), 6U);
  std::size_t with = 0;
  for (const Point& point : found.points) {
    if (point.figures.empty()) continue;
    ++with;
    const double rows = std::get<base::Quantity>(point.values[0]).value;
    const double bits = std::get<base::Quantity>(point.values[1]).value;
    EXPECT_DOUBLE_EQ(accuracy_of(bench.space(), point), (100.0 - rows - bits) / 100.0);
  }
  EXPECT_GT(with, 20U);
}

TEST(AccuracyByInference, FailuresAreOfTheirPoints) {
  Bench bench(with_accuracy(inference));
  const FakeSource source;
  std::size_t failed = 0;
  for (const Point& point : run(bench, source).points) {
    if (point.code != "test.fit") continue;
    ++failed;
    EXPECT_EQ(point.reason, "it does not fit");
    EXPECT_EQ(std::get<base::Quantity>(point.values[0]).value, 8.0);
  }
  EXPECT_GT(failed, 0U);
}

TEST(AccuracyByInference, GoesOnFromLogsCutAnywhere) {
  const std::string text = with_accuracy(inference,
                                         "<search method='nsga2' population='8' "
                                         "generations='6' seed='2'/>");
  Bench whole(text);
  const FakeSource source;
  Options options;
  options.log = whole.log();
  options.accuracy_log = whole.log().string() + ".accuracies";
  const std::string expected = text_of(whole.space(), run(whole, source, options));
  const std::string log = base::read_file(options.log);
  const std::string accuracies = base::read_file(options.accuracy_log);
  for (std::size_t part = 0; part <= 8; ++part) {
    Bench again(text);
    const FakeSource other;
    options.log = again.log();
    options.accuracy_log = again.log().string() + ".accuracies";
    options.threads = 2;
    base::write_file(options.log, log.substr(0, log.size() * part / 8));
    base::write_file(options.accuracy_log, accuracies.substr(0, accuracies.size() * part / 8));
    EXPECT_EQ(text_of(again.space(), run(again, other, options)), expected) << part;
    EXPECT_EQ(base::read_file(options.log), log) << part;
    EXPECT_EQ(other.runs() == 0, part == 8) << part;
  }
  options.log = whole.log();
  options.accuracy_log = whole.log().string() + ".accuracies";
  EXPECT_EQ(base::read_file(options.accuracy_log), accuracies);
  FakeSource renamed;
  renamed.rename("other weights");
  EXPECT_THROW(static_cast<void>(run(whole, renamed, options)), base::Error);
}

TEST(AccuracyByInference, StandsBesideItsEstimateAtEachPoint) {
  Bench bench(with_accuracy(inference));
  const FakeSource source;
  const Exploration found = run(bench, source);
  ASSERT_TRUE(found.accuracy_check.has_value());
  std::size_t with = 0;
  for (const Point& point : found.points) with += point.figures.empty() ? 0 : 1;
  EXPECT_EQ(found.accuracy_check->points.size(), with);
  // More cells are more rows, and less accurate; the bits make it less than perfect.
  ASSERT_TRUE(found.accuracy_check->rank_correlation.has_value());
  EXPECT_LT(*found.accuracy_check->rank_correlation, -0.8);
  EXPECT_GT(*found.accuracy_check->rank_correlation, -1.0);
  const std::string html = results::render_html(exploration_report(bench.space(), found));
  for (const char* part : {"by a test.", "Spearman", "Accuracy by inference over cells"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_NE(results::to_csv(front_table(bench.space(), found)).find(",inference\n"),
            std::string::npos);
}

TEST(AccuracyByFormula, IsComparedAtASample) {
  const std::string text =
      with_accuracy("<accuracy method='formula' estimate='cells' sample='9' seed='4'/>");
  Bench bench(text);
  const FakeSource source;
  const Exploration found = run(bench, source);
  const AccuracyCheck& check = *found.accuracy_check;
  EXPECT_EQ(check.points.size() + check.without, 9U);
  EXPECT_LE(source.runs(), 6U);
  EXPECT_TRUE(std::is_sorted(check.points.begin(), check.points.end()));
  for (std::size_t k = 0; k < check.points.size(); ++k) {
    const Point& point = found.points[check.points[k]];
    const double rows = std::get<base::Quantity>(point.values[0]).value;
    EXPECT_EQ(check.estimates[k], 8.0 * rows);
    EXPECT_EQ(check.accuracies[k].images, 100U);
  }
  // The points are those of the space without inferences.
  Bench plain(space_text());
  const std::string csv = results::to_csv(points_table(bench.space(), found));
  EXPECT_NE(csv.find("formula cells"), std::string::npos);
  EXPECT_EQ(plain.run().front, found.front);
  Bench again(text);
  const FakeSource other;
  EXPECT_EQ(run(again, other).accuracy_check->points, check.points);
  EXPECT_EQ(accuracy_table(bench.space(), check).rows(), check.points.size());
}

TEST(AccuracyByFormula, TheLogServesAnotherSample) {
  Bench bench(with_accuracy("<accuracy method='formula' estimate='cells' sample='5'/>"));
  const FakeSource source;
  Options options;
  options.log = bench.log();
  static_cast<void>(run(bench, source, options));
  const std::size_t estimates = bench.estimates();
  Bench more(with_accuracy("<accuracy method='formula' estimate='cells' sample='7'/>"));
  static_cast<void>(run(more, source, options));
  EXPECT_GT(estimates, 0U);
  EXPECT_EQ(more.estimates(), 0U);
}

TEST(BankParameters, AreFormulasAndWords) {
  const std::string bank =
      "<accuracy method='inference'>\n<bank_parameter name='channels' formula='2 * rows'/>\n"
      "<bank_parameter name='resonator' value='a_card'/>\n</accuracy>\n";
  Bench bench(with_accuracy(bank));
  const FakeSource source;
  static_cast<void>(run(bench, source));
  EXPECT_TRUE(source.keys().contains("4 1 channels=8 resonator=a_card"));
  Bench wrong(with_accuracy(architecture::test::changed(bank, "2 * rows", "2 * row")));
  try {
    static_cast<void>(run(wrong, source));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "exploration.formula");
    EXPECT_EQ(error.diagnostic().where.line, 13U);
  }
}

struct AccuracyFault {
  const char* element;
  const char* code;
  const char* says;
};

void PrintTo(const AccuracyFault& fault, std::ostream* stream) { *stream << fault.element; }

class AccuracyFaults : public testing::TestWithParam<AccuracyFault> {};

TEST_P(AccuracyFaults, AreNamedWithTheirPlace) {
  const AccuracyFault& fault = GetParam();
  try {
    const Bench bench(with_accuracy(fault.element));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, fault.code) << error.what();
    EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos) << error.what();
    EXPECT_EQ(error.diagnostic().where.line, 12U) << error.what();
  }
}

const AccuracyFault accuracy_faults[] = {
    {"<accuracy method='guess'/>", "exploration.accuracy", "guess"},
    {"<accuracy method='formula' sample='9'/>", "exploration.accuracy", "estimate"},
    {"<accuracy method='formula' estimate='cells'/>", "exploration.accuracy", "sample"},
    {"<accuracy method='formula' estimate='cells' sample='2'/>", "exploration.accuracy", "sample"},
    {"<accuracy method='inference' sample='9'/>", "exploration.accuracy", "each point"},
    {"<accuracy method='inference' images='0'/>", "exploration.accuracy", "10^7"},
    {"<accuracy method='inference' images='nan'/>", "exploration.accuracy", "no number"},
    {"<accuracy method='inference' time='-1 s'/>", "exploration.accuracy", "negative"},
    {"<accuracy method='inference' time='nan s'/>", "base.quantity", "nan"},
    {"<accuracy method='inference' time='1 V'/>", "base.dimension", "s"},
    {"<accuracy method='inference' wires='maybe'/>", "exploration.accuracy", "maybe"},
    {"<accuracy method='inference' tuning='none'/>", "exploration.accuracy", "none"},
    {"<accuracy method='inference' weights='w' epochs='3'/>", "exploration.accuracy", "epochs"},
    {"<accuracy method='inference' image='3'/>", "exploration.xml", "images"},
    {"<accuracy method='inference'><bank_parameter name='a'/></accuracy>", "exploration.accuracy",
     "no value"},
    {"<accuracy method='inference'><bank_parameter name='a' value='1' formula='2'/></accuracy>",
     "exploration.accuracy", "two"},
    {"<accuracy method='inference'/><accuracy method='inference'/>", "exploration.accuracy",
     "second"},
    {"<accuracy method='inference'/><figure name='accuracy' formula='1'/>", "exploration.accuracy",
     "by a formula"},
};

INSTANTIATE_TEST_SUITE_P(Each, AccuracyFaults, testing::ValuesIn(accuracy_faults));

TEST(AccuracyFaults, WithoutASourceNothingRuns) {
  Bench bench(with_accuracy(inference));
  EXPECT_THROW(static_cast<void>(bench.run()), base::Error);
  EXPECT_EQ(bench.estimates(), 0U);
}

TEST(RankCorrelation, IsThatOfTheRanks) {
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0, 5.0};
  const std::vector<double> cubes = {1.0, 8.0, 27.0, 64.0, 125.0};
  const std::vector<double> falling = {5.0, 4.0, 3.0, 2.0, 1.0};
  EXPECT_DOUBLE_EQ(rank_correlation(x, cubes).value(), 1.0);
  EXPECT_DOUBLE_EQ(rank_correlation(x, falling).value(), -1.0);
  // Without ties 1 - 6 sum d^2 / (n (n^2 - 1)): d = 1, 1, 0, 1, 1.
  const std::vector<double> swapped = {2.0, 1.0, 3.0, 5.0, 4.0};
  EXPECT_DOUBLE_EQ(rank_correlation(x, swapped).value(), 1.0 - 6.0 * 4.0 / (5.0 * 24.0));
  // Ranks 1.5, 1.5, 3 with 1, 2, 3.
  const std::vector<double> tied = {7.0, 7.0, 9.0};
  EXPECT_NEAR(rank_correlation(std::span(x).first(3), tied).value(), std::sqrt(0.75), 1e-15);
}

TEST(RankCorrelation, NeedsThreePairsThatDiffer) {
  const std::vector<double> x = {1.0, 2.0, 3.0};
  const std::vector<double> same = {4.0, 4.0, 4.0};
  EXPECT_FALSE(rank_correlation(x, same).has_value());
  EXPECT_FALSE(rank_correlation(same, x).has_value());
  EXPECT_FALSE(rank_correlation(std::span(x).first(2), std::span(x).first(2)).has_value());
}

}  // namespace
}  // namespace neucasl::exploration
