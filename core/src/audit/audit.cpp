#include "neucasl/audit/audit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "values.hpp"

namespace neucasl::audit {
namespace {

bool keeps(const Claim& claim, double recomputed) {
  const double stated = claim.stated.value.value;
  const double slack = claim.tolerance * std::abs(stated);
  switch (claim.relation) {
    case Relation::equals:
      return std::abs(recomputed - stated) <= slack;
    case Relation::at_least:
      return recomputed >= stated - slack;
    case Relation::at_most:
      return recomputed <= stated + slack;
  }
  return false;
}

bool kept_with(Design design, const Claim& claim, double value) {
  for (device::Number& number : design.card.numbers) {
    if (number.name == claim.adjust) number.value.value = value;
  }
  try {
    return keeps(claim, recomputed_values(design).evaluate(claim.formula).value);
  } catch (const base::Error&) {
    // A value for which the equations have no answer does not keep the claim.
    return false;
  }
}

/// The nearest whole number in place of `adjust` that keeps the claim.
std::string nearest_feasible(const Design& design, const Claim& claim) {
  if (claim.adjust.empty()) return {};
  const double start = std::round(design.card.find(claim.adjust)->value.value);
  // Further away it would be another design.
  const double reach = std::min(2.0 * std::abs(start), 100.0);
  for (double step = 1.0; step <= reach; ++step) {
    for (const double value : {start - step, start + step}) {
      if (value >= 1.0 && kept_with(design, claim, value)) {
        return claim.adjust + " = " + base::shortest(value);
      }
    }
  }
  return {};
}

Finding examine(const Design& design, const Values& values, const Claim& claim) {
  Finding finding;
  finding.claim = claim.stated.name;
  finding.relation = claim.relation;
  finding.stated = claim.stated.value;
  finding.recomputed = {values.number(claim.formula, claim.stated.value.dimension),
                        claim.stated.value.dimension};
  const double stated = finding.stated.value;
  finding.difference = stated != 0.0 ? (finding.recomputed.value - stated) / std::abs(stated)
                                     : std::numeric_limits<double>::quiet_NaN();
  finding.follows = keeps(claim, finding.recomputed.value);
  const Recomputed* known = values.find(claim.formula.text);
  finding.equation = known ? known->equation : claim.formula.text;
  finding.source = claim.stated.source + ", " + claim.stated.place;
  finding.where = claim.stated.where;
  if (!finding.follows) finding.nearest = nearest_feasible(design, claim);
  return finding;
}

/// Channels that a design places beyond the free spectral range are a finding without any claim.
void examine_channels(const Design& design, const Values& values, std::vector<Finding>& findings) {
  if (!design.bank || !design.bank->spacing) return;
  Finding finding;
  finding.claim = "channels within the free spectral range";
  finding.relation = Relation::at_least;
  finding.stated = values.evaluate(design.bank->channels);
  finding.recomputed = values.find("channels_in_range")->value;
  finding.difference = (finding.recomputed.value - finding.stated.value) / finding.stated.value;
  finding.follows = finding.recomputed.value >= finding.stated.value;
  finding.equation = values.find("channels_in_range")->equation;
  finding.source = "the design's own numbers";
  finding.where = design.bank->channels.where;
  if (!finding.follows) {
    finding.nearest = design.bank->channels.text + " = " + base::shortest(finding.recomputed.value);
  }
  findings.push_back(std::move(finding));
}

}  // namespace

std::string_view to_string(Relation relation) {
  switch (relation) {
    case Relation::equals:
      return "equals";
    case Relation::at_least:
      return "at_least";
    case Relation::at_most:
      return "at_most";
  }
  return "";
}

bool Audit::all_follow() const {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.follows; });
}

results::Table Audit::claims() const {
  std::vector<std::string> names, relations, units, verdicts, nearest, equations, sources;
  std::vector<double> stated, recomputed_values, differences;
  for (const Finding& one : findings) {
    names.push_back(one.claim);
    relations.emplace_back(to_string(one.relation));
    stated.push_back(one.stated.value);
    recomputed_values.push_back(one.recomputed.value);
    units.push_back(base::unit_symbol(one.stated.dimension));
    differences.push_back(one.difference);
    verdicts.emplace_back(one.follows ? "follows" : "does not follow");
    nearest.push_back(one.nearest);
    equations.push_back(one.equation);
    sources.push_back(one.source);
  }
  results::Table table{"claims", "Claims and what the design's own numbers give", {}};
  table.add("claim", names).add("relation", relations).add("stated", stated);
  table.add("recomputed", recomputed_values).add("unit", units);
  table.add("relative_difference", differences).add("verdict", verdicts);
  table.add("nearest_feasible", nearest).add("equation", equations);
  return table.add("source", sources);
}

results::Table Audit::quantities() const {
  std::vector<std::string> names, units, equations;
  std::vector<double> values;
  for (const Recomputed& one : recomputed) {
    names.push_back(one.name);
    values.push_back(one.value.value);
    units.push_back(base::unit_symbol(one.value.dimension));
    equations.push_back(one.equation);
  }
  results::Table table{"recomputed", "What the design's own numbers give", {}};
  return table.add("quantity", names)
      .add("value", values)
      .add("unit", units)
      .add("equation", equations);
}

Audit audit(const Design& design) {
  const Values values = recomputed_values(design);
  Audit result;
  result.title = design.card.title;
  result.recomputed = values.recomputed();
  examine_channels(design, values, result.findings);
  for (const Claim& claim : design.claims) {
    result.findings.push_back(examine(design, values, claim));
  }
  for (const device::Number& number : design.card.numbers) {
    if (!values.used(number.name)) continue;
    static_cast<void>(design.card.si(number.name, number.value.dimension, result.uses));
  }
  return result;
}

}  // namespace neucasl::audit
