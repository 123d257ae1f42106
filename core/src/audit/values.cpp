#include "values.hpp"

#include <algorithm>

#include "neucasl/ir/expression.hpp"

namespace neucasl::audit {

Values::Values(const Design& design) : card_(&design.card) {
  for (const device::Number& number : design.card.numbers) {
    values_.emplace(number.name, number.value);
  }
}

base::Quantity Values::evaluate(const Formula& formula) const {
  // A quantity by itself may be infinite: bits without noise.
  if (const Recomputed* known = find(formula.text)) return known->value;
  return ir::evaluate(
      {formula.text},
      [this](std::string_view name) -> std::optional<base::Quantity> {
        const auto found = values_.find(name);
        if (found == values_.end()) return std::nullopt;
        used_.insert(found->first);
        return found->second;
      },
      formula.where);
}

double Values::number(const Formula& formula, const base::Dimension& dimension) const {
  const base::Quantity value = evaluate(formula);
  if (value.dimension != dimension) {
    const auto named = [](const base::Dimension& one) {
      return one.dimensionless() ? std::string("a pure number")
                                 : "a number in " + base::unit_symbol(one);
    };
    throw base::Error("audit.dimension", "'" + formula.text + "' is " + named(value.dimension),
                      "give " + named(dimension), formula.where);
  }
  return value.value;
}

double Values::pure(const Formula& formula) const { return number(formula, {}); }

void Values::add(const std::string& name, const base::Quantity& value,
                 const std::string& equation) {
  if (!values_.emplace(name, value).second) {
    const device::Number* number = card_->find(name);
    throw base::Error("audit.name",
                      "'" + name + "' is computed, and there is a number of that name",
                      "give the number another name", number ? number->where : card_->where);
  }
  recomputed_.push_back({name, value, equation});
}

const Recomputed* Values::find(const std::string& name) const {
  const auto found = std::find_if(recomputed_.begin(), recomputed_.end(),
                                  [&](const Recomputed& one) { return one.name == name; });
  return found == recomputed_.end() ? nullptr : &*found;
}

}  // namespace neucasl::audit
