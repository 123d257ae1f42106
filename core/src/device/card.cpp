#include "neucasl/device/card.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::device {

std::string_view to_string(Kind kind) {
  constexpr std::string_view names[] = {"measured", "fitted", "derived", "assumed"};
  return names[static_cast<std::size_t>(kind)];
}

double Polynomial::operator()(double x) const {
  const double t = x / scale.value;
  double sum = 0.0;
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) sum = sum * t + *c;
  return std::max(sum, 0.0) * unit.value;
}

void UseList::add(Use use) {
  const auto place = std::lower_bound(uses_.begin(), uses_.end(), use);
  if (place == uses_.end() || *place != use) uses_.insert(place, std::move(use));
}

void UseList::add(const UseList& other) {
  for (const Use& use : other.uses_) add(use);
}

std::vector<std::string> UseList::lines() const {
  std::vector<std::string> result;
  result.reserve(uses_.size());
  for (const Use& use : uses_) {
    result.push_back(use.card + ": " + use.name + " = " + use.value + " (" +
                     std::string(to_string(use.kind)) + ", " + use.source + ", " + use.place + ")");
  }
  return result;
}

double UseList::assumed_share() const {
  if (uses_.empty()) return 0.0;
  const auto assumed = std::count_if(uses_.begin(), uses_.end(),
                                     [](const Use& use) { return use.kind == Kind::assumed; });
  return static_cast<double>(assumed) / static_cast<double>(uses_.size());
}

Use Card::use_of(const std::string& name, std::string value, Kind kind, const std::string& source,
                 const std::string& place) const {
  const Citation* cited = citation(source);
  return {id, name, std::move(value), kind, source, place, cited ? cited->text : std::string()};
}

double Card::si(std::string_view name, const base::Dimension& dimension, UseList& uses) const {
  const Number* number = find(name);
  if (!number) {
    std::vector<std::string> known;
    for (const Number& candidate : numbers) known.push_back(candidate.name);
    throw base::Error("device.number",
                      "card '" + id + "' has no number '" + std::string(name) + "'",
                      base::suggest(name, known), where);
  }
  if (number->value.dimension != dimension) {
    throw base::Error(
        "device.number",
        "'" + number->name + "' is in '" + base::unit_symbol(number->value.dimension) + "'",
        "give it in '" + base::unit_symbol(dimension) + "'", number->where);
  }
  uses.add(use_of(number->name, base::to_engineering(number->value, 6), number->kind,
                  number->source, number->place));
  return number->value.value;
}

const Polynomial& Card::polynomial(std::string_view name, UseList& uses) const {
  for (const Polynomial& candidate : polynomials) {
    if (candidate.name != name) continue;
    std::string formula;
    for (std::size_t k = 0; k < candidate.coefficients.size(); ++k) {
      formula += (k ? ", " : "coefficients ") + base::shortest(candidate.coefficients[k]);
    }
    uses.add(use_of(candidate.name, formula + " in " + base::to_engineering(candidate.unit, 6),
                    candidate.kind, candidate.source, candidate.place));
    return candidate;
  }
  std::vector<std::string> known;
  for (const Polynomial& candidate : polynomials) known.push_back(candidate.name);
  throw base::Error("device.number",
                    "card '" + id + "' has no polynomial '" + std::string(name) + "'",
                    base::suggest(name, known), where);
}

const Choice& Card::choice(std::string_view name) const {
  for (const Choice& candidate : choices) {
    if (candidate.name == name) return candidate;
  }
  std::vector<std::string> known;
  for (const Choice& candidate : choices) known.push_back(candidate.name);
  throw base::Error("device.number", "card '" + id + "' has no choice '" + std::string(name) + "'",
                    base::suggest(name, known), where);
}

const Number* Card::find(std::string_view name) const {
  for (const Number& candidate : numbers) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

const Citation* Card::citation(std::string_view key) const {
  for (const Citation& candidate : citations) {
    if (candidate.key == key) return &candidate;
  }
  return nullptr;
}

}  // namespace neucasl::device
