#include "neucasl/architecture/changes.hpp"

#include "neucasl/base/text.hpp"
#include "number_rules.hpp"

namespace neucasl::architecture {
namespace {

constexpr char separator = '/';

/// Calls `visit` with the path and the card of the architecture, its levels and components.
template <class AnyLevel, class Visit>
void visit_level(AnyLevel& level, const std::string& above, const Visit& visit) {
  const std::string here = above + level.name + separator;
  visit(here, level.numbers, &level, nullptr);
  for (auto& component : level.components) {
    visit(here + component.name + separator, component.numbers, &level, &component);
  }
  for (auto& part : level.parts) visit_level(part, here, visit);
}

template <class AnyArchitecture, class Visit>
void visit_cards(AnyArchitecture& architecture, const Visit& visit) {
  visit(std::string(), architecture.numbers, nullptr, nullptr);
  visit_level(architecture.chip, std::string(), visit);
}

[[noreturn]] void refuse_path(const Architecture& architecture, std::string_view path,
                              const base::Location& where) {
  const std::string nearest = base::nearest_name(path, number_paths(architecture));
  throw base::Error(
      "architecture.path", "'" + architecture.id + "' has no number '" + std::string(path) + "'",
      nearest.empty()
          ? "write level/.../component/number, as '" + number_paths(architecture).back() + "'"
          : "did you mean '" + nearest + "'?",
      where);
}

/// Checks one number by the rule of its name.
void check_one(const device::Number& number, const std::vector<NumberRule>& rules,
               const std::string& owner) {
  device::Card lone;
  lone.numbers.push_back(number);
  std::vector<NumberRule> own;
  for (const NumberRule& rule : rules) {
    if (rule.name == number.name) own.push_back(rule);
  }
  check_numbers(lone, own, owner);
}

std::vector<NumberRule> rules_at(const Level* level, const Component* component) {
  if (component != nullptr) return rules_of(component->kind);
  return level != nullptr ? rules_of(level->kind) : rules_of_architecture();
}

void check_changed(const device::Number& number, const std::string& owner, Level* level,
                   Component* component) {
  check_one(number, rules_at(level, component), owner);
  if (component != nullptr) {
    component->count = whole_number(component->numbers, "count", 1);
    component->shared_by = whole_number(component->numbers, "shared_by", 1);
  } else if (level != nullptr) {
    level->count = whole_number(level->numbers, "count", 1);
  }
}

}  // namespace

std::vector<std::string> number_paths(const Architecture& architecture) {
  std::vector<std::string> paths;
  visit_cards(architecture, [&](const std::string& here, const device::Card& card,
                                const Level* /*level*/, const Component* /*component*/) {
    for (const device::Number& number : card.numbers) paths.push_back(here + number.name);
  });
  return paths;
}

const device::Number& number_at(const Architecture& architecture, std::string_view path,
                                const base::Location& where) {
  const std::size_t slash = path.rfind(separator);
  const std::string_view owner = slash == std::string_view::npos ? "" : path.substr(0, slash + 1);
  const device::Number* found = nullptr;
  visit_cards(architecture, [&](const std::string& here, const device::Card& card,
                                const Level* /*level*/, const Component* /*component*/) {
    if (here == owner && found == nullptr) found = card.find(path.substr(owner.size()));
  });
  if (found == nullptr) refuse_path(architecture, path, where);
  return *found;
}

bool is_whole(const Architecture& architecture, std::string_view path) {
  const device::Number& number = number_at(architecture, path);
  bool whole = false;
  visit_cards(architecture, [&](const std::string& /*here*/, const device::Card& card,
                                const Level* level, const Component* component) {
    if (card.find(number.name) != &number) return;
    for (const NumberRule& rule : rules_at(level, component)) {
      if (rule.name == number.name) whole = rule.range == Range::whole;
    }
  });
  return whole;
}

void set_number(Architecture& architecture, std::string_view path, const base::Quantity& value,
                const Origin& origin, const base::Location& where) {
  const std::size_t slash = path.rfind(separator);
  const std::string_view owner = slash == std::string_view::npos ? "" : path.substr(0, slash + 1);
  bool found = false;
  visit_cards(architecture,
              [&](const std::string& here, device::Card& card, Level* level, Component* component) {
                if (found || here != owner) return;
                for (device::Number& number : card.numbers) {
                  if (number.name != path.substr(owner.size())) continue;
                  found = true;
                  number.value = value;
                  number.kind = origin.kind;
                  number.source = origin.citation.key;
                  number.place = origin.place;
                  number.conditions.clear();
                  number.spread.reset();
                  number.where = where;
                  if (card.citation(origin.citation.key) == nullptr)
                    card.citations.push_back(origin.citation);
                  check_changed(number, owner.empty() ? "the architecture" : "'" + card.title + "'",
                                level, component);
                }
              });
  if (!found) refuse_path(architecture, path, where);
}

void set_choice(Architecture& architecture, std::string_view name, const std::string& value,
                const base::Location& where) {
  std::vector<std::string> known;
  for (device::Choice& choice : architecture.numbers.choices) {
    known.push_back(choice.name);
    if (choice.name != name) continue;
    choice.value = value;
    choice.where = where;
    return;
  }
  throw base::Error("architecture.choice",
                    "an architecture has no choice '" + std::string(name) + "'",
                    base::suggest(name, known), where);
}

std::string canonical(const Architecture& architecture) {
  std::string text = "architecture " + architecture.id + '\n';
  visit_cards(architecture, [&](const std::string& here, const device::Card& card,
                                const Level* /*level*/, const Component* /*component*/) {
    for (const device::Choice& choice : card.choices) {
      text += base::concatenate({here, choice.name, " = ", choice.value, "\n"});
    }
    for (const device::Number& number : card.numbers) {
      text += here + number.name + " = " + base::to_string(number.value) + ' ' +
              std::string(device::to_string(number.kind)) + '\n';
    }
  });
  return text;
}

}  // namespace neucasl::architecture
