#include "neucasl/architecture/links.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <tuple>

#include "link_names.hpp"

namespace neucasl::architecture {
namespace {

/// What makes numbers without `link` the same statement.
using Statement = std::tuple<std::string, std::string, int, std::string>;

/// Counts describe a part each.
bool stands_alone(const std::string& name) { return name == "count" || name == "shared_by"; }

/// Collects quantities in the order of their first numbers.
class Collector {
 public:
  template <class Key>
  void add(std::map<Key, std::size_t>& known, const Key& key, Quantity start, LinkedNumber number) {
    const auto [entry, added] = known.try_emplace(key, quantities_.size());
    if (added) quantities_.push_back(std::move(start));
    quantities_[entry->second].numbers.push_back(std::move(number));
  }
  void add_alone(const std::string& path) { quantities_.push_back({"", "", {{path, 1}}}); }
  std::vector<Quantity> take() { return std::move(quantities_); }

 private:
  std::vector<Quantity> quantities_;
};

/// "CARD.NUMBER" of a number that was taken from a card, otherwise empty: such a number has the
/// source "CARD.KEY" and a place that begins with its name there.
std::string card_number_of(const device::Number& number) {
  const std::size_t dot = number.source.find('.');
  if (dot == std::string::npos) return {};
  return number.source.substr(0, dot) + '.' + number.place.substr(0, number.place.find(','));
}

}  // namespace

std::vector<LinkName> link_names(const base::XmlElement& number) {
  const std::optional<std::string> text = number.optional(link_attribute);
  if (!text) return {};
  constexpr int most_power = 4;
  std::vector<LinkName> result;
  std::istringstream stream(*text);
  for (std::string word; stream >> word;) {
    const std::size_t caret = word.find('^');
    LinkName link{word.substr(0, caret), 1};
    const char* const end = word.data() + word.size();
    bool whole = true;
    if (caret != std::string::npos) {
      const auto read = std::from_chars(word.data() + caret + 1, end, link.power);
      whole = read.ec == std::errc{} && read.ptr == end;
    }
    if (link.name.empty() || !whole || link.power == 0 || std::abs(link.power) > most_power) {
      throw base::Error("architecture.link", "'" + word + "' is no link",
                        "write NAME or NAME^POWER, a power being 1 to 4 or -1 to -4", number.where);
    }
    result.push_back(std::move(link));
  }
  if (!result.empty()) return result;
  throw base::Error("architecture.link", "a link without a name",
                    "name the quantity, or leave "
                    "'link' out",
                    number.where);
}

std::vector<Quantity> quantities(const Architecture& architecture) {
  std::multimap<std::string, const Architecture::Link*> links;
  for (const Architecture::Link& one : architecture.links) links.emplace(one.path, &one);
  Collector collector;
  std::map<std::string, std::size_t> by_link, by_card;
  std::map<Statement, std::size_t> by_statement;
  for (const std::string& path : number_paths(architecture)) {
    const auto [first, last] = links.equal_range(path);
    for (auto link = first; link != last; ++link) {
      const Architecture::Link& one = *link->second;
      collector.add(by_link, one.name, {one.name, "", {}}, {path, one.power});
    }
    if (first != last) continue;
    const device::Number& number = number_at(architecture, path);
    const std::string card = card_number_of(number);
    if (!card.empty()) {
      collector.add(by_card, card, {"", card, {}}, {path, 1});
    } else if (stands_alone(number.name)) {
      collector.add_alone(path);
    } else {
      const Statement statement{base::to_string(number.value), number.source,
                                static_cast<int>(number.kind), number.place};
      collector.add(by_statement, statement, {}, {path, 1});
    }
  }
  return collector.take();
}

void scale(Architecture& architecture, const Quantity& quantity, double factor,
           const base::Location& where) {
  for (const LinkedNumber& one : quantity.numbers) {
    const device::Number& number = number_at(architecture, one.path, where);
    base::Quantity value = number.value;
    value.value *= std::pow(factor, one.power);
    if (is_whole(architecture, one.path)) value.value = std::round(value.value);
    // The card has the citation already.
    const Origin same{number.kind, {number.source, "", ""}, number.place};
    set_number(architecture, one.path, value, same, where);
  }
}

}  // namespace neucasl::architecture
