#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "liberty_values.hpp"
#include "neucasl/logic/cell_library.hpp"

namespace neucasl::logic {
namespace {

/// Where a pin comes from, for messages.
struct LibertyPin {
  std::string name;
  const LibertyGroup* group = nullptr;
};

class LibertyCellReader {
 public:
  LibertyCellReader(const LibertyValues& values, const LibertyGroup& group)
      : values_(values), group_(group) {}

  Cell read() {
    cell_.name = group_.arguments.size() == 1 ? group_.arguments[0] : "";
    if (cell_.name.empty()) values_.wrong("a cell has no name", "name it", group_.line);
    check_groups();
    read_pins();
    read_figures();
    read_function();
    for (const LibertyGroup& timing : output_.group->groups) {
      if (timing.type == "timing") read_timing(timing);
    }
    check_arcs();
    return std::move(cell_);
  }

 private:
  void check_groups() const {
    static const std::set<std::string> foreign = {"latch",  "latch_bank", "ff_bank", "bus",
                                                  "bundle", "statetable", "memory",  "lut"};
    for (const LibertyGroup& group : group_.groups) {
      if (foreign.contains(group.type)) {
        values_.unsupported("cell '" + cell_.name + "' has a group '" + group.type + "'",
                            "leave the cell out: gates and flip-flops with one output can be read",
                            group.line);
      }
    }
  }

  void read_pins() {
    std::set<std::string> names;
    for (const LibertyGroup& group : group_.groups) {
      if (group.type != "pin") continue;
      for (const std::string& name : group.arguments) {
        if (!names.insert(name).second) {
          values_.wrong("cell '" + cell_.name + "' has two pins '" + name + "'",
                        "name each pin once", group.line);
        }
        read_pin({name, &group});
      }
    }
    if (output_.group == nullptr) {
      values_.wrong("cell '" + cell_.name + "' has no output pin", "give it one", group_.line);
    }
    if (cell_.inputs.size() > most_table_inputs) {
      values_.unsupported("cell '" + cell_.name + "' has more than six inputs", "leave it out",
                          group_.line);
    }
  }

  void read_pin(const LibertyPin& pin) {
    const LibertyAttribute* direction = pin.group->attribute("direction");
    const std::string way = direction == nullptr ? "" : values_.text_of(*direction);
    if (way == "internal") return;
    if (pin.group->attribute("three_state") != nullptr) {
      values_.unsupported("pin '" + pin.name + "' has three states", "leave the cell out",
                          pin.group->line);
    }
    if (way == "output") {
      if (output_.group != nullptr) {
        values_.unsupported("cell '" + cell_.name + "' has two outputs", "leave the cell out",
                            pin.group->line);
      }
      output_ = pin;
      cell_.output = pin.name;
      return;
    }
    if (way != "input") {
      values_.unsupported("pin '" + pin.name + "' has the direction '" + way + "'",
                          "use input, output or internal", pin.group->line);
    }
    const LibertyAttribute* capacitance = pin.group->attribute("capacitance");
    if (capacitance == nullptr) {
      values_.wrong("input pin '" + pin.name + "' has no capacitance", "add it", pin.group->line);
    }
    cell_.inputs.push_back({pin.name, values_.capacitance(*capacitance), false});
    names_.push_back(pin.name);
  }

  void read_figures() {
    if (const auto* area = group_.attribute("area")) {
      cell_.area = values_.area(*area);
    }
    if (const auto* leakage = group_.attribute("cell_leakage_power")) {
      cell_.leakage_power = values_.leakage(*leakage);
    } else {
      cell_.leakage_power = mean_leakage();
    }
    if (const auto* count = group_.attribute("transistor_count")) {
      const double number = values_.number(*count);
      constexpr double most = 1e6;
      if (number < 0.0 || number > most ||
          number != static_cast<double>(static_cast<long>(number))) {
        values_.wrong("transistor_count is no count", "write a whole number", count->line);
      }
      cell_.transistors = static_cast<std::size_t>(number);
    }
    if (const auto* load = output_.group->attribute("max_capacitance")) {
      cell_.largest_load = values_.capacitance(*load);
    }
  }

  [[nodiscard]] double mean_leakage() const {
    double sum = 0.0;
    std::size_t count = 0;
    for (const LibertyGroup& group : group_.groups) {
      const LibertyAttribute* value =
          group.type == "leakage_power" ? group.attribute("value") : nullptr;
      if (value == nullptr) continue;
      sum += values_.leakage(*value);
      ++count;
    }
    return count == 0 ? 0.0 : sum / static_cast<double>(count);
  }

  [[nodiscard]] std::size_t input_index(const std::string& name, std::uint32_t line) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      values_.wrong("'" + name + "' is no input pin of cell '" + cell_.name + "'",
                    base::suggest(name, names_), line);
    }
    return static_cast<std::size_t>(found - names_.begin());
  }

  void read_function() {
    const LibertyAttribute* function = output_.group->attribute("function");
    if (function == nullptr) {
      values_.wrong("output pin '" + output_.name + "' has no function", "add it",
                    output_.group->line);
    }
    const LibertyGroup* memory = group_.group("ff");
    if (memory == nullptr) {
      cell_.function =
          parse_liberty_function(values_.text_of(*function), names_, values_.at(function->line));
      return;
    }
    read_flip_flop(*memory, *function);
  }

  void read_flip_flop(const LibertyGroup& memory, const LibertyAttribute& function) {
    cell_.flip_flop = true;
    const LibertyAttribute* next = memory.attribute("next_state");
    const LibertyAttribute* clock = memory.attribute("clocked_on");
    if (next == nullptr || clock == nullptr) {
      values_.wrong("flip-flop '" + cell_.name + "' lacks next_state or clocked_on", "add it",
                    memory.line);
    }
    for (const char* extra : {"clear", "preset", "clocked_on_also"}) {
      if (memory.attribute(extra) != nullptr) {
        values_.unsupported("flip-flop '" + cell_.name + "' has '" + extra + "'",
                            "leave the cell out", memory.attribute(extra)->line);
      }
    }
    const bool plain =
        !memory.arguments.empty() && values_.text_of(function) == memory.arguments[0] &&
        std::ranges::find(names_, values_.text_of(*next)) != names_.end() &&
        std::ranges::find(names_, values_.text_of(*clock)) != names_.end() && names_.size() == 2;
    if (!plain) {
      values_.unsupported("flip-flop '" + cell_.name + "' does more than store one input",
                          "its output must be the state, next_state and clocked_on one pin each",
                          memory.line);
    }
    cell_.inputs[input_index(values_.text_of(*clock), clock->line)].clock = true;
  }

  static bool known_timing_type(const std::string& type, bool flip_flop) {
    return flip_flop ? type == "rising_edge" : type == "combinational";
  }

  [[nodiscard]] LoadTable table(const LibertyGroup& group, const char* name,
                                LibertyValues::TableKind kind) const {
    const LibertyGroup* found = group.group(name);
    if (found == nullptr) {
      values_.wrong(
          "group '" + group.type + "' of cell '" + cell_.name + "' has no table '" + name + "'",
          "add it", group.line);
    }
    return values_.table(*found, kind);
  }

  void read_timing(const LibertyGroup& timing) {
    const LibertyAttribute* type = timing.attribute("timing_type");
    const std::string kind = type == nullptr ? "combinational" : values_.text_of(*type);
    if (!known_timing_type(kind, cell_.flip_flop)) {
      values_.unsupported("output pin '" + output_.name + "' has timing of type '" + kind + "'",
                          cell_.flip_flop ? "use rising_edge" : "use combinational", timing.line);
    }
    TimingArc arc;
    arc.sense = sense_of(timing);
    using Kind = LibertyValues::TableKind;
    arc.rise_delay = table(timing, "cell_rise", Kind::delay);
    arc.fall_delay = table(timing, "cell_fall", Kind::delay);
    arc.rise_transition = table(timing, "rise_transition", Kind::transition);
    arc.fall_transition = table(timing, "fall_transition", Kind::transition);
    for (const std::string& pin : related_pins(timing)) {
      arc.input = input_index(pin, timing.line);
      read_energy(arc, pin, timing.line);
      cell_.arcs.push_back(arc);
    }
  }

  [[nodiscard]] TimingArc::Sense sense_of(const LibertyGroup& timing) const {
    const LibertyAttribute* sense = timing.attribute("timing_sense");
    if (sense == nullptr) return TimingArc::Sense::either;
    const std::string& text = values_.text_of(*sense);
    if (text == "positive_unate") return TimingArc::Sense::positive;
    if (text == "negative_unate") return TimingArc::Sense::negative;
    if (text == "non_unate") return TimingArc::Sense::either;
    values_.wrong("timing_sense is '" + text + "'",
                  "use positive_unate, negative_unate or non_unate", sense->line);
  }

  [[nodiscard]] std::vector<std::string> related_pins(const LibertyGroup& group) const {
    const LibertyAttribute* related = group.attribute("related_pin");
    if (related == nullptr) {
      values_.wrong("a group '" + group.type + "' has no related_pin", "add it", group.line);
    }
    std::vector<std::string> pins;
    const std::string& text = values_.text_of(*related);
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find(' ', start), text.size());
      if (end > start) pins.push_back(text.substr(start, end - start));
      start = end + 1;
    }
    return pins;
  }

  /// The k-th timing of a pin takes the k-th internal_power of the pin, or the only one.
  void read_energy(TimingArc& arc, const std::string& pin, std::uint32_t line) {
    std::vector<const LibertyGroup*> powers;
    for (const LibertyGroup& group : output_.group->groups) {
      if (group.type != "internal_power") continue;
      const auto pins = related_pins(group);
      if (std::ranges::find(pins, pin) != pins.end()) powers.push_back(&group);
    }
    const std::size_t k = powers.size() == 1 ? 0 : timings_[pin]++;
    if (k >= powers.size()) {
      values_.wrong("cell '" + cell_.name + "' has no internal_power for pin '" + pin + "'",
                    "give the output pin one for each timing, in the same order", line);
    }
    arc.rise_energy = table(*powers[k], "rise_power", LibertyValues::TableKind::energy);
    arc.fall_energy = table(*powers[k], "fall_power", LibertyValues::TableKind::energy);
  }

  /// Each input that the output depends on needs an arc.
  void check_arcs() const {
    for (std::size_t i = 0; i < cell_.inputs.size(); ++i) {
      const bool needed = cell_.flip_flop ? cell_.inputs[i].clock : depends_on_input(i);
      const bool there =
          std::ranges::any_of(cell_.arcs, [&](const TimingArc& arc) { return arc.input == i; });
      if (needed && !there) {
        values_.wrong("cell '" + cell_.name + "' has no timing from '" + names_[i] + "'",
                      "give the output pin a timing group for it", output_.group->line);
      }
    }
  }

  [[nodiscard]] bool depends_on_input(std::size_t input) const {
    for (unsigned row = 0; row < (1U << cell_.function.inputs); ++row) {
      if (cell_.function.at(row) != cell_.function.at(row ^ (1U << input))) return true;
    }
    return false;
  }

  const LibertyValues& values_;
  const LibertyGroup& group_;
  Cell cell_;
  LibertyPin output_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> timings_;
};

}  // namespace

CellLibrary parse_liberty(std::string_view text, const std::string& file) {
  const LibertyGroup root = parse_liberty_group(text, file);
  if (root.type != "library") {
    throw base::Error("liberty.value", "the text is a '" + root.type + "'",
                      "begin with library (NAME) {", {file, root.line, 0});
  }
  const LibertyValues values(file, root);
  CellLibrary library;
  if (!root.arguments.empty()) library.name = root.arguments[0];
  if (const auto* model = root.attribute("delay_model")) {
    if (values.text_of(*model) != "table_lookup") {
      values.unsupported("the delay model is '" + values.text_of(*model) + "'", "use table_lookup",
                         model->line);
    }
  }
  if (const auto* voltage = root.attribute("nom_voltage")) {
    library.voltage = values.voltage(*voltage);
  }
  if (library.voltage <= 0.0) {
    values.wrong("the library has no positive nom_voltage", "write nom_voltage : VALUE;",
                 root.line);
  }
  constexpr double freezing = 273.15;
  const auto* temperature = root.attribute("nom_temperature");
  if (temperature == nullptr) {
    values.wrong("the library has no nom_temperature", "write nom_temperature : CELSIUS;",
                 root.line);
  }
  library.temperature = values.number(*temperature) + freezing;
  if (const auto* origin = root.attribute("comment")) library.origin = values.text_of(*origin);
  std::set<std::string> names;
  for (const LibertyGroup& group : root.groups) {
    if (group.type != "cell") continue;
    library.cells.push_back(LibertyCellReader(values, group).read());
    if (!names.insert(library.cells.back().name).second) {
      values.wrong("two cells are named '" + library.cells.back().name + "'", "name each cell once",
                   group.line);
    }
  }
  return library;
}

}  // namespace neucasl::logic
