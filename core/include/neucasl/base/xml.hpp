#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// XML documents as a tree of plain values with source locations. Device cards, architectures,
/// flows and plugin manifests are read through it. Parsing is by pugixml; document type
/// declarations and external entities are not expanded.

namespace neucasl::base {

struct XmlAttribute {
  std::string name;
  std::string value;
};

struct NEUCASL_EXPORT XmlElement {
  std::string name;
  std::vector<XmlAttribute> attributes;
  std::vector<XmlElement> children;
  std::string text;  ///< Character data directly inside, white space trimmed.
  Location where;

  /// \throws Error "base.xml" when there is no such attribute or it is empty.
  [[nodiscard]] const std::string& required(std::string_view attribute) const;
  [[nodiscard]] std::optional<std::string> optional(std::string_view attribute) const;
  /// \throws Error "base.xml" for an attribute that is not in the list, naming the nearest.
  void allow_attributes(std::initializer_list<std::string_view> allowed) const;
  /// \throws Error "base.xml" for a child element that is not in the list, naming the nearest.
  void allow_children(std::initializer_list<std::string_view> allowed) const;
};

/// The root element.
/// \throws Error "base.xml" with line and column for malformed text, nesting deeper than 100, or a
/// root of another name than `root` (unless that is empty).
NEUCASL_EXPORT XmlElement parse_xml(std::string_view text, const std::string& file,
                                    std::string_view root = {});

}  // namespace neucasl::base
