#include "colours.hpp"
#include "markup.hpp"
#include "png.hpp"
#include "report_parts.hpp"

namespace neucasl::results {
namespace {

std::string swatch(const LegendEntry& entry) {
  const std::string colour = series_colour(entry.series);
  if (entry.swatch == Swatch::area) {
    return "<svg width=\"13\" height=\"13\"><rect width=\"13\" height=\"13\" fill=\"" + colour +
           "\"/></svg>";
  }
  std::string html = "<svg width=\"30\" height=\"13\">";
  if (entry.swatch != Swatch::points) {
    html += "<path d=\"M0 6.5L30 6.5\" " + line_style(entry.series) + "/>";
  }
  if (entry.swatch != Swatch::line) {
    html += "<path d=\"" + marker_path(entry.series, 15.0, 6.5) + "\" fill=\"" + colour + "\"/>";
  }
  return html + "</svg>";
}

bool is_svg(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return false;
  text.remove_prefix(start);
  return text.starts_with("<svg") ||
         (text.starts_with("<?xml") && text.find("<svg") != std::string_view::npos);
}

// A picture on its own needs the name space that inline SVG does without.
std::string standalone(std::string svg) {
  const std::size_t start = svg.find("<svg");
  const std::size_t end = svg.find('>', start);
  if (svg.substr(start, end - start).find("xmlns=") == std::string::npos) {
    svg.insert(start + 4, " xmlns=\"http://www.w3.org/2000/svg\"");
  }
  return svg;
}

}  // namespace

std::string drawing_html(const Drawing& drawing) {
  std::string html;
  if (!drawing.legend.empty()) {
    html += "<ul class=\"legend\">\n";
    for (const LegendEntry& entry : drawing.legend) {
      html += "<li>" + swatch(entry) + "<span>" + escape(entry.name) + "</span></li>\n";
    }
    html += "</ul>\n";
  }
  html += "<div class=\"scroll chart\">" + drawing.svg + "</div>\n";
  for (const std::string& note : drawing.notes) {
    html += "<p class=\"note\">" + escape(note) + "</p>\n";
  }
  return html;
}

std::string preformatted_html(const Preformatted& item) {
  if (!is_svg(item.text)) return "<pre>" + escape(item.text) + "</pre>\n";
  return "<div class=\"scroll\"><img class=\"drawing\" alt=\"" + escape(item.caption) +
         "\" src=\"data:image/svg+xml;base64," + base64(standalone(item.text)) + "\"></div>\n";
}

}  // namespace neucasl::results
