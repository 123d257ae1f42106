#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/xml.hpp"
#include "neucasl/results/report.hpp"

namespace neucasl::results {
namespace {

LineChart chart_of(std::size_t series) {
  LineChart chart{"Voltage & <current>", {"Time", "ns", false}, {"Voltage", "mV", false}, {}};
  for (std::size_t i = 0; i < series; ++i) {
    chart.series.push_back({"net<" + std::to_string(i) + ">", {0, 1, 2}, {1, 3, 2}, false});
  }
  return chart;
}

std::size_t count(const base::XmlElement& element, const std::string& name) {
  std::size_t sum = element.name == name ? 1 : 0;
  for (const base::XmlElement& child : element.children) sum += count(child, name);
  return sum;
}

TEST(SvgFile, IsWellFormedAndNeedsNothingElse) {
  const std::string svg = render_svg(chart_of(3));
  const base::XmlElement root = base::parse_xml(svg, "chart.svg", "svg");
  EXPECT_EQ(root.required("xmlns"), "http://www.w3.org/2000/svg");
  EXPECT_EQ(count(root, "style"), 1U);
  EXPECT_EQ(count(root, "script"), 0U);
  EXPECT_EQ(svg.find("href"), std::string::npos);
  EXPECT_NE(svg.find("Voltage &amp; &lt;current&gt;"), std::string::npos);
  EXPECT_NE(svg.find(">net&lt;2&gt;<"), std::string::npos);
  EXPECT_EQ(svg, render_svg(chart_of(3)));
}

TEST(SvgFile, GrowsWithItsLegendAndNotes) {
  const auto height = [](const LineChart& chart) {
    return std::stod(base::parse_xml(render_svg(chart), "c", "svg").required("height"));
  };
  EXPECT_GT(height(chart_of(3)), height(chart_of(1)));
  EXPECT_GT(height(chart_of(40)), height(chart_of(3)));
  LineChart gap = chart_of(1);
  gap.series[0].y[1] = std::nan("");
  EXPECT_GT(height(gap), height(chart_of(1)));
  EXPECT_NE(render_svg(gap).find("class=\"note\""), std::string::npos);
}

TEST(SvgFile, OfAChartWithoutDataSaysSo) {
  const LineChart empty = chart_of(0);
  EXPECT_NE(render_svg(empty).find("class=\"empty\""), std::string::npos);
}

}  // namespace
}  // namespace neucasl::results
