#include "ranges.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

namespace neucasl::exploration {
namespace {

using base::Error;
using base::XmlElement;

constexpr std::size_t most_levels = 100000;

[[noreturn]] void refuse(const XmlElement& element, const std::string& what,
                         const std::string& remedy) {
  throw Error("exploration.parameter", "'" + element.required("name") + "': " + what, remedy,
              element.where);
}

std::vector<std::string> words_of(const XmlElement& element) {
  std::istringstream stream(element.required("values"));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    if (std::find(words.begin(), words.end(), word) != words.end()) {
      refuse(element, "'" + word + "' stands twice among the values", "remove one of them");
    }
    words.push_back(word);
  }
  if (words.empty()) refuse(element, "there is no value", "give values=\"A B ...\"");
  return words;
}

void refuse_attributes(const XmlElement& element, std::initializer_list<const char*> names,
                       const std::string& beside) {
  for (const char* name : names) {
    if (!element.optional(name)) continue;
    refuse(element, std::string("'") + name + "' says nothing beside " + beside, "leave it out");
  }
}

base::Quantity quantity(const XmlElement& element, const std::string& number) {
  const std::string& unit = element.required("unit");
  return base::parse_quantity(unit == "1" ? number : number + ' ' + unit, element.where);
}

std::size_t level_count(const XmlElement& element) {
  const std::string& text = element.required("points");
  std::size_t count = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (code != std::errc{} || end != text.data() + text.size() || count < 2 || count > most_levels) {
    refuse(element, "points=\"" + text + "\"", "give a whole number from 2 to 10^5");
  }
  return count;
}

/// from, from + step, ...
void add_steps(const XmlElement& element, Parameter& parameter) {
  const base::Quantity step = quantity(element, element.required("step"));
  if (!(step.value > 0.0)) refuse(element, "the step is not above 0", "give a positive step");
  if (parameter.logarithmic) {
    refuse(element, "a step on a logarithmic scale", "give points=\"...\" in place of step");
  }
  // Within rounding, a whole number of steps reaches the end.
  const double steps = std::floor((parameter.to.value - parameter.from.value) / step.value + 1e-9);
  if (steps >= static_cast<double>(most_levels)) {
    refuse(element, "the step gives more than 10^5 values", "give a larger step");
  }
  for (std::size_t k = 0; k <= static_cast<std::size_t>(steps); ++k) {
    parameter.levels.emplace_back(base::Quantity{
        parameter.from.value + static_cast<double>(k) * step.value, parameter.from.dimension});
  }
}

void add_points(const XmlElement& element, Parameter& parameter) {
  const std::size_t count = level_count(element);
  const Parameter interval = parameter;
  for (std::size_t k = 0; k < count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(count - 1);
    parameter.levels.push_back(interval.value_of(share));
    auto& level = std::get<base::Quantity>(parameter.levels.back());
    // 1, 2, 4, ... are whole numbers, whatever the power is rounded to.
    constexpr double rounding = 1e-12;
    const double nearest = std::round(level.value);
    if (std::abs(level.value - nearest) <= rounding * nearest) level.value = nearest;
  }
}

}  // namespace

void read_words(const XmlElement& element, Parameter& parameter) {
  refuse_attributes(element, {"unit", "from", "to", "step", "points", "scale"}, "words");
  for (std::string& word : words_of(element)) parameter.levels.emplace_back(std::move(word));
}

void read_range(const XmlElement& element, Parameter& parameter) {
  if (element.optional("values")) {
    refuse_attributes(element, {"from", "to", "step", "points", "scale"}, "a list of values");
    for (const std::string& word : words_of(element)) {
      parameter.levels.emplace_back(quantity(element, word));
    }
    return;
  }
  if (!element.optional("from") || !element.optional("to")) {
    refuse(element, "the range is empty", "give values=\"...\", or from=\"...\" and to=\"...\"");
  }
  parameter.from = quantity(element, element.required("from"));
  parameter.to = quantity(element, element.required("to"));
  if (!(parameter.from.value < parameter.to.value)) {
    refuse(element,
           "the range from " + element.required("from") + " to " + element.required("to") +
               " is empty",
           "give a 'to' above 'from'");
  }
  if (const auto scale = element.optional("scale")) {
    if (*scale != "linear" && *scale != "logarithmic") {
      refuse(element, "unknown scale '" + *scale + "'",
             base::suggest(*scale, {"linear", "logarithmic"}));
    }
    parameter.logarithmic = *scale == "logarithmic";
  }
  if (parameter.logarithmic && !(parameter.from.value > 0.0)) {
    refuse(element, "a logarithmic range from 0 or below", "give a 'from' above 0");
  }
  if (element.optional("step") && element.optional("points")) {
    refuse(element, "step and points", "keep one of them");
  }
  if (element.optional("step")) add_steps(element, parameter);
  if (element.optional("points")) add_points(element, parameter);
}

}  // namespace neucasl::exploration
