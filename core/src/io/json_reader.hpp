#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// JSON (RFC 8259) whose objects keep the order of their members: rules that are tried in that
/// order need it, and the JSON of protobuf does not have it.

namespace neucasl::io {

class JsonValue {
 public:
  using Member = std::pair<std::string, JsonValue>;
  using Array = std::vector<JsonValue>;
  using Object = std::vector<Member>;

  base::Location where;
  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> value;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value); }
  /// Nothing when this is no object, or for a member that is missing or null.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  /// The content. \throws base::Error `code` when it has another type; `name` is told.
  [[nodiscard]] bool truth(std::string_view name, const std::string& code) const;
  [[nodiscard]] int integer(std::string_view name, const std::string& code) const;
  [[nodiscard]] const std::string& text(std::string_view name, const std::string& code) const;
  [[nodiscard]] const Array& array(std::string_view name, const std::string& code) const;
  [[nodiscard]] const Object& object(std::string_view name, const std::string& code) const;

 private:
  template <class T>
  const T& as(std::string_view name, const char* kind, const std::string& code) const;
};

/// \throws base::Error `code` with line and column for what is no JSON, a member that is there
/// twice, or nesting deeper than 64.
JsonValue read_json(std::string_view text, const std::string& file, const std::string& code);

}  // namespace neucasl::io
