#include "neucasl/results/report.hpp"

#include "charts.hpp"
#include "markup.hpp"
#include "report_parts.hpp"
#include "report_style.hpp"

namespace neucasl::results {
namespace {

// Writes the document from top to bottom and numbers its figures and tables.
class Writer {
 public:
  void operator()(const Paragraph& item) { html_ += "<p>" + escape(item.text) + "</p>\n"; }
  void operator()(const BarChart& item) { add_figure(item.caption, drawing_html(draw(item))); }
  void operator()(const LineChart& item) { add_figure(item.caption, drawing_html(draw(item))); }
  void operator()(const Histogram& item) { add_figure(item.caption, drawing_html(draw(item))); }
  void operator()(const HeatMap& item) { add_figure(item.caption, drawing_html(draw(item))); }
  void operator()(const TornadoChart& item) { add_figure(item.caption, drawing_html(draw(item))); }
  void operator()(const Preformatted& item) { add_figure(item.caption, preformatted_html(item)); }
  void operator()(const ShownTable& item) {
    const std::string& title = item.table.title.empty() ? item.table.name : item.table.title;
    html_ += "<figure>\n" + caption("Table " + std::to_string(++tables_), title) +
             table_html(item) + "</figure>\n";
  }

  void head(const Report& report);
  void contents(const Report& report);
  void summary(const std::vector<Figure>& figures);
  void section(std::size_t index, const ReportSection& section);
  void origins(const std::vector<Figure>& figures);
  [[nodiscard]] std::string finish() { return html_ + "</main>\n</body>\n</html>\n"; }

 private:
  void add_figure(const std::string& text, const std::string& content) {
    html_ += "<figure>\n" + content + caption("Figure " + std::to_string(++figures_), text) +
             "</figure>\n";
  }
  static std::string caption(const std::string& number, const std::string& text) {
    return "<figcaption><strong>" + number + ".</strong> " + escape(text) + "</figcaption>\n";
  }

  std::string html_;
  int figures_ = 0;
  int tables_ = 0;
};

std::string section_anchor(std::size_t index) { return "section-" + std::to_string(index + 1); }
std::string origin_anchor(std::size_t index) { return "origin-" + std::to_string(index + 1); }

std::string entry(const std::string& anchor, const std::string& title) {
  return "<li><a href=\"#" + anchor + "\">" + escape(title) + "</a></li>\n";
}

void Writer::head(const Report& report) {
  // The policy makes sure that the file loads nothing, whatever it shows.
  html_ +=
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escape(report.title) + "</title>\n<style>" + std::string(report_style) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + escape(report.title) + "</h1>\n";
  if (!report.subtitle.empty()) {
    html_ += "<p class=\"subtitle\">" + escape(report.subtitle) + "</p>\n";
  }
}

void Writer::contents(const Report& report) {
  if (report.sections.empty()) return;
  html_ += "<nav aria-label=\"Contents\"><strong>Contents</strong>\n<ol>\n";
  if (!report.figures.empty()) html_ += entry("summary", "Summary");
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    html_ += entry(section_anchor(i), report.sections[i].title);
  }
  if (!report.figures.empty()) html_ += entry("origins", "Method and sources");
  html_ += "</ol></nav>\n";
}

void Writer::summary(const std::vector<Figure>& figures) {
  if (figures.empty()) return;
  html_ += "<section>\n<h2 id=\"summary\">Summary</h2>\n<div class=\"figures\">\n";
  for (std::size_t i = 0; i < figures.size(); ++i) {
    html_ += figure_card(figures[i], origin_anchor(i));
  }
  html_ += "</div>\n</section>\n";
}

void Writer::section(std::size_t index, const ReportSection& section) {
  html_ +=
      "<section>\n<h2 id=\"" + section_anchor(index) + "\">" + escape(section.title) + "</h2>\n";
  for (const ReportItem& item : section.items) std::visit(*this, item);
  html_ += "</section>\n";
}

void Writer::origins(const std::vector<Figure>& figures) {
  if (figures.empty()) return;
  html_ += "<section>\n<h2 id=\"origins\">Method and sources</h2>\n<dl class=\"provenance\">\n";
  for (std::size_t i = 0; i < figures.size(); ++i) {
    html_ += figure_origin(figures[i], origin_anchor(i));
  }
  html_ += "</dl>\n</section>\n";
}

}  // namespace

std::string render_html(const Report& report) {
  Writer writer;
  writer.head(report);
  writer.contents(report);
  writer.summary(report.figures);
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    writer.section(i, report.sections[i]);
  }
  writer.origins(report.figures);
  return writer.finish();
}

}  // namespace neucasl::results
