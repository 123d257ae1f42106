#include "spice_deck.hpp"

#include <algorithm>

namespace neucasl::ir::spice {
namespace {

const std::vector<std::string> known_cards = {
    ".subckt", ".ends",  ".param", ".model",   ".op",      ".dc",     ".ac",   ".tran",
    ".noise",  ".ic",    ".meas",  ".measure", ".options", ".option", ".temp", ".title",
    ".end",    ".print", ".plot",  ".probe",   ".save",    ".width"};
const std::vector<std::string_view> idle_cards = {".print", ".plot", ".probe", ".save", ".width"};
const std::vector<std::string_view> control_cards = {".op",    ".dc",      ".ac",    ".tran",
                                                     ".noise", ".ic",      ".meas",  ".measure",
                                                     ".temp",  ".options", ".option"};
/// Commands of ngspice that would pass for elements, or whose remedy is another one.
const std::vector<std::string_view> commands = {"shell",     "echo",  "source", "set",
                                                "unset",     "quit",  "exit",   "alter",
                                                "codemodel", "write", "plot"};
constexpr std::string_view element_letters = "rclvigefhbdmxtkn";

bool is_name(std::string_view word) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return letter(word[0]) && std::all_of(word.begin(), word.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '.';
         });
}

bool contains(const std::vector<std::string_view>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// What to do instead of a card that is refused on purpose.
std::string remedy_of(std::string_view card) {
  if (card == ".include" || card == ".inc" || card == ".lib" || card == ".endl") {
    return "copy the cards of that file into the deck; no file is opened from a deck";
  }
  if (card == ".control" || card == ".endc") {
    return "remove the commands and give analyses as cards; no command is run from a deck";
  }
  if (card == ".global") return "give the node to each subcircuit as a port";
  if (card == ".func") return "write the formula out where it is used";
  if (card == ".nodeset") return "set a start with .ic";
  if (card == ".if" || card == ".else" || card == ".elseif" || card == ".endif") {
    return "keep one branch";
  }
  return base::suggest(card, known_cards);
}

std::string remedy_of_element(char letter) {
  if (letter == 'a') return "code models are not read; use a device model by an N element";
  if (letter == 'q' || letter == 'j' || letter == 'z')
    return "use M or D elements, or device models";
  if (letter == 's' || letter == 'w') return "use a B element with a conditional";
  return "elements begin with R C L V I G E F H B D M X T K N, other cards with a dot";
}

class Reader {
 public:
  explicit Reader(Deck& deck) : deck_(deck) {}

  void run() {
    open_.push_back(&deck_.top);
    for (const Line& line : deck_.lines.cards) take(line);
    if (open_.size() > 1) {
      deck_.fail("spice.subcircuit", open_.back()->place,
                 "subcircuit '" + open_.back()->name + "' is not closed", "close it with .ends");
    }
  }

 private:
  [[noreturn]] void fail(const std::string& code, const Line& line, const std::string& what,
                         const std::string& remedy) const {
    deck_.fail(code, {&line, 0}, what, remedy);
  }

  void take(const Line& line) {
    const char first = line.text[0];
    if (first != '.') {
      const std::string_view word = std::string_view(line.text).substr(0, line.text.find(' '));
      if (contains(commands, word)) {
        fail("spice.card", line, "'" + std::string(word) + "' is a command",
             "remove it; no command is run from a deck");
      }
      if (element_letters.find(first) == std::string_view::npos) {
        fail("spice.card", line, "unknown element '" + line.text.substr(0, 20) + "'",
             remedy_of_element(first));
      }
      open_.back()->elements.push_back(&line);
      return;
    }
    const std::size_t end = std::min(line.text.find_first_of(" \t\r("), line.text.size());
    const std::string_view card = std::string_view(line.text).substr(0, end);
    if (card == ".subckt") {
      open(line);
    } else if (card == ".ends") {
      close(line);
    } else if (card == ".param") {
      const auto settings = read_settings(deck_, line, split_words(line, deck_.file), 1);
      auto& parameters = open_.back()->parameters;
      parameters.insert(parameters.end(), settings.begin(), settings.end());
    } else if (card == ".model") {
      model(line);
    } else if (card == ".title") {
      deck_.lines.title = end < line.text.size() ? line.text.substr(end + 1) : std::string();
    } else if (contains(idle_cards, card)) {
      note_idle(line, card);
    } else if (contains(control_cards, card)) {
      if (open_.size() > 1) {
        fail("spice.card", line, "'" + std::string(card) + "' inside a subcircuit",
             "move it out of the subcircuit");
      }
      deck_.controls.push_back(&line);
    } else {
      fail("spice.card", line, "'" + std::string(card.substr(0, 40)) + "' is not accepted",
           remedy_of(card));
    }
  }

  void note_idle(const Line& line, std::string_view card) {
    if (idle_noted_) return;
    idle_noted_ = true;
    deck_.notes.push_back({base::Severity::note, "spice.output", line.at(0, deck_.file),
                           "'" + std::string(card) + "' and its like have no effect",
                           "all node voltages and branch currents are results"});
  }

  void open(const Line& line) {
    if (open_.size() > static_cast<std::size_t>(deepest_hierarchy)) {
      fail("spice.depth", line,
           "subcircuit definitions nest deeper than " + std::to_string(deepest_hierarchy),
           "define subcircuits side by side");
    }
    const std::vector<Word> words = split_words(line, deck_.file);
    if (words.size() < 2 || words[1].text == "=") {
      fail("spice.subcircuit", line, "a subcircuit without a name",
           "write .subckt NAME NODES [params: NAME=VALUE ...]");
    }
    auto scope = std::make_unique<Scope>();
    scope->name = words[1].text;
    scope->parent = open_.back();
    scope->place = {&line, 0};
    std::size_t at = 2;
    for (; at < words.size(); ++at) {
      const std::string_view word = words[at].text;
      if (word == "params:" || (at + 1 < words.size() && words[at + 1].text == "=")) break;
      if (word == "0" || word == "gnd") {
        deck_.fail("spice.node", {&line, words[at].offset}, "the ground is no port",
                   "leave it out; it is known everywhere");
      }
      if (contains(scope->ports, word)) {
        deck_.fail("spice.node", {&line, words[at].offset},
                   "port '" + std::string(word) + "' is named twice", "name each port once");
      }
      scope->ports.push_back(word);
    }
    if (at < words.size() && words[at].text == "params:") ++at;
    scope->formals = read_settings(deck_, line, words, at);
    auto& known = open_.back()->subcircuits;
    const auto [entry, added] = known.try_emplace(scope->name, nullptr);
    if (!added) {
      fail("spice.subcircuit", line, "subcircuit '" + scope->name + "' is defined twice",
           "give each its own name");
    }
    entry->second = std::move(scope);
    open_.push_back(entry->second.get());
  }

  void close(const Line& line) {
    const std::vector<Word> words = split_words(line, deck_.file);
    if (open_.size() == 1) {
      fail("spice.subcircuit", line, ".ends without a .subckt before it", "remove it");
    }
    if (words.size() > 1 && words[1].text != open_.back()->name) {
      fail("spice.subcircuit", line,
           "'" + std::string(words[1].text) + "' ends inside '" + open_.back()->name + "'",
           "close subcircuits in the order in which they opened");
    }
    open_.pop_back();
  }

  void model(const Line& line) {
    std::vector<Word> words = split_words(line, deck_.file);
    std::erase_if(words, [](const Word& word) { return word.text == "(" || word.text == ")"; });
    if (words.size() < 3) {
      fail("spice.model", line, "a model without name or type",
           "write .model NAME TYPE(NAME=VALUE ...)");
    }
    Model model{std::string(words[1].text), std::string(words[2].text),
                read_settings(deck_, line, words, 3), Place{&line, 0}};
    const auto [entry, added] = open_.back()->models.try_emplace(model.name, model);
    if (!added) {
      fail("spice.model", line, "model '" + model.name + "' is defined twice",
           "give each its own name");
    }
  }

  Deck& deck_;
  std::vector<Scope*> open_;
  bool idle_noted_ = false;
};

}  // namespace

const Model* Scope::find_model(std::string_view model_name) const {
  for (const Scope* scope = this; scope; scope = scope->parent) {
    const auto found = scope->models.find(model_name);
    if (found != scope->models.end()) return &found->second;
  }
  return nullptr;
}

const Scope* Scope::find_subcircuit(std::string_view subcircuit_name) const {
  for (const Scope* scope = this; scope; scope = scope->parent) {
    const auto found = scope->subcircuits.find(subcircuit_name);
    if (found != scope->subcircuits.end()) return found->second.get();
  }
  return nullptr;
}

void Deck::fail(const std::string& code, const Place& place, const std::string& what,
                const std::string& remedy) const {
  throw base::Error(code, what, remedy, where(place));
}

std::vector<Setting> read_settings(const Deck& deck, const Line& line,
                                   const std::vector<Word>& words, std::size_t first) {
  std::vector<Setting> settings;
  const std::string_view text = line.text;
  std::size_t at = first;
  while (at < words.size()) {
    if (at + 2 >= words.size() || words[at + 1].text != "=" || words[at].text == "=") {
      deck.fail("spice.syntax", {&line, words[at].offset},
                "'" + std::string(words[at].text.substr(0, 40)) + "' is not understood here",
                "write NAME=VALUE");
    }
    if (!is_name(words[at].text)) {
      deck.fail("spice.syntax", {&line, words[at].offset},
                "'" + std::string(words[at].text.substr(0, 40)) + "' is no name",
                "write NAME=VALUE, formulas in braces");
    }
    // A formula may hold blanks and "==": it ends in front of the next "name =".
    std::size_t end = at + 3;
    while (end < words.size() &&
           !(end + 1 < words.size() && words[end + 1].text == "=" && words[end].text != "=" &&
             !(end + 2 < words.size() && words[end + 2].text == "=" &&
               words[end + 2].offset == words[end + 1].offset + 1))) {
      ++end;
    }
    const std::size_t begin_text = words[at + 2].offset;
    const Word& last = words[end - 1];
    settings.push_back({words[at].text,
                        text.substr(begin_text, last.offset + last.text.size() - begin_text),
                        Place{&line, words[at].offset}});
    at = end;
  }
  return settings;
}

std::unique_ptr<Deck> read_deck(std::string_view text, const std::string& file) {
  auto deck = std::make_unique<Deck>();
  deck->file = file;
  deck->lines = split_lines(text, file);
  Reader(*deck).run();
  if (!deck->lines.ended) {
    deck->notes.push_back({base::Severity::note,
                           "spice.end",
                           {file, 0, 0},
                           "the deck has no .end",
                           "it may be cut short"});
  }
  if (deck->lines.line_after_end != 0) {
    deck->notes.push_back({base::Severity::note,
                           "spice.end",
                           {file, deck->lines.line_after_end, 1},
                           "what follows .end is not read",
                           "move it in front of .end"});
  }
  return deck;
}

}  // namespace neucasl::ir::spice
