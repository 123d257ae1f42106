#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "liberty_text.hpp"
#include "neucasl/logic/cell_library.hpp"

/// \file
/// Numbers, units and tables of a Liberty text.

namespace neucasl::logic {

/// count x 10^exponent in SI units.
struct LibertyUnit {
  double count = 1.0;
  int exponent = 0;
};

/// Reads values of one file in SI units. All members throw base::Error "liberty.value" and
/// "liberty.unsupported" with the line.
class LibertyValues {
 public:
  LibertyValues(const std::string& file, const LibertyGroup& library);

  [[nodiscard]] base::Location at(std::uint32_t line) const { return {file_, line, 0}; }
  [[noreturn]] void unsupported(const std::string& what, const std::string& remedy,
                                std::uint32_t line) const;
  [[noreturn]] void wrong(const std::string& what, const std::string& remedy,
                          std::uint32_t line) const;

  /// The value of a simple attribute.
  [[nodiscard]] const std::string& text_of(const LibertyAttribute& attribute) const;
  [[nodiscard]] double number(const LibertyAttribute& attribute) const;
  [[nodiscard]] double area(const LibertyAttribute& attribute) const;         ///< m^2
  [[nodiscard]] double capacitance(const LibertyAttribute& attribute) const;  ///< F
  [[nodiscard]] double leakage(const LibertyAttribute& attribute) const;      ///< W
  [[nodiscard]] double voltage(const LibertyAttribute& attribute) const;      ///< V

  enum class TableKind { delay, transition, energy };
  [[nodiscard]] LoadTable table(const LibertyGroup& group, TableKind kind) const;

 private:
  struct Template {
    std::array<std::string, 2> variables;
    std::array<std::vector<std::string>, 2> axes;  ///< Numbers.
  };
  enum class Variable { none, transition, load };

  [[nodiscard]] double number(std::string_view text, const LibertyUnit& unit,
                              std::uint32_t line) const;
  [[nodiscard]] static std::vector<std::string> numbers(const LibertyAttribute& attribute);
  [[nodiscard]] std::optional<LibertyUnit> unit(const LibertyGroup& library, std::string_view name,
                                                std::string_view symbol) const;
  [[nodiscard]] LibertyUnit energy_unit() const;
  void read_units(const LibertyGroup& library);
  void read_thresholds(const LibertyGroup& library);
  [[nodiscard]] Template read_template(const LibertyGroup& group, Template start) const;
  [[nodiscard]] Variable variable_of(const std::string& name, std::uint32_t line) const;
  [[nodiscard]] std::vector<double> axis(const Template& form, Variable variable,
                                         const LibertyUnit& unit, std::uint32_t line) const;

  const std::string& file_;
  std::map<std::string, Template> templates_;
  LibertyUnit time_{1.0, -9}, voltage_, capacitance_;
  std::optional<LibertyUnit> leakage_;
  double transition_factor_ = 1.0;  ///< From a table's time to 20-80 % divided by 0.6.
};

}  // namespace neucasl::logic
