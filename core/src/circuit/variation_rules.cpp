#include <algorithm>
#include <cmath>
#include <set>

#include "neucasl/circuit/variation_plan.hpp"

namespace neucasl::circuit {
namespace {

using base::XmlElement;

[[noreturn]] void refuse(const std::string& message, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error("variation.plan", message, remedy, where);
}

std::string text_of(const XmlElement& element, std::string_view attribute) {
  return element.optional(attribute).value_or("");
}

/// One of some words, the first when it is left out.
std::size_t choice_of(const XmlElement& element, std::string_view attribute,
                      const std::vector<std::string>& words) {
  const std::optional<std::string> word = element.optional(attribute);
  if (!word) return 0;
  const auto found = std::find(words.begin(), words.end(), *word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  refuse("<" + element.name + "> has " + std::string(attribute) + "=\"" + *word + "\"",
         base::suggest(*word, words), element.where);
}

/// Attributes that a distribution needs, and those that it may have.
void read_distribution(const XmlElement& element, VaryRule& rule) {
  rule.distribution = element.required("distribution");
  rule.sigma = text_of(element, "sigma");
  rule.relative_sigma = text_of(element, "relative_sigma");
  rule.low = text_of(element, "low");
  rule.high = text_of(element, "high");
  rule.file = text_of(element, "file");
  rule.unit = text_of(element, "unit");
  rule.deviation = choice_of(element, "of", {"value", "deviation"}) == 1;
  const bool tailed = rule.distribution == "normal" || rule.distribution == "lognormal";
  const bool table = rule.distribution == "table";
  if (!tailed && !table && rule.distribution != "uniform") {
    refuse("unknown distribution '" + rule.distribution + "'",
           base::suggest(rule.distribution, {"normal", "lognormal", "uniform", "table"}),
           element.where);
  }
  const bool both = !rule.sigma.empty() && !rule.relative_sigma.empty();
  const bool neither = rule.sigma.empty() && rule.relative_sigma.empty();
  if (tailed && (both || neither)) {
    refuse("a " + rule.distribution + " <vary> has " + (both ? "two sigmas" : "no sigma"),
           "write sigma=\"...\", or relative_sigma=\"...\" for a share of the nominal value",
           element.where);
  }
  if (!tailed && !neither) {
    refuse("a " + rule.distribution + " <vary> has no sigma", "remove it", element.where);
  }
  if (rule.distribution == "lognormal" && rule.sigma.empty()) {
    refuse("the sigma of a lognormal <vary> is that of the logarithm, without a unit",
           "write sigma=\"...\"", element.where);
  }
  if (rule.distribution == "uniform" && (rule.low.empty() || rule.high.empty())) {
    refuse("a uniform <vary> lacks an end", "write low=\"...\" and high=\"...\"", element.where);
  }
  if (table != !rule.file.empty() || (table && !(rule.low.empty() && rule.high.empty()))) {
    refuse("a table is measured values in a file",
           "write distribution=\"table\" file=\"...\" unit=\"...\", without bounds", element.where);
  }
}

VaryRule read_vary(const XmlElement& element) {
  element.allow_attributes({"name", "parts", "parameter", "spreads", "ambient", "distribution",
                            "sigma", "relative_sigma", "low", "high", "file", "unit", "of", "scope",
                            "correlation_length", "decay"});
  VaryRule rule;
  rule.where = element.where;
  rule.name = text_of(element, "name");
  if (const auto ambient = element.optional("ambient")) {
    element.allow_attributes({"name", "ambient", "distribution", "sigma", "relative_sigma", "low",
                              "high", "file", "unit", "of"});
    if (*ambient != "temperature") {
      refuse("nothing ambient is called '" + *ambient + "'", "write ambient=\"temperature\"",
             element.where);
    }
    rule.source = VaryRule::Source::ambient_temperature;
    rule.scope = variation::Scope::process;
    rule.parameter = *ambient;
    read_distribution(element, rule);
    return rule;
  }
  rule.parts = element.required("parts");
  if (element.optional("spreads")) {
    element.allow_attributes({"name", "parts", "spreads"});
    rule.source = choice_of(element, "spreads", {"model", "card"}) == 0 ? VaryRule::Source::model
                                                                        : VaryRule::Source::card;
    return rule;
  }
  rule.parameter = element.required("parameter");
  rule.scope = choice_of(element, "scope", {"mismatch", "process"}) == 0
                   ? variation::Scope::mismatch
                   : variation::Scope::process;
  rule.correlation_length = text_of(element, "correlation_length");
  rule.decay = choice_of(element, "decay", {"exponential", "gaussian"}) == 0
                   ? variation::Decay::exponential
                   : variation::Decay::gaussian;
  if (!rule.correlation_length.empty() && rule.scope == variation::Scope::process) {
    refuse("a <vary> of scope process has one number for all parts, and no correlation length",
           "write scope=\"mismatch\"", element.where);
  }
  read_distribution(element, rule);
  return rule;
}

CorrelationRule read_correlation(const XmlElement& element) {
  element.allow_attributes({"first", "second", "value"});
  CorrelationRule rule;
  rule.first = element.required("first");
  rule.second = element.required("second");
  rule.value = base::parse_si(element.required("value"), base::dimension::none, element.where);
  rule.where = element.where;
  if (!(std::abs(rule.value) <= 1.0)) {
    refuse("a correlation is " + base::shortest(rule.value), "give a number from -1 to 1",
           element.where);
  }
  if (rule.first == rule.second) {
    refuse("'" + rule.first + "' is correlated with itself", "name two rules", element.where);
  }
  return rule;
}

PlaceRule read_place(const XmlElement& element) {
  element.allow_attributes({"parts", "x", "y", "row_pitch", "column_pitch"});
  const auto metres = [&](std::string_view attribute) {
    const auto text = element.optional(attribute);
    return text ? base::parse_si(*text, base::dimension::length, element.where) : 0.0;
  };
  return {element.required("parts"), metres("x"),  metres("y"), metres("row_pitch"),
          metres("column_pitch"),    element.where};
}

}  // namespace

VariationRules read_variation_rules(const XmlElement& element) {
  VariationRules result;
  std::set<std::string> names;
  for (const XmlElement& child : element.children) {
    if (child.name == "vary") {
      result.rules.push_back(read_vary(child));
      const std::string& name = result.rules.back().name;
      if (!name.empty() && !names.insert(name).second) {
        refuse("two <vary> are named '" + name + "'", "give each its own name", child.where);
      }
    } else if (child.name == "correlation") {
      result.correlations.push_back(read_correlation(child));
    } else if (child.name == "place") {
      result.places.push_back(read_place(child));
    }
  }
  return result;
}

}  // namespace neucasl::circuit
