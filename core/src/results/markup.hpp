#pragma once

#include <string>
#include <string_view>

/// \file
/// Text of HTML and inline SVG.

namespace neucasl::results {

/// Text made safe for element content and for quoted attributes.
std::string escape(std::string_view text);

/// A coordinate with at most two decimals; 0 when it is not finite.
std::string coordinate(double value);

enum class Anchor { start, middle, end };

/// Builds one inline SVG picture. Colours and lines are either classes of the report's style sheet
/// or given per element. A non-empty `hover` becomes the element's <title>.
class Svg {
 public:
  Svg(double width, double height, std::string_view label);

  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  void rect(double x, double y, double width, double height, std::string_view fill,
            std::string_view hover = {});
  void path(std::string_view data, std::string_view attributes, std::string_view hover = {});
  void image(double x, double y, double width, double height, std::string_view uri,
             std::string_view hover);
  void text(double x, double y, std::string_view text, std::string_view css_class, Anchor anchor);

  /// Ends the picture; call once.
  [[nodiscard]] std::string finish();

 private:
  void close(std::string_view element, std::string_view hover);

  std::string text_;
};

}  // namespace neucasl::results
