#include "spice_controls.hpp"

#include <algorithm>

#include "neucasl/base/quantity.hpp"
#include "spice_device_names.hpp"

namespace neucasl::ir::spice {
namespace {

/// Options of how ngspice solves and prints; none changes the circuit.
constexpr std::string_view idle_options[] = {
    "acct",      "noacct",   "list",   "node",     "opts",   "nomod",        "nopage", "noprint",
    "noinit",    "klu",      "sparse", "numdgt",   "maxord", "savecurrents", "trtol",  "chgtol",
    "pivtol",    "pivrel",   "itl1",   "itl2",     "itl3",   "itl4",         "itl5",   "itl6",
    "gminsteps", "srcsteps", "warn",   "maxwarns", "interp"};

/// Words between white space; what is in parentheses, braces or quotes stays together.
std::vector<Word> spaced_words(const Line& line) {
  std::vector<Word> words;
  const std::string_view text = line.text;
  int depth = 0;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c == '(' || c == '{') ++depth;
    if ((c == ')' || c == '}') && depth > 0) --depth;
    if (c == '\'') quoted = !quoted;
    const bool apart = (c == ' ' || c == '\t' || c == '\r') && depth == 0 && !quoted;
    if (i < text.size() && !apart) continue;
    if (i > begin) words.push_back({text.substr(begin, i - begin), begin});
    begin = i + 1;
  }
  return words;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

class Controls {
 public:
  Controls(const Deck& deck, Parameters& parameters, SpiceImport& import)
      : deck_(deck), parameters_(parameters), import_(import) {}

  void take(const Line& line) {
    line_ = &line;
    words_ = spaced_words(line);
    const std::string_view card = words_[0].text;
    if (card == ".meas" || card == ".measure") return measurement();
    if (card == ".ic") return initial_voltages();
    if (card == ".options" || card == ".option") return options();
    if (card == ".temp") return temperature();
    analysis(std::string(card.substr(1)));
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::size_t word,
                         const std::string& remedy) const {
    deck_.fail("spice.syntax", place(word), what, remedy);
  }
  [[nodiscard]] Place place(std::size_t word) const {
    return {line_, words_[std::min(word, words_.size() - 1)].offset};
  }
  double value(std::size_t word) {
    if (word >= words_.size()) fail("a number is missing", word, "give it");
    return parameters_.value(words_[word].text, place(word));
  }
  std::string number(std::size_t word) { return base::shortest(value(word)); }

  /// Words that are names or keywords stay, all others become plain numbers.
  void analysis(const std::string& kind) {
    std::vector<std::string> words{kind};
    std::size_t at = 1;
    const auto keep = [&](std::size_t count) {
      for (; count > 0 && at < words_.size(); --count) words.emplace_back(words_[at++].text);
    };
    if (kind == "dc" && words_.size() > 1 && words_[1].text == "temp") return sweep_temperature();
    if (kind == "dc") keep(1);
    if (kind == "ac") keep(1);
    if (kind == "noise") keep(3);
    if (kind == "dc" && words_.size() > 5) {
      fail("a sweep inside a sweep", 5, "sweep one source at a time");
    }
    for (; at < words_.size(); ++at) {
      const bool keyword = kind == "tran" && words_[at].text == "uic";
      words.push_back(keyword ? "uic" : number(at));
    }
    import_.analyses.push_back({join(words), deck_.where(place(0))});
  }

  void sweep_temperature() {
    if (words_.size() != 5) fail("too few or too many words", 5, "write .dc temp FROM TO STEP");
    import_.analyses.push_back({"dc temperature " + base::shortest(value(2) + zero_celsius) + ' ' +
                                    base::shortest(value(3) + zero_celsius) + ' ' + number(4),
                                deck_.where(place(0))});
  }

  void measurement() {
    if (words_.size() < 4) {
      fail("too few words", words_.size(), "write .meas ANALYSIS NAME max v(NODE), and so on");
    }
    const std::string analysis(words_[1].text);
    const std::vector<std::string> known{"tran", "ac", "dc", "noise", "op"};
    if (std::find(known.begin(), known.end(), analysis) == known.end()) {
      fail("unknown analysis '" + analysis + "'", 1, base::suggest(analysis, known));
    }
    std::string text;
    for (std::size_t i = 2; i < words_.size(); ++i) {
      text += (text.empty() ? "" : " ") + measured_word(i);
    }
    import_.measurements.push_back({analysis, text, deck_.where(place(0))});
  }

  /// "val=10m", "at={t0}" or "10m" with its number plain; the rest as it is.
  std::string measured_word(std::size_t word) {
    const std::string_view text = words_[word].text;
    const std::size_t equals = text.find('=');
    const std::size_t begin = equals == std::string_view::npos ? 0 : equals + 1;
    const std::string_view tail = text.substr(begin);
    if (tail.empty() || word == 2) return std::string(text);  // word 2 is the name
    const auto plain = read_spice_number(tail);
    const bool formula = tail[0] == '{' || tail[0] == '\'';
    if (!formula && !(plain && plain->length == tail.size())) return std::string(text);
    return std::string(text.substr(0, begin)) +
           base::shortest(parameters_.value(tail, place(word)));
  }

  void initial_voltages() {
    // Without white space: v(a)=1v(b)=... cannot be told apart, so words are read as written.
    const std::string form = "write .ic v(NODE)=VALUE ...";
    const std::vector<Word> words = split_words(*line_, deck_.file);
    std::size_t at = 1;
    if (words.size() < 2) fail("no voltages", 0, form);
    while (at < words.size()) {
      const bool complete = at + 5 < words.size() && words[at].text == "v" &&
                            words[at + 1].text == "(" && words[at + 3].text == ")" &&
                            words[at + 4].text == "=";
      const Place here{line_, words[at].offset};
      if (!complete) deck_.fail("spice.syntax", here, "no initial voltage", form);
      import_.initial_voltages.push_back({std::string(words[at + 2].text),
                                          parameters_.value(words[at + 5].text, here),
                                          deck_.where(here)});
      at += 6;
    }
  }

  void options() {
    const std::vector<Word> words = split_words(*line_, deck_.file);
    for (std::size_t at = 1; at < words.size();) {
      const bool has_value = at + 2 < words.size() && words[at + 1].text == "=";
      const Place here{line_, words[at].offset};
      option(words[at].text, has_value ? words[at + 2].text : std::string_view(), here);
      at += has_value ? 3 : 1;
    }
  }

  void option(std::string_view name, std::string_view value, const Place& here) {
    const std::vector<std::string_view> known{"reltol", "abstol", "vntol",
                                              "gmin",   "method", "temp"};
    if (std::find(std::begin(idle_options), std::end(idle_options), name) !=
        std::end(idle_options)) {
      if (!idle_noted_) {
        import_.notes.push_back({base::Severity::note, "spice.options", deck_.where(here),
                                 "option '" + std::string(name) + "' and its like have no effect",
                                 "each simulator solves in its own way"});
      }
      idle_noted_ = true;
      return;
    }
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      deck_.fail("spice.parameter", here,
                 "unknown option '" + std::string(name.substr(0, 40)) + "'",
                 base::suggest(name, std::vector<std::string>(known.begin(), known.end())));
    }
    if (value.empty()) {
      deck_.fail("spice.syntax", here, "option '" + std::string(name) + "' has no value",
                 "write NAME=VALUE");
    }
    if (name == "method") {
      import_.options.method = std::string(value);
    } else if (name == "temp") {
      set_temperature(parameters_.value(value, here), here);
    } else {
      set_tolerance(std::string(name), parameters_.value(value, here), here);
    }
  }

  void set_tolerance(const std::string& name, double number, const Place& where) {
    if (!(number > 0.0)) {
      deck_.fail("spice.number", where, "option '" + name + "' is not positive",
                 "give a positive number");
    }
    if (name == "reltol") import_.options.relative_tolerance = number;
    if (name == "abstol") import_.options.current_tolerance = number;
    if (name == "vntol") import_.options.voltage_tolerance = number;
    if (name == "gmin") import_.options.gmin = number;
  }

  void temperature() {
    if (words_.size() != 2) fail("one temperature is needed", 1, "write .temp CELSIUS");
    set_temperature(value(1), place(1));
  }

  void set_temperature(double celsius, const Place& where) {
    if (!(celsius > -zero_celsius)) {
      deck_.fail("spice.number", where, "a temperature below absolute zero", "give it in Celsius");
    }
    import_.options.temperature = celsius + zero_celsius;
  }

  const Deck& deck_;
  Parameters& parameters_;
  SpiceImport& import_;
  const Line* line_ = nullptr;
  std::vector<Word> words_;
  bool idle_noted_ = false;
};

}  // namespace

void read_controls(const Deck& deck, Parameters& parameters, SpiceImport& import) {
  Controls controls(deck, parameters, import);
  for (const Line* line : deck.controls) controls.take(*line);
}

double output_step(const Deck& deck, Parameters& parameters) {
  for (const Line* line : deck.controls) {
    const std::vector<Word> words = spaced_words(*line);
    if (words[0].text != ".tran" || words.size() < 2) continue;
    return parameters.value(words[1].text, {line, words[1].offset});
  }
  return 0.0;
}

}  // namespace neucasl::ir::spice
