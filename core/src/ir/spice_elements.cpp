#include "spice_elements.hpp"

#include <algorithm>

namespace neucasl::ir::spice {
namespace {

namespace unit = base::dimension;

SpicePin pin(std::string name) {
  return {std::move(name), Discipline::electrical, Direction::inout};
}

Form two_terminal(std::string element, std::string parameter, const base::Dimension& dimension) {
  Form form{element, {{"element", element}}, {pin("p"), pin("n")}, {}};
  form.parameters.emplace_back(std::move(parameter), dimension);
  return form;
}

Form four_terminal(std::string element, std::string parameter, const base::Dimension& dimension) {
  Form form = two_terminal(std::move(element), std::move(parameter), dimension);
  form.pins.push_back(pin("control_p"));
  form.pins.push_back(pin("control_n"));
  return form;
}

}  // namespace

Elements::Elements(const Deck& deck, const Scope& scope, Parameters& parameters, Designer& designer,
                   Draft& draft, const SpiceDevices* devices, double pulse_edge,
                   SubcircuitMaker maker)
    : deck_(deck),
      scope_(scope),
      parameters_(parameters),
      designer_(designer),
      draft_(draft),
      devices_(devices),
      pulse_edge_(pulse_edge),
      maker_(std::move(maker)) {}

void Elements::fail(const Card& card, std::size_t word, const std::string& what,
                    const std::string& remedy) const {
  deck_.fail("spice.syntax", card.place(std::min(word, card.words.size() - 1)),
             "'" + std::string(card.name().substr(0, 40)) + "': " + what, remedy);
}

void Elements::unknown_setting(const Setting& setting,
                               const std::vector<std::string>& known) const {
  deck_.fail("spice.parameter", setting.place,
             "unknown parameter '" + std::string(setting.name) + "'",
             known.empty() ? "it takes none" : base::suggest(setting.name, known));
}

void Elements::add(const Line& line) {
  const Card card{&line, split_words(line, deck_.file)};
  const std::string_view name = card.name();
  if (name.size() < 2 || name.find_first_of("={'") != std::string_view::npos) {
    fail(card, 0, "an element without a name", "write a letter and a name, as in r1");
  }
  switch (name[0]) {
    case 'r':
    case 'c':
    case 'l':
      return passive(card);
    case 'v':
    case 'i':
      return source(card);
    case 'e':
    case 'g':
      return controlled(card);
    case 'f':
    case 'h':
      return current_controlled(card);
    case 'b':
      return behavioural(card);
    case 'x':
      return subcircuit(card);
    case 't':
      return transmission_line(card);
    case 'k':
      return coupling(card);
    case 'd':
      return diode(card);
    case 'm':
      return mosfet(card);
    default:
      return device(card);
  }
}

void Elements::finish() {
  for (const auto& [name, place] : dotted_) {
    if (!draft_.find(name.substr(0, name.find('.')))) continue;
    deck_.fail("spice.node", place, "node '" + std::string(name) + "' lies inside a subcircuit",
               "make it a port of the subcircuit");
  }
  join_senses();
  join_couplings();
}

NetId Elements::node(const Card& card, std::size_t word) {
  const std::string_view text = card.words[word].text;
  if (text.find_first_of("=(){}'") != std::string_view::npos) {
    fail(card, word, "'" + std::string(text) + "' is no node", "name its nodes first");
  }
  if (text[0] == 'x' && text.find('.') != std::string_view::npos) {
    dotted_.emplace_back(text, card.place(word));
  }
  return draft_.net(text, card.place(word));
}

std::vector<NetId> Elements::nodes(const Card& card, std::size_t first, std::size_t count,
                                   const std::string& form) {
  if (card.words.size() < first + count) {
    fail(card, card.words.size() - 1, "too few nodes", "write " + form);
  }
  std::vector<NetId> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(node(card, first + i));
  return result;
}

double Elements::value(const Card& card, std::size_t word) {
  return parameters_.value(card.words[word].text, card.place(word));
}

double Elements::setting_value(const Setting& setting) {
  return parameters_.value(setting.value, setting.place);
}

Elements::Split Elements::split(const Card& card, std::size_t first) const {
  std::size_t end = first;
  while (end < card.words.size() && card.words[end].text != "params:" &&
         !(end + 1 < card.words.size() && card.words[end + 1].text == "=")) {
    ++end;
  }
  const bool marked = end < card.words.size() && card.words[end].text == "params:";
  return {end, read_settings(deck_, *card.line, card.words, end + (marked ? 1 : 0))};
}

std::uint32_t Elements::place_element(const Card& card, const Form& form,
                                      const std::vector<NetId>& nets,
                                      const std::vector<double>& values) {
  return draft_.element(card.name(), form, nets, values, card.place());
}

void Elements::passive(const Card& card) {
  struct Kind {
    char letter;
    const char* element;
    const char* parameter;
    base::Dimension dimension;
    const char* start;  // of a transient
    base::Dimension start_dimension;
  };
  static constexpr Kind kinds[] = {
      {'r', "resistor", "resistance", unit::resistance, nullptr, unit::none},
      {'c', "capacitor", "capacitance", unit::capacitance, "initial_voltage", unit::voltage},
      {'l', "inductor", "inductance", unit::inductance, "initial_current", unit::current}};
  const char letter = card.name()[0];
  const Kind& kind = *std::find_if(std::begin(kinds), std::end(kinds),
                                   [&](const Kind& one) { return one.letter == letter; });
  const std::vector<NetId> nets = nodes(card, 1, 2, "NAME NODE NODE VALUE");
  const Split parts = split(card, 3);
  std::optional<double> number;
  std::optional<double> start;
  if (parts.words > 4) fail(card, 4, "too many words", "write NAME NODE NODE VALUE");
  if (parts.words == 4) number = value(card, 3);
  for (const Setting& setting : parts.settings) {
    if (!number && setting.name == std::string_view(&letter, 1)) {
      number = setting_value(setting);
    } else if (kind.start && setting.name == "ic" && !start) {
      start = setting_value(setting);
    } else {
      unknown_setting(setting, kind.start ? std::vector<std::string>{std::string(1, letter), "ic"}
                                          : std::vector<std::string>{"r"});
    }
  }
  if (!number) fail(card, card.words.size() - 1, "the value is missing", "give it after the nodes");
  Form form = two_terminal(kind.element, kind.parameter, kind.dimension);
  std::vector<double> values{*number};
  if (start) {
    form.name += "_with_start";
    form.parameters.emplace_back(kind.start, kind.start_dimension);
    values.push_back(*start);
  }
  place_element(card, form, nets, values);
}

void Elements::controlled(const Card& card) {
  const bool is_voltage = card.name()[0] == 'e';
  const std::string form_text = is_voltage ? "NAME NODE NODE CONTROL CONTROL GAIN, or NAME NODE "
                                             "NODE value={FORMULA}"
                                           : "NAME NODE NODE CONTROL CONTROL TRANSCONDUCTANCE, or "
                                             "NAME NODE NODE value={FORMULA}";
  if (card.words.size() > 5 && card.words[4].text == "=") {
    const std::string_view key = card.words[3].text;
    if (key != "value" && key != (is_voltage ? "vol" : "cur")) {
      fail(card, 3, "'" + std::string(key) + "' is not accepted", "write " + form_text);
    }
    const std::size_t begin = card.words[5].offset;
    add_behavioural(card, is_voltage, std::string_view(card.line->text).substr(begin),
                    card.place(5));
    return;
  }
  if (card.words.size() > 3 && (card.words[3].text == "poly" || card.words[3].text == "table" ||
                                card.words[3].text == "laplace")) {
    fail(card, 3, "'" + std::string(card.words[3].text) + "' is not accepted",
         "write a formula: " + form_text);
  }
  const std::vector<NetId> nets = nodes(card, 1, 4, form_text);
  if (card.words.size() != 6) {
    fail(card, std::min<std::size_t>(6, card.words.size() - 1), "one gain is needed",
         "write " + form_text);
  }
  const Form form = is_voltage
                        ? four_terminal("voltage_controlled_voltage_source", "gain", unit::none)
                        : four_terminal("voltage_controlled_current_source", "transconductance",
                                        unit::conductance);
  place_element(card, form, nets, {value(card, 5)});
}

void Elements::current_controlled(const Card& card) {
  const bool is_voltage = card.name()[0] == 'h';
  const std::string form_text = "NAME NODE NODE VSOURCE GAIN";
  std::vector<NetId> nets = nodes(card, 1, 2, form_text);
  if (card.words.size() != 5) {
    fail(card, std::min<std::size_t>(5, card.words.size() - 1),
         "one voltage source and one gain are needed", "write " + form_text);
  }
  const Form form =
      is_voltage
          ? four_terminal("current_controlled_voltage_source", "transresistance", unit::resistance)
          : four_terminal("current_controlled_current_source", "gain", unit::none);
  nets.resize(4);
  const std::uint32_t element = place_element(card, form, nets, {value(card, 4)});
  senses_.push_back({std::string(card.words[3].text), element, card.place(3)});
}

void Elements::join_senses() {
  std::unordered_map<std::string, int> counts;
  for (const Sense& sense : senses_) {
    const auto source = draft_.find(sense.source);
    if (!source || sense.source[0] != 'v') {
      deck_.fail("spice.node", sense.place,
                 "no voltage source '" + sense.source + "' here to take the current of",
                 base::suggest(sense.source, draft_.names_with('v')));
    }
    // A short in series, above the source, which keeps its name and current.
    const int count = ++counts[sense.source];
    const std::string name =
        sense.source + "#sense" + (count > 1 ? std::to_string(count) : std::string());
    const NetId below = draft_.net(name, sense.place);
    draft_.join(below, Discipline::electrical, sense.place);
    Connection& top = draft_.at(*source).connections[0];
    auto& control = draft_.at(sense.element).connections;
    control[2].net = top.net;
    control[3].net = below;
    draft_.join(top.net, Discipline::electrical, sense.place);
    top.net = below;
  }
}

std::string Elements::voltage(const std::string& name, const Place& place) {
  if (name == "0" || name == "gnd") return {};
  auto found = std::find(inputs_.begin(), inputs_.end(), name);
  if (found == inputs_.end()) {
    inputs_.push_back(name);
    found = inputs_.end() - 1;
  }
  static_cast<void>(place);
  return "in" + std::to_string(found - inputs_.begin() + 1);
}

std::string Elements::current(const std::string& source_name, const Place& place) {
  // The current as the voltage of a node: 1 ohm times it.
  const std::string node_name = source_name + "#current";
  if (!draft_.find(node_name)) {
    const Form form =
        four_terminal("current_controlled_voltage_source", "transresistance", unit::resistance);
    const std::uint32_t element = draft_.element(
        node_name, form, {draft_.net(node_name, place), draft_.net("0", place), NetId(), NetId()},
        {1.0}, place);
    senses_.push_back({source_name, element, place});
  }
  return voltage(node_name, place);
}

void Elements::behavioural(const Card& card) {
  const std::string form = "NAME NODE NODE v=FORMULA or i=FORMULA";
  if (card.words.size() < 6 || card.words[4].text != "=" ||
      (card.words[3].text != "v" && card.words[3].text != "i")) {
    fail(card, std::min<std::size_t>(3, card.words.size() - 1), "no formula", "write " + form);
  }
  const std::size_t begin = card.words[5].offset;
  add_behavioural(card, card.words[3].text == "v", std::string_view(card.line->text).substr(begin),
                  card.place(5));
}

void Elements::add_behavioural(const Card& card, bool is_voltage, std::string_view formula,
                               const Place& place) {
  std::vector<NetId> nets = nodes(card, 1, 2, "NAME NODE NODE and a formula");
  inputs_.clear();
  const BehaviouralFormula rewritten =
      behavioural_formula(formula, place, deck_, parameters_, *this);
  if (rewritten.constant) {
    place_element(card,
                  is_voltage ? two_terminal("voltage_source", "voltage", unit::voltage)
                             : two_terminal("current_source", "current", unit::current),
                  nets, {rewritten.value});
    return;
  }
  const std::string element =
      is_voltage ? "behavioural_voltage_source" : "behavioural_current_source";
  Form form{element, {{"element", element}, {"formula", rewritten.text}}, {pin("p"), pin("n")}, {}};
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    form.pins.push_back({"in" + std::to_string(i + 1), Discipline::electrical, Direction::inout});
    nets.push_back(draft_.net(inputs_[i], place));
  }
  place_element(card, form, nets, {});
}

void Elements::subcircuit(const Card& card) {
  const Split parts = split(card, 1);
  if (parts.words < 2) {
    fail(card, 0, "a subcircuit is missing", "write NAME NODES SUBCIRCUIT [NAME=VALUE ...]");
  }
  const std::size_t last = parts.words - 1;
  const std::string_view name = card.words[last].text;
  const Scope* target = scope_.find_subcircuit(name);
  if (!target) {
    std::vector<std::string> known;
    for (const Scope* scope = &scope_; scope; scope = scope->parent) {
      for (const auto& [key, one] : scope->subcircuits) known.push_back(key);
    }
    deck_.fail("spice.subcircuit", card.place(last),
               "no subcircuit '" + std::string(name.substr(0, 40)) + "'",
               base::suggest(name, known));
  }
  if (last - 1 != target->ports.size()) {
    fail(card, last,
         std::to_string(last - 1) + " nodes for the " + std::to_string(target->ports.size()) +
             " ports of '" + target->name + "'",
         "give one node for each port");
  }
  const ModuleId master = maker_(*target, card, parts.settings, parameters_);
  draft_.instance(card.name(), master, nodes(card, 1, last - 1, "NAME NODES SUBCIRCUIT"),
                  card.place());
}

void Elements::transmission_line(const Card& card) {
  const std::vector<NetId> nets = nodes(card, 1, 4, "NAME P1 N1 P2 N2 z0=OHM td=SECONDS");
  const Split parts = split(card, 5);
  if (parts.words > 5) fail(card, 5, "too many words", "write NAME P1 N1 P2 N2 z0=OHM td=SECONDS");
  std::optional<double> impedance;
  std::optional<double> delay;
  std::optional<double> frequency;
  double length = 0.25;  // wavelengths, as in SPICE
  for (const Setting& setting : parts.settings) {
    const double number = setting_value(setting);
    if (setting.name == "z0" || setting.name == "zo") {
      impedance = number;
    } else if (setting.name == "td") {
      delay = number;
    } else if (setting.name == "f") {
      frequency = number;
    } else if (setting.name == "nl") {
      length = number;
    } else {
      unknown_setting(setting, {"z0", "td", "f", "nl"});
    }
  }
  if (!delay && frequency && *frequency > 0.0) delay = length / *frequency;
  if (!impedance || !delay) {
    fail(card, card.words.size() - 1, "impedance or delay is missing",
         "write z0=OHM td=SECONDS, or z0=OHM f=HERTZ nl=WAVELENGTHS");
  }
  const Form form{"transmission_line",
                  {{"element", "transmission_line"}},
                  {pin("p1"), pin("n1"), pin("p2"), pin("n2")},
                  {{"impedance", unit::resistance}, {"delay", unit::time}}};
  place_element(card, form, nets, {*impedance, *delay});
}

void Elements::coupling(const Card& card) {
  if (card.words.size() != 4) {
    fail(card, card.words.size() - 1, "two inductors and one coefficient are needed",
         "write NAME INDUCTOR INDUCTOR VALUE");
  }
  couplings_.push_back({card, value(card, 3)});
}

void Elements::join_couplings() {
  std::unordered_map<std::string, std::string> used;
  for (const Coupled& coupled : couplings_) {
    const Card& card = coupled.card;
    std::vector<NetId> nets;
    std::vector<double> values;
    for (const std::size_t word : {std::size_t{1}, std::size_t{2}}) {
      const std::string name(card.words[word].text);
      const auto index = draft_.find(name);
      if (!index || name[0] != 'l') {
        deck_.fail("spice.node", card.place(word), "no inductor '" + name + "' here to couple",
                   base::suggest(name, draft_.names_with('l')));
      }
      const auto [entry, added] = used.try_emplace(name, card.name());
      if (!added) {
        fail(card, word, "inductor '" + name + "' is coupled by '" + entry->second + "' too",
             "couple inductors in pairs");
      }
      Instance& inductor = draft_.at(*index);
      if (inductor.parameters.size() != 1) {
        fail(card, word, "inductor '" + name + "' has an initial current", "leave out its ic");
      }
      for (const Connection& connection : inductor.connections) nets.push_back(connection.net);
      values.push_back(std::get<base::Quantity>(inductor.parameters[0].value).value);
      draft_.remove(*index);
    }
    values.push_back(coupled.coupling);
    const Form form{"coupled_inductors",
                    {{"element", "coupled_inductors"}},
                    {pin("p1"), pin("n1"), pin("p2"), pin("n2")},
                    {{"inductance_1", unit::inductance},
                     {"inductance_2", unit::inductance},
                     {"coupling", unit::none}}};
    place_element(card, form, nets, values);
  }
}

}  // namespace neucasl::ir::spice
