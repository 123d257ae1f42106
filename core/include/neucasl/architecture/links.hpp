#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/architecture/changes.hpp"

/// \file
/// Numbers of a description that are one quantity.
///
/// A description often states a quantity several times: the clock at each part that it drives, the
/// bits of an operand at each converter. Who changes one of them must change all. *Linked* are
/// - numbers with the same name in their attribute `link`; "NAME^P" goes with the power P of the
///   quantity, and several names, apart by blanks, with the product of theirs: link="channels
///   kernels" for a number of resonators, link="channels^-1" for the spacing of channels;
/// - of the others, those that take the same number from the same card;
/// - of the others, those with the same value, unit, kind, source and place in it, but for `count`
///   and `shared_by`, which describe a part each.
/// A number with `link` is linked by that alone; with a name that stands nowhere else, to nothing.

namespace neucasl::architecture {

struct LinkedNumber {
  std::string path;
  int power = 1;
};

/// Numbers that are one quantity, or a single one.
struct Quantity {
  std::string link;         ///< Empty: the numbers say the same.
  std::string card_number;  ///< "CARD.NUMBER" when all take it from there.
  std::vector<LinkedNumber> numbers;
};

/// Every number is in one quantity, or, with several names in `link`, in as many; in the order of
/// their first numbers, which is that of `number_paths`.
NEUCASL_EXPORT std::vector<Quantity> quantities(const Architecture& architecture);

/// Multiplies the numbers of a quantity by `factor` to their powers; whole ones are rounded. Kind,
/// source and place of the numbers stay. Call `finish_changes` after.
/// \throws base::Error as `set_number`.
NEUCASL_EXPORT void scale(Architecture& architecture, const Quantity& quantity, double factor,
                          const base::Location& where = {});

}  // namespace neucasl::architecture
