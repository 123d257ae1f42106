#include "neucasl/results/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <regex>
#include <set>

namespace neucasl::results {
namespace {

const double nan_value = std::nan("");

Report report_of(ReportItem item) { return {"Title", "", {}, {{"Section", {std::move(item)}}}}; }

std::string html_of(ReportItem item) { return render_html(report_of(std::move(item))); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// All first groups of a pattern, in order.
std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

// The first element that is not closed in order, or empty when all are.
std::string unbalanced(const std::string& html) {
  const std::set<std::string> empty_elements{"meta", "img", "br", "hr"};
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = html.find('<', at)) != std::string::npos) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "unfinished tag";
    const std::string tag = html.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with("!") || tag.ends_with("/")) continue;
    const bool closing = tag.starts_with("/");
    const std::string name =
        tag.substr(closing ? 1 : 0, tag.find_first_of(" \n") - (closing ? 1 : 0));
    if (empty_elements.contains(name)) continue;
    if (!closing) {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return name;
      open.pop_back();
    }
  }
  return open.empty() ? std::string() : open.back();
}

// What every report must be.
void expect_sound(const std::string& html) {
  EXPECT_EQ(unbalanced(html), "");
  EXPECT_FALSE(contains(html, "<script"));
  for (const std::string& target : matches(html, "(?:src|href)=\"([^\"]{0,11})")) {
    EXPECT_TRUE(target.starts_with("#") || target.starts_with("data:image/")) << target;
  }
  EXPECT_FALSE(contains(html, "url("));
  EXPECT_FALSE(contains(html, "@import"));
  for (const std::string& value :
       matches(html, " (?:x|y|x1|x2|y1|y2|width|height|d|viewBox)=\"([^\"]{0,400})")) {
    EXPECT_FALSE(contains(value, "nan") || contains(value, "inf") || contains(value, "e+"))
        << value;
  }
}

std::vector<std::string> ticks(const std::string& html) {
  return matches(html, "<text class=\"tick\"[^>]*>([^<]*)<");
}

std::string decode_base64(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    group = group << 6 | static_cast<std::uint32_t>(letters.find(letter));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 255U);
    }
  }
  return bytes;
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

BarChart bars() {
  return {"Energy by layer",
          {"Energy", "nJ"},
          {"conv1", "dense"},
          {"ADC", "Array"},
          {{1.0, 2.0}, {30.0, 57.5}}};
}

LineChart lines() {
  return {"Retention",
          {"Time", "s", true},
          {"Accuracy", "%"},
          {{"a", {1.0, 1e3, 1e6}, {90.0, 80.0, 70.0}}, {"b", {1.0, 1e6}, {50.0, 60.0}, true}}};
}

HeatMap map(std::size_t rows, std::size_t columns) {
  HeatMap result{"Loss", {"IR drop", "%"}, "Word line", "Bit line", rows, columns, {}};
  for (std::size_t i = 0; i < rows * columns; ++i) {
    result.values.push_back(static_cast<double>(i % columns));
  }
  return result;
}

Report full_report() {
  Report report{"Chip", "seed 1", {}, {}};
  Figure figure;
  figure.key = "accuracy.analog";
  figure.label = "Accuracy";
  figure.value = 0.9731;
  figure.as_percent = true;
  figure.has_interval = true;
  figure.low = 0.96;
  figure.high = 0.985;
  figure.method = "Monte Carlo.";
  figure.plugin = "reliability";
  figure.sources = {"https://example.org/paper", "device <x>"};
  report.figures = {figure};
  figure = {};
  figure.key = "energy";
  figure.value = 3.4567e-7;
  figure.dimension = base::dimension::energy;
  report.figures.push_back(figure);
  Table table{"energy", "Energy by layer", {}};
  table.add("layer", std::vector<std::string>{"a", "b", "c"})
      .add("energy_used", std::vector<double>{1e-9, 25e-9, nan_value}, base::dimension::energy)
      .add("delay", std::vector<double>{1e-9, 1e-3, 1.0}, base::dimension::time);
  report.sections = {
      {"Energy", {Paragraph{"Text & more"}, bars(), ShownTable{table, 2}}},
      {"Accuracy", {lines(), Histogram{"h", {"Accuracy", "%"}, {1, 2, 3}, {{"limit", 2.5}}}}},
      {"Array", {map(8, 8), Preformatted{"Netlist", "r1 a b 1k <x>"}}}};
  return report;
}

TEST(Report, IsOneSoundFile) {
  const std::string html = render_html(full_report());
  expect_sound(html);
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  for (const char* part :
       {"97.31 %", "95 % interval: 96 % to 98.5 %", "345.7 nJ", "Monte Carlo.", "device &lt;x&gt;",
        "Figure 1.</strong> Energy by layer", "Figure 4.", "Table 1.</strong> Energy by layer",
        "href=\"#section-3\"", "id=\"section-3\"", "1 are left out", "r1 a b 1k &lt;x&gt;"}) {
    EXPECT_TRUE(contains(html, part)) << part;
  }
}

TEST(Report, IsDeterministic) { EXPECT_EQ(render_html(full_report()), render_html(full_report())); }

TEST(Report, EveryAnchorExists) {
  const std::string html = render_html(full_report());
  for (const std::string& target : matches(html, "href=\"#([^\"]*)\"")) {
    EXPECT_TRUE(contains(html, "id=\"" + target + "\"")) << target;
  }
}

TEST(Report, EscapesAllText) {
  const std::string evil = "<script>alert(\"1\")</script>&'\x01";
  Report report = report_of(Paragraph{evil});
  report.title = report.subtitle = report.sections[0].title = evil;
  Figure figure;
  figure.key = figure.label = figure.method = figure.plugin = evil;
  figure.sources = {evil};
  report.figures = {figure};
  Table table{evil, evil, {}};
  table.add(evil, std::vector<std::string>{evil});
  auto& items = report.sections[0].items;
  items.emplace_back(ShownTable{table});
  items.emplace_back(BarChart{evil, {evil, evil}, {evil}, {evil, evil}, {{1.0, 2.0}}});
  items.emplace_back(
      LineChart{evil, {evil, evil}, {evil, evil}, {{evil, {1}, {1}}, {evil, {}, {}}}});
  items.emplace_back(Histogram{evil, {evil, evil}, {1.0}, {{evil, 1.0}}});
  items.emplace_back(HeatMap{evil, {evil, evil}, evil, evil, 1, 1, {1.0}});
  items.emplace_back(Preformatted{evil, evil});
  const std::string html = render_html(report);
  expect_sound(html);
  EXPECT_TRUE(contains(html, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"));
}

TEST(Report, ShowsForeignSvgAsAnImage) {
  const std::string html =
      html_of(Preformatted{"Drawing", "<svg onload=\"x()\"><script>x()</script></svg>"});
  expect_sound(html);
  EXPECT_TRUE(contains(html, "src=\"data:image/svg+xml;base64,"));
}

TEST(ReportTable, ScalesColumnsAndAlignsNumbers) {
  const std::string html = render_html(full_report());
  EXPECT_TRUE(contains(html, "<th class=\"right\">energy used (nJ)</th>"));
  EXPECT_TRUE(contains(html, "<td class=\"right\">25</td>"));
  // Nine decades share no prefix.
  EXPECT_TRUE(contains(html, "<th class=\"right\">delay</th>"));
  EXPECT_TRUE(contains(html, "<td class=\"right\">1 ms</td>"));
}

TEST(Charts, AxesCarryUnits) {
  EXPECT_TRUE(contains(html_of(bars()), ">Energy (nJ)<"));
  const std::string line = html_of(lines());
  EXPECT_TRUE(contains(line, ">Time (s)<"));
  EXPECT_TRUE(contains(line, ">Accuracy (%)<"));
  const std::string heat = html_of(map(4, 4));
  for (const char* title : {">IR drop (%)<", ">Word line<", ">Bit line<"}) {
    EXPECT_TRUE(contains(heat, title)) << title;
  }
}

TEST(Charts, TicksAreRound) {
  EXPECT_EQ(ticks(html_of(bars())),
            (std::vector<std::string>{"0", "10", "20", "30", "40", "50", "60", "70", "80", "90"}));
  BarChart small = bars();
  small.values = {{0.0011, 0.0}, {0.0004, 0.0}};
  EXPECT_EQ(ticks(html_of(small)).back(), "0.0012");
  BarChart large = bars();
  large.values = {{4.1e9, 0.0}, {1.0, 0.0}};
  EXPECT_EQ(ticks(html_of(large)).back(), "4.5×10⁹");
}

TEST(Charts, LogarithmicAxisHasDecades) {
  const std::vector<std::string> labels = ticks(html_of(lines()));
  const std::vector<std::string> decades(labels.begin(), labels.begin() + 7);
  EXPECT_EQ(decades, (std::vector<std::string>{"10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"}));
}

TEST(BarChart, HasTotalsAndLegend) {
  const std::string html = html_of(bars());
  EXPECT_TRUE(contains(html, ">87.5</text>"));
  EXPECT_TRUE(contains(html, "<span>Array</span>"));
  EXPECT_TRUE(contains(html, "<title>dense, Array: 57.5 nJ</title>"));
  BarChart single = bars();
  single.series = {"Total"};
  EXPECT_FALSE(contains(html_of(single), "class=\"legend\""));
}

TEST(Histogram, CountsEverySampleOnce) {
  for (const bool logarithmic : {false, true}) {
    Histogram chart{"h", {"Conductance", "uS", logarithmic}, {}, {{"limit", 3.0}}};
    for (int i = 0; i < 1000; ++i) chart.samples.push_back(1.0 + 0.37 * ((i * 7919) % 101));
    std::size_t sum = 0;
    for (const std::string& count : matches(html_of(chart), ": ([0-9]+) samples?</title>")) {
      sum += std::stoul(count);
    }
    EXPECT_EQ(sum, 1000U);
  }
}

TEST(Histogram, TakesEqualSamples) {
  for (const double value : {0.0, -3.0, 98.2, 1e-12}) {
    const std::string html = html_of(Histogram{"h", {"x", "V"}, {value, value, value}, {}});
    expect_sound(html);
    EXPECT_TRUE(contains(html, ": 3 samples</title>"));
  }
}

TEST(Histogram, ShowsMarks) {
  const std::string html = html_of(
      Histogram{"h", {"Accuracy", "%"}, {90, 91, 95}, {{"limit", 60.0}, {"bad", nan_value}}});
  EXPECT_TRUE(contains(html, ">limit: 60 %</text>"));
  EXPECT_FALSE(contains(html, ">bad"));
}

TEST(HeatMap, EmbedsAPngOfItsSize) {
  const auto picture = [&](const HeatMap& chart) {
    // std::regex recurses per letter, so cut the data out by hand.
    const std::string html = html_of(chart);
    const std::string prefix = "data:image/png;base64,";
    const std::size_t first = html.find(prefix) + prefix.size();
    return decode_base64(html.substr(first, html.find('"', first) - first));
  };
  const std::string png = picture(map(20, 30));
  ASSERT_GT(png.size(), 45U);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(big_endian(png, 16), 30U);
  EXPECT_EQ(big_endian(png, 20), 20U);
  EXPECT_EQ(png.substr(png.size() - 8), "IEND\xAE\x42\x60\x82");
  const std::string large = picture(map(300, 129));
  EXPECT_EQ(big_endian(large, 16), 65U);
  EXPECT_EQ(big_endian(large, 20), 100U);
}

TEST(HeatMap, GivesTheExtremesOfSingleCells) {
  HeatMap chart = map(256, 256);
  chart.values[300 * 2] = 12345.0;
  const std::string html = html_of(chart);
  EXPECT_TRUE(contains(html, "most 12345 % (row 2, column 88)"));
  EXPECT_TRUE(contains(html, "mean of up to 2 × 2 cells"));
}

TEST(TornadoChart, BarsRunFromTheReferenceToBothEnds) {
  TornadoChart chart{
      "Caption", {"Ratio", "", false}, 2.0, {{"long", 1.0, 4.0}, {"short", 2.5, 2.0}}};
  const std::string html = html_of(chart);
  EXPECT_EQ(unbalanced(html), "");
  EXPECT_TRUE(contains(html, "long, low: 1<"));
  EXPECT_TRUE(contains(html, "long, high: 4<"));
  EXPECT_TRUE(contains(html, "input high"));
  // Widths are in proportion to the distances from the reference.
  std::vector<double> widths;
  for (const std::string& width :
       matches(html, "<rect[^>]* width=\"([0-9.]+)\"[^>]*><title>[a-z]+, ")) {
    widths.push_back(std::stod(width));
  }
  ASSERT_EQ(widths.size(), 4U);
  EXPECT_NEAR(widths[1] / widths[0], 2.0, 0.01);
  EXPECT_NEAR(widths[2] / widths[0], 0.5, 0.01);
  EXPECT_EQ(widths[3], 0.0);
}

TEST(TornadoChart, UnknownEndsAreCounted) {
  const std::string html =
      html_of(TornadoChart{"Caption", {"Ratio", "", false}, 2.0, {{"one", nan_value, 4.0}}});
  EXPECT_TRUE(contains(html, "Ends that are not known are not shown: 1."));
  EXPECT_FALSE(contains(html, "one, low"));
  EXPECT_TRUE(
      contains(html_of(TornadoChart{"Caption", {"Ratio", "", false}, nan_value, {}}), "no data"));
}

TEST(Charts, DegenerateInputSaysNoData) {
  const std::vector<ReportItem> empty{
      BarChart{},
      BarChart{"c", {"x", "V"}, {"a"}, {"s"}, {}},
      LineChart{},
      LineChart{"c", {"x", "s"}, {"y", "V"}, {{"a", {nan_value}, {1.0}}}},
      LineChart{"c", {"x", "s", true}, {"y", "V"}, {{"a", {0.0, -1.0}, {1.0, 2.0}}}},
      Histogram{},
      Histogram{"c", {"x", "V"}, {nan_value, INFINITY}, {{"limit", 1.0}}},
      HeatMap{},
      HeatMap{"c", {"x", "V"}, "r", "c", 2, 2, {1.0}},
      HeatMap{"c", {"x", "V"}, "r", "c", 1, 2, {nan_value, nan_value}},
      ShownTable{}};
  for (const ReportItem& item : empty) {
    const std::string html = html_of(item);
    expect_sound(html);
    EXPECT_TRUE(contains(html, "no data")) << item.index();
  }
}

TEST(Charts, StrangeNumbersAreSound) {
  const std::vector<double> strange{0.0,      -0.0,      1e308,       -1e308,
                                    5e-324,   1.0,       1.0 + 1e-15, nan_value,
                                    INFINITY, -INFINITY, 1e12,        1e12 + 1.0};
  for (const bool logarithmic : {false, true}) {
    const Axis axis{"x", "V", logarithmic};
    expect_sound(html_of(LineChart{"c", axis, axis, {{"a", strange, strange}}}));
    expect_sound(html_of(Histogram{"c", axis, strange, {{"m", 1e200}}}));
    expect_sound(html_of(HeatMap{"c", axis, "r", "c", 3, 4, strange}));
    expect_sound(html_of(BarChart{"c", axis, {"a", "b"}, {}, {strange, {0.0, 0.0}}}));
    for (const double value : strange) {
      for (const double other : strange) {
        expect_sound(html_of(LineChart{"c", axis, axis, {{"a", {value, other}, {other, value}}}}));
        expect_sound(html_of(Histogram{"c", axis, {value, other}, {}}));
      }
    }
  }
  expect_sound(html_of(BarChart{"zero", {"x", "V"}, {"a"}, {"s"}, {{0.0}}}));
}

TEST(LineChart, BreaksAtGapsAndCountsThem) {
  const std::string html = html_of(
      LineChart{"c", {"x", "s"}, {"y", "V"}, {{"a", {1, 2, 3, 4}, {1.0, nan_value, 2.0, 3.0}}}});
  EXPECT_TRUE(contains(html, "1 point is not shown"));
  const auto curves = matches(html, "<path d=\"([^\"]{0,400})\" class=\"curve\"");
  ASSERT_EQ(curves.size(), 1U);
  EXPECT_EQ(std::count(curves[0].begin(), curves[0].end(), 'M'), 2);
}

TEST(LineChart, ThinsLongLinesButKeepsPeaks) {
  LineChart chart{"c", {"x", "s"}, {"y", "V"}, {{"a", {}, {}}}};
  for (int i = 0; i < 100000; ++i) {
    chart.series[0].x.push_back(i);
    chart.series[0].y.push_back(i == 54321 ? 1000.0 : 0.0);
  }
  const std::string html = html_of(chart);
  EXPECT_LT(html.size(), 120000U);
  EXPECT_EQ(ticks(html).back(), "1000");
}

}  // namespace
}  // namespace neucasl::results
