#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// Liberty text as a tree of groups, and the Boolean expressions in it.
///
/// A *group* is "type (arguments) { statements }", a *simple attribute* "name : value;", a *complex
/// attribute* "name (arguments);".

namespace neucasl::logic {

struct LibertyAttribute {
  std::string name;
  std::vector<std::string> values;  ///< One of a simple attribute.
  std::uint32_t line = 0;
};

struct LibertyGroup {
  std::string type;
  std::vector<std::string> arguments;
  std::vector<LibertyAttribute> attributes;
  std::vector<LibertyGroup> groups;
  std::uint32_t line = 0;

  /// The last one of the name, or null.
  [[nodiscard]] const LibertyAttribute* attribute(std::string_view attribute_name) const;
  [[nodiscard]] const LibertyGroup* group(std::string_view group_type) const;
};

/// The one group that a file is. \throws base::Error "liberty.syntax" with the line.
LibertyGroup parse_liberty_group(std::string_view text, const std::string& file);

/// A function of named pins: ! before or ' behind (not), ^, & * or a space (and), | + (or), in this
/// order of binding, 0, 1, parentheses. \throws base::Error "liberty.syntax", "liberty.value" (a
/// name that is no pin).
TruthTable parse_liberty_function(std::string_view text, const std::vector<std::string>& pins,
                                  const base::Location& where);

/// A sum of products of the function or of its inverse, whichever has fewer literals.
std::string print_liberty_function(TruthTable function, const std::vector<std::string>& pins);

}  // namespace neucasl::logic
