#include <filesystem>

#include "blif_model.hpp"
#include "neucasl/logic/readers.hpp"

namespace neucasl::logic {
namespace {

using base::Error;

/// Wider covers belong to no gate and would only be a mistake or an attack.
constexpr std::size_t most_names_inputs = 4096;

class BlifParser {
 public:
  BlifParser(std::string_view text, const std::string& file) : lines_(text) { out_.file = file; }

  BlifFile run() {
    while (lines_.next(words_)) {
      if (words_[0].text[0] == '.') {
        statement();
      } else {
        cover_row();
      }
    }
    if (out_.models.empty()) {
      throw Error("blif.syntax", "there is no model in '" + out_.file + "'",
                  "begin with .model NAME, .inputs and .outputs", {out_.file, 0, 0});
    }
    for (BlifModel& model : out_.models) check_inputs(model);
    return std::move(out_);
  }

 private:
  using Handler = void (BlifParser::*)();

  [[noreturn]] void fail(const Word& at, const std::string& what, const std::string& remedy) const {
    throw Error("blif.syntax", what, remedy, out_.location(at.place));
  }

  static Handler handler_of(std::string_view command) {
    static const std::unordered_map<std::string_view, Handler> handlers = {
        {".model", &BlifParser::model},
        {".inputs", &BlifParser::inputs},
        {".input", &BlifParser::inputs},
        {".outputs", &BlifParser::outputs},
        {".output", &BlifParser::outputs},
        {".clock", &BlifParser::clocks},
        {".names", &BlifParser::names},
        {".latch", &BlifParser::latch},
        {".subckt", &BlifParser::instance},
        {".conn", &BlifParser::connection},
        {".cname", &BlifParser::cell_name},
        {".attr", &BlifParser::ignore},
        {".param", &BlifParser::ignore},
        {".end", &BlifParser::end},
        {".blackbox", &BlifParser::black_box},
        // Annotations of timing and area do not change the function.
        {".area", &BlifParser::ignore},
        {".delay", &BlifParser::ignore},
        {".wire", &BlifParser::ignore},
        {".wire_load_slope", &BlifParser::ignore},
        {".input_arrival", &BlifParser::ignore},
        {".default_input_arrival", &BlifParser::ignore},
        {".output_required", &BlifParser::ignore},
        {".default_output_required", &BlifParser::ignore},
        {".input_drive", &BlifParser::ignore},
        {".default_input_drive", &BlifParser::ignore},
        {".output_load", &BlifParser::ignore},
        {".default_output_load", &BlifParser::ignore},
        {".max_input_load", &BlifParser::ignore},
        {".default_max_input_load", &BlifParser::ignore},
    };
    const auto entry = handlers.find(command);
    return entry == handlers.end() ? nullptr : entry->second;
  }

  void statement() {
    const Handler handler = handler_of(words_[0].text);
    if (handler == nullptr) refuse_blif_command(words_[0], out_.location(words_[0].place));
    in_cover_ = false;
    if (handler != &BlifParser::model && handler != &BlifParser::end) open_model();
    const bool describes = handler == &BlifParser::ignore || handler == &BlifParser::cell_name;
    if (!describes) after_instance_ = handler == &BlifParser::instance;
    (this->*handler)();
  }

  BlifModel& current() { return out_.models.back(); }

  void begin_model(std::string_view name, Place place) {
    out_.models.push_back({});
    current().name = name;
    current().place = place;
    model_open_ = true;
    const auto [entry, added] = out_.index.emplace(name, out_.models.size() - 1);
    if (added) return;
    const base::Location first = out_.location(out_.models[entry->second].place);
    throw Error("blif.syntax",
                "model '" + std::string(name) + "' is defined at " + to_string(first) + " and here",
                "give each model its own name", out_.location(place));
  }

  /// A file may begin without .model; the model is then called after it.
  void open_model() {
    if (model_open_) return;
    if (!out_.models.empty()) {
      fail(words_[0], "'" + std::string(words_[0].text) + "' stands outside of any model",
           "begin a model with .model NAME");
    }
    begin_model({}, words_[0].place);
  }

  void model() {
    if (words_.size() != 2) fail(words_[0], ".model takes one name", "write .model NAME");
    begin_model(words_[1].text, words_[0].place);
  }
  void end() { model_open_ = false; }
  void ignore() {}
  void black_box() { current().black_box = true; }

  void append(std::vector<Word>& list) const {
    list.insert(list.end(), words_.begin() + 1, words_.end());
  }
  void inputs() { append(current().inputs); }
  void outputs() { append(current().outputs); }
  void clocks() { append(current().clocks); }

  void names() {
    if (words_.size() < 2) {
      fail(words_[0], ".names has no output", "write .names INPUT... OUTPUT");
    }
    if (words_.size() - 2 > most_names_inputs) {
      throw Error("blif.unsupported",
                  ".names has " + std::to_string(words_.size() - 2) + " inputs, more than " +
                      std::to_string(most_names_inputs),
                  "split the function before writing BLIF (ABC: strash, then write_blif)",
                  out_.location(words_[0].place));
    }
    BlifNames names;
    names.inputs.assign(words_.begin() + 1, words_.end() - 1);
    names.output = words_.back();
    current().names.push_back(std::move(names));
    in_cover_ = true;
  }

  void connection() {
    if (words_.size() != 3) fail(words_[0], ".conn takes two signals", "write .conn FROM TO");
    static constexpr std::string_view pass = "1";
    current().names.push_back({{words_[1]}, words_[2], {{pass, words_[0].place}}, false});
  }

  void cover_row() {
    if (!in_cover_) {
      fail(words_[0], "'" + std::string(words_[0].text) + "' is no BLIF command",
           "begin a command with a dot; rows of a cover follow their .names");
    }
    BlifNames& names = current().names.back();
    const std::size_t words = names.inputs.empty() ? 1 : 2;
    if (words_.size() != words) {
      fail(words_[0],
           "a row of a cover of " + counted(names.inputs.size(), "input") + " has " +
               counted(words, "word") + ", not " + std::to_string(words_.size()),
           "write one character for each input, a space, and the output");
    }
    const Word& output = words_.back();
    if (output.text != "0" && output.text != "1") {
      fail(output, "the output of a row is '" + std::string(output.text) + "'", "write 0 or 1");
    }
    const bool off_set = output.text == "0";
    if (!names.cubes.empty() && names.off_set != off_set) {
      fail(output, "the cover of '" + std::string(names.output.text) + "' mixes outputs 0 and 1",
           "list either the rows that give 1 or those that give 0");
    }
    names.off_set = off_set;
    names.cubes.push_back({cube(names), words_[0].place});
  }

  [[nodiscard]] std::string_view cube(const BlifNames& names) const {
    if (names.inputs.empty()) return {};
    const std::string_view text = words_[0].text;
    const std::size_t wrong = text.find_first_not_of("01-");
    if (text.size() == names.inputs.size() && wrong == std::string_view::npos) return text;
    if (text.size() != names.inputs.size()) {
      fail(words_[0],
           "the row has " + counted(text.size(), "character") + " for " +
               counted(names.inputs.size(), "input"),
           "write one character for each input");
    }
    Word at = words_[0];
    at.place.column += static_cast<std::uint32_t>(wrong);
    fail(at, "'" + std::string(text.substr(wrong, 1)) + "' in a row of a cover", "write 0, 1 or -");
  }

  void latch() {
    if (words_.size() < 3 || words_.size() > 6) {
      fail(words_[0], ".latch has " + std::to_string(words_.size() - 1) + " operands",
           "write .latch INPUT OUTPUT [TYPE CLOCK] [INITIAL]");
    }
    BlifLatch latch{words_[1], words_[2], {}, {}};
    if (words_.size() >= 5) {
      require_rising_edge(words_[3]);
      if (words_[4].text != "NIL") latch.clock = words_[4].text;
    }
    if (words_.size() % 2 == 0) {
      const std::string_view text = words_.back().text;
      if (text.size() != 1 || text[0] < '0' || text[0] > '3') {
        fail(words_.back(), "initial value '" + std::string(text) + "' of a latch",
             "write 0, 1, 2 (either) or 3 (unknown)");
      }
      if (text[0] < '2') latch.initial = text[0] == '1';
    }
    current().latches.push_back(latch);
  }

  void require_rising_edge(const Word& type) const {
    if (type.text == "re") return;
    const bool known =
        type.text == "fe" || type.text == "ah" || type.text == "al" || type.text == "as";
    if (!known) fail(type, "latch type '" + std::string(type.text) + "'", "write re");
    throw Error("blif.unsupported",
                "latch of type '" + std::string(type.text) + "': only rising edges (re)",
                "use rising-edge flip-flops (Yosys: dfflegalize -cell $_DFF_P_ 01 before "
                "write_blif)",
                out_.location(type.place));
  }

  void instance() {
    if (words_.size() < 2) {
      fail(words_[0], ".subckt names no model", "write .subckt MODEL FORMAL=ACTUAL ...");
    }
    BlifInstance instance{words_[1], {}, {}};
    for (std::size_t i = 2; i < words_.size(); ++i) {
      const std::string_view text = words_[i].text;
      const std::size_t equals = text.find('=');
      if (equals == 0 || equals == std::string_view::npos) {
        fail(words_[i], "'" + std::string(text) + "' joins no port", "write FORMAL=ACTUAL");
      }
      // Yosys leaves the actual empty where nothing is joined.
      if (equals + 1 == text.size()) continue;
      instance.joins.push_back(
          {{text.substr(0, equals), words_[i].place}, text.substr(equals + 1)});
    }
    current().instances.push_back(std::move(instance));
  }

  void cell_name() {
    if (words_.size() != 2) fail(words_[0], ".cname takes one name", "write .cname NAME");
    if (after_instance_) current().instances.back().name = words_[1].text;
  }

  /// A model's own input driven inside it is an error wherever it is used.
  void check_inputs(const BlifModel& model) const {
    std::unordered_map<std::string_view, Place> inputs;
    const auto refuse = [&](const Word& again) {
      const auto first = inputs.find(again.text);
      if (first == inputs.end()) return;
      throw Error("logic.multiple-drivers",
                  "input '" + std::string(again.text) + "' of " +
                      to_string(out_.location(first->second)) + " is driven here",
                  "keep one of the two, or rename one", out_.location(again.place));
    };
    for (const Word& input : model.inputs) {
      refuse(input);
      inputs.emplace(input.text, input.place);
    }
    for (const BlifNames& names : model.names) refuse(names.output);
    for (const BlifLatch& latch : model.latches) refuse(latch.output);
  }

  WordLines lines_;
  std::vector<Word> words_;
  BlifFile out_;
  bool model_open_ = false;
  bool in_cover_ = false;
  bool after_instance_ = false;
};

}  // namespace

BlifFile read_blif_models(std::string_view text, const std::string& file) {
  return BlifParser(text, file).run();
}

Network parse_blif(std::string_view text, const std::string& file) {
  const BlifFile models = read_blif_models(text, file);
  const std::string_view name = models.models.front().name;
  return expand_blif(models).build(name.empty() ? std::filesystem::path(file).stem().string()
                                                : std::string(name));
}

}  // namespace neucasl::logic
