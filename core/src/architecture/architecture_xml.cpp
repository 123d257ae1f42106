#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "choice_rules.hpp"
#include "link_names.hpp"
#include "neucasl/architecture/changes.hpp"
#include "neucasl/device/card_xml.hpp"
#include "number_rules.hpp"
#include "photonic_core.hpp"

namespace neucasl::architecture {
namespace {

using base::Error;
using base::XmlElement;

template <class Kind>
std::optional<Kind> kind_from(std::string_view name, Kind last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (to_string(static_cast<Kind>(i)) == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

bool refers_to_card(const XmlElement& element) {
  return element.name == "number" && element.optional("card").has_value();
}

class Reader {
 public:
  Reader(const XmlElement& root, const device::Library& cards, const Substitutes& substitutes)
      : root_(root), cards_(cards), substitutes_(substitutes) {}

  Architecture read() {
    root_.allow_attributes({"id", "title"});
    root_.allow_children({"citation", "number", "choice", "chip"});
    Architecture result;
    result.where = root_.where;
    result.id = root_.required("id");
    result.title = root_.required("title");
    for (const XmlElement& child : root_.children) {
      if (child.name == "citation") citations_.push_back(child);
    }
    result.numbers = card_of(root_, result.id, result.title);
    check_numbers(result.numbers, rules_of_architecture(), "the architecture");
    read_own(result);
    result.chip = level(only_child(root_, {"chip"}), result.id);
    result.links = std::move(links_);
    check_together(result);
    return result;
  }

  /// Choices and bits, from the numbers of the architecture.
  static void read_own(Architecture& result) {
    read_choices(result);
    result.weight_bits = static_cast<int>(whole_number(result.numbers, "weight_bits", 0));
    result.activation_bits = static_cast<int>(whole_number(result.numbers, "activation_bits", 0));
    result.partial_sum_bits = static_cast<int>(whole_number(result.numbers, "partial_sum_bits", 0));
  }

  /// What several numbers or choices are together.
  static void check_together(const Architecture& result) {
    const Level& core = result.core();
    if (core.kind == LevelKind::photonic_core) {
      check_channels(core);
      check_photonic_core(result);
    }
    if (core.kind == LevelKind::digital_core) check_digital_core(core);
    check_choices(result);
  }

 private:
  /// The numbers and choices of an element as a card.
  device::Card card_of(const XmlElement& element, const std::string& path,
                       const std::string& title) {
    XmlElement card;
    card.name = "card";
    card.where = element.where;
    card.attributes = {{"id", path}, {"family", "architecture"}, {"title", title}};
    card.children = citations_;
    for (const XmlElement& child : element.children) {
      if (child.name == "number") read_links(child, path);
      const bool own = child.name == "number" && !refers_to_card(child);
      if (!own && child.name != "choice") continue;
      card.children.push_back(child);
      std::erase_if(card.children.back().attributes,
                    [](const base::XmlAttribute& one) { return one.name == link_attribute; });
    }
    device::Card result = device::read_card(card);
    for (const XmlElement& child : element.children) {
      if (refers_to_card(child)) add_reference(child, result);
    }
    return result;
  }

  /// `owner` begins with the id of the architecture, which paths of numbers do without.
  void read_links(const XmlElement& element, const std::string& owner) {
    const std::size_t slash = owner.find('/');
    const std::string above = slash == std::string::npos ? "" : owner.substr(slash + 1) + "/";
    for (const LinkName& link : link_names(element)) {
      links_.push_back({above + element.required("name"), link.name, link.power});
    }
  }

  void add_reference(const XmlElement& element, device::Card& result) {
    element.allow_attributes({"name", "card", "number", link_attribute});
    const auto substitute = substitutes_.find(element.required("card"));
    const std::string& id =
        substitute == substitutes_.end() ? element.required("card") : substitute->second;
    auto [entry, added] = loaded_.try_emplace(id);
    if (added) entry->second = cards_.load(id, element.where);
    const device::Card& card = entry->second;
    const std::string& name = element.required("number");
    const device::Number* number = card.find(name);
    if (number == nullptr) {
      std::vector<std::string> known;
      known.reserve(card.numbers.size());
      for (const device::Number& candidate : card.numbers) known.push_back(candidate.name);
      throw Error("architecture.number", "card '" + id + "' has no number '" + name + "'",
                  base::suggest(name, known), element.where);
    }
    device::Number copy = *number;
    copy.name = element.required("name");
    copy.where = element.where;
    if (result.find(copy.name) != nullptr) {
      throw Error("device.name", "'" + copy.name + "' is given twice", "remove one of them",
                  element.where);
    }
    const device::Citation* source = card.citation(number->source);
    copy.source = id + "." + number->source;
    copy.place = name + ", " + number->place;
    if (result.citation(copy.source) == nullptr) {
      result.citations.push_back({copy.source, source->doi, source->text});
    }
    result.numbers.push_back(std::move(copy));
  }

  /// The one child with one of these names.
  static const XmlElement& only_child(const XmlElement& element,
                                      const std::vector<std::string>& names) {
    const XmlElement* found = nullptr;
    for (const XmlElement& child : element.children) {
      if (std::find(names.begin(), names.end(), child.name) == names.end()) continue;
      if (found != nullptr) {
        throw Error("architecture.hierarchy",
                    "a second <" + child.name + "> stands in <" + element.name + ">",
                    "give one, with its count", child.where);
      }
      found = &child;
    }
    if (found != nullptr) return *found;
    std::string remedy = "add <" + names.front() + " name=\"...\">";
    for (std::size_t k = 1; k < names.size(); ++k) remedy += " or <" + names[k] + " name=\"...\">";
    throw Error("architecture.hierarchy", "<" + element.name + "> holds no <" + names.front() + ">",
                remedy, element.where);
  }

  Level level(const XmlElement& element, const std::string& path) {
    element.allow_attributes({"name"});
    Level result;
    result.where = element.where;
    result.kind = *kind_from(element.name, LevelKind::digital_core);
    result.name = element.required("name");
    const std::string here = path + "/" + result.name;
    result.numbers = card_of(element, here, result.name);
    const std::string owner = "<" + element.name + "> '" + result.name + "'";
    check_numbers(result.numbers, rules_of(result.kind), owner);
    result.count = whole_number(result.numbers, "count", 1);
    std::vector<std::string> parts;
    if (result.kind == LevelKind::chip) parts = {"tile"};
    if (result.kind == LevelKind::tile) parts = {"array_group", "photonic_core", "digital_core"};
    for (const XmlElement& child : element.children) {
      if (child.name != "component") continue;
      result.components.push_back(component(child, here));
      check_name(result);
    }
    check_children(element, parts);
    if (!parts.empty()) result.parts.push_back(level(only_child(element, parts), here));
    if (result.kind == LevelKind::array_group) check_array_group(result);
    return result;
  }

  static void check_children(const XmlElement& element, const std::vector<std::string>& parts) {
    std::vector<std::string> allowed = {"number", "component"};
    allowed.insert(allowed.end(), parts.begin(), parts.end());
    for (const XmlElement& child : element.children) {
      if (std::find(allowed.begin(), allowed.end(), child.name) != allowed.end()) continue;
      throw Error("architecture.hierarchy",
                  "<" + child.name + "> may not stand in <" + element.name + ">",
                  base::suggest(child.name, allowed), child.where);
    }
  }

  /// The last component's name is new.
  static void check_name(const Level& level) {
    const Component& last = level.components.back();
    const auto first = std::find_if(level.components.begin(), level.components.end(),
                                    [&](const Component& c) { return c.name == last.name; });
    if (&*first == &last) return;
    throw Error("architecture.component",
                "a second '" + last.name + "' stands in '" + level.name + "'",
                "give each component its own name", last.numbers.where);
  }

  Component component(const XmlElement& element, const std::string& path) {
    element.allow_attributes({"kind", "name"});
    element.allow_children({"number", "choice"});
    Component result;
    result.name = element.required("name");
    const std::optional<ComponentKind> kind =
        kind_from(element.required("kind"), ComponentKind::control);
    if (!kind) {
      std::vector<std::string> known;
      for (int i = 0; i <= static_cast<int>(ComponentKind::control); ++i) {
        known.emplace_back(to_string(static_cast<ComponentKind>(i)));
      }
      throw Error("architecture.component",
                  "unknown kind of component '" + element.required("kind") + "'",
                  base::suggest(element.required("kind"), known), element.where);
    }
    result.kind = *kind;
    result.numbers = card_of(element, path + "/" + result.name, result.name);
    const std::string owner = std::string(to_string(*kind)) + " '" + result.name + "'";
    check_numbers(result.numbers, rules_of(*kind), owner);
    check_component_choices(result);
    if (has_events(*kind)) check_cost(result.numbers, owner);
    result.count = whole_number(result.numbers, "count", 1);
    result.shared_by = whole_number(result.numbers, "shared_by", 1);
    return result;
  }

  static void check_cost(const device::Card& numbers, const std::string& owner) {
    const bool energy = numbers.find("energy") != nullptr;
    const bool power = numbers.find("power") != nullptr;
    const bool time = numbers.find("time") != nullptr;
    if (energy != power && time) return;
    throw Error("architecture.number",
                owner + (energy && power ? " states energy and power"
                                         : " does not state what one event costs"),
                "give the time of one event, and its energy or the power during that time",
                numbers.where);
  }

  static void check_array_group(const Level& level) {
    require_one_of_each(level, {ComponentKind::array, ComponentKind::dac, ComponentKind::adc});
  }

  static void check_digital_core(const Level& level) {
    require_one_of_each(level, {ComponentKind::multiplier, ComponentKind::adder_tree,
                                ComponentKind::weight_memory});
    const std::size_t products =
        whole_number(level.numbers, "inputs", 1) * whole_number(level.numbers, "outputs", 1);
    const Component& multiplier = *level.find(ComponentKind::multiplier);
    if (multiplier.count == products) return;
    throw Error("architecture.hierarchy",
                "<digital_core> '" + level.name + "' has " + std::to_string(multiplier.count) +
                    " multipliers for the products of its inputs and outputs",
                "give " + std::to_string(products), multiplier.numbers.find("count")->where);
  }

  static void require_one_of_each(const Level& level, std::initializer_list<ComponentKind> kinds) {
    for (const ComponentKind kind : kinds) {
      const auto number = std::count_if(level.components.begin(), level.components.end(),
                                        [&](const Component& c) { return c.kind == kind; });
      if (number == 1) continue;
      throw Error("architecture.hierarchy",
                  "<" + std::string(to_string(level.kind)) + "> '" + level.name + "' has " +
                      std::to_string(number) + " components of kind " +
                      std::string(to_string(kind)),
                  "give one, with its count", level.where);
    }
  }

  static void check_channels(const Level& level) {
    const double channels = level.numbers.find("channels")->value.value;
    const double spacing = level.numbers.find("channel_spacing")->value.value;
    const double range = level.numbers.find("free_spectral_range")->value.value;
    // Within rounding, a whole number of spacings fits its own multiple.
    const double most = std::floor(range / spacing * (1.0 + 1e-12));
    if (channels <= most) return;
    throw Error("architecture.channels",
                base::shortest(channels) + " channels, " +
                    base::to_engineering({spacing, base::dimension::length}) +
                    " apart, go beyond the free spectral range of " +
                    base::to_engineering({range, base::dimension::length}),
                most < 1.0 ? "give a spacing below the free spectral range"
                           : "give at most " + base::shortest(most) + " channels, or " +
                                 base::to_engineering({range / channels, base::dimension::length}) +
                                 " between them",
                level.numbers.find("channels")->where);
  }

  /// As `choice`, but may be absent.
  template <class Value>
  static Value choice_or(Value absent, const device::Card& card, const char* name,
                         const std::vector<std::pair<std::string, Value>>& values) {
    const bool given = std::any_of(card.choices.begin(), card.choices.end(),
                                   [&](const device::Choice& one) { return one.name == name; });
    return given ? choice<Value>(card, name, values) : absent;
  }

  template <class Value>
  static Value choice(const device::Card& card, const char* name,
                      const std::vector<std::pair<std::string, Value>>& values) {
    const device::Choice& chosen = card.choice(name);
    std::vector<std::string> known;
    known.reserve(values.size());
    for (const auto& [word, value] : values) {
      if (word == chosen.value) return value;
      known.push_back(word);
    }
    throw Error("architecture.choice",
                "'" + chosen.value + "' is no " + std::string(name) + " of an architecture",
                base::suggest(chosen.value, known), chosen.where);
  }

  static bool is_chosen(const device::Card& card, const std::string& name) {
    return std::any_of(card.choices.begin(), card.choices.end(),
                       [&](const device::Choice& choice) { return choice.name == name; });
  }

  static void read_subtraction(Architecture& result) {
    result.analog_subtraction = choice_or<bool>(false, result.numbers, "subtraction",
                                                {{"digital", false}, {"analog", true}});
    if (!result.analog_subtraction || result.encoding == Encoding::differential) return;
    throw Error("architecture.choice", "without pairs of columns there is nothing to subtract",
                "choose weight_encoding 'differential' or subtraction 'digital'",
                result.numbers.choice("subtraction").where);
  }

  static void read_choices(Architecture& result) {
    const device::Card& card = result.numbers;
    const std::vector<std::string> known = {
        "dataflow",        "weight_duplication", "pipelining",   "time_multiplexing",
        "weight_encoding", "weight_gradient",    "device",       "periphery",
        "cores_split",     "tiles_split",        "unused_parts", "subtraction"};
    for (const device::Choice& given : card.choices) {
      if (std::find(known.begin(), known.end(), given.name) != known.end()) continue;
      throw Error("architecture.choice", "an architecture has no choice '" + given.name + "'",
                  base::suggest(given.name, known), given.where);
    }
    for (const device::Choice& given : card.choices) {
      if (given.name == "device") result.device = given.value;
      if (given.name == "periphery") result.periphery = given.value;
    }
    result.dataflow = choice<Dataflow>(card, "dataflow",
                                       {{"weight-stationary", Dataflow::weight_stationary},
                                        {"output-stationary", Dataflow::output_stationary}});
    result.duplication =
        choice<Duplication>(card, "weight_duplication",
                            {{"none", Duplication::none}, {"balanced", Duplication::balanced}});
    enum class Pipelining { none, layers, windows };
    const auto pipelining = choice<Pipelining>(card, "pipelining",
                                               {{"none", Pipelining::none},
                                                {"layers", Pipelining::layers},
                                                {"windows", Pipelining::windows}});
    result.pipelined = pipelining != Pipelining::none;
    result.window_buffers = pipelining == Pipelining::windows;
    if (is_chosen(card, "weight_gradient")) {
      result.gradient = choice<Gradient>(card, "weight_gradient",
                                         {{"arrays", Gradient::arrays},
                                          {"digital-unit", Gradient::digital_unit},
                                          {"photonic-cores", Gradient::photonic_cores}});
    }
    result.time_multiplexed =
        choice<bool>(card, "time_multiplexing", {{"no", false}, {"yes", true}});
    result.encoding =
        choice<Encoding>(card, "weight_encoding",
                         {{"offset", Encoding::offset}, {"differential", Encoding::differential}});
    read_subtraction(result);
    const std::vector<std::pair<std::string, Split>> splits = {{"blocks", Split::blocks},
                                                               {"positions", Split::positions},
                                                               {"depth", Split::depth},
                                                               {"outputs", Split::outputs}};
    result.cores_split = choice_or<Split>(Split::blocks, card, "cores_split", splits);
    result.tiles_split = choice_or<Split>(Split::blocks, card, "tiles_split", splits);
    result.unused_parts_on =
        choice_or<bool>(false, card, "unused_parts", {{"off", false}, {"on", true}});
    if (result.pipelined && result.time_multiplexed) {
      throw Error("architecture.choice",
                  "layers that share arrays in turn cannot work on samples at the same time",
                  "choose pipelining 'none' or time_multiplexing 'no'",
                  card.choice("time_multiplexing").where);
    }
  }

  const XmlElement& root_;
  const device::Library& cards_;
  const Substitutes& substitutes_;
  std::vector<XmlElement> citations_;
  std::map<std::string, device::Card> loaded_;
  std::vector<Architecture::Link> links_;
};

}  // namespace

void finish_changes(Architecture& architecture) {
  Reader::read_own(architecture);
  Reader::check_together(architecture);
}

Architecture parse_architecture(std::string_view xml, const std::string& file,
                                const device::Library& cards, const Substitutes& substitutes) {
  try {
    // The reader keeps a reference: the tree must outlive it.
    const XmlElement root = base::parse_xml(xml, file, "architecture");
    return Reader(root, cards, substitutes).read();
  } catch (const Error& error) {
    if (error.diagnostic().code != "base.xml") throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.code = "architecture.xml";
    throw Error(std::move(diagnostic));
  }
}

}  // namespace neucasl::architecture
