#include "neucasl/device/card_xml.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "neucasl/base/file.hpp"

namespace neucasl::device {
namespace {

using base::Error;
using base::XmlElement;

class CardReader {
 public:
  explicit CardReader(const XmlElement& root) : root_(root) {}

  Card read() {
    root_.allow_attributes({"id", "family", "title"});
    root_.allow_children({"citation", "number", "polynomial", "choice"});
    card_.where = root_.where;
    card_.id = root_.required("id");
    card_.family = root_.required("family");
    card_.title = root_.required("title");
    // Citations may stand anywhere, so they are read first.
    for (const XmlElement& child : root_.children) {
      if (child.name == "citation") citation(child);
    }
    for (const XmlElement& child : root_.children) {
      if (child.name == "number") number(child);
      if (child.name == "polynomial") polynomial(child);
      if (child.name == "choice") choice(child);
    }
    return std::move(card_);
  }

 private:
  void citation(const XmlElement& element) {
    element.allow_attributes({"key", "doi"});
    Citation result{element.required("key"), element.optional("doi").value_or(""), element.text};
    if (card_.citation(result.key)) {
      throw Error("device.source", "citation '" + result.key + "' is given twice",
                  "give each its own key", element.where);
    }
    if (result.text.empty()) {
      throw Error("device.source", "citation '" + result.key + "' says nothing",
                  "write authors, title, journal and year inside the element", element.where);
    }
    card_.citations.push_back(std::move(result));
  }

  std::string new_name(const XmlElement& element) {
    const std::string& name = element.required("name");
    if (!names_.insert(name).second) {
      throw Error("device.name", "'" + name + "' is given twice", "remove one of them",
                  element.where);
    }
    return name;
  }

  static Kind kind_of(const XmlElement& element) {
    const std::optional<std::string> kind = element.optional("kind");
    for (const Kind candidate : {Kind::measured, Kind::fitted, Kind::derived, Kind::assumed}) {
      if (kind == to_string(candidate)) return candidate;
    }
    throw Error(
        "device.kind",
        kind ? "unknown kind '" + *kind + "'" : "'" + element.required("name") + "' has no kind",
        "write kind=\"measured\", \"fitted\", \"derived\" or \"assumed\"", element.where);
  }

  std::string source_of(const XmlElement& element) const {
    const std::optional<std::string> source = element.optional("source");
    if (!source || source->empty()) {
      throw Error("device.source", "'" + element.required("name") + "' has no source",
                  "write source=\"<key of a citation>\" and place=\"<where in it>\"",
                  element.where);
    }
    if (!card_.citation(*source)) {
      std::vector<std::string> known;
      for (const Citation& citation : card_.citations) known.push_back(citation.key);
      throw Error("device.source", "no citation has the key '" + *source + "'",
                  base::suggest(*source, known), element.where);
    }
    return *source;
  }

  static std::string unit_of(const XmlElement& element) {
    const std::optional<std::string> unit = element.optional("unit");
    if (!unit || unit->empty()) {
      throw Error("device.unit", "'" + element.required("name") + "' has no unit",
                  "write unit=\"...\", or unit=\"1\" for a pure number", element.where);
    }
    return *unit;
  }

  static double value_in(const XmlElement& element, const std::string& text,
                         const std::string& unit) {
    const base::Quantity number = base::parse_quantity(text, element.where);
    // "5 ppm" has no dimension and still a unit.
    if (!number.dimension.dimensionless() ||
        text.find_first_not_of("+-0123456789.eE \t") != std::string::npos) {
      throw Error("device.unit", "'" + text + "' carries its unit in the value",
                  "write the unit in the attribute 'unit'", element.where);
    }
    return base::scaled(number.value, base::parse_unit(unit, element.where)).value;
  }

  void number(const XmlElement& element) {
    element.allow_attributes(
        {"name", "value", "unit", "kind", "source", "place", "conditions", "min", "max"});
    element.allow_children({"spread"});
    Number result;
    result.name = new_name(element);
    result.where = element.where;
    const std::string unit = unit_of(element);
    result.value = {value_in(element, element.required("value"), unit),
                    base::parse_unit(unit, element.where).dimension};
    result.kind = kind_of(element);
    result.source = source_of(element);
    result.place = element.required("place");
    result.conditions = element.optional("conditions").value_or("");
    check_range(element, result, unit);
    for (const XmlElement& child : element.children) spread(child, result, unit);
    card_.numbers.push_back(std::move(result));
  }

  static void check_range(const XmlElement& element, const Number& number,
                          const std::string& unit) {
    const auto min = element.optional("min");
    const auto max = element.optional("max");
    if ((min && number.value.value < value_in(element, *min, unit)) ||
        (max && number.value.value > value_in(element, *max, unit))) {
      throw Error(
          "device.range",
          "'" + number.name + "' = " + element.required("value") + " " + unit +
              " is outside its range",
          "keep it within " + min.value_or("-inf") + " to " + max.value_or("inf") + " " + unit,
          element.where);
    }
  }

  /// The given attribute as a number, nothing when it is left out.
  static std::optional<double> maybe(const XmlElement& element, std::string_view attribute,
                                     const std::string& unit) {
    const std::optional<std::string> text = element.optional(attribute);
    if (!text) return std::nullopt;
    return value_in(element, *text, unit);
  }

  static double sigma_of(const XmlElement& element, const std::string& attribute,
                         const std::string& unit) {
    const double sigma = value_in(element, element.required(attribute), unit);
    if (sigma < 0.0) {
      throw Error("device.range", "a spread's sigma is negative", "give sigma >= 0", element.where);
    }
    return sigma;
  }

  static void read_table(const XmlElement& element, const std::string& unit, Spread& result) {
    const std::string of = element.optional("of").value_or("value");
    if (of != "value" && of != "deviation") {
      throw Error("device.range", "a table is of '" + of + "'",
                  "write of=\"value\" or of=\"deviation\"", element.where);
    }
    result.deviation = of == "deviation";
    const std::string file = base::beside(element.required("file"), element.where);
    result.table =
        variation::read_empirical(file, base::parse_unit(unit, element.where).value, element.where);
  }

  static void spread(const XmlElement& element, Number& number, const std::string& unit) {
    Spread result;
    result.distribution = element.required("distribution");
    const bool normal = result.distribution == "normal";
    const bool lognormal = result.distribution == "lognormal";
    if (normal && element.optional("relative_sigma")) {
      element.allow_attributes({"distribution", "relative_sigma", "low", "high", "scope"});
      result.relative = true;
      result.sigma = sigma_of(element, "relative_sigma", "1");
    } else if (normal || lognormal) {
      element.allow_attributes({"distribution", "sigma", "low", "high", "scope"});
      result.sigma = sigma_of(element, "sigma", lognormal ? "1" : unit);
    } else if (result.distribution == "uniform") {
      element.allow_attributes({"distribution", "low", "high", "scope"});
      (void)element.required("low");
      (void)element.required("high");
    } else if (result.distribution == "table") {
      element.allow_attributes({"distribution", "file", "of", "scope"});
      read_table(element, unit, result);
    } else {
      throw Error("device.range", "unknown distribution '" + result.distribution + "'",
                  base::suggest(result.distribution, {"normal", "lognormal", "uniform", "table"}),
                  element.where);
    }
    result.low = maybe(element, "low", unit);
    result.high = maybe(element, "high", unit);
    result.scope = scope_of(element);
    if (result.low || result.high || result.table || result.relative) {
      const variation::Distribution whole = result.about(number.value.value, element.where);
      if (!normal && !lognormal) result.sigma = whole.standard_deviation();
    }
    number.spread = result;
  }

  static variation::Scope scope_of(const XmlElement& element) {
    const std::string scope = element.optional("scope").value_or("mismatch");
    if (scope == "mismatch") return variation::Scope::mismatch;
    if (scope == "process") return variation::Scope::process;
    throw Error("device.range", "unknown scope '" + scope + "'",
                base::suggest(scope, {"mismatch", "process"}), element.where);
  }

  void polynomial(const XmlElement& element) {
    element.allow_attributes(
        {"name", "unit", "scale", "scale_unit", "kind", "source", "place", "conditions"});
    element.allow_children({"coefficient"});
    Polynomial result;
    result.name = new_name(element);
    result.where = element.where;
    result.unit = base::parse_unit(unit_of(element), element.where);
    const std::string& scale_unit = element.required("scale_unit");
    result.scale = {value_in(element, element.required("scale"), scale_unit),
                    base::parse_unit(scale_unit, element.where).dimension};
    if (result.scale.value == 0.0) {
      throw Error("device.range", "the scale of '" + result.name + "' is zero",
                  "give the x at which x / scale is 1", element.where);
    }
    result.kind = kind_of(element);
    result.source = source_of(element);
    result.place = element.required("place");
    result.conditions = element.optional("conditions").value_or("");
    for (const XmlElement& child : element.children) {
      child.allow_attributes({"order", "value"});
      if (child.required("order") != std::to_string(result.coefficients.size())) {
        throw Error("device.range", "coefficients are out of order",
                    "write order 0, 1, 2, ... one after the other", child.where);
      }
      result.coefficients.push_back(value_in(child, child.required("value"), "1"));
    }
    if (result.coefficients.empty()) {
      throw Error("device.range", "'" + result.name + "' has no coefficient",
                  "write <coefficient order=\"0\" value=\"...\"/>", element.where);
    }
    card_.polynomials.push_back(std::move(result));
  }

  void choice(const XmlElement& element) {
    element.allow_attributes({"name", "value"});
    card_.choices.push_back({new_name(element), element.required("value"), element.where});
  }

  const XmlElement& root_;
  Card card_;
  std::set<std::string> names_;
};

}  // namespace

namespace {

/// What `read` returns, with faults of the XML under the name of this layer.
template <class Read>
Card with_device_codes(Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.diagnostic().code != "base.xml") throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.code = "device.xml";
    throw Error(std::move(diagnostic));
  }
}

}  // namespace

Card read_card(const XmlElement& element) {
  return with_device_codes([&] { return CardReader(element).read(); });
}

Card parse_card(std::string_view xml, const std::string& file) {
  return with_device_codes([&] { return CardReader(base::parse_xml(xml, file, "card")).read(); });
}

Card load_card(const std::filesystem::path& file) {
  Card card = parse_card(base::read_file(file), file.string());
  if (card.id != file.stem().string()) {
    throw Error("device.name", "the card's id is '" + card.id + "'",
                "name the file '" + card.id + ".xml' or change the id", card.where);
  }
  return card;
}

}  // namespace neucasl::device
