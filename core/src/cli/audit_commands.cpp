#include <cmath>
#include <cstdio>
#include <iostream>

#include "command.hpp"
#include "json_text.hpp"
#include "neucasl/audit/audit.hpp"

namespace neucasl::cli {
namespace {

std::string for_people(const base::Quantity& value) {
  if (std::isinf(value.value)) return value.value > 0.0 ? "infinite" : "-infinite";
  constexpr int digits = 8;
  return base::to_engineering(value, digits);
}

std::string percent(double share) {
  if (!std::isfinite(share)) return "-";
  // Less is the rounding of sums.
  constexpr double least = 1e-11;
  if (std::abs(share) < least) return "0 %";
  char text[32];
  std::snprintf(text, sizeof text, "%+.3g %%", 100.0 * share);
  return text;
}

std::string relation_sign(audit::Relation relation) {
  if (relation == audit::Relation::at_least) return ">= ";
  return relation == audit::Relation::at_most ? "<= " : "";
}

void print_claims(const audit::Audit& audit) {
  std::vector<std::vector<std::string>> rows{
      {"claim", "stated", "recomputed", "difference", "verdict"}};
  for (const audit::Finding& one : audit.findings) {
    rows.push_back({one.claim, relation_sign(one.relation) + for_people(one.stated),
                    for_people(one.recomputed), percent(one.difference),
                    one.follows ? "follows" : "does not follow"});
  }
  print_columns(rows);
  for (const audit::Finding& one : audit.findings) {
    if (one.follows) continue;
    std::cout << '\n'
              << base::to_string(one.where) << ": " << one.claim << " does not follow\n"
              << "  equation  " << one.equation << '\n'
              << "  source    " << one.source << '\n';
    if (!one.nearest.empty()) std::cout << "  nearest   " << one.nearest << '\n';
  }
}

void print_text(const audit::Audit& audit, bool all) {
  std::cout << audit.title << "\n\n";
  if (all) {
    std::vector<std::vector<std::string>> rows{{"quantity", "value", "equation"}};
    for (const audit::Recomputed& one : audit.recomputed) {
      rows.push_back({one.name, for_people(one.value), one.equation});
    }
    print_columns(rows);
    std::cout << '\n';
  }
  print_claims(audit);
  std::size_t open = 0;
  for (const audit::Finding& one : audit.findings) open += one.follows ? 0 : 1;
  std::cout << '\n'
            << open << " of " << audit.findings.size() << " claims do not follow; "
            << base::shortest(std::round(1000.0 * audit.uses.assumed_share()) / 10.0)
            << " % of the numbers are assumed\n";
}

void print_json(const audit::Audit& audit) {
  std::vector<std::string> claims, recomputed;
  claims.reserve(audit.findings.size());
  for (const audit::Finding& one : audit.findings) {
    claims.push_back(JsonObject()
                         .text("claim", one.claim)
                         .text("relation", std::string(audit::to_string(one.relation)))
                         .number("stated", one.stated.value)
                         .number("recomputed", one.recomputed.value)
                         .text("unit", base::unit_symbol(one.stated.dimension))
                         .number("relative_difference", one.difference)
                         .text("verdict", one.follows ? "follows" : "does not follow")
                         .text("nearest_feasible", one.nearest)
                         .text("equation", one.equation)
                         .text("source", one.source)
                         .text("where", base::to_string(one.where))
                         .str());
  }
  recomputed.reserve(audit.recomputed.size());
  for (const audit::Recomputed& one : audit.recomputed) {
    recomputed.push_back(JsonObject()
                             .text("quantity", one.name)
                             .number("value", one.value.value)
                             .text("unit", base::unit_symbol(one.value.dimension))
                             .text("equation", one.equation)
                             .str());
  }
  std::cout << JsonObject()
                   .text("title", audit.title)
                   .add("all_follow", audit.all_follow() ? "true" : "false")
                   .number("assumed_share", audit.uses.assumed_share())
                   .add("claims", json_list(claims))
                   .add("recomputed", json_list(recomputed))
                   .str()
            << '\n';
}

/// The description of a chip by its id or file, or a file of the audit's own form.
audit::Design design_named(const std::string& name, const Session& session) {
  if (name.ends_with(".xml") && !name.ends_with(".architecture.xml")) {
    return audit::load_design(name);
  }
  return audit::design_of(
      architecture::load_architecture(name, session.installation.device_folders));
}

}  // namespace

int audit_design(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("set", options::value<std::vector<std::string>>()->composing(),
                            "NAME=VALUE: another value for a number of the design")(
      "all", "print every recomputed quantity, too");
  const Parsed parsed("audit", description, {"DESIGN"}, arguments);
  audit::Design design = design_named(parsed.text("DESIGN"), session);
  if (parsed.has("set")) {
    for (const std::string& text : parsed.get<std::vector<std::string>>("set")) {
      audit::set_number(design, text);
    }
  }
  const audit::Audit result = audit::audit(design);
  if (parsed.json()) {
    print_json(result);
  } else {
    print_text(result, parsed.has("all"));
  }
  return result.all_follow() ? done : check_failed;
}

}  // namespace neucasl::cli
