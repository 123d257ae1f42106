#include "liberty_text.hpp"

#include <algorithm>
#include <cctype>

namespace neucasl::logic {
namespace {

constexpr unsigned deepest_group = 16;

enum class LibertyTokenKind { word, text, mark, end };

struct LibertyToken {
  LibertyTokenKind kind = LibertyTokenKind::end;
  std::string text;
  std::uint32_t line = 0;
};

bool liberty_mark(char c) { return std::string_view("(){}:;,").find(c) != std::string_view::npos; }

class LibertyLexer {
 public:
  LibertyLexer(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  LibertyToken next() {
    skip_space();
    LibertyToken token;
    token.line = line_;
    if (position_ >= text_.size()) return token;
    const char c = text_[position_];
    if (c == '"') return quoted();
    if (liberty_mark(c)) {
      ++position_;
      token.kind = LibertyTokenKind::mark;
      token.text = c;
      return token;
    }
    return word();
  }

  [[noreturn]] void fail(const std::string& message, const std::string& remedy,
                         std::uint32_t line) const {
    throw base::Error("liberty.syntax", message, remedy, {file_, line, 0});
  }

 private:
  [[nodiscard]] bool at(std::string_view what) const {
    return text_.substr(position_, what.size()) == what;
  }

  /// A backslash before the end of a line.
  bool skip_continuation() {
    if (text_[position_] != '\\') return false;
    std::size_t end = position_ + 1;
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t' || text_[end] == '\r')) {
      ++end;
    }
    if (end >= text_.size() || text_[end] != '\n') return false;
    position_ = end + 1;
    ++line_;
    return true;
  }

  void skip_comment() {
    const std::uint32_t start = line_;
    const std::size_t end = text_.find("*/", position_ + 2);
    if (end == std::string_view::npos) {
      fail("a comment is not closed", "end it with */", start);
    }
    line_ += static_cast<std::uint32_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(position_),
                   text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    position_ = end + 2;
  }

  void skip_space() {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '\n') ++line_;
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        ++position_;
      } else if (at("/*")) {
        skip_comment();
      } else if (at("//")) {
        position_ = std::min(text_.find('\n', position_), text_.size());
      } else if (!skip_continuation()) {
        return;
      }
    }
  }

  LibertyToken quoted() {
    LibertyToken token{LibertyTokenKind::text, {}, line_};
    ++position_;
    while (position_ < text_.size() && text_[position_] != '"') {
      if (skip_continuation()) continue;
      if (text_[position_] == '\n') {
        fail("a text is not closed", "end it with a quotation mark, or the line with a backslash",
             token.line);
      }
      if (at("\\\"") || at("\\\\")) ++position_;
      token.text += text_[position_++];
    }
    if (position_ >= text_.size()) {
      fail("a text is not closed", "end it with a quotation mark", token.line);
    }
    ++position_;
    return token;
  }

  LibertyToken word() {
    LibertyToken token{LibertyTokenKind::word, {}, line_};
    while (position_ < text_.size()) {
      const char c = text_[position_];
      const auto code = static_cast<unsigned char>(c);
      if (std::isspace(code) != 0 || c == '"' || liberty_mark(c) || at("/*") || at("//")) break;
      if (std::isprint(code) == 0) {
        fail("character " + std::to_string(code) + " stands outside of texts and comments",
             "write Liberty text in ASCII", line_);
      }
      if (c == '\\') {
        if (skip_continuation()) break;
        fail("a backslash stands within a line", "put it at the end of a line that goes on", line_);
      }
      token.text += c;
      ++position_;
    }
    return token;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
};

class LibertyTreeParser {
 public:
  LibertyTreeParser(std::string_view text, const std::string& file) : lexer_(text, file) {
    advance();
  }

  LibertyGroup file() {
    if (token_.kind == LibertyTokenKind::end) {
      lexer_.fail("the text is empty", "begin with library (NAME) {", token_.line);
    }
    LibertyGroup root;
    statement(root, 0);
    if (root.groups.size() != 1) {
      lexer_.fail("the text does not begin with a group", "begin with library (NAME) {", 1);
    }
    if (token_.kind != LibertyTokenKind::end) {
      lexer_.fail("'" + token_.text + "' stands behind the end of the library",
                  "remove it, or a closing brace before it", token_.line);
    }
    return std::move(root.groups.front());
  }

 private:
  void advance() { token_ = lexer_.next(); }
  [[nodiscard]] bool is(char mark) const {
    return token_.kind == LibertyTokenKind::mark && token_.text[0] == mark;
  }
  [[nodiscard]] std::string found() const {
    return token_.kind == LibertyTokenKind::end ? "the end of the text" : "'" + token_.text + "'";
  }

  /// The semicolon may be missing at the end of a line or group, as many tools allow.
  void end_of_attribute(std::uint32_t line) {
    if (is(';')) {
      while (is(';')) advance();
    } else if (!is('}') && token_.line == line && token_.kind != LibertyTokenKind::end) {
      lexer_.fail(found() + " stands where an attribute should end", "end it with ;", token_.line);
    }
  }

  void simple_attribute(LibertyGroup& parent, LibertyAttribute attribute) {
    advance();
    if (token_.kind != LibertyTokenKind::word && token_.kind != LibertyTokenKind::text) {
      lexer_.fail("attribute '" + attribute.name + "' has no value but " + found(),
                  "write " + attribute.name + " : VALUE;", token_.line);
    }
    std::uint32_t line = token_.line;
    attribute.values.push_back(token_.text);
    advance();
    // Expressions without quotation marks, such as "0.5 * VDD".
    while (token_.kind == LibertyTokenKind::word && token_.line == line) {
      attribute.values.back() += ' ' + token_.text;
      line = token_.line;
      advance();
    }
    end_of_attribute(line);
    parent.attributes.push_back(std::move(attribute));
  }

  std::vector<std::string> arguments(const std::string& owner) {
    std::vector<std::string> result;
    const std::uint32_t start = token_.line;
    advance();
    while (!is(')')) {
      if (token_.kind == LibertyTokenKind::word || token_.kind == LibertyTokenKind::text) {
        result.push_back(token_.text);
      } else if (!is(',') && !is(':')) {
        lexer_.fail("the arguments of '" + owner + "' are not closed: " + found(),
                    "close them with )", start);
      }
      advance();
    }
    advance();
    return result;
  }

  void group(LibertyGroup& parent, LibertyGroup result, unsigned depth) {
    if (depth >= deepest_group) {
      lexer_.fail("groups are nested deeper than " + std::to_string(deepest_group),
                  "close the groups before", result.line);
    }
    advance();
    while (!is('}')) {
      if (token_.kind == LibertyTokenKind::end) {
        lexer_.fail("group '" + result.type + "' is not closed", "close it with }", result.line);
      }
      statement(result, depth + 1);
    }
    advance();
    while (is(';')) advance();
    parent.groups.push_back(std::move(result));
  }

  void statement(LibertyGroup& parent, unsigned depth) {
    if (token_.kind != LibertyTokenKind::word) {
      lexer_.fail(found() + " stands where a name should", "write NAME : VALUE; or NAME (...) {",
                  token_.line);
    }
    const std::string name = token_.text;
    const std::uint32_t line = token_.line;
    advance();
    if (is(':')) {
      simple_attribute(parent, {name, {}, line});
      return;
    }
    if (!is('(')) {
      lexer_.fail("'" + name + "' is followed by " + found(),
                  "write " + name + " : VALUE; or " + name + " (...)", token_.line);
    }
    std::vector<std::string> values = arguments(name);
    if (is('{')) {
      group(parent, {name, std::move(values), {}, {}, line}, depth);
    } else {
      end_of_attribute(line);
      parent.attributes.push_back({name, std::move(values), line});
    }
  }

  LibertyLexer lexer_;
  LibertyToken token_;
};

}  // namespace

const LibertyAttribute* LibertyGroup::attribute(std::string_view attribute_name) const {
  const auto found = std::find_if(attributes.rbegin(), attributes.rend(),
                                  [&](const auto& a) { return a.name == attribute_name; });
  return found == attributes.rend() ? nullptr : &*found;
}

const LibertyGroup* LibertyGroup::group(std::string_view group_type) const {
  const auto found = std::find_if(groups.rbegin(), groups.rend(),
                                  [&](const auto& g) { return g.type == group_type; });
  return found == groups.rend() ? nullptr : &*found;
}

LibertyGroup parse_liberty_group(std::string_view text, const std::string& file) {
  return LibertyTreeParser(text, file).file();
}

}  // namespace neucasl::logic
