#include <cmath>

#include "markup.hpp"
#include "number_text.hpp"
#include "report_parts.hpp"

namespace neucasl::results {
namespace {

std::string value_text(const Figure& figure, double value) {
  if (figure.as_percent && std::isfinite(value)) return significant(value * 100.0) + " %";
  return quantity_text(value, figure.dimension);
}

std::string div(const std::string& css_class, const std::string& content) {
  return "<div class=\"" + css_class + "\">" + content + "</div>\n";
}

std::string label_of(const Figure& figure) {
  return escape(figure.label.empty() ? figure.key : figure.label);
}

}  // namespace

std::string figure_card(const Figure& figure, const std::string& anchor) {
  std::string html = div("label", label_of(figure));
  html += div("number", escape(value_text(figure, figure.value)));
  if (figure.has_interval) {
    html += div("interval", significant(figure.confidence * 100.0) +
                                " % interval: " + escape(value_text(figure, figure.low)) + " to " +
                                escape(value_text(figure, figure.high)));
  }
  html += div("origin", "<a href=\"#" + anchor + "\">Method and sources</a>");
  return "<div class=\"card\">\n" + html + "</div>\n";
}

std::string figure_origin(const Figure& figure, const std::string& anchor) {
  std::string html = "<dt id=\"" + anchor + "\">" + label_of(figure);
  if (!figure.key.empty() && !figure.label.empty()) {
    html += "<br><code>" + escape(figure.key) + "</code>";
  }
  html += "</dt>\n<dd>";
  html += figure.method.empty() ? "No method is stated." : escape(figure.method);
  if (!figure.plugin.empty()) html += " Computed by " + escape(figure.plugin) + '.';
  if (!figure.sources.empty()) {
    html += "\n<ul>\n";
    for (const std::string& source : figure.sources) html += "<li>" + escape(source) + "</li>\n";
    html += "</ul>\n";
  }
  return html + "</dd>\n";
}

}  // namespace neucasl::results
