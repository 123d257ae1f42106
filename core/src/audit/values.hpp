#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "neucasl/audit/audit.hpp"

namespace neucasl::audit {

/// Numbers of a design, which must live as long, and what was recomputed so far.
class Values {
 public:
  explicit Values(const Design& design);

  /// \throws base::Error "ir.expression".
  [[nodiscard]] base::Quantity evaluate(const Formula& formula) const;
  /// The SI value. \throws base::Error likewise, "audit.dimension" for another dimension.
  [[nodiscard]] double number(const Formula& formula, const base::Dimension& dimension) const;
  /// A pure number.
  [[nodiscard]] double pure(const Formula& formula) const;

  /// \throws base::Error "audit.name" for a name that is there.
  void add(const std::string& name, const base::Quantity& value, const std::string& equation);
  [[nodiscard]] const std::vector<Recomputed>& recomputed() const { return recomputed_; }
  /// The numbers of the design that formulas took so far.
  [[nodiscard]] bool used(const std::string& number) const { return used_.contains(number); }
  /// Null when nothing of that name was recomputed.
  [[nodiscard]] const Recomputed* find(const std::string& name) const;

 private:
  const device::Card* card_;
  std::map<std::string, base::Quantity, std::less<>> values_;
  std::vector<Recomputed> recomputed_;
  mutable std::set<std::string, std::less<>> used_;
};

/// All that `recompute` gives, for formulas of claims.
Values recomputed_values(const Design& design);

}  // namespace neucasl::audit
