#pragma once

#include <string>
#include <vector>

#include "neucasl/base/quantity.hpp"

/// \file
/// Numbers as a person reads them. Powers of ten are written "2.5×10⁶".

namespace neucasl::results {

/// `digits` significant digits without trailing zeros; whole numbers below 10^7 in full. NaN is
/// "no value".
std::string significant(double value, int digits = 4);

/// A fixed number of decimals, never "-0".
std::string fixed(double value, int decimals);

/// "10⁻³".
std::string power_of_ten(int exponent);

/// With the engineering prefix of its own: "12.3 uA"; NaN is "no value".
std::string quantity_text(double value, const base::Dimension& dimension);

/// The unit of a column of quantities: one prefix for all when they lie within three decades, else
/// `common` is false and each cell carries its own.
struct ColumnUnit {
  std::string symbol;
  double size = 1.0;  ///< In SI units.
  bool common = true;
};
ColumnUnit column_unit(const std::vector<double>& values, const base::Dimension& dimension);

}  // namespace neucasl::results
