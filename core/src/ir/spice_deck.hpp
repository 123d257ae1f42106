#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/ir/spice_formula.hpp"
#include "neucasl/ir/spice_parser.hpp"
#include "spice_lines.hpp"

/// \file
/// A deck sorted into subcircuits, before anything is evaluated.

namespace neucasl::ir::spice {

/// Subcircuit definitions inside definitions, and instances inside instances.
constexpr int deepest_hierarchy = 100;

/// A place in a card; its location is worked out only when it is needed.
struct Place {
  const Line* line = nullptr;
  std::size_t offset = 0;
};

/// "name = value" of a card.
struct Setting {
  std::string_view name;
  std::string_view value;  ///< A number, or a formula in braces, quotes or plain.
  Place place;             ///< Of the name.
};

struct Model {
  std::string name;
  std::string type;  ///< "d", "nmos", "pmos", or a device model or card
  std::vector<Setting> settings;
  Place place;
};

/// The top, or a subcircuit.
struct Scope {
  std::string name;
  Scope* parent = nullptr;  ///< Where it is defined.
  Place place;
  std::vector<std::string_view> ports;
  std::vector<Setting> formals;
  std::vector<Setting> parameters;    ///< .param
  std::vector<const Line*> elements;  ///< Element cards.
  std::map<std::string, Model, std::less<>> models;
  std::map<std::string, std::unique_ptr<Scope>, std::less<>> subcircuits;

  /// Of this scope or those around it.
  [[nodiscard]] const Model* find_model(std::string_view model_name) const;
  [[nodiscard]] const Scope* find_subcircuit(std::string_view subcircuit_name) const;
};

struct Deck {
  std::string file;
  Lines lines;  ///< Everything else refers to them.
  Scope top;
  /// Cards of the top level that are no elements: .op .dc .ac .tran .noise .meas .ic .options .temp
  std::vector<const Line*> controls;
  std::vector<base::Diagnostic> notes;

  [[nodiscard]] base::Location where(const Place& place) const {
    return place.line->at(place.offset, file);
  }
  [[noreturn]] void fail(const std::string& code, const Place& place, const std::string& what,
                         const std::string& remedy) const;
};

/// \throws base::Error as parse_spice.
std::unique_ptr<Deck> read_deck(std::string_view text, const std::string& file);

/// Settings "name = value" from word `first` on; a value ends at the next name. A lone word is an
/// error.
std::vector<Setting> read_settings(const Deck& deck, const Line& line,
                                   const std::vector<Word>& words, std::size_t first);

}  // namespace neucasl::ir::spice
