#include <array>
#include <string>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/precision/allocation.hpp"

namespace neucasl::precision {
namespace {

struct KindOfBudget {
  BudgetKind kind;
  const char* name;
  base::Dimension dimension;
};

constexpr std::array<KindOfBudget, 8> kinds{{
    {BudgetKind::average_bits, "average_bits", base::dimension::none},
    {BudgetKind::bits, "bits", base::dimension::none},
    {BudgetKind::arrays, "arrays", base::dimension::none},
    {BudgetKind::cells, "cells", base::dimension::none},
    {BudgetKind::converter_energy, "converter_energy", base::dimension::energy},
    {BudgetKind::energy, "energy", base::dimension::energy},
    {BudgetKind::latency, "latency", base::dimension::time},
    {BudgetKind::area, "area", base::dimension::area},
}};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

const KindOfBudget& kind_named(std::string_view name) {
  std::vector<std::string> names;
  for (const KindOfBudget& kind : kinds) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  throw base::Error("precision.budget", "there is no budget of '" + std::string(name) + "'",
                    base::suggest(name, names));
}

}  // namespace

std::string_view to_string(BudgetKind kind) {
  return kinds.at(static_cast<std::size_t>(kind)).name;
}

Budget parse_budget(std::string_view text) {
  const std::size_t sign = text.find("<=");
  if (sign == std::string_view::npos) {
    throw base::Error("precision.budget", "the budget '" + std::string(text) + "' has no '<='",
                      "give one such as arrays<=22 or energy<=1.2uJ");
  }
  const KindOfBudget& kind = kind_named(trimmed(text.substr(0, sign)));
  try {
    const double limit = base::parse_si(trimmed(text.substr(sign + 2)), kind.dimension);
    if (limit > 0.0) return {kind.kind, limit};
  } catch (const base::Error& error) {
    throw base::Error("precision.budget",
                      "the budget '" + std::string(text) + "': " + error.diagnostic().message,
                      error.diagnostic().remedy);
  }
  throw base::Error("precision.budget", "the budget '" + std::string(text) + "' is not positive",
                    "give a limit above 0");
}

}  // namespace neucasl::precision
