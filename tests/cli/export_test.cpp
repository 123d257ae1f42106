#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "program.hpp"

// Decks that `netlist export` writes, run by the program ngspice alone.

namespace neucasl::test {
namespace {

/// Columns by name, "time" and "v(out)" among them; of complex results the magnitude.
using Waves = std::map<std::string, std::vector<double>>;

/// ngspice's binary raw format, as its manual has it.
Waves read_raw(const std::filesystem::path& file) {
  const std::string bytes = read(file);
  const std::size_t begin = bytes.find("Binary:\n");
  if (begin == std::string::npos) return {};
  std::istringstream header(bytes.substr(0, begin));
  std::size_t variables = 0;
  std::size_t points = 0;
  bool complex = false;
  std::vector<std::string> names;
  for (std::string line; std::getline(header, line);) {
    if (line.starts_with("No. Variables:")) variables = std::stoul(line.substr(14));
    if (line.starts_with("No. Points:")) points = std::stoul(line.substr(11));
    if (line.starts_with("Flags: complex")) complex = true;
    if (!line.starts_with('\t')) continue;
    std::istringstream words(line);
    std::string index;
    words >> index >> names.emplace_back();
  }
  EXPECT_EQ(names.size(), variables);
  Waves waves;
  const char* at = bytes.data() + begin + 8;
  const auto next = [&at] {
    double value = 0.0;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
  };
  for (std::size_t p = 0; p < points; ++p) {
    for (const std::string& name : names) {
      const double real = next();
      waves[name].push_back(complex ? std::hypot(real, next()) : real);
    }
  }
  return waves;
}

Waves read_table(const std::filesystem::path& file) {
  std::istringstream text(read(file));
  std::string line;
  std::getline(text, line);
  std::vector<std::string> names;
  std::istringstream header(line);
  for (std::string name; std::getline(header, name, ',');) {
    names.push_back(name.substr(0, name.find(" (")));
  }
  Waves waves;
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    std::size_t column = 0;
    for (std::string cell; std::getline(cells, cell, ',') && column < names.size(); ++column) {
      waves[names[column]].push_back(std::stod(cell));
    }
  }
  return waves;
}

double value_at(const std::vector<double>& x, const std::vector<double>& y, double place) {
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (place > x[i]) continue;
    return x[i] == x[i - 1] ? y[i]
                            : y[i - 1] + (y[i] - y[i - 1]) * (place - x[i - 1]) / (x[i] - x[i - 1]);
  }
  return y.back();
}

struct Case {
  std::string name;
  std::string file;  ///< Below netlists; or empty for `deck`.
  std::string deck;
  std::string analysis;
  std::string node;
  double tolerance;  ///< Of the range of the wave.
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class ExportTest : public testing::TestWithParam<Case> {};

TEST_P(ExportTest, NgspiceAloneAgreesWithTheNativeSimulator) {
  const Case& one = GetParam();
  const ScratchFolder folder;
  std::string file = std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/" + one.file;
  if (one.file.empty()) {
    file = (folder / "bench.cir").string();
    write(file, one.deck);
  }
  const std::string analysis = " --analysis '" + one.analysis + "' ";
  const std::string deck = (folder / "export.cir").string();
  const Result exported = neucasl("netlist export " + file + ' ' + deck + analysis);
  ASSERT_EQ(exported.code, 0) << exported.err;
  // An empty home: nobody's .spiceinit counts.
  const std::string line = "cd " + (folder / "").string() + " && HOME=$PWD ngspice -b -r a.raw " +
                           deck + " >log 2>&1 </dev/null";
  ASSERT_EQ(std::system(line.c_str()), 0) << read(folder / "log");
  const Waves alone = read_raw(folder / "a.raw");
  const Result native =
      neucasl("simulate " + file + analysis +
              "--simulator native --tolerance tight --quiet --out " + (folder / "native").string());
  ASSERT_EQ(native.code, 0) << native.err;
  const std::string kind = one.analysis.substr(0, one.analysis.find(' '));
  const Waves ours = read_table(folder / ("native/" + kind + ".csv"));

  const std::string axis = kind == "tran" ? "time" : kind == "ac" ? "frequency" : "";
  const std::string signal = "v(" + one.node + ")";
  ASSERT_TRUE(alone.contains(signal)) << read(folder / "log");
  const std::vector<double>& y = alone.at(signal);
  ASSERT_GT(y.size(), 5U);
  std::vector<double> ours_y;
  if (kind == "ac") {
    const std::vector<double>& real = ours.at(signal + "_real");
    const std::vector<double>& imaginary = ours.at(signal + "_imaginary");
    for (std::size_t i = 0; i < real.size(); ++i) {
      ours_y.push_back(std::hypot(real[i], imaginary[i]));
    }
  } else {
    ours_y = ours.at(signal);
  }
  const auto [least, most] = std::minmax_element(y.begin(), y.end());
  ASSERT_GT(*most - *least, 1e-6);
  double worst = 0.0;
  if (axis == "time") {
    const std::vector<double>& t = alone.at("time");
    const std::vector<double>& ours_t = ours.at("time");
    ASSERT_NEAR(t.back(), ours_t.back(), 1e-6 * t.back());
    for (int k = 0; k <= 200; ++k) {
      const double place = t.back() * k / 200.0;
      worst = std::max(worst, std::abs(value_at(t, y, place) - value_at(ours_t, ours_y, place)));
    }
  } else {
    ASSERT_EQ(y.size(), ours_y.size());
    for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(y[i] - ours_y[i]));
  }
  EXPECT_LE(worst, one.tolerance * (*most - *least));
  RecordProperty("worst", std::to_string(worst / (*most - *least)));
}

const std::string inverter =
    "FinFET inverter\nvdd vdd 0 0.7\nvin in 0 pulse(0 0.7 100p 20p 20p 400p 1n)\n"
    "n1 out in 0 0 asap7_n fins=3\nn2 out in vdd vdd asap7_p fins=3\nc1 out 0 1f\n.end\n";

const std::string memristor_row =
    "Row of three memristors, each with its own start\n"
    "vrow row 0 sin(0 1 50meg)\nr1 row a 100\nr2 a b 100\nr3 b c 100\n"
    "n1 a c1 vteam_kvatinsky2015\nn2 b c2 vteam_kvatinsky2015 initial_state=0.5\n"
    "n3 c c3 vteam_kvatinsky2015 initial_state=0.9\n"
    "rs1 c1 0 50\nrs2 c2 0 50\nrs3 c3 0 50\n.end\n";

const std::string elements =
    "Every element of a deck\nv1 in 0 dc 1 ac 1 pulse(0 1 1n 1n 1n 20n 50n)\nr1 in a 50\n"
    "t1 a 0 b 0 z0=50 td=3n\nr2 b 0 75\nc1 b 0 1p\ne1 e 0 b 0 2\nr3 e f 1k\nl1 f 0 10n\n"
    "l2 g 0 10n\nk1 l1 l2 0.5\nr4 g 0 20\ng1 0 h f 0 1m\nr5 h 0 1k\nb1 i 0 v=v(h)^2+0.5*v(b)\n"
    "r6 i j 1k\nc2 j 0 2p\nvs j k 0\nr7 k 0 2k\nf1 0 m vs 3\nr8 m 0 500\n"
    "h1 out 0 vs 1000\nr9 out 0 1k\n.end\n";

INSTANTIATE_TEST_SUITE_P(
    All, ExportTest,
    testing::Values(Case{"PhotonicLink", "photonic/disk_link.ncir", "", "tran 0.1ns 60ns",
                         "received", 1e-3},
                    Case{"FinFetInverter", "", inverter, "tran 1p 2n", "out", 1e-3},
                    Case{"MemristorRow", "", memristor_row, "tran 20p 40n", "c2", 1e-3},
                    Case{"Elements", "", elements, "tran 20p 100n", "out", 1e-2},
                    Case{"ElementsFrequency", "", elements, "ac dec 10 1meg 1g", "out", 1e-6},
                    Case{"InverterCurve", "", inverter, "dc vin 0 0.7 0.01", "out", 1e-6}),
    [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

TEST(Export, AFunctionWithoutACircuitIsRefused) {
  const ScratchFolder folder;
  const Result result = neucasl("netlist export " + std::string(NEUCASL_SOURCE_FOLDER) +
                                "/netlists/logic/c17.blif " + (folder / "c17.cir").string());
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "c17.cir"));
}

}  // namespace
}  // namespace neucasl::test
