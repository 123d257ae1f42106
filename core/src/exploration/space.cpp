#include "neucasl/exploration/space.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/file.hpp"
#include "neucasl/ir/expression.hpp"

namespace neucasl::exploration {
namespace {

using architecture::Architecture;
using base::Error;

constexpr std::string_view base_name = "base";

std::string path_of(std::string_view name) {
  std::string path(name);
  std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

std::string with_dots(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

/// What a formula may name.
struct Names {
  const Space& space;
  const std::vector<Value>& point;
  const Architecture& architecture;
  const std::vector<std::pair<std::string, base::Quantity>>& figures;
};

[[noreturn]] void refuse_name(std::string_view name, const base::Location& where,
                              const Names& names) {
  std::vector<std::string> known;
  known.reserve(names.space.parameters.size());
  for (const Parameter& one : names.space.parameters) known.push_back(one.name);
  for (const auto& [figure, value] : names.figures) known.push_back(figure);
  for (std::string& path : architecture::number_paths(names.architecture)) {
    known.push_back(with_dots(std::move(path)));
  }
  const std::string nearest = base::nearest_name(name, known);
  throw Error("exploration.formula", "unknown name '" + std::string(name) + "' in a formula",
              nearest.empty()
                  ? "name a parameter, a figure, or a number of the architecture by its path with "
                    "dots"
                  : "did you mean '" + nearest + "'?",
              where);
}

base::Quantity value_of(std::string_view name, const base::Location& where, const Names& names) {
  for (std::size_t k = 0; k < names.space.parameters.size(); ++k) {
    if (names.space.parameters[k].name != name) continue;
    if (const auto* number = std::get_if<base::Quantity>(&names.point[k])) return *number;
    throw Error("exploration.formula",
                "'" + std::string(name) + "' is a word and no number for a formula",
                "use a parameter with numbers", where);
  }
  for (const auto& [figure, value] : names.figures) {
    if (figure == name) return value;
  }
  const std::string path = path_of(name);
  // As number_at, without the cost of its error.
  try {
    return architecture::number_at(names.architecture, path).value;
  } catch (const Error&) {
    refuse_name(name, where, names);
  }
}

std::string text_of(const Value& value) {
  const auto* number = std::get_if<base::Quantity>(&value);
  return number == nullptr ? std::get<std::string>(value) : base::to_string(*number);
}

/// Every combination of levels of the parameters that choose cards.
std::vector<std::vector<std::string>> card_choices(const Space& space) {
  std::vector<std::vector<std::string>> choices(1);
  for (const Parameter& parameter : space.parameters) {
    if (parameter.target != Target::card) continue;
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& start : choices) {
      for (const Value& level : parameter.levels) {
        longer.push_back(start);
        longer.back().push_back(std::get<std::string>(level));
      }
    }
    choices = std::move(longer);
  }
  return choices;
}

/// `plain` is the description with its own cards.
void check_card(const Parameter& parameter, const Architecture& plain) {
  std::vector<std::string> known;
  for (const std::string& path : number_paths(plain)) {
    const std::string& source = number_at(plain, path).source;
    const std::string card = source.substr(0, source.find('.'));
    if (card == parameter.path && card != source) return;
    if (card != source && std::find(known.begin(), known.end(), card) == known.end()) {
      known.push_back(card);
    }
  }
  throw Error("exploration.parameter",
              "the architecture takes no number from a card '" + parameter.path + "'",
              known.empty() ? "it refers to no card" : base::suggest(parameter.path, known),
              parameter.where);
}

/// Values of a number that counts.
void check_whole(const Parameter& parameter) {
  if (parameter.levels.empty()) {
    throw Error("exploration.parameter", "'" + parameter.path + "' is a whole number",
                "give values=\"...\" or step=\"1\" in place of an interval", parameter.where);
  }
  for (const Value& level : parameter.levels) {
    const base::Quantity& value = std::get<base::Quantity>(level);
    if (value.value == std::floor(value.value)) continue;
    throw Error("exploration.parameter",
                "'" + parameter.path + "' is a whole number and not " + base::to_string(value),
                "give whole numbers", parameter.where);
  }
}

}  // namespace

std::string_view to_string(Method method) {
  constexpr std::string_view names[] = {"grid", "sobol", "nsga2"};
  return names[static_cast<std::size_t>(method)];
}

std::size_t Parameter::level_of(double gene) const {
  if (levels.empty()) return 0;
  const double scaled = std::floor(gene * static_cast<double>(levels.size()));
  return std::min(static_cast<std::size_t>(std::max(scaled, 0.0)), levels.size() - 1);
}

Value Parameter::value_of(double gene) const {
  if (!levels.empty()) return levels[level_of(gene)];
  // The ends themselves, free of rounding.
  if (gene <= 0.0) return from;
  if (gene >= 1.0) return to;
  const double value = logarithmic ? from.value * std::pow(to.value / from.value, gene)
                                   : from.value + gene * (to.value - from.value);
  return base::Quantity{std::clamp(value, from.value, to.value), from.dimension};
}

base::Quantity formula_at(const std::string& formula, const base::Location& where,
                          const Space& space, const std::vector<Value>& point,
                          const Architecture& architecture,
                          const std::vector<std::pair<std::string, base::Quantity>>& figures) {
  const Names names{space, point, architecture, figures};
  try {
    return ir::evaluate(
        {formula}, [&](std::string_view name) { return value_of(name, where, names); }, where);
  } catch (const Error& error) {
    base::Diagnostic diagnostic = error.diagnostic();
    if (diagnostic.code != "ir.expression") throw;
    // A value may be one of this point only; any other fault is in the formula.
    const bool value = diagnostic.message.ends_with("the value is not finite");
    diagnostic.code = value ? "formula.value" : "exploration.formula";
    throw Error(std::move(diagnostic));
  }
}

Designs::Designs(const Space& space, const std::vector<std::filesystem::path>& folders)
    : space_(space) {
  constexpr std::size_t most = 1000;
  const std::vector<std::vector<std::string>> choices = card_choices(space);
  if (choices.size() > most) {
    throw Error("exploration.parameter", std::to_string(choices.size()) + " combinations of cards",
                "give at most 1000", space.where);
  }
  const std::string file = base::beside(space.architecture, space.where);
  for (const std::vector<std::string>& cards : choices) {
    architecture::Substitutes substitutes;
    std::size_t next = 0;
    for (const Parameter& parameter : space.parameters) {
      if (parameter.target == Target::card) substitutes[parameter.path] = cards[next++];
    }
    bases_.emplace_back(cards,
                        architecture::load_architecture(file, folders, substitutes, space.where));
  }
  for (const Parameter& parameter : space.parameters) {
    if (parameter.target != Target::card) continue;
    check_card(parameter, architecture::load_architecture(file, folders, {}, space.where));
  }
  check_targets();
  check_formulas();
}

void Designs::check_targets() const {
  const Architecture& first = bases_.front().second;
  for (const Parameter& parameter : space_.parameters) {
    if (parameter.target == Target::choice) {
      Architecture copy = first;
      set_choice(copy, parameter.path, text_of(parameter.levels.front()), parameter.where);
    }
    if (parameter.target != Target::number) continue;
    const device::Number& number = number_at(first, parameter.path, parameter.where);
    const base::Dimension given = parameter.levels.empty()
                                      ? parameter.from.dimension
                                      : std::get<base::Quantity>(parameter.levels[0]).dimension;
    if (given == number.value.dimension) {
      if (is_whole(first, parameter.path)) check_whole(parameter);
      continue;
    }
    const std::string unit = base::unit_symbol(number.value.dimension);
    throw Error("exploration.parameter",
                "'" + parameter.path + "' is not in '" + base::unit_symbol(given) + "'",
                "give it in '" + (unit.empty() ? "1" : unit) + "'", parameter.where);
  }
}

void Designs::check_formulas() const {
  std::vector<Value> first;
  first.reserve(space_.parameters.size());
  for (const Parameter& parameter : space_.parameters) first.push_back(parameter.value_of(0.0));
  try {
    static_cast<void>(at(first));
  } catch (const Error& error) {
    const std::string& code = error.diagnostic().code;
    // A point may be no architecture; a formula with a fault is one at every point.
    if (code == "exploration.formula" || code == "architecture.path") throw;
  }
}

Architecture Designs::at(const std::vector<Value>& point) const {
  std::vector<std::string> cards;
  for (std::size_t k = 0; k < point.size(); ++k) {
    if (space_.parameters[k].target == Target::card) cards.push_back(text_of(point[k]));
  }
  const auto base = std::find_if(bases_.begin(), bases_.end(),
                                 [&](const auto& one) { return one.first == cards; });
  Architecture result = base->second;
  const architecture::Origin chosen{
      device::Kind::assumed, {"exploration", "", space_.title}, "chosen by the exploration"};
  for (std::size_t k = 0; k < point.size(); ++k) {
    const Parameter& parameter = space_.parameters[k];
    if (parameter.target == Target::number) {
      set_number(result, parameter.path, std::get<base::Quantity>(point[k]), chosen,
                 parameter.where);
    }
    if (parameter.target == Target::choice) {
      set_choice(result, parameter.path, text_of(point[k]), parameter.where);
    }
  }
  for (const DerivedNumber& derived : space_.derived) {
    const base::Quantity before = number_at(result, derived.path, derived.where).value;
    const base::Quantity value = formula_at(derived.formula, derived.where, space_, point, result,
                                            {{std::string(base_name), before}});
    set_number(result, derived.path, value, derived.origin, derived.where);
  }
  finish_changes(result);
  return result;
}

std::string Designs::canonical() const {
  std::string text = "network " + space_.network + "\nphase " + space_.phase + " batch " +
                     std::to_string(space_.batch) + "\nestimator " + space_.estimator + '\n';
  for (const auto& [cards, architecture] : bases_) {
    for (const std::string& card : cards) text += "card " + card + '\n';
    text += architecture::canonical(architecture);
  }
  for (const Parameter& one : space_.parameters) {
    text += "parameter " + one.name + ' ' + std::to_string(static_cast<int>(one.target)) + ' ' +
            one.path + (one.logarithmic ? " logarithmic " : " ") + base::to_string(one.from) + ' ' +
            base::to_string(one.to);
    for (const Value& level : one.levels) text += ' ' + text_of(level);
    text += '\n';
  }
  for (const DerivedNumber& one : space_.derived) {
    text += "derived " + one.path + " = " + one.formula + ' ' +
            std::string(device::to_string(one.origin.kind)) + '\n';
  }
  for (const FigureOfPoint& one : space_.figures) {
    text += "figure " + one.name + " = " + one.formula + '\n';
  }
  if (space_.accuracy && space_.accuracy->method == AccuracyMethod::inference) {
    for (const BankParameter& one : space_.accuracy->bank_parameters) {
      text += "bank parameter " + one.name + " = " + one.formula + one.word + '\n';
    }
  }
  for (const Constraint& one : space_.constraints) {
    text += "constraint " + one.figure + ' ' +
            (one.at_least ? base::to_string(*one.at_least) : "none") + ' ' +
            (one.at_most ? base::to_string(*one.at_most) : "none") + '\n';
  }
  for (const Objective& one : space_.objectives) {
    text += "objective " + one.figure + (one.maximise ? " maximise\n" : " minimise\n");
  }
  return text;
}

}  // namespace neucasl::exploration
