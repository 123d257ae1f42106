#include <algorithm>

#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "neucasl/results/report.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr double margin = 16.0;
constexpr double legend_line_height = 20.0;
constexpr double text_size = 14.0;
constexpr double swatch_width = 30.0;

/// A file has no style sheet of a report to lean on.
constexpr std::string_view style =
    "svg { font-family: system-ui, \"Segoe UI\", Roboto, \"DejaVu Sans\", Arial, sans-serif; }\n"
    "text { fill: #1f2328; font-size: 14px; }\n"
    ".caption { font-weight: 600; }\n"
    ".tick, .value, .note { font-size: 12px; }\n"
    ".tick, .note { fill: #59636e; }\n"
    ".axis-title { font-size: 13px; }\n"
    ".empty { font-size: 15px; fill: #59636e; }\n"
    ".axis { stroke: #59636e; stroke-width: 1; }\n"
    ".grid { stroke: #e4e7ea; stroke-width: 1; }\n"
    ".minor { stroke: #f1f3f4; }\n"
    ".curve { fill: none; stroke-width: 2; stroke-linejoin: round; }\n";

std::string text_at(double x, double y, std::string_view css_class, const std::string& text) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" class=\"" +
         std::string(css_class) + "\">" + escape(text) + "</text>\n";
}

/// Lines from the top of the file down.
class Page {
 public:
  [[nodiscard]] double height() const { return y_; }
  [[nodiscard]] const std::string& body() const { return body_; }

  void lines(const std::string& text, std::string_view css_class) {
    for (const std::string& line : wrap_text(text, chart_width, text_size)) {
      y_ += legend_line_height;
      body_ += text_at(margin, y_ - 5.0, css_class, line);
    }
  }

  void legend(const std::vector<LegendEntry>& entries) {
    if (entries.empty()) return;
    double x = margin;
    y_ += legend_line_height;
    for (const LegendEntry& entry : entries) {
      const double width = swatch_width + 8.0 + text_width(entry.name, text_size) + 18.0;
      if (x > margin && x + width > margin + chart_width) {
        x = margin;
        y_ += legend_line_height;
      }
      swatch(entry, x, y_ - 10.0);
      body_ += text_at(x + swatch_width + 8.0, y_ - 5.0, "legend", entry.name);
      x += width;
    }
    y_ += 6.0;
  }

  void picture(const std::string& svg) {
    // A picture inside a picture needs its place only.
    body_ += "<svg x=\"" + coordinate(margin) + "\" y=\"" + coordinate(y_) + '"' + svg.substr(4);
    const std::string key = " height=\"";
    const std::size_t at = svg.find(key);
    y_ += at == std::string::npos ? 0.0 : std::stod(svg.substr(at + key.size()));
  }

 private:
  void swatch(const LegendEntry& entry, double x, double y) {
    const std::string colour = series_colour(entry.series);
    if (entry.swatch != Swatch::points) {
      body_ += "<path d=\"M" + coordinate(x) + ' ' + coordinate(y) + 'H' +
               coordinate(x + swatch_width) + "\" " + line_style(entry.series) + "/>\n";
    }
    if (entry.swatch != Swatch::line) {
      body_ += "<path d=\"" + marker_path(entry.series, x + swatch_width / 2.0, y) + "\" fill=\"" +
               colour + "\"/>\n";
    }
  }

  double y_ = margin;
  std::string body_;
};

}  // namespace

std::string render_svg(const LineChart& chart) {
  const Drawing drawing = draw(chart);
  Page page;
  page.lines(chart.caption, "caption");
  page.legend(drawing.legend);
  page.picture(drawing.svg);
  for (const std::string& note : drawing.notes) page.lines(note, "note");
  const std::string width = coordinate(chart_width + 2.0 * margin);
  const std::string height = coordinate(page.height() + margin);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
         width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + ' ' + height +
         "\">\n<style>\n" + std::string(style) + "</style>\n<rect width=\"" + width +
         "\" height=\"" + height + "\" fill=\"#fff\"/>\n" + page.body() + "</svg>\n";
}

}  // namespace neucasl::results
