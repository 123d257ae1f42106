#include "markup.hpp"

#include <charconv>
#include <cmath>

namespace neucasl::results {
namespace {

std::string attribute(std::string_view name, double value) {
  return ' ' + std::string(name) + "=\"" + coordinate(value) + '"';
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + escape(value) + '"';
}

std::string segment(double x1, double y1, double x2, double y2) {
  return attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2);
}

std::string box(double x, double y, double width, double height) {
  return attribute("x", x) + attribute("y", y) + attribute("width", width) +
         attribute("height", height);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default: {
        // HTML allows no control characters but white space.
        const auto code = static_cast<unsigned char>(letter);
        const bool control = (code < 0x20 && letter != '\n' && letter != '\t') || code == 0x7f;
        if (control) {
          safe += "\xEF\xBF\xBD";
        } else {
          safe += letter;
        }
      }
    }
  }
  return safe;
}

std::string coordinate(double value) {
  if (!std::isfinite(value) || std::abs(value) > 1e9) return "0";
  const double hundredths = std::round(value * 100.0);
  if (hundredths == 0.0) return "0";
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, hundredths / 100.0,
                                    std::chars_format::fixed, 2);
  std::string text(buffer, result.ptr);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Svg::Svg(double width, double height, std::string_view label) {
  const std::string view = "0 0 " + coordinate(width) + ' ' + coordinate(height);
  text_ = "<svg role=\"img\"" + attribute("viewBox", view) + attribute("width", width) +
          attribute("height", height) + attribute("aria-label", label) + ">\n";
}

void Svg::close(std::string_view element, std::string_view hover) {
  if (hover.empty()) {
    text_ += "/>\n";
  } else {
    text_ += "><title>" + escape(hover) + "</title></" + std::string(element) + ">\n";
  }
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  text_ += "<line" + attribute("class", css_class) + segment(x1, y1, x2, y2);
  close("line", {});
}

void Svg::rect(double x, double y, double width, double height, std::string_view fill,
               std::string_view hover) {
  text_ += "<rect" + box(x, y, width, height) + attribute("fill", fill);
  close("rect", hover);
}

void Svg::path(std::string_view data, std::string_view attributes, std::string_view hover) {
  text_ += "<path d=\"" + std::string(data) + "\" " + std::string(attributes);
  close("path", hover);
}

void Svg::image(double x, double y, double width, double height, std::string_view uri,
                std::string_view hover) {
  text_ += "<image" + box(x, y, width, height) + " preserveAspectRatio=\"none\"" +
           attribute("href", uri);
  close("image", hover);
}

void Svg::text(double x, double y, std::string_view text, std::string_view css_class,
               Anchor anchor) {
  constexpr std::string_view anchors[] = {"start", "middle", "end"};
  text_ += "<text" + attribute("class", css_class) + attribute("x", x) + attribute("y", y) +
           attribute("text-anchor", anchors[static_cast<int>(anchor)]) + '>' + escape(text) +
           "</text>\n";
}

std::string Svg::finish() { return text_ + "</svg>\n"; }

}  // namespace neucasl::results
