#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "name_pattern.hpp"
#include "neucasl/base/disjoint_sets.hpp"
#include "neucasl/base/file.hpp"
#include "plan_parts.hpp"

namespace neucasl::circuit {
namespace {

[[noreturn]] void refuse_plan(const std::string& message, const std::string& remedy,
                              const base::Location& where) {
  throw base::Error("variation.plan", message, remedy, where);
}

/// The spread of a rule on a parameter of one dimension.
device::Spread spread_of(const VaryRule& rule, const base::Dimension& dimension) {
  const auto maybe = [&](const std::string& text) -> std::optional<double> {
    if (text.empty()) return std::nullopt;
    return base::parse_si(text, dimension, rule.where);
  };
  device::Spread spread;
  spread.distribution = rule.distribution;
  spread.scope = rule.scope;
  spread.low = maybe(rule.low);
  spread.high = maybe(rule.high);
  spread.deviation = rule.deviation;
  spread.relative = !rule.relative_sigma.empty();
  if (spread.relative) {
    spread.sigma = base::parse_si(rule.relative_sigma, base::dimension::none, rule.where);
  } else if (!rule.sigma.empty()) {
    const bool pure = rule.distribution == "lognormal";
    spread.sigma = base::parse_si(rule.sigma, pure ? base::dimension::none : dimension, rule.where);
  }
  if (rule.distribution == "table") {
    const base::Quantity unit = base::parse_unit(rule.unit.empty() ? "1" : rule.unit, rule.where);
    if (unit.dimension != dimension) {
      refuse_plan("the table's unit is '" + (rule.unit.empty() ? "1" : rule.unit) + "'",
                  "write unit=\"...\" in '" + base::unit_symbol(dimension) + "'", rule.where);
    }
    spread.table =
        variation::read_empirical(base::beside(rule.file, rule.where), unit.value, rule.where);
  }
  return spread;
}

}  // namespace

class PlanBuilder {
 public:
  PlanBuilder(const VariationRules& rules, const Circuit& circuit, VariationPlan& plan)
      : rules_(rules), circuit_(circuit), plan_(plan), parts_(parts_of(circuit)) {}

  void build() {
    taken_.resize(rules_.rules.size());
    for (std::size_t r = 0; r < rules_.rules.size(); ++r) add(r);
    for (std::size_t r = 0; r < rules_.rules.size(); ++r) {
      if (!rules_.rules[r].correlation_length.empty()) correlate_in_space(r);
    }
    correlate_rules();
    for (const auto& [device, used] : touched_) plan_.touched_.push_back(device);
  }

 private:
  using Target = VariationPlan::Target;

  /// The numbers and parts that a rule took.
  struct RuleNumbers {
    std::vector<std::uint32_t> numbers;
    std::vector<std::string> parts;
  };

  // --- numbers and targets -----------------------------------------------------------------------

  std::uint32_t new_number(std::string name) {
    plan_.names_.push_back(std::move(name));
    return static_cast<std::uint32_t>(plan_.names_.size() - 1);
  }

  std::uint32_t target_of(const Part& part, const PartParameter& parameter,
                          const std::string& name) {
    const auto [found, fresh] = target_index_.try_emplace(
        part.name + '.' + name, static_cast<std::uint32_t>(plan_.targets_.size()));
    if (!fresh) return found->second;
    Target target;
    target.kind = part.kind == PartKind::device    ? VariationPlan::TargetKind::device
                  : part.kind == PartKind::passive ? VariationPlan::TargetKind::passive
                                                   : VariationPlan::TargetKind::source;
    target.indices = part.indices;
    target.parameter = parameter.index;
    target.name = found->first;
    target.dimension = parameter.dimension;
    target.nominal = parameter.nominal;
    target.low = parameter.low;
    target.high = parameter.high;
    if (part.kind == PartKind::device) {
      for (const std::uint32_t i : part.indices) touched_[i] = true;
    }
    plan_.targets_.push_back(std::move(target));
    return found->second;
  }

  void add_step(std::uint32_t target, std::uint32_t number, const device::Spread& spread,
                const base::Location& where) {
    // Refuses what does not go with the nominal value.
    (void)spread.about(plan_.targets_[target].nominal, where);
    plan_.steps_.push_back({target, number, spread});
  }

  // --- rules -------------------------------------------------------------------------------------

  void add(std::size_t r) {
    const VaryRule& rule = rules_.rules[r];
    switch (rule.source) {
      case VaryRule::Source::given:
        add_given(rule, taken_[r]);
        break;
      case VaryRule::Source::model:
        add_models(rule);
        break;
      case VaryRule::Source::card:
        add_cards(rule);
        break;
      case VaryRule::Source::ambient_temperature:
        add_temperature(rule, taken_[r]);
        break;
    }
  }

  [[nodiscard]] std::vector<const Part*> parts_for(const VaryRule& rule) const {
    std::vector<const Part*> result;
    std::vector<std::string> names;
    for (const Part& part : parts_) {
      if (fits_pattern(rule.parts, part.name)) result.push_back(&part);
      names.push_back(part.name);
    }
    if (result.empty()) {
      refuse_plan("no part of the circuit is called '" + rule.parts + "'",
                  base::suggest(rule.parts, names), rule.where);
    }
    return result;
  }

  [[noreturn]] void refuse_parameter(const VaryRule& rule,
                                     const std::vector<const Part*>& parts) const {
    std::vector<std::string> known;
    for (const Part* part : parts) {
      for (std::string& name : parameter_names(circuit_, *part)) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
          known.push_back(std::move(name));
        }
      }
    }
    refuse_plan(
        "none of the parts '" + rule.parts + "' has a parameter '" + rule.parameter + "' to vary",
        base::suggest(rule.parameter, known), rule.where);
  }

  void add_given(const VaryRule& rule, RuleNumbers& taken) {
    const std::vector<const Part*> parts = parts_for(rule);
    const std::string label = rule.name.empty() ? "" : rule.name + ' ';
    std::map<base::Dimension, device::Spread> spreads;
    for (const Part* part : parts) {
      const auto parameter = find_parameter(circuit_, *part, rule.parameter);
      if (!parameter) continue;
      const auto found = spreads.find(parameter->dimension);
      const device::Spread& spread =
          found != spreads.end()
              ? found->second
              : spreads.emplace(parameter->dimension, spread_of(rule, parameter->dimension))
                    .first->second;
      if (rule.scope == variation::Scope::mismatch) {
        taken.numbers.push_back(new_number(label + part->name + '.' + rule.parameter));
      } else if (taken.numbers.empty()) {
        taken.numbers.push_back(new_number(label + rule.parts + '.' + rule.parameter));
      }
      taken.parts.push_back(part->name);
      add_step(target_of(*part, *parameter, rule.parameter), taken.numbers.back(), spread,
               rule.where);
    }
    if (taken.parts.empty()) refuse_parameter(rule, parts);
  }

  void add_models(const VaryRule& rule) {
    bool any = false;
    for (const Part* part : parts_for(rule)) {
      if (part->kind != PartKind::device) continue;
      const Device& device = circuit_.devices[part->indices.front()];
      const model::DeviceModel& model = *circuit_.models[device.model].model;
      for (const model::ParameterSpread& one : model.spreads(device.parameters)) {
        const std::string& name = model.specification().parameters[one.parameter].name;
        const std::uint32_t number = new_number("model " + part->name + '.' + name);
        add_step(target_of(*part, device_parameter(circuit_, *part, one.parameter), name), number,
                 one.spread, rule.where);
        any = true;
      }
    }
    if (any) return;
    refuse_plan("no model of the parts '" + rule.parts + "' states spreads of its own",
                "give parameter=\"...\" and distribution=\"...\"", rule.where);
  }

  void add_cards(const VaryRule& rule) {
    std::map<std::string, std::uint32_t> shared;
    bool any = false;
    for (const Part* part : parts_for(rule)) {
      if (part->kind != PartKind::device) continue;
      const Device& device = circuit_.devices[part->indices.front()];
      if (device.card == Device::no_card) continue;
      const device::Card& card = circuit_.cards[device.card];
      for (const device::Number& number : card.numbers) {
        if (!number.spread) continue;
        const auto parameter = find_parameter(circuit_, *part, number.name);
        if (!parameter) continue;
        add_step(target_of(*part, *parameter, number.name),
                 card_number(card, number, part->name, shared), *number.spread, number.where);
        any = true;
      }
    }
    if (any) return;
    refuse_plan("no card of the parts '" + rule.parts + "' has a <spread>",
                "give parameter=\"...\" and distribution=\"...\", or a <spread> in a card",
                rule.where);
  }

  std::uint32_t card_number(const device::Card& card, const device::Number& number,
                            const std::string& part, std::map<std::string, std::uint32_t>& shared) {
    if (number.spread->scope == variation::Scope::mismatch) {
      return new_number("card " + part + '.' + number.name);
    }
    const std::string name = "card " + card.id + '.' + number.name;
    const auto found = shared.find(name);
    if (found != shared.end()) return found->second;
    return shared[name] = new_number(name);
  }

  void add_temperature(const VaryRule& rule, RuleNumbers& taken) {
    if (plan_.ambient_) {
      refuse_plan("the ambient temperature varies twice", "remove one rule", rule.where);
    }
    if (circuit_.devices.empty()) {
      refuse_plan("nothing of the circuit has a temperature", "remove the rule", rule.where);
    }
    plan_.ambient_ = true;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Target target;
    target.kind = VariationPlan::TargetKind::temperature;
    target.name = rule.parameter;
    target.dimension = base::dimension::temperature;
    target.nominal = circuit_.devices.front().environment.temperature;
    target.low = -infinity;
    target.high = infinity;
    plan_.targets_.push_back(std::move(target));
    const std::string label = rule.name.empty() ? "" : rule.name + ' ';
    taken.numbers.push_back(new_number(label + rule.parameter));
    add_step(static_cast<std::uint32_t>(plan_.targets_.size() - 1), taken.numbers.back(),
             spread_of(rule, base::dimension::temperature), rule.where);
  }

  // --- correlation -------------------------------------------------------------------------------

  void correlate_in_space(std::size_t r) {
    const VaryRule& rule = rules_.rules[r];
    std::vector<variation::Position> positions;
    for (const std::string& part : taken_[r].parts) {
      const auto position = place_of(rules_.places, part);
      if (!position) {
        refuse_plan("part '" + part + "' varies with a correlation length and has no place",
                    "add a <place parts=\"...\"/> that names it", rule.where);
      }
      positions.push_back(*position);
    }
    const double length =
        base::parse_si(rule.correlation_length, base::dimension::length, rule.where);
    const variation::SpatialCorrelation space(positions, length, rule.decay, rule.where);
    plan_.groups_.push_back({taken_[r].numbers, static_cast<std::uint32_t>(plan_.factors_.size())});
    plan_.factors_.push_back(space.correlation());
  }

  [[nodiscard]] std::size_t rule_named(const std::string& name, const base::Location& where) const {
    std::vector<std::string> known;
    for (std::size_t r = 0; r < rules_.rules.size(); ++r) {
      if (rules_.rules[r].name == name) return r;
      if (!rules_.rules[r].name.empty()) known.push_back(rules_.rules[r].name);
    }
    refuse_plan("no <vary> is named '" + name + "'", base::suggest(name, known), where);
  }

  void check_alike(std::size_t a, std::size_t b, const base::Location& where) const {
    const VaryRule& first = rules_.rules[a];
    const VaryRule& second = rules_.rules[b];
    if (taken_[a].numbers.empty() || taken_[b].numbers.empty()) {
      refuse_plan("the spreads of models and cards cannot be correlated",
                  "correlate rules with a parameter of their own", where);
    }
    const bool mismatch = first.scope == variation::Scope::mismatch;
    if (first.scope != second.scope || (mismatch && taken_[a].parts != taken_[b].parts)) {
      refuse_plan("'" + first.name + "' and '" + second.name + "' are not of the same parts",
                  "correlate rules of scope process, or of scope mismatch with the same parts",
                  where);
    }
    if (first.correlation_length != second.correlation_length || first.decay != second.decay) {
      refuse_plan(
          "'" + first.name + "' and '" + second.name + "' have correlation lengths of their own",
          "give both the same, or none", where);
    }
  }

  /// Rules that are joined by correlations, directly or by others, are one group for each part.
  void correlate_rules() {
    base::DisjointSets sets(rules_.rules.size());
    std::map<std::pair<std::size_t, std::size_t>, double> given;
    for (const CorrelationRule& rule : rules_.correlations) {
      const std::size_t a = rule_named(rule.first, rule.where);
      const std::size_t b = rule_named(rule.second, rule.where);
      check_alike(a, b, rule.where);
      if (!given.emplace(std::minmax(a, b), rule.value).second) {
        refuse_plan("'" + rule.first + "' and '" + rule.second + "' are correlated twice",
                    "remove one", rule.where);
      }
      sets.join(a, b);
    }
    std::map<std::size_t, std::vector<std::size_t>> groups;
    for (const auto& [pair, value] : given) {
      for (const std::size_t r : {pair.first, pair.second}) {
        auto& members = groups[sets.root(r)];
        if (std::find(members.begin(), members.end(), r) == members.end()) members.push_back(r);
      }
    }
    for (auto& [root, members] : groups) {
      std::sort(members.begin(), members.end());
      add_group(members, given);
    }
  }

  void add_group(const std::vector<std::size_t>& members,
                 const std::map<std::pair<std::size_t, std::size_t>, double>& given) {
    const std::size_t n = members.size();
    std::vector<double> matrix(n * n, 0.0);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < n; ++i) {
      names.push_back(rules_.rules[members[i]].name);
      matrix[i * n + i] = 1.0;
      for (std::size_t j = 0; j < i; ++j) {
        const auto found = given.find(std::minmax(members[i], members[j]));
        if (found != given.end()) matrix[i * n + j] = matrix[j * n + i] = found->second;
      }
    }
    const auto factor = static_cast<std::uint32_t>(plan_.factors_.size());
    plan_.factors_.emplace_back(matrix, names, where_of(members));
    for (std::size_t k = 0; k < taken_[members.front()].numbers.size(); ++k) {
      VariationPlan::Group group;
      group.factor = factor;
      for (const std::size_t r : members) group.members.push_back(taken_[r].numbers[k]);
      plan_.groups_.push_back(std::move(group));
    }
  }

  /// Of the first correlation among these rules.
  [[nodiscard]] base::Location where_of(const std::vector<std::size_t>& members) const {
    for (const CorrelationRule& rule : rules_.correlations) {
      for (const std::size_t r : members) {
        if (rules_.rules[r].name == rule.first) return rule.where;
      }
    }
    return {};
  }

  const VariationRules& rules_;
  const Circuit& circuit_;
  VariationPlan& plan_;
  std::vector<Part> parts_;
  std::vector<RuleNumbers> taken_;  // of each rule
  std::map<std::string, std::uint32_t> target_index_;
  std::map<std::uint32_t, bool> touched_;
};

VariationPlan::VariationPlan(const VariationRules& rules, const Circuit& nominal) {
  PlanBuilder(rules, nominal, *this).build();
}

}  // namespace neucasl::circuit
