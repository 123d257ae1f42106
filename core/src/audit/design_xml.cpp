#include <algorithm>
#include <cmath>
#include <set>

#include "neucasl/audit/design.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/device/card_xml.hpp"

namespace neucasl::audit {
namespace {

using base::Error;
using base::XmlElement;

Formula formula(const XmlElement& element, const char* attribute) {
  return {element.required(attribute), element.where};
}

std::optional<Formula> optional_formula(const XmlElement& element, const char* attribute) {
  const std::optional<std::string> text = element.optional(attribute);
  if (!text) return std::nullopt;
  return Formula{*text, element.where};
}

class DesignReader {
 public:
  explicit DesignReader(const XmlElement& root) : root_(root) {}

  Design read() {
    root_.allow_attributes({"id", "title"});
    root_.allow_children(
        {"citation", "number", "link", "bank", "receiver", "rate", "part", "claim"});
    design_.card = device::read_card(as_card(root_, "number"));
    for (const XmlElement& child : root_.children) {
      if (child.name == "link") once(design_.link, link(child), child);
      if (child.name == "bank") once(design_.bank, bank(child), child);
      if (child.name == "receiver") once(design_.receiver, receiver(child), child);
      if (child.name == "rate") once(design_.rate, rate(child), child);
      if (child.name == "part") part(child);
    }
    claims();
    return std::move(design_);
  }

 private:
  /// A card of the citations and of the children of one name, which become its numbers.
  static XmlElement as_card(const XmlElement& root, std::string_view name) {
    XmlElement card;
    card.name = "card";
    card.where = root.where;
    card.attributes = {{"id", root.required("id")},
                       {"family", "photonic design"},
                       {"title", root.required("title")}};
    for (const XmlElement& child : root.children) {
      if (child.name != "citation" && child.name != name) continue;
      card.children.push_back(child);
      if (child.name == "claim") as_number(card.children.back());
    }
    return card;
  }

  /// What a source states of itself needs no kind: it is the source's own number.
  static void as_number(XmlElement& claim) {
    claim.name = "number";
    std::erase_if(claim.attributes, [](const base::XmlAttribute& one) {
      return one.name == "formula" || one.name == "relation" || one.name == "tolerance" ||
             one.name == "adjust";
    });
    claim.attributes.push_back({"kind", "measured"});
  }

  template <class T>
  static void once(std::optional<T>& section, T value, const XmlElement& element) {
    if (section) {
      throw Error("audit.xml", "a second <" + element.name + ">", "keep one", element.where);
    }
    section = std::move(value);
  }

  static LinkSection link(const XmlElement& element) {
    element.allow_attributes(
        {"sensitivity_dbm", "fan_out", "bits", "extinction_ratio_db", "wall_plug_efficiency"});
    element.allow_children({"loss"});
    LinkSection section{
        formula(element, "sensitivity_dbm"),      formula(element, "fan_out"),
        optional_formula(element, "bits"),        optional_formula(element, "extinction_ratio_db"),
        formula(element, "wall_plug_efficiency"), {}};
    for (const XmlElement& child : element.children) {
      child.allow_attributes({"element", "db", "count"});
      child.allow_children({});
      section.path.push_back(
          {child.required("element"), formula(child, "db"),
           optional_formula(child, "count").value_or(Formula{"1", child.where})});
    }
    return section;
  }

  static BankSection bank(const XmlElement& element) {
    element.allow_attributes({"channels", "quality", "free_spectral_range", "wavelength", "spacing",
                              "drop_loss_db", "resonance_error"});
    element.allow_children({});
    return {formula(element, "channels"),
            formula(element, "quality"),
            formula(element, "free_spectral_range"),
            formula(element, "wavelength"),
            optional_formula(element, "spacing"),
            optional_formula(element, "drop_loss_db"),
            optional_formula(element, "resonance_error")};
  }

  static ReceiverSection receiver(const XmlElement& element) {
    element.allow_attributes(
        {"current", "bandwidth", "load", "temperature", "intensity_noise_db", "converter_bits"});
    element.allow_children({});
    return {formula(element, "current"),
            formula(element, "bandwidth"),
            formula(element, "load"),
            formula(element, "temperature"),
            formula(element, "intensity_noise_db"),
            optional_formula(element, "converter_bits")};
  }

  static RateSection rate(const XmlElement& element) {
    element.allow_attributes({"frequency", "multiply_accumulates"});
    element.allow_children({});
    return {formula(element, "frequency"), optional_formula(element, "multiply_accumulates")};
  }

  void part(const XmlElement& element) {
    element.allow_attributes({"name", "count", "power", "area", "cycles", "law", "bits", "rate",
                              "reference_bits", "reference_rate"});
    element.allow_children({});
    Part result;
    result.name = element.required("name");
    if (!parts_.insert(result.name).second) {
      throw Error("audit.xml", "part '" + result.name + "' is given twice", "remove one of them",
                  element.where);
    }
    result.count = formula(element, "count");
    result.power = optional_formula(element, "power");
    result.area = optional_formula(element, "area");
    result.cycles = optional_formula(element, "cycles");
    if (!result.power && !result.area) {
      throw Error("audit.xml", "part '" + result.name + "' has neither power nor area",
                  "give power=\"...\" or area=\"...\"", element.where);
    }
    if (!result.power && (result.cycles || element.optional("law"))) {
      throw Error("audit.xml", "part '" + result.name + "' has cycles or a law but no power",
                  "give power=\"...\"", element.where);
    }
    if (element.optional("law")) result.converter = converter(element);
    design_.parts.push_back(std::move(result));
  }

  static ScaledConverter converter(const XmlElement& element) {
    try {
      return {link::converter_law(element.required("law")), formula(element, "bits"),
              formula(element, "rate"), formula(element, "reference_bits"),
              formula(element, "reference_rate")};
    } catch (const Error& error) {
      if (error.diagnostic().where.known()) throw;
      throw Error("audit.xml", error.diagnostic().message, error.diagnostic().remedy,
                  element.where);
    }
  }

  void claims() {
    const device::Card stated = device::read_card(as_card(root_, "claim"));
    std::size_t index = 0;
    for (const XmlElement& child : root_.children) {
      if (child.name != "claim") continue;
      child.allow_children({});
      Claim claim;
      claim.stated = stated.numbers[index++];
      claim.formula = formula(child, "formula");
      claim.relation = relation_of(child);
      claim.tolerance = tolerance_of(child);
      claim.adjust = child.optional("adjust").value_or("");
      if (!claim.adjust.empty() && !design_.card.find(claim.adjust)) {
        std::vector<std::string> known;
        for (const device::Number& number : design_.card.numbers) known.push_back(number.name);
        throw Error("audit.xml", "no number is called '" + claim.adjust + "'",
                    base::suggest(claim.adjust, known), child.where);
      }
      design_.claims.push_back(std::move(claim));
    }
  }

  static Relation relation_of(const XmlElement& element) {
    const std::string& text = element.required("relation");
    for (const Relation one : {Relation::equals, Relation::at_least, Relation::at_most}) {
      if (text == to_string(one)) return one;
    }
    throw Error("audit.xml", "unknown relation '" + text + "'",
                base::suggest(text, {"equals", "at_least", "at_most"}), element.where);
  }

  static double tolerance_of(const XmlElement& element) {
    const std::optional<std::string> text = element.optional("tolerance");
    if (!text) return 0.0;
    const double value = base::parse_si(*text, {}, element.where);
    if (!(value >= 0.0) || value >= 1.0) {
      throw Error("audit.xml", "a tolerance of " + *text, "give a share from 0 to below 1",
                  element.where);
    }
    return value;
  }

  const XmlElement& root_;
  Design design_;
  std::set<std::string> parts_;
};

}  // namespace

Design parse_design(std::string_view xml, const std::string& file) {
  const XmlElement root = base::parse_xml(xml, file, "audit");
  return DesignReader(root).read();
}

Design load_design(const std::filesystem::path& file) {
  return parse_design(base::read_file(file), file.string());
}

void set_number(Design& design, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw Error("audit.number", "'" + std::string(assignment) + "' sets no number",
                "write NAME=VALUE with its unit");
  }
  const std::string_view name = assignment.substr(0, equals);
  std::vector<std::string> known;
  for (device::Number& number : design.card.numbers) {
    known.push_back(number.name);
    if (number.name != name) continue;
    number.value.value = base::parse_si(assignment.substr(equals + 1), number.value.dimension);
    number.kind = device::Kind::assumed;
    return;
  }
  throw Error("audit.number", "the design has no number '" + std::string(name) + "'",
              base::suggest(name, known));
}

}  // namespace neucasl::audit
