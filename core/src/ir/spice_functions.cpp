#include <cmath>

#include "neucasl/ir/spice_formula.hpp"

namespace neucasl::ir {
namespace {

using Kind = SpiceFormula::Kind;

double sign(double x) { return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0); }

struct Function1 {
  std::string_view name;
  double (*value)(double);
};
constexpr Function1 functions_of_one[] = {
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"exp", [](double x) { return std::exp(x); }},
    {"ln", [](double x) { return std::log(x); }},
    {"log", [](double x) { return std::log(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"sin", [](double x) { return std::sin(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"tan", [](double x) { return std::tan(x); }},
    {"asin", [](double x) { return std::asin(x); }},
    {"acos", [](double x) { return std::acos(x); }},
    {"atan", [](double x) { return std::atan(x); }},
    {"sinh", [](double x) { return std::sinh(x); }},
    {"cosh", [](double x) { return std::cosh(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"abs", [](double x) { return std::abs(x); }},
    {"sgn", [](double x) { return sign(x); }},
    {"int", [](double x) { return std::trunc(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"nint", [](double x) { return std::rint(x); }},
};

struct Function2 {
  std::string_view name;
  double (*value)(double, double);
};
constexpr Function2 functions_of_two[] = {
    {"min", [](double x, double y) { return std::fmin(x, y); }},
    {"max", [](double x, double y) { return std::fmax(x, y); }},
    {"pow", [](double x, double y) { return std::pow(std::abs(x), y); }},
    {"pwr", [](double x, double y) { return sign(x) * std::pow(std::abs(x), y); }},
};

}  // namespace

std::optional<double> call_spice_function(std::string_view name,
                                          const std::vector<double>& arguments) {
  for (const Function1& one : functions_of_one) {
    if (arguments.size() == 1 && one.name == name) return one.value(arguments[0]);
  }
  for (const Function2& one : functions_of_two) {
    if (arguments.size() == 2 && one.name == name) return one.value(arguments[0], arguments[1]);
  }
  if (name == "limit" && arguments.size() == 3) {
    return std::fmin(std::fmax(arguments[0], arguments[1]), arguments[2]);
  }
  return std::nullopt;
}

const std::vector<std::string>& spice_functions() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Function1& one : functions_of_one) list.emplace_back(one.name);
    for (const Function2& one : functions_of_two) list.emplace_back(one.name);
    list.emplace_back("limit");
    return list;
  }();
  return names;
}

double apply_spice_operator(Kind kind, const std::vector<double>& x) {
  const auto truth = [](bool value) { return value ? 1.0 : 0.0; };
  switch (kind) {
    case Kind::negate:
      return -x[0];
    case Kind::logical_not:
      return truth(x[0] == 0.0);
    case Kind::power:
      return std::pow(std::abs(x[0]), x[1]);
    case Kind::multiply:
      return x[0] * x[1];
    case Kind::divide:
      return x[0] / x[1];
    case Kind::add:
      return x[0] + x[1];
    case Kind::subtract:
      return x[0] - x[1];
    case Kind::less:
      return truth(x[0] < x[1]);
    case Kind::less_equal:
      return truth(x[0] <= x[1]);
    case Kind::greater:
      return truth(x[0] > x[1]);
    case Kind::greater_equal:
      return truth(x[0] >= x[1]);
    case Kind::equal:
      return truth(x[0] == x[1]);
    case Kind::not_equal:
      return truth(x[0] != x[1]);
    case Kind::logical_and:
      return truth(x[0] != 0.0 && x[1] != 0.0);
    case Kind::logical_or:
      return truth(x[0] != 0.0 || x[1] != 0.0);
    case Kind::conditional:
      return x[0] != 0.0 ? x[1] : x[2];
    default:
      return std::nan("");
  }
}

}  // namespace neucasl::ir
