#include <algorithm>
#include <set>
#include <unordered_set>

#include "neucasl/logic/readers.hpp"
#include "sum_of_products.hpp"

namespace neucasl::logic {
namespace {

/// BLIF has no escapes: what would end a word, begin a comment or continue a line is replaced.
std::string blif_word(std::string name) {
  for (char& c : name) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
    if (blank || c == '#' || c == '=' || c == '\\') c = '_';
  }
  return name.empty() ? "_" : name;
}

class BlifPrinter {
 public:
  explicit BlifPrinter(const Network& network) : network_(network) {}

  std::string run() {
    choose_names();
    text_ = ".model " + (network_.name.empty() ? "network" : blif_word(network_.name)) + '\n';
    print_interface();
    for (const Latch& latch : network_.latches()) print(latch);
    for (NodeIndex i = 0; i < names_.size(); ++i) {
      const Node& node = network_.node(i);
      if (node.kind != NodeKind::function && node.kind != NodeKind::constant) continue;
      std::vector<std::string> words;
      for (const NodeIndex fanin : node.fanins) words.push_back(names_[fanin]);
      words.push_back(names_[i]);
      print_words(".names", words);
      print_cover(node.function);
    }
    for (const Output& output : network_.outputs()) {
      if (names_[output.node] == blif_word(output.name)) continue;
      print_words(".names", {names_[output.node], blif_word(output.name)});
      text_ += "1 1\n";
    }
    return text_ + ".end\n";
  }

 private:
  [[noreturn]] static void refuse(const std::string& name, const base::Location& where) {
    throw base::Error("logic.name",
                      "'" + name + "' names two signals in BLIF, where an output is a signal",
                      "rename one of them", where);
  }

  std::string fresh(const std::string& stem) {
    std::string name = stem;
    for (std::size_t number = 1; !taken_.insert(name).second; ++number) {
      name = stem + '_' + std::to_string(number);
    }
    return name;
  }

  /// Inputs, latch outputs and outputs keep their names; other nodes give way.
  void choose_names() {
    names_.resize(network_.nodes().size());
    for (NodeIndex i = 0; i < names_.size(); ++i) {
      const Node& node = network_.node(i);
      if (node.kind == NodeKind::function || node.kind == NodeKind::constant) continue;
      names_[i] = blif_word(node.name);
      if (!taken_.insert(names_[i]).second) refuse(names_[i], node.where);
    }
    for (const Latch& latch : network_.latches()) {
      if (!latch.clock.empty()) taken_.insert(blif_word(latch.clock));
    }
    for (const Output& output : network_.outputs()) {
      const std::string word = blif_word(output.name);
      if (names_[output.node] == word) continue;
      if (!taken_.insert(word).second) refuse(word, output.where);
      if (names_[output.node].empty() && blif_word(network_.node(output.node).name) == word) {
        names_[output.node] = word;
      }
    }
    for (NodeIndex i = 0; i < names_.size(); ++i) {
      if (names_[i].empty()) names_[i] = fresh(blif_word(network_.node(i).name));
    }
  }

  void print_interface() {
    std::vector<std::string> words;
    for (const NodeIndex input : network_.inputs()) words.push_back(names_[input]);
    std::set<std::string> clocks;
    for (const Latch& latch : network_.latches()) {
      const std::string clock = blif_word(latch.clock);
      if (latch.clock.empty() || !clocks.insert(clock).second) continue;
      if (std::find(words.begin(), words.end(), clock) == words.end()) words.push_back(clock);
    }
    print_words(".inputs", words);
    words.clear();
    for (const Output& output : network_.outputs()) words.push_back(blif_word(output.name));
    print_words(".outputs", words);
  }

  void print_words(const std::string& command, const std::vector<std::string>& words) {
    constexpr std::size_t most_columns = 100;
    text_ += command;
    std::size_t column = command.size();
    for (const std::string& word : words) {
      if (column + word.size() + 3 > most_columns) {
        text_ += " \\\n";
        column = 0;
      }
      text_ += ' ' + word;
      column += word.size() + 1;
    }
    text_ += '\n';
  }

  void print(const Latch& latch) {
    text_ += ".latch " + names_[latch.input] + ' ' + names_[latch.output];
    if (!latch.clock.empty()) text_ += " re " + blif_word(latch.clock);
    text_ += latch.initial ? (*latch.initial ? " 1\n" : " 0\n") : " 3\n";
  }

  /// The shorter of the covers of the on-set and the off-set.
  void print_cover(TruthTable table) {
    std::vector<ProductTerm> terms = sum_of_products(table);
    char output = '1';
    if (table.inputs > 0) {
      std::vector<ProductTerm> off =
          sum_of_products({~table.bits & TruthTable::mask(table.inputs), table.inputs});
      // An empty cover would read as a constant without fan-ins.
      if (terms.empty() || (!off.empty() && off.size() < terms.size())) {
        terms = std::move(off);
        output = '0';
      }
    }
    for (const ProductTerm term : terms) {
      for (unsigned i = 0; i < table.inputs; ++i) {
        const bool positive = ((term.positive >> i) & 1U) != 0;
        const bool negative = ((term.negative >> i) & 1U) != 0;
        text_ += positive ? '1' : negative ? '0' : '-';
      }
      if (table.inputs > 0) text_ += ' ';
      text_ += output;
      text_ += '\n';
    }
  }

  const Network& network_;
  std::vector<std::string> names_;  ///< By node.
  std::unordered_set<std::string> taken_;
  std::string text_;
};

}  // namespace

std::string print_blif(const Network& network) { return BlifPrinter(network).run(); }

}  // namespace neucasl::logic
