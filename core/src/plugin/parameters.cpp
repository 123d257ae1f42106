#include "neucasl/plugin/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace neucasl::plugin {

std::string_view to_string(ParameterType type) {
  constexpr std::string_view names[] = {"boolean", "integer", "quantity", "text", "file"};
  return names[static_cast<std::size_t>(type)];
}

namespace {

using base::Error;

[[noreturn]] void bad_value(const std::string& owner, const ParameterSpec& spec,
                            const std::string& text, const std::string& remedy,
                            const base::Location& where) {
  throw Error("parameter.value", owner + ": '" + spec.name + "' = '" + text + "' is not valid",
              remedy, where);
}

void check_range(const std::string& owner, const ParameterSpec& spec, double value,
                 const base::Dimension& dimension, const base::Location& where) {
  if ((!spec.min || value >= *spec.min) && (!spec.max || value <= *spec.max)) return;
  const auto bound = [&](const std::optional<double>& limit, const char* none) {
    return limit ? base::to_engineering({*limit, dimension}, 12) : std::string(none);
  };
  throw Error("parameter.range",
              owner + ": '" + spec.name + "' = " + base::to_engineering({value, dimension}, 12) +
                  " is out of range",
              "give " + bound(spec.min, "-inf") + " to " + bound(spec.max, "inf"), where);
}

ParameterSet::Value convert(const std::string& owner, const ParameterSpec& spec,
                            const std::string& text, const base::Location& where) {
  switch (spec.type) {
    case ParameterType::boolean:
      if (text == "true") return true;
      if (text == "false") return false;
      bad_value(owner, spec, text, "write true or false", where);
    case ParameterType::integer: {
      std::int64_t value = 0;
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (code != std::errc{} || end != text.data() + text.size()) {
        bad_value(owner, spec, text, "write a whole number", where);
      }
      check_range(owner, spec, static_cast<double>(value), {}, where);
      return value;
    }
    case ParameterType::quantity: {
      const base::Dimension dimension = base::parse_unit(spec.unit).dimension;
      const double value = base::parse_si(text, dimension, where);
      check_range(owner, spec, value, dimension, where);
      return value;
    }
    case ParameterType::text:
    case ParameterType::file:
      break;
  }
  if (!spec.choices.empty() && !(spec.optional && text.empty()) &&
      std::find(spec.choices.begin(), spec.choices.end(), text) == spec.choices.end()) {
    bad_value(owner, spec, text, base::suggest(text, spec.choices), where);
  }
  return text;
}

}  // namespace

ParameterSet::ParameterSet(const std::vector<ParameterSpec>& schema,
                           const std::vector<Given>& given, const std::string& owner,
                           const base::Location& where) {
  std::vector<std::string> known;
  known.reserve(schema.size());
  for (const ParameterSpec& spec : schema) known.push_back(spec.name);
  for (const Given& item : given) {
    if (std::find(known.begin(), known.end(), item.name) != known.end()) continue;
    throw Error("parameter.unknown", owner + " has no parameter '" + item.name + "'",
                base::suggest(item.name, known), item.where);
  }
  for (const ParameterSpec& spec : schema) {
    // The last one given wins, so that the command line can override the flow.
    const auto item = std::find_if(given.rbegin(), given.rend(),
                                   [&](const Given& g) { return g.name == spec.name; });
    const bool absent = item == given.rend();
    if (absent && spec.default_value.empty() && !spec.optional) {
      throw Error("parameter.missing", owner + " needs the parameter '" + spec.name + "'",
                  "give it; " + spec.meaning, where);
    }
    const base::Location& place = absent ? where : item->where;
    entries_[spec.name] = {convert(owner, spec, absent ? spec.default_value : item->text, place),
                           place};
  }
}

const ParameterSet::Entry& ParameterSet::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    throw std::logic_error("the schema declares no parameter '" + std::string(name) + "'");
  }
  return found->second;
}

bool ParameterSet::boolean(std::string_view name) const {
  return std::get<bool>(entry(name).value);
}
std::int64_t ParameterSet::integer(std::string_view name) const {
  return std::get<std::int64_t>(entry(name).value);
}
double ParameterSet::si(std::string_view name) const { return std::get<double>(entry(name).value); }
const std::string& ParameterSet::text(std::string_view name) const {
  return std::get<std::string>(entry(name).value);
}
base::Location ParameterSet::where(std::string_view name) const { return entry(name).where; }

bool ParameterSet::has(std::string_view name) const {
  return entries_.find(name) != entries_.end();
}

std::string ParameterSet::canonical() const {
  std::string result;
  for (const auto& [name, item] : entries_) {
    result += name + " = ";
    if (const auto* flag = std::get_if<bool>(&item.value)) result += *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&item.value)) {
      result += std::to_string(*integer);
    }
    if (const auto* value = std::get_if<double>(&item.value)) result += base::shortest(*value);
    if (const auto* text = std::get_if<std::string>(&item.value)) result += *text;
    result += '\n';
  }
  return result;
}

}  // namespace neucasl::plugin
