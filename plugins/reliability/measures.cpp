#include "measures.hpp"

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::reliability_plugin {
namespace {

using plugin::Mitigation;

Mitigation chosen(const plugin::ParameterSet& parameters) {
  Mitigation result;
  plugin::RepairOptions& repair = result.repair;
  repair.spare_rows = static_cast<std::size_t>(parameters.integer("spare_rows"));
  repair.spare_pairs = static_cast<std::size_t>(parameters.integer("spare_pairs"));
  const std::string& remap = parameters.text("remap");
  repair.remap_rows = remap == "rows" || remap == "both";
  repair.remap_pairs = remap == "pairs" || remap == "both";
  repair.swap = parameters.boolean("swap");
  repair.compensate = parameters.boolean("compensate");
  result.verify.attempts = static_cast<std::size_t>(parameters.integer("verify_attempts"));
  result.verify.tolerance = parameters.si("verify_tolerance");
  result.drift_compensation = parameters.boolean("drift_compensation");
  return result;
}

void check(const plugin::ParameterSet& parameters, const Mitigation& all) {
  if (all.verify.attempts > 1 && all.verify.tolerance <= 0.0) {
    throw base::Error("reliability.repair", "cells are verified without a tolerance",
                      "give verify_tolerance, for example '1 uS'",
                      parameters.where("verify_attempts"));
  }
  if (all.drift_compensation && parameters.si("time") <= 0.0 && parameters.text("ages").empty()) {
    throw base::Error("reliability.repair", "drift is compensated at time 0",
                      "give the time since programming, for example time=\"30 d\", or ages",
                      parameters.where("drift_compensation"));
  }
}

}  // namespace

std::vector<Measure> read_measures(const plugin::ParameterSet& parameters) {
  const Mitigation all = chosen(parameters);
  check(parameters, all);
  std::vector<Measure> result{{"none", {}}};
  const auto alone = [&](bool is_chosen, const std::string& name, const auto& set) {
    if (!is_chosen) return;
    Measure one{name, {}};
    set(one.mitigation);
    result.push_back(one);
  };
  const plugin::RepairOptions& r = all.repair;
  alone(r.spare_rows > 0, "spare rows", [&](Mitigation& m) { m.repair.spare_rows = r.spare_rows; });
  alone(r.spare_pairs > 0, "spare pairs",
        [&](Mitigation& m) { m.repair.spare_pairs = r.spare_pairs; });
  alone(r.remap_rows || r.remap_pairs, "remap", [&](Mitigation& m) {
    m.repair.remap_rows = r.remap_rows;
    m.repair.remap_pairs = r.remap_pairs;
  });
  alone(r.swap, "swap", [](Mitigation& m) { m.repair.swap = true; });
  alone(r.compensate, "compensate", [](Mitigation& m) { m.repair.compensate = true; });
  alone(all.verify.attempts > 1, "write-verify", [&](Mitigation& m) { m.verify = all.verify; });
  alone(all.drift_compensation, "drift compensation",
        [](Mitigation& m) { m.drift_compensation = true; });
  if (result.size() > 2) result.push_back({"all", all});
  return result;
}

std::vector<double> read_ages(const plugin::ParameterSet& parameters) {
  const std::string& text = parameters.text("ages");
  std::vector<double> result;
  for (std::size_t first = 0; first < text.size();) {
    const std::size_t end = std::min(text.find(',', first), text.size());
    first = std::min(text.find_first_not_of(' ', first), end);
    const std::string part = text.substr(first, end - first);
    try {
      result.push_back(base::parse_si(part, base::dimension::time));
    } catch (const base::Error&) {
      throw base::Error("reliability.ages", "'" + part + "' is not a time",
                        "give times separated by commas, for example '1 h, 30 d, 1 a'",
                        parameters.where("ages"));
    }
    first = end + 1;
    if (result.back() > (result.size() > 1 ? result[result.size() - 2] : 0.0)) continue;
    throw base::Error("reliability.ages", "ages are above 0 and ascending, '" + part + "' is not",
                      "give for example '1 h, 30 d, 1 a'", parameters.where("ages"));
  }
  return result;
}

}  // namespace neucasl::reliability_plugin
