#include <cctype>
#include <stdexcept>

#include "neucasl/cells/standard_cells.hpp"

namespace neucasl::cells {
namespace {

/// SUM = PRODUCT { "+" PRODUCT }; PRODUCT = FACTOR { FACTOR }; FACTOR = NAME | "(" SUM ")".
class SwitchReader {
 public:
  explicit SwitchReader(std::string_view text) : text_(text) {}

  Switches whole() {
    Switches result = sum();
    if (!at_end()) fail();
    return result;
  }

 private:
  Switches sum() {
    Switches result{Switches::Kind::parallel, {}, {product()}};
    while (!at_end() && text_[at_] == '+') {
      ++at_;
      result.parts.push_back(product());
    }
    return result.parts.size() == 1 ? Switches(result.parts.front()) : result;
  }

  Switches product() {
    Switches result{Switches::Kind::series, {}, {factor()}};
    while (!at_end() && text_[at_] != '+' && text_[at_] != ')') result.parts.push_back(factor());
    return result.parts.size() == 1 ? Switches(result.parts.front()) : result;
  }

  Switches factor() {
    if (at_end()) fail();
    if (text_[at_] == '(') {
      ++at_;
      Switches result = sum();
      if (at_end() || text_[at_] != ')') fail();
      ++at_;
      return result;
    }
    std::string name;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0)) {
      name += text_[at_++];
    }
    if (name.empty()) fail();
    return {Switches::Kind::literal, name, {}};
  }

  bool at_end() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ == text_.size();
  }

  [[noreturn]] void fail() const {
    throw std::logic_error("malformed switches '" + std::string(text_) + "'");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Switches parse_switches(std::string_view text) { return SwitchReader(text).whole(); }

Switches dual(const Switches& switches) {
  Switches result = switches;
  if (switches.kind == Switches::Kind::series) result.kind = Switches::Kind::parallel;
  if (switches.kind == Switches::Kind::parallel) result.kind = Switches::Kind::series;
  for (Switches& part : result.parts) part = dual(part);
  return result;
}

}  // namespace neucasl::cells
