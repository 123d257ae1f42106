#include <algorithm>
#include <cmath>
#include <set>

#include "attributes.hpp"
#include "evaluation.hpp"
#include "neucasl/device/card_xml.hpp"
#include "neucasl/exploration/space.hpp"
#include "ranges.hpp"

namespace neucasl::exploration {
namespace {

using base::Error;
using base::XmlElement;

constexpr const char* search_code = "exploration.search";

class SpaceReader {
 public:
  explicit SpaceReader(const XmlElement& root) : root_(root) {}

  Space read() {
    root_.allow_attributes(
        {"id", "title", "architecture", "network", "phase", "batch", "estimator"});
    root_.allow_children({"citation", "parameter", "derived", "figure", "constraint", "objective",
                          "accuracy", "search"});
    space_.where = root_.where;
    space_.id = root_.required("id");
    space_.title = root_.required("title");
    space_.architecture = root_.required("architecture");
    space_.network = root_.required("network");
    space_.phase = root_.optional("phase").value_or(space_.phase);
    space_.batch = whole_attribute(root_, "batch", 1, search_code);
    space_.estimator = root_.optional("estimator").value_or(space_.estimator);
    read_citations();
    for (const XmlElement& child : root_.children) read_child(child);
    if (space_.parameters.empty()) {
      throw Error("exploration.parameter", "the space has no parameter",
                  "add <parameter name=\"...\" number=\"...\" values=\"...\" unit=\"...\"/>",
                  root_.where);
    }
    if (space_.objectives.empty()) {
      throw Error("exploration.objective", "the space has no objective",
                  "add <objective of=\"energy_J\" goal=\"minimise\"/>", root_.where);
    }
    if (!has_search_) {
      throw Error("exploration.search", "the space does not say how to search",
                  "add <search method=\"grid\"/>, \"sobol\" or \"nsga2\"", root_.where);
    }
    order_figures();
    check_grid();
    return std::move(space_);
  }

 private:
  void read_child(const XmlElement& child) {
    if (child.name == "accuracy") {
      accuracy(child);
      return;
    }
    child.allow_children({});
    if (child.name == "parameter") parameter(child);
    if (child.name == "derived") derived(child);
    if (child.name == "figure") figure(child);
    if (child.name == "constraint") constraint(child);
    if (child.name == "objective") objective(child);
    if (child.name == "search") search(child);
  }

  void read_citations() {
    XmlElement card;
    card.name = "card";
    card.where = root_.where;
    card.attributes = {{"id", space_.id}, {"family", "space"}, {"title", space_.title}};
    for (const XmlElement& child : root_.children) {
      if (child.name == "citation") card.children.push_back(child);
    }
    citations_ = device::read_card(card);
  }

  void new_name(const std::string& name, const XmlElement& element) {
    const bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                       std::all_of(name.begin(), name.end(), [](unsigned char c) {
                         return std::isalnum(c) != 0 || c == '_';
                       });
    if (!plain || name == "base") {
      throw Error("exploration.parameter", "'" + name + "' is no name for formulas",
                  "use letters, digits and _, and not 'base'", element.where);
    }
    if (names_.insert(name).second) return;
    throw Error("exploration.parameter", "'" + name + "' is given twice", "rename one of them",
                element.where);
  }

  void parameter(const XmlElement& element) {
    element.allow_attributes({"name", "number", "choice", "card", "values", "unit", "from", "to",
                              "step", "points", "scale"});
    Parameter result;
    result.where = element.where;
    result.name = element.required("name");
    new_name(result.name, element);
    std::size_t targets = 0;
    for (const auto& [attribute, target] : {std::pair{"number", Target::number},
                                            {"choice", Target::choice},
                                            {"card", Target::card}}) {
      if (!element.optional(attribute)) continue;
      ++targets;
      result.target = target;
      result.path = element.required(attribute);
    }
    if (targets > 1) {
      throw Error("exploration.parameter", "'" + result.name + "' has two targets",
                  "keep one of number, choice and card", element.where);
    }
    for (const Parameter& other : space_.parameters) {
      if (targets == 0 || other.target != result.target || other.path != result.path) continue;
      throw Error("exploration.parameter",
                  "'" + result.name + "' and '" + other.name + "' both set '" + result.path + "'",
                  "remove one of them", element.where);
    }
    if (result.target == Target::choice || result.target == Target::card) {
      read_words(element, result);
    } else {
      read_range(element, result);
    }
    space_.parameters.push_back(std::move(result));
  }

  void derived(const XmlElement& element) {
    element.allow_attributes({"number", "formula", "source", "place", "kind"});
    DerivedNumber result{
        element.required("number"), element.required("formula"), {}, element.where};
    const std::string& source = element.required("source");
    const device::Citation* citation = citations_.citation(source);
    if (citation == nullptr) {
      std::vector<std::string> known;
      known.reserve(citations_.citations.size());
      for (const device::Citation& one : citations_.citations) known.push_back(one.key);
      throw Error("device.source", "no citation has the key '" + source + "'",
                  base::suggest(source, known), element.where);
    }
    result.origin = {word_attribute<device::Kind>(element, "kind", "device.kind",
                                                  {{"measured", device::Kind::measured},
                                                   {"fitted", device::Kind::fitted},
                                                   {"derived", device::Kind::derived},
                                                   {"assumed", device::Kind::assumed}}),
                     *citation, element.required("place")};
    space_.derived.push_back(std::move(result));
  }

  void figure(const XmlElement& element) {
    element.allow_attributes({"name", "formula"});
    FigureOfPoint result{element.required("name"), element.optional("formula").value_or(""),
                         element.where};
    new_name(result.name, element);
    if (element.optional("formula") && result.formula.empty()) {
      throw Error("exploration.formula", "the formula of '" + result.name + "' is empty",
                  "write one, or leave the attribute out", element.where);
    }
    space_.figures.push_back(std::move(result));
  }

  void constraint(const XmlElement& element) {
    element.allow_attributes({"of", "at_most", "at_least"});
    Constraint result{element.required("of"), {}, {}, element.where};
    if (const auto text = element.optional("at_most")) {
      result.at_most = base::parse_quantity(*text, element.where);
    }
    if (const auto text = element.optional("at_least")) {
      result.at_least = base::parse_quantity(*text, element.where);
    }
    const bool both = result.at_most && result.at_least;
    if ((!result.at_most && !result.at_least) ||
        (both && !(result.at_least->value <= result.at_most->value))) {
      throw Error("exploration.constraint",
                  "no value of '" + result.figure + "' can " + (both ? "meet" : "break") +
                      " the constraint",
                  "give at_most=\"...\", at_least=\"...\", or both in order", element.where);
    }
    space_.constraints.push_back(std::move(result));
  }

  void objective(const XmlElement& element) {
    element.allow_attributes({"of", "goal", "reference"});
    Objective result{element.required("of"), false, {}, element.where};
    result.maximise = word_attribute<bool>(element, "goal", "exploration.objective",
                                           {{"minimise", false}, {"maximise", true}});
    if (const auto text = element.optional("reference")) {
      result.reference = base::parse_quantity(*text, element.where);
    }
    for (const Objective& other : space_.objectives) {
      if (other.figure != result.figure) continue;
      throw Error("exploration.objective", "'" + result.figure + "' is an objective twice",
                  "remove one of them", element.where);
    }
    space_.objectives.push_back(std::move(result));
  }

  void accuracy(const XmlElement& element) {
    if (space_.accuracy) {
      throw Error("exploration.accuracy", "a second <accuracy>", "keep one", element.where);
    }
    space_.accuracy = read_accuracy(element);
  }

  void search(const XmlElement& element) {
    if (has_search_) {
      throw Error("exploration.search", "a second <search>", "keep one", element.where);
    }
    has_search_ = true;
    space_.search.where = element.where;
    space_.search.method = word_attribute<Method>(
        element, "method", "exploration.search",
        {{"grid", Method::grid}, {"sobol", Method::sobol}, {"nsga2", Method::nsga2}});
    Nsga2Settings& settings = space_.search.nsga2;
    settings.seed = whole_attribute(element, "seed", 1, search_code);
    switch (space_.search.method) {
      case Method::grid:
        element.allow_attributes({"method"});
        break;
      case Method::sobol:
        element.allow_attributes({"method", "points", "seed"});
        static_cast<void>(element.required("points"));
        space_.search.points = whole_attribute(element, "points", 0, search_code);
        check_points(static_cast<double>(space_.search.points), element);
        break;
      case Method::nsga2:
        element.allow_attributes({"method", "population", "generations", "seed",
                                  "crossover_probability", "crossover_index",
                                  "mutation_probability", "mutation_index"});
        settings.population =
            whole_attribute(element, "population", settings.population, search_code);
        settings.generations =
            whole_attribute(element, "generations", settings.generations, search_code);
        settings.crossover_probability =
            pure_attribute(element, "crossover_probability", settings.crossover_probability);
        settings.crossover_index =
            pure_attribute(element, "crossover_index", settings.crossover_index);
        settings.mutation_probability =
            pure_attribute(element, "mutation_probability", settings.mutation_probability);
        settings.mutation_index =
            pure_attribute(element, "mutation_index", settings.mutation_index);
        break;
    }
  }

  /// What objectives and constraints name and no <figure> declares.
  void order_figures() {
    const auto take = [&](const std::string& name, const base::Location& where) {
      for (const FigureOfPoint& known : space_.figures) {
        if (known.name == name) return;
      }
      space_.figures.push_back({name, "", where});
    };
    for (const Objective& one : space_.objectives) take(one.figure, one.where);
    for (const Constraint& one : space_.constraints) take(one.figure, one.where);
    if (!space_.accuracy) return;
    if (space_.accuracy->method == AccuracyMethod::inference) {
      for (const FigureOfPoint& known : space_.figures) {
        if (known.name != accuracy_figure || known.formula.empty()) continue;
        throw Error("exploration.accuracy", "the accuracy is found by inference and by a formula",
                    "give the formula another name, and name that as estimate=\"...\"",
                    known.where);
      }
      take(accuracy_figure, space_.accuracy->where);
    }
    if (!space_.accuracy->estimate.empty()) {
      take(space_.accuracy->estimate, space_.accuracy->where);
    }
  }

  void check_grid() const {
    if (space_.search.method != Method::grid) return;
    double points = 1.0;
    for (const Parameter& one : space_.parameters) {
      if (one.levels.empty()) {
        throw Error("exploration.search",
                    "a grid has no end over the interval of '" + one.name + "'",
                    "give step=\"...\" or points=\"...\", or search with \"sobol\" or \"nsga2\"",
                    one.where);
      }
      points *= static_cast<double>(one.levels.size());
    }
    check_points(points, root_);
  }

  static void check_points(double points, const XmlElement& element) {
    constexpr double most = 1e6;
    if (points <= most) return;
    throw Error("exploration.search", base::shortest(points) + " points",
                "give at most 10^6: fewer levels of a grid, or another search", element.where);
  }

  const XmlElement& root_;
  device::Card citations_;
  Space space_;
  std::set<std::string> names_;
  bool has_search_ = false;
};

}  // namespace

Space parse_space(std::string_view xml, const std::string& file) {
  try {
    const XmlElement root = base::parse_xml(xml, file, "space");
    return SpaceReader(root).read();
  } catch (const Error& error) {
    if (error.diagnostic().code != "base.xml") throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.code = "exploration.xml";
    throw Error(std::move(diagnostic));
  }
}

}  // namespace neucasl::exploration
