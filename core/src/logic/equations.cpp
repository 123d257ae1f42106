#include <cctype>

#include "function_pieces.hpp"
#include "neucasl/logic/readers.hpp"

namespace neucasl::logic {
namespace {

using base::Error;

/// Parentheses deeper than this would risk the stack.
constexpr unsigned most_nesting = 400;

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool continues_name(char c) {
  return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '[' ||
         c == ']' || c == '$' || c == ':';
}

/// One line: characters with their places.
class EquationLine {
 public:
  EquationLine(std::string_view text, std::uint32_t line, const std::string& file)
      : text_(text), line_(line), file_(file) {}

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw Error("equation.syntax", what, remedy, {file_, line_, place().column});
  }
  [[nodiscard]] Place place() const { return {line_, static_cast<std::uint32_t>(at_ + 1)}; }

  /// The next character that is not blank; NUL at the end.
  char peek() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  [[nodiscard]] bool at_end() {
    peek();
    return at_ >= text_.size();
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Empty when no name stands here.
  std::string_view take_name() {
    if (at_end() || !begins_name(text_[at_])) return {};
    const std::size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  [[nodiscard]] bool continues() const { return at_ < text_.size() && continues_name(text_[at_]); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_;
  const std::string& file_;
};

/// Uses of signals that may turn out to be inputs, in order of appearance.
struct EquationUse {
  Signal signal = no_signal;
  Place place;
};

class ExpressionParser {
 public:
  ExpressionParser(EquationLine& line, SignalTable& table, PieceBuilder& builder,
                   std::vector<EquationUse>& uses)
      : line_(line), table_(table), builder_(builder), uses_(uses) {}

  Piece disjunction() {
    std::vector<Piece> operands{exclusive()};
    while (line_.take('|') || line_.take('+')) operands.push_back(exclusive());
    return builder_.combine(PieceOperator::disjunction, std::move(operands));
  }

 private:
  Piece exclusive() {
    std::vector<Piece> operands{conjunction()};
    while (line_.take('^')) operands.push_back(conjunction());
    return builder_.combine(PieceOperator::exclusive, std::move(operands));
  }

  Piece conjunction() {
    std::vector<Piece> operands{negation()};
    while (line_.take('&') || line_.take('*')) operands.push_back(negation());
    return builder_.combine(PieceOperator::conjunction, std::move(operands));
  }

  Piece negation() {
    bool odd = false;
    while (line_.take('!') || line_.take('~')) odd = !odd;
    Piece piece = operand();
    while (line_.take('\'')) odd = !odd;
    return odd ? PieceBuilder::inverted(std::move(piece)) : piece;
  }

  Piece operand() {
    const Place place = line_.place();
    if (line_.take('(')) {
      if (++nesting_ > most_nesting) {
        line_.fail("parentheses are nested more than " + std::to_string(most_nesting) + " deep",
                   "give parts of the expression names of their own");
      }
      Piece piece = disjunction();
      --nesting_;
      if (!line_.take(')')) line_.fail("')' is missing", "close the parenthesis");
      return piece;
    }
    for (const char digit : {'0', '1'}) {
      if (!line_.take(digit)) continue;
      if (line_.continues()) line_.fail("a name begins with a digit", "begin it with a letter");
      return PieceBuilder::constant(digit == '1');
    }
    const std::string_view name = line_.take_name();
    if (name.empty()) line_.fail(found(), "write a name, 0, 1 or a parenthesis");
    const Signal signal = table_.named(name);
    uses_.push_back({signal, place});
    return PieceBuilder::signal(signal);
  }

  std::string found() {
    if (line_.at_end()) return "the expression ends where an operand should stand";
    return std::string("'") + line_.peek() + "' where an operand should stand";
  }

  EquationLine& line_;
  SignalTable& table_;
  PieceBuilder& builder_;
  std::vector<EquationUse>& uses_;
  unsigned nesting_ = 0;
};

class EquationReader {
 public:
  explicit EquationReader(std::string file) : file_(std::move(file)), table_(file_) {}

  Network run(std::string_view text) {
    std::uint32_t number = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view content = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      content = content.substr(0, content.find('#'));
      EquationLine line(content, ++number, file_);
      if (!line.at_end()) read(line);
    }
    if (defined_.empty()) {
      throw Error("equation.syntax", "there is no equation", "write NAME = EXPRESSION",
                  {file_, number, 0});
    }
    settle_inputs();
    settle_outputs();
    return table_.build(std::filesystem::path(file_).stem().string());
  }

 private:
  void read(EquationLine& line) {
    const Place place = line.place();
    const std::string_view name = line.take_name();
    if (name.empty()) line.fail("no name at the beginning", "write NAME = EXPRESSION");
    if (line.take('=')) {
      equation(line, table_.named(name), place);
    } else if (name == "inputs") {
      list(line, inputs_);
      inputs_given_ = true;
    } else if (name == "outputs") {
      list(line, outputs_);
      outputs_given_ = true;
    } else {
      line.fail("'=' is missing after '" + std::string(name) + "'", "write NAME = EXPRESSION");
    }
  }

  void equation(EquationLine& line, Signal target, Place place) {
    PieceBuilder builder(table_, table_.name_of(target), place);
    const Piece piece = ExpressionParser(line, table_, builder, uses_).disjunction();
    line.take(';');
    if (!line.at_end()) {
      line.fail(std::string("'") + line.peek() + "' after the expression",
                "write an operator between operands, and one equation a line");
    }
    builder.drive(target, piece);
    defined_.push_back({target, place});
  }

  void list(EquationLine& line, std::vector<EquationUse>& signals) {
    while (true) {
      line.take(',');
      if (line.take(';') || line.at_end()) break;
      const Place place = line.place();
      const std::string_view name = line.take_name();
      if (name.empty()) line.fail("no name in the list", "write names with spaces between");
      signals.push_back({table_.named(name), place});
    }
    if (!line.at_end()) line.fail("text after the list", "write one list a line");
  }

  void settle_inputs() {
    for (const EquationUse& input : inputs_) table_.add_input(input.signal, input.place);
    for (const EquationUse& use : uses_) {
      if (table_.driven(use.signal)) continue;
      if (inputs_given_) break;
      table_.add_input(use.signal, use.place);
    }
  }

  void settle_outputs() {
    if (!outputs_given_) {
      std::vector<char> used;
      for (const EquationUse& use : uses_) {
        if (use.signal >= used.size()) used.resize(use.signal + 1, 0);
        used[use.signal] = 1;
      }
      for (const EquationUse& definition : defined_) {
        const bool is_used = definition.signal < used.size() && used[definition.signal] != 0;
        if (!is_used) outputs_.push_back(definition);
      }
    }
    for (const EquationUse& output : outputs_) table_.add_output(output.signal, output.place);
  }

  std::string file_;
  SignalTable table_;
  std::vector<EquationUse> uses_, defined_, inputs_, outputs_;
  bool inputs_given_ = false;
  bool outputs_given_ = false;
};

}  // namespace

Network parse_equations(std::string_view text, const std::string& file) {
  return EquationReader(file).run(text);
}

}  // namespace neucasl::logic
