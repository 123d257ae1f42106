#include <cctype>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "neucasl/base/file.hpp"
#include "neucasl/ir/text.hpp"

namespace neucasl::ir {
namespace {

/// Largest count of values, bits or copies a text may ask for: stops a short hostile file from
/// claiming all memory.
constexpr std::int64_t largest_count = 1 << 28;

class TextParser {
 public:
  TextParser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Design parse() {
    expect_word("ncir");
    const std::size_t version = token();
    if (integer() != 1) fail("unknown format version", "this library reads 'ncir 1'", version);
    expect_word("design");
    design_.name = string();
    std::string top;
    std::size_t top_offset = 0;
    if (accept_word("top")) {
      top_offset = token();
      top = identifier();
    }
    while (!at_end()) module();
    bind();
    if (!top.empty()) design_.top = module_named(top, top_offset);
    return std::move(design_);
  }

 private:
  // --- characters -------------------------------------------------------------------------------
  [[noreturn]] void fail(const std::string& what, const std::string& remedy,
                         std::size_t offset) const {
    throw base::Error("ir.syntax", what, remedy, base::locate(text_, offset, file_));
  }
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    fail(what, remedy, position_);
  }

  void skip() {
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == '\n') {
        ++line_;
        line_start_ = position_ + 1;
      } else if (c == '#') {
        position_ = std::min(text_.find('\n', position_), text_.size()) - 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  /// Where the next token begins.
  std::size_t token() {
    skip();
    return position_;
  }

  bool at_end() {
    skip();
    return position_ >= text_.size();
  }

  std::string found() const {
    if (position_ >= text_.size()) return "the end of the file";
    const std::size_t end = text_.find_first_of(" \t\r\n,(){}[]", position_ + 1);
    return "'" + std::string(text_.substr(position_, std::min<std::size_t>(end - position_, 24))) +
           "'";
  }

  LocationId here() {
    skip();
    return design_.add_location(
        {file_, line_, static_cast<std::uint32_t>(position_ - line_start_ + 1)});
  }

  bool accept(char c) {
    skip();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail("found " + found(), std::string("write '") + c + "' here");
  }

  static bool word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
  }

  std::string_view peek_word() {
    skip();
    std::size_t end = position_;
    while (end < text_.size() && word_char(text_[end])) ++end;
    return text_.substr(position_, end - position_);
  }
  bool accept_word(std::string_view word) {
    if (peek_word() != word) return false;
    position_ += word.size();
    return true;
  }
  void expect_word(std::string_view word) {
    if (!accept_word(word)) {
      fail("found " + found(), "write '" + std::string(word) + "' here");
    }
  }

  std::string identifier() {
    const std::string_view word = peek_word();
    if (word.empty() || std::isdigit(static_cast<unsigned char>(word[0])) || word[0] == '.') {
      fail("found " + found(), "write a name here");
    }
    position_ += word.size();
    return std::string(word);
  }

  std::string string() {
    expect('"');
    std::string result;
    for (; position_ < text_.size() && text_[position_] != '"'; ++position_) {
      char c = text_[position_];
      if (c == '\n') break;
      if (c == '\\' && position_ + 1 < text_.size()) {
        c = text_[++position_];
        if (c == '\n') break;
        if (c == 'n') c = '\n';
      }
      result += c;
    }
    if (position_ >= text_.size() || text_[position_] == '\n') {
      fail("the text in quotes does not end on its line", "close it with '\"'");
    }
    ++position_;
    return result;
  }

  std::int64_t integer() {
    skip();
    std::int64_t value = 0;
    const auto [end, code] =
        std::from_chars(text_.data() + position_, text_.data() + text_.size(), value);
    if (code != std::errc{}) fail("found " + found(), "write an integer here");
    position_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  std::uint32_t count() {
    const std::size_t start = token();
    const std::int64_t value = integer();
    if (value < 1 || value > largest_count) {
      fail("the count " + std::to_string(value) + " is out of range",
           "write 1 to " + std::to_string(largest_count), start);
    }
    return static_cast<std::uint32_t>(value);
  }

  // --- values -----------------------------------------------------------------------------------
  Value value(const Module& module) {
    skip();
    const char c = position_ < text_.size() ? text_[position_] : '\0';
    if (c == '"') return string();
    if (accept('=')) return Expression{string()};
    if (accept_word("true")) return true;
    if (accept_word("false")) return false;
    if (accept_word("table")) {
      const std::size_t start = token();
      const std::string name = identifier();
      const TableId table = module.find_table(name);
      if (!table.valid()) fail("no table '" + name + "'", "define the table first", start);
      return table;
    }
    return number();
  }

  Value number() {
    const std::size_t start = position_;
    const std::size_t end = std::min(text_.find_first_of(",}\n\r#", start), text_.size());
    std::string_view piece = text_.substr(start, end - start);
    piece = piece.substr(0, piece.find_last_not_of(" \t") + 1);
    if (piece.empty()) fail("found " + found(), "write a value here");
    std::int64_t whole = 0;
    const auto [last, code] = std::from_chars(piece.data(), piece.data() + piece.size(), whole);
    position_ = start + piece.size();
    if (code == std::errc{} && last == piece.data() + piece.size()) return whole;
    return base::parse_quantity(piece, base::locate(text_, start, file_));
  }

  std::vector<Parameter> parameters(const Module& module) {
    std::vector<Parameter> result;
    if (!accept('{')) return result;
    if (accept('}')) return result;
    do {
      const LocationId where = here();
      std::string name = identifier();
      expect(':');
      result.push_back({std::move(name), value(module), where});
    } while (accept(','));
    expect('}');
    return result;
  }

  // --- objects ----------------------------------------------------------------------------------
  void module() {
    Module module;
    module.where = here();
    module.primitive = accept_word("primitive");
    if (!module.primitive) expect_word("module");
    module.name = identifier();
    contents_.emplace_back();
    while (!accept_word("end")) statement(module);
    design_.modules.push_back(std::move(module));
  }

  void statement(Module& module) {
    const LocationId where = here();
    if (accept_word("net")) {
      net(module, where);
    } else if (accept_word("port")) {
      port(module);
    } else if (accept_word("attribute")) {
      std::string name = identifier();
      expect(':');
      module.attributes.push_back({std::move(name), string()});
    } else if (accept_word("parameter")) {
      std::string name = identifier();
      expect(':');
      module.parameters.push_back({std::move(name), value(module), where});
    } else if (accept_word("table")) {
      table(module, where);
    } else if (accept_word("instance")) {
      instance(module, where);
    } else if (accept_word("array")) {
      array(module, where);
    } else {
      fail("found " + found(), base::suggest(peek_word(), {"net", "port", "attribute", "parameter",
                                                           "table", "instance", "array", "end"}));
    }
  }

  void net(Module& module, LocationId where) {
    Net net;
    net.name = identifier();
    net.where = where;
    const auto discipline = discipline_from(peek_word());
    if (!discipline) {
      fail("found " + found(), "write electrical, optical, digital, spike or thermal");
    }
    net.discipline = *discipline;
    position_ += peek_word().size();
    if (accept('[')) {
      net.width = count();
      expect(']');
    }
    net.ground = accept_word("ground");
    module.nets.push_back(std::move(net));
  }

  NetId net_named(const Module& module) {
    const std::size_t start = token();
    const std::string name = identifier();
    const NetId net = module.find_net(name);
    if (net.valid()) return net;
    std::vector<std::string> known;
    for (const Net& candidate : module.nets) known.push_back(candidate.name);
    if (known.size() > 20) known.resize(20);
    fail("no net '" + name + "' in module '" + module.name + "'", base::suggest(name, known),
         start);
  }

  void port(Module& module) {
    Port port;
    port.net = net_named(module);
    const auto direction = direction_from(peek_word());
    if (!direction) fail("found " + found(), "write input, output or inout");
    port.direction = *direction;
    position_ += peek_word().size();
    module.ports.push_back(port);
  }

  void table(Module& module, LocationId where) {
    ValueTable table;
    table.name = identifier();
    table.where = where;
    expect('[');
    table.rows = count();
    table.columns = count();
    expect(']');
    const std::size_t start = token();
    const std::string unit = string();
    if (!unit.empty()) {
      const base::Quantity size = base::parse_unit(unit, base::locate(text_, start, file_));
      if (size.value != 1.0) fail("a table is in coherent SI units", "write S, not uS", start);
      table.dimension = size.dimension;
    }
    const std::size_t expected = static_cast<std::size_t>(table.rows) * table.columns;
    // A value takes two characters at least, so the text bounds what is allocated.
    table.values.reserve(std::min(expected, (text_.size() - position_) / 2 + 1));
    for (;;) {
      skip();
      double value = 0.0;
      const auto [end, code] =
          std::from_chars(text_.data() + position_, text_.data() + text_.size(), value);
      if (code != std::errc{} || !std::isfinite(value)) break;
      position_ = static_cast<std::size_t>(end - text_.data());
      table.values.push_back(value);
    }
    if (table.values.size() != expected) {
      fail("table '" + table.name + "' has " + std::to_string(table.values.size()) +
               " values before " + found() + " and needs " + std::to_string(expected),
           "give rows x columns finite numbers");
    }
    expect_word("end");
    module.tables.push_back(std::move(table));
  }

  /// Masters may be defined later in the file, so names of modules and ports wait for `bind`.
  struct Unbound {
    std::string master;
    std::size_t master_offset = 0;
    std::vector<std::pair<std::string, std::size_t>> ports;
  };
  struct Contents {
    std::vector<Unbound> instances;
    std::vector<Unbound> arrays;
  };

  Unbound master() {
    expect(':');
    Unbound unbound;
    unbound.master_offset = token();
    unbound.master = identifier();
    return unbound;
  }

  void instance(Module& module, LocationId where) {
    Instance instance;
    instance.name = identifier();
    instance.where = where;
    Unbound unbound = master();
    expect('(');
    while (!accept(')')) {
      if (!instance.connections.empty()) expect(',');
      const std::size_t offset = token();
      unbound.ports.emplace_back(identifier(), offset);
      expect('=');
      Connection connection;
      connection.net = net_named(module);
      if (accept('[')) {
        const std::size_t start = token();
        const std::int64_t bit = integer();
        if (bit < 0 || bit >= largest_count) fail("bit out of range", "write 0 or more", start);
        connection.bit = static_cast<std::uint32_t>(bit);
        expect(']');
      }
      instance.connections.push_back(connection);
    }
    instance.parameters = parameters(module);
    module.instances.push_back(std::move(instance));
    contents_.back().instances.push_back(std::move(unbound));
  }

  std::int64_t stride(std::string_view axis) {
    const bool minus = accept('-');
    if (!minus) expect('+');
    const std::size_t start = token();
    const std::int64_t value = integer();
    if (value < 0 || value > largest_count) fail("stride out of range", "write 0 or more", start);
    expect_word(axis);
    return minus ? -value : value;
  }

  void array(Module& module, LocationId where) {
    InstanceArray array;
    array.name = identifier();
    array.where = where;
    Unbound unbound = master();
    expect('[');
    array.rows = count();
    array.columns = count();
    expect(']');
    expect('(');
    while (!accept(')')) {
      if (!array.pins.empty()) expect(',');
      const std::size_t offset = token();
      unbound.ports.emplace_back(identifier(), offset);
      expect('=');
      PinMap pin;
      pin.net = net_named(module);
      expect('[');
      const std::size_t start = token();
      pin.base = integer();
      if (pin.base < 0 || pin.base > largest_count)
        fail("bit out of range", "write 0 or more", start);
      pin.row_stride = stride("row");
      pin.column_stride = stride("column");
      expect(']');
      array.pins.push_back(pin);
    }
    array.parameters = parameters(module);
    module.arrays.push_back(std::move(array));
    contents_.back().arrays.push_back(std::move(unbound));
  }

  // --- names ------------------------------------------------------------------------------------
  ModuleId module_named(const std::string& name, std::size_t offset) {
    const auto entry = modules_.find(name);
    if (entry != modules_.end()) return ModuleId(entry->second);
    std::vector<std::string> known;
    for (const Module& module : design_.modules) known.push_back(module.name);
    if (known.size() > 20) known.resize(20);
    fail("no module '" + name + "'", base::suggest(name, known), offset);
  }

  template <class Joined>
  void bind_ports(const Unbound& unbound, ModuleId master, std::vector<Joined>& joined) {
    const Module& target = design_.module(master);
    for (std::size_t i = 0; i < joined.size(); ++i) {
      const auto port = target.find_port(unbound.ports[i].first);
      if (!port) {
        std::vector<std::string> known;
        for (std::uint32_t p = 0; p < target.ports.size(); ++p) {
          known.push_back(target.port_net(p).name);
        }
        fail("module '" + target.name + "' has no port '" + unbound.ports[i].first + "'",
             base::suggest(unbound.ports[i].first, known), unbound.ports[i].second);
      }
      joined[i].port = *port;
    }
  }

  void bind() {
    for (std::size_t i = 0; i < design_.modules.size(); ++i) {
      modules_.emplace(design_.modules[i].name, i);
    }
    for (std::size_t m = 0; m < design_.modules.size(); ++m) {
      Module& module = design_.modules[m];
      for (std::size_t i = 0; i < module.instances.size(); ++i) {
        const Unbound& unbound = contents_[m].instances[i];
        module.instances[i].master = module_named(unbound.master, unbound.master_offset);
        bind_ports(unbound, module.instances[i].master, module.instances[i].connections);
      }
      for (std::size_t i = 0; i < module.arrays.size(); ++i) {
        const Unbound& unbound = contents_[m].arrays[i];
        module.arrays[i].master = module_named(unbound.master, unbound.master_offset);
        bind_ports(unbound, module.arrays[i].master, module.arrays[i].pins);
      }
    }
  }

  std::string_view text_;
  std::string file_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  Design design_;
  std::vector<Contents> contents_;
  std::unordered_map<std::string, std::size_t> modules_;
};

}  // namespace

Design parse(std::string_view text, const std::string& file) {
  return TextParser(text, file).parse();
}

}  // namespace neucasl::ir
