#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "accuracy_results.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/comparison/comparison.hpp"
#include "neucasl/device/card_xml.hpp"

namespace neucasl::comparison {
namespace {

using base::Error;
using base::XmlElement;

constexpr std::size_t most_count = 1000000000;

std::size_t whole(const XmlElement& element, const char* attribute, std::size_t missing) {
  const std::optional<std::string> text = element.optional(attribute);
  if (!text) return missing;
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (code != std::errc{} || end != text->data() + text->size() || value == 0 ||
      value > most_count) {
    throw Error("comparison.number", std::string(attribute) + "=\"" + *text + "\"",
                "give a whole number from 1 to 10^9", element.where);
  }
  return value;
}

double positive(const XmlElement& element, const char* attribute) {
  const double value =
      base::parse_si(element.required(attribute), base::dimension::none, element.where);
  if (value > 0.0) return value;
  throw Error("comparison.number",
              std::string(attribute) + "=\"" + element.required(attribute) + "\" is not above 0",
              "give a positive number", element.where);
}

double share_below_one(const XmlElement& element, const char* attribute) {
  const double value = positive(element, attribute);
  if (value < 1.0) return value;
  throw Error("comparison.number",
              std::string(attribute) + "=\"" + element.required(attribute) + "\" reaches 0",
              "give less than 100 %", element.where);
}

class ComparisonReader {
 public:
  ComparisonReader(const XmlElement& root, const std::vector<std::filesystem::path>& folders)
      : root_(root), folders_(folders) {}

  Comparison read() {
    root_.allow_attributes({"id", "title", "baseline", "estimator"});
    root_.allow_children({"citation", "network", "phase", "architecture", "claim", "accuracy_loss",
                          "variation", "sensitivity"});
    comparison_.where = root_.where;
    comparison_.id = root_.required("id");
    comparison_.title = root_.required("title");
    comparison_.estimator = root_.optional("estimator").value_or(comparison_.estimator);
    read_citations();
    for (const XmlElement& child : root_.children) read_entrant(child);
    require(!comparison_.networks.empty(), "network");
    require(!comparison_.phases.empty(), "phase");
    require(!comparison_.entrants.empty(), "architecture");
    comparison_.baseline = entrant_name(root_, "baseline");
    for (const XmlElement& child : root_.children) read_statement(child);
    return std::move(comparison_);
  }

 private:
  void require(bool there, const std::string& element) const {
    if (there) return;
    throw Error("comparison.empty", "the comparison has no <" + element + ">",
                "add <" + element + " name=\"...\"/>", root_.where);
  }

  void read_citations() {
    XmlElement card;
    card.name = "card";
    card.where = root_.where;
    card.attributes = {
        {"id", comparison_.id}, {"family", "comparison"}, {"title", comparison_.title}};
    for (const XmlElement& child : root_.children) {
      if (child.name == "citation") card.children.push_back(child);
    }
    citations_ = device::read_card(card);
  }

  void read_entrant(const XmlElement& child) {
    child.allow_children({});
    if (child.name == "network") {
      child.allow_attributes({"name"});
      once(network_names(), child);
      comparison_.networks.push_back({child.required("name"), child.where});
    }
    if (child.name == "phase") {
      child.allow_attributes({"name", "batch"});
      once(phase_names(), child);
      comparison_.phases.push_back({child.required("name"), whole(child, "batch", 1), child.where});
    }
    if (child.name == "architecture") architecture(child);
  }

  static void once(const std::vector<std::string>& known, const XmlElement& element) {
    const std::string& name = element.required("name");
    if (std::find(known.begin(), known.end(), name) == known.end()) return;
    throw Error("comparison.name", "'" + name + "' is given twice", "remove one of them",
                element.where);
  }

  void architecture(const XmlElement& element) {
    element.allow_attributes({"name", "chips"});
    Entrant entrant;
    entrant.where = element.where;
    entrant.architecture = architecture::load_architecture(
        base::beside(element.required("name"), element.where), folders_, {}, element.where);
    if (const auto chips = element.optional("chips")) {
      entrant.chips = *chips == "fewest" ? Chips::fewest : Chips::stated;
      if (entrant.chips == Chips::stated) entrant.count = whole(element, "chips", 1);
    }
    const std::vector<std::string> known = entrant_names();
    if (std::find(known.begin(), known.end(), entrant.architecture.id) != known.end()) {
      throw Error("comparison.name", "'" + entrant.architecture.id + "' is given twice",
                  "remove one of them", element.where);
    }
    comparison_.entrants.push_back(std::move(entrant));
  }

  void read_statement(const XmlElement& child) {
    if (child.name == "claim") claim(child);
    if (child.name == "accuracy_loss") accuracy_loss(child);
    if (child.name == "variation") variation(child);
    if (child.name == "sensitivity") sensitivity(child);
  }

  void claim(const XmlElement& element) {
    element.allow_attributes(
        {"of", "architecture", "baseline", "network", "phase", "ratio", "source", "place"});
    Claim result;
    result.where = element.where;
    result.figure = element.required("of");
    result.architecture = entrant_name(element, "architecture");
    result.baseline = entrant_name(element, "baseline");
    if (element.optional("network")) result.network = network_name(element);
    result.phase = phase_name(element);
    result.ratio = positive(element, "ratio");
    result.source = source_of(element);
    result.place = element.required("place");
    comparison_.claims.push_back(std::move(result));
  }

  void accuracy_loss(const XmlElement& element) {
    element.allow_attributes({"architecture", "network", "cause", "value", "kind", "source",
                              "place", "results", "stage"});
    if (element.optional("results")) {
      losses_of_flow(element);
      return;
    }
    if (element.optional("stage")) {
      throw Error("comparison.results", "a stage without results",
                  "name the output folder of its flow: results=\"FOLDER\"", element.where);
    }
    AccuracyLoss result;
    result.architecture = entrant_name(element, "architecture");
    result.network = network_name(element);
    result.cause = element.required("cause");
    result.value = base::parse_si(element.required("value"), base::dimension::none, element.where);
    result.kind = kind_of(element.required("kind"), element);
    result.source = source_of(element);
    result.place = element.required("place");
    add_loss(std::move(result), element);
  }

  void losses_of_flow(const XmlElement& element) {
    for (const char* cited : {"cause", "value", "kind", "source", "place"}) {
      if (!element.optional(cited)) continue;
      throw Error("comparison.results",
                  std::string("'") + cited + "' says nothing beside the results of a flow",
                  "leave it out, or leave 'results' out", element.where);
    }
    const FlowResults results{
        element.required("results"), element.optional("stage").value_or("accuracy"),
        entrant_name(element, "architecture"), network_name(element), element.where};
    for (AccuracyLoss& one : losses_of(results)) add_loss(std::move(one), element);
  }

  void add_loss(AccuracyLoss loss, const XmlElement& element) {
    for (const AccuracyLoss& known : comparison_.losses) {
      if (known.architecture != loss.architecture || known.network != loss.network) continue;
      if (known.cause != loss.cause && known.origin == loss.origin) continue;
      throw Error("comparison.name",
                  "the loss of '" + loss.network + "' on '" + loss.architecture + "' by '" +
                      loss.cause + "' is given twice, or by a source and by a flow",
                  "keep one of them", element.where);
    }
    comparison_.losses.push_back(std::move(loss));
  }

  void variation(const XmlElement& element) {
    element.allow_attributes({"architecture", "number", "by"});
    Variation result{entrant_name(element, "architecture"), element.required("number"),
                     share_below_one(element, "by"), element.where};
    for (const Entrant& entrant : comparison_.entrants) {
      if (entrant.architecture.id != result.architecture) continue;
      static_cast<void>(architecture::number_at(entrant.architecture, result.path, element.where));
    }
    comparison_.variations.push_back(std::move(result));
  }

  void sensitivity(const XmlElement& element) {
    element.allow_attributes(
        {"of", "architecture", "baseline", "network", "phase", "by", "counts", "kinds"});
    Sensitivity result;
    result.where = element.where;
    result.figure = element.required("of");
    result.architecture = entrant_name(element, "architecture");
    result.baseline =
        element.optional("baseline") ? entrant_name(element, "baseline") : comparison_.baseline;
    if (result.architecture == result.baseline) {
      throw Error("comparison.name",
                  "the ratio of '" + result.architecture + "' to itself does not change",
                  "name another architecture or baseline", element.where);
    }
    result.network = network_name(element);
    result.phase = phase_name(element);
    result.share = share_below_one(element, "by");
    result.counts = yes_or_no(element, "counts", result.counts);
    if (element.optional("kinds")) {
      std::istringstream stream(element.required("kinds"));
      for (std::string word; stream >> word;) result.kinds.push_back(kind_of(word, element));
    }
    comparison_.sensitivities.push_back(std::move(result));
  }

  static bool yes_or_no(const XmlElement& element, const char* attribute, bool missing) {
    const std::optional<std::string> word = element.optional(attribute);
    if (!word) return missing;
    if (*word == "yes" || *word == "no") return *word == "yes";
    throw Error("comparison.number", std::string(attribute) + "=\"" + *word + "\"",
                "write \"yes\" or \"no\"", element.where);
  }

  static device::Kind kind_of(const std::string& word, const XmlElement& element) {
    std::vector<std::string> known;
    for (const device::Kind kind : {device::Kind::measured, device::Kind::fitted,
                                    device::Kind::derived, device::Kind::assumed}) {
      known.emplace_back(device::to_string(kind));
      if (known.back() == word) return kind;
    }
    throw Error("device.kind", "unknown kind '" + word + "'", base::suggest(word, known),
                element.where);
  }

  device::Citation source_of(const XmlElement& element) const {
    const std::string& key = element.required("source");
    if (const device::Citation* citation = citations_.citation(key)) return *citation;
    std::vector<std::string> known;
    known.reserve(citations_.citations.size());
    for (const device::Citation& one : citations_.citations) known.push_back(one.key);
    throw Error("device.source", "no citation has the key '" + key + "'", base::suggest(key, known),
                element.where);
  }

  static std::string known_name(const XmlElement& element, const char* attribute,
                                const std::vector<std::string>& known, const std::string& what) {
    const std::string& name = element.required(attribute);
    if (std::find(known.begin(), known.end(), name) != known.end()) return name;
    throw Error("comparison.name", "'" + name + "' is no " + what + " of the comparison",
                base::suggest(name, known), element.where);
  }
  std::string entrant_name(const XmlElement& element, const char* attribute) const {
    return known_name(element, attribute, entrant_names(), "architecture");
  }
  std::string network_name(const XmlElement& element) const {
    return known_name(element, "network", network_names(), "network");
  }
  std::string phase_name(const XmlElement& element) const {
    return known_name(element, "phase", phase_names(), "phase");
  }

  [[nodiscard]] std::vector<std::string> entrant_names() const {
    std::vector<std::string> names;
    names.reserve(comparison_.entrants.size());
    for (const Entrant& one : comparison_.entrants) names.push_back(one.architecture.id);
    return names;
  }
  [[nodiscard]] std::vector<std::string> network_names() const {
    std::vector<std::string> names;
    names.reserve(comparison_.networks.size());
    for (const Network& one : comparison_.networks) names.push_back(one.name);
    return names;
  }
  [[nodiscard]] std::vector<std::string> phase_names() const {
    std::vector<std::string> names;
    names.reserve(comparison_.phases.size());
    for (const Phase& one : comparison_.phases) names.push_back(one.name);
    return names;
  }

  const XmlElement& root_;
  const std::vector<std::filesystem::path>& folders_;
  device::Card citations_;
  Comparison comparison_;
};

}  // namespace

Comparison parse_comparison(std::string_view xml, const std::string& file,
                            const std::vector<std::filesystem::path>& folders) {
  try {
    const XmlElement root = base::parse_xml(xml, file, "comparison");
    return ComparisonReader(root, folders).read();
  } catch (const Error& error) {
    if (error.diagnostic().code != "base.xml") throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.code = "comparison.xml";
    throw Error(std::move(diagnostic));
  }
}

}  // namespace neucasl::comparison
