#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "neucasl/base/quantity.hpp"

/// \file
/// Parameters of plugins and flow stages: a *schema* declares them, and a *parameter set* holds
/// values that were checked against it.

namespace neucasl::plugin {

/// `file` is a path; the host makes it absolute before a plugin sees it.
enum class ParameterType { boolean, integer, quantity, text, file };
NEUCASL_EXPORT std::string_view to_string(ParameterType type);

struct ParameterSpec {
  std::string name;
  ParameterType type = ParameterType::text;
  std::string unit;           ///< Quantities: an acceptable unit; its dimension is required.
  std::string default_value;  ///< As written; empty: required.
  std::optional<double> min;  ///< Integers and quantities, SI.
  std::optional<double> max;
  std::vector<std::string> choices;  ///< Texts: when not empty, nothing else is accepted.
  std::string meaning;
  bool optional = false;  ///< A text or file that may be left empty.
};

/// Checked values.
class NEUCASL_EXPORT ParameterSet {
 public:
  using Value = std::variant<bool, std::int64_t, double, std::string>;

  /// Checks `given` (name, text, place) against the schema and fills in defaults.
  /// \throws base::Error "parameter.unknown" (with the nearest name), "parameter.missing",
  /// "parameter.value" (not of the type, with what would be right), "parameter.range".
  struct Given {
    std::string name;
    std::string text;
    base::Location where;
  };
  ParameterSet() = default;
  ParameterSet(const std::vector<ParameterSpec>& schema, const std::vector<Given>& given,
               const std::string& owner, const base::Location& where);

  /// \throws std::logic_error when the schema declares no such parameter: a fault of the caller.
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double si(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// Where the value stands, or the stage when it is a default.
  [[nodiscard]] base::Location where(std::string_view name) const;
  /// The schema has a parameter of this name.
  [[nodiscard]] bool has(std::string_view name) const;
  /// "name = value" lines in order of name, for keys and manifests.
  [[nodiscard]] std::string canonical() const;

 private:
  struct Entry {
    Value value;
    base::Location where;
  };
  [[nodiscard]] const Entry& entry(std::string_view name) const;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace neucasl::plugin
