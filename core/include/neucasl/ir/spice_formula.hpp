#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Numbers and formulas as SPICE writes them.

namespace neucasl::ir {

/// A number at the start of a text, as in SPICE: digits, then a suffix (t g meg k m u n p f a mil,
/// any case), then letters of a unit, which are ignored: "10pF" = 1e-11, "1M" = "1m" = 1e-3.
struct SpiceNumber {
  double value = 0.0;
  std::size_t length = 0;  ///< Of the text that was read, suffix and letters included.
};
/// Nothing when the text does not begin with a finite number.
NEUCASL_EXPORT std::optional<SpiceNumber> read_spice_number(std::string_view text);

/// Factor of a suffix that is the whole text ("k", "MEG"), or nothing.
NEUCASL_EXPORT std::optional<double> spice_suffix(std::string_view text);

/// A formula, taken apart. Nodes stand in order of evaluation: operands come before their use, and
/// the last node is the whole.
struct SpiceFormula {
  enum class Kind : std::uint8_t {
    number,   ///< `value`
    name,     ///< `name`, a parameter
    voltage,  ///< v(`name`) or v(`name`, `second`)
    current,  ///< i(`name`)
    negate,
    logical_not,
    power,
    multiply,
    divide,
    add,
    subtract,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    conditional,  ///< first != 0 ? second : third
    call          ///< function `name`
  };
  struct Node {
    Kind kind = Kind::number;
    double value = 0.0;
    std::string name;
    std::string second;
    std::vector<std::uint32_t> operands;
    std::uint32_t column = 0;  ///< In the text, from 1.
  };
  std::string text;
  std::vector<Node> nodes;
};

/// Parses numbers, names, v(), i(), function calls, + - * / ^ **, comparisons, && || !, ?: and
/// parentheses. As in ngspice, ^ binds to the left and stronger than a sign: 2^3^2 = 64, -2^2 = -4.
/// Names keep their case. Functions are not checked.
/// \throws base::Error of the given code for a syntax error, with the column in the text, or for
/// nesting deeper than 200.
NEUCASL_EXPORT SpiceFormula parse_spice_formula(std::string_view text, const std::string& code,
                                                const base::Location& where = {});

/// The error of a place in a formula.
NEUCASL_EXPORT base::Error formula_error(const std::string& code, std::string_view text,
                                         std::uint32_t column, const std::string& what,
                                         const std::string& remedy, const base::Location& where);

/// Functions of constants: sqrt exp ln log log10 sin cos tan asin acos atan sinh cosh tanh abs min
/// max pow pwr sgn int floor ceil nint limit. Nothing for an unknown name or a wrong count of
/// arguments.
NEUCASL_EXPORT std::optional<double> call_spice_function(std::string_view name,
                                                         const std::vector<double>& arguments);
NEUCASL_EXPORT const std::vector<std::string>& spice_functions();

/// Value of an operator or of a conditional on numbers. As in ngspice, a power takes the magnitude
/// of its base.
NEUCASL_EXPORT double apply_spice_operator(SpiceFormula::Kind kind,
                                           const std::vector<double>& operands);

}  // namespace neucasl::ir
