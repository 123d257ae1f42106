#include "neucasl/base/xml.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "neucasl/base/file.hpp"

namespace neucasl::base {
namespace {

/// Offsets of line starts, so that locating each element costs a binary search.
class Lines {
 public:
  Lines(std::string_view text, std::string file) : file_(std::move(file)) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }
  [[nodiscard]] Location at(std::ptrdiff_t offset) const {
    if (offset < 0) return {file_, 0, 0};
    const auto next =
        std::upper_bound(starts_.begin(), starts_.end(), static_cast<std::size_t>(offset));
    const auto line = static_cast<std::uint32_t>(next - starts_.begin());
    return {file_, line,
            static_cast<std::uint32_t>(static_cast<std::size_t>(offset) - *(next - 1)) + 1};
  }

 private:
  std::string file_;
  std::vector<std::size_t> starts_;
};

std::string trimmed_text(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

XmlElement convert(const pugi::xml_node& node, const Lines& lines, int depth) {
  XmlElement element;
  element.name = node.name();
  element.where = lines.at(node.offset_debug());
  if (depth > 100) {
    throw Error("base.xml", "elements are nested deeper than 100", "flatten the document",
                element.where);
  }
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (element.optional(attribute.name())) {
      throw Error("base.xml", std::string("attribute '") + attribute.name() + "' is given twice",
                  "remove one", element.where);
    }
    element.attributes.push_back({attribute.name(), attribute.value()});
  }
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) {
      element.children.push_back(convert(child, lines, depth + 1));
    } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      element.text += child.value();
    }
  }
  element.text = trimmed_text(element.text);
  return element;
}

}  // namespace

const std::string& XmlElement::required(std::string_view attribute) const {
  for (const XmlAttribute& candidate : attributes) {
    if (candidate.name == attribute && !candidate.value.empty()) return candidate.value;
  }
  throw Error("base.xml", "<" + name + "> has no attribute '" + std::string(attribute) + "'",
              "write " + std::string(attribute) + "=\"...\"", where);
}

std::optional<std::string> XmlElement::optional(std::string_view attribute) const {
  for (const XmlAttribute& candidate : attributes) {
    if (candidate.name == attribute) return candidate.value;
  }
  return std::nullopt;
}

void XmlElement::allow_attributes(std::initializer_list<std::string_view> allowed) const {
  for (const XmlAttribute& candidate : attributes) {
    if (std::find(allowed.begin(), allowed.end(), candidate.name) != allowed.end()) continue;
    throw Error("base.xml", "<" + name + "> has an unknown attribute '" + candidate.name + "'",
                suggest(candidate.name, {allowed.begin(), allowed.end()}), where);
  }
}

void XmlElement::allow_children(std::initializer_list<std::string_view> allowed) const {
  for (const XmlElement& child : children) {
    if (std::find(allowed.begin(), allowed.end(), child.name) != allowed.end()) continue;
    throw Error("base.xml", "<" + name + "> has an unknown element <" + child.name + ">",
                suggest(child.name, {allowed.begin(), allowed.end()}), child.where);
  }
}

XmlElement parse_xml(std::string_view text, const std::string& file, std::string_view root) {
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result) {
    throw Error(
        "base.xml", std::string("malformed XML: ") + result.description(),
        "mend the document at this place",
        locate(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)), file));
  }
  const pugi::xml_node node = document.document_element();
  const Lines lines(text, file);
  if (!node || (!root.empty() && node.name() != root)) {
    throw Error("base.xml", "the root element is <" + std::string(node ? node.name() : "") + ">",
                "write <" + std::string(root) + "> ... </" + std::string(root) + ">",
                lines.at(node ? node.offset_debug() : 0));
  }
  return convert(node, lines, 0);
}

}  // namespace neucasl::base
